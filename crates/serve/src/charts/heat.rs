//! Status codes over time: a table of strips. Strength says "more than usual", not "more".

use maud::{Markup, html};
use statusquo_alert::Deploy;
use statusquo_slo::Answer;

use super::Boxes;
use crate::pages::parts::{class_of, code};
use crate::traffic::{Kind, Level, Usage, UsageRow, kind, level};
use crate::words;

/// The part of its room that a cell fills.
const FILL: f64 = 0.88;
const CLASSES: [&str; 5] = ["i1", "i2", "i3", "i4", "i5"];

/// How strength is chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Shade {
    /// By how far it is from what is usual.
    #[default]
    Unusual,
    /// By how much it is, on a logarithmic scale.
    Volume,
}

/// The table of strips. Scripts make its cells reachable by keys; `requests` is where those of a cell are listed.
pub(crate) fn heat(
    usage: &Usage,
    shade: Shade,
    (requests, deploys): (&str, &[&Deploy]),
    now: jiff::Timestamp,
) -> Markup {
    let most = usage.rows.iter().flat_map(|row| row.counts.iter().copied()).max().unwrap_or(1);
    let all = usage.requests();
    html! {
        div.heat role="table" aria-label="Answers by status code over time" data-start=(usage.grid.start) data-width=(usage.grid.width) data-requests=(requests) {
            div.r role="row" {
                div.hd role="columnheader" { "Code" } div.hd role="columnheader" { span.sr { "Over time" } }
                div.hd.c role="columnheader" { "Count" } div.hd.c.p role="columnheader" { "Share" }
            }
            @if !deploys.is_empty() { (deploy_row(usage, deploys, now)) }
            @for (at, row) in usage.rows.iter().enumerate() {
                @if at > 0 && usage.rows.get(at - 1).is_some_and(|before| group(before.answer) != group(row.answer)) { div.gap {} }
                div.r role="row" {
                    div.k role="rowheader" { (named(row.answer)) }
                    div.s role="cell" data-code=(in_requests(row.answer)) data-name=(name(row.answer)) data-counts=(counts(row)) { (strip(row, usage, shade, most)) }
                    div.c role="cell" { a.plain href={ (requests) "&code=" (in_requests(row.answer)) } { (words::compact(row.total)) } }
                    div.c.p role="cell" { (words::share(row.total, all)) }
                }
            }
            div.k {} div.x aria-hidden="true" { @for at in [0, usage.grid.columns / 4, usage.grid.columns / 2, 3 * usage.grid.columns / 4] {
                span { (words::clock(usage.grid.begin(at), now)) } } span { "now" } }
        }
    }
}

/// Where in time deploys are, above the codes.
#[expect(clippy::cast_precision_loss, reason = "seconds of a chart")]
fn deploy_row(usage: &Usage, deploys: &[&Deploy], now: jiff::Timestamp) -> Markup {
    let grid = &usage.grid;
    let mut marks = Boxes::default();
    for deploy in deploys {
        let x = (deploy.at.as_second() - grid.start) as f64 / grid.width.max(1) as f64;
        marks.add((x - 0.15, 0.0), (0.3, 1.0));
    }
    let said: Vec<String> = deploys
        .iter()
        .map(|deploy| format!("{} at {}", deploy.version, words::clock(deploy.at, now)))
        .collect();
    let label = format!("Deploys: {}", said.join(", "));
    html! {
        div.r role="row" {
            div.k role="rowheader" { span.gl.g3 aria-hidden="true" { "◆" } i { "Deploys" } }
            div.s role="cell" {
                svg viewBox={ "0 0 " (grid.columns) " 1" } preserveAspectRatio="none" role="img" aria-label=(label) {
                    title { (label) }
                    path.f3.i5 d=(marks.0) {}
                }
            }
            div.c role="cell" { (deploys.len()) }
            div.c.p role="cell" {}
        }
    }
}

/// Rows of one class stand together.
fn group(answer: Answer) -> u16 {
    match answer {
        Answer::Status(code) => code.get() / 100,
        Answer::Failure(_) => 1000,
        Answer::None => 1001,
    }
}

/// As the list of requests is asked for it.
fn in_requests(answer: Answer) -> String {
    match answer {
        Answer::Status(code) => code.to_string(),
        Answer::Failure(_) | Answer::None => "none".to_owned(),
    }
}

/// What it is called when it is read out.
fn name(answer: Answer) -> String {
    match answer {
        Answer::Status(code) => format!("{code} {}", code.phrase()),
        Answer::Failure(kind) => kind.as_str().replace('_', " "),
        Answer::None => "unknown".to_owned(),
    }
}

/// The numbers of a strip, column by column; zeros are left out.
fn counts(row: &UsageRow) -> String {
    let cell = |count: &u64| if *count == 0 { String::new() } else { count.to_string() };
    row.counts.iter().map(cell).collect::<Vec<_>>().join(",")
}

fn named(answer: Answer) -> Markup {
    match answer {
        Answer::Status(status) => html! { (code(status)) i { (status.phrase()) } },
        Answer::Failure(kind) => {
            html! { span.gl.g0 aria-hidden="true" { "✕" } b { "—" } i { (kind.as_str().replace('_', " ")) } }
        }
        Answer::None => html! { span.gl.g0 aria-hidden="true" { "?" } b { "—" } i { "unknown" } },
    }
}

fn fill(answer: Answer) -> &'static str {
    match answer {
        Answer::Status(code) => match class_of(code.class()).0 {
            "g2" => "f2",
            "g4" => "f4",
            "g5" => "f5",
            _ => "f3",
        },
        Answer::Failure(_) | Answer::None => "f0",
    }
}

fn strip(row: &UsageRow, usage: &Usage, shade: Shade, most: u64) -> Markup {
    let mut layers: [Boxes; 5] = Default::default();
    let mut hollow = Boxes::default();
    let mut x = (1.0 - FILL) / 2.0;
    let last = row.counts.len().saturating_sub(1);
    for (at, count) in row.counts.iter().enumerate() {
        let step = match shade {
            Shade::Unusual => match level(*count, row.usual) {
                // The last column is not over: it has fewer for that alone. Fewer errors are no news.
                Level::Fewer if at < last && kind(row.answer) == Kind::Fine => None,
                Level::Nothing => {
                    x += 1.0;
                    continue;
                }
                Level::Fewer if *count == 0 => {
                    x += 1.0;
                    continue;
                }
                Level::Fewer | Level::Usual => Some(0),
                Level::More(step) if kind(row.answer) == Kind::Fine => Some(usize::from(step.min(2))),
                Level::More(step) => Some(usize::from(step)),
            },
            Shade::Volume if *count == 0 => {
                x += 1.0;
                continue;
            }
            Shade::Volume => Some(volume(*count, most)),
        };
        match step.and_then(|step| layers.get_mut(step)) {
            Some(layer) => layer.add((x, 0.0), (FILL, 1.0)),
            None => hollow.add((x + 0.1, 0.35), (FILL - 0.2, 0.3)),
        }
        x += 1.0;
    }
    let peak = row.counts.iter().max().copied().unwrap_or(0);
    let label = format!(
        "{} in all, at most {} in {}",
        words::grouped(row.total),
        words::grouped(peak),
        usage.grid.words().replace(" columns", "s").replace('-', " ")
    );
    html! {
        svg viewBox={ "0 0 " (row.counts.len()) " 1" } preserveAspectRatio="none" role="img" aria-label=(label)
            {
            @for (layer, class) in layers.iter().zip(CLASSES).filter(|(layer, _)| !layer.0.is_empty()) {
                path class={ (fill(row.answer)) " " (class) } d=(layer.0) {}
            }
            @if !hollow.0.is_empty() { path.fi.i2 d=(hollow.0) {} }
        }
    }
}

/// One of five steps on a logarithmic scale.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "0 to 4"
)]
fn volume(count: u64, most: u64) -> usize {
    let share = ((count + 1) as f64).ln() / ((most + 1) as f64).ln().max(1e-9);
    (share * 4.999).clamp(0.0, 4.0) as usize
}
