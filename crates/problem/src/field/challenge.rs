//! How to sign in.

use http::HeaderValue;

use super::{quoted, value};

/// How to sign in (RFC 9110, 11.6.1): one challenge or several.
///
/// ```
/// use statusquo_problem::{Challenge, Problem};
///
/// let challenge = Challenge::bearer("orders").or(Challenge::basic("orders"));
/// let response = Problem::unauthorized(challenge, "sign in first").into_http();
/// let lines: Vec<_> = response.headers().get_all("www-authenticate").iter().collect();
/// assert_eq!(lines, ["Bearer realm=\"orders\"", "Basic realm=\"orders\", charset=\"UTF-8\""]);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Challenge(Vec<HeaderValue>);

impl Challenge {
    /// Send a token (RFC 6750, 3). For requests that had none.
    #[must_use]
    pub fn bearer(realm: &str) -> Self {
        Self::line(&format!("Bearer realm={}", quoted(realm)))
    }

    /// Send another token: this one has expired, was revoked or is not one of ours (RFC 6750, 3.1).
    #[must_use]
    pub fn bearer_rejected(realm: &str, description: &str) -> Self {
        // The description has neither `"` nor `\` (RFC 6750, 3).
        let description: String =
            description.chars().map(|char| if matches!(char, '"' | '\\') { '\'' } else { char }).collect();
        Self::line(&format!(
            "Bearer realm={}, error=\"invalid_token\", error_description={}",
            quoted(realm),
            quoted(&description)
        ))
    }

    /// Send a name and a password (RFC 7617, 2).
    #[must_use]
    pub fn basic(realm: &str) -> Self {
        Self::line(&format!("Basic realm={}, charset=\"UTF-8\"", quoted(realm)))
    }

    /// Another scheme with its parameters, each of which is written as a quoted string. `None` when the name of the
    /// scheme or of a parameter is not a token.
    #[must_use]
    pub fn scheme(scheme: &str, parameters: &[(&str, &str)]) -> Option<Self> {
        let is_right = is_token(scheme) && parameters.iter().all(|(name, _)| is_token(name));
        let parameters: Vec<String> =
            parameters.iter().map(|(name, value)| format!("{name}={}", quoted(value))).collect();
        is_right.then(|| Self::line(format!("{scheme} {}", parameters.join(", ")).trim_end()))
    }

    /// Another way to sign in, which will do as well.
    #[must_use]
    pub fn or(mut self, other: Self) -> Self {
        self.0.extend(other.0);
        self
    }

    fn line(text: &str) -> Self {
        Self(vec![value(text)])
    }

    pub(crate) fn into_lines(self) -> Vec<HeaderValue> {
        self.0
    }
}

/// RFC 9110, 5.6.2.
fn is_token(text: &str) -> bool {
    !text.is_empty()
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_breaks_out_of_a_realm() {
        let lines = Challenge::bearer("a\"b\\c\r\nd\u{e9}").into_lines();
        assert_eq!(lines, [r#"Bearer realm="a\"b\\c??d?""#]);
        let lines = Challenge::bearer_rejected("a", "it \"ended\"").into_lines();
        assert_eq!(lines, [r#"Bearer realm="a", error="invalid_token", error_description="it 'ended'""#]);
        assert_eq!(Challenge::scheme("A B", &[]), None);
        let lines = Challenge::scheme("DPoP", &[("algs", "ES256")]).unwrap().into_lines();
        assert_eq!(lines, ["DPoP algs=\"ES256\""]);
    }
}
