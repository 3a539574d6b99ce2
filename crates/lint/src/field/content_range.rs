//! Range and Content-Range (RFC 9110, 14.2 and 14.4).

use std::ops::Range;

use super::Fault;
use super::list::{elements, is_token};

/// What Content-Range says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ContentRange<'a> {
    pub(crate) unit: &'a [u8],
    /// First and last position; `None` in `*/1234`, which says that nothing was satisfiable.
    pub(crate) range: Option<(u64, u64)>,
    /// The complete length; `None` when it is not known (`*`).
    pub(crate) complete: Option<u64>,
}

impl<'a> ContentRange<'a> {
    pub(crate) fn parse(value: &'a [u8]) -> Result<Self, Fault> {
        let all = 0..value.len();
        let Some(space) = memchr::memchr(b' ', value) else {
            return Err(Fault::new(all, "not of the form `bytes 0-99/1234`"));
        };
        let unit = value.get(..space).unwrap_or_default();
        if !is_token(unit) {
            return Err(Fault::new(0..space, "a range unit that is not a token"));
        }
        let rest = value.get(space + 1..).unwrap_or_default();
        let at = space + 1..value.len();
        let Some(slash) = memchr::memchr(b'/', rest) else {
            return Err(Fault::new(at, "no complete length"));
        };
        let (range, complete) =
            (rest.get(..slash).unwrap_or_default(), rest.get(slash + 1..).unwrap_or_default());
        let range = if range == b"*" { None } else { Some(bounds(range, &at)?) };
        let complete = match complete {
            b"*" if range.is_some() => None,
            digits => {
                Some(number(digits).ok_or_else(|| Fault::new(at, "a complete length that is not a number"))?)
            }
        };
        Ok(Self { unit, range, complete })
    }

    /// Is the unit `bytes`?
    pub(crate) const fn is_bytes(&self) -> bool {
        self.unit.eq_ignore_ascii_case(b"bytes")
    }

    /// How many units the range has; `None` when it has none or makes no sense.
    pub(crate) fn length(&self) -> Option<u64> {
        let (first, last) = self.range?;
        last.checked_sub(first)?.checked_add(1)
    }
}

fn bounds(range: &[u8], at: &Range<usize>) -> Result<(u64, u64), Fault> {
    let found = memchr::memchr(b'-', range)
        .and_then(|dash| Some((number(range.get(..dash)?)?, number(range.get(dash + 1..)?)?)));
    found.ok_or_else(|| Fault::new(at.clone(), "no first and last position"))
}

/// Only digits.
fn number(digits: &[u8]) -> Option<u64> {
    let is_number = !digits.is_empty() && digits.iter().all(u8::is_ascii_digit);
    std::str::from_utf8(digits).ok().filter(|_| is_number)?.parse().ok()
}

/// One range of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Asked {
    /// From a position, to another or to the end.
    From(u64, Option<u64>),
    /// So many at the end.
    Last(u64),
}

impl Asked {
    /// Does it have something in common with what was served? A range at the end needs the complete length.
    pub(crate) fn overlaps(self, served: (u64, u64), complete: Option<u64>) -> bool {
        match self {
            Self::From(first, last) => first <= served.1 && last.is_none_or(|last| served.0 <= last),
            Self::Last(length) => complete.is_none_or(|complete| served.1 >= complete.saturating_sub(length)),
        }
    }
}

/// The ranges in `bytes` that a request asks for; `None` for another unit or what cannot be read.
pub(crate) fn asked(value: &[u8]) -> Option<Vec<Asked>> {
    let equals = memchr::memchr(b'=', value)?;
    if !value.get(..equals)?.eq_ignore_ascii_case(b"bytes") {
        return None;
    }
    let specs = value.get(equals + 1..)?;
    elements(specs).map(|range| one(specs.get(range)?)).collect()
}

fn one(spec: &[u8]) -> Option<Asked> {
    let dash = memchr::memchr(b'-', spec)?;
    let (first, last) = (spec.get(..dash)?, spec.get(dash + 1..)?);
    match (first, last) {
        (b"", length) => Some(Asked::Last(number(length)?)),
        (first, b"") => Some(Asked::From(number(first)?, None)),
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
    fn content_ranges_are_read_strictly() {
        let found = ContentRange::parse(b"bytes 0-99/1234").unwrap();
        assert_eq!((found.range, found.complete, found.length()), (Some((0, 99)), Some(1234), Some(100)));
        assert_eq!(ContentRange::parse(b"bytes 0-99/*").unwrap().complete, None);
        assert_eq!(ContentRange::parse(b"items */0").unwrap().range, None);
        for wrong in [
            "",
            "bytes",
            "bytes=0-9/10",
            "0-9/10",
            "bytes 0-9",
            "bytes */*",
            "bytes -9/10",
            "bytes 0-9/",
            "bytes 0 - 9/10",
        ] {
            assert!(ContentRange::parse(wrong.as_bytes()).is_err(), "{wrong}");
        }
        assert_eq!(ContentRange::parse(b"bytes 0-18446744073709551615/*").unwrap().length(), None);
    }

    #[test]
    fn ranges_of_a_request_are_read_and_compared_with_what_was_served() {
        assert_eq!(
            asked(b"bytes=0-9, -5,7-").unwrap(),
            [Asked::From(0, Some(9)), Asked::Last(5), Asked::From(7, None)]
        );
        assert!(
            asked(b"items=0-9").is_none() && asked(b"bytes=9-0").is_none() && asked(b"bytes 0-9").is_none()
        );
        assert!(Asked::Last(5).overlaps((95, 99), Some(100)) && !Asked::Last(5).overlaps((0, 4), Some(100)));
        assert!(
            Asked::From(5, None).overlaps((0, 5), None) && !Asked::From(0, Some(9)).overlaps((10, 19), None)
        );
    }
}
