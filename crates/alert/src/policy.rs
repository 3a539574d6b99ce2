//! How observations of one monitor become a state, and who is told.

use std::time::Duration;

use statusquo_exchange::Name;

use crate::{EscalationStep, Heartbeat, Notice};

/// How observations of one monitor become a state, and who is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// The monitor's name: its identity in the store and in links.
    pub name: Name,
    /// What people call it in messages: the title if it has one, else the name.
    pub title: String,
    /// The target for people: `GET https://api.test/health`, `tcp db.test:5432`. No credentials.
    pub target: String,
    /// Interval between probes.
    pub every: Duration,
    /// Longest time a probe may take.
    pub timeout: Duration,
    /// When a location is convinced.
    pub gating: Gating,
    /// How many locations have to agree.
    pub quorum: Quorum,
    /// The locations that probe it.
    pub locations: Vec<Name>,
    /// Extra time that the failure has to last before people are told. Default 0.
    pub confirm_for: Duration,
    /// How long it has to stay good before the incident ends. Default 60 s.
    pub recover_for: Duration,
    /// A new failure of the same family within this time after the end reopens the incident. Default 10 min.
    pub reopen_within: Duration,
    /// The monitor it depends on: while that one is failing, nobody is told of this one.
    pub parent: Option<Name>,
    /// Who is told, by the receivers' names.
    pub receivers: Vec<Name>,
    /// A link for whoever is woken.
    pub runbook: Option<String>,
    /// Set for monitors that are pushed to instead of probed.
    pub heartbeat: Option<Heartbeat>,
}

/// When a location is convinced that the target is bad: `bad` of the last `of` observations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Gating {
    /// This many bad observations … (at least 1)
    pub bad: u8,
    /// … of this many (at least `bad`, at most 16).
    pub of: u8,
    /// After the first bad one, look again so soon.
    pub recheck_after: Duration,
}

impl Default for Gating {
    fn default() -> Self {
        Self { bad: 2, of: 3, recheck_after: Duration::from_secs(5) }
    }
}

/// How many of the reporting locations have to be convinced.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Quorum {
    /// One is enough.
    Any,
    /// More than half.
    #[default]
    Majority,
    /// Each of them.
    All,
    /// This many, or all if fewer report.
    AtLeast(u8),
}

/// Whom to tell, and of what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receiver {
    /// Its name in the configuration.
    pub name: Name,
    /// Which notices it wants besides the start and the end of an incident, which it always gets.
    pub wants: Vec<Notice>,
    /// It is reminded so often, instead of after 15 minutes, 30 minutes, an hour and so on.
    pub repeat: Option<Duration>,
    /// Steps: it is not told itself, but these are, one after the other, until somebody takes the incident.
    pub steps: Vec<EscalationStep>,
}
