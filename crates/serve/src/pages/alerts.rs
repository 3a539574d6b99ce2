//! Who is told: receivers, what was sent, silences, planned work.

use axum::extract::State;
use axum::response::Response;
use http::{HeaderMap, Uri};
use jiff::Timestamp;
use maud::{Markup, html};
use statusquo_alert::{Scope, State as Shown};
use statusquo_problem::Problem;
use statusquo_store::{Delivered, Role};

use super::incident::delivery_list;
use super::{Here, Page, Part, Table, parts, twin};
use crate::auth::Caller;
use crate::board::{ReceiverView, Snapshot};
use crate::context::App;
use crate::negotiate::Form;
use crate::{wire, words};

/// Messages that are shown.
const MESSAGES: usize = 50;

/// What came of something that was asked for on this page.
pub(crate) struct Outcome {
    pub(crate) is_good: bool,
    pub(crate) text: String,
}

/// Answers `/alerts` and its twins.
pub(crate) async fn show(
    State(app): State<App>,
    caller: Caller,
    headers: HeaderMap,
    uri: Uri,
) -> Result<Response, Problem> {
    let form = Form::of(&uri, &headers);
    if form == Form::Html {
        return Ok(super::framed(&app, &caller, &page(&app, &caller, None).await?));
    }
    let sent = app.ask(|reader| reader.deliveries_recent(1000)).await?;
    twin(
        form,
        || sent.iter().map(wire::DeliveryWire::from).collect::<Vec<_>>(),
        || Table { head: &HEAD, rows: sent.iter().map(cells).collect() },
    )
}

const HEAD: [&str; 7] = ["at", "receiver", "incident", "notice", "standing", "attempts", "answer"];

fn cells(sent: &Delivered) -> Vec<String> {
    vec![
        sent.at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
        sent.receiver.to_string(),
        sent.incident.to_string(),
        sent.notice.as_str().to_owned(),
        sent.standing.as_str().to_owned(),
        sent.attempts.to_string(),
        sent.answer.clone().unwrap_or_default(),
    ]
}

/// The page.
pub(crate) async fn page(app: &App, caller: &Caller, result: Option<Outcome>) -> Result<Page, Problem> {
    let (snapshot, now) = (app.snapshot(), app.now());
    let sent = app.ask(|reader| reader.deliveries_recent(MESSAGES)).await?;
    let broken = snapshot.receivers.values().filter(|receiver| !receiver.is_well()).count();
    let headline = match (snapshot.receivers.len(), broken) {
        (0, _) => "Nobody is told: there are no receivers".to_owned(),
        (_, 0) if snapshot.silences.is_empty() => "Messages reach their receivers".to_owned(),
        (_, 0) => format!("{} in force", words::count(snapshot.silences.len(), "silence")),
        (all, broken) => format!("{broken} of {} cannot be reached", words::count(all, "receiver")),
    };
    let may = caller.may(Role::Responder);
    let mut all = Vec::new();
    if let Some(Outcome { is_good, text }) = result {
        let (class, mark) = if is_good { ("verdict calm", "●") } else { ("verdict", "■") };
        all.push(Part::still(
            "result",
            html! {
                section class=(class) role="status" { span.g aria-hidden="true" { (mark) } h2 { (text) } }
            },
        ));
    }
    all.push(Part::live("receivers", receivers(&snapshot, caller, now)));
    all.push(Part::live(
        "held",
        html! { div.grid.g11 { (silences(&snapshot, caller, now)) (planned(&snapshot, now)) } },
    ));
    if may {
        all.push(Part::still("silence-form", silence_form(caller)));
    }
    all.push(Part::live("log", html! {
        section.panel { div.ph { h2 { "What was sent to whom" } span.muted { "the newest first" } }
            @if sent.is_empty() { p.pb.muted { "Nothing was sent yet." } } @else { (delivery_list(&sent, now, Some(&snapshot))) } }
    }));
    Ok(Page {
        headline,
        here: Here::Alerts,
        path: "/alerts".to_owned(),
        above: None,
        controls: None,
        parts: all,
        twins: &[Form::Json, Form::Csv, Form::Text],
    })
}

fn receivers(snapshot: &Snapshot, caller: &Caller, now: Timestamp) -> Markup {
    html! {
        section.panel aria-labelledby="receivers-title" {
            div.ph { h2 #receivers-title { "Receivers" } }
            @if snapshot.receivers.is_empty() {
                div.pb { p { "Incidents open and close here, and nobody hears of it. Add a receiver to the configuration:" }
                    (parts::copyable("[[receiver]]\nname = \"oncall\"\ntype = \"slack\"\nurl = \"${env:SLACK_WEBHOOK}\"")) }
            } @else { ul.list { @for receiver in snapshot.receivers.values() { (receiver_row(receiver, caller, now)) } } }
        }
    }
}

fn receiver_row(receiver: &ReceiverView, caller: &Caller, now: Timestamp) -> Markup {
    let state = match (&receiver.health, receiver.is_well()) {
        (None, _) => Shown::Unknown,
        (Some(_), true) => Shown::Ok,
        (Some(_), false) => Shown::Failing,
    };
    html! {
        li {
            (parts::state_mark(state))
            span { b { (receiver.name) } " " span.muted { (receiver.kind) ", " (receiver.target) } }
            div.r { @if caller.may(Role::Responder) {
                (parts::button(caller, &format!("/receivers/{}/test", parts::segment(receiver.name.as_str())), "Send a test", "sm"))
            } }
            span.s2 { @match &receiver.health {
                None => "nothing was sent to it yet; send a test to see whether messages arrive",
                Some(health) => {
                    @if health.failures > 0 {
                        (words::count(health.failures as usize, "failure"))
                        @if let Some(since) = health.failing_since { " since " (parts::time(since, now)) }
                        @if let Some(reason) = &health.reason { ": " (reason) } ". "
                    }
                    @match health.last_sent { Some(at) => { "Last taken " (parts::time(at, now)) } None => "None was taken yet" }
                }
            } }
        }
    }
}

fn scope(names: &[String]) -> Markup {
    html! { @if names.is_empty() { "all monitors" } @else {
    @for (at, name) in names.iter().enumerate() { @if at > 0 { ", " } a href=(parts::monitor_path(name)) { (name) } } } }
}

fn silences(snapshot: &Snapshot, caller: &Caller, now: Timestamp) -> Markup {
    html! {
        section.panel aria-labelledby="silences-title" {
            div.ph { h2 #silences-title { "Silences" } span.muted { "hold messages; what is still true is told afterwards" } }
            @if snapshot.silences.is_empty() { p.pb.muted { "None is in force." } } @else { ul.list { @for silence in snapshot.silences.iter() {
                @let names: Vec<String> = match &silence.scope { Scope::All => Vec::new(), Scope::Monitors(names) => names.iter().map(ToString::to_string).collect() };
                li { span.gl aria-hidden="true" { "‖" }
                    span { (scope(&names)) ", until " (parts::time(silence.until, now)) }
                    div.r { @if caller.may(Role::Responder) { (parts::button(caller, &format!("/silences/{}/end", silence.id.0), "End it", "sm")) } }
                    span.s2 { "by " (silence.by) @if !silence.comment.is_empty() { ": " (silence.comment) } } }
            } } }
        }
    }
}

fn planned(snapshot: &Snapshot, now: Timestamp) -> Markup {
    html! {
        section.panel aria-labelledby="planned-title" {
            div.ph { h2 #planned-title { "Planned work" } span.muted { "from the configuration" } }
            @if snapshot.planned.is_empty() { p.pb.muted { "None." } } @else { ul.list { @for work in snapshot.planned.iter() {
                @let names: Vec<String> = work.monitors.iter().map(ToString::to_string).collect();
                li { span.gl aria-hidden="true" { "‖" } span { b { (work.name) } ", " (scope(&names)) } span.r {}
                    span.s2 { @match work.next {
                        Some((from, until)) if from <= now => { "under way until " (parts::time(until, now)) }
                        Some((from, until)) => { "next " (parts::time(from, now)) " to " (parts::time(until, now)) }
                        None => "over"
                    } } }
            } } }
        }
    }
}

fn silence_form(caller: &Caller) -> Markup {
    html! {
        section.panel aria-labelledby="silence-title" {
            div.ph { h2 #silence-title { "Silence monitors" } }
            form.row.pb method="post" action="/silences" {
                input type="hidden" name="csrf" value=(caller.csrf);
                label { "Monitors" input type="text" name="monitors" placeholder="names, with commas; empty: all"; }
                label { "For" input type="text" name="lasting" value="1h" required size="8"; }
                label { "Why" input type="text" name="comment" maxlength="500"; }
                button.btn type="submit" { "Silence" }
            }
        }
    }
}
