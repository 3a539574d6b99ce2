//! The JSON API.

mod asked;
mod beats;
mod corrections;
mod deploys;
mod hooks;
mod looks;
mod openapi;
mod orders;
mod public;

pub(crate) use beats::{beat, beat_with_result};
pub(crate) use corrections::{checked as checked_correction, correct, correction, corrections, withdraw};
pub(crate) use deploys::{deployed, deploys};
pub(crate) use hooks::called_back;
pub(crate) use looks::{
    audit, code, codes, exchange, incident, incidents, lint, monitor, monitors, parties, receivers, request,
    requests, samples, silence, silences, slo, slos, sources, status, top, why,
};
pub(crate) use openapi::openapi;
pub(crate) use orders::{
    acknowledge, add_silence, end_silence, note, pass_on, pause, resolve, resume, run, test_receiver,
};

pub(crate) use public::{announcements, status_page, status_page_file};

use serde::Serialize;
use utoipa::ToSchema;

use crate::problem::{Mistake, Problem};

/// What went wrong (RFC 9457).
#[derive(Debug, Serialize, ToSchema)]
struct ProblemWire<'a> {
    /// What kind of problem: always `about:blank`, no more than the status code says (RFC 9457, 4.2.1).
    #[serde(rename = "type")]
    kind: &'static str,
    /// The phrase of the status code.
    title: &'static str,
    /// The status code.
    status: u16,
    /// What exactly.
    detail: &'a str,
    /// Where the status code is explained.
    help: String,
    /// What this request is called in our log.
    request_id: &'a str,
    /// All that is wrong with the content.
    #[serde(skip_serializing_if = "<[Mistake]>::is_empty")]
    errors: &'a [Mistake],
}

/// A problem as JSON.
pub(crate) fn problem_json(problem: &Problem, request_id: &str) -> String {
    let status = statusquo_catalogue::StatusCode::new(problem.status.as_u16());
    let wire = ProblemWire {
        kind: "about:blank",
        title: status.phrase(),
        status: status.get(),
        detail: &problem.detail,
        help: format!("/codes/{status}"),
        request_id,
        errors: &problem.errors,
    };
    serde_json::to_string(&wire).unwrap_or_default()
}
