//! Browsers: CORS, cookies, transport security.

use statusquo_exchange::Scheme;

use crate::Place;
use crate::case::Case;
use crate::field::list::{has_element, is_token, split};
use crate::known::Known;
use crate::rule::{Check, When};
use crate::section::Line;
use crate::verdict::{Flag, Opinion, Verdict};

pub(super) const CHECKS: &[Check] = &[
    Check::new(
        "cors-star-with-credentials",
        When::Field(Known::AccessControlAllowOrigin),
        star_with_credentials,
    ),
    Check::new("cors-origin-syntax", When::Field(Known::AccessControlAllowOrigin), origin_syntax),
    Check::new(
        "cors-credentials-not-true",
        When::Field(Known::AccessControlAllowCredentials),
        credentials_not_true,
    ),
    Check::new("cors-list-syntax", When::Always, list_syntax),
    Check::new(
        "cors-reflected-origin-without-vary",
        When::Field(Known::AccessControlAllowOrigin),
        reflected_origin,
    ),
    Check::new("hsts-over-http", When::Field(Known::StrictTransportSecurity), hsts_over_http),
    Check::new("hsts-invalid", When::Field(Known::StrictTransportSecurity), hsts_invalid),
    Check::new("nosniff-missing-on-json", When::Always, nosniff_missing),
    Check::new("cookie-grammar", When::Field(Known::SetCookie), cookie_grammar),
    Check::new("cookie-unprotected", When::Field(Known::SetCookie), cookie_unprotected),
];

fn at(line: &Line<'_>) -> Flag {
    Flag::at(Place::line(line.number))
}

fn star_with_credentials(case: &Case<'_>) -> Opinion {
    let fields = case.fields()?;
    let Some(line) = fields.line(Known::AccessControlAllowOrigin).filter(|line| line.value == b"*") else {
        return Ok(Verdict::Silent);
    };
    let credentials = fields.text(Known::AccessControlAllowCredentials) == Some("true");
    Ok(Verdict::flag_if(credentials, || at(&line).fix("access-control-allow-origin: https://app.example")))
}

/// `*`, `null`, or one origin: scheme, host and port (Fetch, 3.3.3).
fn is_origin(value: &[u8]) -> bool {
    if matches!(value, b"*" | b"null") {
        return true;
    }
    let Some(text) = std::str::from_utf8(value).ok() else { return false };
    let Some((scheme, rest)) = text.split_once("://") else { return false };
    let is_scheme = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c));
    is_scheme && !rest.is_empty() && !rest.contains(['/', ',', ' ', '?', '#', '@', '*'])
}

fn origin_syntax(case: &Case<'_>) -> Opinion {
    let mut lines = case.fields()?.lines(Known::AccessControlAllowOrigin);
    let wrong = lines.find(|line| !is_origin(line.value));
    Ok(wrong.map_or(Verdict::Clean, |line| at(&line).into()))
}

fn credentials_not_true(case: &Case<'_>) -> Opinion {
    let mut lines = case.fields()?.lines(Known::AccessControlAllowCredentials);
    // Many send `false` to say no; the grammar has no such word, and leaving the field out says it.
    let wrong = lines.find(|line| line.value != b"true");
    Ok(wrong.map_or(Verdict::Clean, |line| at(&line).fix("access-control-allow-credentials: true").into()))
}

fn list_syntax(case: &Case<'_>) -> Opinion {
    let fields = case.fields()?;
    let lists = [
        Known::AccessControlAllowMethods,
        Known::AccessControlAllowHeaders,
        Known::AccessControlExposeHeaders,
    ];
    let mut seen = false;
    for line in lists.into_iter().flat_map(|field| fields.lines(field)) {
        seen = true;
        let wrong = split(line.value, b',')
            .find(|range| !range.is_empty() && !line.value.get(range.clone()).is_some_and(is_token));
        if let Some(range) = wrong {
            return Ok(Flag::at(Place::value(line.number, range)).saying("not a name").into());
        }
    }
    if let Some(line) = fields.line(Known::AccessControlMaxAge) {
        seen = true;
        // Browsers take negative numbers for "do not keep" (Fetch, 4.8).
        let digits = line.value.strip_prefix(b"-").unwrap_or(line.value);
        if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
            return Ok(at(&line).saying("not a number of seconds").into());
        }
    }
    Ok(if seen { Verdict::Clean } else { Verdict::Silent })
}

fn reflected_origin(case: &Case<'_>) -> Opinion {
    let fields = case.fields()?;
    let Some(line) = fields.line(Known::AccessControlAllowOrigin) else { return Ok(Verdict::Silent) };
    let asked = case.request()?.line(Known::Origin);
    let cache = case.cache_control()?;
    let is_reflected = asked.is_some_and(|origin| origin.value == line.value);
    // A preflight is kept by the browser alone, and what is not stored reaches nobody else.
    if !is_reflected || cache.has_any(&["no-store", "private"]) || case.method_is(&["OPTIONS"]) {
        return Ok(Verdict::Silent);
    }
    let varies = fields
        .lines(Known::Vary)
        .any(|line| has_element(line.value, b"origin") || has_element(line.value, b"*"));
    Ok(Verdict::flag_if(!varies, || at(&line).fix("vary: Origin")))
}

fn hsts_over_http(case: &Case<'_>) -> Opinion {
    let forwarded = case
        .request()
        .is_ok_and(|request| request.has_any(&[Known::XForwardedProto, Known::Forwarded, Known::Via]));
    let is_plain = case.scheme()? == Scheme::Http && !forwarded;
    let line = case.fields()?.line(Known::StrictTransportSecurity).map_or(0, |line| line.number);
    Ok(Verdict::flag_if(is_plain, || Flag::at(Place::line(line))))
}

fn hsts_invalid(case: &Case<'_>) -> Opinion {
    let lines: Vec<Line<'_>> = case.fields()?.lines(Known::StrictTransportSecurity).collect();
    if let Some(second) = lines.get(1) {
        return Ok(at(second).saying("the field stands here twice: browsers read the first alone").into());
    }
    let Some(line) = lines.first() else { return Ok(Verdict::Silent) };
    let mut names: Vec<Vec<u8>> = Vec::new();
    let mut has_age = false;
    for range in split(line.value, b';').filter(|range| !range.is_empty()) {
        let directive = line.value.get(range.clone()).unwrap_or_default();
        let equals = memchr::memchr(b'=', directive);
        let name = equals
            .map_or(directive, |at| directive.get(..at).unwrap_or_default())
            .trim_ascii()
            .to_ascii_lowercase();
        let value = equals.and_then(|at| directive.get(at + 1..)).unwrap_or_default().trim_ascii();
        if !is_token(&name) {
            return Ok(Flag::at(Place::value(line.number, range)).saying("not a directive").into());
        }
        if names.contains(&name) {
            return Ok(Flag::at(Place::value(line.number, range))
                .saying("a directive that stands here twice")
                .into());
        }
        if name == b"max-age" {
            let digits =
                value.strip_prefix(b"\"").and_then(|value| value.strip_suffix(b"\"")).unwrap_or(value);
            has_age = !digits.is_empty() && digits.iter().all(u8::is_ascii_digit);
        }
        names.push(name);
    }
    Ok(Verdict::flag_if(!has_age, || {
        at(line)
            .saying("it has no max-age with a number of seconds")
            .fix("strict-transport-security: max-age=31536000")
    }))
}

fn nosniff_missing(case: &Case<'_>) -> Opinion {
    if !case.may_have_content() || case.number() == 304 || !case.has_content()? {
        return Ok(Verdict::Silent);
    }
    let concerned = case.is_json()? || (case.code.is_error() && case.media_type()?.is_some());
    if !concerned {
        return Ok(Verdict::Silent);
    }
    let has =
        case.fields()?.lines(Known::XContentTypeOptions).any(|line| has_element(line.value, b"nosniff"));
    Ok(Verdict::flag_if(!has, || Flag::at(Place::StatusLine).fix("x-content-type-options: nosniff")))
}

fn cookie_grammar(case: &Case<'_>) -> Opinion {
    let mut flags = Vec::new();
    let mut names: Vec<&[u8]> = Vec::new();
    for line in case.fields()?.lines(Known::SetCookie) {
        let pair_end = memchr::memchr(b';', line.value).unwrap_or(line.value.len());
        let pair = line.value.get(..pair_end).unwrap_or_default();
        let name = memchr::memchr(b'=', pair).and_then(|at| pair.get(..at)).map(<[u8]>::trim_ascii);
        match name {
            Some(name) if is_token(name) => {
                let attributes: Vec<Vec<u8>> = split(line.value.get(pair_end..).unwrap_or_default(), b';')
                    .filter(|range| !range.is_empty())
                    .filter_map(|range| {
                        let part = line.value.get(pair_end + range.start..pair_end + range.end)?;
                        Some(part.split(|byte| *byte == b'=').next()?.trim_ascii().to_ascii_lowercase())
                    })
                    .collect();
                let twice = attributes
                    .iter()
                    .enumerate()
                    .any(|(at, name)| attributes.iter().take(at).any(|earlier| earlier == name));
                if twice {
                    flags.push(at(&line).saying("an attribute stands here twice"));
                }
                names.push(name);
            }
            Some(_) => flags.push(at(&line).saying("its name is not a token")),
            None => flags.push(at(&line).saying("not of the form name=value")),
        }
    }
    Ok(Verdict::from_flags(flags))
}

fn cookie_unprotected(case: &Case<'_>) -> Opinion {
    let mut seen = false;
    for line in case.fields()?.lines(Known::SetCookie) {
        let text = String::from_utf8_lossy(line.value).to_ascii_lowercase();
        let name = text.split('=').next().unwrap_or_default().trim();
        let is_session =
            ["sess", "sid", "auth", "token", "login", "jwt"].iter().any(|part| name.contains(part))
                && !name.contains("csrf")
                && !name.contains("xsrf");
        // A cookie that is taken back needs no protection.
        let is_removal = text.contains("max-age=0") || text.contains("1970");
        if !is_session || is_removal {
            continue;
        }
        seen = true;
        let attributes: Vec<&str> = text.split(';').skip(1).map(str::trim).collect();
        let has = |name: &str| attributes.iter().any(|attribute| attribute.split('=').next() == Some(name));
        let is_tls = case.scheme().is_ok_and(|scheme| scheme == Scheme::Https);
        let lacks: Vec<&str> = [("secure", "Secure"), ("httponly", "HttpOnly"), ("samesite", "SameSite")]
            .into_iter()
            .filter(|(name, _)| !has(name) && (*name != "secure" || is_tls))
            .map(|(_, shown)| shown)
            .collect();
        if !lacks.is_empty() {
            return Ok(at(&line)
                .saying(format!("a cookie that looks like a session's has no {}", lacks.join(", ")))
                .into());
        }
    }
    Ok(if seen { Verdict::Clean } else { Verdict::Silent })
}
