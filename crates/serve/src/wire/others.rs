//! Receivers, silences and ourselves, as JSON; and the objects around lists.

use jiff::Timestamp;
use serde::Serialize;
use statusquo_alert::{Scope, Silence, State};
use utoipa::ToSchema;

use super::{CodeUsageWire, CodeWire, IncidentWire, MonitorWire, ProbeWire, TallyWire, millis};
use crate::board::{PlannedWork, ReceiverView, Snapshot};

/// All monitors.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Monitors {
    /// The monitors, worst first.
    pub monitors: Vec<MonitorWire>,
}

/// Probes of a monitor.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Samples {
    /// The monitor.
    pub monitor: String,
    /// The newest probes first.
    pub samples: Vec<ProbeWire>,
    /// What was counted, oldest first.
    pub history: Vec<TallyWire>,
}

/// Incidents.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Incidents {
    /// The newest first.
    pub incidents: Vec<IncidentWire>,
    /// `?before=` of the next page, if there is one.
    pub next: Option<u64>,
}

/// All status codes.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Codes {
    /// By number; registered ones first.
    pub codes: Vec<CodeWire>,
    /// How often real traffic was answered with them, where that was asked for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub usage: Vec<CodeUsageWire>,
}

/// Something was done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Done {
    /// What, in words.
    pub message: String,
}

/// What became of a test message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Tested {
    /// Was it taken?
    pub delivered: bool,
    /// What the receiver answered, or why it was not taken.
    pub answer: String,
}

/// A silence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct SilenceWire {
    /// Its number.
    pub id: u64,
    /// The monitors; empty: all.
    pub monitors: Vec<String>,
    /// From when.
    #[schema(value_type = String, format = DateTime)]
    pub from: Timestamp,
    /// Until when.
    #[schema(value_type = String, format = DateTime)]
    pub until: Timestamp,
    /// Who asked for it.
    pub by: String,
    /// Why.
    pub comment: String,
}

/// Silences and planned work.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Silences {
    /// Those in force or to come.
    pub silences: Vec<SilenceWire>,
    /// Planned work.
    pub planned: Vec<Planned>,
}

/// Planned work.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Planned {
    /// Its name.
    pub name: String,
    /// The monitors; empty: all.
    pub monitors: Vec<String>,
    /// The window that is under way, or the next one, begins …
    #[schema(value_type = Option<String>, format = DateTime)]
    pub from: Option<Timestamp>,
    /// … and ends.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub until: Option<Timestamp>,
}

/// All receivers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Receivers {
    /// By name.
    pub receivers: Vec<ReceiverWire>,
}

/// A receiver.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ReceiverWire {
    /// Its name.
    pub name: String,
    /// `slack`, `email`, `webhook`, `terminal`.
    pub kind: &'static str,
    /// Where it leads, without secrets.
    pub target: String,
    /// When the last message was taken.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub last_sent: Option<Timestamp>,
    /// Failures since.
    pub failures: u32,
    /// Why the last one failed.
    pub reason: Option<String>,
}

/// How we do.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct StatusWire {
    /// Our version.
    pub version: String,
    /// When the process began.
    #[schema(value_type = String, format = DateTime)]
    pub started: Timestamp,
    /// Monitors by state.
    pub monitors: std::collections::BTreeMap<&'static str, usize>,
    /// Open incidents.
    pub open_incidents: usize,
    /// How late the latest probe of the last second began, in milliseconds.
    pub late_ms: f64,
    /// What did not fit into a queue since the start.
    pub dropped: u64,
    /// Messages that wait to be sent.
    pub outbox_pending: u64,
    /// Bytes of the store.
    pub store_bytes: u64,
    /// What is wrong with us now.
    pub own_faults: Vec<&'static str>,
}

impl From<&Silence> for SilenceWire {
    fn from(silence: &Silence) -> Self {
        let monitors = match &silence.scope {
            Scope::All => Vec::new(),
            Scope::Monitors(names) => names.iter().map(ToString::to_string).collect(),
        };
        Self {
            id: silence.id.0,
            monitors,
            from: silence.from,
            until: silence.until,
            by: silence.by.0.clone(),
            comment: silence.comment.clone(),
        }
    }
}

impl From<&PlannedWork> for Planned {
    fn from(planned: &PlannedWork) -> Self {
        Self {
            name: planned.name.to_string(),
            monitors: planned.monitors.iter().map(ToString::to_string).collect(),
            from: planned.next.map(|(from, _)| from),
            until: planned.next.map(|(_, until)| until),
        }
    }
}

impl From<&ReceiverView> for ReceiverWire {
    fn from(receiver: &ReceiverView) -> Self {
        let health = receiver.health.as_ref();
        Self {
            name: receiver.name.to_string(),
            kind: receiver.kind,
            target: receiver.target.clone(),
            last_sent: health.and_then(|health| health.last_sent),
            failures: health.map_or(0, |health| health.failures),
            reason: health.and_then(|health| health.reason.clone()),
        }
    }
}

impl From<&Snapshot> for StatusWire {
    fn from(snapshot: &Snapshot) -> Self {
        let figures = &snapshot.figures;
        Self {
            version: snapshot.identity.version.clone(),
            started: snapshot.identity.started,
            monitors: State::ALL.map(|state| (state.as_str(), snapshot.count(state))).into(),
            open_incidents: snapshot.open().len(),
            late_ms: millis(figures.late),
            dropped: figures.dropped(),
            outbox_pending: figures.outbox_pending,
            store_bytes: figures.store_bytes,
            own_faults: figures.faults.iter().map(|fault| fault.as_str()).collect(),
        }
    }
}

/// Who changed what.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct AuditWire {
    /// The newest first.
    pub deeds: Vec<DeedWire>,
}

/// One change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct DeedWire {
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// Who.
    pub who: String,
    /// What, in words.
    pub what: String,
}
