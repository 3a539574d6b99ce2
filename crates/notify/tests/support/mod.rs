//! Notifications of all kinds, and servers that answer by a script.
#![allow(dead_code, unreachable_pub, reason = "each test file uses a part of it")]

pub mod certificates;
pub mod http;
pub mod smtp;
pub mod vendors;

use std::time::Duration;

use jiff::Timestamp;
use statusquo_alert::{
    Brief, Cause, CauseKind, IncidentNumber, Notice, Notification, OwnFault, Severity, Subject, Who,
};
use statusquo_catalogue::StatusCode;
use statusquo_exchange::{FailureKind, Name};
use statusquo_notify::Links;

pub const BEGAN: &str = "2026-11-23T14:02:05Z";
pub const NOW: &str = "2026-11-23T14:05:35Z";

pub fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

pub fn now() -> Timestamp {
    at(NOW)
}

pub fn links() -> Links {
    Links::to("https://status.example/".parse().unwrap())
}

pub fn cause(kind: CauseKind, severity: Severity, sentence: &str) -> Cause {
    Cause { kind, severity, sentence: sentence.to_owned(), retry_after: None, evidence: None }
}

/// One cause of each kind, by name.
pub fn causes() -> Vec<(&'static str, Cause)> {
    use Severity::{Degraded, Failing};
    let status = |code| CauseKind::Status(StatusCode::new(code));
    let expectation =
        |expectation| CauseKind::Expectation { status: Some(StatusCode::new(200)), expectation };
    vec![
        ("a status code", cause(status(503), Failing, "answers 503 Service Unavailable")),
        (
            "an announced pause",
            Cause {
                retry_after: Some(Duration::from_secs(120)),
                ..cause(status(429), Degraded, "answers 429 Too Many Requests")
            },
        ),
        ("a code that is no error", cause(status(204), Failing, "answers 204 No Content")),
        ("a code that nobody knows", cause(status(477), Failing, "answers 477 Client Error (unregistered)")),
        (
            "a failure",
            cause(
                CauseKind::Failure(FailureKind::ConnectRefused),
                Failing,
                "refuses connections: 192.0.2.1:443",
            ),
        ),
        (
            "a broken expectation",
            cause(
                expectation("json"),
                Failing,
                r#"answers 200 OK, but $.owner is "jane@doe.test" where "up" is expected"#,
            ),
        ),
        (
            "a slow answer",
            cause(expectation("latency"), Degraded, "answers 200 OK, but takes 1.2s where 800ms is expected"),
        ),
        (
            "an expiring certificate",
            cause(
                CauseKind::CertificateExpiring { days_left: 6 },
                Degraded,
                "shows a certificate that expires in 6 days",
            ),
        ),
        ("a missing heartbeat", cause(CauseKind::HeartbeatMissed, Failing, "sent no heartbeat by 14:00 UTC")),
        (
            "a failed job",
            cause(
                CauseKind::HeartbeatFailed { exit_code: Some(2) },
                Failing,
                "says that it failed, with exit code 2",
            ),
        ),
    ]
}

pub fn notification(notice: Notice, cause: Cause) -> Notification {
    let brief = Brief {
        incident: IncidentNumber(214),
        subject: Subject::Monitor(Name::from("orders")),
        title: "Orders".to_owned(),
        target: "GET https://api.example/health".to_owned(),
        severity: cause.severity,
        cause: Some(cause),
        began: at(BEGAN),
        resolved: None,
        resolved_by: None,
        acknowledged: None,
        bad: 3,
        of: 4,
        affected: Vec::new(),
        likely: Vec::new(),
        runbook: None,
    };
    complete(notice, brief)
}

pub fn own(notice: Notice, fault: OwnFault) -> Notification {
    let brief = Brief {
        incident: IncidentNumber(215),
        subject: Subject::Own(fault),
        title: "Statusquo".to_owned(),
        target: String::new(),
        severity: Severity::Failing,
        cause: None,
        began: at(BEGAN),
        resolved: None,
        resolved_by: None,
        acknowledged: None,
        bad: 0,
        of: 0,
        affected: vec![Name::from("orders"), Name::from("sign-in")],
        likely: Vec::new(),
        runbook: None,
    };
    complete(notice, brief)
}

/// The usual one: an API that answers 503.
pub fn usual(notice: Notice) -> Notification {
    let (_, cause) = causes().swap_remove(0);
    notification(notice, cause)
}

/// What a notice says of an incident, filled in.
fn complete(notice: Notice, mut brief: Brief) -> Notification {
    let mut owed = at("2026-11-23T14:05:35Z");
    match notice {
        Notice::Resolved => {
            owed = at("2026-11-23T14:14:20Z");
            brief.resolved = Some(owed);
        }
        Notice::Acknowledged => brief.acknowledged = Some((Who("alice".to_owned()), owed)),
        Notice::Opened
        | Notice::Worsened
        | Notice::Reopened
        | Notice::Reminder
        | Notice::Flapping
        | Notice::Test => {}
    }
    let key = format!("incident-{}-oncall-1", brief.incident);
    Notification { key, receiver: Name::from("oncall"), notice, at: owed, brief }
}

/// Every notice about every kind of cause, and about every fault of our own.
pub fn all() -> Vec<(String, Notification)> {
    let mut all = Vec::new();
    for notice in Notice::ALL {
        for (name, cause) in causes() {
            all.push((format!("{}: {name}", notice.as_str()), notification(notice, cause)));
        }
        for fault in OwnFault::ALL {
            all.push((format!("{}: {fault}", notice.as_str()), own(notice, fault)));
        }
    }
    all
}
