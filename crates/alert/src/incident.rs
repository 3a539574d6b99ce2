//! Incidents: what is wrong, since when, who was told.

use std::collections::BTreeMap;
use std::fmt;

use jiff::Timestamp;
use statusquo_exchange::Name;

use crate::{Brief, Cause, Escalated, Likely, Notice, OwnFault, Severity, Who};

/// An incident's number, counted from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IncidentNumber(pub u64);

impl fmt::Display for IncidentNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

/// What an incident is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subject {
    /// A monitor's target.
    Monitor(Name),
    /// The real traffic of a service.
    Traffic(Name),
    /// Ourselves: we cannot see, or cannot tell.
    Own(OwnFault),
}

/// How far it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Phase {
    /// Nobody has taken it yet.
    Open,
    /// Somebody is on it.
    Acknowledged,
    /// It is over.
    Resolved,
}

impl Phase {
    /// The word for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Acknowledged => "acknowledged",
            Self::Resolved => "resolved",
        }
    }
}

/// What is wrong, since when, who was told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Incident {
    /// Its number.
    pub number: IncidentNumber,
    /// What it is about.
    pub subject: Subject,
    /// What people call the subject, as configured when it opened.
    pub title: String,
    /// The target for people, empty for our own faults.
    pub target: String,
    /// How far it is.
    pub phase: Phase,
    /// How bad it is (the worst so far).
    pub severity: Severity,
    /// Why it was opened (or made worse): the cause that people are told. `None` for our own faults.
    pub cause: Option<Cause>,
    /// The first bad observation.
    pub began: Timestamp,
    /// When it was opened.
    pub opened: Timestamp,
    /// When it ended, for a resolved one.
    pub resolved: Option<Timestamp>,
    /// Who took it, and when.
    pub acknowledged: Option<(Who, Timestamp)>,
    /// Bad observations so far.
    pub bad: u32,
    /// Observations so far, since it began.
    pub of: u32,
    /// Monitors that are affected through this one (its children), or that we cannot see.
    pub affected: Vec<Name>,
    /// What is likely behind it, as far as others say.
    pub likely: Vec<Likely>,
    /// A link for whoever is woken.
    pub runbook: Option<String>,
    /// What happened, in order.
    pub timeline: Vec<Entry>,
    /// What each receiver was last told: the debt is computed from it.
    pub told: BTreeMap<Name, Told>,
    /// How far it has come in the steps of each receiver that has some.
    pub escalated: BTreeMap<Name, Escalated>,
}

impl Incident {
    /// Is it not over yet?
    #[must_use]
    pub const fn is_open(&self) -> bool {
        !matches!(self.phase, Phase::Resolved)
    }

    /// Who ended it by hand, if it ended so.
    fn resolved_by(&self) -> Option<&Who> {
        let end = self.end().filter(|_| !self.is_open());
        if let Some(EntryKind::ResolvedBy(who)) = end { Some(who) } else { None }
    }

    /// How it ended last: by itself, by hand, or since nobody watches its subject any more.
    pub(crate) fn end(&self) -> Option<&EntryKind> {
        let is_end = |kind: &&EntryKind| {
            matches!(kind, EntryKind::Resolved | EntryKind::ResolvedBy(_) | EntryKind::Withdrawn(_))
        };
        self.timeline.iter().rev().map(|entry| &entry.kind).find(is_end)
    }

    /// What messages say of it, as it is now.
    #[must_use]
    pub fn brief(&self) -> Brief {
        Brief {
            incident: self.number,
            subject: self.subject.clone(),
            title: self.title.clone(),
            target: self.target.clone(),
            severity: self.severity,
            cause: self.cause.clone(),
            began: self.began,
            resolved: self.resolved,
            resolved_by: self.resolved_by().cloned(),
            acknowledged: self.acknowledged.clone(),
            bad: self.bad,
            of: self.of,
            affected: self.affected.clone(),
            likely: self.likely.clone(),
            runbook: self.runbook.clone(),
        }
    }
}

/// What a receiver was last told of an incident.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Told {
    /// The last notice that was put into the outbox.
    pub notice: Notice,
    /// The severity it spoke of.
    pub severity: Severity,
    /// When.
    pub at: Timestamp,
    /// How many notices so far: part of the deduplication key.
    pub count: u32,
    /// How many reminders since the start or the reopening.
    pub reminders: u32,
}

/// One line of the timeline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// When.
    pub at: Timestamp,
    /// What.
    pub kind: EntryKind,
}

impl Entry {
    /// Who was told, and what, if that is what happened.
    #[must_use]
    pub const fn told(&self) -> Option<(&Name, Notice)> {
        if let EntryKind::Told(receiver, notice) = &self.kind { Some((receiver, *notice)) } else { None }
    }
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EntryKind {
    /// It was opened: the cause in words.
    Opened(String),
    /// The cause changed: the new one in words.
    CauseChanged(String),
    /// It became worse.
    Worsened(String),
    /// A first good observation.
    Recovering,
    /// It failed again before it had recovered.
    FailedAgain(String),
    /// It is over.
    Resolved,
    /// Somebody ended it by hand.
    ResolvedBy(Who),
    /// It ended since its monitor was removed or paused.
    Withdrawn(String),
    /// It failed again soon after the end.
    Reopened(String),
    /// Somebody took it.
    Acknowledged(Who),
    /// Somebody wants somebody else to do it.
    PassedOn(Who),
    /// Nobody took it in time, so the next ones are told: the receiver with the steps, and which step, from 1.
    Escalated(Name, u32),
    /// A remark.
    Note(Who, String),
    /// It changes too often: messages are held until it is stable.
    Flapping,
    /// A receiver was told.
    Told(Name, Notice),
    /// Messages are held back from here on, and why: `maintenance "deploy" until 14:30`.
    Held(String),
    /// They are not held back any more.
    Released,
    /// Another monitor fails because of this one.
    Affects(Name),
    /// We cannot see, so the state is frozen.
    Blind(OwnFault),
}
