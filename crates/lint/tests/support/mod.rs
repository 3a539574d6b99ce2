//! Examples of rule pages as exchanges.

use std::time::Duration;

use bytes::Bytes;
use jiff::Timestamp;
use statusquo_exchange::{Content, Exchange, Name, Outcome, Scheme};
use statusquo_lint::Example;

/// The exchanges of an example.
///
/// They are separated by lines `===`. Lines before the request that begin with `# ` say what HTTP text cannot:
/// `# scheme: http` (default: https), `# at: 2026-11-23T10:00:00Z`, `# content: not captured`,
/// `# took: 40 ms`, `# waited: 30 s`, `# request content: never sent`, `# asked: content held back` (for whoever decides by what was asked), `# request field: X-Odd: a\x00b` and
/// `# response field: x-odd:  a` (lines that no parser would leave as they are).
/// `Content-Length: auto` stands for the right number. Unless the example is raw, line endings of the response's header
/// section become CRLF; in a raw one they are written out as `\r\n`, other bytes as `\xNN`.
pub(crate) fn exchanges(example: &Example) -> Vec<Exchange> {
    let mut exchanges: Vec<_> =
        example.text.split("\n===\n").map(|text| exchange(text, example.is_raw)).collect();
    // What stands in one example came one after the other.
    if exchanges.len() > 1 {
        let start: Timestamp = "2026-11-23T10:00:00Z".parse().unwrap();
        let untimed = exchanges.iter_mut().filter(|exchange| exchange.at == Timestamp::UNIX_EPOCH);
        for (exchange, seconds) in untimed.zip(0..) {
            exchange.at = start + jiff::SignedDuration::from_secs(seconds);
        }
    }
    exchanges
}

fn exchange(text: &str, is_raw: bool) -> Exchange {
    let mut notes = Vec::new();
    let mut rest = text;
    while let Some(after) = rest.strip_prefix("# ") {
        let (note, after) = after.split_once('\n').unwrap();
        notes.push(note.split_once(": ").unwrap());
        rest = after;
    }
    let start = rest
        .find("HTTP/")
        .filter(|at| *at == 0)
        .or_else(|| rest.find("\nHTTP/").map(|at| at + 1))
        .expect("a response");
    let (request, response) = rest.split_at(start);
    let request = sized(request.trim_end_matches('\n'), "\n");
    let response = if is_raw { unescape(response) } else { sized(&crlf(response), "\r\n").into_bytes() };
    let gap = if request.is_empty() {
        ""
    } else if request.contains("\n\n") {
        "\n"
    } else {
        "\n\n"
    };
    let whole = [request.as_bytes(), gap.as_bytes(), &response].concat();
    let mut exchange = Exchange::parse_http1(&Bytes::from(whole), Name::from("example")).unwrap();
    if response.starts_with(b"HTTP/2") || response.starts_with(b"HTTP/3") {
        exchange.raw_response = None;
    }
    exchange.scheme = Some(Scheme::Https);
    for (name, value) in notes {
        note(&mut exchange, name, value);
    }
    exchange
}

fn note(exchange: &mut Exchange, name: &str, value: &str) {
    match (name, value) {
        ("scheme", "http") => exchange.scheme = Some(Scheme::Http),
        ("took", millis) => {
            exchange.timing.total = Duration::from_millis(millis.trim_end_matches(" ms").parse().unwrap());
        }
        ("waited", text) => {
            let (number, unit) = text.split_once(' ').unwrap();
            let number = number.parse().unwrap();
            let waited =
                if unit == "s" { Duration::from_secs(number) } else { Duration::from_millis(number) };
            exchange.timing.wait = Some(waited);
        }
        ("asked", _) => {}
        ("request content", "never sent") => exchange.request.content = Content::Beginning(Bytes::new()),
        ("at", at) => exchange.at = at.parse().unwrap(),
        ("request field", line) => {
            let line = String::from_utf8(unescape(line)).unwrap();
            let (name, value) = line.split_once(": ").unwrap_or((&line, ""));
            exchange.request.fields.push(name.to_owned(), value.to_owned());
        }
        ("response field", line) => {
            let line = String::from_utf8(unescape(line)).unwrap();
            let (name, value) = line.split_once(": ").unwrap_or((&line, ""));
            if let Outcome::Answered(response) = &mut exchange.outcome {
                response.fields.push(name.to_owned(), value.to_owned());
            }
        }
        ("content", "not captured") => {
            if let Outcome::Answered(response) = &mut exchange.outcome {
                response.content = Content::NotCaptured;
            }
            exchange.raw_response = None;
        }
        other => panic!("unknown note {other:?}"),
    }
}

/// Header sections with CRLF, content as it is. Interim responses are header sections as well.
fn crlf(response: &str) -> String {
    let mut done = String::new();
    let mut rest = response;
    loop {
        let (head, after) = rest.split_once("\n\n").unwrap_or((rest.trim_end_matches('\n'), ""));
        done.push_str(&head.replace('\n', "\r\n"));
        done.push_str("\r\n\r\n");
        if after.starts_with("HTTP/")
            && head.starts_with("HTTP/")
            && head.split(' ').nth(1).is_some_and(|code| code.starts_with('1'))
        {
            rest = after;
        } else {
            done.push_str(after);
            return done;
        }
    }
}

/// Puts the right number in the place of `auto`.
fn sized(message: &str, line_end: &str) -> String {
    let blank = format!("{line_end}{line_end}");
    let length = message.rsplit_once(&blank).map_or(0, |(_, content)| content.len());
    let length = if message.matches("HTTP/").count() > 1 {
        length
    } else {
        message.split_once(&blank).map_or(0, |(_, content)| content.len())
    };
    message
        .replace("Content-Length: auto", &format!("Content-Length: {length}"))
        .replace("content-length: auto", &format!("content-length: {length}"))
}

/// `\r`, `\n`, `\t`, `\\` and `\xNN` written out; real line ends are layout.
fn unescape(text: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut chars = text.chars().filter(|char| *char != '\n');
    while let Some(char) = chars.next() {
        if char != '\\' {
            bytes.extend_from_slice(char.encode_utf8(&mut [0; 4]).as_bytes());
            continue;
        }
        match chars.next() {
            Some('r') => bytes.push(b'\r'),
            Some('n') => bytes.push(b'\n'),
            Some('t') => bytes.push(b'\t'),
            Some('x') => {
                let digits: String = chars.by_ref().take(2).collect();
                bytes.push(u8::from_str_radix(&digits, 16).unwrap());
            }
            Some(other) => bytes.extend_from_slice(other.encode_utf8(&mut [0; 4]).as_bytes()),
            None => bytes.push(b'\\'),
        }
    }
    bytes
}
