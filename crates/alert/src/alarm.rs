//! What a detector, a threshold or a burn rate says of a service.

use jiff::Timestamp;
use statusquo_exchange::Name;

use crate::{Diagnosis, Severity};

/// What a detector, a threshold, a burn rate or a feed says of a service, and for how long it is so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alarm {
    /// Its identity: the same alarm has the same key for as long as it lasts, and when it comes back.
    pub key: String,
    /// Of which service.
    pub service: Name,
    /// The endpoint, if it is about one: `POST /v1/orders`.
    pub endpoint: Option<String>,
    /// What raised it.
    pub kind: AlarmKind,
    /// How bad it is.
    pub severity: Severity,
    /// What is wrong, for people: the predicate of a sentence about the endpoint or the service.
    pub sentence: String,
    /// What is likely behind it, where that can be told.
    pub diagnosis: Option<Diagnosis>,
    /// What speaks for that, with counts.
    pub evidence: Vec<String>,
    /// The clients that it comes from, the busiest first; empty when it is all of them, or nobody knows.
    pub clients: Vec<String>,
    /// When it began.
    pub since: Timestamp,
    /// Is it still so?
    pub state: AlarmState,
    /// Who is told; everybody who is told of traffic when there is none.
    pub receivers: Vec<Name>,
}

/// What raised an alarm.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AlarmKind {
    /// What clients ask for, whatever they are answered.
    Clients,
    /// More errors of the client's making than usual.
    ClientErrors,
    /// More errors of the server's making than usual.
    ServerErrors,
    /// Answers take longer than usual.
    Latency,
    /// Far more or far fewer requests than usual.
    Volume,
    /// A code that was never seen there before.
    NewCode,
    /// A threshold of the user's own.
    Threshold,
    /// An error budget that burns too fast.
    BurnRate,
    /// A service that we depend on.
    ThirdParty,
    /// An answer that breaks a rule it used to keep.
    Lint,
}

impl AlarmKind {
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::Clients,
        Self::ClientErrors,
        Self::ServerErrors,
        Self::Latency,
        Self::Volume,
        Self::NewCode,
        Self::Threshold,
        Self::BurnRate,
        Self::ThirdParty,
        Self::Lint,
    ];

    /// The stable word for it in JSON and the store.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Clients => "clients",
            Self::ClientErrors => "client-errors",
            Self::ServerErrors => "server-errors",
            Self::Latency => "latency",
            Self::Volume => "volume",
            Self::NewCode => "new-code",
            Self::Threshold => "threshold",
            Self::BurnRate => "burn-rate",
            Self::ThirdParty => "third-party",
            Self::Lint => "lint",
        }
    }

    /// The kind that [`as_str`](Self::as_str) names.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }
}

/// Is an alarm still so?
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AlarmState {
    /// Yes.
    Firing,
    /// It is over.
    Cleared,
    /// Nobody can tell: what it is computed from is missing. It stays as it was.
    Stale,
}
