//! How Statusquo itself does, and the configuration in force.

use axum::extract::State;
use axum::response::Response;
use http::HeaderMap;
use jiff::Timestamp;
use maud::{Markup, html};
use statusquo_problem::Problem;
use statusquo_store::{Audited, Role};

use super::{Here, Page, Part, parts, tokens};
use crate::auth::{Caller, Made};
use crate::board::Snapshot;
use crate::context::App;
use crate::negotiate::Form;
use crate::{wire, words};

/// Deeds that are shown; the API has more.
const AUDITED: usize = 50;

/// Answers `/settings`.
pub(crate) async fn show(
    State(app): State<App>,
    caller: Caller,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    match Form::wanted(&headers) {
        Form::Json => Ok(super::json(&wire::StatusWire::from(&app.snapshot()))),
        Form::Html | Form::Csv | Form::Text | Form::Markdown => {
            Ok(super::framed(&app, &caller, &page(&app, &caller, None).await?))
        }
    }
}

/// The page; `made` is a token whose secret is told now.
pub(crate) async fn page(app: &App, caller: &Caller, made: Option<&Made>) -> Result<Page, Problem> {
    let (snapshot, now) = (app.snapshot(), app.now());
    let identity = &snapshot.identity;
    let headline = match snapshot.figures.faults.as_slice() {
        [] => "Statusquo is well".to_owned(),
        [fault] => format!("Statusquo {}", fault.in_words()),
        faults => format!("Statusquo has {} faults of its own", faults.len()),
    };
    let running = words::lasting(words::between(identity.started, now));
    let mut all: Vec<Part> =
        made.map(|made| Part::still("made", tokens::told_once(made))).into_iter().collect();
    all.push(Part::live("self", html! { (faults(&snapshot)) (figures(&snapshot, &running)) }));
    if !snapshot.sources.is_empty() {
        all.push(Part::live("sources", super::sources::table(&snapshot, now)));
    }
    if caller.may(Role::Admin) {
        let (known, audit) = app.ask(|reader| Ok((reader.tokens()?, reader.audit(AUDITED)?))).await?;
        all.push(Part::still("tokens", tokens::panel(&known, caller, now)));
        all.push(Part::still("config", configuration(&identity.config.text())));
        all.push(Part::still("audit", deeds(&audit, now)));
    }
    Ok(Page {
        headline,
        here: Here::Settings,
        path: "/settings".to_owned(),
        above: None,
        controls: None,
        parts: all,
        twins: &[],
    })
}

fn configuration(in_force: &str) -> Markup {
    html! {
        section.panel { div.ph { h2 { "Configuration in force" } span.muted { "secrets are never shown" } }
            div.pb { pre tabindex="0" { (in_force) } } }
    }
}

fn deeds(audit: &[Audited], now: Timestamp) -> Markup {
    html! {
        @if !audit.is_empty() { section.panel { div.ph { h2 { "Who changed what" } span.muted { "the newest first" } span.sp {} a href="/api/v1/audit" { "All as JSON" } }
            ul.list { @for line in audit { li { span {} span { b { (line.who) } " " (line.what) } span.r { (parts::time(line.at, now)) } } } } } }
    }
}

fn faults(snapshot: &Snapshot) -> Markup {
    html! { @for fault in &snapshot.figures.faults {
        section.verdict.warn { span.g aria-hidden="true" { "▲" } h2 { "Statusquo " (fault.in_words()) }
            p { b { "Next: " } (parts::marked(&words::full_sentence(fault.next_step()))) } }
    } }
}

fn figures(snapshot: &Snapshot, running: &str) -> Markup {
    let figures = &snapshot.figures;
    let late = u32::try_from(figures.late.as_micros()).unwrap_or(u32::MAX);
    html! {
        section.panel.kpis aria-label="Key figures" {
            (parts::figure(html! { "Late at most" }, parts::with_unit(&words::took(late)), html! { "probes of the last second" }))
            (parts::figure(html! { "Under way" }, html! { (words::grouped(figures.under_way)) }, html! { "probes at this moment" }))
            (parts::figure(html! { "Messages waiting" }, html! { (words::grouped(figures.outbox_pending)) }, html! { "to be sent" }))
            (parts::figure(html! { "Store" }, parts::with_unit(&words::bytes(figures.store_bytes)), html! { "on disk" }))
            (parts::figure(html! { "Dropped" }, html! { (words::grouped(figures.dropped())) }, html! { "since the start, " (running) " ago" }))
        }
        section.panel aria-labelledby="queues-title" {
            div.ph { h2 #queues-title { "Queues" } span.muted { "each is bounded; what does not fit is dropped and counted" } }
            table { thead { tr { th scope="col" { "Queue" } th.num scope="col" { "Waiting" } th.num scope="col" { "Room" } th.num scope="col" { "Dropped" } } }
                tbody { @for queue in &figures.queues { tr { td { (queue.name) } td.num { (words::grouped(queue.length)) }
                    td.num { (words::grouped(queue.capacity)) } td.num { (words::grouped(queue.dropped)) } } } } }
            p.pb.muted { "Statusquo " (snapshot.identity.version) ". For machines: " a href="/metrics" { "metrics" } ", "
                a href="/api/v1/openapi.json" { "OpenAPI description" } ", " a href="/api/v1/status" { "status" } "." }
        }
    }
}
