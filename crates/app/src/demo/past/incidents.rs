//! The incidents of the past.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use statusquo_alert::{
    AlarmKind, Cause, CauseKind, Diagnosis, Entry, EntryKind, Incident, IncidentNumber, Phase, Severity,
    Subject, TrafficCause, Who,
};
use statusquo_catalogue::StatusCode;
use statusquo_exchange::Name;

use super::super::script::{PARTS, SERVICE};
use super::super::shop::SCANNER;
use super::faults::{FAULTS, Fault, SCAN, Seen, before};

/// All of them, the oldest first.
pub(super) fn all(now: Timestamp) -> Vec<Incident> {
    let mut all: Vec<Incident> = FAULTS.iter().map(|fault| of_fault(fault, now)).collect();
    all.push(scan(now));
    all.sort_by_key(|incident| incident.began);
    for (incident, number) in all.iter_mut().zip(1..) {
        incident.number = IncidentNumber(number);
    }
    all
}

/// An incident that is over; its number is not known yet.
fn over(
    now: Timestamp,
    (ago, lasting): (i64, i64),
    (subject, title): (Subject, &str),
    cause: Cause,
) -> Incident {
    let (began, ended) = (before(now, ago), before(now, ago - lasting));
    let later = |seconds| began.checked_add(SignedDuration::from_secs(seconds)).unwrap_or(began);
    let line = |at, kind| Entry { at, kind };
    let who = Who("ann".to_owned());
    // What real requests told was not asked by probes.
    let probes =
        if cause.kind.traffic().is_some() { 0 } else { u32::try_from(lasting / 30).unwrap_or(u32::MAX) };
    Incident {
        number: IncidentNumber(0),
        subject,
        title: title.to_owned(),
        target: cause.kind.traffic().and_then(|traffic| traffic.endpoint.clone()).unwrap_or_default(),
        phase: Phase::Resolved,
        severity: cause.severity,
        began,
        opened: later(6),
        resolved: Some(ended),
        acknowledged: Some((who.clone(), later(140))),
        bad: probes,
        of: probes,
        affected: Vec::new(),
        likely: Vec::new(),
        runbook: None,
        timeline: vec![
            line(later(6), EntryKind::Opened(cause.sentence.clone())),
            line(later(140), EntryKind::Acknowledged(who.clone())),
            line(later(300), EntryKind::Note(who, note(&cause).to_owned())),
            line(ended, EntryKind::Resolved),
        ],
        cause: Some(cause),
        told: BTreeMap::new(),
        escalated: BTreeMap::new(),
    }
}

fn note(cause: &Cause) -> &'static str {
    match cause.kind.traffic().and_then(|traffic| traffic.diagnosis) {
        Some(Diagnosis::Scan) => "blocked at the edge; nothing was answered with 200",
        Some(_) | None => "the release before is on its way",
    }
}

fn of_fault(fault: &Fault, now: Timestamp) -> Incident {
    let when = (fault.ago, fault.lasting);
    let Seen::Traffic(diagnosis) = fault.seen else {
        let title = PARTS.iter().find(|part| part.name == fault.part).map_or(fault.part, |part| part.title);
        let cause = Cause {
            kind: CauseKind::Status(StatusCode::new(fault.status)),
            severity: Severity::Failing,
            sentence: format!("answers {}", fault.status),
            evidence: None,
            retry_after: None,
        };
        return over(now, when, (Subject::Monitor(Name::from(fault.part)), title), cause);
    };
    let cause = TrafficCause {
        kind: AlarmKind::ServerErrors,
        diagnosis: Some(diagnosis),
        endpoint: Some(format!("POST {}", fault.endpoint)),
        clients: Vec::new(),
        receivers: Vec::new(),
        alarms: Vec::new(),
        evidence: vec![
            "22 of 91 requests in 5 min got errors of the server, usually 0.00 %".to_owned(),
            "by chance less often than once in a billion".to_owned(),
            "4 clients, 7 of 22 are the busiest one's".to_owned(),
        ],
    };
    let sentence = "answers errors of the server to 1 request in 4, usually 0.00 %";
    traffic(now, when, cause, (Severity::Failing, sentence))
}

fn scan(now: Timestamp) -> Incident {
    let cause = TrafficCause {
        kind: AlarmKind::Clients,
        diagnosis: Some(Diagnosis::Scan),
        endpoint: None,
        clients: vec![SCANNER.to_owned()],
        receivers: Vec::new(),
        alarms: Vec::new(),
        evidence: vec![
            "1203 paths that do not exist".to_owned(),
            "88 requests that try to break in".to_owned(),
            "611 requests for what nobody links to".to_owned(),
            "1310 of 1310 requests in 30 min failed".to_owned(),
            "one client".to_owned(),
        ],
    };
    traffic(now, SCAN, cause, (Severity::Degraded, "is searched for a way in by one client"))
}

fn traffic(
    now: Timestamp,
    when: (i64, i64),
    cause: TrafficCause,
    (severity, sentence): (Severity, &str),
) -> Incident {
    let kind = CauseKind::Traffic(Box::new(cause));
    let cause = Cause { kind, severity, sentence: sentence.to_owned(), retry_after: None, evidence: None };
    over(now, when, (Subject::Traffic(Name::from(SERVICE)), SERVICE), cause)
}
