//! A cause in the store.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use statusquo_alert::{AlarmKind, Cause, CauseKind, Diagnosis, Severity, TrafficCause};
use statusquo_catalogue::StatusCode;
use statusquo_exchange::{ExchangeId, FailureKind, Name};

use super::word;
use crate::StoreError;

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct CauseWire {
    kind: KindWire,
    severity: SeverityWire,
    sentence: String,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    retry_after_seconds: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    evidence: Option<String>,
}

#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum SeverityWire {
    Degraded,
    Failing,
}

impl From<Severity> for SeverityWire {
    fn from(severity: Severity) -> Self {
        match severity {
            Severity::Degraded => Self::Degraded,
            Severity::Failing => Self::Failing,
        }
    }
}

impl From<SeverityWire> for Severity {
    fn from(severity: SeverityWire) -> Self {
        match severity {
            SeverityWire::Degraded => Self::Degraded,
            SeverityWire::Failing => Self::Failing,
        }
    }
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum KindWire {
    Failure(String),
    Status(u16),
    Expectation { status: Option<u16>, expectation: String },
    CertificateExpiring { days_left: u32 },
    HeartbeatMissed,
    HeartbeatFailed { exit_code: Option<i32> },
    Traffic(TrafficWire),
}

#[derive(Debug, Serialize, Deserialize)]
struct TrafficWire {
    alarm: String,
    diagnosis: Option<String>,
    endpoint: Option<String>,
    clients: Vec<String>,
    evidence: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    receivers: Vec<String>,
    /// The keys of the alarms that were firing.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    keys: Vec<String>,
}

impl From<&TrafficCause> for TrafficWire {
    fn from(cause: &TrafficCause) -> Self {
        Self {
            alarm: cause.kind.as_str().to_owned(),
            diagnosis: cause.diagnosis.map(|diagnosis| diagnosis.as_str().to_owned()),
            endpoint: cause.endpoint.clone(),
            clients: cause.clients.clone(),
            evidence: cause.evidence.clone(),
            receivers: cause.receivers.iter().map(ToString::to_string).collect(),
            keys: cause.alarms.clone(),
        }
    }
}

impl TryFrom<TrafficWire> for TrafficCause {
    type Error = StoreError;

    fn try_from(wire: TrafficWire) -> Result<Self, StoreError> {
        let diagnosis = wire.diagnosis.map(|text| word(&text, Diagnosis::parse)).transpose()?;
        Ok(Self {
            kind: word(&wire.alarm, AlarmKind::parse)?,
            diagnosis,
            endpoint: wire.endpoint,
            clients: wire.clients,
            evidence: wire.evidence,
            receivers: wire.receivers.iter().map(|name| Name::from(name.as_str())).collect(),
            alarms: wire.keys,
        })
    }
}

/// The expectations' names are known when we are built; one that a later version knows reads as `other`.
const EXPECTATIONS: &[&str] =
    &["header", "text", "regex", "json", "latency", "records", "banner", "content", "other"];

fn expectation(name: &str) -> &'static str {
    EXPECTATIONS.iter().find(|known| **known == name).copied().unwrap_or("other")
}

impl From<&Cause> for CauseWire {
    fn from(cause: &Cause) -> Self {
        let kind = match &cause.kind {
            CauseKind::Failure(kind) => KindWire::Failure(kind.as_str().to_owned()),
            CauseKind::Status(code) => KindWire::Status(code.get()),
            CauseKind::Expectation { status, expectation } => KindWire::Expectation {
                status: status.map(StatusCode::get),
                expectation: (*expectation).to_owned(),
            },
            CauseKind::CertificateExpiring { days_left } => {
                KindWire::CertificateExpiring { days_left: *days_left }
            }
            CauseKind::HeartbeatMissed => KindWire::HeartbeatMissed,
            CauseKind::HeartbeatFailed { exit_code } => KindWire::HeartbeatFailed { exit_code: *exit_code },
            CauseKind::Traffic(traffic) => KindWire::Traffic(traffic.as_ref().into()),
        };
        Self {
            kind,
            severity: cause.severity.into(),
            sentence: cause.sentence.clone(),
            retry_after_seconds: cause.retry_after.map(|pause| pause.as_secs()),
            evidence: cause.evidence.as_ref().map(|id| id.0.clone()),
        }
    }
}

impl TryFrom<CauseWire> for Cause {
    type Error = StoreError;

    fn try_from(wire: CauseWire) -> Result<Self, StoreError> {
        let kind = match wire.kind {
            KindWire::Failure(kind) => CauseKind::Failure(word(&kind, FailureKind::parse)?),
            KindWire::Status(code) => CauseKind::Status(StatusCode::new(code)),
            KindWire::Expectation { status, expectation: name } => CauseKind::Expectation {
                status: status.map(StatusCode::new),
                expectation: expectation(&name),
            },
            KindWire::CertificateExpiring { days_left } => CauseKind::CertificateExpiring { days_left },
            KindWire::HeartbeatMissed => CauseKind::HeartbeatMissed,
            KindWire::HeartbeatFailed { exit_code } => CauseKind::HeartbeatFailed { exit_code },
            KindWire::Traffic(traffic) => CauseKind::Traffic(Box::new(traffic.try_into()?)),
        };
        Ok(Self {
            kind,
            severity: wire.severity.into(),
            sentence: wire.sentence,
            retry_after: wire.retry_after_seconds.map(Duration::from_secs),
            evidence: wire.evidence.map(ExchangeId),
        })
    }
}
