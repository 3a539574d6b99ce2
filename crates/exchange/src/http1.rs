//! Reads a request and its responses written as HTTP/1 text.
//!
//! Lenient on purpose: what is wrong on the wire is kept as it is, for the linter to speak of.

use bytes::Bytes;
use jiff::Timestamp;
use statusquo_catalogue::StatusCode;

use crate::{
    Content, Exchange, ExchangeId, FieldLine, Fields, Name, Origin, Outcome, Request, Response, Timing,
    Version,
};

/// Text in which there is no HTTP/1 response.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoResponse;

impl std::fmt::Display for NoResponse {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("no line begins with `HTTP/`: there is no response")
    }
}

impl std::error::Error for NoResponse {}

impl Exchange {
    /// Reads a request (may be left out), interim responses and a final response, one after the other.
    ///
    /// Lines may end with CRLF or LF. The bytes of the responses are kept as raw only when the status line ends
    /// with CRLF: what was typed into an editor says nothing of the bytes on a wire.
    ///
    /// # Errors
    ///
    /// When no line begins with `HTTP/`.
    pub fn parse_http1(text: &Bytes, source: Name) -> Result<Self, NoResponse> {
        let start = response_start(text).ok_or(NoResponse)?;
        let request = request(&text.slice(..start));
        let mut rest = text.slice(start..);
        let raw = rest.clone();
        let mut interim = Vec::new();
        let response = loop {
            let (response, after) = response(&rest);
            let is_last = !response.status.is_informational() || response.status.get() == 101;
            match response_start(&after).filter(|_| !is_last) {
                Some(next) => {
                    interim.push(response);
                    rest = after.slice(next..);
                }
                None => break with_content(response, after),
            }
        };
        let has_crlf = raw
            .iter()
            .position(|byte| *byte == b'\n')
            .is_some_and(|at| at > 0 && raw.get(at - 1) == Some(&b'\r'));
        Ok(Self {
            id: ExchangeId(String::new()),
            at: Timestamp::UNIX_EPOCH,
            origin: Origin::Recording { source },
            scheme: None,
            request,
            interim,
            outcome: Outcome::Answered(response),
            timing: Timing::default(),
            tls: None,
            peer: None,
            raw_response: has_crlf.then_some(raw),
        })
    }
}

/// Where the first line that begins with `HTTP/` stands.
fn response_start(text: &[u8]) -> Option<usize> {
    let mut at = 0;
    loop {
        let line = text.get(at..)?;
        if line.starts_with(b"HTTP/") {
            return Some(at);
        }
        at += line.iter().position(|byte| *byte == b'\n')? + 1;
    }
}

/// The next line without its ending, and what follows.
fn line(text: &Bytes) -> (Bytes, Bytes) {
    let Some(end) = text.iter().position(|byte| *byte == b'\n') else { return (text.clone(), Bytes::new()) };
    let without = text.slice(..end);
    let without = without.strip_suffix(b"\r").map_or(without.clone(), |stripped| without.slice_ref(stripped));
    (without, text.slice(end + 1..))
}

/// The lines up to an empty one, and what follows it.
fn section(text: Bytes) -> (Fields, Bytes) {
    let mut lines: Vec<FieldLine> = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let (next, after) = line(&rest);
        rest = after;
        if next.is_empty() {
            break;
        }
        let is_folded = next.starts_with(b" ") || next.starts_with(b"\t");
        match (is_folded, lines.last_mut()) {
            // RFC 9112, 5.2: a folded line goes on with the value above it.
            (true, Some(above)) => {
                let joined = [above.value.as_ref(), b" ", next.trim_ascii()].concat();
                above.value = joined.into();
            }
            _ => lines.push(field_line(&next)),
        }
    }
    (lines.into_iter().collect(), rest)
}

fn field_line(line: &Bytes) -> FieldLine {
    let Some(colon) = line.iter().position(|byte| *byte == b':') else {
        return FieldLine { name: line.clone(), value: Bytes::new() };
    };
    let value = line.slice(colon + 1..);
    let trimmed = trim_ows(&value);
    FieldLine { name: line.slice(..colon), value: value.slice_ref(trimmed) }
}

fn trim_ows(value: &[u8]) -> &[u8] {
    let is_ows = |byte: &u8| matches!(byte, b' ' | b'\t');
    let start = value.iter().position(|byte| !is_ows(byte)).unwrap_or(value.len());
    let end = value.iter().rposition(|byte| !is_ows(byte)).map_or(start, |at| at + 1);
    value.get(start..end).unwrap_or_default()
}

fn request(text: &Bytes) -> Request {
    if text.trim_ascii().is_empty() {
        return Request {
            method: String::new(),
            target: String::new(),
            version: None,
            fields: Fields::not_captured(),
            content: Content::NotCaptured,
        };
    }
    let (first, rest) = line(text);
    let first = String::from_utf8_lossy(&first).into_owned();
    let mut words = first.split(' ');
    let method = words.next().unwrap_or_default().to_owned();
    let target = words.next().unwrap_or_default().to_owned();
    let version = words.next().and_then(Version::parse);
    let (fields, content) = section(rest);
    // The empty line that a writer puts before the response is no content.
    let trimmed = content.trim_ascii_end();
    let content = Content::Whole(content.slice_ref(trimmed));
    Request { method, target, version, fields, content }
}

/// A response without its content, and what follows its header section.
fn response(text: &Bytes) -> (Response, Bytes) {
    let (first, rest) = line(text);
    let version_end = first.iter().position(|byte| *byte == b' ').unwrap_or(first.len());
    let version =
        std::str::from_utf8(first.get(..version_end).unwrap_or_default()).ok().and_then(Version::parse);
    let after = first.slice((version_end + 1).min(first.len())..);
    let code_end = after.iter().position(|byte| *byte == b' ').unwrap_or(after.len());
    let code = std::str::from_utf8(after.get(..code_end).unwrap_or_default())
        .ok()
        .and_then(|code| code.parse().ok());
    let reason = (code_end < after.len()).then(|| after.slice(code_end + 1..));
    let (fields, rest) = section(rest);
    let response = Response {
        version,
        status: StatusCode::new(code.unwrap_or(0)),
        reason,
        fields,
        content: Content::Whole(Bytes::new()),
        trailers: Fields::new(),
    };
    (response, rest)
}

/// Takes the transfer coding off, if it is `chunked`.
fn with_content(mut response: Response, rest: Bytes) -> Response {
    let is_old = matches!(response.version, Some(Version::Http09 | Version::Http10 | Version::Http11));
    let coding = response.fields.text("transfer-encoding").unwrap_or_default();
    if is_old && coding.to_ascii_lowercase().trim_end().ends_with("chunked") {
        (response.content, response.trailers) = dechunk(rest);
    } else {
        response.content = Content::Whole(own_content(&response, rest));
    }
    response
}

/// The content without the next response of the connection, which stands after it where redirects were followed.
fn own_content(response: &Response, rest: Bytes) -> Bytes {
    let length = response.fields.text("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
    let after = rest.get(length..).unwrap_or_default().trim_ascii_start();
    if after.starts_with(b"HTTP/") { rest.slice(..length) } else { rest }
}

/// The content and trailers of a chunked body; as far as it can be read (RFC 9112, 7.1).
fn dechunk(text: Bytes) -> (Content, Fields) {
    let mut content = Vec::new();
    let mut rest = text;
    loop {
        let (size, after) = line(&rest);
        let digits = size.split(|byte| matches!(byte, b';' | b' ')).next().unwrap_or_default();
        let size = std::str::from_utf8(digits).ok().and_then(|digits| usize::from_str_radix(digits, 16).ok());
        match size {
            Some(0) => return (Content::Whole(content.into()), section(after).0),
            Some(size) if size <= after.len() => {
                content.extend_from_slice(&after.slice(..size));
                rest = line(&after.slice(size..)).1;
            }
            Some(_) | None => return (Content::Beginning(content.into()), Fields::new()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &'static str) -> Exchange {
        Exchange::parse_http1(&Bytes::from_static(text.as_bytes()), Name::from("test")).unwrap()
    }

    #[test]
    fn a_request_interim_and_a_final_response_are_read() {
        let exchange = parse(
            "POST /a?b HTTP/1.1\nHost: example.org\nContent-Length: 2\n\n{}\n\nHTTP/1.1 103 Early Hints\nLink: <a>\n\n\
             HTTP/1.1 201 Created\nLocation:  /a/1 \nX: a\n b\n\nhello\n",
        );
        assert_eq!((exchange.request.method.as_str(), exchange.request.target.as_str()), ("POST", "/a?b"));
        assert_eq!(exchange.request.content, Content::Whole(Bytes::from_static(b"{}")));
        assert_eq!(exchange.interim.len(), 1);
        let response = exchange.response().unwrap();
        assert_eq!(
            (response.status.get(), response.fields.text("location"), response.fields.text("x")),
            (201, Some("/a/1"), Some("a b"))
        );
        assert_eq!(response.content, Content::Whole(Bytes::from_static(b"hello\n")));
        assert_eq!(exchange.raw_response, None);
    }

    #[test]
    fn a_response_alone_leaves_the_request_unknown_and_chunks_are_joined() {
        let exchange = parse(
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1;x=y\r\nc\r\n0\r\nDigest: x\r\n\r\n",
        );
        assert!(!exchange.request.fields.is_captured() && exchange.request.method.is_empty());
        let response = exchange.response().unwrap();
        assert_eq!(response.content, Content::Whole(Bytes::from_static(b"abc")));
        assert_eq!(response.trailers.text("digest"), Some("x"));
        assert!(exchange.raw_response.is_some());
    }

    #[test]
    fn what_follows_on_the_connection_is_no_content() {
        let content = |text| parse(text).response().unwrap().content.clone();
        let whole = |text: &'static str| Content::Whole(Bytes::from_static(text.as_bytes()));
        assert_eq!(
            content("HTTP/1.1 301 Moved\nContent-Length: 2\nLocation: /b\n\nhi\n\nHTTP/1.1 200 OK\n\n"),
            whole("hi")
        );
        assert_eq!(content("HTTP/2 301\nlocation: /b\n\nHTTP/2 200\n\nabc"), whole(""));
        // Talk of HTTP is content.
        assert_eq!(content("HTTP/1.1 200 OK\n\nabc\nHTTP/1.1 is old\n"), whole("abc\nHTTP/1.1 is old\n"));
    }

    #[test]
    fn what_is_broken_is_kept_and_what_is_no_http_is_refused() {
        assert_eq!(parse("HTTP/1.1 abc\nno colon\n\n").response().unwrap().status.get(), 0);
        assert_eq!(
            parse("HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\nzz\n").response().unwrap().content,
            Content::Beginning(Bytes::new())
        );
        assert!(Exchange::parse_http1(&Bytes::from_static(b"hello"), Name::from("x")).is_err());
    }
}
