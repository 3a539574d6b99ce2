//! What tells whether something has changed.

use std::time::SystemTime;

use http::{HeaderMap, HeaderName, HeaderValue, header};

/// What tells whether something has changed (RFC 9110, 8.8).
///
/// ```
/// use statusquo_problem::Validator;
/// use http::HeaderMap;
///
/// let validator = Validator::strong("a1").unwrap();
/// let mut request = HeaderMap::new();
/// request.insert("if-none-match", "\"b2\", W/\"a1\"".parse().unwrap());
/// assert!(validator.is_known_to(&request));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Validator {
    name: HeaderName,
    value: HeaderValue,
}

impl Validator {
    /// An entity tag that changes with every byte. `None` when it has something that no tag has, such as `"`.
    #[must_use]
    pub fn strong(tag: &str) -> Option<Self> {
        Self::tag("", tag)
    }

    /// An entity tag that changes with the meaning.
    #[must_use]
    pub fn weak(tag: &str) -> Option<Self> {
        Self::tag("W/", tag)
    }

    /// The moment of the last change.
    #[must_use]
    pub fn modified(moment: SystemTime) -> Self {
        Self { name: header::LAST_MODIFIED, value: super::date(moment) }
    }

    fn tag(prefix: &str, tag: &str) -> Option<Self> {
        let is_right = tag.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'"');
        let value = HeaderValue::from_str(&format!("{prefix}\"{tag}\"")).ok().filter(|_| is_right)?;
        Some(Self { name: header::ETAG, value })
    }

    /// Does the request say that the client has this already (RFC 9110, 13.1.2 and 13.1.3)? Then the answer to a GET
    /// is a 304.
    #[must_use]
    pub fn is_known_to(&self, request: &HeaderMap) -> bool {
        let tags = request.get_all(header::IF_NONE_MATCH);
        if tags.iter().next().is_some() {
            let own = self.value.to_str().unwrap_or_default().trim_start_matches("W/");
            let texts = tags.iter().filter_map(|line| line.to_str().ok());
            return self.name == header::ETAG && texts.into_iter().any(|text| has_tag(text, own));
        }
        let date = |value: &HeaderValue| httpdate::parse_http_date(value.to_str().ok()?).ok();
        let since = request.get(header::IF_MODIFIED_SINCE).and_then(date);
        let modified = Some(&self.value).filter(|_| self.name == header::LAST_MODIFIED).and_then(date);
        matches!((since, modified), (Some(since), Some(modified)) if modified <= since)
    }

    pub(crate) fn into_line(self) -> (HeaderName, HeaderValue) {
        (self.name, self.value)
    }
}

/// Is it in the list, by the weak comparison? Commas may stand within tags.
fn has_tag(list: &str, own: &str) -> bool {
    let mut rest = list.trim();
    if rest == "*" {
        return true;
    }
    while let Some(start) = rest.find('"') {
        let Some(end) = rest.get(start + 1..).and_then(|tail| tail.find('"')) else { return false };
        if rest.get(start..=start + 1 + end) == Some(own) {
            return true;
        }
        rest = rest.get(start + end + 2..).unwrap_or_default();
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conditions_are_read_as_they_stand() {
        let known = |name: HeaderName, value: &str, validator: &Validator| {
            let mut request = HeaderMap::new();
            request.insert(name, value.parse().unwrap());
            validator.is_known_to(&request)
        };
        let tag = Validator::weak("a,1").unwrap();
        assert!(known(header::IF_NONE_MATCH, "\"a\", \"a,1\"", &tag));
        assert!(known(header::IF_NONE_MATCH, "*", &tag));
        assert!(!known(header::IF_NONE_MATCH, "\"a\", \"1\"", &tag));
        assert!(!known(header::IF_NONE_MATCH, "\"a", &tag));
        let date = Validator::modified(SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(784_111_777));
        assert!(known(header::IF_MODIFIED_SINCE, "Sun, 06 Nov 1994 08:49:37 GMT", &date));
        assert!(!known(header::IF_MODIFIED_SINCE, "Sun, 06 Nov 1994 08:49:36 GMT", &date));
        assert!(!known(header::IF_MODIFIED_SINCE, "yesterday", &date));
        assert_eq!(Validator::strong("a\"b"), None);
    }
}
