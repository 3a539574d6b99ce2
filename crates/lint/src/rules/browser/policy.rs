//! What a response forbids browsers to do with it.

use std::collections::BTreeSet;
use std::ops::Range;

use super::at;
use super::cors::is_origin;
use crate::Place;
use crate::case::Case;
use crate::field::list::{elements, has_element, is_quoted, trim};
use crate::field::structured::{self, Bare};
use crate::known::Known;
use crate::section::Line;
use crate::verdict::{Flag, Opinion, Verdict};

pub(super) fn nosniff_missing(case: &Case<'_>) -> Opinion {
    if !case.may_have_content() || !case.has_content()? {
        return Ok(Verdict::Silent);
    }
    let is_concerned = case.is_json()? || (case.code.is_error() && case.media_type()?.is_some());
    if !is_concerned {
        return Ok(Verdict::Silent);
    }
    let has =
        case.fields()?.lines(Known::XContentTypeOptions).any(|line| has_element(line.value, b"nosniff"));
    Ok(Verdict::flag_if(!has, || Flag::at(Place::StatusLine).fix("x-content-type-options: nosniff")))
}

pub(super) fn syntax(case: &Case<'_>) -> Opinion {
    let fields = case.fields()?;
    if !POLICIES.iter().any(|(field, _)| fields.has(*field)) {
        return Ok(Verdict::Silent);
    }
    let faults =
        POLICIES.iter().flat_map(|(field, fault)| fields.lines(*field).filter_map(|line| fault(&line)));
    Ok(Verdict::from_flags(faults.collect()))
}

/// What looks for the fault of a field line.
type Fault = fn(&Line<'_>) -> Option<Flag>;

const POLICIES: [(Known, Fault); 12] = [
    (Known::ClearSiteData, clear_site_data),
    (Known::OriginAgentCluster, agent_cluster),
    (Known::XContentTypeOptions, content_type_options),
    (Known::XFrameOptions, frame_options),
    (Known::CrossOriginResourcePolicy, resource_policy),
    (Known::ReferrerPolicy, referrer_policy),
    (Known::CrossOriginOpenerPolicy, opener_policy),
    (Known::CrossOriginEmbedderPolicy, embedder_policy),
    (Known::TimingAllowOrigin, timing_allow_origin),
    (Known::PermissionsPolicy, permissions_policy),
    (Known::ContentSecurityPolicy, content_security_policy),
    (Known::ContentSecurityPolicyReportOnly, content_security_policy),
];

fn unknown(line: &Line<'_>, fix: &'static str) -> Flag {
    let (name, value) = (String::from_utf8_lossy(line.name), String::from_utf8_lossy(line.value));
    at(line).saying(format!("browsers know no `{value}` in {name}, and ignore it")).fix(fix)
}

/// Browsers look at the first value (Fetch, 3.6), so that a second one does no harm.
fn content_type_options(line: &Line<'_>) -> Option<Flag> {
    let first = line.value.split(|byte| *byte == b',').next().unwrap_or_default().trim_ascii();
    (!first.eq_ignore_ascii_case(b"nosniff")).then(|| unknown(line, "x-content-type-options: nosniff"))
}

/// HTML, "The X-Frame-Options header": what is not known there is ignored, such as the old `ALLOW-FROM`.
fn frame_options(line: &Line<'_>) -> Option<Flag> {
    let is_known = |value: &[u8]| {
        let value = value.trim_ascii();
        ["deny", "sameorigin", "allowall"].iter().any(|word| value.eq_ignore_ascii_case(word.as_bytes()))
    };
    let is_wrong = !line.value.split(|byte| *byte == b',').all(is_known);
    is_wrong.then(|| unknown(line, "x-frame-options: DENY"))
}

/// Fetch, 3.7: one word, in lower case.
fn resource_policy(line: &Line<'_>) -> Option<Flag> {
    let is_known = matches!(line.value, b"same-origin" | b"same-site" | b"cross-origin");
    (!is_known).then(|| unknown(line, "cross-origin-resource-policy: same-origin"))
}

/// Referrer Policy, 3: browsers take the last word that they know, so that one is enough.
fn referrer_policy(line: &Line<'_>) -> Option<Flag> {
    const WORDS: [&str; 8] = [
        "no-referrer",
        "no-referrer-when-downgrade",
        "strict-origin",
        "strict-origin-when-cross-origin",
        "same-origin",
        "origin",
        "origin-when-cross-origin",
        "unsafe-url",
    ];
    let is_known = WORDS.iter().any(|word| has_element(line.value, word.as_bytes()));
    (!is_known && !line.value.is_empty()).then(|| unknown(line, "referrer-policy: no-referrer"))
}

/// HTML, "Cross-origin opener policies"
fn opener_policy(line: &Line<'_>) -> Option<Flag> {
    let words = ["unsafe-none", "same-origin-allow-popups", "same-origin", "noopener-allow-popups"];
    (!is_token_of(line.value, &words)).then(|| unknown(line, "cross-origin-opener-policy: same-origin"))
}

/// HTML, "Embedder policies"
fn embedder_policy(line: &Line<'_>) -> Option<Flag> {
    let words = ["unsafe-none", "require-corp", "credentialless"];
    (!is_token_of(line.value, &words)).then(|| unknown(line, "cross-origin-embedder-policy: require-corp"))
}

fn is_token_of(value: &[u8], words: &[&str]) -> bool {
    structured::item(value).is_ok_and(|item| matches!(item.value, Bare::Token(word) if words.contains(&word)))
}

/// Clear Site Data, 3.1: types are strings in quotes, and what is not is ignored.
fn clear_site_data(line: &Line<'_>) -> Option<Flag> {
    let plain = elements(line.value).find(|range| !line.value.get(range.clone()).is_some_and(is_quoted))?;
    let word = String::from_utf8_lossy(line.value.get(plain.clone()).unwrap_or_default()).into_owned();
    let flag = Flag::at(Place::value(line.number, plain));
    Some(flag.saying(format!("browsers ignore `{word}` without quotes")).fix(format!("\"{word}\"")))
}

/// HTML, "Origin-keyed agent clusters": a Boolean of structured fields.
fn agent_cluster(line: &Line<'_>) -> Option<Flag> {
    let is_right = structured::item(line.value).is_ok_and(|item| matches!(item.value, Bare::Boolean(_)));
    (!is_right).then(|| unknown(line, "origin-agent-cluster: ?1"))
}

/// Permissions Policy, 5.2: a dictionary, all of which is ignored when it cannot be read.
fn permissions_policy(line: &Line<'_>) -> Option<Flag> {
    let fault = structured::dictionary(line.value).err()?;
    Some(Flag::at(Place::value(line.number, fault.bytes)).saying(fault.why))
}

/// Resource Timing, 4.5: origins, `null` or `*`, between commas.
fn timing_allow_origin(line: &Line<'_>) -> Option<Flag> {
    let wrong = elements(line.value).find(|range| !line.value.get(range.clone()).is_some_and(is_origin))?;
    let word = String::from_utf8_lossy(line.value.get(wrong.clone()).unwrap_or_default()).into_owned();
    Some(Flag::at(Place::value(line.number, wrong)).saying(format!("`{word}` is not an origin")))
}

/// Content Security Policy Level 3, 2.2: policies between commas, directives between semicolons.
fn content_security_policy(line: &Line<'_>) -> Option<Flag> {
    let mut repeated = None;
    for policy in cut(line.value, b',', 0..line.value.len()) {
        let mut names = BTreeSet::new();
        for directive in cut(line.value, b';', policy) {
            let text = line.value.get(directive.clone()).unwrap_or_default();
            let name = text.split(u8::is_ascii_whitespace).next().unwrap_or_default();
            let at_name =
                || Flag::at(Place::value(line.number, directive.start..directive.start + name.len()));
            let shown = String::from_utf8_lossy(name);
            if !name.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'-') {
                return Some(at_name().saying(format!("`{shown}` is not the name of a directive")));
            }
            if let Some(at) = text.iter().position(|byte| !byte.is_ascii()) {
                let place = Place::value(line.number, directive.start + at..directive.end);
                return Some(Flag::at(place).saying(format!("something else than ASCII in `{shown}`")));
            }
            if !names.insert(name.to_ascii_lowercase()) && repeated.is_none() {
                // It is ignored, and the first one holds (2.2.1).
                let flag = at_name().saying(format!("a second `{shown}`, which browsers ignore"));
                repeated = Some(flag.advising(true));
            }
        }
    }
    repeated
}

/// The pieces of a range, trimmed, without empty ones. Quotes have no meaning here.
fn cut(value: &[u8], separator: u8, range: Range<usize>) -> Vec<Range<usize>> {
    let mut start = range.start;
    let part = value.get(range.clone()).unwrap_or_default();
    let ends = memchr::memchr_iter(separator, part).map(|at| range.start + at).chain([range.end]);
    let pieces = ends.map(|end| {
        let piece = trim(value, start..end);
        start = end + 1;
        piece
    });
    pieces.filter(|piece| !piece.is_empty()).collect()
}
