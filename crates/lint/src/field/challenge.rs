//! Challenges: WWW-Authenticate and Proxy-Authenticate (RFC 9110, 11.6.1).

use std::borrow::Cow;
use std::ops::Range;

use super::Fault;
use super::list::{elements, is_quoted, is_tchar, is_token, trim, unquote};

/// One challenge of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Challenge<'a> {
    /// The scheme: `Basic`.
    pub(crate) scheme: &'a [u8],
    /// Where the scheme stands in the value.
    pub(crate) place: Range<usize>,
    /// Its parameters; none when it has a token68 in their place.
    pub(crate) params: Vec<AuthParam<'a>>,
}

/// A parameter of a challenge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct AuthParam<'a> {
    pub(crate) name: &'a [u8],
    /// As written, quotes included.
    pub(crate) value: &'a [u8],
    pub(crate) place: Range<usize>,
}

impl AuthParam<'_> {
    pub(crate) fn is(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name.as_bytes())
    }

    pub(crate) fn is_quoted(&self) -> bool {
        self.value.starts_with(b"\"")
    }

    pub(crate) fn plain(&self) -> Cow<'_, [u8]> {
        unquote(self.value)
    }
}

impl<'a> Challenge<'a> {
    pub(crate) fn is(&self, scheme: &str) -> bool {
        self.scheme.eq_ignore_ascii_case(scheme.as_bytes())
    }

    pub(crate) fn param(&self, name: &str) -> Option<&AuthParam<'a>> {
        self.params.iter().find(|param| param.is(name))
    }

    /// All challenges of a value. Their lists are within a list: a parameter belongs to the scheme before it.
    pub(crate) fn list(value: &'a [u8]) -> Result<Vec<Self>, Fault> {
        let mut challenges: Vec<Self> = Vec::new();
        for range in elements(value) {
            let text = value.get(range.clone()).unwrap_or_default();
            let end = text.iter().position(|byte| !is_tchar(*byte)).unwrap_or(text.len());
            let after = trim(value, range.start + end..range.end);
            let is_param = value.get(after.start) == Some(&b'=') && !after.is_empty();
            if end == 0 {
                return Err(Fault::new(range, "neither a scheme nor a parameter"));
            }
            if is_param {
                let Some(challenge) = challenges.last_mut() else {
                    return Err(Fault::new(range, "a parameter without a scheme before it"));
                };
                challenge.params.push(param(value, range)?);
                continue;
            }
            let place = range.start..range.start + end;
            let scheme = text.get(..end).unwrap_or_default();
            let params = if after.is_empty() || is_token68(value.get(after.clone()).unwrap_or_default()) {
                Vec::new()
            } else {
                vec![param(value, after)?]
            };
            challenges.push(Self { scheme, place, params });
        }
        if challenges.is_empty() {
            Err(Fault::new(0..value.len(), "no challenge at all"))
        } else {
            Ok(challenges)
        }
    }
}

fn param(value: &[u8], range: Range<usize>) -> Result<AuthParam<'_>, Fault> {
    let text = value.get(range.clone()).unwrap_or_default();
    let Some(equals) = memchr::memchr(b'=', text) else {
        return Err(Fault::new(range, "a parameter without a value"));
    };
    let name = trim(value, range.start..range.start + equals);
    let given = trim(value, range.start + equals + 1..range.end);
    let (name, given) = (value.get(name).unwrap_or_default(), value.get(given).unwrap_or_default());
    if !is_token(name) {
        return Err(Fault::new(range, "a parameter whose name is not a token"));
    }
    if !is_token(given) && !is_quoted(given) {
        return Err(Fault::new(range, "a value that is neither a token nor a quoted string"));
    }
    Ok(AuthParam { name, value: given, place: range })
}

/// RFC 9110, 11.2
fn is_token68(text: &[u8]) -> bool {
    let end = text.iter().rposition(|byte| *byte != b'=').map_or(0, |at| at + 1);
    let inner = text.get(..end).unwrap_or_default();
    !inner.is_empty() && inner.iter().all(|byte| byte.is_ascii_alphanumeric() || b"-._~+/".contains(byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn challenges_and_their_parameters_are_told_apart() {
        let value = br#"Basic realm="a, b", charset = "UTF-8", Bearer error="invalid_token", Negotiate, NTLM abc==, New"#;
        let found = Challenge::list(value).unwrap();
        let schemes: Vec<String> =
            found.iter().map(|challenge| String::from_utf8_lossy(challenge.scheme).into_owned()).collect();
        assert_eq!(schemes, ["Basic", "Bearer", "Negotiate", "NTLM", "New"]);
        assert_eq!(found[0].params.len(), 2);
        assert_eq!(found[0].param("Realm").unwrap().plain().as_ref(), b"a, b");
        assert!(found[1].is("bearer") && found[1].param("error").unwrap().is_quoted());
    }

    #[test]
    fn what_is_no_challenge_is_refused_with_its_place() {
        for wrong in [
            "",
            "realm=\"a\"",
            "Basic realm=a b",
            "Bearer, =x",
            "Basic realm=\"a",
            "\"Basic\"",
            "Please sign in!",
            "Bearer error",
        ] {
            let found = Challenge::list(wrong.as_bytes());
            assert_eq!(found.is_err(), wrong != "Bearer error", "{wrong}: {found:?}");
        }
    }
}
