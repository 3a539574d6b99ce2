//! Cookies (RFC 6265).

use statusquo_exchange::Scheme;

use crate::Place;
use crate::case::Case;
use crate::channel::{Channel, host_and_port, is_address};
use crate::field::cookie::Cookie;
use crate::known::Known;
use crate::verdict::{Flag, Lack, Opinion, Verdict};

pub(super) fn grammar(case: &Case<'_>) -> Opinion {
    refuse_joined(case)?;
    let mut flags = Vec::new();
    let mut seen: Vec<&Cookie<'_>> = Vec::new();
    for (line, parsed) in case.cookies()?.iter().take(MOST_COOKIES) {
        match parsed {
            Err(fault) => {
                let flag = Flag::at(Place::value(*line, fault.bytes.clone()));
                flags.push(flag.saying(format!("Set-Cookie: {}", fault.why)));
            }
            Ok(cookie) => {
                if seen.iter().any(|earlier| is_same(earlier, cookie)) {
                    let name = String::from_utf8_lossy(cookie.name);
                    flags.push(
                        Flag::at(Place::value(*line, cookie.name_bytes.clone())).saying(format!(
                            "`{name}` is set twice: which one counts depends on their order"
                        )),
                    );
                }
                let refusal = refusal(cookie).or_else(|| refusal_here(case, cookie));
                flags.extend(refusal.map(|refusal| refusal.flag(*line, cookie)));
                seen.push(cookie);
            }
        }
    }
    Ok(Verdict::from_flags(flags))
}

/// Why browsers refuse a cookie that is written well.
struct Refusal {
    why: &'static str,
    lacks_secure: bool,
    is_advice: bool,
}

impl Refusal {
    const fn new(why: &'static str) -> Self {
        Self { why, lacks_secure: false, is_advice: false }
    }

    const fn lacking_secure(why: &'static str) -> Self {
        Self { lacks_secure: true, ..Self::new(why) }
    }

    fn flag(self, line: usize, cookie: &Cookie<'_>) -> Flag {
        let flag = Flag::at(Place::value(line, cookie.name_bytes.clone()));
        let flag = flag.saying(self.why).advising(self.is_advice);
        if self.lacks_secure { flag.fix("add `; Secure`") } else { flag }
    }
}

/// By itself (RFC 6265bis, 4.1.3 and 5.7).
fn refusal(cookie: &Cookie<'_>) -> Option<Refusal> {
    let is_named = |prefix: &[u8]| {
        cookie.name.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix))
    };
    let is_for_all = cookie.get("samesite").is_some_and(|value| value.eq_ignore_ascii_case(b"none"));
    if cookie.has("secure") {
        let is_right = !cookie.has("domain") && cookie.get("path") == Some(&b"/"[..]);
        return (is_named(b"__Host-") && !is_right).then_some(Refusal::new(
            "a `__Host-` cookie needs `Path=/` and no `Domain`: browsers refuse it",
        ));
    }
    let why = if is_named(b"__Secure-") || is_named(b"__Host-") {
        "a cookie with this prefix needs `Secure`: browsers refuse it"
    } else if cookie.has("partitioned") {
        "`Partitioned` needs `Secure`: browsers refuse it"
    } else if is_for_all {
        "`SameSite=None` needs `Secure`: browsers refuse it"
    } else {
        return None;
    };
    Some(Refusal::lacking_secure(why))
}

/// Because it comes from here.
fn refusal_here(case: &Case<'_>, cookie: &Cookie<'_>) -> Option<Refusal> {
    // RFC 6265 keeps such a cookie, and its successor alone does not (RFC 6265bis, 5.7).
    if cookie.has("secure") && Channel::of(case).is_ok_and(|channel| channel == Channel::Plain) {
        let why = "a `Secure` cookie over plain HTTP: browsers refuse it";
        return Some(Refusal { is_advice: true, ..Refusal::new(why) });
    }
    let domain = std::str::from_utf8(cookie.get("domain")?).ok()?.to_ascii_lowercase();
    let domain = domain.strip_prefix('.').unwrap_or(&domain);
    let host = host_and_port(&case.request_uri().ok()?.authority).0;
    let is_hidden = domain.is_empty() || domain.contains(['*', '[', '<', '{', '_']);
    if is_hidden || covers(domain, &host) || !host.contains('.') || is_known_otherwise(case, domain) {
        return None;
    }
    let is_advice = is_address(&host) || is_anonymised(case, &host, domain);
    let why = "`Domain` does not cover the host that sets it: browsers refuse it";
    Some(Refusal { is_advice, ..Refusal::new(why) })
}

/// RFC 6265, 5.1.3
fn covers(domain: &str, host: &str) -> bool {
    host == domain || host.strip_suffix(domain).is_some_and(|rest| rest.ends_with('.'))
}

/// May the host have another name for the client than for the recorder? A proxy between them says so, or a field of the
/// request still has the name.
fn is_known_otherwise(case: &Case<'_>, domain: &str) -> bool {
    let Ok(request) = case.request() else { return false };
    let is_named = |field: &Known| {
        request.text(*field).is_some_and(|text| {
            let text = text.split_once("://").map_or(text, |(_, rest)| rest);
            covers(domain, &host_and_port(text.split('/').next().unwrap_or_default()).0)
        })
    };
    request.has_any(&[Known::XForwardedHost, Known::Forwarded, Known::Via])
        || [Known::Host, Known::Origin, Known::Referer].iter().any(is_named)
}

/// Has somebody put the name of an example in the place of the host or of the domain? What nets of delivery add, nobody
/// writes into an example.
fn is_anonymised(case: &Case<'_>, host: &str, domain: &str) -> bool {
    let is_example = |name: &str| RESERVED.iter().any(|reserved| covers(reserved, name));
    let is_real = || {
        let marks =
            [Known::AltSvc, Known::CfRay, Known::Via, Known::XAmzCfId, Known::XCache, Known::XServedBy];
        case.fields().is_ok_and(|fields| fields.has_any(&marks))
    };
    match (is_example(host), is_example(domain)) {
        (false, true) => true,
        (true, false) => is_real(),
        (true, true) | (false, false) => false,
    }
}

/// Names that nobody owns (RFC 2606, 2 and 3).
const RESERVED: [&str; 6] = ["example", "test", "invalid", "example.com", "example.net", "example.org"];

/// Browsers keep no more of one site (RFC 6265, 6.1, asks for 50 at least).
const MOST_COOKIES: usize = 200;

/// Would the one take the place of the other (RFC 6265, 5.3)? RFC 6265, 4.1.1, speaks of the name alone; but to take
/// back a cookie of another path there is no other way.
fn is_same(one: &Cookie<'_>, other: &Cookie<'_>) -> bool {
    one.name == other.name && ["domain", "path"].iter().all(|scope| one.get(scope) == other.get(scope))
}

/// Some recorders join the lines of Set-Cookie, though a comma does not separate them (RFC 6265, 3), and some put a word
/// such as `REDACTED` in the place of a cookie.
fn refuse_joined(case: &Case<'_>) -> Result<(), Lack> {
    let is_changed = |value: &[u8]| {
        let is_joined = value.split(|byte| *byte == b',').skip(1).any(|part| {
            let pair = part.split(|byte| *byte == b';').next().unwrap_or_default();
            part.starts_with(b" ") && pair.contains(&b'=') && value.contains(&b';')
        });
        let is_hidden = !value.contains(&b'=')
            && (value.contains(&b'*') || value.contains(&b'[') || value.contains(&b'<'))
            || value.eq_ignore_ascii_case(b"redacted");
        is_joined || is_hidden
    };
    if case.exchange.raw_response.is_none()
        && case.fields()?.lines(Known::SetCookie).any(|line| is_changed(line.value))
    {
        return Err(Lack::Fields);
    }
    Ok(())
}

pub(super) fn unprotected(case: &Case<'_>) -> Opinion {
    let is_tls = case.scheme().is_ok_and(|scheme| scheme == Scheme::Https);
    let sessions = case.cookies()?.iter().filter_map(|(line, parsed)| Some((line, parsed.as_ref().ok()?)));
    let mut sessions = sessions.filter(|(_, cookie)| is_session(cookie)).peekable();
    if sessions.peek().is_none() {
        return Ok(Verdict::Silent);
    }
    let flags = sessions.filter_map(|(line, cookie)| {
        let place = Place::value(*line, cookie.name_bytes.clone());
        Some(Flag::at(place).saying(weakness(cookie, is_tls)?))
    });
    Ok(Verdict::from_flags(flags.collect()))
}

/// Does it look like what a client shows to be known again? One that is taken back needs no protection, and one against
/// forged requests is there to be read by scripts.
fn is_session(cookie: &Cookie<'_>) -> bool {
    let name = String::from_utf8_lossy(cookie.name).to_ascii_lowercase();
    let is_secret =
        name.ends_with("sid") || ["sess", "auth", "token", "jwt"].iter().any(|part| name.contains(part));
    let is_for_scripts = name.contains("csrf") || name.contains("xsrf");
    let is_past = cookie.get("expires").is_some_and(|date| date.windows(6).any(|part| part == b" 1970 "));
    let is_removal = is_past || cookie.get("max-age").is_some_and(|age| age == b"0" || age.starts_with(b"-"));
    is_secret && !is_for_scripts && !is_removal
}

fn weakness(cookie: &Cookie<'_>, is_tls: bool) -> Option<String> {
    let lacks: Vec<&str> = [("secure", "`Secure`"), ("httponly", "`HttpOnly`"), ("samesite", "`SameSite`")]
        .into_iter()
        .filter(|(name, _)| !cookie.has(name) && (is_tls || *name != "secure"))
        .map(|(_, shown)| shown)
        .collect();
    let name = String::from_utf8_lossy(cookie.name);
    (!lacks.is_empty())
        .then(|| format!("`{name}` looks like a session's cookie and has no {}", lacks.join(", ")))
}
