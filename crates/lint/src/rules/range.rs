//! Ranges: 206, Content-Range, Accept-Ranges.

use crate::Place;
use crate::case::Case;
use crate::field::content_range::{Asked, ContentRange, asked};
use crate::field::date::HttpDate;
use crate::field::entity_tag::EntityTag;
use crate::field::media_type::MediaType;
use crate::known::Known;
use crate::rule::{Check, When};
use crate::section::Line;
use crate::verdict::{Flag, Lack, Opinion, Verdict};

pub(super) const CHECKS: &[Check] = &[
    Check::new("partial-without-range-request", When::Code(206), without_range_request),
    Check::new("partial-missing-content-range", When::Code(206), missing_content_range),
    Check::new("partial-multipart-with-content-range", When::Code(206), multipart_with_content_range),
    Check::new("partial-multipart-boundary", When::Code(206), multipart_boundary),
    Check::new("partial-multipart-part-range", When::Code(206), multipart_part_range),
    Check::new("partial-multipart-for-single-range", When::Code(206), multipart_for_single_range),
    Check::new("content-range-syntax", When::Field(Known::ContentRange), syntax),
    Check::new("content-range-invalid", When::Field(Known::ContentRange), invalid),
    Check::new("content-range-unsatisfied-in-206", When::Code(206), unsatisfied),
    Check::new("partial-length-mismatch", When::Code(206), length_mismatch),
    Check::new("partial-range-not-asked", When::Code(206), not_asked),
    Check::new("partial-to-non-get", When::Code(206), to_non_get),
    Check::new("partial-ignores-if-range", When::Code(206), ignores_if_range),
    Check::new("partial-if-range-extra-fields", When::Code(206), extra_fields),
];

/// Methods for which nobody has defined ranges (RFC 9110, 14.2); RFC 10008 has for QUERY, extensions may.
const WITHOUT_RANGES: &[&str] = &["HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT"];
/// Content is looked at no further than this.
const FAR_ENOUGH_BYTES: usize = 256 << 10;
/// The header section of a part is looked for no further than this.
const LONGEST_PART_HEAD_BYTES: usize = 4 << 10;

fn status() -> Flag {
    Flag::at(Place::StatusLine)
}

/// Flags the first line of a field, or the response when it has none.
fn flag_field(case: &Case<'_>, field: Known) -> Flag {
    let line = case.fields().ok().and_then(|fields| fields.line(field));
    Flag::at(line.map_or(Place::StatusLine, |line| Place::line(line.number)))
}

/// `multipart/byteranges`, told apart from content that is multipart in itself.
fn is_multipart(case: &Case<'_>) -> Result<bool, Lack> {
    Ok(case.media_type()?.is_some_and(|media| media.is("multipart/byteranges")))
}

/// The Content-Range, if it can be read.
fn content_range<'c, 'a>(case: &'c Case<'a>) -> Result<Option<&'c ContentRange<'a>>, Lack> {
    Ok(case.content_range()?.and_then(|parsed| parsed.as_ref().ok()))
}

/// The ranges in `bytes` that were asked for, if they can be read.
fn asked_ranges(case: &Case<'_>) -> Result<Option<Vec<Asked>>, Lack> {
    let mut lines = case.request()?.lines(Known::Range);
    let only = lines.next().filter(|_| lines.next().is_none());
    Ok(only.and_then(|line| asked(line.value)))
}

fn without_range_request(case: &Case<'_>) -> Opinion {
    let asks = case.request()?.has(Known::Range);
    if !asks && case.is_behind_browser_cache() {
        return Err(Lack::Request);
    }
    Ok(Verdict::flag_if(!asks, status))
}

fn missing_content_range(case: &Case<'_>) -> Opinion {
    let declared = case.fields()?.text(Known::ContentType).unwrap_or_default();
    if declared.to_ascii_lowercase().starts_with("multipart/byteranges") {
        return Ok(Verdict::Silent);
    }
    Ok(Verdict::flag_if(!case.fields()?.has(Known::ContentRange), || {
        status().fix("content-range: bytes <first>-<last>/<complete length>")
    }))
}

fn multipart_with_content_range(case: &Case<'_>) -> Opinion {
    if !is_multipart(case)? {
        return Ok(Verdict::Silent);
    }
    let line = case.fields()?.line(Known::ContentRange);
    Ok(line.map_or(Verdict::Clean, |line| Flag::at(Place::line(line.number)).into()))
}

/// Multipart content.
struct Parts<'a> {
    /// `--boundary`
    delimiter: Vec<u8>,
    /// The content as far as it is looked at.
    content: &'a [u8],
}

/// The parts of the content, if it is multipart content with a boundary.
fn parts<'a>(case: &Case<'a>) -> Result<Option<Parts<'a>>, Lack> {
    let media = case.media_type()?.filter(|media| media.is("multipart/byteranges"));
    let Some(boundary) = media.and_then(|media| media.param("boundary")) else { return Ok(None) };
    if !case.may_have_content() || case.fields()?.has(Known::ContentEncoding) {
        return Ok(None);
    }
    let content = case.beginning()?;
    let delimiter = [b"--", boundary.plain().as_ref()].concat();
    Ok(Some(Parts { delimiter, content: content.get(..FAR_ENOUGH_BYTES).unwrap_or(content) }))
}

fn multipart_boundary(case: &Case<'_>) -> Opinion {
    if !is_multipart(case)? {
        return Ok(Verdict::Silent);
    }
    if case.media_type()?.and_then(|media| media.param("boundary")).is_none() {
        return Ok(flag_field(case, Known::ContentType).saying("no `boundary` parameter").into());
    }
    let Some(Parts { delimiter, content }) = parts(case)? else { return Ok(Verdict::Silent) };
    let boundary = String::from_utf8_lossy(delimiter.get(2..).unwrap_or_default()).into_owned();
    if memchr::memmem::find(content, &delimiter).is_none() {
        // A beginning that was cut right away proves nothing.
        case.content()?;
        let message = format!("the boundary `{boundary}` does not appear in the content");
        return Ok(flag_field(case, Known::ContentType).saying(message).into());
    }
    if content.len() == FAR_ENOUGH_BYTES || case.content().is_err() {
        return Ok(Verdict::Clean);
    }
    let last = [delimiter.as_slice(), b"--"].concat();
    Ok(Verdict::flag_if(memchr::memmem::rfind(content, &last).is_none(), || {
        let end = content.len();
        Flag::at(Place::Content(end..end)).saying(format!("the content does not end with `--{boundary}--`"))
    }))
}

fn multipart_part_range(case: &Case<'_>) -> Opinion {
    let Some(Parts { delimiter, content }) = parts(case)? else { return Ok(Verdict::Silent) };
    let mut flags = Vec::new();
    for at in memchr::memmem::find_iter(content, &delimiter) {
        let start = at + delimiter.len();
        let part = content.get(start..).unwrap_or_default();
        if part.starts_with(b"--") {
            break;
        }
        let Some(head) = part_head(part) else { break };
        if !head.split(|byte| *byte == b'\n').any(is_content_range) {
            flags.push(Flag::at(Place::Content(at..start)));
        }
    }
    flags.truncate(1);
    Ok(Verdict::from_flags(flags))
}

/// The header section of a part, line ending of the delimiter included; `None` when it was cut.
fn part_head(part: &[u8]) -> Option<&[u8]> {
    let part = part.get(..LONGEST_PART_HEAD_BYTES).unwrap_or(part);
    let ends = [&b"\r\n\r\n"[..], b"\n\n"];
    let end = ends.iter().filter_map(|end| memchr::memmem::find(part, end)).min()?;
    part.get(..end)
}

fn is_content_range(line: &[u8]) -> bool {
    line.get(..14).is_some_and(|name| name.eq_ignore_ascii_case(b"content-range:"))
}

fn multipart_for_single_range(case: &Case<'_>) -> Opinion {
    if !is_multipart(case)? {
        return Ok(Verdict::Silent);
    }
    let Some(ranges) = asked_ranges(case)? else { return Ok(Verdict::Silent) };
    Ok(Verdict::flag_if(ranges.len() == 1, || flag_field(case, Known::ContentType)))
}

fn syntax(case: &Case<'_>) -> Opinion {
    let line = case.fields()?.line(Known::ContentRange);
    match (line, case.content_range()?) {
        (Some(line), Some(Err(fault))) => Ok(Flag::at(Place::value(line.number, fault.bytes.clone()))
            .saying(format!("Content-Range: {}", fault.why))
            .into()),
        (_, Some(Ok(_))) => Ok(Verdict::Clean),
        (None, _) | (_, None) => Ok(Verdict::Silent),
    }
}

fn invalid(case: &Case<'_>) -> Opinion {
    let Some(ContentRange { range: Some((first, last)), complete, .. }) = content_range(case)? else {
        return Ok(Verdict::Silent);
    };
    let message = if last < first {
        format!("the range ends at {last}, before it begins at {first}")
    } else if let Some(complete) = complete.filter(|complete| complete <= last) {
        format!(
            "of {complete} bytes the last is {}, and the range ends at {last}",
            complete.saturating_sub(1)
        )
    } else {
        return Ok(Verdict::Clean);
    };
    Ok(flag_field(case, Known::ContentRange).saying(message).into())
}

fn unsatisfied(case: &Case<'_>) -> Opinion {
    let Some(found) = content_range(case)? else { return Ok(Verdict::Silent) };
    Ok(Verdict::flag_if(found.range.is_none(), || flag_field(case, Known::ContentRange)))
}

fn length_mismatch(case: &Case<'_>) -> Opinion {
    let announced = content_range(case)?.filter(|found| found.is_bytes()).and_then(ContentRange::length);
    let Some(announced) = announced.filter(|_| case.may_have_content()) else { return Ok(Verdict::Silent) };
    if is_multipart(case)? {
        return Ok(Verdict::Silent);
    }
    let fields = case.fields()?;
    let line = fields.line(Known::ContentLength).filter(|_| !fields.has(Known::TransferEncoding));
    let (place, length) = match line {
        Some(line) => (Place::line(line.number), line.text().and_then(|text| text.parse().ok())),
        None => (flag_field(case, Known::ContentRange).place, Some(content_length(case)?)),
    };
    let Some(length) = length else { return Ok(Verdict::Silent) };
    Ok(Verdict::flag_if(length != announced, || {
        Flag::at(place).saying(format!("the range has {announced} bytes, the content {length}"))
    }))
}

/// How long the content is, when it was surely recorded as it came: not decompressed, not converted to UTF-8.
fn content_length(case: &Case<'_>) -> Result<u64, Lack> {
    let content = case.content()?;
    let is_exact = case.raw().is_ok() || content.get(..FAR_ENOUGH_BYTES).unwrap_or(content).is_ascii();
    if !is_exact || case.fields()?.has(Known::ContentEncoding) {
        return Err(Lack::Content);
    }
    u64::try_from(content.len()).map_err(|_| Lack::Content)
}

fn not_asked(case: &Case<'_>) -> Opinion {
    let found = content_range(case)?.filter(|found| found.is_bytes());
    // A range that ends before it begins has a rule of its own.
    let served =
        found.and_then(|found| Some((found.range.filter(|(first, last)| first <= last)?, found.complete)));
    let Some((served, complete)) = served else { return Ok(Verdict::Silent) };
    let Some(ranges) = asked_ranges(case)? else { return Ok(Verdict::Silent) };
    let is_asked = ranges.iter().any(|range| range.overlaps(served, complete));
    Ok(Verdict::flag_if(!is_asked, || {
        let asked = case.request().ok().and_then(|request| request.text(Known::Range)).unwrap_or_default();
        let message = format!("`{asked}` was asked for, bytes {} to {} came", served.0, served.1);
        flag_field(case, Known::ContentRange).saying(message)
    }))
}

fn to_non_get(case: &Case<'_>) -> Opinion {
    let method = case.method()?;
    Ok(Verdict::flag_if(WITHOUT_RANGES.contains(&method), || {
        status().saying(format!("ranges are not defined for {method}"))
    }))
}

fn ignores_if_range(case: &Case<'_>) -> Opinion {
    let Some(condition) = case.request()?.line(Known::IfRange) else { return Ok(Verdict::Silent) };
    if let Ok(asked) = EntityTag::parse(condition.value) {
        return tag_is_stale(case, &condition, &asked);
    }
    if HttpDate::parse(condition.value).is_none() {
        return Ok(Verdict::Silent);
    }
    let Some(modified) = case.fields()?.line(Known::LastModified) else { return Ok(Verdict::Silent) };
    // RFC 9110, 13.1.5: an exact match, although dates of other conditions are compared by order.
    Ok(Verdict::flag_if(modified.value != condition.value, || {
        Flag::at(Place::line(modified.number))
            .saying("If-Range names another date: all of it had to come, as a 200")
    }))
}

fn tag_is_stale(case: &Case<'_>, condition: &Line<'_>, asked: &EntityTag<'_>) -> Opinion {
    if asked.is_weak {
        return Ok(status()
            .saying("If-Range has a weak entity tag, which never matches: a 200 was due")
            .into());
    }
    let Some(Ok(tag)) = case.etag()? else { return Ok(Verdict::Silent) };
    Ok(Verdict::flag_if(!asked.matches_strongly(tag), || {
        let wanted = String::from_utf8_lossy(condition.value);
        flag_field(case, Known::Etag)
            .saying(format!("If-Range was `{wanted}`: all of it had to come, as a 200"))
    }))
}

fn extra_fields(case: &Case<'_>) -> Opinion {
    if !case.request()?.has_any(&[Known::IfRange]) || case.media_type()?.is_some_and(is_parts) {
        return Ok(Verdict::Silent);
    }
    // Content-Type stays allowed, since content should have one (RFC 9110, 8.3), and Last-Modified as a validator.
    let fields = case.fields()?;
    let extra =
        [Known::ContentEncoding, Known::ContentLanguage].into_iter().find_map(|field| fields.line(field));
    Ok(extra.map_or(Verdict::Clean, |line| Flag::at(Place::line(line.number)).into()))
}

fn is_parts(media: &MediaType<'_>) -> bool {
    media.is("multipart/byteranges")
}
