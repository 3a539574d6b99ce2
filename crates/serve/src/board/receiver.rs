//! Receivers and planned work, as pages show them.

use jiff::Timestamp;
use statusquo_exchange::Name;
use statusquo_store::ReceiverHealth;

/// A receiver, as pages show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReceiverView {
    /// Its name in the configuration.
    pub name: Name,
    /// What it is: `slack`, `email`, `webhook`, `terminal`.
    pub kind: &'static str,
    /// Where it leads, for people. No secrets.
    pub target: String,
    /// How it does; `None` if nothing was ever sent to it.
    pub health: Option<ReceiverHealth>,
}

impl ReceiverView {
    /// Does it take messages, as far as we know?
    #[must_use]
    pub fn is_well(&self) -> bool {
        self.health.as_ref().is_none_or(|health| health.failures == 0)
    }
}

/// Planned work, as pages show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedWork {
    /// Its name in the configuration.
    pub name: Name,
    /// Which monitors; empty: all.
    pub monitors: Vec<Name>,
    /// The window that is under way, or the next one.
    pub next: Option<(Timestamp, Timestamp)>,
}
