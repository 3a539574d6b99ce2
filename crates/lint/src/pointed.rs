//! A place as a line of text with some of it marked: what people are shown.

use std::ops::Range;

use statusquo_exchange::{Exchange, FieldLine, Fields, Response, Version};

use crate::field::list::is_ows;
use crate::{Finding, Part, Place};

/// A line of an exchange with some of it marked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pointed {
    /// Of what it is a line: `response`, `request`, `interim`, `trailers` or `content`.
    pub part: &'static str,
    /// Its number, counted from 1 at the start line of its message; content goes on counting after the empty line.
    pub line: usize,
    /// The name of the field, in small letters, when it is a field line.
    pub field: Option<String>,
    /// The text, made harmless for terminals.
    pub text: String,
    /// Which characters of the text are marked.
    pub marked: Range<usize>,
}

/// More of a line is not shown.
const LONGEST: usize = 4096;

impl Finding {
    /// The line that the finding is about.
    #[must_use]
    pub fn pointed(&self, exchange: &Exchange) -> Option<Pointed> {
        match &self.place {
            Place::StatusLine | Place::Reason => status_line(exchange.response()?, "response", &self.place),
            Place::InterimStatusLine(at) => status_line(exchange.interim.get(*at)?, "interim", &self.place),
            Place::RequestLine => Some(request_line(exchange)),
            Place::Field { part, line, bytes } => {
                let (name, fields, before) = section(exchange, *part)?;
                Some(field_line(name, fields.get(*line)?, line + before, bytes.clone()))
            }
            Place::Content(bytes) => content_line(exchange.response()?, bytes),
            Place::Raw(bytes) => raw_line(exchange.raw_response.as_deref()?, bytes),
        }
    }
}

fn start_line(response: &Response) -> (String, usize) {
    let version = response.version.map_or("HTTP", Version::as_str);
    let head = format!("{version} {}", response.status);
    let end = head.chars().count();
    match &response.reason {
        Some(reason) if !reason.is_empty() => (format!("{head} {}", shown(reason)), end),
        Some(_) | None => (head, end),
    }
}

fn status_line(response: &Response, part: &'static str, place: &Place) -> Option<Pointed> {
    let (text, code_end) = start_line(response);
    let whole = text.chars().count();
    let marked = if *place == Place::Reason { (code_end + 1).min(whole)..whole } else { 0..code_end };
    Some(Pointed { part, line: 1, field: None, text, marked })
}

fn request_line(exchange: &Exchange) -> Pointed {
    let request = &exchange.request;
    let text = shown(format!("{} {}", request.method, request.target).as_bytes());
    let marked = 0..text.chars().count();
    Pointed { part: "request", line: 1, field: None, text, marked }
}

/// A section with the number of its first line.
fn section(exchange: &Exchange, part: Part) -> Option<(&'static str, &Fields, usize)> {
    match part {
        Part::Request => Some(("request", &exchange.request.fields, 2)),
        Part::Interim(at) => Some(("interim", &exchange.interim.get(at)?.fields, 2)),
        Part::Response => Some(("response", &exchange.response()?.fields, 2)),
        Part::Trailers => Some(("trailers", &exchange.response()?.trailers, 1)),
    }
}

fn field_line(part: &'static str, line: &FieldLine, number: usize, bytes: Option<Range<usize>>) -> Pointed {
    let name = shown(&line.name);
    let text = format!("{name}: {}", shown(&line.value));
    let before = name.chars().count() + 2;
    // Of lines that a recorder joined, nobody knows which one it is.
    let marked = match bytes.filter(|_| !line.value.contains(&b'\n')) {
        None => 0..text.chars().count(),
        Some(bytes) => {
            let padding = line.value.iter().take_while(|byte| is_ows(**byte)).count();
            let chars = |end: usize| {
                let end = (padding + end).min(line.value.len());
                shown(line.value.get(..end).unwrap_or_default()).chars().count()
            };
            before + chars(bytes.start)..before + chars(bytes.end)
        }
    };
    Pointed { part, line: number, field: Some(name.to_ascii_lowercase()), text, marked }
}

fn content_line(response: &Response, bytes: &Range<usize>) -> Option<Pointed> {
    let pointed = line_of(response.content.bytes()?, bytes);
    // The start line, the fields and the empty line come before.
    Some(Pointed { part: "content", line: pointed.line + response.fields.len() + 2, ..pointed })
}

fn raw_line(raw: &[u8], bytes: &Range<usize>) -> Option<Pointed> {
    Some(Pointed { part: "response", ..line_of(raw, bytes) })
}

fn line_of(text: &[u8], bytes: &Range<usize>) -> Pointed {
    let start = bytes.start.min(text.len());
    let before = text.get(..start).unwrap_or_default();
    let line_start = memchr::memrchr(b'\n', before).map_or(0, |at| at + 1);
    let rest = text.get(start..).unwrap_or_default();
    let line_end = start + memchr::memchr(b'\n', rest).unwrap_or(rest.len());
    let number = memchr::memchr_iter(b'\n', before).count() + 1;
    // Of a very long line only the surroundings.
    let from = line_start.max(start.saturating_sub(LONGEST / 4));
    let to = line_end.min(from + LONGEST);
    let chars = |range: Range<usize>| shown(text.get(range).unwrap_or_default());
    let marked_start = chars(from..start).chars().count();
    let marked_len = chars(start..bytes.end.clamp(start, to)).chars().count();
    Pointed {
        part: "content",
        line: number,
        field: None,
        text: chars(from..to),
        marked: marked_start..marked_start + marked_len.max(1),
    }
}

/// Bytes of strangers, made harmless for a terminal.
fn shown(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes)
        .chars()
        .map(|char| if char.is_control() { '\u{fffd}' } else { char })
        .collect()
}
