//! Why an observation was bad.

use std::time::Duration;

use statusquo_catalogue::StatusCode;
use statusquo_exchange::{ExchangeId, FailureKind, Name};

use crate::{AlarmKind, Diagnosis};

/// Why an observation was bad.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cause {
    /// What was wrong, for machines.
    pub kind: CauseKind,
    /// How bad it is.
    pub severity: Severity,
    /// What was wrong, for people: the predicate of a sentence about the target, without a full stop:
    /// `answers 503 Service Unavailable`, `refuses connections`, `shows a certificate that expired 3 days ago`.
    pub sentence: String,
    /// The target said when to come back (`Retry-After` beside a 503 or 429): an announced pause.
    pub retry_after: Option<Duration>,
    /// The exchange that shows it, if it was kept.
    pub evidence: Option<ExchangeId>,
}

/// What was wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CauseKind {
    /// No (complete) response.
    Failure(FailureKind),
    /// A response with a status code that was not expected.
    Status(StatusCode),
    /// A response with the right status code that broke another expectation.
    Expectation {
        /// The status code that came with it.
        status: Option<StatusCode>,
        /// Which expectation, as it is called in the configuration: `json`, `header`, `latency`, …
        expectation: &'static str,
    },
    /// The certificate expires in fewer days than wanted.
    CertificateExpiring {
        /// Whole days left, never negative.
        days_left: u32,
    },
    /// A heartbeat did not come in time.
    HeartbeatMissed,
    /// A heartbeat came and said that the job failed.
    HeartbeatFailed {
        /// The exit code it gave, if any.
        exit_code: Option<i32>,
    },
    /// Real traffic is out of the usual, or out of what is wanted.
    Traffic(Box<TrafficCause>),
}

/// What is wrong with the traffic of a service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrafficCause {
    /// What raised the alarm.
    pub kind: AlarmKind,
    /// What is likely behind it.
    pub diagnosis: Option<Diagnosis>,
    /// Where: `POST /v1/orders`; `None` when it is everywhere.
    pub endpoint: Option<String>,
    /// The clients that it comes from, the busiest first; empty when it is all of them, or nobody knows.
    pub clients: Vec<String>,
    /// What speaks for it, with counts.
    pub evidence: Vec<String>,
    /// Who is told; everybody who is told of traffic when there is none.
    pub receivers: Vec<Name>,
    /// The keys of the alarms that are firing, so that they are known again after a restart.
    pub alarms: Vec<String>,
}

impl TrafficCause {
    /// What to do, as an imperative without a full stop.
    #[must_use]
    pub const fn next_step(&self) -> &'static str {
        match (self.diagnosis, self.kind) {
            (Some(diagnosis), _) => diagnosis.next_step(),
            (None, AlarmKind::ThirdParty) => {
                "read what the third party says, and go around it if there is another way"
            }
            (None, AlarmKind::Lint) => {
                "compare with the version before; the page of the rule says how to fix it"
            }
            (None, _) => "look at the failing requests",
        }
    }
}

impl CauseKind {
    /// The family it belongs to: a new failure of the same family soon after the end reopens the incident.
    #[must_use]
    pub const fn family(&self) -> Family {
        match self {
            Self::Failure(kind) => match kind {
                FailureKind::NameNotFound | FailureKind::ResolveFailed => Family::Resolve,
                FailureKind::ConnectRefused
                | FailureKind::ConnectTimeout
                | FailureKind::ConnectFailed
                | FailureKind::ProxyFailed => Family::Connect,
                FailureKind::TlsHandshake
                | FailureKind::CertificateExpired
                | FailureKind::CertificateNotYetValid
                | FailureKind::CertificateName
                | FailureKind::CertificateUntrusted => Family::Tls,
                FailureKind::Timeout => Family::Timeout,
                FailureKind::ConnectionClosed
                | FailureKind::Protocol
                | FailureKind::HeadersTooLarge
                | FailureKind::ContentTooLarge
                | FailureKind::RedirectLoop
                | FailureKind::ClientClosed => Family::Protocol,
            },
            Self::Status(_) => Family::Status,
            Self::Expectation { .. } => Family::Expectation,
            Self::CertificateExpiring { .. } => Family::Tls,
            Self::HeartbeatMissed | Self::HeartbeatFailed { .. } => Family::Heartbeat,
            Self::Traffic(_) => Family::Traffic,
        }
    }

    /// The status code that came, if a response came.
    #[must_use]
    pub const fn status(&self) -> Option<StatusCode> {
        match self {
            Self::Status(code) => Some(*code),
            Self::Expectation { status, .. } => *status,
            Self::Failure(_)
            | Self::CertificateExpiring { .. }
            | Self::HeartbeatMissed
            | Self::HeartbeatFailed { .. }
            | Self::Traffic(_) => None,
        }
    }

    /// What is wrong with the traffic, if it is about that.
    #[must_use]
    pub const fn traffic(&self) -> Option<&TrafficCause> {
        match self {
            Self::Traffic(traffic) => Some(traffic),
            Self::Failure(_)
            | Self::Status(_)
            | Self::Expectation { .. }
            | Self::CertificateExpiring { .. }
            | Self::HeartbeatMissed
            | Self::HeartbeatFailed { .. } => None,
        }
    }
}

/// Causes that are told apart when an incident is reopened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Family {
    /// The name.
    Resolve,
    /// The connection.
    Connect,
    /// TLS and certificates.
    Tls,
    /// No answer in time.
    Timeout,
    /// Not HTTP, or broken off.
    Protocol,
    /// The status code.
    Status,
    /// Another expectation.
    Expectation,
    /// A heartbeat.
    Heartbeat,
    /// Real traffic.
    Traffic,
}

impl Family {
    /// The stable word for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Resolve => "resolve",
            Self::Connect => "connect",
            Self::Tls => "tls",
            Self::Timeout => "timeout",
            Self::Protocol => "protocol",
            Self::Status => "status",
            Self::Expectation => "expectation",
            Self::Heartbeat => "heartbeat",
            Self::Traffic => "traffic",
        }
    }
}

/// How bad a cause is: what it makes of the target.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Answers, but not as it should: slow, rate-limited, an announced pause, a certificate about to expire.
    Degraded,
    /// Does not do its work.
    Failing,
}

impl Severity {
    /// The stable word for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Degraded => "degraded",
            Self::Failing => "failing",
        }
    }
}
