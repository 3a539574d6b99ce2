//! What was counted, in rows: by endpoint, by code, by client, by hour.

use std::collections::BTreeMap;

use statusquo_catalogue::{Class, StatusCode};
use statusquo_slo::traffic::{Endpoint, EndpointTally};
use statusquo_slo::{Answer, Histogram};

use super::clients::Answers;
use super::counted::Counted;
use crate::cli::args::{By, Logs, Sort};

/// One row of the report.
#[derive(Debug, Clone, Default)]
pub(super) struct Row {
    /// What it is about, in one or two cells: `GET`, `/orders/{int}`, or `503`.
    pub(super) name: Vec<String>,
    /// Requests by answer.
    pub(super) answers: BTreeMap<Answer, u64>,
    /// Errors by time.
    pub(super) errors: BTreeMap<i64, u64>,
    /// How long requests took.
    pub(super) latency: Histogram,
    /// Bytes of the responses.
    pub(super) bytes: u64,
}

impl Row {
    /// All requests.
    pub(super) fn requests(&self) -> u64 {
        self.answers.values().sum()
    }

    /// Requests with a code of this class.
    pub(super) fn of_class(&self, class: Class) -> u64 {
        let counts = self.answers.iter().filter(|(answer, _)| class_of(**answer) == Some(class));
        counts.map(|(_, count)| count).sum()
    }

    /// Requests that got no answer.
    pub(super) fn unanswered(&self) -> u64 {
        self.answers.iter().filter(|(answer, _)| class_of(**answer).is_none()).map(|(_, count)| count).sum()
    }

    /// The most frequent error.
    pub(super) fn main_error(&self) -> Option<(Answer, u64)> {
        let errors = self.answers.iter().filter(|(answer, _)| is_error(**answer));
        errors.max_by_key(|(_, count)| **count).map(|(answer, count)| (*answer, *count))
    }

    /// What 95 % of the requests did not exceed.
    pub(super) fn p95_us(&self) -> Option<f64> {
        self.latency.quantile(0.95)
    }

    fn add(&mut self, at: i64, answer: Answer, count: u64) {
        *self.answers.entry(answer).or_default() += count;
        if is_error(answer) {
            *self.errors.entry(at).or_default() += count;
        }
    }
}

fn class_of(answer: Answer) -> Option<Class> {
    match answer {
        Answer::Status(code) => Some(code.class()),
        Answer::Failure(_) | Answer::None => None,
    }
}

/// 5xx, and nothing at all. What clients do wrong is no error of the API.
pub(super) fn is_error(answer: Answer) -> bool {
    class_of(answer).is_none_or(|class| class == Class::ServerError)
}

/// The code as logs write it.
pub(super) fn word(answer: Answer) -> String {
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
        // Of what is wrong the API has to pay for its own faults.
        Some(Sort::Burn) => row.of_class(Class::ServerError) + row.unanswered(),
        Some(Sort::Server) => row.of_class(Class::ServerError),
        Some(Sort::Client) => row.of_class(Class::ClientError),
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "microseconds above 0")]
        Some(Sort::P95) => row.p95_us().unwrap_or(0.0) as u64,
    };
    rows.sort_by(|a, b| key(b).cmp(&key(a)).then_with(|| a.name.cmp(&b.name)));
    rows
}

fn by_endpoint(counted: &Counted) -> Vec<Row> {
    let row = |(endpoint, tally): (&Endpoint, &EndpointTally)| {
        let name = vec![endpoint.method.to_string(), counted.traffic.path(&endpoint.route)];
        let mut row = Row { name, ..Row::default() };
        for ((at, answer), count) in &tally.cells {
            row.add(*at, *answer, *count);
        }
        (row.latency, row.bytes) = (tally.latency.clone(), tally.bytes);
        row
    };
    counted.traffic.endpoints().map(row).collect()
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
    let row = |(client, answers): (Vec<u8>, &Answers)| {
        let answer = |class: u16| match class {
            0 => Answer::None,
            class => Answer::Status(StatusCode::new(class * 100)),
        };
        let counts = (0..).zip(answers).filter(|(_, count)| **count > 0);
        Row {
            name: vec![String::from_utf8_lossy(&client).into_owned()],
            answers: counts.map(|(class, count)| (answer(class), *count)).collect(),
            ..Row::default()
        }
    };
    counted.clients.all().map(row).collect()
}

/// `2025-11-23T10:00Z`
fn hour(at: i64) -> String {
    let start = jiff::Timestamp::from_second(at.div_euclid(3600) * 3600).unwrap_or_default();
    start.strftime("%Y-%m-%dT%H:00Z").to_string()
}
