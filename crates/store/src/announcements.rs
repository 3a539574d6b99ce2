//! What the public is told: outages and planned work, in words that people wrote for users.

use jiff::Timestamp;
use rusqlite::{Connection, Transaction};
use statusquo_alert::{IncidentNumber, Who};
use statusquo_exchange::Name;

use crate::StoreError;
use crate::wire::AnnouncementWire;

/// Something that the public is told of: an outage or planned work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Announcement {
    /// Its number, counted from 1. Public, unlike the numbers of incidents.
    pub number: u64,
    /// What users notice, in a line.
    pub title: String,
    /// What it is.
    pub kind: AnnouncementKind,
    /// Which components of the status page it concerns.
    pub components: Vec<Name>,
    /// The incident that it speaks of. Never public.
    pub incident: Option<IncidentNumber>,
    /// What was said, the oldest first; never empty.
    pub updates: Vec<Update>,
}

/// What an announcement is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AnnouncementKind {
    /// Something does not work.
    Outage(Impact),
    /// Planned work.
    Work {
        /// From when …
        from: Timestamp,
        /// … until when.
        until: Timestamp,
    },
}

/// How much of its work a component does not do, as people judge it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Impact {
    /// Nothing that users notice.
    None,
    /// Slow, or wrong at the edges.
    Minor,
    /// A part does not work.
    Major,
    /// Nothing works.
    Critical,
}

/// One thing that was said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Update {
    /// When.
    pub at: Timestamp,
    /// Who said it. Never public.
    pub by: Who,
    /// How far it is.
    pub stage: Stage,
    /// What users notice.
    pub text: String,
    /// What they can do meanwhile.
    pub workaround: Option<String>,
    /// When the public hears more.
    pub next_by: Option<Timestamp>,
}

/// How far an outage or planned work is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stage {
    /// An outage: we look for the cause.
    Investigating,
    /// The cause is known.
    Identified,
    /// It is mended, and watched.
    Monitoring,
    /// It is over.
    Resolved,
    /// Planned work: to come.
    Scheduled,
    /// It has begun.
    InProgress,
    /// It is done.
    Completed,
}

impl Impact {
    /// All of them, the least first.
    pub const ALL: [Self; 4] = [Self::None, Self::Minor, Self::Major, Self::Critical];

    /// The word for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Minor => "minor",
            Self::Major => "major",
            Self::Critical => "critical",
        }
    }

    /// The impact that [`as_str`](Self::as_str) names.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|impact| impact.as_str() == word)
    }
}

impl Stage {
    /// The stages of an outage, in order.
    pub const OUTAGE: [Self; 4] = [Self::Investigating, Self::Identified, Self::Monitoring, Self::Resolved];
    /// The stages of planned work, in order.
    pub const WORK: [Self; 3] = [Self::Scheduled, Self::InProgress, Self::Completed];

    /// The word for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Investigating => "investigating",
            Self::Identified => "identified",
            Self::Monitoring => "monitoring",
            Self::Resolved => "resolved",
            Self::Scheduled => "scheduled",
            Self::InProgress => "in_progress",
            Self::Completed => "completed",
        }
    }

    /// The stage that [`as_str`](Self::as_str) names.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::OUTAGE.into_iter().chain(Self::WORK).find(|stage| stage.as_str() == word)
    }

    /// Is there nothing more to come?
    #[must_use]
    pub const fn is_last(self) -> bool {
        match self {
            Self::Resolved | Self::Completed => true,
            Self::Investigating
            | Self::Identified
            | Self::Monitoring
            | Self::Scheduled
            | Self::InProgress => false,
        }
    }
}

impl Announcement {
    /// How far it is.
    #[must_use]
    pub fn stage(&self) -> Stage {
        let first = match self.kind {
            AnnouncementKind::Outage(_) => Stage::Investigating,
            AnnouncementKind::Work { .. } => Stage::Scheduled,
        };
        self.updates.last().map_or(first, |update| update.stage)
    }

    /// Is it not over yet?
    #[must_use]
    pub fn is_open(&self) -> bool {
        !self.stage().is_last()
    }

    /// The stages that it can have.
    #[must_use]
    pub const fn stages(&self) -> &'static [Stage] {
        match self.kind {
            AnnouncementKind::Outage(_) => &Stage::OUTAGE,
            AnnouncementKind::Work { .. } => &Stage::WORK,
        }
    }

    /// When the public was first told.
    #[must_use]
    pub fn began(&self) -> Timestamp {
        self.updates.first().map_or(Timestamp::UNIX_EPOCH, |update| update.at)
    }

    /// When the public was told last.
    #[must_use]
    pub fn changed(&self) -> Timestamp {
        self.updates.last().map_or(Timestamp::UNIX_EPOCH, |update| update.at)
    }

    /// The moment that was promised for the next update, if it has passed.
    #[must_use]
    pub fn overdue(&self, now: Timestamp) -> Option<Timestamp> {
        let promised = self.updates.last()?.next_by?;
        (self.is_open() && promised < now).then_some(promised)
    }
}

pub(crate) fn save(transaction: &Transaction<'_>, announcement: &Announcement) -> Result<(), StoreError> {
    let json = serde_json::to_string(&AnnouncementWire::from(announcement))?;
    transaction.prepare_cached("INSERT OR REPLACE INTO announcement VALUES (?1, ?2, ?3)")?.execute((
        announcement.number,
        announcement.is_open(),
        json,
    ))?;
    Ok(())
}

/// The newest announcements and all open ones, the newest first.
pub(crate) fn latest(connection: &Connection, limit: i64) -> Result<Vec<Announcement>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT json FROM announcement WHERE is_open
         OR number IN (SELECT number FROM announcement ORDER BY number DESC LIMIT ?1) ORDER BY number DESC",
    )?;
    let rows = statement.query_map([limit], |row| row.get::<_, String>(0))?;
    rows.map(|json| serde_json::from_str::<AnnouncementWire>(&json?)?.try_into()).collect()
}
