//! `statusquo coverage`: what an API answers, held against what it says it answers.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use statusquo_catalogue::StatusCode;
use statusquo_serve::csv::cell;
use statusquo_slo::Answer;
use statusquo_slo::traffic::Route;
use statusquo_source::openapi::{Description, Operation, Status};

use super::counted::Counted;
use super::reading::Selection;
use super::text::grouped;
use crate::cli::args::{Coverage, Global};
use crate::cli::output::{Format as Form, Printed};
use crate::cli::screen::count;
use crate::cli::screen::printable;
use crate::cli::{Exit, Screen};

/// What does not fit together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Gap {
    /// The code was answered, and is not declared.
    NotDeclared,
    /// The endpoint was answered, and is not described.
    NotDescribed,
    /// The code is declared, and was never answered.
    NeverSeen,
}

/// A place where traffic and description differ.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Difference {
    gap: Gap,
    method: String,
    route: String,
    code: String,
    requests: u64,
}

impl Gap {
    const fn word(self) -> &'static str {
        match self {
            Self::NotDeclared => "not-declared",
            Self::NotDescribed => "not-described",
            Self::NeverSeen => "never-seen",
        }
    }

    const fn meaning(self) -> &'static str {
        match self {
            Self::NotDeclared => "answered, but not declared",
            Self::NotDescribed => "answered, but not described",
            Self::NeverSeen => "declared, but never seen",
        }
    }
}

/// Runs `statusquo coverage`.
pub(crate) fn run(global: &Global, flags: &Coverage) -> anyhow::Result<Exit> {
    let selection = Selection {
        since: flags.since.as_deref().map(super::moment).transpose()?,
        until: flags.until.as_deref().map(super::moment).transpose()?,
        codes: None,
    };
    super::interrupt::listen();
    let mut counted = Counted::new(Some(super::described(&flags.routes)?));
    super::read_all(global, &flags.files, &flags.format, &selection, &mut counted)?;
    let differences =
        counted.described.as_deref().map_or_else(Vec::new, |described| compare(&counted, described));
    Printed::text(global, |screen: &Screen| text(screen, &counted, &differences))
        .json(|| value(&counted, &differences))
        .form(Form::Csv, |_| Ok(csv(&differences)))
        .write()?;
    let is_wrong = differences.iter().any(|difference| difference.gap != Gap::NeverSeen);
    Ok(match counted.is_partial {
        true => Exit::Interrupted,
        false if is_wrong => Exit::Found,
        false => Exit::Clean,
    })
}

fn compare(counted: &Counted, described: &Description) -> Vec<Difference> {
    let mut seen: BTreeMap<(&str, &str), BTreeMap<StatusCode, u64>> = BTreeMap::new();
    let mut differences = Vec::new();
    for (endpoint, tally) in counted.traffic.endpoints() {
        match &endpoint.route {
            Route::Declared(path) => {
                let codes = seen.entry((&endpoint.method, path)).or_default();
                for ((_, answer), count) in &tally.cells {
                    if let Answer::Status(code) = answer {
                        *codes.entry(*code).or_default() += count;
                    }
                }
            }
            Route::Learned(_) => differences.push(Difference {
                gap: Gap::NotDescribed,
                method: endpoint.method.to_string(),
                route: counted.traffic.path(&endpoint.route),
                code: String::new(),
                requests: tally.requests(),
            }),
            Route::Unmatched | Route::Other => {}
        }
    }
    for operation in &described.operations {
        let codes = seen.get(&(operation.method.as_str(), operation.path.as_str()));
        differences.extend(of_operation(operation, codes.unwrap_or(&BTreeMap::new())));
    }
    differences.sort_by(|a, b| (a.gap, b.requests, a).cmp(&(b.gap, a.requests, b)));
    differences
}

fn of_operation(operation: &Operation, codes: &BTreeMap<StatusCode, u64>) -> Vec<Difference> {
    let difference = |gap, code: String, requests| Difference {
        gap,
        method: operation.method.clone(),
        route: operation.path.clone(),
        code,
        requests,
    };
    let answered = codes.iter().filter(|(code, _)| operation.declared(**code).is_none());
    let mut all: Vec<Difference> =
        answered.map(|(code, requests)| difference(Gap::NotDeclared, code.to_string(), *requests)).collect();
    for declared in &operation.responses {
        let (name, is_seen) = match declared.status {
            Status::Code(code) => (code.to_string(), codes.contains_key(&code)),
            Status::Class(class) => {
                (format!("{class}XX"), codes.keys().any(|code| code.get() / 100 == class))
            }
            Status::Default => continue,
        };
        if !is_seen {
            all.push(difference(Gap::NeverSeen, name, 0));
        }
    }
    all
}

fn text(screen: &Screen, counted: &Counted, differences: &[Difference]) -> String {
    let number = |gap: Gap| differences.iter().filter(|difference| difference.gap == gap).count();
    let sentence = format!(
        "{} answered but not declared, {} answered but not described, {} declared but never seen, in {} requests",
        count(number(Gap::NotDeclared), "code"),
        count(number(Gap::NotDescribed), "endpoint"),
        count(number(Gap::NeverSeen), "code"),
        grouped(counted.requests())
    );
    if differences.is_empty() {
        return sentence;
    }
    let rows: Vec<Vec<String>> = differences
        .iter()
        .map(|difference| {
            vec![
                printable(&format!("{} {}", difference.method, difference.route)),
                difference.code.clone(),
                if difference.requests == 0 { "-".to_owned() } else { grouped(difference.requests) },
                difference.gap.meaning().to_owned(),
            ]
        })
        .collect();
    format!("{sentence}\n\n{}", screen.table(&["endpoint", "code", "requests", "what"], &rows))
}

fn csv(differences: &[Difference]) -> String {
    let mut text = "finding,method,route,code,requests\n".to_owned();
    for difference in differences {
        text.push_str(&format!(
            "{},{},{},{},{}\n",
            difference.gap.word(),
            cell(&difference.method),
            cell(&difference.route),
            difference.code,
            difference.requests
        ));
    }
    text
}

fn value(counted: &Counted, differences: &[Difference]) -> Value {
    let one = |difference: &Difference| {
        json!({
            "finding": difference.gap.word(),
            "method": difference.method,
            "route": difference.route,
            "code": difference.code,
            "requests": difference.requests,
        })
    };
    json!({
        "schema": "coverage/1",
        "requests": counted.requests(),
        "partial": counted.is_partial,
        "findings": differences.iter().map(one).collect::<Vec<_>>(),
    })
}
