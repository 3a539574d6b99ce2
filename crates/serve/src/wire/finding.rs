//! What the linter found, as JSON.

use serde::{Deserialize, Serialize};
use statusquo_exchange::Exchange;
use statusquo_lint::{Finding, Judgement};

/// What a rule found wrong in an exchange.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FindingWire {
    /// The rule's id.
    pub rule: String,
    /// `must`, `should` or `advice`.
    pub level: String,
    /// What is wrong.
    pub message: String,
    /// The field that it is about, in small letters, when a line of it is at fault.
    pub field: Option<String>,
    /// The line, counted from 1 at the start line of its message.
    pub line: Option<usize>,
    /// Of what it is a line: `response`, `request`, `interim`, `trailers` or `content`.
    pub part: Option<String>,
    /// Where that is written: `RFC 9110, 15.5.2`.
    pub source: String,
    /// What to do.
    pub fix: String,
}

/// What was found in one exchange.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JudgementWire {
    /// The exchange's id.
    pub id: String,
    /// What is wrong, gravest first.
    pub findings: Vec<FindingWire>,
}

impl FindingWire {
    /// A finding in this exchange.
    #[must_use]
    pub fn new(finding: &Finding, exchange: &Exchange) -> Self {
        let pointed = finding.pointed(exchange);
        Self {
            rule: finding.rule.id.to_owned(),
            level: finding.level.as_str().to_owned(),
            message: finding.message.clone(),
            field: pointed.as_ref().and_then(|pointed| pointed.field.clone()),
            line: pointed.as_ref().map(|pointed| pointed.line),
            part: pointed.as_ref().map(|pointed| pointed.part.to_owned()),
            source: finding.rule.source.to_owned(),
            fix: finding.fix.clone(),
        }
    }
}

impl FindingWire {
    /// A finding in an API's description, with the line of the operation.
    #[must_use]
    pub fn described(finding: &Finding, line: usize) -> Self {
        Self {
            rule: finding.rule.id.to_owned(),
            level: finding.level.as_str().to_owned(),
            message: finding.message.clone(),
            field: None,
            line: Some(line),
            part: Some("description".to_owned()),
            source: finding.rule.source.to_owned(),
            fix: finding.fix.clone(),
        }
    }
}

impl JudgementWire {
    /// What was found in this exchange.
    #[must_use]
    pub fn new(judgement: &Judgement, exchange: &Exchange) -> Self {
        let findings = judgement.findings.iter().map(|finding| FindingWire::new(finding, exchange)).collect();
        Self { id: exchange.id.0.clone(), findings }
    }
}
