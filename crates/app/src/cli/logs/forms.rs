//! The report for programs: CSV, JSON, Markdown.

use serde_json::{Map, Value, json};
use statusquo_catalogue::Class;
use statusquo_serve::csv::line;

use super::counted::Counted;
use super::rows::{Row, word};
use crate::cli::args::{By, Logs};

/// Classes of status codes that have a column.
pub(super) const CLASSES: [(Class, &str); 4] = [
    (Class::Successful, "2xx"),
    (Class::Redirection, "3xx"),
    (Class::ClientError, "4xx"),
    (Class::ServerError, "5xx"),
];

fn head(by: By) -> Vec<&'static str> {
    let counts = ["requests", "2xx", "3xx", "4xx", "5xx", "unanswered"];
    match by {
        By::Endpoint => {
            [&["method", "route"][..], &counts, &["bytes", "p50_ms", "p95_ms", "p99_ms"]].concat()
        }
        By::Code => vec!["code", "requests"],
        By::Hour => [&["hour"][..], &counts].concat(),
        By::Consumer => [&["consumer"][..], &counts].concat(),
    }
}

fn cells(row: &Row, by: By) -> Vec<String> {
    let mut cells = row.name.clone();
    cells.push(row.requests().to_string());
    if by != By::Code {
        cells.extend(CLASSES.map(|(class, _)| row.of_class(class).to_string()));
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
        text.push_str(&line(&cells(row, flags.by)));
        text.push('\n');
    }
    text
}

/// All of it, for programs.
pub(super) fn json(counted: &Counted, rows: &[Row], flags: &Logs) -> Value {
    let names = if flags.by == By::Endpoint { 2 } else { 1 };
    let one = |row: &Row| {
        let mut object: Map<String, Value> = head(flags.by)
            .iter()
            .zip(&row.name)
            .take(names)
            .map(|(name, value)| ((*name).to_owned(), json!(value)))
            .collect();
        object.insert("requests".to_owned(), json!(row.requests()));
        if flags.by == By::Consumer {
            for (class, name) in CLASSES {
                object.insert(name.to_owned(), json!(row.of_class(class)));
            }
        } else {
            let codes: Map<String, Value> =
                row.answers.iter().map(|(answer, count)| (word(*answer), json!(count))).collect();
            object.insert("codes".to_owned(), Value::Object(codes));
        }
        if let Some(p95) = row.p95_us() {
            object.insert("p95_ms".to_owned(), json!((p95).round() / 1000.0));
        }
        Value::Object(object)
    };
    let change = super::changes::find(counted).map(|change| change.json());
    json!({
        "schema": "logs/1",
        "lines": counted.lines,
        "not_understood": counted.not_understood,
        "partial": counted.is_partial,
        "requests": counted.requests(),
        "change": change,
        "rows": rows.iter().map(one).collect::<Vec<_>>(),
    })
}

/// A table for a page.
pub(super) fn markdown(counted: &Counted, rows: &[Row], flags: &Logs) -> String {
    let head = head(flags.by);
    let mut text = format!(
        "{}\n\n| {} |\n|{}\n",
        super::text::summary(counted, rows, flags),
        head.join(" | "),
        "---|".repeat(head.len())
    );
    for row in rows.iter().take(flags.top) {
        let cells: Vec<String> =
            cells(row, flags.by).iter().map(|cell| cell.replace(['\n', '|'], " ")).collect();
        text.push_str(&format!("| {} |\n", cells.join(" | ")));
    }
    text
}
