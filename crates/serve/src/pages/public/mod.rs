//! What the public sees, and the forms that tell it more.

mod forms;
mod posted;

pub(crate) use posted::{announce, say};

use axum::extract::{Query, State};
use axum::response::Response;
use http::HeaderMap;
use jiff::Timestamp;
use maud::{Markup, html};
use statusquo_alert::IncidentNumber;
use statusquo_problem::Problem;
use statusquo_store::{Announcement, AnnouncementKind, Role};

use super::{Here, Look, Page, Part, parts};
use crate::auth::Caller;
use crate::board::Snapshot;
use crate::context::App;
use crate::negotiate::Form;
use crate::public::{Shown, View, stage_word};
use crate::{wire, words};

/// Announcements that are over and shown here; the public page has them all.
const OVER: usize = 10;

/// Answers `/public`.
pub(crate) async fn show(
    State(app): State<App>,
    caller: Caller,
    Query(look): Query<Look>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    match Form::wanted(&headers) {
        Form::Json => {
            let announcements =
                app.snapshot().announcements.iter().map(wire::AnnouncementWire::from).collect();
            Ok(super::json(&wire::AnnouncementsWire { announcements }))
        }
        Form::Html | Form::Csv | Form::Text | Form::Markdown => {
            Ok(super::framed(&app, &caller, &page(&app, &caller, &look)))
        }
    }
}

/// The page.
pub(crate) fn page(app: &App, caller: &Caller, look: &Look) -> Page {
    let (snapshot, now) = (app.snapshot(), app.now());
    let view = View::now(&snapshot, now);
    let mut page = Page {
        headline: headline(&snapshot, view.as_ref(), now),
        here: Here::Public,
        path: "/public".to_owned(),
        above: None,
        controls: None,
        parts: Vec::new(),
        twins: &[],
    };
    let Some(view) = view else {
        page.parts.push(Part::still("none", not_configured()));
        return page;
    };
    let may = caller.may(Role::Responder);
    let open: Vec<&Announcement> = snapshot.announcements.iter().filter(|one| one.is_open()).collect();
    page.parts.push(Part::live("components", components(&view, &snapshot, now)));
    for one in &open {
        page.parts.push(Part::still("told", told(caller, one, now)));
    }
    if may {
        let incident =
            look.incident.map(IncidentNumber).and_then(|number| snapshot.incident(number).cloned());
        page.parts.push(Part::still("new", forms::new(caller, &view, incident.as_deref())));
    }
    let over: Vec<&Announcement> = snapshot.announcements.iter().filter(|one| !one.is_open()).collect();
    if !over.is_empty() {
        page.parts.push(Part::still("over", past(&over, now)));
    }
    page
}

fn headline(snapshot: &Snapshot, view: Option<&View>, now: Timestamp) -> String {
    let overdue = snapshot.announcements.iter().filter_map(|one| one.overdue(now)).min();
    match (view, overdue) {
        (None, _) => "The public sees nothing".to_owned(),
        (Some(_), Some(promised)) => {
            format!("The public waits for an update since {}", words::clock(promised, now))
        }
        (Some(view), None) => format!("The public reads: {}", view.headline()),
    }
}

/// What the public sees, for the overview.
pub(super) fn panel(snapshot: &Snapshot, caller: &Caller, now: Timestamp) -> Option<Markup> {
    let view = View::now(snapshot, now)?;
    let open: Vec<&Announcement> = snapshot.announcements.iter().filter(|one| one.is_open()).collect();
    let bad: Vec<&Shown> = view.components.iter().filter(|shown| shown.condition.mark().1 != "ok").collect();
    let fine = view.components.len() - bad.len();
    Some(html! {
        section.panel aria-labelledby="public-title" {
            div.ph { h2 #public-title { "What the public sees" } span.sp {} (parts::web_link(&view.site.url, "Open status page")) }
            ul.list {
                @for shown in &bad { li { span.gl.(parts::condition_class(shown.condition)) aria-hidden="true" { (shown.condition.mark().0) }
                    span { b { (shown.title) } ": " (shown.condition.words()) } span.r { @if let Some(since) = shown.since { (parts::time(since, now)) } } } }
                @for one in &open { li { span.gl aria-hidden="true" { "“" } span { a href={ "/public#a" (one.number) } { (one.title) } } span.r { "told " (parts::time(one.changed(), now)) }
                    span.s2 { (one.updates.last().map_or("", |update| update.text.as_str())) " " (standing(one, now)) } } }
                @if fine > 0 { li { span.gl.g2 aria-hidden="true" { "●" } span { (words::count(fine, "component")) " operational" } } }
            }
            @if caller.may(Role::Responder) { p.more { a.btn href="/public#new" { "Tell the public" } } }
        }
    })
}

fn not_configured() -> Markup {
    html! {
        section.panel.empty {
            h2 { "A status page for your users in three lines" }
            p { "Add what users know by name, and the monitors that watch it, to the configuration:" }
            (parts::copyable("[status_page]\nlisten = \"127.0.0.1:8419\"\n[[component]]\nname = \"ordering\"\ntitle = \"Ordering\"\nmonitors = [\"orders\"]"))
            p.muted { "Nothing else of what is here becomes public: no path, no host, no monitor." }
        }
    }
}

fn components(view: &View, snapshot: &Snapshot, now: Timestamp) -> Markup {
    html! {
        section.panel aria-labelledby="components-title" {
            div.ph { h2 #components-title { "Components" } span.muted { (words::count(view.components.len(), "component")) ", as the public sees them" }
                span.sp {} @if !view.site.url.is_empty() { (parts::web_link(&view.site.url, "Open the public page")) } }
            ul.list { @for shown in &view.components { (component(shown, view, snapshot, now)) } }
        }
    }
}

fn component(shown: &Shown, view: &View, snapshot: &Snapshot, now: Timestamp) -> Markup {
    let (mark, _) = shown.condition.mark();
    let monitors = view.site.components.iter().find(|component| component.name == shown.name);
    let monitors = monitors.map(|component| component.monitors.as_slice()).unwrap_or_default();
    html! {
        li { span.gl.(parts::condition_class(shown.condition)) aria-hidden="true" { (mark) }
            span { b { (shown.title) } " " (shown.condition.words()) }
            span.r { @if let Some(since) = shown.since { "since " (parts::time(since, now)) } }
            span.s2 { "watched by " @for (at, name) in monitors.iter().enumerate() {
                @if at > 0 { ", " } a href=(parts::monitor_path(name.as_str())) { (snapshot.monitor(name.as_str()).map_or(name.as_str(), |view| view.title.as_str())) } }
                @if monitors.is_empty() { "nothing: its state is unknown" } } }
    }
}

fn told(caller: &Caller, one: &Announcement, now: Timestamp) -> Markup {
    let id = format!("a{}", one.number);
    html! {
        section.panel #(id) aria-labelledby={ (id) "-title" } {
            div.ph { h2 id={ (id) "-title" } { (one.title) } (standing(one, now)) }
            div.pb { (facts(one, now)) (updates(one, now)) }
            @if caller.may(Role::Responder) { (forms::next(caller, one)) }
        }
    }
}

/// How it stands, with what is overdue.
fn standing(one: &Announcement, now: Timestamp) -> Markup {
    html! {
        span.chip { (stage_word(one.stage())) }
        @if let Some(promised) = one.overdue(now) {
            span.chip.warn { span.gl.g4 aria-hidden="true" { "▲" } "next update was promised for " (parts::time(promised, now)) }
        }
    }
}

fn facts(one: &Announcement, now: Timestamp) -> Markup {
    let names: Vec<&str> = one.components.iter().map(|name| name.as_str()).collect();
    html! {
        p.muted {
            @match one.kind {
                AnnouncementKind::Outage(impact) => { "Outage, impact " (impact.as_str()) },
                AnnouncementKind::Work { from, until } => { "Planned work, " (parts::time(from, now)) " to " (parts::time(until, now)) },
            }
            @if !names.is_empty() { "; concerns " (names.join(", ")) }
            @if let Some(number) = one.incident { "; speaks of " a href={ "/incidents/" (number) } { "incident " (number) } }
        }
    }
}

/// What was said, the newest first.
pub(crate) fn updates(one: &Announcement, now: Timestamp) -> Markup {
    html! {
        ol.line { @for update in one.updates.iter().rev() {
            li { (parts::time(update.at, now))
                div { p { b { (stage_word(update.stage)) } ", by " (update.by) } p.note { (update.text) }
                    @if let Some(workaround) = &update.workaround { p { "Meanwhile: " (workaround) } }
                    @if let Some(next) = update.next_by { p.muted { "Next update by " (parts::time(next, now)) } } } }
        } }
    }
}

fn past(over: &[&Announcement], now: Timestamp) -> Markup {
    html! {
        section.panel aria-labelledby="over-title" {
            div.ph { h2 #over-title { "What is over" } }
            ul.list { @for one in over.iter().take(OVER) {
                li { span.gl.g2 aria-hidden="true" { "●" } span { b { (one.title) } " " (stage_word(one.stage()).to_lowercase()) }
                    span.r { (parts::time(one.changed(), now)) } span.s2 { (words::count(one.updates.len(), "update")) } }
            } }
        }
    }
}
