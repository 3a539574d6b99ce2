//! All monitors, worst first.

use std::collections::HashMap;
use std::sync::Arc;

use axum::extract::{Query, State};
use axum::response::Response;
use http::{HeaderMap, Uri};
use maud::{Markup, html};
use statusquo_alert::State as Shown;
use statusquo_exchange::Name;
use statusquo_problem::Problem;
use statusquo_slo::Mark;

use super::{Here, Look, Page, Part, csv, overview, parts, said, text_table};
use crate::auth::Caller;
use crate::board::{MonitorView, Snapshot};
use crate::charts;
use crate::context::App;
use crate::history::{History, Range};
use crate::negotiate::Form;
use crate::{wire, words};

/// Answers `/monitors` and its twins.
pub(crate) async fn show(
    State(app): State<App>,
    caller: Caller,
    Query(look): Query<Look>,
    headers: HeaderMap,
    uri: Uri,
) -> Result<Response, Problem> {
    let form = Form::of(&uri, &headers);
    match form {
        Form::Html => Ok(super::framed(&app, &caller, &page(&app, &caller, &look).await?)),
        Form::Json | Form::Csv | Form::Text | Form::Markdown => table(&app.snapshot(), form),
    }
}

/// The page.
pub(crate) async fn page(app: &App, _: &Caller, look: &Look) -> Result<Page, Problem> {
    let snapshot = app.snapshot();
    let monitors = if snapshot.monitors.is_empty() {
        overview::first_steps()
    } else {
        panel(app, &snapshot, look, "/monitors").await?
    };
    Ok(Page {
        headline: said::overall(&snapshot),
        here: Here::Monitors,
        path: "/monitors".to_owned(),
        above: None,
        controls: Some(Part::still(
            "controls",
            parts::ranges(look.range(), "/monitors", &rest(look, look.state.as_deref())),
        )),
        parts: vec![Part::live("monitors", monitors)],
        twins: &[Form::Json, Form::Csv, Form::Text],
    })
}

/// The query beyond the range.
fn rest(look: &Look, state: Option<&str>) -> String {
    let state = state.map(|state| format!("&state={}", parts::segment(state)));
    let words = look.q.as_deref().filter(|q| !q.is_empty()).map(|q| format!("&q={}", parts::segment(q)));
    [state, words].into_iter().flatten().collect()
}

/// The monitors that a page is to show, with their bars.
pub(crate) async fn panel(
    app: &App,
    snapshot: &Snapshot,
    look: &Look,
    path: &str,
) -> Result<Markup, Problem> {
    let range = look.range();
    let state = look.state.as_deref().and_then(Shown::parse);
    let wanted = snapshot.monitors.iter().filter(|view| {
        state.is_none_or(|state| view.state == state) && look.q.as_deref().is_none_or(|q| has_words(view, q))
    });
    let all = parts::worst_first(wanted);
    let shown = look.show.unwrap_or(parts::ROWS).clamp(1, 10_000);
    let rows = all.get(..shown).unwrap_or(&all);
    let histories = match range {
        Range::Now => HashMap::new(),
        Range::Hour | Range::Hours6 | Range::Day | Range::Week | Range::Month => {
            app.histories(rows.iter().map(|view| view.name.clone()).collect(), range).await?
        }
    };
    let more = all.len().saturating_sub(shown);
    let next = format!(
        "{path}?range={}{}&show={}",
        range.as_str(),
        rest(look, look.state.as_deref()),
        shown + 4 * parts::ROWS
    );
    Ok(html! {
        section.panel aria-labelledby="monitors-title" {
            div.ph {
                h2 #monitors-title { "Monitors" }
                span.muted { (range.words()) ", worst first; the red part of a bar is the failing share" }
                span.sp {}
                (filter(snapshot, look, path))
            }
            @if rows.is_empty() {
                p.pb.muted { "No monitor is like this." }
            } @else {
                table.mons.stackable {
                    thead { tr {
                        th scope="col" { "Monitor" }
                        th.w scope="col" { "Answers, " (range.words()) }
                        th scope="col" { "Last" }
                        th.num scope="col" { "Worked" }
                        th.num scope="col" { "Median" }
                    } }
                    tbody { @for view in rows { (row(view, range, histories.get(&view.name))) } }
                }
            }
            @if more > 0 {
                p.more { a href=(next) data-more { "Show " (words::grouped(more.min(4 * parts::ROWS) as u64)) " more" }
                    " of " (words::grouped(all.len() as u64)) }
            }
        }
    })
}

fn has_words(view: &MonitorView, words: &str) -> bool {
    let text = format!("{} {} {}", view.name, view.title, view.target).to_lowercase();
    words.split_whitespace().all(|word| text.contains(&word.to_lowercase()))
}

fn filter(snapshot: &Snapshot, look: &Look, path: &str) -> Markup {
    let range = look.range().as_str();
    let here = look.state.as_deref();
    let all = ("All".to_owned(), format!("{path}?range={range}{}", rest(look, None)), here.is_none());
    let states = Shown::ALL.into_iter().filter(|state| snapshot.count(*state) > 0).map(|state| {
        let text = format!("{} {} {}", state.glyph(), snapshot.count(state), state.as_str());
        let address = format!("{path}?range={range}{}", rest(look, Some(state.as_str())));
        (text, address, here == Some(state.as_str()))
    });
    let options: Vec<_> = std::iter::once(all).chain(states).collect();
    parts::choices("State", &options)
}

fn row(view: &Arc<MonitorView>, range: Range, history: Option<&Arc<History>>) -> Markup {
    let worked = history.map_or_else(|| view.available(), |history| history.sum.available());
    let median = match history {
        // What takes no time at all, such as a heartbeat, has no median worth showing.
        Some(history) => history.sum.latency().quantile(0.5).map(rounded).filter(|us| *us > 0),
        None => view.median_us(),
    };
    let label = format!("{} worked in {}", words::percent(worked), range.words());
    html! {
        tr data-row {
            td { span.mo { (parts::state_mark(view.state)) span {
                span.sr { (view.state.as_str()) " " }
                a.ep href=(parts::monitor_path(view.name.as_str())) { (view.title) }
                @if let Some(number) = view.incident { " " a.tag href={ "/incidents/" (number) } { "incident " (number) } }
                span.target { (view.target) }
            } } }
            td.w { @match history {
                Some(history) => (charts::bars(history, &label)),
                None => (charts::recent_bars(view, &label)),
            } }
            td { @match &view.last {
                Some(last) => (parts::answer(last.answer, last.mark)),
                None => span.muted { "none yet" },
            } }
            td.num { (words::percent(worked)) }
            td.num.muted { (median.map_or("—".to_owned(), words::took)) }
        }
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "below 2^32: durations are capped"
)]
fn rounded(microseconds: f64) -> u32 {
    microseconds.round() as u32
}

const HEAD: [&str; 8] =
    ["name", "state", "since", "target", "last_answer", "last_at", "worked_of_last_60", "median_ms"];

fn cells(view: &MonitorView) -> Vec<String> {
    let last = view.last.as_ref();
    let worked = view.available();
    vec![
        view.name.to_string(),
        view.state.as_str().to_owned(),
        view.since.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
        view.target.clone(),
        last.map(|last| wire::answer_word(last.answer)).unwrap_or_default(),
        last.map(|last| last.at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()).unwrap_or_default(),
        format!("{}/{}", worked.0, worked.1),
        view.median_us().map(|us| format!("{:.1}", f64::from(us) / 1000.0)).unwrap_or_default(),
    ]
}

/// The monitors in a form for programs.
pub(crate) fn table(snapshot: &Snapshot, form: Form) -> Result<Response, Problem> {
    let sorted = parts::worst_first(snapshot.monitors.iter());
    match form {
        Form::Json => {
            let monitors = sorted.iter().map(|view| wire::MonitorWire::from(view.as_ref())).collect();
            Ok(super::json(&wire::Monitors { monitors }))
        }
        Form::Csv => {
            let rows: Vec<_> = sorted.iter().map(|view| cells(view)).collect();
            Ok(super::respond(form, csv(&HEAD, &rows)))
        }
        Form::Text => Ok(super::respond(form, text(snapshot))),
        Form::Html | Form::Markdown => Err(super::no_such_form(form)),
    }
}

/// The monitors as text, for a terminal.
pub(crate) fn text(snapshot: &Snapshot) -> String {
    let strip = |view: &MonitorView| -> String {
        view.recent
            .iter()
            .rev()
            .take(20)
            .rev()
            .map(|recent| match recent.mark {
                Mark::Good => '▁',
                Mark::Degraded => '▄',
                Mark::Bad => '█',
                Mark::Unknown => '?',
            })
            .collect()
    };
    let rows: Vec<_> = parts::worst_first(snapshot.monitors.iter())
        .into_iter()
        .map(|view| {
            let last = view.last.as_ref().map(|last| wire::answer_word(last.answer)).unwrap_or_default();
            let median = view.median_us().map(words::took).unwrap_or_default();
            let state = format!("{} {}", view.state.glyph(), view.state.as_str());
            vec![state, view.name.to_string(), last, words::percent(view.available()), median, strip(view)]
        })
        .collect();
    text_table(&["state", "monitor", "last", "worked", "median", "last 20 probes"], &rows)
}

/// The monitor that an address names: by its whole name, or with the ending of a twin.
pub(crate) fn named<'a>(
    snapshot: &'a Snapshot,
    name: &'a str,
) -> Option<(&'a Arc<MonitorView>, Option<Form>)> {
    snapshot.monitor(name).map(|view| (view, None)).or_else(|| {
        let (name, form) = Form::split(name)?;
        Some((snapshot.monitor(name)?, Some(form)))
    })
}

/// There is no such monitor.
pub(crate) fn unknown(name: &str) -> Problem {
    Problem::not_found(format!("there is no monitor `{name}`"))
}

/// A monitor's name, if there is such a monitor.
pub(crate) fn known(app: &App, name: &str) -> Result<Name, Problem> {
    app.snapshot().monitor(name).map(|view| view.name.clone()).ok_or_else(|| unknown(name))
}
