//! What must never be recorded: credentials, known by where they stand.

use std::borrow::Cow;

use bytes::Bytes;
use statusquo_exchange::{Exchange, FieldLine, Outcome, Response};
use url::Url;

/// What stands in a secret's place.
const HIDDEN: &str = "***";

/// Is the value of the field with this name a secret?
pub(crate) fn is_field(name: &[u8]) -> bool {
    const NAMES: [&str; 4] = ["authorization", "proxy-authorization", "cookie", "cookie2"];
    const PARTS: [&str; 7] = ["token", "secret", "api-key", "apikey", "password", "credential", "signature"];
    let Ok(name) = std::str::from_utf8(name) else { return true };
    let name = name.to_ascii_lowercase().replace('_', "-");
    NAMES.contains(&name.as_str())
        || PARTS.iter().any(|part| name.contains(part))
        || name.ends_with("-auth")
        || (name.ends_with("-key") && name != "idempotency-key")
}

/// The value of a secret field as it may be recorded: an authentication scheme stays, the rest goes.
pub(crate) fn hide(name: &[u8], value: &[u8]) -> Bytes {
    let scheme = value.split(|&byte| byte == b' ').next().filter(|scheme| {
        name.to_ascii_lowercase().ends_with(b"authorization")
            && scheme.len() < value.len()
            && scheme.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'-')
    });
    match scheme {
        Some(scheme) => Bytes::from([scheme, b" ", HIDDEN.as_bytes()].concat()),
        None => Bytes::from_static(HIDDEN.as_bytes()),
    }
}

/// Hides what a response gives to its client alone, before it is kept: cookies, tokens, parameters of redirects.
pub fn redact(exchange: &mut Exchange) {
    let hidden = |line: &FieldLine| {
        let value = match line.name.to_ascii_lowercase().as_slice() {
            b"set-cookie" | b"set-cookie2" => hide_cookie(&line.value),
            b"location" | b"content-location" => hide_in_reference(&line.value),
            b"authentication-info" | b"proxy-authentication-info" => Bytes::from_static(HIDDEN.as_bytes()),
            name if is_field(name) => Bytes::from_static(HIDDEN.as_bytes()),
            _ => line.value.clone(),
        };
        FieldLine { name: line.name.clone(), value }
    };
    let redacted = |response: &mut Response| {
        response.fields = response.fields.lines().map(hidden).collect();
        response.trailers = response.trailers.lines().map(hidden).collect();
    };
    exchange.interim.iter_mut().for_each(redacted);
    match &mut exchange.outcome {
        Outcome::Answered(response) => redacted(response),
        Outcome::Failed { seen, .. } => {
            if let Some(response) = seen {
                redacted(response);
            }
        }
    }
    // It has the same fields again, and all of the content.
    exchange.raw_response = None;
}

/// `name=***; Path=/; HttpOnly`
fn hide_cookie(value: &[u8]) -> Bytes {
    let end = value.iter().position(|byte| *byte == b';').unwrap_or(value.len());
    let (pair, attributes) = value.split_at(end);
    let name = pair.split(|byte| *byte == b'=').next().unwrap_or_default();
    Bytes::from([name, b"=", HIDDEN.as_bytes(), attributes].concat())
}

/// A URI reference without user, fragment and the values of secret parameters.
fn hide_in_reference(value: &Bytes) -> Bytes {
    let Ok(text) = std::str::from_utf8(value) else { return value.clone() };
    if let Ok(url) = Url::parse(text) {
        return Bytes::from(hide_in_url(&url));
    }
    let without_fragment = text.split('#').next().unwrap_or_default();
    let Some((path, query)) = without_fragment.split_once('?') else { return value.clone() };
    let parts: Vec<Cow<'_, str>> = query.split('&').map(hide_parameter).collect();
    Bytes::from(format!("{path}?{}", parts.join("&")))
}

/// A URL as it may be recorded: without user and fragment, and without the values of secret parameters.
#[must_use]
pub fn hide_in_url(url: &Url) -> String {
    let plain = url.username().is_empty() && url.password().is_none() && url.fragment().is_none();
    if plain && !url.query_pairs().any(|(name, _)| is_parameter(&name)) {
        return url.as_str().to_owned();
    }
    let mut shown = url.clone();
    // Both fail only for URLs that cannot have a user at all.
    let _ = shown.set_username("");
    let _ = shown.set_password(None);
    shown.set_fragment(None);
    if let Some(query) = url.query() {
        let parts: Vec<Cow<'_, str>> = query.split('&').map(hide_parameter).collect();
        shown.set_query(Some(&parts.join("&")));
    }
    shown.into()
}

fn hide_parameter(part: &str) -> Cow<'_, str> {
    let raw_name = part.split('=').next().unwrap_or_default();
    let secret =
        url::form_urlencoded::parse(part.as_bytes()).next().is_some_and(|(name, _)| is_parameter(&name));
    if secret { Cow::Owned(format!("{raw_name}={HIDDEN}")) } else { Cow::Borrowed(part) }
}

fn is_parameter(name: &str) -> bool {
    const NAMES: [&str; 9] = ["key", "sig", "auth", "code", "pass", "pwd", "jwt", "sid", "session"];
    const PARTS: [&str; 6] = ["token", "secret", "apikey", "password", "signature", "credential"];
    let name: String =
        name.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
    NAMES.contains(&name.as_str()) || PARTS.iter().any(|part| name.contains(part)) || name.ends_with("key")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_response_gives_to_its_client_alone_is_hidden() {
        let text = Bytes::from_static(
            b"HTTP/1.1 302 Found\r\nSet-Cookie: sid=abc; HttpOnly\r\nLocation: /cb?code=xyz&page=2#t\r\nX-Auth-Token: t\r\nVia: a\r\n\r\n",
        );
        let mut exchange = Exchange::parse_http1(&text, statusquo_exchange::Name::from("test")).unwrap();
        redact(&mut exchange);
        let fields = &exchange.response().unwrap().fields;
        let values: Vec<&str> = ["set-cookie", "location", "x-auth-token", "via"]
            .iter()
            .filter_map(|name| fields.text(name))
            .collect();
        assert_eq!(values, ["sid=***; HttpOnly", "/cb?code=***&page=2", "***", "a"]);
        assert_eq!(exchange.raw_response, None);
    }

    #[test]
    fn secret_fields_are_known_by_name() {
        for name in
            ["Authorization", "cookie", "X-API-Key", "x_api_key", "X-Auth-Token", "Proxy-Authorization"]
        {
            assert!(is_field(name.as_bytes()), "{name}");
        }
        for name in ["Accept", "Host", "User-Agent", "X-Request-Id", "Idempotency-Key"] {
            assert!(!is_field(name.as_bytes()), "{name}");
        }
    }

    #[test]
    fn the_scheme_stays() {
        assert_eq!(hide(b"Authorization", b"Bearer abc"), "Bearer ***");
        assert_eq!(hide(b"Authorization", b"abc"), "***");
        assert_eq!(hide(b"X-Api-Key", b"a b"), "***");
    }

    #[test]
    fn urls_lose_their_secrets_and_nothing_else() {
        let shown = |url: &str| hide_in_url(&url.parse().unwrap());
        assert_eq!(shown("https://u:p@a.test/x?b=1"), "https://a.test/x?b=1");
        assert_eq!(
            shown("https://a.test/?API%5Fkey=s3&q=a%20b&x"),
            "https://a.test/?API%5Fkey=***&q=a%20b&x"
        );
        assert_eq!(shown("https://a.test/?q=1"), "https://a.test/?q=1");
    }
}
