//! 204 and 205, which have no content, and a 200 that has none.

use statusquo_exchange::Version;

use super::{has_segment, is_surely_empty, status};
use crate::Place;
use crate::case::Case;
use crate::field::list::has_element;
use crate::known::Known;
use crate::rules::framing::is_end_of_file;
use crate::section::Line;
use crate::verdict::{Flag, Opinion, Verdict};

fn whole(line: Line<'_>) -> Verdict {
    Flag::at(Place::line(line.number)).into()
}

pub(super) fn content(case: &Case<'_>) -> Opinion {
    // What follows is the tunnel (RFC 9110, 9.3.6).
    if case.method_is(&["CONNECT"]) {
        return Ok(Verdict::Silent);
    }
    let content = case.beginning()?;
    // A whole recorded connection goes on with the next response.
    let wrong = !is_end_of_file(content) && !content.starts_with(b"HTTP/");
    Ok(Verdict::flag_if(wrong, || {
        Flag::at(Place::Content(0..content.len())).saying(format!(
            "{} bytes follow a {}",
            content.len(),
            case.code
        ))
    }))
}

pub(super) fn content_length(case: &Case<'_>) -> Opinion {
    Ok(case.fields()?.line(Known::ContentLength).map_or(Verdict::Clean, whole))
}

pub(super) fn transfer_encoding(case: &Case<'_>) -> Opinion {
    Ok(case.fields()?.line(Known::TransferEncoding).map_or(Verdict::Clean, whole))
}

/// Where nothing is the right answer to GET.
const QUIET: &[&str] = &[
    "beacon",
    "collect",
    "event",
    "events",
    "generate_204",
    "gen_204",
    "health",
    "healthcheck",
    "healthz",
    "live",
    "livez",
    "ping",
    "poll",
    "ready",
    "readyz",
];

pub(super) fn to_get(case: &Case<'_>) -> Opinion {
    if case.method()? != "GET" || has_segment(case, QUIET) {
        return Ok(Verdict::Silent);
    }
    Ok(status().into())
}

pub(super) fn reset_content(case: &Case<'_>) -> Opinion {
    let wrong = case.method()? != "HEAD"
        && case.has_content()?
        && case.beginning().map_or(true, |bytes| !is_end_of_file(bytes));
    Ok(Verdict::flag_if(wrong, || match case.beginning() {
        Ok(content) => Flag::at(Place::Content(0..content.len())),
        Err(_) => status(),
    }))
}

pub(super) fn reset_unframed(case: &Case<'_>) -> Opinion {
    let fields = case.fields()?;
    let closes = fields.lines(Known::Connection).any(|line| has_element(line.value, b"close"));
    if case.version()? != Version::Http11 || closes || case.method_is(&["HEAD"]) {
        return Ok(Verdict::Silent);
    }
    // Proxies and browsers take the framing off.
    case.raw()?;
    let is_framed = fields.has_any(&[Known::ContentLength, Known::TransferEncoding]);
    Ok(Verdict::flag_if(!is_framed, || status().fix("content-length: 0")))
}

pub(super) fn after_write(case: &Case<'_>) -> Opinion {
    if !matches!(case.method()?, "PUT" | "PATCH" | "DELETE") {
        return Ok(Verdict::Silent);
    }
    Ok(Verdict::flag_if(is_surely_empty(case)?, status))
}
