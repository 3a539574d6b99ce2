//! HTTP Archive 1.2, as browsers, proxies and test tools write it.

use std::net::SocketAddr;
use std::time::Duration;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use bytes::Bytes;
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::value::RawValue;
use statusquo_exchange::{
    Content, Exchange, ExchangeId, Failure, FailureKind, Fields, Name, Origin, Outcome, Request, Response,
    StatusCode, Timing, Version,
};

use super::{Entries, Lines, Recorded, RecordingError, fields, position};

#[derive(Deserialize)]
struct Har<'a> {
    #[serde(borrow)]
    log: Log<'a>,
}

#[derive(Deserialize)]
struct Log<'a> {
    #[serde(borrow)]
    entries: Vec<&'a RawValue>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Entry {
    #[serde(default)]
    started_date_time: Option<String>,
    #[serde(default)]
    time: Option<f64>,
    request: HarRequest,
    response: HarResponse,
    #[serde(default)]
    timings: Option<Timings>,
    #[serde(default, rename = "serverIPAddress")]
    server: Option<String>,
    /// Chrome: `memory` or `disk`.
    #[serde(default, rename = "_fromCache")]
    from_cache: Option<String>,
    /// Chrome: why nothing came.
    #[serde(default, rename = "_error")]
    error: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct HarRequest {
    method: String,
    url: String,
    #[serde(default)]
    http_version: Option<String>,
    #[serde(default)]
    headers: Vec<Pair>,
    #[serde(default)]
    post_data: Option<PostData>,
    #[serde(default)]
    body_size: Option<i64>,
}

#[derive(Deserialize)]
struct PostData {
    #[serde(default)]
    text: Option<String>,
    #[serde(default)]
    encoding: Option<String>,
}

#[derive(Deserialize)]
struct Pair {
    name: String,
    #[serde(default)]
    value: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct HarResponse {
    #[serde(default)]
    status: i64,
    #[serde(default)]
    status_text: Option<String>,
    #[serde(default)]
    http_version: Option<String>,
    #[serde(default)]
    headers: Vec<Pair>,
    #[serde(default)]
    content: Option<HarContent>,
    #[serde(default)]
    body_size: Option<i64>,
    #[serde(default, rename = "_error")]
    error: Option<String>,
}

#[derive(Deserialize)]
struct HarContent {
    #[serde(default)]
    size: Option<i64>,
    #[serde(default)]
    text: Option<String>,
    #[serde(default)]
    encoding: Option<String>,
}

/// Milliseconds; -1 or null where a phase did not happen.
#[derive(Deserialize)]
struct Timings {
    #[serde(default)]
    dns: Option<f64>,
    #[serde(default)]
    connect: Option<f64>,
    #[serde(default)]
    ssl: Option<f64>,
    #[serde(default)]
    wait: Option<f64>,
    #[serde(default)]
    receive: Option<f64>,
}

pub(super) fn read(text: &Bytes, source: &Name) -> Result<Entries, RecordingError> {
    // Some Windows tools begin a file with a byte order mark.
    let json = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
    let har: Har<'_> = serde_json::from_slice(json)
        .map_err(|why| RecordingError::Form { form: "a HAR file", why: why.to_string() })?;
    let mut lines = Lines::new(text);
    let mut entries = Entries::new();
    for (number, raw) in (1..).zip(har.log.entries) {
        let line = lines.of(position(text, raw.get()).unwrap_or(0));
        match serde_json::from_str::<Entry>(raw.get()) {
            // What a browser took from its own cache did not cross the wire now.
            Ok(entry) if entry.from_cache.is_some() => {}
            Ok(entry) => {
                entries.push(Ok(Recorded { exchange: exchange(entry, number, source), line, number }));
            }
            Err(why) => entries.push(Err(RecordingError::Entry { number, line, why: why.to_string() })),
        }
    }
    Ok(entries)
}

fn exchange(entry: Entry, number: usize, source: &Name) -> Exchange {
    let total = entry.time.map_or(Duration::ZERO, milliseconds);
    let peer = entry.server.as_deref().and_then(|address| address.trim_matches(['[', ']']).parse().ok());
    let why = entry.error.or(entry.response.error.clone());
    let is_head = entry.request.method == "HEAD";
    Exchange {
        id: ExchangeId(number.to_string()),
        at: entry.started_date_time.and_then(|text| text.parse().ok()).unwrap_or(Timestamp::UNIX_EPOCH),
        origin: Origin::Recording { source: source.clone() },
        scheme: None,
        request: request(entry.request),
        interim: Vec::new(),
        outcome: outcome(entry.response, why, total, is_head),
        timing: timing(entry.timings, total),
        tls: None,
        peer: peer.map(|address| SocketAddr::new(address, 0)),
        raw_response: None,
    }
}

fn request(request: HarRequest) -> Request {
    let content = match request.post_data {
        Some(PostData { text: Some(text), encoding }) => decoded(text, encoding.as_deref())
            .map_or(Content::NotCaptured, |bytes| Content::Whole(bytes.into())),
        Some(PostData { text: None, .. }) => Content::NotCaptured,
        None if request.body_size.unwrap_or(0) <= 0 => Content::Whole(Bytes::new()),
        None => Content::NotCaptured,
    };
    Request {
        method: request.method,
        target: request.url,
        version: request.http_version.as_deref().and_then(Version::parse),
        fields: captured(request.headers),
        content,
    }
}

/// No response has no fields at all: then the recorder left them out.
fn captured(pairs: Vec<Pair>) -> Fields {
    if pairs.is_empty() { Fields::not_captured() } else { lines(pairs) }
}

/// Browsers join repeated fields with a line feed.
fn lines(pairs: Vec<Pair>) -> Fields {
    let apart = |pair: Pair| {
        let values: Vec<String> = pair.value.split('\n').map(|value| value.trim().to_owned()).collect();
        values.into_iter().map(move |value| (pair.name.clone(), value))
    };
    fields(pairs.into_iter().flat_map(apart))
}

fn outcome(response: HarResponse, error: Option<String>, after: Duration, is_head: bool) -> Outcome {
    let status = u16::try_from(response.status).unwrap_or(0);
    if status == 0 {
        let detail = error.or(response.status_text).filter(|text| !text.is_empty());
        let detail = detail.unwrap_or_else(|| "the recording has no answer".to_owned());
        return Outcome::Failed { failure: Failure { kind: failure(&detail), detail, after }, seen: None };
    }
    let fields = captured(response.headers);
    // Browsers show HEAD and 304 with what their cache has.
    let content = if is_head || status == 304 {
        Content::NotCaptured
    } else {
        content(status, response.content, response.body_size, &fields)
    };
    Outcome::Answered(Response {
        version: response.http_version.as_deref().and_then(Version::parse),
        status: StatusCode::new(status),
        reason: response.status_text.filter(|text| !text.is_empty()).map(Bytes::from),
        fields,
        content,
        trailers: Fields::new(),
    })
}

/// Content as far as it was kept. Browsers show redirects without theirs, and tools cut what is long.
fn content(status: u16, content: Option<HarContent>, body_size: Option<i64>, fields: &Fields) -> Content {
    let Some(content) = content else { return Content::NotCaptured };
    match content.text {
        Some(text) if !text.is_empty() => {
            let size = content.size.and_then(|size| usize::try_from(size).ok()).unwrap_or(0);
            match decoded(text, content.encoding.as_deref()) {
                Some(bytes) if bytes.len() < size => Content::Beginning(bytes.into()),
                Some(bytes) => Content::Whole(bytes.into()),
                None => Content::NotCaptured,
            }
        }
        Some(_) | None => {
            let is_empty = content.size == Some(0) && body_size == Some(0);
            let says_empty =
                fields.text("content-length").is_some_and(|length| length.trim() == "0") || status == 204;
            if is_empty || says_empty { Content::Whole(Bytes::new()) } else { Content::NotCaptured }
        }
    }
}

fn decoded(text: String, encoding: Option<&str>) -> Option<Vec<u8>> {
    match encoding {
        Some("base64") => BASE64_STANDARD.decode(text.trim()).ok(),
        Some(_) | None => Some(text.into_bytes()),
    }
}

/// The names of Chromium's network errors.
fn failure(detail: &str) -> FailureKind {
    let table = [
        ("NAME_NOT_RESOLVED", FailureKind::NameNotFound),
        ("CONNECTION_REFUSED", FailureKind::ConnectRefused),
        ("CERT", FailureKind::TlsHandshake),
        ("SSL", FailureKind::TlsHandshake),
        ("TIMED_OUT", FailureKind::Timeout),
        ("TIMEOUT", FailureKind::Timeout),
    ];
    let found = table.into_iter().find(|(word, _)| detail.to_ascii_uppercase().contains(word));
    found.map_or(FailureKind::ConnectionClosed, |(_, kind)| kind)
}

fn timing(timings: Option<Timings>, total: Duration) -> Timing {
    let Some(timings) = timings else { return Timing { total, ..Timing::default() } };
    let phase = |value: Option<f64>| value.filter(|value| *value >= 0.0).map(milliseconds);
    // In HAR the time for TLS is counted within `connect`.
    let tls = phase(timings.ssl);
    let connect = phase(timings.connect).map(|connect| connect.saturating_sub(tls.unwrap_or_default()));
    Timing {
        resolve: phase(timings.dns),
        connect,
        tls,
        wait: phase(timings.wait),
        transfer: phase(timings.receive),
        total,
    }
}

fn milliseconds(value: f64) -> Duration {
    Duration::try_from_secs_f64(value / 1000.0).unwrap_or_default()
}
