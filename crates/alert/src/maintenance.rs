//! Maintenance windows: planned work, one-off or recurring, during which messages are held.

use std::time::Duration;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use statusquo_exchange::Name;

/// Which monitors something applies to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scope {
    /// All of them.
    All,
    /// These.
    Monitors(Vec<Name>),
}

impl Scope {
    /// Is this monitor one of them?
    #[must_use]
    pub fn covers(&self, monitor: &str) -> bool {
        match self {
            Self::All => true,
            Self::Monitors(names) => names.iter().any(|name| name.as_str() == monitor),
        }
    }
}

/// Planned work. While it lasts, messages are held; when it ends, what is still true is told.
#[derive(Debug, Clone, PartialEq)]
pub struct Maintenance {
    /// Its name in the configuration.
    pub name: Name,
    /// Which monitors.
    pub scope: Scope,
    /// When.
    pub recurrence: Recurrence,
}

/// When planned work takes place.
#[derive(Debug, Clone, PartialEq)]
pub enum Recurrence {
    /// Once.
    Once {
        /// From when.
        from: Timestamp,
        /// Until when.
        until: Timestamp,
    },
    /// Starting at each match of a cron pattern, in a time zone.
    Cron {
        /// The pattern (five fields, minutes first).
        pattern: Box<croner::Cron>,
        /// The time zone in which the pattern is read.
        zone: TimeZone,
        /// How long each one lasts.
        lasting: Duration,
    },
}
