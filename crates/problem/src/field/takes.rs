//! What content is taken.

use http::{HeaderName, HeaderValue, Method, header};

/// What content is taken, for a 415.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Takes {
    name: HeaderName,
    value: HeaderValue,
}

impl Takes {
    /// Content of these media types. The field is the one that the method has: Accept-Post (W3C LDP, 7.1),
    /// Accept-Patch (RFC 5789, 3.1) or Accept (RFC 9110, 15.5.16).
    #[must_use]
    pub fn media_types(method: &Method, media_types: &[&str]) -> Self {
        let name = match method.as_str() {
            "PATCH" => HeaderName::from_static("accept-patch"),
            "POST" => HeaderName::from_static("accept-post"),
            _ => header::ACCEPT,
        };
        Self { name, value: super::list(media_types.iter().copied()) }
    }

    /// Content with these codings, such as `gzip` (RFC 9110, 12.5.3). None: only what is not coded.
    #[must_use]
    pub fn codings(codings: &[&str]) -> Self {
        let codings = if codings.is_empty() { &["identity"] } else { codings };
        Self { name: header::ACCEPT_ENCODING, value: super::list(codings.iter().copied()) }
    }

    pub(crate) fn into_line(self) -> (HeaderName, HeaderValue) {
        (self.name, self.value)
    }
}
