//! What lets pages of other origins read a response (Fetch, 3.3).

use super::at;
use crate::Place;
use crate::case::Case;
use crate::field::list::{has_element, is_token, split};
use crate::known::Known;
use crate::section::Line;
use crate::verdict::{Flag, Opinion, Verdict};

pub(super) fn star_with_credentials(case: &Case<'_>) -> Opinion {
    let fields = case.fields()?;
    let Some(line) = fields.line(Known::AccessControlAllowOrigin).filter(|line| line.value == b"*") else {
        return Ok(Verdict::Silent);
    };
    let has_credentials = fields.text(Known::AccessControlAllowCredentials) == Some("true");
    Ok(Verdict::flag_if(has_credentials, || {
        let asked = case.request().ok().and_then(|request| request.text(Known::Origin));
        at(&line).fix(format!("access-control-allow-origin: {}", asked.unwrap_or("https://app.example")))
    }))
}

pub(super) fn origin_syntax(case: &Case<'_>) -> Opinion {
    let lines: Vec<_> = case.fields()?.lines(Known::AccessControlAllowOrigin).collect();
    if let Some(second) = lines.get(1) {
        return Ok(at(second).saying("the field stands here twice: browsers join both and refuse").into());
    }
    let wrong = lines.iter().find(|line| !is_origin(line.value));
    Ok(wrong.map_or(Verdict::Clean, |line| at(line).into()))
}

/// `*`, `null`, or one origin: scheme, host and port (Fetch, 3.2 and 3.3.4).
pub(super) fn is_origin(value: &[u8]) -> bool {
    if matches!(value, b"*" | b"null") {
        return true;
    }
    let Some((scheme, rest)) = std::str::from_utf8(value).ok().and_then(|text| text.split_once("://")) else {
        return false;
    };
    let is_scheme = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c));
    let is_host = |c: char| c.is_ascii_graphic() && !"/,?#@*\"\\<>^`{|}".contains(c);
    let is_port = |port: &str| port.chars().all(|c| c.is_ascii_digit());
    let has_right_port = rest.rsplit_once(':').is_none_or(|(_, port)| port.contains(']') || is_port(port));
    // Views of Android's send `file://`, which has an empty host.
    is_scheme && (!rest.is_empty() || scheme == "file") && rest.chars().all(is_host) && has_right_port
}

pub(super) fn credentials_not_true(case: &Case<'_>) -> Opinion {
    let lines: Vec<_> = case.fields()?.lines(Known::AccessControlAllowCredentials).collect();
    if let Some(second) = lines.get(1) {
        return Ok(at(second).saying("the field stands here twice: browsers join both and refuse").into());
    }
    let wrong = lines.iter().find(|line| line.value != b"true");
    Ok(wrong.map_or(Verdict::Clean, |line| {
        let flag = at(line);
        // The grammar has no word for no: leaving the field out says it.
        if line.value.eq_ignore_ascii_case(b"false") {
            flag.fix("leave the field out")
        } else {
            flag.fix("access-control-allow-credentials: true")
        }
        .into()
    }))
}

const LISTS: [Known; 3] =
    [Known::AccessControlAllowMethods, Known::AccessControlAllowHeaders, Known::AccessControlExposeHeaders];

pub(super) fn list_syntax(case: &Case<'_>) -> Opinion {
    let fields = case.fields()?;
    if !fields.has_any(&LISTS) && !fields.has(Known::AccessControlMaxAge) {
        return Ok(Verdict::Silent);
    }
    let lists = LISTS.into_iter().flat_map(|field| fields.lines(field)).filter_map(|line| not_a_name(&line));
    let ages = fields.lines(Known::AccessControlMaxAge).filter_map(|line| not_an_age(&line));
    Ok(Verdict::from_flags(lists.chain(ages).collect()))
}

fn not_a_name(line: &Line<'_>) -> Option<Flag> {
    let is_wrong = |range: &std::ops::Range<usize>| {
        !range.is_empty() && !line.value.get(range.clone()).is_some_and(is_token)
    };
    let range = split(line.value, b',').find(is_wrong)?;
    let name = String::from_utf8_lossy(line.value.get(range.clone()).unwrap_or_default());
    Some(Flag::at(Place::value(line.number, range)).saying(format!("`{name}` is not a name")))
}

fn not_an_age(line: &Line<'_>) -> Option<Flag> {
    // The grammar has no negative numbers, but browsers' manuals tell people to send -1 for "do not keep".
    let digits = line.value.strip_prefix(b"-").unwrap_or(line.value);
    let is_number = !digits.is_empty() && digits.iter().all(u8::is_ascii_digit);
    (!is_number).then(|| at(line).saying("not a number of seconds").fix("access-control-max-age: 600"))
}

pub(super) fn reflected_origin(case: &Case<'_>) -> Opinion {
    let fields = case.fields()?;
    let Some(line) = fields.line(Known::AccessControlAllowOrigin) else { return Ok(Verdict::Silent) };
    let asked = case.request()?.line(Known::Origin);
    let is_reflected = asked.is_some_and(|origin| origin.value == line.value);
    let cache = case.cache_control()?;
    // Only what a cache keeps can reach another origin: preflights are kept apart, writes are not kept.
    let may_be_kept = matches!(case.method()?, "GET" | "HEAD")
        && (case.code.is_heuristically_cacheable() || case.freshness()?.is_some())
        && !cache.has_any(&["no-store", "private"]);
    if !is_reflected || !may_be_kept {
        return Ok(Verdict::Silent);
    }
    let varies = fields
        .lines(Known::Vary)
        .any(|line| has_element(line.value, b"origin") || has_element(line.value, b"*"));
    Ok(Verdict::flag_if(!varies, || at(&line).fix("vary: Origin")))
}

#[cfg(test)]
mod tests {
    use super::is_origin;

    #[test]
    fn an_origin_has_a_scheme_and_a_host_and_nothing_else() {
        for text in [
            "*",
            "null",
            "https://a.example",
            "http://localhost:3000",
            "http://[::1]:80",
            "capacitor://localhost",
            "file://",
        ] {
            assert!(is_origin(text.as_bytes()), "{text}");
        }
        for text in [
            "",
            "NULL",
            "a.example",
            "https://",
            "https://a.example/",
            "https://*.a.example",
            "https://a.example:443x",
            "https://a.example https://b.example",
            "https://a.example,https://b.example",
            "\"https://a.example\"",
        ] {
            assert!(!is_origin(text.as_bytes()), "{text}");
        }
    }
}
