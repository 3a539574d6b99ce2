//! Content that says it is JSON.

use super::media_line;
use crate::Place;
use crate::case::Case;
use crate::json::Json;
use crate::known::Known;
use crate::rules::framing::is_elided;
use crate::verdict::{Flag, Lack, Opinion, Verdict};

/// May content be looked at as a whole JSON text?
fn is_whole(case: &Case<'_>) -> Result<bool, Lack> {
    if case.number() == 206 || case.number() == 304 || !case.may_have_content() {
        return Ok(false);
    }
    let fields = case.fields()?;
    let announced = fields.text(Known::ContentLength).and_then(|length| length.parse::<usize>().ok());
    let is_coded = fields.has(Known::ContentEncoding);
    // Recorders cut content off without saying so.
    if !is_coded && announced.is_some_and(|length| length > case.content().map_or(0, <[u8]>::len)) {
        return Err(Lack::Content);
    }
    Ok(true)
}

pub(super) fn invalid(case: &Case<'_>) -> Opinion {
    if !case.is_json()? || !is_whole(case)? {
        return Ok(Verdict::Silent);
    }
    let Some(parsed) = case.json()? else { return empty_json(case) };
    let Err(fault) = parsed else { return Ok(Verdict::Clean) };
    let content = case.content()?;
    let length = content.len();
    if is_elided(content) {
        return Err(Lack::Content);
    }
    // A limit of our own; and lines of JSON under the name of JSON are a stream, which those who send it know.
    if fault.why == "is nested too deep" || (fault.why == "goes on after its end" && is_lines(content)) {
        return Ok(Verdict::Silent);
    }
    // Recorders cut off at round numbers.
    if fault.at >= length && (length.is_multiple_of(1000) || length.is_multiple_of(1024)) {
        return Err(Lack::Content);
    }
    let at = fault.at.min(length.saturating_sub(1));
    Ok(Flag::at(Place::Content(at..(at + 1).min(length))).saying(format!("the content {}", fault.why)).into())
}

/// Nothing is not JSON either, where somebody asked for some; other requests are answered by the status code.
fn empty_json(case: &Case<'_>) -> Opinion {
    let says_zero = case.fields()?.text(Known::ContentLength) == Some("0");
    if !says_zero || case.number() != 200 || !case.method_is(&["GET", "QUERY"]) {
        return Ok(Verdict::Silent);
    }
    Ok(Flag::at(media_line(case)).saying("there is no content, and no content is not JSON").into())
}

/// RFC 8259, 4: names within an object should be unique.
pub(super) fn repeated_name(case: &Case<'_>) -> Opinion {
    let Some(json) = case.valid_json()? else { return Ok(Verdict::Silent) };
    Ok(json.repeated_name().map_or(Verdict::Clean, |name| {
        let shown = case.beginning().ok().and_then(|content| content.get(name.clone()));
        let message =
            format!("`{}` stands in one object twice", String::from_utf8_lossy(shown.unwrap_or_default()));
        Flag::at(Place::Content(name)).saying(message).into()
    }))
}

fn is_lines(content: &[u8]) -> bool {
    let mut lines =
        content.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii).filter(|line| !line.is_empty());
    lines.by_ref().take(100).all(|line| Json::parse(line).is_ok())
}

pub(super) fn charset(case: &Case<'_>) -> Opinion {
    let Some(media) = case.media_type()?.filter(|media| media.is("application/json")) else {
        return Ok(Verdict::Silent);
    };
    let param = media.param("charset");
    let line = case.fields()?.line(Known::ContentType).map_or(0, |line| line.number);
    Ok(param.map_or(Verdict::Clean, |param| {
        Flag::at(Place::value(line, param.bytes.clone())).fix("content-type: application/json").into()
    }))
}
