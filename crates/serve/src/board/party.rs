//! A third party, as pages show it.

use jiff::Timestamp;
use statusquo_exchange::{Health, Name};
use statusquo_store::PartyState;

/// A third party that we depend on: what its page says, and what we see ourselves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartyView {
    /// What people call it.
    pub title: String,
    /// What its page said last. When that is too long ago, its health is unknown.
    pub state: PartyState,
    /// Why its page cannot be read now, as the predicate of a sentence about the page, and since when.
    pub unread: Option<(String, Timestamp)>,
    /// What we see ourselves: `our calls to it fail`, and since when.
    pub seen: Option<(String, Timestamp)>,
    /// Our own calls of the last five minutes: how many failed, of how many. `None`: nobody tells us of calls to it.
    pub calls: Option<(u64, u64)>,
    /// Monitors and services that depend on it.
    pub needed_by: Vec<Name>,
}

impl PartyView {
    /// Does its page say that all is well while we see that it is not?
    #[must_use]
    pub const fn lags(&self) -> bool {
        self.seen.is_some() && matches!(self.state.health, Health::Operational | Health::Maintenance)
    }

    /// Is it in trouble, by its own account or by ours?
    #[must_use]
    pub const fn is_in_trouble(&self) -> bool {
        self.seen.is_some() || self.state.health.is_trouble()
    }

    /// How it does in a sentence, as its predicate: `says partial outage: Elevated errors on charges`.
    #[must_use]
    pub fn sentence(&self) -> String {
        let health = self.state.health;
        let said = match self.state.reported.iter().max_by_key(|reported| reported.health) {
            Some(reported) if health.is_trouble() => format!("says {}: {}", health.as_str(), reported.title),
            Some(_) | None => format!("says {}", health.as_str()),
        };
        match (&self.seen, &self.unread) {
            (Some((seen, _)), _) if self.lags() => {
                format!(
                    "does not work as its page says it does: {seen}, and its page says {}",
                    health.as_str()
                )
            }
            (Some((seen, _)), _) if health == Health::Unknown => format!("does not work: {seen}"),
            (Some((seen, _)), _) => format!("{said}; {seen}"),
            (None, Some((why, _))) if health == Health::Unknown => format!("is not known: its page {why}"),
            (None, _) => said,
        }
    }

    /// Since when it is as it is.
    #[must_use]
    pub fn since(&self) -> Timestamp {
        match &self.seen {
            Some((_, since)) if !self.state.health.is_trouble() => *since,
            Some((_, since)) => self.state.since.min(*since),
            None => self.state.since,
        }
    }
}
