//! What was counted, in rows: by endpoint, by code, by client, by hour.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use statusquo_catalogue::Class;
use statusquo_slo::{Answer, Histogram};

use super::reading::Counted;
use crate::cli::args::{By, Logs, Sort};
use crate::cli::screen::columns;
use crate::cli::{Screen, Tone};

/// One row of the report.
#[derive(Debug, Clone, Default)]
pub(super) struct Row {
    /// What it is about, in one or two cells: `GET`, `/orders/{int}`, or `503`.
    pub(super) name: Vec<String>,
    /// Requests by answer.
    pub(super) answers: BTreeMap<Answer, u64>,
    /// Errors by time: a value for each column of the sparkline.
    pub(super) errors: BTreeMap<i64, u64>,
    /// How long requests took.
    pub(super) latency: Histogram,
    /// Bytes of the responses.
    pub(super) bytes: u64,
}

impl Row {
    fn requests(&self) -> u64 {
        self.answers.values().sum()
    }

    fn of_class(&self, class: Class) -> u64 {
        self.answers
            .iter()
            .filter(|(answer, _)| class_of(**answer) == Some(class))
            .map(|(_, count)| count)
            .sum()
    }

    fn unanswered(&self) -> u64 {
        self.answers.iter().filter(|(answer, _)| class_of(**answer).is_none()).map(|(_, count)| count).sum()
    }

    /// The most frequent error.
    fn main_error(&self) -> Option<(Answer, u64)> {
        let errors = self.answers.iter().filter(|(answer, _)| is_error(**answer));
        errors.max_by_key(|(_, count)| **count).map(|(answer, count)| (*answer, *count))
    }

    fn p95_us(&self) -> Option<f64> {
        self.latency.quantile(0.95)
    }
}

fn class_of(answer: Answer) -> Option<Class> {
    match answer {
        Answer::Status(code) => Some(code.class()),
        Answer::Failure(_) | Answer::None => None,
    }
}

/// 5xx, and nothing at all. What clients do wrong is no error of the API.
fn is_error(answer: Answer) -> bool {
    class_of(answer).is_none_or(|class| class == Class::ServerError)
}

fn word(answer: Answer) -> String {
    match answer {
        // nginx counts requests of HTTP/0.9 as 009.
        Answer::Status(code) => format!("{:03}", code.get()),
        Answer::Failure(_) | Answer::None => "000".to_owned(),
    }
}

/// The rows that are asked for, all of them, in their order.
pub(super) fn rows(counted: &Counted, flags: &Logs) -> Vec<Row> {
    let mut rows = match flags.by {
        By::Endpoint => by_endpoint(counted),
        By::Code => by(counted, |answer, _| vec![word(answer)]),
        By::Hour => by(counted, |_, at| vec![hour(at)]),
        By::Consumer => by_client(counted),
    };
    let key = |row: &Row| match flags.sort {
        None if matches!(flags.by, By::Code | By::Hour) => 0,
        None | Some(Sort::Count) => row.requests(),
        Some(Sort::Server) => row.of_class(Class::ServerError),
        Some(Sort::Client) => row.of_class(Class::ClientError),
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "microseconds above 0")]
        Some(Sort::P95) => row.p95_us().unwrap_or(0.0) as u64,
    };
    rows.sort_by(|a, b| key(b).cmp(&key(a)).then_with(|| a.name.cmp(&b.name)));
    rows
}

fn by_endpoint(counted: &Counted) -> Vec<Row> {
    let row =
        |(endpoint, tally): (&statusquo_slo::traffic::Endpoint, &statusquo_slo::traffic::EndpointTally)| {
            let mut row = Row {
                name: vec![endpoint.method.to_string(), counted.traffic.path(&endpoint.route)],
                ..Row::default()
            };
            for ((at, answer), count) in &tally.cells {
                row.add(*at, *answer, *count);
            }
            (row.latency, row.bytes) = (tally.latency.clone(), tally.bytes);
            row
        };
    counted.traffic.endpoints().map(row).collect()
}

impl Row {
    fn add(&mut self, at: i64, answer: Answer, count: u64) {
        *self.answers.entry(answer).or_default() += count;
        if is_error(answer) {
            *self.errors.entry(at).or_default() += count;
        }
    }
}

fn by(counted: &Counted, name: impl Fn(Answer, i64) -> Vec<String>) -> Vec<Row> {
    let mut rows: BTreeMap<Vec<String>, Row> = BTreeMap::new();
    for (_, tally) in counted.traffic.endpoints() {
        for ((at, answer), count) in &tally.cells {
            let name = name(*answer, *at);
            let row = rows.entry(name.clone()).or_insert_with(|| Row { name, ..Row::default() });
            row.add(*at, *answer, *count);
        }
    }
    rows.into_values().collect()
}

fn by_client(counted: &Counted) -> Vec<Row> {
    let row = |(client, count): (&[u8], u64)| Row {
        name: vec![String::from_utf8_lossy(client).into_owned()],
        answers: BTreeMap::from([(Answer::None, count)]),
        ..Row::default()
    };
    counted.clients.iter().map(|(client, count)| (client.as_ref(), *count)).map(row).collect()
}

/// `2025-11-23T10:00Z`
fn hour(at: i64) -> String {
    let start = jiff::Timestamp::from_second(at.div_euclid(3600) * 3600).unwrap_or_default();
    start.strftime("%Y-%m-%dT%H:00Z").to_string()
}

fn head(by: By) -> &'static [&'static str] {
    match by {
        By::Endpoint => &[
            "method",
            "route",
            "requests",
            "2xx",
            "3xx",
            "4xx",
            "5xx",
            "unanswered",
            "bytes",
            "p50_ms",
            "p95_ms",
            "p99_ms",
        ],
        By::Code => &["code", "requests"],
        By::Hour => &["hour", "requests", "2xx", "3xx", "4xx", "5xx", "unanswered"],
        By::Consumer => &["consumer", "requests"],
    }
}

fn cells(row: &Row, by: By) -> Vec<String> {
    let mut cells = row.name.clone();
    cells.push(row.requests().to_string());
    if matches!(by, By::Endpoint | By::Hour) {
        let classes = [Class::Successful, Class::Redirection, Class::ClientError, Class::ServerError];
        cells.extend(classes.map(|class| row.of_class(class).to_string()));
        cells.push(row.unanswered().to_string());
    }
    if by == By::Endpoint {
        cells.push(row.bytes.to_string());
        let quantile =
            |share| row.latency.quantile(share).map(|us| format!("{:.3}", us / 1000.0)).unwrap_or_default();
        cells.extend([0.5, 0.95, 0.99].map(quantile));
    }
    cells
}

/// A table for programs.
pub(super) fn csv(rows: &[Row], flags: &Logs) -> String {
    let mut text = format!("{}\n", head(flags.by).join(","));
    for row in rows {
        let cells: Vec<String> = cells(row, flags.by).iter().map(|text| cell(text)).collect();
        text.push_str(&cells.join(","));
        text.push('\n');
    }
    text
}

fn cell(text: &str) -> String {
    let guarded =
        if text.starts_with(['=', '+', '-', '@', '\t']) { format!("'{text}") } else { text.to_owned() };
    if guarded.contains(['"', ',', '\n', '\r']) {
        format!("\"{}\"", guarded.replace('"', "\"\""))
    } else {
        guarded
    }
}

/// All of it, for programs.
pub(super) fn json(counted: &Counted, rows: &[Row], flags: &Logs) -> Value {
    let names = if flags.by == By::Endpoint {
        &["method", "route"][..]
    } else {
        head(flags.by).get(..1).unwrap_or_default()
    };
    let one = |row: &Row| {
        let mut object: serde_json::Map<String, Value> =
            names.iter().zip(&row.name).map(|(name, value)| ((*name).to_owned(), json!(value))).collect();
        object.insert("requests".to_owned(), json!(row.requests()));
        if flags.by != By::Consumer {
            let codes: serde_json::Map<String, Value> =
                row.answers.iter().map(|(answer, count)| (word(*answer), json!(count))).collect();
            object.insert("codes".to_owned(), Value::Object(codes));
        }
        if let Some(p95) = row.p95_us() {
            object.insert("p95_ms".to_owned(), json!((p95).round() / 1000.0));
        }
        Value::Object(object)
    };
    json!({
        "schema": "logs/1",
        "lines": counted.lines,
        "not_understood": counted.not_understood,
        "requests": counted.requests(),
        "rows": rows.iter().map(one).collect::<Vec<_>>(),
    })
}

/// A table for a page.
pub(super) fn markdown(counted: &Counted, rows: &[Row], flags: &Logs) -> String {
    let head = head(flags.by);
    let mut text = format!(
        "{}\n\n| {} |\n|{}\n",
        summary(counted, rows, flags),
        head.join(" | "),
        "---|".repeat(head.len())
    );
    for row in rows.iter().take(flags.top) {
        text.push_str(&format!("| {} |\n", cells(row, flags.by).join(" | ").replace('\n', " ")));
    }
    text
}

/// A table for people.
pub(super) fn text(screen: &Screen, counted: &Counted, rows: &[Row], flags: &Logs) -> String {
    let times: Vec<i64> = rows.iter().flat_map(|row| row.errors.keys().copied()).collect();
    let span = times.iter().min().copied().zip(times.iter().max().copied());
    let shown: Vec<Vec<String>> =
        rows.iter().take(flags.top).map(|row| shown(screen, row, flags, span)).collect();
    let head: &[&str] = match flags.by {
        By::Endpoint => {
            &["endpoint", "requests", "● 2xx", "◆ 3xx", "▲ 4xx", "■ 5xx", "✕", "errors", "main error", "p95"]
        }
        By::Code => &["code", "requests", "share", "meaning"],
        By::Hour => &["hour", "requests", "● 2xx", "◆ 3xx", "▲ 4xx", "■ 5xx", "✕"],
        By::Consumer => &["consumer", "requests", "share"],
    };
    let more = match rows.len().saturating_sub(flags.top) {
        0 => String::new(),
        more => format!("\n{more} more: --top {}", rows.len()),
    };
    format!("{}{more}\n{}", screen.table(head, &shown), summary(counted, rows, flags))
}

fn shown(screen: &Screen, row: &Row, flags: &Logs, span: Option<(i64, i64)>) -> Vec<String> {
    let total = row.requests();
    let share = |part: u64| if part == 0 { "-".to_owned() } else { percent(part, total) };
    let mut cells = vec![
        if flags.by == By::Endpoint { shorten(&row.name.join(" ")) } else { row.name.join(" ") },
        grouped(total),
    ];
    match flags.by {
        By::Endpoint | By::Hour => {
            let classes = [Class::Successful, Class::Redirection, Class::ClientError, Class::ServerError];
            cells.extend(classes.map(|class| {
                let text = share(row.of_class(class));
                if class == Class::ServerError && text != "-" { screen.paint(Tone::Bad, &text) } else { text }
            }));
            cells.push(share(row.unanswered()));
        }
        By::Code => {
            let code = row.name.first().and_then(|code| code.parse().ok()).unwrap_or(0_u16);
            let code = statusquo_catalogue::StatusCode::new(code);
            let meaning = if code.get() == 0 { "nothing was answered" } else { code.phrase() };
            cells.push(String::new());
            if let Some(mark) = cells.first_mut().filter(|_| code.get() != 0) {
                *mark = format!("{} {mark}", screen.mark(code));
            }
            cells.push(meaning.to_owned());
        }
        By::Consumer => cells.push(String::new()),
    }
    if flags.by == By::Endpoint {
        cells.push(span.map_or(String::new(), |span| sparkline(&row.errors, span)));
        cells.push(
            row.main_error()
                .map_or(String::new(), |(answer, count)| format!("{} {}", word(answer), grouped(count))),
        );
        cells.push(row.p95_us().map_or(String::new(), milliseconds));
    }
    cells
}

fn summary(counted: &Counted, rows: &[Row], flags: &Logs) -> String {
    let what = match flags.by {
        By::Endpoint => "endpoints",
        By::Code => "codes",
        By::Hour => "hours",
        By::Consumer => "consumers",
    };
    format!(
        "{} {what}, {} requests in {} lines",
        rows.len(),
        grouped(counted.requests()),
        grouped(counted.lines)
    )
}

/// Errors over time in 20 columns: high where there were many.
fn sparkline(errors: &BTreeMap<i64, u64>, (first, last): (i64, i64)) -> String {
    const STEPS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
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
    let most = columns.iter().max().copied().unwrap_or(1).max(1);
    let mark = |count: &u64| {
        let height = usize::try_from(count * 7 / most).unwrap_or(7);
        STEPS.get(if *count > 0 { height.max(1) } else { 0 }).copied().unwrap_or('█')
    };
    columns.iter().map(mark).collect()
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
fn grouped(number: u64) -> String {
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
