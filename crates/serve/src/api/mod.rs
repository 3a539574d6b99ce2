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
mod tokens;

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
pub(crate) use tokens::{make_token, revoke_token, token, tokens};
