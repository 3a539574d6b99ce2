//! Something that a rule found wrong.

use crate::{Level, Place, Rule};

/// Something that a rule found wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The rule that found it.
    pub rule: &'static Rule,
    /// How grave it is, by the profile and the configuration.
    pub level: Level,
    /// What is wrong.
    pub message: String,
    /// Where.
    pub place: Place,
    /// What to write instead, or to do.
    pub fix: String,
}

impl Finding {
    /// What somebody else judged by one of our rules, such as against an API's own description.
    #[must_use]
    pub fn new(rule: &'static Rule, level: Level, message: String, place: Place) -> Self {
        let fix = rule.page.fix.lines().next().unwrap_or_default().trim_end_matches('.').to_owned();
        Self { rule, level, message, place, fix }
    }
}
