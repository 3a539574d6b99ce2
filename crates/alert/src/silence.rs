//! Silences: a person holds notifications for a while.

use jiff::Timestamp;

use crate::{Scope, Who};

/// Identifies a silence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SilenceId(pub u64);

/// Holds notifications of some monitors until a moment. When it ends, what is still true is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Silence {
    /// Its number.
    pub id: SilenceId,
    /// Which monitors.
    pub scope: Scope,
    /// From when.
    pub from: Timestamp,
    /// Until when (moved to the past when somebody ends it early).
    pub until: Timestamp,
    /// Who asked for it.
    pub by: Who,
    /// Why.
    pub comment: String,
}

impl Silence {
    /// Does it hold messages about this monitor now?
    #[must_use]
    pub fn holds(&self, monitor: &str, now: Timestamp) -> bool {
        self.from <= now && now < self.until && self.scope.covers(monitor)
    }
}
