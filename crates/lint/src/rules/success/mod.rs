//! Success: 200 to 226.

mod accepted;
mod created;
mod empty;
mod failure;
mod partly;

pub(in crate::rules) use accepted::is_unfinished_job;

use statusquo_catalogue::Class;

use crate::Place;
use crate::case::Case;
use crate::known::Known;
use crate::rule::{Check, When};
use crate::verdict::{Flag, Lack, Opinion, Verdict};

pub(in crate::rules) const CHECKS: &[Check] = &[
    Check::new("created-without-location", When::Code(201), created::without_location),
    Check::new("created-by-safe-method", When::Code(201), created::by_safe_method),
    Check::new("created-location-fragment", When::Code(201), created::location_fragment),
    Check::new("created-location-is-collection", When::Code(201), created::location_is_collection),
    Check::new("create-answered-200", When::Code(200), created::answered_200),
    Check::new("accepted-without-monitor", When::Code(202), accepted::without_monitor),
    Check::new("accepted-to-safe-method", When::Code(202), accepted::to_safe_method),
    Check::new(
        "accepted-monitor-without-retry-after",
        When::Codes(&[200, 202]),
        accepted::monitor_without_retry_after,
    ),
    Check::new("no-content-with-content", When::Code(204), empty::content),
    Check::new("no-content-content-length", When::Code(204), empty::content_length),
    Check::new("no-content-transfer-encoding", When::Code(204), empty::transfer_encoding),
    Check::new("no-content-to-get", When::Code(204), empty::to_get),
    Check::new("reset-content-with-content", When::Code(205), empty::reset_content),
    Check::new("reset-content-unframed", When::Code(205), empty::reset_unframed),
    Check::new("ok-empty-after-write", When::Code(200), empty::after_write),
    Check::new("multistatus-without-list", When::Code(207), partly::without_list),
    Check::new("multistatus-all-failed", When::Code(207), partly::all_failed),
    Check::new("already-reported-top-level", When::Code(208), always),
    Check::new("im-used-not-requested", When::Code(226), im_not_requested),
    Check::new("im-used-missing-etag", When::Code(226), im_without_etag),
    Check::new("non-authoritative-from-origin", When::Code(203), from_origin),
    Check::new("ok-with-error-body", SUCCESS, failure::error_body),
    Check::new("ok-with-error-page", SUCCESS, failure::error_page),
    Check::new("ok-soap-fault", SUCCESS, failure::soap_fault),
    Check::new("ok-grpc-status", When::Code(200), failure::grpc_status),
    Check::new("ok-graphql-no-data", SUCCESS, failure::graphql),
    Check::new("options-without-allow", When::Method("OPTIONS"), options_without_allow),
    Check::new("connect-with-framing", When::Method("CONNECT"), connect_with_framing),
    Check::new("get-ok-without-validator", When::Code(200), without_validator),
    Check::new("delete-odd-success", When::Method("DELETE"), odd_delete),
];

const SUCCESS: When = When::Class(Class::Successful);

/// The status line, for what is wrong with the code.
const fn status() -> Flag {
    Flag::at(Place::StatusLine)
}

/// The code alone is the fault.
fn always(_: &Case<'_>) -> Opinion {
    Ok(status().into())
}

/// The path of the request without its query.
fn path<'a>(case: &Case<'a>) -> &'a str {
    let target = case.target().unwrap_or_default();
    let after = target.split_once("://").map_or(target, |(_, rest)| rest);
    after.split(['?', '#']).next().unwrap_or_default()
}

/// Is one of these words a segment of the path, whatever its case?
fn has_segment(case: &Case<'_>, words: &[&str]) -> bool {
    path(case).split('/').any(|segment| words.iter().any(|word| segment.eq_ignore_ascii_case(word)))
}

/// Is there no content, and did nobody lose it? Announced or encoded content that is not here was lost by a recorder.
fn is_surely_empty(case: &Case<'_>) -> Result<bool, Lack> {
    if case.has_content()? {
        return Ok(false);
    }
    let fields = case.fields()?;
    let is_announced = fields.text(Known::ContentLength).is_some_and(|length| length != "0");
    if is_announced || fields.has(Known::ContentEncoding) || !case.is_complete() {
        return Err(Lack::Content);
    }
    Ok(true)
}

fn im_not_requested(case: &Case<'_>) -> Opinion {
    Ok(Verdict::flag_if(!case.request()?.has(Known::AIm), status))
}

fn im_without_etag(case: &Case<'_>) -> Opinion {
    Ok(Verdict::flag_if(!case.fields()?.has(Known::Etag), || status().fix("etag: \"33a64df5\"")))
}

/// Fields by which a proxy or cache shows itself.
const PROXIES: &[Known] = &[
    Known::Via,
    Known::Age,
    Known::CfRay,
    Known::Forwarded,
    Known::ProxyStatus,
    Known::Warning,
    Known::XAmzCfId,
    Known::XCache,
    Known::XEnvoyUpstreamServiceTime,
    Known::XServedBy,
];

fn from_origin(case: &Case<'_>) -> Opinion {
    Ok(Verdict::flag_if(!case.fields()?.has_any(PROXIES), status))
}

fn options_without_allow(case: &Case<'_>) -> Opinion {
    // What a browser asks before its real request is a question of its own (Fetch, 4.8).
    let request = case.request()?;
    let fields = case.fields()?;
    let is_preflight = request.has(Known::AccessControlRequestMethod)
        || fields.has_any(&[Known::AccessControlAllowMethods, Known::AccessControlAllowHeaders]);
    // A proxy turns a target without a path into `*` (RFC 9112, 3.2.4).
    let target = case.target()?;
    let is_pathless = target.split_once("://").is_some_and(|(_, rest)| !rest.contains(['/', '?']));
    let is_of_server = target.ends_with('*') || is_pathless;
    if !case.code.is_success() || is_preflight || is_of_server {
        return Ok(Verdict::Silent);
    }
    Ok(Verdict::flag_if(!fields.has(Known::Allow), || status().fix("allow: GET, HEAD, OPTIONS")))
}

fn connect_with_framing(case: &Case<'_>) -> Opinion {
    if !case.code.is_success() {
        return Ok(Verdict::Silent);
    }
    let fields = case.fields()?;
    let lines =
        [Known::ContentLength, Known::TransferEncoding].into_iter().filter_map(|field| fields.line(field));
    let flag = |line: crate::section::Line<'_>| {
        Flag::at(Place::line(line.number)).fix("leave the field out: after the empty line the tunnel begins")
    };
    Ok(Verdict::from_flags(lines.map(flag).collect()))
}

fn without_validator(case: &Case<'_>) -> Opinion {
    let is_stream = case.media_type()?.is_some_and(|media| media.is("text/event-stream"));
    let is_empty_get = case.method()? == "GET" && case.has_content() == Ok(false);
    if !case.method_is(&["GET", "HEAD"]) || is_stream || is_empty_get || case.cache_control()?.has("no-store")
    {
        return Ok(Verdict::Silent);
    }
    let has_validator = case.fields()?.has_any(&[Known::Etag, Known::LastModified]);
    Ok(Verdict::flag_if(!has_validator, || status().fix("etag: \"33a64df5\"")))
}

fn odd_delete(case: &Case<'_>) -> Opinion {
    // 203 is a 200 that a proxy changed; 207 tells of several deletions (RFC 4918, 9.6.1).
    if !case.code.is_success() {
        return Ok(Verdict::Silent);
    }
    Ok(Verdict::flag_if(!matches!(case.number(), 200 | 202 | 203 | 204 | 207), || {
        status().saying(format!("{} says nothing of a deletion", case.code))
    }))
}
