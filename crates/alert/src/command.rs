//! What people ask of the engine.

use std::fmt;
use std::time::Duration;

use jiff::Timestamp;
use statusquo_exchange::Name;

use crate::{IncidentNumber, Scope, SilenceId};

/// Who asked: a signed-in name, `cli`, `slack:U123`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Who(pub String);

impl fmt::Display for Who {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// What people ask of the engine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// "I am on it": stops reminders.
    Acknowledge(IncidentNumber),
    /// "Somebody else shall do it": the next step is told at once.
    PassOn(IncidentNumber),
    /// Adds a remark to the incident's timeline.
    Note(IncidentNumber, String),
    /// Ends an incident by hand.
    Resolve(IncidentNumber),
    /// Holds notifications for a while.
    Silence {
        /// Of which monitors.
        scope: Scope,
        /// For how long from now.
        lasting: Duration,
        /// Why.
        comment: String,
    },
    /// Plans work: holds notifications within a window to come.
    Plan {
        /// Of which monitors.
        scope: Scope,
        /// From when …
        from: Timestamp,
        /// … until when.
        until: Timestamp,
        /// What is done.
        comment: String,
    },
    /// Ends a silence early.
    EndSilence(SilenceId),
    /// Stops a monitor.
    Pause(Name),
    /// Starts it again.
    Resume(Name),
}

/// Why a command was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CommandError {
    /// There is no such incident.
    #[error("there is no incident {0}")]
    NoIncident(u64),
    /// It has ended already.
    #[error("incident {0} is resolved already")]
    Resolved(u64),
    /// Everybody has been told already.
    #[error("incident {0} has nobody further to be passed on to")]
    NobodyLeft(u64),
    /// There is no such monitor.
    #[error("there is no monitor `{0}`")]
    NoMonitor(Name),
    /// There is no such silence, or it has ended.
    #[error("there is no silence {0} in force")]
    NoSilence(u64),
    /// A remark without text, or a silence without length.
    #[error("{0} must not be empty")]
    Empty(&'static str),
}
