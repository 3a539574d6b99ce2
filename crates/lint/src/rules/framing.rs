//! Where messages begin and end: lengths, transfer codings, line endings.

use statusquo_exchange::{FailureKind, Version};

use crate::Place;
use crate::case::Case;
use crate::field::list::{Param, elements, has_element, is_ows, is_token, split};
use crate::known::Known;
use crate::place::Part;
use crate::raw::Raw;
use crate::rule::{Check, When};
use crate::section::Section;
use crate::verdict::{Flag, Lack, Opinion, Verdict};

pub(super) const CHECKS: &[Check] = &[
    Check::new("content-length-mismatch", When::Field(Known::ContentLength), length_mismatch),
    Check::new("content-length-syntax", When::Field(Known::ContentLength), length_syntax),
    Check::new(
        "content-length-with-transfer-encoding",
        When::Field(Known::TransferEncoding),
        length_and_coding,
    ),
    Check::new("transfer-encoding-to-http10", When::Field(Known::TransferEncoding), coding_to_http10),
    Check::new("transfer-encoding-syntax", When::Field(Known::TransferEncoding), coding_syntax),
    Check::new("field-bare-cr", When::Always, bare_cr),
    Check::new("field-space-before-colon", When::Always, space_before_colon),
    Check::new("field-obs-fold", When::Always, obs_fold),
    Check::new("head-with-content", When::Method("HEAD"), head_with_content),
    Check::new("connection-close-unanswered", When::Always, close_unanswered),
    Check::new("close-delimited-content", When::Always, close_delimited),
    Check::new("chunked-malformed", When::Field(Known::TransferEncoding), chunked_malformed),
    Check::new("response-extra-data", When::Field(Known::TransferEncoding), extra_data),
    Check::new("trailer-forbidden", When::Always, trailer_forbidden),
];

/// What has to be known before the content comes (RFC 9110, 6.5.1), and so may not come after it.
const NOT_IN_TRAILERS: &[Known] = &[
    Known::TransferEncoding,
    Known::ContentLength,
    Known::Host,
    Known::Connection,
    Known::Upgrade,
    Known::Trailer,
    Known::Te,
    Known::CacheControl,
    Known::Expires,
    Known::Pragma,
    Known::Vary,
    Known::Location,
    Known::RetryAfter,
    Known::WwwAuthenticate,
    Known::ProxyAuthenticate,
    Known::SetCookie,
    Known::ContentEncoding,
    Known::ContentType,
    Known::ContentRange,
];

/// What says nothing of the content, and yet is not allowed after it: for that its definition has to say so, and those of
/// RFC 9110 and RFC 9111 say it of Accept-Ranges, ETag and Authentication-Info alone.
const NOT_DEFINED_FOR_TRAILERS: &[Known] = &[
    Known::Age,
    Known::Allow,
    Known::ContentLanguage,
    Known::ContentLocation,
    Known::Date,
    Known::LastModified,
    Known::Server,
    Known::Via,
];

/// Is it nothing, or the line ending that an editor puts at the end of a file?
pub(super) fn is_end_of_file(content: &[u8]) -> bool {
    matches!(content, b"" | b"\n" | b"\r\n" | b"\n\n" | b"\r\n\r\n")
}

/// Did somebody who wrote an example down leave the content out: `...`, `[content here]`, `{binary data}`?
pub(super) fn is_elided(content: &[u8]) -> bool {
    const WORDS: [&str; 7] = ["binary", "body", "bytes", "content", "data", "omitted", "truncated"];
    let Ok(text) = std::str::from_utf8(content.get(..64).unwrap_or(content)) else { return false };
    let text = text.trim();
    let inner = [('[', ']'), ('{', '}'), ('(', ')'), ('<', '>')]
        .iter()
        .find_map(|(open, close)| text.strip_prefix(*open)?.strip_suffix(*close));
    let is_plain = |inner: &str| inner.chars().all(|c| c.is_ascii_alphanumeric() || " .-_".contains(c));
    let is_note = |inner: &str| is_plain(inner) && WORDS.iter().any(|word| inner.contains(word));
    content.len() <= 64 && (matches!(text, "..." | "\u{2026}") || inner.is_some_and(is_note))
}

/// HTTP/1, by its bytes or by the label. Tools print HTTP/2 as if it were HTTP/1, but for the version.
fn is_http1(case: &Case<'_>) -> bool {
    let by_bytes = case.raw().is_ok_and(|raw| raw.slice(&raw.status_line).starts_with(b"HTTP/1"));
    by_bytes || !case.is_http2_or_later().unwrap_or(false)
}

/// The bytes of HTTP/1; `None` for a version that frames messages otherwise.
fn bytes<'c, 'a>(case: &'c Case<'a>) -> Result<Option<&'c Raw<'a>>, Lack> {
    if is_http1(case) { case.raw().map(Some) } else { Ok(None) }
}

fn length_mismatch(case: &Case<'_>) -> Opinion {
    let fields = case.fields()?;
    if !case.may_have_content() || fields.has(Known::TransferEncoding) {
        return Ok(Verdict::Silent);
    }
    let Some(line) = fields.line(Known::ContentLength) else { return Ok(Verdict::Silent) };
    // What is not a number of digits has a rule of its own.
    let digits = line.text().filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()));
    let Some(announced) = digits.and_then(|digits| digits.parse::<usize>().ok()) else {
        return Ok(Verdict::Silent);
    };
    let content = case.content()?;
    if !is_as_it_came(case, content) {
        return Err(Lack::Raw);
    }
    if is_elided(content) {
        return Err(Lack::Content);
    }
    // Without the request it may have been HEAD, whose answer announces what it does not have.
    if case.method().is_err() && is_end_of_file(content) {
        return Err(Lack::Request);
    }
    let extra = content.get(announced..).unwrap_or_default();
    // A whole recorded connection goes on with the next response.
    let is_next = extra.starts_with(b"HTTP/") || case.raw().is_ok_and(|raw| raw.content.is_none());
    // Who copies content from a screen loses its last line ending, or the half of it.
    let lost = usize::from(case.raw().is_err() && !content.ends_with(b"\r\n"));
    let wrong = content.len() + lost < announced || !is_end_of_file(extra) && !is_next;
    Ok(Verdict::flag_if(wrong, || {
        let message = format!("{announced} bytes are announced, {} came", content.len());
        Flag::at(Place::line(line.number)).saying(message).fix(format!("content-length: {}", content.len()))
    }))
}

/// Has the content as many bytes as it had on the wire? Without the bytes, by what recorders do to it: they take codings
/// off, convert characters and line endings, write JSON anew where they keep no version, leave content out, and cut at round numbers.
fn is_as_it_came(case: &Case<'_>, content: &[u8]) -> bool {
    if case.raw().is_ok() {
        return true;
    }
    let is_plain = |fields: &Section<'_>| !fields.has_any(&[Known::ContentEncoding, Known::ContentRange]);
    let is_cut = content.len().is_multiple_of(1000) || content.len().is_multiple_of(1024);
    let is_utf8 = content.is_ascii() || case.is_json().unwrap_or(false);
    case.response.version.is_some()
        && !case.is_behind_browser_cache()
        && case.fields().is_ok_and(is_plain)
        && is_utf8
        && !is_cut
        && memchr::memchr(b'\n', content.trim_ascii_end()).is_none()
}

fn length_syntax(case: &Case<'_>) -> Opinion {
    let mut first: Option<&[u8]> = None;
    for line in case.fields()?.lines(Known::ContentLength) {
        for range in split(line.value, b',') {
            let digits = line.value.get(range.clone()).unwrap_or_default();
            if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
                return Ok(Flag::at(Place::value(line.number, range)).saying("not a number of bytes").into());
            }
            // A recipient may take one number that stands there twice for one; no sender may send it so.
            let why =
                first.map(|first| if first == digits { "the length again" } else { "two different lengths" });
            if let Some(why) = why {
                return Ok(Flag::at(Place::value(line.number, range)).saying(why).into());
            }
            first = Some(digits);
        }
    }
    Ok(Verdict::Clean)
}

fn length_and_coding(case: &Case<'_>) -> Opinion {
    // Mock libraries that join the chunks put a length beside the field; they keep no version.
    if case.raw().is_err() && case.response.version.is_none_or(|version| version > Version::Http11) {
        return Err(Lack::Raw);
    }
    let line = case.fields()?.line(Known::ContentLength);
    Ok(line.map_or(Verdict::Clean, |line| Flag::at(Place::line(line.number)).into()))
}

fn coding_to_http10(case: &Case<'_>) -> Opinion {
    let version = case.exchange.request.version.ok_or(Lack::Version)?;
    let line = case.fields()?.line(Known::TransferEncoding).map_or(0, |line| line.number);
    Ok(Verdict::flag_if(version <= Version::Http10, || Flag::at(Place::line(line))))
}

fn coding_syntax(case: &Case<'_>) -> Opinion {
    if !is_http1(case) {
        return Ok(Verdict::Silent);
    }
    let fields = case.fields()?;
    let closes = fields.lines(Known::Connection).any(|line| has_element(line.value, b"close"));
    let mut was_chunked = false;
    for line in fields.lines(Known::TransferEncoding) {
        for range in elements(line.value) {
            let why = coding_fault(line.value, &range, was_chunked, closes);
            if let Some(why) = why {
                let flag = Flag::at(Place::value(line.number, range)).saying(why);
                return Ok(flag.advising(why == WITHDRAWN).into());
            }
            was_chunked |= is_chunked(line.value.get(range).unwrap_or_default());
        }
    }
    Ok(Verdict::Clean)
}

fn is_chunked(coding: &[u8]) -> bool {
    coding.eq_ignore_ascii_case(b"chunked")
}

/// It fits the grammar, and the registry of IANA knows it as withdrawn (RFC 9112, 7.3).
const WITHDRAWN: &str = "`identity` is no transfer coding any more";

/// What is wrong with one transfer coding, given whether `chunked` came before it.
fn coding_fault(
    value: &[u8],
    range: &std::ops::Range<usize>,
    after_chunked: bool,
    closes: bool,
) -> Option<&'static str> {
    let coding = value.get(range.clone()).unwrap_or_default();
    let mut parts = split(coding, b';').map(|part| part.start + range.start..part.end + range.start);
    let name = parts.next().and_then(|name| value.get(name)).unwrap_or_default();
    if !is_token(name) || parts.any(|part| Param::parse(value, part).is_err()) {
        return Some("not a transfer coding");
    }
    if is_chunked(name) && name.len() < coding.len() {
        return Some("`chunked` has no parameters");
    }
    match (after_chunked, is_chunked(name)) {
        (true, true) => Some("`chunked` twice"),
        // RFC 9112, 6.1: otherwise the end of the connection has to be the end of the message.
        (true, false) if !closes => Some("`chunked` has to come last"),
        (_, false) if name.eq_ignore_ascii_case(b"identity") => Some(WITHDRAWN),
        (true | false, _) => None,
    }
}

/// The bytes from the status line to the end of the header section.
fn header_section<'a>(raw: &Raw<'a>) -> (usize, &'a [u8]) {
    let start = raw.status_line.start;
    let end = raw.content.unwrap_or_else(|| raw.lines.last().map_or(raw.status_line.end, |line| line.end));
    (start, raw.bytes.get(start..end).unwrap_or_default())
}

fn bare_cr(case: &Case<'_>) -> Opinion {
    let Some(raw) = bytes(case)? else { return Ok(Verdict::Silent) };
    let (start, head) = header_section(raw);
    let is_bare = |at: &usize| head.get(at + 1).is_some_and(|next| *next != b'\n');
    let found = memchr::memchr_iter(b'\r', head).find(is_bare);
    Ok(found.map_or(Verdict::Clean, |at| Flag::at(Place::Raw(start + at..start + at + 1)).into()))
}

fn space_before_colon(case: &Case<'_>) -> Opinion {
    let is_such = |name: &[u8]| {
        let (inner, spaces) =
            name.split_at(name.iter().rposition(|byte| !is_ows(*byte)).map_or(0, |at| at + 1));
        is_token(inner) && !spaces.is_empty()
    };
    let found = case.fields()?.every().find(|line| is_such(line.name));
    Ok(found.map_or(Verdict::Clean, |line| Flag::at(Place::line(line.number)).into()))
}

fn obs_fold(case: &Case<'_>) -> Opinion {
    let Some(raw) = bytes(case)? else { return Ok(Verdict::Silent) };
    let found =
        raw.lines.iter().skip(1).find(|line| raw.slice(line).first().is_some_and(|byte| is_ows(*byte)));
    Ok(found.map_or(Verdict::Clean, |line| Flag::at(Place::Raw(line.clone())).into()))
}

fn head_with_content(case: &Case<'_>) -> Opinion {
    let content = case.beginning()?;
    Ok(Verdict::flag_if(!is_end_of_file(content), || Flag::at(Place::Content(0..content.len()))))
}

fn close_unanswered(case: &Case<'_>) -> Opinion {
    let asks = case.request()?.lines(Known::Connection).any(|line| has_element(line.value, b"close"));
    // HTTP/1.0 closes unless it says otherwise.
    if !asks || case.code.is_informational() || case.response.version == Some(Version::Http10) {
        return Ok(Verdict::Silent);
    }
    if bytes(case)?.is_none() {
        return Ok(Verdict::Silent);
    }
    let answers = case.fields()?.lines(Known::Connection).any(|line| has_element(line.value, b"close"));
    Ok(Verdict::flag_if(!answers, || Flag::at(Place::StatusLine).fix("connection: close")))
}

fn close_delimited(case: &Case<'_>) -> Opinion {
    let is_current = case.response.version == Some(Version::Http11)
        && case.exchange.request.version.is_none_or(|version| version == Version::Http11);
    if !is_current
        || !case.may_have_content()
        || case.fields()?.has_any(&[Known::ContentLength, Known::TransferEncoding])
    {
        return Ok(Verdict::Silent);
    }
    case.raw()?;
    let content = case.beginning()?;
    Ok(Verdict::flag_if(!is_end_of_file(content), || Flag::at(Place::StatusLine)))
}

/// How a chunked message ends.
enum Chunks {
    /// Whole, and ends here.
    End(usize),
    /// Here it is not what it has to be.
    Malformed(usize, &'static str),
    /// The bytes end before the message does.
    Cut,
}

/// Reads the chunks of a message whose only or last transfer coding is `chunked`, without the trailer section.
fn chunks(case: &Case<'_>) -> Result<Option<Chunks>, Lack> {
    let raw = case.raw()?;
    let last = case.fields()?.lines(Known::TransferEncoding).last().and_then(|line| {
        let range = elements(line.value).last()?;
        line.value.get(range)
    });
    let (Some(start), true, true) = (raw.content, last.is_some_and(is_chunked), case.may_have_content())
    else {
        return Ok(None);
    };
    Ok(Some(read_chunks(raw.bytes, start)))
}

/// RFC 9112, 7.1. A bare LF counts as a line ending, since that is another rule's business.
fn read_chunks(bytes: &[u8], start: usize) -> Chunks {
    let mut at = start;
    loop {
        let Some((line, next)) = line_at(bytes, at) else { return Chunks::Cut };
        let digits = line.iter().take_while(|byte| byte.is_ascii_hexdigit()).count();
        let after = line.get(digits..).unwrap_or_default().trim_ascii_start();
        let size = line.get(..digits).and_then(|digits| std::str::from_utf8(digits).ok());
        let size = size.and_then(|digits| usize::from_str_radix(digits, 16).ok());
        let Some(size) = size.filter(|_| after.is_empty() || after.starts_with(b";")) else {
            return Chunks::Malformed(at, "no chunk size");
        };
        if size == 0 {
            return trailer_end(bytes, next);
        }
        at = next.saturating_add(size);
        match line_at(bytes, at) {
            Some((b"", next)) => at = next,
            None if bytes.len() < at.saturating_add(2) => return Chunks::Cut,
            Some(_) | None => return Chunks::Malformed(at, "no line ending after the chunk"),
        }
    }
}

fn trailer_end(bytes: &[u8], start: usize) -> Chunks {
    let mut at = start;
    while let Some((line, next)) = line_at(bytes, at) {
        if line.is_empty() {
            return Chunks::End(next);
        }
        at = next;
    }
    Chunks::Cut
}

/// The line that begins here, without its ending, and where the next one begins.
fn line_at(bytes: &[u8], at: usize) -> Option<(&[u8], usize)> {
    let rest = bytes.get(at..)?;
    let end = memchr::memchr(b'\n', rest)?;
    let line = rest.get(..end)?;
    Some((line.strip_suffix(b"\r").unwrap_or(line), at + end + 1))
}

fn chunked_malformed(case: &Case<'_>) -> Opinion {
    match chunks(case)? {
        None => Ok(Verdict::Silent),
        Some(Chunks::End(_)) => Ok(Verdict::Clean),
        Some(Chunks::Malformed(at, why)) => Ok(Flag::at(Place::Raw(at..at + 1)).saying(why).into()),
        Some(Chunks::Cut) => cut(case),
    }
}

/// The last chunk is missing: a fault when the server ended the connection, and unknown when the recorder stopped.
fn cut(case: &Case<'_>) -> Opinion {
    let ended = case.exchange.failure().is_some_and(|failure| failure.kind == FailureKind::ConnectionClosed);
    if !ended {
        return Err(Lack::Raw);
    }
    let end = case.raw()?.bytes.len();
    Ok(Flag::at(Place::Raw(end..end)).saying("the connection ended before the last chunk").into())
}

fn extra_data(case: &Case<'_>) -> Opinion {
    let Some(Chunks::End(end)) = chunks(case)? else { return Ok(Verdict::Silent) };
    let bytes = case.raw()?.bytes;
    let extra = bytes.get(end..).unwrap_or_default();
    let wrong = !is_end_of_file(extra) && !extra.starts_with(b"HTTP/");
    Ok(Verdict::flag_if(wrong, || {
        Flag::at(Place::Raw(end..bytes.len()))
            .saying(format!("{} bytes after the end of the message", extra.len()))
    }))
}

fn trailer_forbidden(case: &Case<'_>) -> Opinion {
    let trailers = &case.response.trailers;
    if trailers.is_empty() {
        return Ok(Verdict::Silent);
    }
    let known = trailers.lines().map(|line| Known::of(&line.name)).enumerate();
    let flags = known.filter_map(|(line, field)| {
        let field = field?;
        let why = if NOT_IN_TRAILERS.contains(&field) {
            "comes after the content, too late to count"
        } else if NOT_DEFINED_FOR_TRAILERS.contains(&field) {
            "is not defined for trailers, so that most clients drop it"
        } else {
            return None;
        };
        let place = Place::Field { part: Part::Trailers, line, bytes: None };
        Some(Flag::at(place).saying(format!("{} {why}", field.as_str())))
    });
    Ok(Verdict::from_flags(flags.collect()))
}
