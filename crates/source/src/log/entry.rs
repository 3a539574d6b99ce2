//! What a line of a log says.

use statusquo_exchange::StatusCode;

/// What a line of a log says: borrowed from it, as it stands there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Entry<'a> {
    /// When, in microseconds since 1970 in UTC.
    pub at_us: Option<i64>,
    /// Did the line say its time zone? Without it UTC is assumed.
    pub has_zone: bool,
    /// The method as sent; empty when the request line was none.
    pub method: &'a [u8],
    /// The request target, query included; empty when the request line was none.
    pub target: &'a [u8],
    /// The host that was asked.
    pub host: &'a [u8],
    /// The status code as logged: 0 when nothing was answered.
    pub status: u16,
    /// The status code that an upstream gave: the last one, when several were tried.
    pub upstream_status: Option<u16>,
    /// Bytes sent.
    pub bytes: u64,
    /// How long it took, in microseconds.
    pub duration_us: Option<u32>,
    /// The client's address.
    pub client: &'a [u8],
    /// The User-Agent.
    pub user_agent: &'a [u8],
    /// The request's id.
    pub request_id: &'a [u8],
    /// The route, where the server knows it.
    pub route: &'a [u8],
}

/// Why a line was not understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotUnderstood {
    /// At which byte.
    pub at: usize,
    /// Why.
    pub why: Fault,
}

/// What a line lacks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// It is shaped otherwise.
    Shape,
    /// It has no status code.
    Status,
    /// It has no moment.
    Time,
}

impl NotUnderstood {
    pub(super) const fn new(at: usize, why: Fault) -> Self {
        Self { at, why }
    }
}

impl std::fmt::Display for NotUnderstood {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let why = match self.why {
            Fault::Shape => "it is shaped otherwise",
            Fault::Status => "it has no status code",
            Fault::Time => "it has no moment that can be read",
        };
        write!(f, "at byte {}: {why}", self.at + 1)
    }
}

impl Entry<'_> {
    /// The status code, if the client got one. 000 says that nothing was sent.
    #[must_use]
    pub fn code(&self) -> Option<StatusCode> {
        (self.status != 0).then(|| StatusCode::new(self.status))
    }
}

/// What a part of a line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    /// A moment, in whatever form.
    Time,
    /// Date and time of day in two parts: the date.
    Date,
    /// The time of day.
    Clock,
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
    Seconds,
    Milliseconds,
    Microseconds,
    Nanoseconds,
    /// A duration whose unit its form tells.
    Duration,
    Client,
    /// An address with its port.
    ClientPort,
    UserAgent,
    RequestId,
    Route,
    /// Whatever follows the format: durations and ids that people add at the end.
    Rest,
    Ignored,
}

/// A line while it is taken apart.
#[derive(Default)]
pub(super) struct Filling<'a> {
    pub(super) entry: Entry<'a>,
    pub(super) has_status: bool,
    date: &'a [u8],
}

impl<'a> Filling<'a> {
    /// Takes a part; `false` when it cannot be what it should be.
    pub(super) fn take(&mut self, part: Part, text: &'a [u8], clock: &mut super::time::Clock) -> bool {
        let is_unknown = matches!(text, b"-" | b"" | b"-1");
        let entry = &mut self.entry;
        match part {
            Part::Time => match clock.read(text) {
                Some((at, has_zone)) => (entry.at_us, entry.has_zone) = (Some(at), has_zone),
                None => return false,
            },
            Part::Date => self.date = text,
            Part::Clock => {
                let Some(at) = super::time::date_and_clock(self.date, text) else { return false };
                (entry.at_us, entry.has_zone) = (Some(at), true);
            }
            Part::Request => (entry.method, entry.target) = request(text),
            Part::Method => entry.method = text,
            Part::Target => entry.target = text,
            Part::Host => entry.host = text,
            Part::Status => {
                let Some(status) = number(text).and_then(|number| u16::try_from(number).ok()) else {
                    // `-` and `-1` say that nothing was answered.
                    self.has_status |= is_unknown;
                    return is_unknown;
                };
                entry.status = status;
                self.has_status = true;
            }
            Part::UpstreamStatus => {
                let last =
                    text.rsplit(|byte| matches!(byte, b',' | b':' | b' ')).find(|part| !part.is_empty());
                entry.upstream_status = last
                    .and_then(number)
                    .and_then(|number| u16::try_from(number).ok())
                    .filter(|status| *status > 0);
            }
            Part::Bytes => entry.bytes = number(text.strip_prefix(b"+").unwrap_or(text)).unwrap_or(0),
            Part::Seconds => entry.duration_us = duration(text, 1_000_000.0).or(entry.duration_us),
            Part::Milliseconds => entry.duration_us = duration(text, 1_000.0).or(entry.duration_us),
            Part::Microseconds => entry.duration_us = duration(text, 1.0).or(entry.duration_us),
            Part::Nanoseconds => entry.duration_us = duration(text, 0.001).or(entry.duration_us),
            Part::Duration => entry.duration_us = any_duration(text).or(entry.duration_us),
            Part::Client => entry.client = text,
            Part::ClientPort => {
                entry.client = memchr::memrchr(b':', text).and_then(|at| text.get(..at)).unwrap_or(text);
            }
            Part::UserAgent => entry.user_agent = text,
            Part::RequestId if !is_unknown => entry.request_id = text,
            Part::Route if !is_unknown => entry.route = text,
            Part::Rest => self.take_rest(text),
            Part::Query | Part::RequestId | Part::Route | Part::Ignored => {}
        }
        true
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
            let entry = &mut self.entry;
            match name {
                b"rt" | b"request_time" => entry.duration_us = duration(value, 1e6).or(entry.duration_us),
                b"us" | b"upstream_status" => {
                    entry.upstream_status = number(value).and_then(|number| u16::try_from(number).ok());
                }
                b"rid" | b"request_id" | b"reqid" | b"id" => entry.request_id = value,
                b"" if value.len() == 32 && value.iter().all(u8::is_ascii_hexdigit) => {
                    entry.request_id = value;
                }
                b"" if entry.duration_us.is_none() && value.contains(&b'.') => {
                    entry.duration_us = duration(value, 1e6);
                }
                b"" if entry.duration_us.is_none() && value.len() > 4 => {
                    entry.duration_us = duration(value, 1.0);
                }
                _ => {}
            }
        }
    }
}

/// `GET /path HTTP/1.1`; anything else is no request line, and the status is counted all the same.
fn request(text: &[u8]) -> (&[u8], &[u8]) {
    let Some(first) = memchr::memchr(b' ', text) else { return (b"", b"") };
    let method = text.get(..first).unwrap_or_default();
    let is_method = !method.is_empty()
        && method.len() <= 24
        && method.iter().all(|byte| byte.is_ascii_alphabetic() || matches!(byte, b'-' | b'_'));
    if !is_method {
        return (b"", b"");
    }
    let rest = text.get(first + 1..).unwrap_or_default();
    let end = memchr::memrchr(b' ', rest)
        .filter(|at| rest.get(at + 1..).is_some_and(|end| end.starts_with(b"HTTP/")))
        .unwrap_or(rest.len());
    (method, rest.get(..end).unwrap_or_default())
}

/// A number of digits alone.
pub(super) fn number(text: &[u8]) -> Option<u64> {
    if text.is_empty() || text.len() > 19 {
        return None;
    }
    text.iter()
        .try_fold(0_u64, |number, byte| byte.is_ascii_digit().then(|| number * 10 + u64::from(byte - b'0')))
}

/// A duration in a unit of so many microseconds. Of a list (`0.1, 0.2 : 0.3`) the sum.
fn duration(text: &[u8], unit_us: f64) -> Option<u32> {
    if text.contains(&b',') || text.contains(&b':') {
        let parts = text
            .split(|byte| matches!(byte, b',' | b':'))
            .filter_map(|part| duration(part.trim_ascii(), unit_us));
        return parts.reduce(u32::saturating_add);
    }
    let text = text.strip_prefix(b"+").unwrap_or(text);
    let (whole, decimals) = match memchr::memchr(b'.', text) {
        Some(at) => (text.get(..at).unwrap_or_default(), text.get(at + 1..).unwrap_or_default()),
        None => (text, &b""[..]),
    };
    let whole = number(whole)?;
    let mut scale = 1.0_f64;
    let mut fraction = 0.0_f64;
    for byte in decimals.iter().take(9) {
        if !byte.is_ascii_digit() {
            return float(text).map(|number| micros(number * unit_us));
        }
        scale /= 10.0;
        fraction += f64::from(byte - b'0') * scale;
    }
    #[expect(clippy::cast_precision_loss, reason = "durations stay far below 2^52")]
    Some(micros((whole as f64 + fraction) * unit_us))
}

/// A duration with its unit (`12ms`, `0.5s`), or else a number: seconds with a point, milliseconds without.
fn any_duration(text: &[u8]) -> Option<u32> {
    for (unit, factor) in [(&b"ns"[..], 0.001), (b"us", 1.0), (b"\xc2\xb5s", 1.0), (b"ms", 1e3), (b"s", 1e6)]
    {
        if let Some(number) = text.strip_suffix(unit) {
            return duration(number, factor);
        }
    }
    if text.contains(&b'.') { duration(text, 1e6) } else { duration(text, 1e3) }
}

fn float(text: &[u8]) -> Option<f64> {
    std::str::from_utf8(text).ok()?.parse().ok()
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is clamped")]
fn micros(value: f64) -> u32 {
    value.clamp(0.0, f64::from(u32::MAX)).round() as u32
}
