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
