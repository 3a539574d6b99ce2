//! Rules and what they found, as JSON.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use statusquo_lint::{Level, Rule};
use utoipa::ToSchema;

use crate::board::{Broken, MonitorView};

/// What the linter found in the answers of monitors since they are judged, restarts included.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct LintWire {
    /// A row for each rule and monitor that breaks it.
    pub findings: Vec<BrokenWire>,
}

/// A rule that a monitor's answers break.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct BrokenWire {
    /// The monitor.
    pub monitor: String,
    /// The rule's id.
    pub rule: String,
    /// `must`, `should` or `advice`.
    pub level: String,
    /// How often it was broken.
    pub count: u64,
    /// When it was broken first …
    #[schema(value_type = String, format = DateTime)]
    pub first: Timestamp,
    /// … and last.
    #[schema(value_type = String, format = DateTime)]
    pub last: Timestamp,
    /// What was wrong the last time.
    pub message: String,
    /// Where that is written.
    pub source: String,
}

/// A rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RuleWire {
    /// Its id.
    pub rule: &'static str,
    /// The family it belongs to.
    pub theme: &'static str,
    /// What it demands.
    pub summary: &'static str,
    /// Why.
    pub reason: &'static str,
    /// What to do.
    pub fix: &'static str,
    /// Where that is written.
    pub source: &'static str,
    /// Its level in the profile `guide`; `null` means off.
    pub level: Option<&'static str>,
}

impl LintWire {
    /// What was found in the answers of these monitors.
    #[must_use]
    pub fn new<'a>(monitors: impl Iterator<Item = &'a MonitorView>) -> Self {
        let of_monitor =
            |view: &'a MonitorView| view.findings.iter().map(move |broken| BrokenWire::new(view, broken));
        Self { findings: monitors.flat_map(of_monitor).collect() }
    }
}

impl BrokenWire {
    fn new(view: &MonitorView, broken: &Broken) -> Self {
        Self {
            monitor: view.name.to_string(),
            rule: broken.rule.id.to_owned(),
            level: broken.level.as_str().to_owned(),
            count: broken.count,
            first: broken.first,
            last: broken.last,
            message: broken.message.clone(),
            source: broken.rule.source.to_owned(),
        }
    }
}

impl From<&'static Rule> for RuleWire {
    fn from(rule: &'static Rule) -> Self {
        Self {
            rule: rule.id,
            theme: rule.theme,
            summary: rule.page.summary,
            reason: rule.page.reason,
            fix: rule.page.fix,
            source: rule.source,
            level: rule.levels.guide.map(Level::as_str),
        }
    }
}
