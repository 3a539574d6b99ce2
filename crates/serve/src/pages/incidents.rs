//! All incidents, newest first.

use std::sync::Arc;

use axum::extract::{Query, State};
use axum::response::Response;
use http::{HeaderMap, Uri};
use jiff::Timestamp;
use maud::{Markup, html};
use statusquo_alert::{Incident, IncidentNumber, Subject};
use statusquo_problem::Problem;
use statusquo_store::Page as Asked;

use super::{Here, Look, Page, Part, csv, parts, said, text_table};
use crate::auth::Caller;
use crate::board::Snapshot;
use crate::context::App;
use crate::negotiate::Form;
use crate::{wire, words};

/// Incidents of one page.
const MANY: usize = 50;

/// Answers `/incidents` and its twins.
pub(crate) async fn show(
    State(app): State<App>,
    caller: Caller,
    Query(look): Query<Look>,
    headers: HeaderMap,
    uri: Uri,
) -> Result<Response, Problem> {
    let form = Form::of(&uri, &headers);
    if form == Form::Html {
        return Ok(super::framed(&app, &caller, &page(&app, &caller, &look).await?));
    }
    let listed = list(&app, look.before).await?;
    table(&listed, form, app.now())
}

/// The newest incidents that are older than a number.
pub(crate) async fn list(app: &App, before: Option<u64>) -> Result<Vec<Incident>, Problem> {
    let asked = Asked { monitor: None, phase: None, before: before.map(IncidentNumber), limit: MANY };
    app.ask(move |reader| reader.incidents(&asked)).await
}

/// The page.
pub(crate) async fn page(app: &App, _: &Caller, look: &Look) -> Result<Page, Problem> {
    let (snapshot, now) = (app.snapshot(), app.now());
    let listed = list(app, look.before).await?;
    let next = listed.last().filter(|_| listed.len() == MANY).map(|last| last.number);
    let headline = match snapshot.open().len() {
        0 if listed.is_empty() && look.before.is_none() => "No incidents yet".to_owned(),
        0 => "No incident is open".to_owned(),
        1 => "1 incident is open".to_owned(),
        open => format!("{open} incidents are open"),
    };
    let content = html! {
        section.panel {
            @if listed.is_empty() {
                p.pb.muted { "Nothing went wrong so far. An incident opens when a monitor's bad answers are confirmed." }
            } @else {
                (rows(listed.iter(), now))
            }
            @if let Some(next) = next { p.more { a href={ "/incidents?before=" (next) } { "Older incidents" } } }
        }
    };
    Ok(Page {
        headline,
        here: Here::Incidents,
        path: "/incidents".to_owned(),
        above: None,
        controls: None,
        parts: vec![Part::live("list", content)],
        twins: &[Form::Json, Form::Csv, Form::Text],
    })
}

/// The open incidents, and those resolved lately, for the overview.
pub(crate) fn panel(snapshot: &Snapshot, now: Timestamp) -> Markup {
    let mut listed: Vec<&Arc<Incident>> = snapshot.open();
    let open = listed.len();
    listed.extend(snapshot.incidents.iter().filter(|incident| !incident.is_open()).take(3));
    html! {
        section.panel aria-labelledby="incidents-title" {
            div.ph { h2 #incidents-title { "Incidents" }
                span.muted { (open) " open" @if listed.len() > open { ", then the latest" } }
                span.sp {} a href="/incidents" { "All" } }
            @if listed.is_empty() { p.pb.muted { "None so far." } } @else {
                (rows(listed.into_iter().take(10).map(AsRef::as_ref), now))
            }
        }
    }
}

/// Incidents as a list.
pub(crate) fn rows<'a>(incidents: impl Iterator<Item = &'a Incident>, now: Timestamp) -> Markup {
    html! {
        ul.list { @for incident in incidents {
            li data-row {
                (parts::incident_mark(incident))
                span { a.ep href={ "/incidents/" (incident.number) } { "#" (incident.number) " " (words::sentence(incident)) } }
                span.r { (parts::time(incident.began, now)) @if let Some(end) = incident.resolved { " to " (parts::time(end, now)) } }
                span.s2 { (incident.phase.as_str())
                    @if let Some((who, _)) = &incident.acknowledged { ", " (who) " is on it" }
                    ", " (said::extent(incident, now))
                    @if !incident.target.is_empty() { " · " code { (incident.target) } } }
            }
        } }
    }
}

/// Incidents in a form for programs.
pub(crate) fn table(listed: &[Incident], form: Form, now: Timestamp) -> Result<Response, Problem> {
    let next = listed.last().filter(|_| listed.len() == MANY).map(|last| last.number.0);
    let stamp = |at: Timestamp| at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
    let cells = |incident: &Incident| {
        let monitor = match &incident.subject {
            Subject::Monitor(name) => name.to_string(),
            Subject::Traffic(service) => service.to_string(),
            Subject::Own(_) => String::new(),
        };
        let number = incident.number.to_string();
        let (began, resolved) = (stamp(incident.began), incident.resolved.map(stamp).unwrap_or_default());
        vec![number, incident.phase.as_str().to_owned(), monitor, began, resolved, words::sentence(incident)]
    };
    let head = ["number", "phase", "monitor", "began", "resolved", "sentence"];
    let rows: Vec<_> = listed.iter().map(cells).collect();
    match form {
        Form::Json => {
            let incidents = listed.iter().map(wire::IncidentWire::from).collect();
            Ok(super::json(&wire::Incidents { incidents, next }))
        }
        Form::Csv => Ok(super::respond(form, csv(&head, &rows))),
        Form::Text => {
            let rows: Vec<_> = listed
                .iter()
                .map(|incident| {
                    let phase = format!("{} {}", words::phase_mark(incident), incident.phase.as_str());
                    vec![
                        incident.number.to_string(),
                        phase,
                        said::extent(incident, now),
                        words::sentence(incident),
                    ]
                })
                .collect();
            Ok(super::respond(form, text_table(&["number", "phase", "extent", "what"], &rows)))
        }
        Form::Html | Form::Markdown => Err(super::no_such_form(form)),
    }
}
