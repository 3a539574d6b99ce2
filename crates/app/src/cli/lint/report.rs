//! What was found in all exchanges, and its plain forms.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use statusquo_exchange::{Exchange, ExchangeId};
use statusquo_lint::{Finding, Judgement, Level, Pointed, RULES, Rule, rule};
use statusquo_serve::csv;
use statusquo_serve::wire::{FindingWire, JudgementWire};

use crate::cli::screen::count;

/// Findings beyond these are counted and not kept.
const MOST_KEPT: usize = 100_000;

/// A finding with all that is shown of it.
#[derive(Debug, Clone)]
pub(crate) struct Found {
    /// The finding.
    pub(crate) finding: Finding,
    /// The line that it is about.
    pub(crate) pointed: Option<Pointed>,
    /// As JSON.
    pub(crate) wire: FindingWire,
    /// The exchange's id.
    pub(crate) id: ExchangeId,
    /// `DELETE /v1/products`, without the query.
    pub(crate) request: String,
    /// Where the exchange was read.
    pub(crate) place: FilePlace,
}

/// Where an exchange was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FilePlace {
    /// The file, `-` for stdin, empty when it was asked just now.
    pub(crate) file: String,
    /// The line of the file, counted from 1.
    pub(crate) line: usize,
    /// Which exchange of the file, counted from 1; `None` in a description, which has none.
    pub(crate) number: Option<usize>,
}

impl FilePlace {
    /// `session.har:412`; `None` for what was asked just now.
    pub(crate) fn shown(&self) -> Option<String> {
        (!self.file.is_empty()).then(|| format!("{}:{}", self.file, self.line))
    }
}

/// Something that was asked and did not answer as it should, whatever the rules say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Missed {
    /// What was asked, without credentials.
    pub(crate) url: String,
    /// `no-answer` or `unexpected-status`.
    pub(crate) id: &'static str,
    /// What is wrong, in a sentence.
    pub(crate) sentence: String,
}

/// A rule that was asked about, and could not be decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Open {
    /// The rule's id.
    pub(crate) rule: &'static str,
    /// Why it could not.
    pub(crate) why: String,
}

/// How many findings of each level.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Levels {
    must: usize,
    should: usize,
    advice: usize,
}

impl Levels {
    /// How many of this level.
    pub(crate) const fn of(&self, level: Level) -> usize {
        match level {
            Level::Must => self.must,
            Level::Should => self.should,
            Level::Advice => self.advice,
        }
    }

    /// One more of this level.
    pub(crate) const fn add(&mut self, level: Level) {
        match level {
            Level::Must => self.must += 1,
            Level::Should => self.should += 1,
            Level::Advice => self.advice += 1,
        }
    }
}

/// What was found in all exchanges.
#[derive(Debug, Default)]
pub(crate) struct Report {
    /// How many exchanges were judged.
    pub(crate) exchanges: usize,
    /// How many operations were, of descriptions that were judged themselves.
    pub(crate) operations: usize,
    /// What was found, in order.
    pub(crate) found: Vec<Found>,
    /// How many were found, those that are not kept included.
    pub(crate) levels: Levels,
    /// The rules that found something.
    pub(crate) rules: BTreeSet<&'static str>,
    /// How many times a rule spoke of an exchange and found it right.
    pub(crate) passed: usize,
    /// How many times a rule could not judge, since something was not recorded.
    pub(crate) not_judged: usize,
    /// How many findings are known and not shown, by the configuration.
    pub(crate) suppressed: usize,
    /// Why something could not be read.
    pub(crate) unreadable: Vec<String>,
    /// What did not answer as it should.
    pub(crate) missed: Vec<Missed>,
    /// What was asked about, and could not be decided.
    pub(crate) open: Vec<Open>,
}

impl Report {
    /// Counts without keeping.
    pub(crate) fn count(&mut self, judgement: &Judgement) {
        self.exchanges += 1;
        self.passed += judgement.passed;
        self.not_judged += judgement.not_judged.len();
        self.suppressed += judgement.suppressed;
        for finding in &judgement.findings {
            self.levels.add(finding.level);
            self.rules.insert(finding.rule.id);
        }
    }

    /// Counts and keeps.
    pub(crate) fn add(&mut self, exchange: &Exchange, place: &FilePlace, judgement: Judgement) {
        self.count(&judgement);
        for finding in judgement.findings {
            if self.found.len() < MOST_KEPT {
                self.found.push(Found::new(finding, exchange, place.clone()));
            }
        }
    }

    /// Counts and keeps a rule that could not be decided.
    pub(crate) fn leave_open(&mut self, open: Open) {
        self.not_judged += 1;
        self.open.push(open);
    }

    /// Counts and keeps what a description is wrong in.
    pub(super) fn add_described(&mut self, finding: Finding, operation: String, place: FilePlace) {
        self.levels.add(finding.level);
        self.rules.insert(finding.rule.id);
        let id = ExchangeId(operation.clone());
        self.found.push(Found::described(finding, id, operation, place));
    }

    /// What the report is of: `check` asks by itself, `lint` reads what others recorded.
    pub(crate) fn title(&self) -> &'static str {
        let is_asked = !self.missed.is_empty() || self.found.iter().any(|found| found.place.file.is_empty());
        if is_asked { "statusquo check" } else { "statusquo lint" }
    }

    /// `3 exchanges`, `38 operations`, or both.
    pub(crate) fn judged(&self) -> String {
        let (exchanges, operations) =
            (count(self.exchanges, "exchange"), count(self.operations, "operation"));
        match (self.exchanges, self.operations) {
            (_, 0) => exchanges,
            (0, _) => operations,
            _ => format!("{exchanges}, {operations}"),
        }
    }

    /// `4 must, 9 advice`, or `nothing found`.
    pub(crate) fn counts(&self) -> String {
        let parts = [Level::Must, Level::Should, Level::Advice].map(|level| (self.levels.of(level), level));
        let parts: Vec<String> = parts
            .iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, level)| format!("{count} {level}"))
            .collect();
        match (parts.is_empty(), self.missed.len()) {
            (true, 0) => "nothing found".to_owned(),
            (false, 0) => parts.join(", "),
            (is_empty, missed) => {
                let missed = format!("{missed} not as expected");
                if is_empty { missed } else { format!("{missed}, {}", parts.join(", ")) }
            }
        }
    }
}

impl Found {
    fn new(finding: Finding, exchange: &Exchange, place: FilePlace) -> Self {
        Self {
            pointed: finding.pointed(exchange),
            wire: FindingWire::new(&finding, exchange),
            finding,
            id: exchange.id.clone(),
            request: request(exchange),
            place,
        }
    }
}

impl Found {
    /// A finding in an operation of a description.
    fn described(finding: Finding, id: ExchangeId, operation: String, place: FilePlace) -> Self {
        let wire = FindingWire::described(&finding, place.line);
        Self { pointed: None, wire, finding, id, request: operation, place }
    }
}

/// Method and path; queries may hold secrets.
fn request(exchange: &Exchange) -> String {
    let target = exchange.request.target.as_str();
    let path = match target.split_once("://") {
        Some((_, rest)) => rest.find('/').and_then(|at| rest.get(at..)).unwrap_or("/"),
        None => target,
    };
    let path = path.split(['?', '#']).next().unwrap_or_default();
    let method = exchange.request.method.as_str();
    if method.is_empty() { "a response without its request".to_owned() } else { format!("{method} {path}") }
}

/// What was found in one exchange, as one line of JSON lines.
pub(super) fn line(exchange: &Exchange, judgement: &Judgement) -> JudgementWire {
    JudgementWire::new(judgement, exchange)
}

/// One line for each exchange with findings.
pub(super) fn jsonl(report: &Report) -> anyhow::Result<String> {
    let mut text = String::new();
    for group in report.found.chunk_by(|a, b| a.place == b.place && a.id == b.id) {
        let Some(first) = group.first() else { continue };
        let findings = group.iter().map(|found| found.wire.clone()).collect();
        let line = JudgementWire { id: first.id.to_string(), findings };
        text.push_str(&serde_json::to_string(&line)?);
        text.push('\n');
    }
    Ok(text)
}

/// All of it, for programs.
pub(crate) fn json(report: &Report) -> Value {
    let findings: Vec<Value> = report.found.iter().map(one).collect();
    json!({
        "schema": "lint/1",
        "exchanges": report.exchanges,
        "operations": report.operations,
        "must": report.levels.of(Level::Must),
        "should": report.levels.of(Level::Should),
        "advice": report.levels.of(Level::Advice),
        "passed": report.passed,
        "not_judged": report.not_judged,
        "suppressed": report.suppressed,
        "unreadable": report.unreadable,
        "findings": findings,
    })
}

fn one(found: &Found) -> Value {
    let mut value = serde_json::to_value(&found.wire).unwrap_or_default();
    if let Some(object) = value.as_object_mut() {
        object.insert("exchange".to_owned(), json!(found.id.to_string()));
        object.insert("request".to_owned(), json!(found.request));
        object.insert("file".to_owned(), json!(found.place.file));
        object.insert("file_line".to_owned(), json!(found.place.line));
    }
    value
}

/// A table of all findings.
pub(super) fn csv(report: &Report) -> String {
    let mut text = "level,rule,file,line,exchange,request,message,source\n".to_owned();
    for found in &report.found {
        let line = found.place.line.to_string();
        let id = found.id.to_string();
        let cells = [
            found.finding.level.as_str(),
            found.finding.rule.id,
            &found.place.file,
            &line,
            &id,
            &found.request,
            &found.finding.message,
            found.finding.rule.source,
        ];
        text.push_str(&csv::line(&cells));
        text.push('\n');
    }
    text
}

/// The rules that found something, in the order of the catalogue; then those of the house.
pub(super) fn rules_found(report: &Report) -> impl Iterator<Item = &'static Rule> {
    let is_ours = |id: &str| RULES.iter().any(|rule| rule.id == id);
    let own = report.rules.iter().filter(move |id| !is_ours(id)).filter_map(|id| rule(id));
    RULES.iter().filter(|rule| report.rules.contains(rule.id)).chain(own)
}
