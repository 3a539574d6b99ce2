//! Incidents and what was told of them, as JSON.

use jiff::Timestamp;
use serde::Serialize;
use statusquo_alert::{Brief, Cause, CauseKind, Entry, EntryKind, Incident, Notification, Severity, Subject};
use statusquo_store::Delivered;
use utoipa::ToSchema;

use crate::words;

/// An incident.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct IncidentWire {
    /// Its number.
    pub number: u64,
    /// The monitor that it is about; `null` if it is about ourselves.
    pub monitor: Option<String>,
    /// The service whose traffic it is about.
    pub service: Option<String>,
    /// Our own fault that it is about: `resolver`, `store` …
    pub own_fault: Option<&'static str>,
    /// What people call the subject.
    pub title: String,
    /// The target, for people.
    pub target: String,
    /// `open`, `acknowledged`, `resolved`.
    pub phase: &'static str,
    /// `degraded`, `failing`.
    pub severity: &'static str,
    /// What happened, in one sentence.
    pub sentence: String,
    /// What to do next, as an imperative.
    pub next_step: String,
    /// Why.
    pub cause: Option<CauseWire>,
    /// The first bad observation.
    #[schema(value_type = String, format = DateTime)]
    pub began: Timestamp,
    /// When it was opened.
    #[schema(value_type = String, format = DateTime)]
    pub opened: Timestamp,
    /// When it ended.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub resolved: Option<Timestamp>,
    /// Who took it.
    pub acknowledged_by: Option<String>,
    /// When.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub acknowledged: Option<Timestamp>,
    /// Bad observations …
    pub bad: u32,
    /// … of so many since it began.
    pub of: u32,
    /// Monitors that are affected.
    pub affected: Vec<String>,
    /// What is likely behind it, as far as others say: a deploy shortly before, a third party in trouble.
    pub likely: Vec<String>,
    /// A link for whoever is woken.
    pub runbook: Option<String>,
    /// What happened, in order.
    pub timeline: Vec<EntryWire>,
    /// Who was told what.
    pub deliveries: Vec<DeliveryWire>,
}

/// Why something is wrong.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct CauseWire {
    /// `status`, `failure`, `expectation`, `certificate_expiring`, `heartbeat_missed`, `heartbeat_failed`.
    pub kind: &'static str,
    /// The status code that came, if one came.
    pub status: Option<u16>,
    /// The failure that took its place.
    pub failure: Option<&'static str>,
    /// The expectation that was broken: `json`, `header`, `latency` …
    pub expectation: Option<&'static str>,
    /// The predicate of a sentence about the target.
    pub sentence: String,
    /// The target said when to come back.
    pub retry_after_seconds: Option<u64>,
    /// The exchange that shows it; `/api/v1/exchanges/{id}` has it.
    pub evidence: Option<String>,
    /// What speaks for it, for an incident about real traffic.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub traffic: Option<TrafficCauseWire>,
}

/// What speaks for what an incident says of real traffic.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct TrafficCauseWire {
    /// What raised the alarm: `clients`, `client-errors`, `server-errors`, `volume`, `threshold` …
    pub alarm: &'static str,
    /// What is likely behind it: `scan`, `our regression` …
    pub verdict: Option<&'static str>,
    /// Where; absent when it is everywhere.
    pub endpoint: Option<String>,
    /// The clients that it comes from, the busiest first.
    pub clients: Vec<String>,
    /// What speaks for it, with counts.
    pub facts: Vec<String>,
}

/// One line of an incident's timeline.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct EntryWire {
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// `opened`, `told`, `acknowledged`, `note`, `resolved` …
    pub kind: &'static str,
    /// Who, if it was a person.
    pub who: Option<String>,
    /// What, in words.
    pub text: String,
}

/// What became of a message.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct DeliveryWire {
    /// Its deduplication key.
    pub key: String,
    /// The incident.
    pub incident: u64,
    /// For whom.
    pub receiver: String,
    /// What it was about.
    pub notice: &'static str,
    /// When it became owed.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// `pending`, `sent`, `dead`.
    pub standing: &'static str,
    /// How often it was tried in vain.
    pub attempts: u32,
    /// When it was taken or given up.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub ended: Option<Timestamp>,
    /// What the receiver answered, or why it was not taken.
    pub answer: Option<String>,
}

/// One message to one receiver: what webhooks and other programs get to read.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct NotificationWire {
    /// Stable deduplication key.
    pub key: String,
    /// For whom.
    pub receiver: String,
    /// `opened`, `worsened`, `reopened`, `reminder`, `acknowledged`, `flapping`, `resolved`, `test`.
    pub notice: &'static str,
    /// When it became owed.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// The incident's number.
    pub incident: u64,
    /// What happened, in one sentence.
    pub sentence: String,
    /// `degraded`, `failing`.
    pub severity: &'static str,
    /// Why.
    pub cause: Option<CauseWire>,
}

pub(crate) const fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Degraded => "degraded",
        Severity::Failing => "failing",
    }
}

impl From<&Incident> for IncidentWire {
    fn from(incident: &Incident) -> Self {
        let (monitor, service, own_fault) = match &incident.subject {
            Subject::Monitor(name) => (Some(name.to_string()), None, None),
            Subject::Traffic(service) => (None, Some(service.to_string()), None),
            Subject::Own(fault) => (None, None, Some(fault.as_str())),
        };
        Self {
            number: incident.number.0,
            monitor,
            service,
            own_fault,
            title: incident.title.clone(),
            target: incident.target.clone(),
            phase: incident.phase.as_str(),
            severity: severity(incident.severity),
            sentence: words::sentence(incident),
            next_step: words::next_step(&incident.subject, incident.cause.as_ref()),
            cause: incident.cause.as_ref().map(CauseWire::from),
            began: incident.began,
            opened: incident.opened,
            resolved: incident.resolved,
            acknowledged_by: incident.acknowledged.as_ref().map(|(who, _)| who.0.clone()),
            acknowledged: incident.acknowledged.as_ref().map(|(_, at)| *at),
            bad: incident.bad,
            of: incident.of,
            affected: incident.affected.iter().map(ToString::to_string).collect(),
            likely: incident.likely.iter().map(|likely| likely.sentence(incident.began)).collect(),
            runbook: incident.runbook.clone(),
            timeline: incident.timeline.iter().map(EntryWire::from).collect(),
            deliveries: Vec::new(),
        }
    }
}

impl From<&Cause> for CauseWire {
    fn from(cause: &Cause) -> Self {
        let kind = match &cause.kind {
            CauseKind::Failure(_) => "failure",
            CauseKind::Status(_) => "status",
            CauseKind::Expectation { .. } => "expectation",
            CauseKind::CertificateExpiring { .. } => "certificate_expiring",
            CauseKind::HeartbeatMissed => "heartbeat_missed",
            CauseKind::HeartbeatFailed { .. } => "heartbeat_failed",
            CauseKind::Traffic(_) => "traffic",
        };
        Self {
            kind,
            status: cause.kind.status().map(|code| code.get()),
            failure: if let CauseKind::Failure(kind) = cause.kind { Some(kind.as_str()) } else { None },
            expectation: match cause.kind {
                CauseKind::Expectation { expectation, .. } => Some(expectation),
                CauseKind::Failure(_)
                | CauseKind::Status(_)
                | CauseKind::CertificateExpiring { .. }
                | CauseKind::HeartbeatMissed
                | CauseKind::HeartbeatFailed { .. }
                | CauseKind::Traffic(_) => None,
            },
            sentence: cause.sentence.clone(),
            retry_after_seconds: cause.retry_after.map(|pause| pause.as_secs()),
            evidence: cause.evidence.as_ref().map(|id| id.0.clone()),
            traffic: cause.kind.traffic().map(|traffic| TrafficCauseWire {
                alarm: traffic.kind.as_str(),
                verdict: traffic.diagnosis.map(statusquo_alert::Diagnosis::as_str),
                endpoint: traffic.endpoint.clone(),
                clients: traffic.clients.clone(),
                facts: traffic.evidence.clone(),
            }),
        }
    }
}

impl From<&Entry> for EntryWire {
    fn from(entry: &Entry) -> Self {
        let (kind, who) = match &entry.kind {
            EntryKind::Opened(_) => ("opened", None),
            EntryKind::CauseChanged(_) => ("cause_changed", None),
            EntryKind::Worsened(_) => ("worsened", None),
            EntryKind::Recovering => ("recovering", None),
            EntryKind::FailedAgain(_) => ("failed_again", None),
            EntryKind::Resolved => ("resolved", None),
            EntryKind::ResolvedBy(who) => ("resolved", Some(who.0.clone())),
            EntryKind::Withdrawn(_) => ("withdrawn", None),
            EntryKind::Reopened(_) => ("reopened", None),
            EntryKind::Acknowledged(who) => ("acknowledged", Some(who.0.clone())),
            EntryKind::PassedOn(who) => ("passed_on", Some(who.0.clone())),
            EntryKind::Escalated(..) => ("escalated", None),
            EntryKind::Note(who, _) => ("note", Some(who.0.clone())),
            EntryKind::Flapping => ("flapping", None),
            EntryKind::Told(..) => ("told", None),
            EntryKind::Held(_) => ("held", None),
            EntryKind::Released => ("released", None),
            EntryKind::Affects(_) => ("affects", None),
            EntryKind::Blind(_) => ("blind", None),
        };
        Self { at: entry.at, kind, who, text: words::entry(&entry.kind) }
    }
}

impl From<&Delivered> for DeliveryWire {
    fn from(delivered: &Delivered) -> Self {
        Self {
            key: delivered.key.clone(),
            incident: delivered.incident.0,
            receiver: delivered.receiver.to_string(),
            notice: delivered.notice.as_str(),
            at: delivered.at,
            standing: delivered.standing.as_str(),
            attempts: delivered.attempts,
            ended: delivered.ended,
            answer: delivered.answer.clone(),
        }
    }
}

impl From<&Notification> for NotificationWire {
    fn from(notification: &Notification) -> Self {
        let Brief { incident, title, severity: how_bad, cause, .. } = &notification.brief;
        let predicate = cause.as_ref().map_or("", |cause| cause.sentence.as_str());
        Self {
            key: notification.key.clone(),
            receiver: notification.receiver.to_string(),
            notice: notification.notice.as_str(),
            at: notification.at,
            incident: incident.0,
            sentence: format!("{title} {predicate}").trim_end().to_owned(),
            severity: severity(*how_bad),
            cause: cause.as_ref().map(CauseWire::from),
        }
    }
}
