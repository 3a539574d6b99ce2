//! What was seen of one hop. It outlives the deadline that cuts the hop short, so that a failure can show what
//! came before it.

use std::net::SocketAddr;

use bytes::Bytes;
use http::HeaderMap;
use statusquo_exchange::{
    Content, Failure, FailureKind, Fields, Outcome, Request, Response, StatusCode, Timing, Tls, Version,
};
use tokio::time::Instant;

use super::content::Gone;
use super::head;
use super::tape::Tape;

/// The step that a hop is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    Resolve,
    Connect,
    Tunnel,
    Tls,
    Answer,
}

/// What was seen of one hop so far.
#[derive(Debug)]
pub(crate) struct Sight {
    pub(crate) started: Instant,
    pub(crate) step: Step,
    pub(crate) timing: Timing,
    pub(crate) peer: Option<SocketAddr>,
    pub(crate) tls: Option<Tls>,
    pub(crate) request: Option<Request>,
    /// Content that was held back: has it gone out?
    pub(crate) held_back: Option<Gone>,
    /// When the request began to go out.
    pub(crate) sent: Option<Instant>,
    pub(crate) tape: Option<Tape>,
    /// HTTP/2's interim responses; those of HTTP/1 are on the tape.
    pub(crate) interim: Vec<Response>,
    interim_bytes: usize,
    /// The final response's header section as the library read it, and when.
    pub(crate) head: Option<(http::response::Parts, Instant)>,
    pub(crate) content: Vec<u8>,
    /// Did the content end by itself?
    pub(crate) whole: bool,
    pub(crate) trailers: Option<HeaderMap>,
}

/// What becomes of a sight.
pub(crate) struct Recording {
    pub(crate) interim: Vec<Response>,
    pub(crate) outcome: Outcome,
    pub(crate) timing: Timing,
    pub(crate) raw: Option<Bytes>,
}

impl Sight {
    pub(crate) fn new() -> Self {
        Self {
            started: Instant::now(),
            step: Step::Resolve,
            timing: Timing::default(),
            peer: None,
            tls: None,
            request: None,
            held_back: None,
            sent: None,
            tape: None,
            interim: Vec::new(),
            interim_bytes: 0,
            head: None,
            content: Vec::new(),
            whole: false,
            trailers: None,
        }
    }

    /// The final response's header section came.
    pub(crate) fn head_came(&mut self, parts: http::response::Parts) {
        if let Some(tape) = &self.tape {
            tape.head_is_complete();
        }
        self.head = Some((parts, Instant::now()));
    }

    /// Takes in some content; false when that is more than the cap, and the rest need not be read.
    pub(crate) fn take_in(&mut self, bytes: &[u8], cap: usize) -> bool {
        let room = cap.saturating_sub(self.content.len());
        self.content.extend_from_slice(bytes.get(..room).unwrap_or(bytes));
        bytes.len() <= room
    }

    /// Notes an interim response of HTTP/2, up to a cap: compressed fields can grow a thousandfold.
    pub(crate) fn note_interim(&mut self, response: Response, cap: usize) {
        let size: usize = response.fields.lines().map(|line| line.name.len() + line.value.len() + 32).sum();
        self.interim_bytes += size + 32;
        if self.interim_bytes <= cap {
            self.interim.push(response);
        }
    }

    /// The request as it may be recorded, if it came to asking.
    pub(crate) fn asked(&mut self) -> Option<Request> {
        let mut request = self.request.take()?;
        if self.held_back.as_ref().is_some_and(|gone| !gone.has_gone()) {
            request.content = Content::Beginning(Bytes::new());
        }
        Some(request)
    }

    /// The record of it; `failure` says why it did not end well.
    pub(crate) fn develop(&mut self, failure: Option<(FailureKind, String)>) -> Recording {
        let http2 = self.request.as_ref().is_some_and(|request| request.version == Some(Version::Http2));
        let (interim, response, raw, first_byte) = if http2 { self.http2() } else { self.http1() };
        let now = Instant::now();
        let latest = self.tape.as_ref().and_then(Tape::latest);
        self.timing.total = now - self.started;
        if let (Some(sent), Some(first)) = (self.sent, first_byte) {
            self.timing.wait = Some(first.saturating_duration_since(sent));
            self.timing.transfer = latest.map(|latest| latest.saturating_duration_since(first));
        }
        let after = self.timing.total;
        let outcome = match (failure, response) {
            (None, Some(response)) => Outcome::Answered(response),
            (Some((kind, detail)), seen) => {
                Outcome::Failed { failure: Failure { kind, detail, after }, seen: seen.map(Box::new) }
            }
            (None, None) => {
                let detail = "the answer has no status line".to_owned();
                let failure = Failure { kind: FailureKind::Protocol, detail, after };
                Outcome::Failed { failure, seen: None }
            }
        };
        Recording { interim, outcome, timing: self.timing, raw }
    }

    fn http1(&mut self) -> (Vec<Response>, Option<Response>, Option<Bytes>, Option<Instant>) {
        let Some(tape) = self.tape.clone() else { return (Vec::new(), None, None, None) };
        let raw = tape.take_bytes();
        let mut heads = head::read(&raw);
        let content = std::mem::take(&mut self.content);
        if let (Some(response), Some(at)) = (&mut heads.last, heads.content) {
            if let Some(trailers) = self.trailers.take() {
                response.trailers = head::trailers(&raw, at).unwrap_or_else(|| fields_of(&trailers));
            }
            // Content that is on the tape as it is need not be kept twice.
            let on_tape = raw.get(at..at + content.len()).filter(|taped| *taped == content);
            response.content = self.content_of(
                on_tape.map_or_else(|| tight(content.clone()), |_| raw.slice(at..at + content.len())),
            );
        }
        let first = tape.came(heads.start as u64).filter(|_| heads.last.is_some());
        let raw = Some(raw).filter(|raw| !raw.is_empty());
        (heads.interim, heads.last, raw, first)
    }

    fn http2(&mut self) -> (Vec<Response>, Option<Response>, Option<Bytes>, Option<Instant>) {
        let interim = std::mem::take(&mut self.interim);
        let Some((parts, at)) = self.head.take() else { return (interim, None, None, None) };
        let content = tight(std::mem::take(&mut self.content));
        let mut response = response_of(parts.status, &parts.headers);
        response.content = self.content_of(content);
        response.trailers = self.trailers.take().as_ref().map(fields_of).unwrap_or_default();
        (interim, Some(response), None, Some(at))
    }

    fn content_of(&self, bytes: Bytes) -> Content {
        if self.whole { Content::Whole(bytes) } else { Content::Beginning(bytes) }
    }
}

/// Bytes in as much memory as they need.
fn tight(mut bytes: Vec<u8>) -> Bytes {
    bytes.shrink_to_fit();
    Bytes::from(bytes)
}

/// A response of HTTP/2, as the library read it.
pub(crate) fn response_of(status: http::StatusCode, fields: &HeaderMap) -> Response {
    Response {
        version: Some(Version::Http2),
        status: StatusCode::new(status.as_u16()),
        reason: None,
        fields: fields_of(fields),
        content: Content::Whole(Bytes::new()),
        trailers: Fields::new(),
    }
}

fn fields_of(map: &HeaderMap) -> Fields {
    // Copies, because a slice would keep the whole read buffer alive.
    let copy = |bytes: &[u8]| Bytes::copy_from_slice(bytes);
    map.iter().map(|(name, value)| (copy(name.as_str().as_bytes()), copy(value.as_bytes()))).collect()
}
