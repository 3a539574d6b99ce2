//! One request of the real traffic, explained, as JSON.

use jiff::Timestamp;
use serde::Serialize;
use statusquo_slo::Answer;
use statusquo_slo::kept::{Row, Sight, Story};
use statusquo_store::Kept;
use utoipa::ToSchema;

use super::millis;

/// One request, explained.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct RequestWire {
    /// What form this has: `request/1`.
    pub schema: &'static str,
    /// What it is called.
    pub id: String,
    /// Who asked for what, when, and what they saw.
    pub sentence: String,
    /// The status code that the client saw, if there was an answer.
    pub status: Option<u16>,
    /// The failure that took its place.
    pub failure: Option<&'static str>,
    /// Whose turn it is.
    pub turn: String,
    /// Is it the caller's turn?
    pub callers_fault: bool,
    /// May the client send it again by itself?
    pub may_retry: bool,
    /// What it should do.
    pub retry: String,
    /// What to answer whoever asks about it.
    pub reply: String,
    /// The incident that it is part of, as far as is known.
    pub incident: Option<u64>,
    /// What is not known of it.
    pub unknown: Vec<String>,
    /// All who kept something of it, in the order in which they were done with it.
    pub hops: Vec<HopWire>,
}

/// What one layer of one service kept of a request.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct HopWire {
    /// The service.
    pub service: String,
    /// `edge`, `app`, `records`, `spans`, `call_spans`.
    pub layer: &'static str,
    /// When it ended.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// The method.
    pub method: String,
    /// The target, redacted.
    pub target: String,
    /// The route, where it is known.
    pub route: Option<String>,
    /// The host that was asked.
    pub host: Option<String>,
    /// The status code, if there was an answer.
    pub status: Option<u16>,
    /// The failure that took its place.
    pub failure: Option<&'static str>,
    /// What a server behind it answered.
    pub upstream_status: Option<u16>,
    /// How long it took.
    pub duration_ms: Option<f64>,
    /// Bytes of the response.
    pub bytes: u64,
    /// The client's address.
    pub client: Option<String>,
    /// The User-Agent, redacted.
    pub user_agent: Option<String>,
    /// What went wrong, as whoever saw it calls it.
    pub error: Option<String>,
    /// The request's id.
    pub request_id: Option<String>,
    /// The trace's id.
    pub trace_id: Option<String>,
    /// `no_answer`, `server_error`, `unusual`, `slow`, `sample`.
    pub kept_because: &'static str,
    /// Where it is explained.
    pub link: String,
}

/// Kept requests, newest first.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Requests {
    /// The requests.
    pub requests: Vec<HopWire>,
    /// Where the list goes on: `before` of the next page, in microseconds since 1970.
    pub next: Option<i64>,
}

impl RequestWire {
    /// Explains a request by all that was kept of it; `None` when that is nothing.
    #[must_use]
    pub fn tell(id: &str, kept: &[Kept]) -> Option<Self> {
        let sights: Vec<_> =
            kept.iter().map(|kept| Sight { service: kept.service.as_str(), row: &kept.row }).collect();
        let story = Story::tell(id, &sights)?;
        let (status, failure) = ended(story.answer);
        Some(Self {
            schema: "request/1",
            id: id.to_owned(),
            sentence: story.sentence,
            status,
            failure,
            turn: story.turn,
            callers_fault: story.is_callers_fault,
            may_retry: story.may_retry,
            retry: story.retry,
            reply: story.reply,
            incident: None,
            unknown: story.unknown,
            hops: kept.iter().map(HopWire::from).collect(),
        })
    }
}

impl From<&Kept> for HopWire {
    fn from(kept: &Kept) -> Self {
        let row = &kept.row;
        let (status, failure) = ended(row.answer);
        let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        Self {
            service: kept.service.to_string(),
            layer: row.layer.as_str(),
            at: Timestamp::from_microsecond(row.at_us).unwrap_or_default(),
            method: row.method.to_string(),
            target: row.target.to_string(),
            route: some(&row.route),
            host: some(&row.host),
            status,
            failure,
            upstream_status: row.upstream,
            duration_ms: row.duration_us.map(|us| millis(std::time::Duration::from_micros(us.into()))),
            bytes: row.bytes,
            client: some(&row.client),
            user_agent: some(&row.user_agent),
            error: some(&row.error),
            request_id: some(&row.request_id),
            trace_id: some(&row.trace_id),
            kept_because: row.why.as_str(),
            link: format!("/requests/{}", crate::pages::segment(&called(kept.number, row))),
        }
    }
}

/// What a kept request is called: by its own id, by its trace, or by our number.
pub(crate) fn called(number: i64, row: &Row) -> String {
    match (row.request_id.is_empty(), row.trace_id.is_empty()) {
        (false, _) => row.request_id.to_string(),
        (true, false) => row.trace_id.to_string(),
        (true, true) => format!("kept-{number}"),
    }
}

fn ended(answer: Answer) -> (Option<u16>, Option<&'static str>) {
    match answer {
        Answer::Status(code) => (Some(code.get()), None),
        Answer::Failure(kind) => (None, Some(kind.as_str())),
        Answer::None => (None, None),
    }
}
