//! The report for people.

use std::collections::BTreeMap;

use super::counted::Counted;
use super::forms::CLASSES;
use super::rows::{Row, word};
use crate::cli::args::{By, Logs};
use crate::cli::screen::{bars, columns, printable};
use crate::cli::{Screen, Tone};

/// A table, and what it comes to.
pub(super) fn text(screen: &Screen, counted: &Counted, rows: &[Row], flags: &Logs) -> String {
    let times: Vec<i64> = rows.iter().flat_map(|row| row.errors.keys().copied()).collect();
    let span = times.iter().min().copied().zip(times.iter().max().copied());
    let whole: u64 = rows.iter().map(Row::requests).sum();
    let shown: Vec<Vec<String>> =
        rows.iter().take(flags.top).map(|row| shown(screen, row, flags, (span, whole))).collect();
    let head: &[&str] = match flags.by {
        By::Endpoint => {
            &["endpoint", "requests", "● 2xx", "◆ 3xx", "▲ 4xx", "■ 5xx", "✕", "errors", "main error", "p95"]
        }
        By::Code => &["code", "requests", "share", "meaning"],
        By::Hour => &["hour", "requests", "● 2xx", "◆ 3xx", "▲ 4xx", "■ 5xx", "✕"],
        By::Consumer => &["consumer", "requests", "● 2xx", "◆ 3xx", "▲ 4xx", "■ 5xx", "✕"],
    };
    let more = match rows.len().saturating_sub(flags.top) {
        0 => String::new(),
        more => format!("\n{more} more: --top {}", rows.len()),
    };
    let partial = if counted.is_partial { "\ninterrupted: this is a part of the log" } else { "" };
    format!("{}{more}\n{}{partial}", screen.table(head, &shown), closing(screen, counted, rows, flags))
}

/// What it comes to, what changed, and what to ask next.
fn closing(screen: &Screen, counted: &Counted, rows: &[Row], flags: &Logs) -> String {
    let summary = summary(counted, rows, flags);
    match super::changes::find(counted) {
        Some(change) => format!(
            "{summary}. {}\nnext: statusquo logs … --code {} --by consumer",
            change.sentence(&screen.zone),
            change.code()
        ),
        None => summary,
    }
}

fn shown(screen: &Screen, row: &Row, flags: &Logs, (span, whole): (Option<(i64, i64)>, u64)) -> Vec<String> {
    let total = row.requests();
    let share = |part: u64| if part == 0 { "-".to_owned() } else { percent(part, total) };
    let name = printable(&row.name.join(" "));
    let mut cells = vec![if flags.by == By::Endpoint { shorten(&name) } else { name }, grouped(total)];
    if flags.by == By::Code {
        let code = row.name.first().and_then(|code| code.parse().ok()).unwrap_or(0_u16);
        let code = statusquo_catalogue::StatusCode::new(code);
        let is_none = code.get() == 0;
        if let Some(mark) = cells.first_mut().filter(|_| !is_none) {
            *mark = format!("{} {mark}", screen.mark(code));
        }
        cells.push(percent(total, whole));
        cells.push(if is_none { "nothing was answered".to_owned() } else { code.phrase().to_owned() });
        return cells;
    }
    cells.extend(CLASSES.map(|(class, name)| {
        let text = share(row.of_class(class));
        if name == "5xx" && text != "-" { screen.paint(Tone::Bad, &text) } else { text }
    }));
    cells.push(share(row.unanswered()));
    if flags.by == By::Endpoint {
        cells.push(span.map_or(String::new(), |span| sparkline(&row.errors, span)));
        let error = row.main_error().map(|(answer, count)| format!("{} {}", word(answer), grouped(count)));
        cells.push(error.unwrap_or_default());
        cells.push(row.p95_us().map_or(String::new(), milliseconds));
    }
    cells
}

/// `38 endpoints, 24 900 000 requests in 24 900 012 lines`
pub(super) fn summary(counted: &Counted, rows: &[Row], flags: &Logs) -> String {
    let what = match flags.by {
        By::Endpoint => "endpoint",
        By::Code => "code",
        By::Hour => "hour",
        By::Consumer => "consumer",
    };
    let rows = crate::cli::screen::count(rows.len(), what);
    format!("{rows}, {} requests in {} lines", grouped(counted.requests()), grouped(counted.lines))
}

/// Errors over time in 20 columns: high where there were many.
pub(super) fn sparkline(errors: &BTreeMap<i64, u64>, (first, last): (i64, i64)) -> String {
    const WIDTH: i64 = 20;
    if errors.is_empty() {
        return String::new();
    }
    let step = ((last - first) / WIDTH + 1).max(1);
    let mut columns = [0_u64; 20];
    for (at, count) in errors {
        let column = usize::try_from((at - first) / step).unwrap_or(0).min(19);
        if let Some(sum) = columns.get_mut(column) {
            *sum += count;
        }
    }
    let most = columns.iter().max().copied().unwrap_or(1);
    bars(&columns, most)
}

fn milliseconds(us: f64) -> String {
    match us {
        us if us >= 10_000_000.0 => format!("{:.0} s", us / 1e6),
        us if us >= 1_000_000.0 => format!("{:.1} s", us / 1e6),
        us if us >= 10_000.0 => format!("{:.0} ms", us / 1e3),
        us => format!("{:.1} ms", us / 1e3),
    }
}

#[expect(clippy::cast_precision_loss, reason = "shown with two decimals at most")]
fn percent(part: u64, whole: u64) -> String {
    let share = part as f64 / whole.max(1) as f64 * 100.0;
    match share {
        share if share >= 10.0 => format!("{share:.1} %"),
        share if share >= 0.01 => format!("{share:.2} %"),
        _ => "<0.01 %".to_owned(),
    }
}

/// `1 234 567`
pub(super) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push('\u{a0}');
        }
        text.push(digit);
    }
    text
}

/// Long paths lose their middle.
fn shorten(text: &str) -> String {
    const MOST: usize = 60;
    if columns(text) <= MOST {
        return text.to_owned();
    }
    let start: String = text.chars().take(MOST / 2).collect();
    let end: String = text.chars().rev().take(MOST / 2 - 1).collect::<Vec<_>>().into_iter().rev().collect();
    format!("{start}…{end}")
}
