//! Credentials and permission.

mod scheme;
mod token;

use crate::Place;
use crate::case::Case;
use crate::channel::Channel;
use crate::field::Fault;
use crate::field::challenge::{AuthParam, Challenge};
use crate::known::Known;
use crate::rule::{Check, When};
use crate::section::{Line, Section};
use crate::verdict::{Flag, Lack, Opinion, Verdict};

pub(in crate::rules) const CHECKS: &[Check] = &[
    Check::new("unauthorized-missing-challenge", When::Code(401), missing_challenge),
    Check::new("challenge-malformed", When::Always, malformed),
    Check::new("challenge-scheme-unregistered", When::Field(Known::WwwAuthenticate), unregistered),
    Check::new("challenge-basic-no-realm", When::Always, basic_without_realm),
    Check::new("challenge-realm-unquoted", When::Always, realm_unquoted),
    Check::new("challenge-param-duplicate", When::Always, param_twice),
    Check::new("challenge-basic-charset", When::Always, scheme::basic_charset),
    Check::new("challenge-digest-incomplete", When::Always, scheme::digest_incomplete),
    Check::new("challenge-over-plaintext", When::Field(Known::WwwAuthenticate), over_plaintext),
    Check::new("bearer-error-wrong-status", When::Field(Known::WwwAuthenticate), bearer_wrong_status),
    Check::new("bearer-error-without-credentials", When::Field(Known::WwwAuthenticate), bearer_error_unasked),
    Check::new("bearer-no-error-with-token", When::Code(401), bearer_without_error),
    Check::new("bearer-without-parameters", When::Field(Known::WwwAuthenticate), scheme::bearer_alone),
    Check::new("bearer-param-syntax", When::Field(Known::WwwAuthenticate), bearer_syntax),
    Check::new("token-response-cacheable", When::Field(Known::ContentType), token::cacheable),
    Check::new("token-error-wrong-status", When::Codes(&[401, 403, 404, 405, 409, 422]), token::error_status),
    Check::new("token-in-query-cacheable", When::Always, token_in_query),
    Check::new("proxy-auth-missing-challenge", When::Code(407), proxy_missing_challenge),
    Check::new("proxy-auth-from-origin", When::Code(407), proxy_from_origin),
    Check::new("csrf-or-session-vendor-code", When::Codes(&[419, 440, 498]), session_code),
    Check::new("payment-required-x402-header", When::Code(402), payment_terms),
    Check::new("network-auth-from-origin", When::Code(511), network_auth_from_origin),
    Check::new("network-auth-no-link", When::Code(511), network_auth_no_link),
    Check::new("network-auth-with-challenge", When::Code(511), network_auth_challenge),
];

/// The registered schemes (IANA, HTTP Authentication Scheme Registry) and those that everybody knows.
const SCHEMES: &[&str] = &[
    "Basic",
    "Bearer",
    "Concealed",
    "Digest",
    "DPoP",
    "GNAP",
    "HOBA",
    "Mutual",
    "Negotiate",
    "OAuth",
    "PrivateToken",
    "SCRAM-SHA-1",
    "SCRAM-SHA-256",
    "vapid",
    "NTLM",
    "AWS4-HMAC-SHA256",
    "ApiKey",
    "Key",
    "Token",
    "Signature",
    "Cookie",
    "FormBased",
    "Kerberos",
    "L402",
    "Payment",
    "SharedKey",
    "Hawk",
    "GoogleLogin",
    "PoP",
    "Session",
];

/// A challenge and the line that it stands on.
type Asked<'a> = (Line<'a>, Challenge<'a>);

/// The challenges of all WWW-Authenticate lines that can be read.
fn challenges<'a>(case: &Case<'a>) -> Result<Vec<Asked<'a>>, Lack> {
    Ok(challenges_in(case.fields()?, Known::WwwAuthenticate).collect())
}

/// Those of proxies as well, which have the same form (RFC 9110, 11.7.1).
fn all_challenges<'a>(case: &Case<'a>) -> Result<Vec<Asked<'a>>, Lack> {
    let fields = case.fields()?;
    Ok(AUTHENTICATE.into_iter().flat_map(|field| challenges_in(fields, field)).collect())
}

/// The fields that hold challenges.
const AUTHENTICATE: [Known; 2] = [Known::WwwAuthenticate, Known::ProxyAuthenticate];

fn challenges_in<'a>(fields: &Section<'a>, field: Known) -> impl Iterator<Item = Asked<'a>> {
    let of = |line: Line<'a>| {
        Challenge::list(line.value).unwrap_or_default().into_iter().map(move |challenge| (line, challenge))
    };
    fields.lines(field).flat_map(of)
}

fn at_param(line: &Line<'_>, param: &AuthParam<'_>) -> Flag {
    Flag::at(Place::value(line.number, param.place.clone()))
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn missing_challenge(case: &Case<'_>) -> Opinion {
    let fields = case.fields()?;
    let is_missing = !fields.has(Known::WwwAuthenticate);
    Ok(Verdict::flag_if(is_missing, || {
        let count = case.response.fields.len();
        let message = format!("none of the {count} response header fields is WWW-Authenticate");
        Flag::at(Place::StatusLine).saying(message).fix("www-authenticate: Bearer realm=\"api\"")
    }))
}

fn malformed(case: &Case<'_>) -> Opinion {
    let fields = case.fields()?;
    let mut seen = false;
    let mut flags = Vec::new();
    for line in AUTHENTICATE.into_iter().flat_map(|field| fields.lines(field)) {
        seen = true;
        let fault = match Challenge::list(line.value) {
            Ok(found) => found.iter().find_map(|challenge| scheme::miswritten(line.value, challenge)),
            Err(fault) => Some(fault),
        };
        if let Some(Fault { bytes, why }) = fault {
            let name = line.known.map_or("the field", Known::as_str);
            flags.push(Flag::at(Place::value(line.number, bytes)).saying(format!("{name}: {why}")));
        }
    }
    Ok(if seen { Verdict::from_flags(flags) } else { Verdict::Silent })
}

fn unregistered(case: &Case<'_>) -> Opinion {
    let is_known = |challenge: &Challenge<'_>| SCHEMES.iter().any(|scheme| challenge.is(scheme));
    let found = challenges(case)?.into_iter().find(|(_, challenge)| !is_known(challenge));
    Ok(found.map_or(Verdict::Clean, |(line, challenge)| {
        let message = format!("`{}` is no registered authentication scheme", text(challenge.scheme));
        Flag::at(Place::value(line.number, challenge.place)).saying(message).into()
    }))
}

fn basic_without_realm(case: &Case<'_>) -> Opinion {
    let found = all_challenges(case)?;
    let mut basic = found.iter().filter(|(_, challenge)| challenge.is("Basic")).peekable();
    if basic.peek().is_none() {
        return Ok(Verdict::Silent);
    }
    Ok(basic.find(|(_, challenge)| challenge.param("realm").is_none()).map_or(
        Verdict::Clean,
        |(line, challenge)| {
            let name = line.known.map_or("www-authenticate", Known::as_str).to_ascii_lowercase();
            Flag::at(Place::value(line.number, challenge.place.clone()))
                .fix(format!("{name}: Basic realm=\"api\""))
                .into()
        },
    ))
}

fn realm_unquoted(case: &Case<'_>) -> Opinion {
    let found = all_challenges(case)?;
    if found.is_empty() {
        return Ok(Verdict::Silent);
    }
    for (line, challenge) in found {
        if let Some(realm) = challenge.param("realm").filter(|realm| !realm.is_quoted()) {
            let fix = format!("realm=\"{}\"", text(realm.value).trim_matches('\''));
            return Ok(at_param(&line, realm).fix(fix).into());
        }
    }
    Ok(Verdict::Clean)
}

fn param_twice(case: &Case<'_>) -> Opinion {
    let found = all_challenges(case)?;
    if found.is_empty() {
        return Ok(Verdict::Silent);
    }
    for (line, challenge) in found {
        for (at, param) in challenge.params.iter().enumerate() {
            if challenge.params.iter().take(at).any(|earlier| earlier.name.eq_ignore_ascii_case(param.name)) {
                return Ok(at_param(&line, param)
                    .saying(format!("`{}` stands here twice", text(param.name)))
                    .into());
            }
        }
    }
    Ok(Verdict::Clean)
}

fn over_plaintext(case: &Case<'_>) -> Opinion {
    let found = challenges(case)?;
    let Some((line, challenge)) =
        found.iter().find(|(_, challenge)| challenge.is("Basic") || challenge.is("Bearer"))
    else {
        return Ok(Verdict::Silent);
    };
    case.request()?;
    Ok(Verdict::flag_if(Channel::of(case)? == Channel::Plain, || {
        let message =
            format!("{} asks for credentials that anybody on the way can read", text(challenge.scheme));
        Flag::at(Place::value(line.number, challenge.place.clone())).saying(message)
    }))
}

/// The Bearer challenge with an error code.
fn bearer_error<'a>(case: &Case<'a>) -> Result<Option<(Line<'a>, Challenge<'a>)>, Lack> {
    Ok(challenges(case)?
        .into_iter()
        .find(|(_, challenge)| challenge.is("Bearer") && challenge.param("error").is_some()))
}

fn bearer_wrong_status(case: &Case<'_>) -> Opinion {
    let Some((line, challenge)) = bearer_error(case)? else { return Ok(Verdict::Silent) };
    let Some(error) = challenge.param("error") else { return Ok(Verdict::Silent) };
    let right = match error.plain().as_ref() {
        b"invalid_request" => 400,
        b"invalid_token" => 401,
        b"insufficient_scope" => 403,
        _ => return Ok(Verdict::Silent),
    };
    Ok(Verdict::flag_if(case.number() != right, || {
        at_param(&line, error).saying(format!(
            "{} belongs to {right}, and this is {}",
            text(&error.plain()),
            case.code
        ))
    }))
}

fn bearer_error_unasked(case: &Case<'_>) -> Opinion {
    let Some((line, challenge)) = bearer_error(case)? else { return Ok(Verdict::Silent) };
    let Some(error) = challenge.param("error") else { return Ok(Verdict::Silent) };
    let request = case.request()?;
    let in_target = case.target().is_ok_and(|target| target.contains("access_token="));
    let in_form =
        case.request_content().is_ok_and(|content| memchr::memmem::find(content, b"access_token=").is_some());
    // Tokens come in fields of other names as well.
    let in_other = request.every().any(|line| {
        let name = line.name.to_ascii_lowercase();
        [&b"token"[..], b"auth", b"api-key", b"cookie", b"jwt"]
            .iter()
            .any(|part| memchr::memmem::find(&name, part).is_some())
    });
    let has_any = request.has(Known::Authorization) || in_target || in_form || in_other;
    // A recorder that hides credentials leaves no Authorization anywhere; browsers do so in the HAR files they export.
    if !has_any && case.is_behind_browser_cache() {
        return Err(Lack::Request);
    }
    Ok(Verdict::flag_if(!has_any, || at_param(&line, error)))
}

fn bearer_without_error(case: &Case<'_>) -> Opinion {
    let found = challenges(case)?;
    let mut bearers = found.iter().filter(|(_, challenge)| challenge.is("Bearer"));
    let Some((line, challenge)) = bearers.next() else { return Ok(Verdict::Silent) };
    let mut all = bearers.map(|(_, challenge)| challenge).chain([challenge]);
    let says_why = all.any(|challenge| challenge.param("error").is_some());
    let presented = case
        .request()?
        .text(Known::Authorization)
        .is_some_and(|value| value.get(..7).is_some_and(|scheme| scheme.eq_ignore_ascii_case("bearer ")));
    if !presented {
        return Ok(Verdict::Silent);
    }
    Ok(Verdict::flag_if(!says_why, || {
        Flag::at(Place::value(line.number, challenge.place.clone()))
            .fix("www-authenticate: Bearer error=\"invalid_token\"")
    }))
}

/// RFC 6750, 3: `error` and `error_description` are %x20-21 / %x23-5B / %x5D-7E; `scope` has no space within a token.
fn bearer_syntax(case: &Case<'_>) -> Opinion {
    let mut seen = false;
    for (line, challenge) in challenges(case)?.iter().filter(|(_, challenge)| challenge.is("Bearer")) {
        for param in &challenge.params {
            if !["error", "error_description", "error_uri", "scope"].iter().any(|name| param.is(name)) {
                continue;
            }
            seen = true;
            let plain = param.plain();
            let has_odd = plain.iter().any(|byte| !matches!(byte, 0x20..=0x21 | 0x23..=0x5b | 0x5d..=0x7e));
            let has_gap = param.is("scope") && plain.split(|byte| *byte == b' ').any(<[u8]>::is_empty);
            let message = match (has_odd, has_gap) {
                (true, _) => format!("`{}` has characters that it may not have", text(param.name)),
                (false, true) => "`scope` is one or more words with one space between them".to_owned(),
                (false, false) => continue,
            };
            return Ok(at_param(line, param).saying(message).into());
        }
    }
    Ok(if seen { Verdict::Clean } else { Verdict::Silent })
}

fn token_in_query(case: &Case<'_>) -> Opinion {
    let target = case.target()?;
    let query = target.split_once('?').map_or("", |(_, query)| query);
    let has_token = query.split('&').any(|part| part.starts_with("access_token="));
    if !has_token || !case.code.is_success() {
        return Ok(Verdict::Silent);
    }
    let cache = case.cache_control()?;
    Ok(Verdict::flag_if(!cache.has("private") && !cache.has("no-store"), || {
        Flag::at(Place::RequestLine)
            .saying("a token in the URI, and an answer that shared caches may keep")
            .fix("cache-control: private")
    }))
}

fn proxy_missing_challenge(case: &Case<'_>) -> Opinion {
    let is_missing = !case.fields()?.has(Known::ProxyAuthenticate);
    Ok(Verdict::flag_if(is_missing, || {
        Flag::at(Place::StatusLine).fix("proxy-authenticate: Basic realm=\"proxy\"")
    }))
}

/// Only an origin that signs itself in as one with WWW-Authenticate is surely no proxy.
fn proxy_from_origin(case: &Case<'_>) -> Opinion {
    let fields = case.fields()?;
    let is_origin = fields.has(Known::WwwAuthenticate)
        && !fields.has(Known::ProxyAuthenticate)
        && !fields.has(Known::Via);
    Ok(Verdict::flag_if(is_origin, || Flag::at(Place::StatusLine)))
}

fn session_code(case: &Case<'_>) -> Opinion {
    let message = format!("{} is a framework's own word for an expired session or token", case.code);
    Ok(Flag::at(Place::StatusLine).saying(message).into())
}

/// x402 version 2: the terms are Base64 of a JSON object with `accepts`.
fn payment_terms(case: &Case<'_>) -> Opinion {
    let Some(line) = case.fields()?.line(Known::PaymentRequired) else { return Ok(Verdict::Silent) };
    let decoded = decode_base64(line.value);
    let is_right = decoded.as_deref().is_some_and(|json| {
        crate::json::Json::parse(json).is_ok_and(|json| json.root().get("accepts").is_some())
    });
    Ok(Verdict::flag_if(!is_right, || Flag::at(Place::line(line.number))))
}

fn decode_base64(text: &[u8]) -> Option<Vec<u8>> {
    let mut bits = 0_u32;
    let mut count = 0;
    let mut bytes = Vec::with_capacity(text.len() * 3 / 4);
    for byte in text.iter().take_while(|byte| **byte != b'=') {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            _ => return None,
        };
        bits = (bits << 6) | u32::from(value);
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push(u8::try_from((bits >> count) & 0xff).unwrap_or(0));
        }
    }
    Some(bytes)
}

/// Whoever intercepts does not speak for an API: fields that only the API's own server sets give it away.
fn network_auth_from_origin(case: &Case<'_>) -> Opinion {
    let fields = case.fields()?;
    let own = [
        Known::XRequestId,
        Known::Ratelimit,
        Known::XRatelimitLimit,
        Known::XPoweredBy,
        Known::AccessControlAllowOrigin,
    ];
    Ok(Verdict::flag_if(fields.has_any(&own) || case.is_json()?, || Flag::at(Place::StatusLine)))
}

fn network_auth_no_link(case: &Case<'_>) -> Opinion {
    let content = case.content()?;
    if content.is_empty() && !case.is_not_head()? {
        return Ok(Verdict::Silent);
    }
    let has_link = [&b"http://"[..], b"https://", b"href"]
        .iter()
        .any(|part| memchr::memmem::find(content, part).is_some());
    Ok(Verdict::flag_if(!has_link, || Flag::at(Place::StatusLine)))
}

fn network_auth_challenge(case: &Case<'_>) -> Opinion {
    if let Some(line) = case.fields()?.line(Known::WwwAuthenticate) {
        return Ok(Flag::at(Place::line(line.number)).into());
    }
    let content = case.content()?;
    let form = memchr::memmem::find(content, b"<form")
        .or_else(|| memchr::memmem::find(content, b"type=\"password\""));
    Ok(form.map_or(Verdict::Clean, |at| Flag::at(Place::Content(at..at + 5)).into()))
}
