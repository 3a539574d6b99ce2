//! What spent the budget, and when it comes back.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::{Counted, Period};
use crate::Answer;

/// A stretch in which the budget was spent faster than it lasts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Episode {
    /// Its first bad events, in seconds since 1970.
    pub began: i64,
    /// Its last ones.
    pub ended: i64,
    /// Is it over?
    pub is_over: bool,
    /// Bad events by answer; good answers that came too late are among them.
    pub bad: BTreeMap<Answer, u64>,
}

/// A stretch that somebody took out of the account: a test, a vendor's fault. The data stay as they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Correction {
    /// The first moment, in seconds since 1970.
    pub from: i64,
    /// The first moment after it.
    pub until: i64,
    /// What was counted in it.
    pub counted: Counted,
}

impl Episode {
    /// How many bad events.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.bad.values().sum()
    }

    /// When its last part no longer counts against the budget.
    #[must_use]
    pub fn forgotten(&self, period: &Period) -> i64 {
        Timestamp::from_second(self.ended).map_or(i64::MAX, |ended| period.forgets(ended))
    }
}

impl Correction {
    /// What it takes out of the period that a moment is in.
    #[must_use]
    pub fn counted(&self, period_began: i64) -> Counted {
        if self.from >= period_began { self.counted } else { Counted::default() }
    }
}
