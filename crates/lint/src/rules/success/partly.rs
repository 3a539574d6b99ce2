//! 207: several operations in one response.

use super::{is_surely_empty, status};
use crate::Place;
use crate::case::Case;
use crate::content::MOST_READ;
use crate::field::media_type::MediaType;
use crate::json::{Kind, Value};
use crate::verdict::{Flag, Lack, Opinion, Verdict};

pub(super) fn without_list(case: &Case<'_>) -> Opinion {
    if !case.may_have_content() {
        return Ok(Verdict::Silent);
    }
    if is_surely_empty(case)? && case.is_not_head()? {
        return Ok(status().saying("a 207 without content tells nothing of its parts").into());
    }
    let content = case.beginning()?;
    let media = case.media_type()?;
    if media.is_some_and(MediaType::is_xml) || content.trim_ascii_start().starts_with(b"<?xml") {
        // Other vocabularies than that of WebDAV are allowed, and not known here.
        return Ok(Verdict::Clean);
    }
    let is_list = match case.valid_json()? {
        Some(json) => is_list(json.root()),
        // Malformed JSON has a rule of its own.
        None => media.is_none_or(|media| !media.is_html() && !media.is("text/plain")),
    };
    Ok(Verdict::flag_if(!is_list, || {
        Flag::at(Place::Content(0..content.len())).saying("the content has no list of results")
    }))
}

/// A list, or something that may hold one.
fn is_list(root: Value<'_, '_>) -> bool {
    let may_hold = |kind| matches!(kind, Kind::Array | Kind::Object);
    root.kind() == Kind::Array || root.children().any(|child| may_hold(child.kind()))
}

pub(super) fn all_failed(case: &Case<'_>) -> Opinion {
    // To ask for properties that are not there is no failure (RFC 4918, 9.1).
    if case.method()? == "PROPFIND" {
        return Ok(Verdict::Silent);
    }
    let codes = if case.media_type()?.is_some_and(MediaType::is_xml) {
        dav_codes(case.beginning()?)
    } else if let Some(json) = case.valid_json()? {
        let mut codes = Vec::new();
        collect(json.root(), 0, &mut codes);
        codes
    } else {
        return Err(Lack::Content);
    };
    if codes.is_empty() {
        return Ok(Verdict::Silent);
    }
    Ok(Verdict::flag_if(codes.iter().all(|code| *code >= 400), || {
        status().saying(format!("all {} parts failed, so count this response as an error", codes.len()))
    }))
}

/// `<D:status>HTTP/1.1 423 Locked</D:status>`
fn dav_codes(content: &[u8]) -> Vec<i64> {
    let content = content.get(..MOST_READ).unwrap_or(content);
    let lines = memchr::memmem::find_iter(content, b"HTTP/1.1 ");
    lines.filter_map(|at| std::str::from_utf8(content.get(at + 9..at + 12)?).ok()?.parse().ok()).collect()
}

/// The status codes of the parts.
fn collect(value: Value<'_, '_>, depth: u8, codes: &mut Vec<i64>) {
    for child in value.children() {
        let is_named = child
            .key()
            .is_some_and(|key| ["status", "statusCode", "status_code", "code"].contains(&key.as_ref()));
        let code = child.as_integer().filter(|code| is_named && (100..=599).contains(code));
        codes.extend(code);
        if depth < 3 {
            collect(child, depth + 1, codes);
        }
    }
}
