//! What is told to one receiver.

use jiff::Timestamp;
use statusquo_exchange::Name;

use crate::{Cause, IncidentNumber, Likely, Severity, Subject, Who};

/// What a notification is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Notice {
    /// An incident was opened.
    Opened,
    /// It became worse (degraded → failing).
    Worsened,
    /// It came back soon after its end.
    Reopened,
    /// Nobody has taken it yet.
    Reminder,
    /// Somebody has taken it.
    Acknowledged,
    /// It changes too often: messages are held until it is stable.
    Flapping,
    /// It is over.
    Resolved,
    /// Somebody wants to see whether messages arrive.
    Test,
}

impl Notice {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Opened,
        Self::Worsened,
        Self::Reopened,
        Self::Reminder,
        Self::Acknowledged,
        Self::Flapping,
        Self::Resolved,
        Self::Test,
    ];

    /// The stable word for it in JSON and the store.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Opened => "opened",
            Self::Worsened => "worsened",
            Self::Reopened => "reopened",
            Self::Reminder => "reminder",
            Self::Acknowledged => "acknowledged",
            Self::Flapping => "flapping",
            Self::Resolved => "resolved",
            Self::Test => "test",
        }
    }

    /// The notice that [`as_str`](Self::as_str) names.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|notice| notice.as_str() == word)
    }
}

/// One message that is owed to one receiver. It says all that a notifier needs, so that it can be sent after
/// a restart, when the engine may have moved on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notification {
    /// Stable deduplication key, the same over retries and restarts: `incident-214-oncall-1`.
    pub key: String,
    /// For whom.
    pub receiver: Name,
    /// What it is about.
    pub notice: Notice,
    /// When it became owed.
    pub at: Timestamp,
    /// The incident as it was then.
    pub brief: Brief,
}

/// What a message has to say about an incident.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Brief {
    /// The incident's number.
    pub incident: IncidentNumber,
    /// What it is about.
    pub subject: Subject,
    /// What people call the subject.
    pub title: String,
    /// The target for people, empty for our own faults.
    pub target: String,
    /// How bad it is.
    pub severity: Severity,
    /// Why. `None` for our own faults.
    pub cause: Option<Cause>,
    /// The first bad observation.
    pub began: Timestamp,
    /// When it ended, for a resolved one.
    pub resolved: Option<Timestamp>,
    /// Who ended it by hand, whatever its subject does.
    pub resolved_by: Option<Who>,
    /// Who took it, and when.
    pub acknowledged: Option<(Who, Timestamp)>,
    /// Bad observations …
    pub bad: u32,
    /// … of so many since it began.
    pub of: u32,
    /// Monitors affected through this one, or that we cannot see.
    pub affected: Vec<Name>,
    /// What is likely behind it, as far as others say.
    pub likely: Vec<Likely>,
    /// A link for whoever is woken.
    pub runbook: Option<String>,
}
