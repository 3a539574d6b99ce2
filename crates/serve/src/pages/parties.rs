//! Third parties: what their pages say, and what we see ourselves.

use axum::extract::State;
use axum::response::Response;
use http::{HeaderMap, Uri};
use jiff::Timestamp;
use maud::{Markup, html};
use statusquo_exchange::Health;
use statusquo_problem::Problem;

use super::{Here, Page, Part, csv, parts, text_table};
use crate::auth::Caller;
use crate::board::{PartyView, Snapshot};
use crate::context::App;
use crate::negotiate::Form;
use crate::{wire, words};

const HEAD: [&str; 6] = ["health", "third_party", "says", "since", "calls_failed", "calls"];

/// Answers `/third-parties` and its twins.
pub(crate) async fn show(
    State(app): State<App>,
    caller: Caller,
    headers: HeaderMap,
    uri: Uri,
) -> Result<Response, Problem> {
    let form = Form::split(uri.path()).map_or_else(|| Form::wanted(&headers), |(_, form)| form);
    let snapshot = app.snapshot();
    match form {
        Form::Html => Ok(super::framed(&app, &caller, &page(&app))),
        Form::Json => Ok(super::json(&all(&snapshot))),
        Form::Csv => Ok(super::respond(form, csv(&HEAD, &rows(&snapshot)))),
        Form::Text => Ok(super::respond(form, text_table(&HEAD, &rows(&snapshot)))),
        Form::Markdown => Err(super::no_such_form(form)),
    }
}

/// All of them, for programs.
pub(crate) fn all(snapshot: &Snapshot) -> wire::Parties {
    wire::Parties { third_parties: sorted(snapshot).into_iter().map(wire::PartyWire::from).collect() }
}

/// Those in trouble first.
fn sorted(snapshot: &Snapshot) -> Vec<&PartyView> {
    let mut all: Vec<&PartyView> = snapshot.parties.iter().collect();
    all.sort_by_key(|view| {
        let state = &view.state;
        (!view.is_in_trouble(), std::cmp::Reverse(state.health), state.name.clone())
    });
    all
}

fn rows(snapshot: &Snapshot) -> Vec<Vec<String>> {
    let row = |view: &PartyView| {
        let (failed, calls) =
            view.calls.map_or_else(Default::default, |(failed, all)| (failed.to_string(), all.to_string()));
        let state = &view.state;
        let (health, since) = (state.health.as_str().to_owned(), words::full(view.since()));
        vec![health, state.name.to_string(), view.sentence(), since, failed, calls]
    };
    sorted(snapshot).into_iter().map(row).collect()
}

/// The page.
pub(crate) fn page(app: &App) -> Page {
    let (snapshot, now) = (app.snapshot(), app.now());
    Page {
        headline: headline(&snapshot),
        here: Here::Overview,
        path: "/third-parties".to_owned(),
        above: Some(html! { a href="/" { "Overview" } " / Third parties" }),
        controls: None,
        parts: vec![Part::live(
            "parties",
            html! {
                @if snapshot.parties.is_empty() { (none()) }
                @for view in sorted(&snapshot) { (whole(view, now)) }
            },
        )],
        twins: &[Form::Json, Form::Csv, Form::Text],
    }
}

fn headline(snapshot: &Snapshot) -> String {
    let troubled: Vec<&str> = sorted(snapshot)
        .into_iter()
        .filter(|view| view.is_in_trouble())
        .map(|view| view.title.as_str())
        .collect();
    match (snapshot.parties.len(), troubled.as_slice()) {
        (0, _) => "No third party is watched".to_owned(),
        (1, []) => "The third party that is watched is not in trouble".to_owned(),
        (all, []) => format!("None of {} third parties is in trouble", words::grouped(all as u64)),
        (_, [one]) => format!("{one} is in trouble"),
        (_, several) => format!("{} are in trouble", several.join(", ")),
    }
}

fn none() -> Markup {
    html! {
        section.panel.empty {
            h2 { "Name what your API depends on" }
            p { "Their status pages are read, and held against what your own calls to them meet:" }
            (parts::copyable("[[dependency]]\nname = \"payments\"\nfeed = \"https://status.example/api/v2/summary.json\""))
        }
    }
}

/// The section of the overview; nothing when there is no third party.
pub(super) fn panel(snapshot: &Snapshot, now: Timestamp) -> Option<Markup> {
    (!snapshot.parties.is_empty()).then(|| html! {
        section.panel aria-labelledby="parties-title" {
            div.ph { h2 #parties-title { "Third parties" } span.muted { "what their pages say, and what we see" } span.sp {}
                a href="/third-parties" { "All of it" } }
            ul.list { @for view in sorted(snapshot) { (row(view, now)) } }
        }
    })
}

fn row(view: &PartyView, now: Timestamp) -> Markup {
    let (class, mark) = mark(view);
    html! { li data-row {
        span.gl.(class) aria-hidden="true" { (mark) }
        span { b { (view.title) } " " (view.sentence()) }
        span.r { (parts::time(view.since(), now)) }
        @if let Some((failed, all)) = view.calls { span.s2 { (words::grouped(failed)) " of " (words::grouped(all)) " calls failed in 5 min" } }
    } }
}

const fn mark(view: &PartyView) -> (&'static str, &'static str) {
    match view.state.health {
        Health::MajorOutage | Health::PartialOutage => ("g5", "■"),
        _ if view.seen.is_some() => ("g5", "■"),
        Health::Degraded => ("g4", "▲"),
        Health::Operational | Health::Maintenance => ("g2", "●"),
        Health::Unknown => ("g3", "◆"),
    }
}

/// One of them, with all that is known.
fn whole(view: &PartyView, now: Timestamp) -> Markup {
    let state = &view.state;
    html! {
        section.panel aria-labelledby={ "party-" (state.name) } {
            div.ph { h2 id={ "party-" (state.name) } { (view.title) }
                span.muted { @if let Some(format) = &state.format { (format) } @else { "not read yet" } } }
            ul.list.bare { (row(view, now)) }
            div.pb {
                @if view.lags() { p { b { "Its page lags behind what we see." } " Do not wait for it." } }
                @if let Some((why, since)) = &view.unread { p { "Its page " (why) ", since " (parts::time(*since, now)) "." } }
                p.muted { "Page: " (parts::web_link(&state.feed, &state.feed))
                    @if let Some(checked) = state.checked { ", read " (parts::time(checked, now)) } "." }
                @if !view.needed_by.is_empty() { p { "Needed by: "
                    @for (at, name) in view.needed_by.iter().enumerate() { @if at > 0 { ", " } (name) } "." } }
                @if !state.reported.is_empty() { ul { @for one in &state.reported {
                    li { (one.health.as_str()) ": " @match &one.link { Some(link) => (parts::web_link(link, &one.title)), None => (one.title) }
                        @if let Some(since) = one.since { ", since " (parts::time(since, now)) } } } } }
                @if !state.parts.is_empty() { details { summary { (words::count(state.parts.len(), "component")) }
                    ul { @for part in &state.parts { li { (part.name) ": " (part.health.as_str()) } } } } }
            }
        }
    }
}
