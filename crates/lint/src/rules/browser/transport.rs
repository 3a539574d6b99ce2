//! From http to https, and staying there (RFC 6797; Upgrade Insecure Requests).

use std::collections::BTreeSet;

use super::at;
use crate::Place;
use crate::case::Case;
use crate::channel::Channel;
use crate::field::list::{is_token, split, trim, unquote};
use crate::field::media_type::MediaType;
use crate::known::Known;
use crate::section::Line;
use crate::verdict::{Flag, Opinion, Verdict};

pub(super) fn over_http(case: &Case<'_>) -> Opinion {
    let channel = Channel::of(case)?;
    let line = case.fields()?.line(Known::StrictTransportSecurity).filter(|_| channel != Channel::Secure);
    Ok(line.map_or(Verdict::Clean, |line| at(&line).advising(channel == Channel::Unsure).into()))
}

pub(super) fn invalid(case: &Case<'_>) -> Opinion {
    let lines: Vec<Line<'_>> = case.fields()?.lines(Known::StrictTransportSecurity).collect();
    // RFC 6797, 7.1
    if let Some(second) = lines.get(1) {
        let flag = at(second).saying("the field stands here twice: browsers read the first alone");
        return Ok(flag.fix("send the field once").into());
    }
    Ok(lines.first().and_then(fault).map_or(Verdict::Clean, Verdict::from))
}

/// RFC 6797, 6.1: directives between semicolons, each once, `max-age` among them.
fn fault(line: &Line<'_>) -> Option<Flag> {
    let mut names = BTreeSet::new();
    for range in split(line.value, b';').filter(|range| !range.is_empty()) {
        let directive = line.value.get(range.clone()).unwrap_or_default();
        let equals = memchr::memchr(b'=', directive).unwrap_or(directive.len());
        let name = directive.get(trim(directive, 0..equals)).unwrap_or_default().to_ascii_lowercase();
        let value = directive.get(equals + 1..).unwrap_or_default().trim_ascii();
        let here = || Flag::at(Place::value(line.number, range.clone()));
        if !is_token(&name) {
            return Some(here().saying("not a directive; they stand between semicolons"));
        }
        if name == b"max-age" && !is_number(&unquote(value)) {
            return Some(here().saying("not a number of seconds").fix(FIX));
        }
        // RFC 6797, 6.1.2
        if name == b"includesubdomains" && equals < directive.len() {
            return Some(here().saying("`includeSubDomains` has no value").fix("includeSubDomains"));
        }
        if !names.insert(name) {
            return Some(here().saying("a directive that stands here twice"));
        }
    }
    let has_age = names.contains(&b"max-age"[..]);
    (!has_age).then(|| at(line).saying("there is no `max-age`").fix(FIX))
}

const FIX: &str = "strict-transport-security: max-age=31536000";

fn is_number(digits: &[u8]) -> bool {
    !digits.is_empty() && digits.iter().all(u8::is_ascii_digit)
}

pub(super) fn upgrade_preference(case: &Case<'_>) -> Opinion {
    let request = case.request()?;
    if request.text(Known::UpgradeInsecureRequests) != Some("1") {
        return Ok(Verdict::Silent);
    }
    // It is a browser's wish for pages; the machine on the desk has no certificate.
    let is_page = case.code.is_success() && case.media_type()?.is_some_and(MediaType::is_html);
    if !is_page || Channel::of(case)? != Channel::Plain || !request.has(Known::Host) {
        return Ok(Verdict::Silent);
    }
    let host = request.text(Known::Host).unwrap_or_default();
    Ok(Flag::at(Place::StatusLine).fix(format!("redirect with 307 to `https://{host}`")).into())
}
