//! The JSON of a webhook. Fields are only ever added.

use std::time::Duration;

use jiff::Timestamp;
use serde::Serialize;
use statusquo_alert::{Brief, Cause, CauseKind, Diagnosis, Notice, Notification, Subject};

use crate::Message;
use crate::message::predicate;

/// Type, time and data, as Standard Webhooks suggests.
#[derive(Serialize)]
pub(super) struct Envelope<'a> {
    #[serde(rename = "type")]
    kind: String,
    schema: &'static str,
    timestamp: String,
    data: Data<'a>,
}

#[derive(Serialize)]
struct Data<'a> {
    notice: &'static str,
    receiver: &'a str,
    incident: u64,
    subject: SubjectWire<'a>,
    name: &'a str,
    target: Option<&'a str>,
    state: &'static str,
    severity: &'static str,
    cause: Option<CauseWire<'a>>,
    began: String,
    resolved: Option<String>,
    duration_seconds: u64,
    acknowledged: Option<Acknowledged<'a>>,
    bad: u32,
    of: u32,
    affected: Vec<&'a str>,
    likely: Vec<String>,
    runbook: Option<&'a str>,
    message: MessageWire<'a>,
}

#[derive(Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum SubjectWire<'a> {
    Monitor { monitor: &'a str },
    Traffic { service: &'a str },
    Own { fault: &'static str },
}

#[derive(Serialize)]
struct CauseWire<'a> {
    #[serde(flatten)]
    kind: CauseKindWire<'a>,
    severity: &'static str,
    sentence: String,
    retry_after_seconds: Option<u64>,
    evidence: Option<&'a str>,
}

#[derive(Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum CauseKindWire<'a> {
    Failure {
        failure: &'static str,
    },
    Status {
        status: u16,
        phrase: &'static str,
    },
    Expectation {
        status: Option<u16>,
        expectation: &'static str,
    },
    CertificateExpiring {
        days_left: u32,
    },
    HeartbeatMissed,
    HeartbeatFailed {
        exit_code: Option<i32>,
    },
    Traffic {
        alarm: &'static str,
        verdict: Option<&'static str>,
        endpoint: Option<&'a str>,
        facts: &'a [String],
    },
}

#[derive(Serialize)]
struct Acknowledged<'a> {
    by: &'a str,
    at: String,
}

#[derive(Serialize)]
struct MessageWire<'a> {
    title: String,
    lines: Vec<&'a str>,
    links: Vec<LinkWire<'a>>,
}

#[derive(Serialize)]
struct LinkWire<'a> {
    label: &'a str,
    url: &'a str,
}

impl<'a> Envelope<'a> {
    pub(super) fn new(notification: &'a Notification, message: &'a Message) -> Self {
        let notice = notification.notice;
        let kind = match notice {
            Notice::Test => "test".to_owned(),
            Notice::Opened
            | Notice::Worsened
            | Notice::Reopened
            | Notice::Reminder
            | Notice::Acknowledged
            | Notice::Flapping
            | Notice::Resolved => format!("incident.{}", notice.as_str()),
        };
        let data = Data::new(notification, message);
        Self { kind, schema: "notification/1", timestamp: notification.at.to_string(), data }
    }
}

impl<'a> Data<'a> {
    fn new(notification: &'a Notification, message: &'a Message) -> Self {
        let brief = &notification.brief;
        Self {
            notice: notification.notice.as_str(),
            receiver: notification.receiver.as_str(),
            incident: brief.incident.0,
            subject: subject(brief),
            name: &brief.title,
            target: Some(brief.target.as_str()).filter(|target| !target.is_empty()),
            state: message.state.as_str(),
            severity: brief.severity.as_str(),
            cause: brief.cause.as_ref().map(cause),
            began: brief.began.to_string(),
            resolved: brief.resolved.as_ref().map(Timestamp::to_string),
            duration_seconds: seconds(brief.began, brief.resolved.unwrap_or(notification.at)),
            acknowledged: brief
                .acknowledged
                .as_ref()
                .map(|(who, at)| Acknowledged { by: &who.0, at: at.to_string() }),
            bad: brief.bad,
            of: brief.of,
            affected: brief.affected.iter().map(|name| name.as_str()).collect(),
            likely: brief.likely.iter().map(|likely| likely.sentence(brief.began)).collect(),
            runbook: brief.runbook.as_deref(),
            message: words(message),
        }
    }
}

fn subject(brief: &Brief) -> SubjectWire<'_> {
    match &brief.subject {
        Subject::Monitor(name) => SubjectWire::Monitor { monitor: name.as_str() },
        Subject::Traffic(service) => SubjectWire::Traffic { service: service.as_str() },
        Subject::Own(fault) => SubjectWire::Own { fault: fault.as_str() },
    }
}

fn cause(cause: &Cause) -> CauseWire<'_> {
    CauseWire {
        kind: match &cause.kind {
            CauseKind::Failure(failure) => CauseKindWire::Failure { failure: failure.as_str() },
            CauseKind::Status(code) => CauseKindWire::Status { status: code.get(), phrase: code.phrase() },
            CauseKind::Expectation { status, expectation } => {
                CauseKindWire::Expectation { status: status.map(|code| code.get()), expectation }
            }
            CauseKind::CertificateExpiring { days_left } => {
                CauseKindWire::CertificateExpiring { days_left: *days_left }
            }
            CauseKind::HeartbeatMissed => CauseKindWire::HeartbeatMissed,
            CauseKind::HeartbeatFailed { exit_code } => {
                CauseKindWire::HeartbeatFailed { exit_code: *exit_code }
            }
            CauseKind::Traffic(traffic) => CauseKindWire::Traffic {
                alarm: traffic.kind.as_str(),
                verdict: traffic.diagnosis.map(Diagnosis::as_str),
                endpoint: traffic.endpoint.as_deref(),
                facts: &traffic.evidence,
            },
        },
        severity: cause.severity.as_str(),
        sentence: predicate(cause),
        retry_after_seconds: cause.retry_after.map(|pause| pause.as_secs()),
        evidence: cause.evidence.as_ref().map(|id| id.0.as_str()),
    }
}

fn seconds(from: Timestamp, to: Timestamp) -> u64 {
    Duration::try_from(to.duration_since(from)).unwrap_or_default().as_secs()
}

fn words(message: &Message) -> MessageWire<'_> {
    MessageWire {
        title: message.title(),
        lines: message.lines.iter().map(|line| line.text.as_str()).collect(),
        links: message
            .links
            .iter()
            .map(|link| LinkWire { label: &link.label, url: link.url.as_str() })
            .collect(),
    }
}
