//! What an endpoint is called.

use std::fmt::Write as _;

/// What an endpoint is called: its method and the path of its route. The same for as long as its route is not merged into
/// another, also over restarts.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EndpointName {
    /// The method as sent.
    pub method: Box<str>,
    /// The path of its route: `/v1/orders/{id}`, `(unmatched)`, `(other)`.
    pub route: Box<str>,
}

impl EndpointName {
    /// A name.
    #[must_use]
    pub fn new(method: &str, route: &str) -> Self {
        Self { method: method.into(), route: route.into() }
    }

    /// As a segment of an address: `GET /v1/orders/{id}` is `get.v1.orders.(id)`. No two endpoints have the same.
    #[must_use]
    pub fn slug(&self) -> String {
        let mut slug = String::new();
        for byte in self.method.bytes() {
            // Methods are told apart by case, and hardly ever have small letters.
            match byte {
                b'A'..=b'Z' => slug.push(char::from(byte.to_ascii_lowercase())),
                _ => escape(&mut slug, byte),
            }
        }
        if !self.route.starts_with('/') {
            slug.push('_');
        }
        for byte in self.route.bytes() {
            match byte {
                b'/' => slug.push('.'),
                b'{' => slug.push('('),
                b'}' => slug.push(')'),
                b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' => slug.push(char::from(byte)),
                _ => escape(&mut slug, byte),
            }
        }
        slug
    }
}

fn escape(slug: &mut String, byte: u8) {
    // Writing to a text does not fail.
    let _ = write!(slug, "~{byte:02x}");
}

impl std::fmt::Display for EndpointName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.method, self.route)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slugs_are_readable_and_no_two_endpoints_share_one() {
        let endpoints = [
            ("GET", "/v1/orders/{id}", "get.v1.orders.(id)"),
            ("GET", "/v1/orders/(id)", "get.v1.orders.~28id~29"),
            ("GET", "/", "get."),
            ("GET", "/a.b", "get.a~2eb"),
            ("GET", "/a/b", "get.a.b"),
            ("get", "/a/b", "~67~65~74.a.b"),
            ("_OTHER", "(malformed)", "~5fother_~28malformed~29"),
            ("POST", "(unmatched)", "post_~28unmatched~29"),
        ];
        for (method, route, slug) in endpoints {
            assert_eq!(EndpointName::new(method, route).slug(), slug);
        }
    }
}
