//! Keys, tokens and passwords.

use std::ops::Range;

use super::{Anchor, Sign, text::Text};

const CONNECTION: Sign = Sign::Leak("a connection string with a password");

pub(super) const ANCHORS: &[Anchor] = &[
    Anchor::new("AKIA", Sign::Leak("an access key of AWS"), aws_key),
    Anchor::new("ASIA", Sign::Leak("an access key of AWS"), aws_key),
    Anchor::new("-----BEGIN ", Sign::Leak("a private key"), private_key),
    Anchor::new("eyJ", Sign::Leak("a JSON web token"), jwt),
    Anchor::new("ghp_", Sign::Leak("a token of GitHub"), |text, at| token(text, at, 4, 36)),
    Anchor::new("xoxb-", Sign::Leak("a token of Slack"), |text, at| token(text, at, 5, 20)),
    Anchor::new("sk_live_", Sign::Leak("a secret key of Stripe"), |text, at| token(text, at, 8, 20)),
    Anchor::new("AIza", Sign::Leak("a key of Google"), |text, at| token(text, at, 4, 35)),
    Anchor::new("postgres://", CONNECTION, connection),
    Anchor::new("postgresql://", CONNECTION, connection),
    Anchor::new("mysql://", CONNECTION, connection),
    Anchor::new("mongodb://", CONNECTION, connection),
    Anchor::new("mongodb+srv://", CONNECTION, connection),
    Anchor::new("redis://", CONNECTION, connection),
    Anchor::new("amqp://", CONNECTION, connection),
    Anchor::new(";Password=", CONNECTION, ado_password),
    Anchor::new(";Pwd=", CONNECTION, ado_password),
];

/// S3 repeats the key that the client itself sent; that gives nothing away.
fn aws_key(text: Text<'_>, at: usize) -> Option<Range<usize>> {
    let length = text.run(at, |byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
    let before = text.before(at, 20);
    let is_part = before.last().is_some_and(u8::is_ascii_alphanumeric);
    let is_echo = before.ends_with(b"<AWSAccessKeyId>");
    (length == 20 && !is_part && !is_echo).then(|| text.whole(at, length))
}

fn private_key(text: Text<'_>, at: usize) -> Option<Range<usize>> {
    let line = text.next(at, 48);
    memchr::memmem::find(line, b"PRIVATE KEY-----").map(|end| at..at + end + 16)
}

/// Three parts in base64url, the first of which begins with `{"` (RFC 7519, 3).
fn jwt(text: Text<'_>, at: usize) -> Option<Range<usize>> {
    let is_base64 = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    if text.before(at, 1).first().is_some_and(|byte| is_base64(*byte)) {
        return None;
    }
    let mut end = at;
    for part in 0..3 {
        let length = text.next(end, 8192).iter().take_while(|byte| is_base64(**byte)).count();
        if length < 10 || (part < 2 && !text.after(end + length).starts_with(b".")) {
            return None;
        }
        end += length + usize::from(part < 2);
    }
    Some(at..end)
}

/// Letters and digits of some length; what is masked with asterisks is not that long.
fn token(text: Text<'_>, at: usize, prefix: usize, least: usize) -> Option<Range<usize>> {
    let length = text.run(at + prefix, |byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
    let is_part = text.before(at, 1).first().is_some_and(u8::is_ascii_alphanumeric);
    (length >= least && !is_part).then(|| text.whole(at, prefix + length))
}

/// `postgres://user:password@host`
fn connection(text: Text<'_>, at: usize) -> Option<Range<usize>> {
    let start = at + text.run(at, |byte| byte != b'/') + 2;
    let authority = text.next(start, 200);
    let end =
        authority.iter().position(|byte| matches!(byte, b'/' | b' ' | b'"' | b'\'' | b'<' | b'\n' | b'\\'));
    let authority = authority.get(..end.unwrap_or(authority.len()))?;
    let user = authority.get(..memchr::memrchr(b'@', authority)?)?;
    let password = user.get(memchr::memchr(b':', user)? + 1..)?;
    (!password.is_empty() && !is_masked(password)).then(|| at..start + user.len())
}

fn ado_password(text: Text<'_>, at: usize) -> Option<Range<usize>> {
    let name = text.run(at, |byte| byte != b'=') + 1;
    let length = text.run(at + name, |byte| byte.is_ascii_graphic() && !matches!(byte, b';' | b'"' | b'\\'));
    let value = text.next(at + name, length);
    (!value.is_empty() && !is_masked(value)).then(|| text.whole(at + 1, name + length - 1))
}

fn is_masked(secret: &[u8]) -> bool {
    secret.iter().any(|byte| matches!(byte, b'*' | b'<' | b'[' | b'{')) || secret.eq_ignore_ascii_case(b"xxx")
}
