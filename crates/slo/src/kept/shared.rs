//! What requests that went wrong have in common.

use std::collections::BTreeMap;

use super::Row;
use crate::Answer;

/// Fewer requests have nothing in common but chance.
const LEAST: usize = 5;

/// Something that a request may have in common with others: what it is called, and how it is read off.
type Attribute = (&'static str, fn(&Row) -> String);

/// Something that most of some requests have in common.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shared {
    /// What: `endpoint`, `answer`, `error`, `answer behind`, `client`, `user agent`, `host`.
    pub what: &'static str,
    /// The value.
    pub value: String,
    /// So many of them have it …
    pub count: usize,
    /// … of so many.
    pub of: usize,
}

/// What at least four in five of these requests have in common. When several layers saw them, the outermost counts.
#[must_use]
pub fn shared<'a>(rows: impl IntoIterator<Item = &'a Row>) -> Vec<Shared> {
    let mut rows: Vec<&Row> = rows.into_iter().collect();
    let outermost = rows.iter().map(|row| row.layer).min();
    rows.retain(|row| Some(row.layer) == outermost);
    if rows.len() < LEAST {
        return Vec::new();
    }
    let attributes: [Attribute; 7] = [
        ("endpoint", |row| {
            let place = if row.route.is_empty() { path(&row.target) } else { &row.route };
            format!("{} {place}", row.method)
        }),
        ("answer", |row| match row.answer {
            Answer::Status(code) => code.to_string(),
            Answer::Failure(failure) => failure.as_str().replace('_', " "),
            Answer::None => String::new(),
        }),
        ("error", |row| row.error.to_string()),
        ("answer behind", |row| row.upstream.map(|code| code.to_string()).unwrap_or_default()),
        ("client", |row| row.client.to_string()),
        ("user agent", |row| row.user_agent.to_string()),
        ("host", |row| row.host.to_string()),
    ];
    attributes.into_iter().filter_map(|(what, of)| most(what, of, &rows)).collect()
}

fn most(what: &'static str, of: fn(&Row) -> String, rows: &[&Row]) -> Option<Shared> {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for value in rows.iter().map(|row| of(row)).filter(|value| !value.is_empty()) {
        *counts.entry(value).or_default() += 1;
    }
    let (value, count) = counts.into_iter().max_by_key(|(_, count)| *count)?;
    (count * 5 >= rows.len() * 4).then_some(Shared { what, value, count, of: rows.len() })
}

/// A target without its query.
fn path(target: &str) -> &str {
    target.split('?').next().unwrap_or(target)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kept::{Layer, Why};

    fn row(layer: Layer, client: &str, error: &str) -> Row {
        Row {
            at_us: 0,
            layer,
            why: Why::ServerError,
            method: "POST".into(),
            target: "/v1/orders?coupon=***".into(),
            route: "".into(),
            answer: Answer::Status(statusquo_exchange::StatusCode::new(503)),
            upstream: None,
            duration_us: None,
            bytes: 0,
            host: "".into(),
            client: client.into(),
            user_agent: "".into(),
            error: error.into(),
            request_id: "".into(),
            trace_id: "".into(),
        }
    }

    fn told(rows: &[Row]) -> Vec<(&'static str, String, usize, usize)> {
        shared(rows).into_iter().map(|one| (one.what, one.value, one.count, one.of)).collect()
    }

    #[test]
    fn what_four_in_five_have_is_told_and_the_same_request_counts_once() {
        let mut rows: Vec<Row> = (0..10)
            .map(|at| {
                row(Layer::Edge, &format!("192.0.2.{at}"), if at < 8 { "connect() failed" } else { "" })
            })
            .collect();
        rows.extend((0..10).map(|_| row(Layer::App, "10.0.0.1", "")));
        let expect = [
            ("endpoint", "POST /v1/orders".to_owned(), 10, 10),
            ("answer", "503".to_owned(), 10, 10),
            ("error", "connect() failed".to_owned(), 8, 10),
        ];
        assert_eq!(told(&rows), expect);
        assert_eq!(told(&rows[..4]), []);
        let mixed: Vec<Row> =
            (0..10).map(|at| row(Layer::Edge, "a", if at < 7 { "x" } else { "y" })).collect();
        assert!(told(&mixed).iter().all(|(what, ..)| *what != "error"), "seven of ten are not most");
    }
}
