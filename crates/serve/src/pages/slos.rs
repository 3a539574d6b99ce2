//! What is promised, and how its error budgets stand.

use axum::extract::{Path, State};
use axum::response::Response;
use http::{HeaderMap, Uri};
use jiff::Timestamp;
use maud::{Markup, html};
use statusquo_exchange::Name;
use statusquo_problem::Problem;
use statusquo_slo::Answer;
use statusquo_slo::budget::Scope;
use statusquo_slo::traffic::EndpointName;

use super::{Here, Page, Part, Table, corrections, parts, twin};
use crate::auth::Caller;
use crate::board::{SloView, Snapshot, Spent};
use crate::charts;
use crate::context::App;
use crate::negotiate::Form;
use crate::wire::{self, SloWire, Slos};
use crate::words;

const HEAD: [&str; 9] = ["slo", "of", "objective", "period", "good", "bad", "left", "burn_rate", "firing"];

/// Answers `/slos` and its twins.
pub(crate) async fn list(
    State(app): State<App>,
    caller: Caller,
    headers: HeaderMap,
    uri: Uri,
) -> Result<Response, Problem> {
    let form = Form::of(&uri, &headers);
    let snapshot = app.snapshot();
    if form == Form::Html {
        return Ok(super::framed(&app, &caller, &page(&app)));
    }
    twin(form, || all(&snapshot), || Table { head: &HEAD, rows: rows(&snapshot) })
}

/// Answers `/slos/{name}` and its twin.
pub(crate) async fn show(
    State(app): State<App>,
    caller: Caller,
    Path(name): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let (name, form) = match Form::split(&name) {
        Some((name, form)) => (name, form),
        None => (name.as_str(), Form::wanted(&headers)),
    };
    match form {
        Form::Html => Ok(super::framed(&app, &caller, &page_of(&app, &caller, name)?)),
        Form::Json => Ok(super::json(&one(&app.snapshot(), name)?)),
        Form::Csv | Form::Text | Form::Markdown => Err(super::no_such_form(form)),
    }
}

/// All objectives for programs, the one in most danger first.
pub(crate) fn all(snapshot: &Snapshot) -> Slos {
    Slos { slos: snapshot.slos.iter().map(SloWire::from).collect() }
}

/// One objective for programs.
pub(crate) fn one(snapshot: &Snapshot, name: &str) -> Result<SloWire, Problem> {
    find(snapshot, name).map(SloWire::from)
}

fn find<'a>(snapshot: &'a Snapshot, name: &str) -> Result<&'a SloView, Problem> {
    let found = snapshot.slos.iter().find(|view| view.slo.name.as_str() == name);
    found.ok_or_else(|| Problem::not_found(format!("there is no objective `{name}`")))
}

fn rows(snapshot: &Snapshot) -> Vec<Vec<String>> {
    let row = |view: &SloView| {
        let standing = &view.standing;
        vec![
            view.slo.name.to_string(),
            wire::scope_in_words(&view.slo.scope),
            view.slo.objective.to_string(),
            wire::period_in_words(&view.slo.period),
            standing.counted.good.to_string(),
            standing.counted.bad.to_string(),
            format!("{:.4}", standing.left),
            format!("{:.3}", standing.burn),
            standing.firing.map(|pair| wire::urgency_in_words(&pair)).unwrap_or_default().to_owned(),
        ]
    };
    snapshot.slos.iter().map(row).collect()
}

/// The page of all objectives.
pub(crate) fn page(app: &App) -> Page {
    let snapshot = app.snapshot();
    Page {
        headline: headline(&snapshot),
        here: Here::Slos,
        path: "/slos".to_owned(),
        above: None,
        controls: None,
        parts: vec![Part::live("slos", table(&snapshot, app.now()))],
        twins: &[Form::Json, Form::Csv, Form::Text],
    }
}

fn headline(snapshot: &Snapshot) -> String {
    let firing = snapshot.slos.iter().find(|view| view.standing.firing.is_some());
    let overdrawn = snapshot.slos.iter().filter(|view| view.standing.left < 0.0).count();
    match (snapshot.slos.len(), firing, overdrawn) {
        (0, ..) => "Nothing is promised yet".to_owned(),
        (_, Some(view), _) => {
            let firing = view.burning.iter().find(|(_, _, is_firing)| *is_firing);
            let rate = firing.map_or(view.standing.burn, |(_, rates, _)| rates.long);
            format!("{} burns its error budget {rate:.1} times too fast", view.slo.title)
        }
        (_, None, 0) => "All objectives are kept, and no budget burns too fast".to_owned(),
        (all, None, overdrawn) => format!(
            "{overdrawn} of {} are broken, and none burns too fast just now",
            words::count(all, "objective")
        ),
    }
}

fn table(snapshot: &Snapshot, now: Timestamp) -> Markup {
    if snapshot.slos.is_empty() {
        return html! {
            section.panel { div.ph { h2 { "Promise something" } }
                div.pb { p { "An objective says how many of all events have to be good, and for how long. Add one to the configuration:" }
                pre tabindex="0" { "[[slo]]\nname = \"orders\"\nmonitor = \"orders\"      # or: service = \"shop\"\nobjective = \"99.9%\"\n" } } }
        };
    }
    html! {
        section.panel aria-label="Objectives" {
            table.stackable { thead { tr { th scope="col" { "Objective" } th scope="col" { "What is promised" } th scope="col" { "Budget left" } th scope="col" { "How fast it burns" } } }
                tbody { @for view in snapshot.slos.iter() { tr data-row {
                    td.w { (mark(view)) " " a.ep href=(path(view.slo.name.as_str())) { (view.slo.title) } }
                    td.w { (view.slo.objective) " of " (wire::scope_in_words(&view.slo.scope)) ", " (wire::period_in_words(&view.slo.period)) }
                    td { span.left { (charts::left(view.standing.left)) (left(view.standing.left)) } }
                    td.w.muted { (burning(view, now)) } } }
            } }
        }
    }
}

/// Where the page of an objective is.
pub(crate) fn path(name: &str) -> String {
    format!("/slos/{}", parts::segment(name))
}

fn mark(view: &SloView) -> Markup {
    let (class, glyph) = match (view.standing.firing.is_some(), view.standing.left < 0.0) {
        (true, _) => ("g5", "■"),
        (false, true) => ("g4", "▲"),
        (false, false) if view.standing.counted.valid() == 0 => ("g0", "?"),
        (false, false) => ("g2", "●"),
    };
    html! { span.gl.(class) aria-hidden="true" { (glyph) } }
}

/// `64 %`: rounded down, so that 100 % means that nothing was spent.
fn left(share: f64) -> String {
    format!("{:.1} %", (share * 1000.0).floor() / 10.0)
}

/// How long it lasts if it goes on like this.
fn burning(view: &SloView, now: Timestamp) -> String {
    let standing = &view.standing;
    match standing.empty {
        _ if standing.counted.valid() == 0 => "nothing counted yet".to_owned(),
        Some(_) if standing.left <= 0.0 => "overdrawn".to_owned(),
        Some(empty) => {
            let empty = Timestamp::from_second(empty).unwrap_or(Timestamp::MAX);
            format!(
                "burns {:.1} times too fast, empty in {}",
                standing.burn,
                words::lasting(words::between(now, empty))
            )
        }
        None => format!("burn rate {:.2}", standing.burn),
    }
}

/// The page of one objective.
pub(crate) fn page_of(app: &App, caller: &Caller, name: &str) -> Result<Page, Problem> {
    let snapshot = app.snapshot();
    let view = find(&snapshot, name)?;
    let now = app.now();
    Ok(Page {
        headline: sentence(view, now),
        here: Here::Slos,
        path: path(view.slo.name.as_str()),
        above: Some(html! { a href="/slos" { "Objectives" } }),
        controls: None,
        parts: vec![
            Part::live("budget", budget(view)),
            Part::live("windows", windows(view)),
            Part::live("spent", spent(view, now)),
            Part::live("corrections", corrections::panel(view, caller, now)),
        ],
        twins: &[Form::Json],
    })
}

fn sentence(view: &SloView, now: Timestamp) -> String {
    let (title, standing) = (&view.slo.title, &view.standing);
    if standing.counted.valid() == 0 {
        return format!("{title}: nothing was counted yet");
    }
    let left = if standing.left < 0.0 {
        format!("its error budget is overdrawn {:.1} times", -standing.left)
    } else {
        format!("{} of its error budget is left", left(standing.left))
    };
    format!("{title}: {left}, {}", burning(view, now))
}

fn budget(view: &SloView) -> Markup {
    let counted = view.standing.counted;
    html! {
        section.panel aria-labelledby="h-budget" {
            div.ph { h2 #h-budget { "Error budget" } span.muted {
                (view.slo.objective) " of " (wire::scope_in_words(&view.slo.scope)) ", " (wire::period_in_words(&view.slo.period)) } }
            div.pb {
            @if view.burn_down.len() > 1 { (charts::burn_down(&view.burn_down)) }
            p { (words::grouped(counted.bad)) " of " (words::grouped(counted.valid())) " events were bad; "
                (words::grouped(view.standing.allowed)) " are allowed." }
            }
        }
    }
}

/// What is promised of an endpoint, and how much of that budget was left over time; `None` when nothing is.
pub(crate) fn of_endpoint(snapshot: &Snapshot, service: &Name, endpoint: &EndpointName) -> Option<Markup> {
    // What is promised of the whole service says little of one endpoint.
    let names_it = |view: &SloView| matches!(view.slo.scope, Scope::Service { route: Some(_), .. });
    let is_of = |view: &&SloView| {
        names_it(view)
            && view.slo.scope.covers(service.as_str(), &endpoint.method, &endpoint.route)
            && view.standing.counted.valid() > 0
    };
    let views: Vec<&SloView> = snapshot.slos.iter().filter(is_of).collect();
    (!views.is_empty()).then(|| {
        html! { @for view in views {
            section.panel aria-label={ "Error budget of " (view.slo.title) } {
                div.ph { h2 { (mark(view)) " " a href=(path(view.slo.name.as_str())) { (view.slo.title) } }
                    span.muted { (view.slo.objective) ", " (wire::period_in_words(&view.slo.period)) ": " (left(view.standing.left)) " of the error budget is left" } }
                @if view.burn_down.len() > 1 { div.pb { (charts::burn_down(&view.burn_down)) } }
            }
        } }
    })
}

fn windows(view: &SloView) -> Markup {
    let period = view.slo.budget(0).policy().period_seconds;
    html! {
        section.panel aria-labelledby="h-windows" {
            div.ph { h2 #h-windows { "Burn rates" } span.muted { "an alert fires when both windows burn faster than the threshold, and chance does not explain it" } }
            div.tw tabindex="0" role="group" aria-label="Burn rates" { table {
                thead { tr { th scope="col" { "Windows" } th scope="col" { "Wakes" } th.num scope="col" { "Threshold" } th.num scope="col" { "Long" } th.num scope="col" { "Short" } th.num scope="col" { "Bad of all" } th scope="col" { "Now" } } }
                tbody { @for (pair, rates, firing) in &view.burning {
                    tr { th scope="row" { (span(pair.long_seconds)) " and " (span(pair.short_seconds)) }
                        td { (wire::urgency_in_words(pair)) }
                        td.num { (format!("{:.1}", pair.threshold(period))) }
                        td.num { (format!("{:.2}", rates.long)) } td.num { (format!("{:.2}", rates.short)) }
                        td.num { (words::grouped(rates.counted.bad)) " of " (words::grouped(rates.counted.valid())) }
                        td { @if *firing { span.chip.bad { "■ fires" } } @else { "calm" } } }
                } }
            } }
        }
    }
}

/// What spent less of a budget than this is counted, and not listed.
const SEEN: f64 = 0.001;

fn span(seconds: i64) -> String {
    words::lasting(std::time::Duration::from_secs(seconds.unsigned_abs()))
}

fn spent(view: &SloView, now: Timestamp) -> Markup {
    let large = view.spending.iter().filter(|spent| spent.share >= SEEN);
    let small = view.spending.len() - large.clone().count();
    html! {
        section.panel aria-labelledby="h-spent" {
            div.ph { h2 #h-spent { "What spent it" } }
            @if view.spending.is_empty() { div.pb { p { "Nothing has burned it faster than it lasts." } } }
            ul.list.cd { @for spent in large.clone() { li data-row { (one_spent(spent, now)) } } }
            @if small > 0 { div.pb { p.muted { (words::count(small, "other")) " of less than 0.1 % each" } } }
        }
    }
}

fn one_spent(spent: &Spent, now: Timestamp) -> Markup {
    let moment = |seconds| Timestamp::from_second(seconds).unwrap_or(now);
    let (began, ended) = (moment(spent.episode.began), moment(spent.episode.ended));
    html! {
        strong { (format!("{:.1} %", spent.share * 100.0)) }
        span { "from " (parts::time(began, now)) ", " (words::lasting(words::between(began, ended)))
            @if !spent.episode.is_over { ", still going on" } }
        span.r { "comes back " (parts::time(moment(spent.forgotten), now)) }
        span.s2 { (words::grouped(spent.episode.total())) " bad: "
            @for (answer, count) in spent.episode.bad.iter().take(4) {
                @match answer {
                    Answer::Status(code) => (parts::code(*code)),
                    Answer::Failure(kind) => (kind.in_words()),
                    Answer::None => "no answer",
                } " " (words::grouped(*count)) " "
            } }
    }
}
