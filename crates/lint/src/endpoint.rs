//! Which requests are meant: a method and a pattern of the path.

use std::fmt;
use std::str::FromStr;

/// Which requests are meant: `GET /v1/orders/{id}`, `/health`, `POST /v1/*`.
///
/// Without a method, or with `*` for it, all methods are meant. `{…}` stands for one segment of the path, whatever it
/// is, and `*` at the end for all that follows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EndpointPattern {
    method: Option<String>,
    segments: Vec<Option<String>>,
    is_open: bool,
}

/// Why a text is no [`EndpointPattern`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoEndpoint {
    /// The path does not begin with a slash.
    NoPath,
    /// The method is not written as methods are.
    NoMethod,
    /// A `*` stands within the path.
    StarInside,
}

impl EndpointPattern {
    /// Is such a request meant? The target is a path, or a URI with one; its query does not count.
    #[must_use]
    pub fn matches(&self, method: &str, target: &str) -> bool {
        if self.method.as_deref().is_some_and(|own| own != method) {
            return false;
        }
        let mut found = path(target).trim_matches('/').split('/');
        for segment in &self.segments {
            let fits = |found: &str| segment.as_deref().is_none_or(|own| own == found) && !found.is_empty();
            if !found.next().is_some_and(fits) {
                return false;
            }
        }
        let mut rest = found.filter(|segment| !segment.is_empty());
        self.is_open || rest.next().is_none()
    }
}

fn path(target: &str) -> &str {
    let target = match target.split_once("://") {
        Some((_, rest)) => rest.find('/').and_then(|at| rest.get(at..)).unwrap_or_default(),
        None => target,
    };
    target.split(['?', '#']).next().unwrap_or_default()
}

impl FromStr for EndpointPattern {
    type Err = NoEndpoint;

    fn from_str(text: &str) -> Result<Self, NoEndpoint> {
        let (method, path) = match text.trim().split_once(' ') {
            Some((method, path)) => (Some(method), path.trim_start()),
            None => (None, text.trim()),
        };
        let method = method.filter(|method| *method != "*");
        let is_method = |method: &str| method.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'-');
        if !method.is_none_or(is_method) {
            return Err(NoEndpoint::NoMethod);
        }
        let path = path.strip_prefix('/').ok_or(NoEndpoint::NoPath)?;
        let is_open = path == "*" || path.ends_with("/*");
        let path = if is_open { path.trim_end_matches('*') } else { path };
        if path.contains('*') {
            return Err(NoEndpoint::StarInside);
        }
        let is_any = |segment: &str| segment.starts_with('{') && segment.ends_with('}');
        let segment = |segment: &str| (!is_any(segment)).then(|| segment.to_owned());
        let segments = path.trim_matches('/').split('/').filter(|segment| !segment.is_empty()).map(segment);
        Ok(Self { method: method.map(str::to_owned), segments: segments.collect(), is_open })
    }
}

impl fmt::Display for NoEndpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoPath => "the path has to begin with `/`",
            Self::NoMethod => "the method has to be in capitals",
            Self::StarInside => "`*` can stand at the end only; `{id}` stands for one segment",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_mean_a_method_and_a_path() {
        for (pattern, method, target, is_meant) in [
            ("GET /v1/orders/{id}", "GET", "/v1/orders/17", true),
            ("GET /v1/orders/{id}", "GET", "https://api.example/v1/orders/17?a=b", true),
            ("GET /v1/orders/{id}", "HEAD", "/v1/orders/17", false),
            ("GET /v1/orders/{id}", "GET", "/v1/orders", false),
            ("GET /v1/orders/{id}", "GET", "/v1/orders/17/lines", false),
            ("/health", "HEAD", "/health/", true),
            ("* /health", "GET", "/healthz", false),
            ("POST /v1/*", "POST", "/v1/orders/17", true),
            ("POST /v1/*", "POST", "/v1", true),
            ("POST /v1/*", "POST", "/v2/orders", false),
            ("/*", "GET", "/", true),
            ("/", "GET", "https://api.example", true),
            ("/", "GET", "/x", false),
        ] {
            let read: EndpointPattern = pattern.parse().unwrap();
            assert_eq!(read.matches(method, target), is_meant, "{pattern}: {method} {target}");
        }
    }

    #[test]
    fn what_is_no_pattern_is_refused_with_the_reason() {
        for (text, why) in [
            ("v1/orders", NoEndpoint::NoPath),
            ("GET", NoEndpoint::NoPath),
            ("get /v1", NoEndpoint::NoMethod),
            ("/v1/*/lines", NoEndpoint::StarInside),
            ("/v1*", NoEndpoint::StarInside),
        ] {
            assert_eq!(text.parse::<EndpointPattern>(), Err(why), "{text}");
        }
    }
}
