//! The parts of a line, and what is taken from each.

use super::duration::{any_duration, duration, number};
use super::entry::Entry;
use super::short::find;
use super::time::Clock;

/// What a part of a line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    /// A moment, in whatever form.
    Time,
    /// Date and time of day in two parts: the date.
    Date,
    /// The time of day.
    TimeOfDay,
    /// `METHOD target PROTOCOL`
    Request,
    Method,
    Target,
    /// A query that stands beside the path.
    Query,
    Host,
    Status,
    /// One or several, with commas and colons between.
    UpstreamStatus,
    Bytes,
    Duration(Unit),
    Client,
    /// An address with its port.
    ClientPort,
    UserAgent,
    RequestId,
    /// The template of a path, alone or behind its method.
    Route,
    /// Whatever follows the format: durations and ids that people add at the end.
    Rest,
    Ignored,
}

/// What a duration is given in, when it does not say itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unit {
    Seconds,
    /// Seconds of a further phase of the same request.
    MoreSeconds,
    Milliseconds,
    Microseconds,
    Nanoseconds,
    /// Seconds with a point, milliseconds without.
    ByForm,
}

/// A line while it is taken apart.
#[derive(Debug, Default)]
pub struct Filling<'a> {
    /// What it says, so far.
    pub entry: Entry<'a>,
    pub(super) has_status: bool,
    date: &'a [u8],
    time_of_day: &'a [u8],
}

impl<'a> Filling<'a> {
    /// Takes a part; `false` when it cannot be what it should be.
    #[inline(always)]
    pub(super) fn take(&mut self, part: Part, text: &'a [u8], clock: &mut Clock) -> bool {
        // What nearly every line has is taken without a call.
        match part {
            Part::Status => self.take_status(text),
            Part::Bytes => self.take_bytes(text),
            Part::Client => self.take_client(client(text)),
            Part::Request => {
                self.take_request(text);
                true
            }
            Part::UserAgent => {
                self.entry.user_agent = text;
                true
            }
            Part::Ignored => true,
            Part::Time
            | Part::Date
            | Part::TimeOfDay
            | Part::Method
            | Part::Target
            | Part::Query
            | Part::Host
            | Part::UpstreamStatus
            | Part::Duration(_)
            | Part::ClientPort
            | Part::RequestId
            | Part::Route
            | Part::Rest => self.take_other(part, text, clock),
        }
    }

    #[inline(never)]
    fn take_other(&mut self, part: Part, text: &'a [u8], clock: &mut Clock) -> bool {
        match part {
            Part::Time | Part::Date | Part::TimeOfDay => return self.take_time(part, text, clock),
            Part::Method => self.entry.method = if is_method(text) { text } else { b"" },
            Part::Target if !is_unknown(text) => self.entry.target = text,
            Part::Route if !is_unknown(text) => self.take_route(text),
            Part::Host => self.entry.host = text,
            Part::ClientPort => return self.take_client(client(text).map(without_port)),
            Part::RequestId if !is_unknown(text) => self.entry.request_id = text,
            Part::UpstreamStatus => self.entry.upstream_status = last_status(text),
            Part::Rest => self.take_rest(text),
            Part::Duration(unit) => self.take_duration(unit, text),
            Part::Target
            | Part::Query
            | Part::RequestId
            | Part::Route
            | Part::Ignored
            | Part::Status
            | Part::Bytes
            | Part::Client
            | Part::Request
            | Part::UserAgent => {}
        }
        true
    }

    fn take_time(&mut self, part: Part, text: &'a [u8], clock: &mut Clock) -> bool {
        // A date and a time of day may stand in two members.
        let is_date =
            part == Part::Date || (part == Part::Time && text.len() == 10 && text.get(4) == Some(&b'-'));
        let is_time_of_day = part == Part::TimeOfDay || (part == Part::Time && text.get(2) == Some(&b':'));
        if is_date {
            self.date = text;
        } else if is_time_of_day {
            self.time_of_day = text;
        }
        let read = match is_date || is_time_of_day {
            // The other half is still to come.
            true if self.date.is_empty() || self.time_of_day.is_empty() => return true,
            true => super::time::date_and_clock(self.date, self.time_of_day).map(|at| (at, true)),
            false => clock.read(text),
        };
        let Some((at, has_zone)) = read else { return false };
        (self.entry.at_us, self.entry.has_zone) = (Some(at), has_zone);
        true
    }

    #[inline]
    fn take_client(&mut self, client: Option<&'a [u8]>) -> bool {
        self.entry.client = client.unwrap_or_default();
        client.is_some()
    }

    /// `-`, `-1` and 000 say that nothing was answered.
    #[inline]
    fn take_status(&mut self, text: &'a [u8]) -> bool {
        if let [a, b, c] = text
            && let (a, b, c) = (a.wrapping_sub(b'0'), b.wrapping_sub(b'0'), c.wrapping_sub(b'0'))
            && a < 10
            && b < 10
            && c < 10
        {
            self.entry.status = u16::from(a) * 100 + u16::from(b) * 10 + u16::from(c);
            self.has_status = true;
            return true;
        }
        let is_none = is_unknown(text) || text == b"0";
        self.has_status |= is_none;
        is_none
    }

    #[inline]
    fn take_bytes(&mut self, text: &'a [u8]) -> bool {
        match number(text.strip_prefix(b"+").unwrap_or(text)) {
            Some(bytes) => self.entry.bytes = bytes,
            None => return is_unknown(text),
        }
        true
    }

    #[inline]
    fn take_request(&mut self, text: &'a [u8]) {
        match text.first() {
            // Some write the target alone under this name.
            Some(b'/') => self.entry.target = text,
            Some(_) | None => (self.entry.method, self.entry.target) = request(text),
        }
    }

    /// `/pets/{id}`, `GET /pets/{id}`; names such as `default` are none, and API Gateway's `/{proxy+}` stands for all.
    fn take_route(&mut self, text: &'a [u8]) {
        if text.ends_with(b"+}") {
            return;
        }
        match memchr::memchr(b' ', text) {
            None if text.starts_with(b"/") => self.entry.route = text,
            Some(at) if text.get(at + 1) == Some(&b'/') && is_method(text.get(..at).unwrap_or_default()) => {
                self.entry.route = text.get(at + 1..).unwrap_or_default();
                self.entry.method = text.get(..at).unwrap_or_default();
            }
            Some(_) | None => {}
        }
    }

    fn take_duration(&mut self, unit: Unit, text: &[u8]) {
        let so_far = self.entry.duration_us;
        let read = match unit {
            Unit::Seconds => any_duration(text, Some(1e6)),
            Unit::MoreSeconds => duration(text, 1e6).map(|us| us.saturating_add(so_far.unwrap_or(0))),
            Unit::Milliseconds => any_duration(text, Some(1e3)),
            Unit::Microseconds => any_duration(text, Some(1.0)),
            Unit::Nanoseconds => any_duration(text, Some(0.001)),
            Unit::ByForm => any_duration(text, None),
        };
        self.entry.duration_us = read.or(so_far);
    }

    /// What people add at the end: `0.123` seconds, `rt=0.123`, a number of microseconds, an id of 32 digits.
    fn take_rest(&mut self, text: &'a [u8]) {
        for word in text.split(|byte| *byte == b' ').filter(|word| !word.is_empty()).take(24) {
            let (name, value) = match memchr::memchr(b'=', word) {
                Some(at) => (word.get(..at).unwrap_or_default(), word.get(at + 1..).unwrap_or_default()),
                None => (&b""[..], word),
            };
            let value = value.strip_prefix(b"\"").unwrap_or(value);
            let value = value.strip_suffix(b"\"").unwrap_or(value);
            self.take_word(name, value);
        }
    }

    fn take_word(&mut self, name: &[u8], value: &'a [u8]) {
        let entry = &mut self.entry;
        match name {
            b"rt" | b"request_time" => entry.duration_us = duration(value, 1e6).or(entry.duration_us),
            b"us" | b"upstream_status" => entry.upstream_status = last_status(value),
            b"rid" | b"request_id" | b"reqid" | b"id" if !is_unknown(value) => entry.request_id = value,
            b"" if value.len() == 32 && value.iter().all(u8::is_ascii_hexdigit) => entry.request_id = value,
            b"" if entry.duration_us.is_none() && value.contains(&b'.') => {
                entry.duration_us = duration(value, 1e6);
            }
            b"" if entry.duration_us.is_none() && value.len() > 4 => entry.duration_us = duration(value, 1.0),
            _ => {}
        }
    }
}

/// Servers write `-` or nothing for what they do not know, HAProxy and the load balancers of AWS `-1`.
fn is_unknown(text: &[u8]) -> bool {
    matches!(text, b"-" | b"" | b"-1")
}

/// One address; of a list (`192.0.2.7, 10.0.0.1`) the first. A quote before it is somebody's around the whole line.
#[inline]
fn client(text: &[u8]) -> Option<&[u8]> {
    if text.first() == Some(&b'"') {
        return None;
    }
    match find(b' ', text) {
        None => Some(text),
        Some(at) => text.get(..at)?.strip_suffix(b","),
    }
}

fn without_port(text: &[u8]) -> &[u8] {
    let address = memchr::memrchr(b':', text).and_then(|at| text.get(..at)).unwrap_or(text);
    address.strip_prefix(b"[").and_then(|inner| inner.strip_suffix(b"]")).unwrap_or(address)
}

/// Of a list the last one: the upstream whose answer was used.
fn last_status(text: &[u8]) -> Option<u16> {
    let last = text.rsplit(|byte| matches!(byte, b',' | b':' | b' ')).find(|part| !part.is_empty());
    last.and_then(number).and_then(|number| u16::try_from(number).ok()).filter(|status| *status > 0)
}

/// A token of RFC 9110 that begins with a letter, as all methods do.
#[inline(always)]
pub(super) fn is_method(text: &[u8]) -> bool {
    matches!(text, b"GET" | b"POST" | b"PUT" | b"HEAD" | b"DELETE" | b"OPTIONS" | b"PATCH") || is_token(text)
}

fn is_token(text: &[u8]) -> bool {
    text.len() <= 24
        && text.first().is_some_and(u8::is_ascii_alphabetic)
        && text.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
}

/// `GET /path HTTP/1.1`; anything else is no request line, and the status is counted all the same.
pub(super) fn request(text: &[u8]) -> (&[u8], &[u8]) {
    let Some(first) = find(b' ', text) else { return (b"", b"") };
    let (method, rest) = (text.get(..first).unwrap_or_default(), text.get(first + 1..).unwrap_or_default());
    if !is_method(method) {
        return (b"", b"");
    }
    // Nearly all are like that, and need no second look.
    if let Some((target @ [b'/', .., last], protocol)) = rest.split_last_chunk::<9>()
        && protocol.starts_with(b" HTTP/")
        && !last.is_ascii_whitespace()
    {
        return (method, target);
    }
    let end = last_word(rest).filter(|at| is_protocol(rest.get(at + 1..).unwrap_or_default()));
    let target = rest.get(..end.unwrap_or(rest.len())).unwrap_or_default().trim_ascii();
    // HTTP/0.9 has no protocol; without one and without a path it is some other language, such as SMTP.
    let is_target = if end.is_some() { !is_unknown(target) } else { target.starts_with(b"/") };
    if is_target { (method, target) } else { (b"", b"") }
}

/// The space before the last word.
fn last_word(text: &[u8]) -> Option<usize> {
    text.iter().rposition(|byte| *byte == b' ')
}

/// `HTTP/1.1`, `RTSP/1.0`, `HTTP/`
fn is_protocol(word: &[u8]) -> bool {
    if word.starts_with(b"HTTP/") {
        return true;
    }
    let slash = word.iter().position(|byte| *byte == b'/');
    slash.is_some_and(|at| {
        at > 1
            && word.get(..at).is_some_and(|name| name.iter().all(u8::is_ascii_uppercase))
            && word.get(at + 1).is_some_and(u8::is_ascii_digit)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn request_lines_are_told_from_everything_else() {
        for (text, method, target) in [
            ("GET /a?b HTTP/1.1", "GET", "/a?b"),
            ("GET /a b c HTTP/1.1", "GET", "/a b c"),
            ("GET /a", "GET", "/a"),
            ("GET index.html HTTP/1.0", "GET", "index.html"),
            ("OPTIONS * HTTP/1.1", "OPTIONS", "*"),
            ("OPTIONS / RTSP/1.0", "OPTIONS", "/"),
            ("CONNECT a.example:443 HTTP/1.1", "CONNECT", "a.example:443"),
            ("M-SEARCH * HTTP/1.1", "M-SEARCH", "*"),
            ("-", "", ""),
            ("", "", ""),
            ("- - -", "", ""),
            ("- - HTTP/1.1", "", ""),
            ("EHLO example.org", "", ""),
            (r"\x16\x03\x01\x02 \x00", "", ""),
            ("<BADREQ>", "", ""),
        ] {
            let (is_method, is_target) = request(text.as_bytes());
            assert_eq!((is_method, is_target), (method.as_bytes(), target.as_bytes()), "{text}");
        }
    }
}
