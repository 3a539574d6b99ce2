//! A part of some bytes.

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, header};

use crate::{Content, Problem};

/// A part of some bytes, cut out of the whole, so that range and bytes cannot contradict each other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    pub(super) content: Content,
    pub(super) range: HeaderValue,
}

/// What a request wants of some bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wanted {
    /// All of them: it has no range, or one that need not be understood (RFC 9110, 14.2).
    Whole(Content),
    /// A part.
    Part(Part),
}

impl Wanted {
    /// What a GET wants of this content. Several ranges at once are answered with the whole, as the standard allows,
    /// and so is a range with a condition (If-Range).
    ///
    /// ```
    /// use statusquo_problem::{Answer, Content, Wanted};
    /// use http::HeaderMap;
    ///
    /// let mut request = HeaderMap::new();
    /// request.insert("range", "bytes=2-".parse().unwrap());
    /// let wanted = Wanted::of(&request, Content::text("01234"))?;
    /// let response = Answer::wanted(wanted).into_http();
    /// assert_eq!((response.status().as_u16(), &response.body()[..]), (206, &b"234"[..]));
    /// assert_eq!(response.headers()["content-range"], "bytes 2-4/5");
    /// # Ok::<(), statusquo_problem::Problem>(())
    /// ```
    ///
    /// # Errors
    /// When the range lies outside of the content: a 416.
    pub fn of(request: &HeaderMap, content: Content) -> Result<Self, Problem> {
        let mut lines = request.get_all(header::RANGE).iter();
        let only = lines.next().filter(|_| lines.next().is_none());
        let is_conditional = request.contains_key(header::IF_RANGE);
        let asked = only.filter(|_| !is_conditional).and_then(|line| parse(line.to_str().ok()?));
        let Some(asked) = asked else { return Ok(Self::Whole(content)) };
        let complete = content.bytes.len() as u64;
        let (first, end) = match asked {
            Asked::From(first, last) => (first, last.map_or(complete, |last| last.saturating_add(1))),
            Asked::Last(count) => (complete.saturating_sub(count), if count == 0 { 0 } else { complete }),
        };
        let part = Part::new(content, first, end.min(complete));
        part.map(Self::Part).ok_or_else(|| Problem::range_not_satisfiable(complete))
    }
}

impl Part {
    /// The bytes from `first` up to, not including, `end`.
    fn new(content: Content, first: u64, end: u64) -> Option<Self> {
        let complete = content.bytes.len();
        let (from, to) = (usize::try_from(first).ok()?, usize::try_from(end).ok()?);
        if from >= to || to > complete {
            return None;
        }
        let range = HeaderValue::from_str(&format!("bytes {first}-{}/{complete}", end - 1)).ok()?;
        let bytes: Bytes = content.bytes.slice(from..to);
        Some(Self { content: Content { bytes, ..content }, range })
    }
}

enum Asked {
    From(u64, Option<u64>),
    Last(u64),
}

/// One range in bytes (RFC 9110, 14.1.2).
fn parse(text: &str) -> Option<Asked> {
    let (first, last) = text.strip_prefix("bytes=")?.trim().split_once('-')?;
    let number = |text: &str| {
        let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        is_number.then(|| text.parse().unwrap_or(u64::MAX))
    };
    match (first, last) {
        ("", last) => Some(Asked::Last(number(last)?)),
        (first, "") => Some(Asked::From(number(first)?, None)),
        (first, last) => {
            let (first, last) = (number(first)?, number(last)?);
            (first <= last).then_some(Asked::From(first, Some(last)))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_read_as_the_standard_has_them() {
        for (range, expect) in [
            ("bytes=0-0", "bytes 0-0/5"),
            ("bytes=1-99", "bytes 1-4/5"),
            ("bytes=-2", "bytes 3-4/5"),
            ("bytes=-99", "bytes 0-4/5"),
            ("bytes=4-", "bytes 4-4/5"),
            ("bytes=5-", "416"),
            ("bytes=-0", "416"),
            ("bytes=18446744073709551615-", "416"),
            ("bytes=0-1,3-4", "whole"),
            ("bytes=3-1", "whole"),
            ("bytes=a-b", "whole"),
            ("lines=1-2", "whole"),
        ] {
            let mut request = HeaderMap::new();
            request.insert(header::RANGE, range.parse().unwrap());
            let found = match Wanted::of(&request, Content::text("01234")) {
                Ok(Wanted::Whole(_)) => "whole".to_owned(),
                Ok(Wanted::Part(part)) => part.range.to_str().unwrap().to_owned(),
                Err(problem) => problem.status().as_str().to_owned(),
            };
            assert_eq!(found, expect, "{range}");
        }
    }
}
