//! Where something is.

use std::fmt;

use http::HeaderValue;

/// Where something is: a URI reference (RFC 9110, 10.2.2).
///
/// ```
/// use statusquo_problem::Location;
///
/// assert_eq!(Location::path(["orders", "a b/c"]).as_str(), "/orders/a%20b%2Fc");
/// assert!(Location::new("https://api.example/orders/17").is_ok());
/// assert!(Location::new("/orders\r\nset-cookie: a=b").is_err());
/// assert!(Location::new("javascript:alert(1)").is_err());
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Location(HeaderValue);

/// Something that is no URI reference, or leads to where no client should go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum InvalidLocation {
    /// There is nothing.
    Empty,
    /// Something stands there that no URI has, at this byte.
    Character(usize),
    /// The scheme is neither `http` nor `https`.
    Scheme,
}

impl Location {
    /// A URI reference: a path, or a URI with `http` or `https`.
    ///
    /// # Errors
    /// When it is none, or has another scheme.
    pub fn new(text: &str) -> Result<Self, InvalidLocation> {
        if text.is_empty() {
            return Err(InvalidLocation::Empty);
        }
        if let Some(at) = fault(text) {
            return Err(InvalidLocation::Character(at));
        }
        let before_path = text.split(['/', '?', '#']).next().unwrap_or_default();
        if let Some((scheme, _)) = before_path.split_once(':')
            && !["http", "https"].iter().any(|known| scheme.eq_ignore_ascii_case(known))
        {
            return Err(InvalidLocation::Scheme);
        }
        HeaderValue::from_str(text).map(Self).map_err(|_| InvalidLocation::Character(0))
    }

    /// A path of these segments, each written so that it is one segment.
    #[must_use]
    pub fn path<S: AsRef<str>>(segments: impl IntoIterator<Item = S>) -> Self {
        let mut path = String::new();
        for segment in segments {
            path.push('/');
            let segment = segment.as_ref();
            // As a segment of its own a dot would mean the segment before (RFC 3986, 5.2.4).
            let is_dots = matches!(segment, "." | "..");
            for byte in segment.bytes() {
                if byte.is_ascii_alphanumeric() || b"-_~".contains(&byte) || (byte == b'.' && !is_dots) {
                    path.push(char::from(byte));
                } else {
                    path.push_str(&format!("%{byte:02X}"));
                }
            }
        }
        if path.is_empty() {
            path.push('/');
        }
        Self(super::value(&path))
    }

    /// The reference as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.to_str().unwrap_or_default()
    }

    pub(crate) fn into_value(self) -> HeaderValue {
        self.0
    }
}

/// The first byte that cannot stand in a URI (RFC 3986, 2).
fn fault(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    bytes.iter().enumerate().find_map(|(at, byte)| {
        let is_right = match byte {
            b'%' => bytes.get(at + 1..at + 3).is_some_and(|hex| hex.iter().all(u8::is_ascii_hexdigit)),
            byte => byte.is_ascii_alphanumeric() || b"-._~:/?#[]@!$&'()*+,;=".contains(byte),
        };
        (!is_right).then_some(at)
    })
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Display for InvalidLocation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("a location cannot be empty"),
            Self::Character(at) => write!(f, "no URI has what stands at byte {at}"),
            Self::Scheme => f.write_str("a location has the scheme `http` or `https`, or none"),
        }
    }
}

impl std::error::Error for InvalidLocation {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_checked() {
        for (text, expect) in [
            ("", Err(InvalidLocation::Empty)),
            ("/a b", Err(InvalidLocation::Character(2))),
            ("/a%2", Err(InvalidLocation::Character(2))),
            ("/caf\u{e9}", Err(InvalidLocation::Character(4))),
            ("data:text/html,x", Err(InvalidLocation::Scheme)),
            ("HTTPS://a.example/", Ok(())),
            ("//a.example/b", Ok(())),
            ("/a:b", Ok(())),
            ("?page=2", Ok(())),
        ] {
            assert_eq!(Location::new(text).map(|_| ()), expect, "{text}");
        }
        assert_eq!(Location::path(["..", "a.b"]).as_str(), "/%2E%2E/a.b");
        assert_eq!(Location::path::<&str>([]).as_str(), "/");
    }
}
