//! The pages that people look at.

mod alerts;
mod code;
mod code_usage;
mod codes;
mod corrections;
mod endpoint;
mod endpoints;
mod failing;
mod forms;
mod incident;
mod incidents;
mod layout;
mod lint;
mod monitor;
mod monitors;
mod overview;
mod parties;
pub(crate) mod parts;
mod public;
mod reference;
mod request;
mod requests;
mod said;
mod search;
mod settings;
mod sign_in;
mod slos;
mod sources;
mod table;
mod tokens;
mod traffic;
mod trouble;

pub(crate) use code::parse as known_code;
pub(crate) use codes::all as all_codes;
pub(crate) use corrections::{correct, withdraw};
pub(crate) use forms::{act_on_incident, act_on_monitor, add_silence, end_silence, silence, test_receiver};
pub(crate) use incident::{
    moment, number as incident_number, one as one_incident, why_of as why, wire as incident_wire,
};
pub(crate) use incidents::{list as list_incidents, table as incident_table};
pub(crate) use layout::open_incidents;
pub(crate) use lint::found as lint_findings;
pub(crate) use monitor::samples;
pub(crate) use monitors::{known as known_monitor, table as monitor_table, unknown as unknown_monitor};
pub(crate) use parties::all as all_parties;
pub(crate) use parts::segment;
pub(crate) use public::{announce, say};
pub use reference::{ReferenceFile, reference_site};
pub(crate) use request::wire as request_wire;
pub(crate) use requests::{Asked as AskedRequests, list as list_requests, wire as requests_wire};
pub(crate) use search::search;
pub(crate) use sign_in::page as sign_in;
pub(crate) use slos::{all as all_slos, one as one_slo, path as slo_path};
use table::{Table, csv, text_table, twin};
pub(crate) use tokens::{make as make_token, revoke as revoke_token};
pub(crate) use trouble::page as trouble;

pub(crate) mod show {
    //! The handlers of pages: each answers in the form that is wanted.
    pub(crate) use super::alerts::show as alerts;
    pub(crate) use super::code::show as code;
    pub(crate) use super::codes::show as codes;
    pub(crate) use super::endpoint::show as endpoint;
    pub(crate) use super::endpoints::show as endpoints;
    pub(crate) use super::incident::show as incident;
    pub(crate) use super::incidents::show as incidents;
    pub(crate) use super::lint::rule_page as rule;
    pub(crate) use super::lint::show as lint;
    pub(crate) use super::monitor::show as monitor;
    pub(crate) use super::monitors::show as monitors;
    pub(crate) use super::overview::show as overview;
    pub(crate) use super::parties::show as parties;
    pub(crate) use super::public::show as public;
    pub(crate) use super::request::show as request;
    pub(crate) use super::requests::show as requests;
    pub(crate) use super::settings::show as settings;
    pub(crate) use super::slos::list as slos;
    pub(crate) use super::slos::show as slo;
}

use std::hash::{DefaultHasher, Hash, Hasher};

use axum::response::{Html, IntoResponse, Response};
use http::{HeaderValue, Uri, header};
use maud::Markup;
use serde::{Deserialize, Serialize};
use statusquo_problem::Problem;

use crate::auth::Caller;
use crate::charts::Shade;
use crate::context::App;
use crate::history::Range;
use crate::negotiate::Form;

/// A page, before it is put into the frame that all have.
pub(crate) struct Page {
    /// The sentence on top, and in the browser's tab.
    pub(crate) headline: String,
    /// Which entry of the navigation it belongs to.
    pub(crate) here: Here,
    /// Its own address without query, for its twins.
    pub(crate) path: String,
    /// What stands above the sentence: where it is.
    pub(crate) above: Option<Markup>,
    /// What stands beside it: state, range, filter.
    pub(crate) controls: Option<Part>,
    /// Its parts, in order.
    pub(crate) parts: Vec<Part>,
    /// The forms that it also comes in.
    pub(crate) twins: &'static [Form],
}

/// A part of a page. Live parts are sent again when they change.
pub(crate) struct Part {
    pub(crate) id: &'static str,
    pub(crate) is_live: bool,
    pub(crate) content: Markup,
}

impl Part {
    pub(crate) const fn live(id: &'static str, content: Markup) -> Self {
        Self { id, is_live: true, content }
    }

    pub(crate) const fn still(id: &'static str, content: Markup) -> Self {
        Self { id, is_live: false, content }
    }

    /// By which a browser says what it has, so that it is sent only what has changed.
    pub(crate) fn hash(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        self.content.0.hash(&mut hasher);
        hasher.finish()
    }
}

/// The entries of the navigation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Here {
    Overview,
    Endpoints,
    Monitors,
    Incidents,
    Requests,
    Codes,
    Slos,
    Lint,
    Alerts,
    Public,
    Settings,
}

/// What the query of a page's address says. All state of a page is there.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub(crate) struct Look {
    range: Option<String>,
    state: Option<String>,
    show: Option<usize>,
    q: Option<String>,
    before: Option<u64>,
    incident: Option<u64>,
    service: Option<String>,
    shade: Option<String>,
}

impl Look {
    /// How the strength of cells is chosen.
    pub(crate) fn shade(&self) -> Shade {
        if self.shade.as_deref() == Some("volume") { Shade::Volume } else { Shade::Unusual }
    }

    pub(crate) fn range(&self) -> Range {
        self.range.as_deref().and_then(Range::parse).unwrap_or_default()
    }
}

/// Where a monitor's probes are, for programs.
pub(crate) fn samples_path(name: &str) -> String {
    format!("/api/v1{}/samples", parts::monitor_path(name))
}

/// The page at an address, for its live parts.
pub(crate) async fn page_at(app: &App, caller: &Caller, uri: &Uri) -> Result<Page, Problem> {
    let look = axum::extract::Query::<Look>::try_from_uri(uri).map(|query| query.0).unwrap_or_default();
    let decode = |text: &str| percent_encoding::percent_decode_str(text).decode_utf8_lossy().into_owned();
    let segments: Vec<String> = uri.path().split('/').skip(1).map(decode).collect();
    let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
    match segments.as_slice() {
        [""] => overview::page(app, caller, &look).await,
        ["monitors"] => monitors::page(app, caller, &look).await,
        ["monitors", name] => monitor::page(app, caller, name, &look).await,
        ["endpoints"] => endpoints::page(app, &look).await,
        ["endpoints", slug] => endpoint::page(app, slug, &look).await,
        ["incidents"] => incidents::page(app, caller, &look).await,
        ["incidents", number] => incident::page(app, caller, incident::number(number)?, None).await,
        ["slos"] => Ok(slos::page(app)),
        ["slos", name] => slos::page_of(app, caller, name),
        ["lint"] => Ok(lint::page(app, &look)),
        // Where a test of a receiver leaves its page.
        ["alerts"] | ["receivers", _, "test"] => alerts::page(app, caller, None).await,
        ["public"] => Ok(public::page(app, caller, &look)),
        ["third-parties"] => Ok(parties::page(app)),
        ["settings"] => settings::page(app, caller, None).await,
        _ => Err(Problem::not_found("this page has no live parts")),
    }
}

/// A page within its frame.
pub(crate) fn framed(app: &App, caller: &Caller, page: &Page) -> Response {
    let snapshot = app.snapshot();
    respond(Form::Html, layout::layout(&snapshot, caller, page, app.now()).into_string())
}

/// Content in a form, as a response.
pub(crate) fn respond(form: Form, content: String) -> Response {
    let mut response = Html(content).into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(form.media_type()));
    response
}

/// JSON, as a response.
pub(crate) fn json(content: &impl Serialize) -> Response {
    match serde_json::to_string(content) {
        Ok(text) => respond(Form::Json, text),
        Err(error) => Problem::internal(error).into_response(),
    }
}

/// Some thing does not come in this form.
pub(crate) fn no_such_form(form: Form) -> Problem {
    Problem::not_found(format!("this does not come as `{}`", form.ending().trim_start_matches('.')))
}
