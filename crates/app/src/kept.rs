//! Lines of logs that are kept as requests.

use statusquo_exchange::FailureKind;
use statusquo_slo::Answer;
use statusquo_slo::kept::{Id, Keeping, Layer, Row, Why, redacted_target, redacted_text};
use statusquo_source::log::Entry;

/// How a request of a log ended.
pub(crate) fn answer_of(entry: &Entry<'_>) -> Answer {
    entry.code().map_or(Answer::Failure(FailureKind::ConnectionClosed), Answer::Status)
}

/// The request of a line, if it belongs to those that are kept.
pub(crate) fn row_to_keep(entry: &Entry<'_>, layer: Layer, keeping: &Keeping) -> Option<Row> {
    let why = keeping.why(answer_of(entry), entry.duration_us, Id::of(entry.request_id))?;
    Some(row_of(entry, layer, why))
}

/// The request of a line, redacted.
pub(crate) fn row_of(entry: &Entry<'_>, layer: Layer, why: Why) -> Row {
    let text = |bytes: &[u8]| redacted_text(bytes).into_boxed_str();
    Row {
        at_us: entry.at_us.unwrap_or_default(),
        layer,
        why,
        method: if entry.method.is_empty() { "_OTHER".into() } else { text(entry.method) },
        target: redacted_target(entry.target).into_boxed_str(),
        route: text(entry.route),
        answer: answer_of(entry),
        upstream: entry.upstream_status,
        duration_us: entry.duration_us,
        bytes: entry.bytes,
        host: text(entry.host),
        client: text(entry.client),
        user_agent: text(entry.user_agent),
        error: "".into(),
        request_id: text(entry.request_id),
        trace_id: "".into(),
    }
}
