//! One request, explained by what was kept of it: who, what, when, what they saw; whose turn it is; what to reply.

use jiff::Timestamp;
use statusquo_exchange::{FailureKind, StatusCode};

use super::{Layer, Row};
use crate::Answer;

/// What one layer of one service kept of a request.
#[derive(Debug, Clone, Copy)]
pub struct Sight<'a> {
    /// The service.
    pub service: &'a str,
    /// What was kept.
    pub row: &'a Row,
}

/// One request, explained.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Story {
    /// Who asked for what, when, and what they saw: one sentence without a full stop.
    pub sentence: String,
    /// What the client saw.
    pub answer: Answer,
    /// Whose turn it is, in a sentence.
    pub turn: String,
    /// Is it the caller's turn?
    pub is_callers_fault: bool,
    /// May the client send it again by itself?
    pub may_retry: bool,
    /// What it should do, in a sentence.
    pub retry: String,
    /// What to answer whoever asks about it, ready to be sent.
    pub reply: String,
    /// What is not known of it, in sentences.
    pub unknown: Vec<String>,
}

impl Story {
    /// Explains a request by all that was kept of it; `None` when that is nothing. `id` is what people call it.
    #[must_use]
    pub fn tell(id: &str, sights: &[Sight<'_>]) -> Option<Self> {
        let seen = outermost(sights)?;
        let row = seen.row;
        let answer = row.answer;
        let mut sentence = format!("{} {}", asked(row), got(row));
        if let Some(contradiction) = contradiction(sights) {
            sentence = format!("{sentence}; {contradiction}");
        }
        let (turn, is_callers_fault) = turn(answer);
        let (may_retry, retry) = retry(answer, &row.method);
        Some(Self {
            sentence,
            answer,
            turn,
            is_callers_fault,
            may_retry,
            retry,
            reply: reply(id, row),
            unknown: unknown(sights),
        })
    }
}

/// Who saw what the client saw: the proxy in front, else whoever was busy with it longest.
fn outermost<'a>(sights: &[Sight<'a>]) -> Option<Sight<'a>> {
    let rank = |sight: &Sight<'_>| {
        let layer = match sight.row.layer {
            Layer::Edge => 3,
            Layer::App | Layer::Metrics | Layer::Records | Layer::Spans => 2,
            Layer::CallMetrics | Layer::CallSpans => 1,
        };
        (layer, sight.row.duration_us, sight.row.at_us)
    };
    sights.iter().copied().max_by_key(rank)
}

/// `POST /v1/orders from 192.0.2.7 (acme-web/3) at 14:41:07 UTC on 29 November 2026`
fn asked(row: &Row) -> String {
    let who = match (row.client.is_empty(), row.user_agent.is_empty()) {
        (true, true) => String::new(),
        (true, false) => format!(" from {}", product(&row.user_agent)),
        (false, true) => format!(" from {}", row.client),
        (false, false) => format!(" from {} ({})", row.client, product(&row.user_agent)),
    };
    format!("{} {}{who} {}", row.method, shown_target(row), when(row.at_us))
}

fn shown_target(row: &Row) -> &str {
    match (row.target.is_empty(), row.route.is_empty(), row.host.is_empty()) {
        (false, _, _) => &row.target,
        (true, false, _) => &row.route,
        (true, true, false) => &row.host,
        (true, true, true) => "an unknown path",
    }
}

/// The first product of a User-Agent.
fn product(user_agent: &str) -> &str {
    user_agent.split(' ').next().unwrap_or_default()
}

fn when(at_us: i64) -> String {
    let at = Timestamp::from_microsecond(at_us).unwrap_or_default();
    at.strftime("at %H:%M:%S UTC on %-d %B %Y").to_string()
}

fn got(row: &Row) -> String {
    let after = row.duration_us.map(|us| format!(" after {}", took(us))).unwrap_or_default();
    match row.answer {
        Answer::Status(code) => format!("got {}{after}", titled(code)),
        Answer::Failure(FailureKind::ClientClosed) => {
            format!("was left by the client{after}, before it was answered")
        }
        Answer::Failure(_) | Answer::None => format!("got no whole answer{after}"),
    }
}

fn titled(code: StatusCode) -> String {
    match code.phrase() {
        "" => code.to_string(),
        phrase => format!("{code} {phrase}"),
    }
}

fn took(microseconds: u32) -> String {
    match microseconds {
        0..1_000 => "less than 1 ms".to_owned(),
        1_000..1_000_000 => format!("{:.0} ms", f64::from(microseconds) / 1e3),
        _ => format!("{:.1} s", f64::from(microseconds) / 1e6),
    }
}

/// "The proxy said 502, the app said 200": layers of one service, or a server behind the one that saw it.
fn contradiction(sights: &[Sight<'_>]) -> Option<String> {
    let edge = sights.iter().find(|sight| sight.row.layer == Layer::Edge)?;
    let said = |answer: Answer| match answer {
        Answer::Status(code) => code.to_string(),
        Answer::Failure(_) | Answer::None => "nothing".to_owned(),
    };
    let app = sights.iter().find(|sight| sight.service == edge.service && sight.row.layer != Layer::Edge);
    let inner = match (app, edge.row.upstream) {
        (Some(app), _) => (app.row.layer.in_words(), app.row.answer),
        (None, Some(code)) => ("the server behind it", Answer::Status(StatusCode::new(code))),
        (None, None) => return None,
    };
    (inner.1 != edge.row.answer)
        .then(|| format!("the proxy said {}, {} said {}", said(edge.row.answer), inner.0, said(inner.1)))
}

fn turn(answer: Answer) -> (String, bool) {
    let code = match answer {
        Answer::Status(code) => code,
        Answer::Failure(FailureKind::ClientClosed) => {
            return (
                "The client went away: look why it does not wait longer, and why it had to wait.".to_owned(),
                true,
            );
        }
        Answer::Failure(kind) => return (format!("Not the caller's fault: {}.", kind.next_step()), false),
        Answer::None => return ("Not known: nobody recorded how it ended.".to_owned(), false),
    };
    if !code.is_error() {
        return ("Nobody's: it went as it should, as far as its status code tells.".to_owned(), false);
    }
    let is_callers = (400..500).contains(&code.get());
    let what = code.entry().map_or_else(|| code.class().next_step(), |entry| entry.who_acts);
    if is_callers {
        (format!("The caller's: {what}."), true)
    } else {
        (format!("Ours, not the caller's: {what}."), false)
    }
}

fn retry(answer: Answer, method: &str) -> (bool, String) {
    let is_idempotent = is_idempotent(method);
    let code = match answer {
        Answer::Status(code) => code,
        Answer::Failure(_) | Answer::None if is_idempotent => {
            return (true, format!("Yes: {method} may be sent again, with growing pauses."));
        }
        Answer::Failure(_) | Answer::None => {
            return (
                false,
                format!("Not blindly: nobody knows whether the {method} took effect; look first."),
            );
        }
    };
    let Some(entry) = code.entry() else {
        let is_allowed = code.get() >= 500 && is_idempotent;
        let says = if is_allowed { "Yes, with growing pauses." } else { "Not as it is." };
        return (is_allowed, says.to_owned());
    };
    let is_allowed = entry.retry.is_allowed(is_idempotent);
    let says = match (entry.retry, is_allowed) {
        (statusquo_catalogue::Retry::IdempotentOnly, false) => {
            format!("Not blindly: a {method} may have taken effect. {}", entry.idempotency)
        }
        (_, true) => format!("Yes: {}.", entry.retry.words()),
        (_, false) => format!("No: {}.", entry.retry.words()),
    };
    (is_allowed, says)
}

/// Methods that may be repeated (RFC 9110, 9.2.2; QUERY has its own document).
fn is_idempotent(method: &str) -> bool {
    matches!(method, "GET" | "HEAD" | "PUT" | "DELETE" | "OPTIONS" | "TRACE" | "QUERY")
}

fn reply(id: &str, row: &Row) -> String {
    let request = format!("Your request ({} {}) {}", row.method, shown_target(row), when(row.at_us));
    let (what, more) = match row.answer {
        Answer::Status(code) if code.is_error() => {
            let says = code.entry().map_or("Please send us the request id.", |entry| entry.support_reply);
            (format!("was answered with error {code}."), format!(" {says}"))
        }
        Answer::Status(code) => {
            (format!("was answered with {}.", titled(code)), " We see no error on our side.".to_owned())
        }
        Answer::Failure(FailureKind::ClientClosed) => (
            "was ended by your client before we had answered.".to_owned(),
            " Please let it wait longer, or tell us if it keeps being slow.".to_owned(),
        ),
        Answer::Failure(_) | Answer::None => {
            ("got no whole answer.".to_owned(), " The fault is ours; we are looking into it.".to_owned())
        }
    };
    format!("{request} {what}{more} Reference: {id}")
}

fn unknown(sights: &[Sight<'_>]) -> Vec<String> {
    let has = |is: fn(Layer) -> bool| sights.iter().any(|sight| is(sight.row.layer));
    let is_edge = |layer: Layer| layer == Layer::Edge;
    let is_app = |layer: Layer| layer.is_served() && layer != Layer::Edge;
    let mut all = Vec::new();
    match (has(is_edge), has(is_app)) {
        (true, false) => all.push(
            "It was seen at the edge only: no log, span or log record of the application has its id."
                .to_owned(),
        ),
        (false, true) => {
            all.push("No proxy's log has its id: the client may have seen another answer.".to_owned());
        }
        (false, false) => {
            all.push("Only a caller tells of it: what the service itself saw is not known.".to_owned());
        }
        (true, true) => {}
    }
    if sights.iter().all(|sight| sight.row.duration_us.is_none()) {
        all.push("How long it took was not recorded.".to_owned());
    }
    if sights.iter().all(|sight| sight.row.trace_id.is_empty()) {
        all.push("It has no trace id: what it caused in other services cannot be followed.".to_owned());
    }
    all.push("Its header fields and content were not recorded.".to_owned());
    all
}
