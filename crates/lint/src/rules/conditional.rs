//! Conditional requests: 304, and the 200 that should have been one.

use super::framing::is_end_of_file;
use crate::Place;
use crate::case::Case;
use crate::field::date::HttpDate;
use crate::field::entity_tag::{EntityTag, list};
use crate::known::Known;
use crate::rule::{Check, When};
use crate::verdict::{Flag, Lack, Opinion, Verdict};

pub(super) const CHECKS: &[Check] = &[
    Check::new("not-modified-with-content", When::Code(304), with_content),
    Check::new("not-modified-unconditional", When::Code(304), unconditional),
    Check::new("not-modified-wrong-method", When::Code(304), wrong_method),
    Check::new("not-modified-no-validator", When::Code(304), no_validator),
    Check::new("not-modified-etag-mismatch", When::Code(304), etag_mismatch),
    Check::new("not-modified-date-mismatch", When::Code(304), date_mismatch),
    Check::new("not-modified-extra-metadata", When::Code(304), extra_metadata),
    Check::new("not-modified-missing-date", When::Code(304), missing_date),
    Check::new("conditional-inm-ignored", When::Code(200), tag_ignored),
    Check::new("conditional-ims-ignored", When::Code(200), date_ignored),
];

/// What servers and proxies put after an entity tag when they compress (Apache, Jetty, and others).
const CODING_SUFFIXES: &[&[u8]] = &[
    b"-gzip",
    b"--gzip",
    b";gzip",
    b":gzip",
    b"_gzip",
    b"-br",
    b"--br",
    b";br",
    b"-zstd",
    b"-df",
    b"-deflate",
];

fn status() -> Flag {
    Flag::at(Place::StatusLine)
}

fn with_content(case: &Case<'_>) -> Opinion {
    let content = case.beginning()?;
    Ok(Verdict::flag_if(!is_end_of_file(content), || Flag::at(Place::Content(0..content.len()))))
}

fn unconditional(case: &Case<'_>) -> Opinion {
    let request = case.request()?;
    // Extensions have conditions of their own, and all of them are called so.
    let has_condition = request.every().any(|line| {
        matches!(line.known, Some(Known::IfNoneMatch | Known::IfModifiedSince))
            || line.known.is_none()
                && line.name.get(..3).is_some_and(|start| start.eq_ignore_ascii_case(b"if-"))
    });
    if !has_condition && case.is_behind_browser_cache() {
        return Err(Lack::Request);
    }
    Ok(Verdict::flag_if(!has_condition, status))
}

fn wrong_method(case: &Case<'_>) -> Opinion {
    let method = case.method()?;
    let wrong = matches!(method, "POST" | "PUT" | "PATCH" | "DELETE" | "OPTIONS" | "TRACE" | "CONNECT");
    Ok(Verdict::flag_if(wrong, || {
        status().saying(format!("a condition that fails {method} gets 412, not 304"))
    }))
}

/// The entity tags of If-None-Match, if there are some that can be read; `*` is none.
fn asked_tags<'a>(case: &Case<'a>) -> Result<Vec<EntityTag<'a>>, Lack> {
    let lines: Vec<_> = case.request()?.lines(Known::IfNoneMatch).collect();
    let parsed: Result<Vec<_>, _> = lines.iter().map(|line| list(line.value)).collect();
    Ok(parsed.map(|tags| tags.into_iter().flatten().collect()).unwrap_or_default())
}

fn no_validator(case: &Case<'_>) -> Opinion {
    let tags = asked_tags(case)?;
    if tags.is_empty() {
        return Ok(Verdict::Silent);
    }
    Ok(Verdict::flag_if(!case.fields()?.has(Known::Etag), || {
        let known = |tag: &EntityTag<'_>| String::from_utf8_lossy(tag.opaque).into_owned();
        let fix = match tags.as_slice() {
            [tag] => format!("etag: {}\"{}\"", if tag.is_weak { "W/" } else { "" }, known(tag)),
            _ => "etag: <the one that matched>".to_owned(),
        };
        status().saying("a 304 to If-None-Match without ETag does not say what is unchanged").fix(fix)
    }))
}

fn etag_mismatch(case: &Case<'_>) -> Opinion {
    let Some(Ok(tag)) = case.etag()? else { return Ok(Verdict::Silent) };
    let tags = asked_tags(case)?;
    if tags.is_empty() || case.is_behind_browser_cache() {
        return Ok(Verdict::Silent);
    }
    let is_known = tags.iter().any(|asked| without_coding(asked.opaque) == without_coding(tag.opaque));
    let line = case.fields()?.line(Known::Etag).map_or(0, |line| line.number);
    Ok(Verdict::flag_if(!is_known, || {
        Flag::at(Place::line(line))
            .saying("the client asked about other entity tags: all of it had to come, as a 200")
    }))
}

/// RFC 9110, 13.1.3: the date counts only without If-None-Match, and a later change is a reason to send all of it.
fn date_mismatch(case: &Case<'_>) -> Opinion {
    let request = case.request()?;
    if request.has(Known::IfNoneMatch) || case.is_behind_browser_cache() {
        return Ok(Verdict::Silent);
    }
    let line = case.fields()?.line(Known::LastModified);
    let (Some(asked), Some(line)) = (request.line(Known::IfModifiedSince), line) else {
        return Ok(Verdict::Silent);
    };
    let (Some(asked), Some(modified)) = (HttpDate::parse(asked.value), HttpDate::parse(line.value)) else {
        return Ok(Verdict::Silent);
    };
    Ok(Verdict::flag_if(modified.seconds > asked.seconds, || {
        Flag::at(Place::line(line.number))
            .saying("it changed after the date that the client names: all of it had to come, as a 200")
    }))
}

fn without_coding(opaque: &[u8]) -> &[u8] {
    CODING_SUFFIXES.iter().find_map(|suffix| opaque.strip_suffix(*suffix)).unwrap_or(opaque)
}

fn extra_metadata(case: &Case<'_>) -> Opinion {
    // Last-Modified may guide the cache, and is left alone.
    let extra = [Known::ContentType, Known::ContentEncoding, Known::ContentLanguage];
    let fields = case.fields()?;
    let lines = extra.into_iter().filter_map(|field| fields.line(field));
    Ok(Verdict::from_flags(lines.take(1).map(|line| Flag::at(Place::line(line.number))).collect()))
}

fn missing_date(case: &Case<'_>) -> Opinion {
    Ok(Verdict::flag_if(!case.fields()?.has(Known::Date), status))
}

/// Is it a request that a 304 may answer?
fn may_be_not_modified(case: &Case<'_>) -> bool {
    case.method_is(&["GET", "HEAD"]) && !case.is_behind_browser_cache()
}

fn tag_ignored(case: &Case<'_>) -> Opinion {
    if !may_be_not_modified(case) {
        return Ok(Verdict::Silent);
    }
    let mut lines = case.request()?.lines(Known::IfNoneMatch);
    if lines.any(|line| line.value == b"*") {
        return Ok(status().saying("`*` is false of anything that exists, and here it is").into());
    }
    let tags = asked_tags(case)?;
    let (Some(Ok(tag)), false) = (case.etag()?, tags.is_empty()) else { return Ok(Verdict::Silent) };
    Ok(Verdict::flag_if(tags.iter().any(|asked| asked.matches_weakly(tag)), || {
        let opaque = String::from_utf8_lossy(tag.opaque);
        status().saying(format!("the client has `\"{opaque}\"` already, and gets it again"))
    }))
}

fn date_ignored(case: &Case<'_>) -> Opinion {
    let request = case.request()?;
    // RFC 9110, 13.1.3: beside If-None-Match the date does not count.
    if !may_be_not_modified(case) || request.has(Known::IfNoneMatch) {
        return Ok(Verdict::Silent);
    }
    let date = |line: Option<crate::section::Line<'_>>| line.and_then(|line| HttpDate::parse(line.value));
    let asked = date(request.line(Known::IfModifiedSince));
    let modified = date(case.fields()?.line(Known::LastModified));
    let (Some(asked), Some(modified)) = (asked, modified) else { return Ok(Verdict::Silent) };
    Ok(Verdict::flag_if(modified.seconds <= asked.seconds, || {
        status().saying("it was not modified since the date that the client names, and comes again")
    }))
}
