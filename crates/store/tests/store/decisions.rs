//! What the engine decided comes back as it was.

use std::time::Duration;

use statusquo_alert::{
    AlarmKind, Cause, CauseKind, Diagnosis, Effect, Entry, EntryKind, IncidentNumber, Notice, Phase, Scope,
    Severity, Silence, SilenceId, State, Subject, Told, TrafficCause, WatchRecord, WatchState, Who,
};
use statusquo_catalogue::StatusCode;
use statusquo_exchange::{FailureKind, OwnFault};
use statusquo_store::Page;

use crate::support::{Home, at, cause, incident, name, notification, notify, ok, saved};

/// One of each; the compiler asks for a new one here.
fn every_cause() -> Vec<CauseKind> {
    let mut all: Vec<CauseKind> = FailureKind::ALL.into_iter().map(CauseKind::Failure).collect();
    all.extend([0, 200, 503, 1000].map(|code| CauseKind::Status(StatusCode::new(code))));
    let next = |kind: &CauseKind| match kind {
        CauseKind::Failure(_) => None,
        CauseKind::Status(_) => Some(CauseKind::Expectation { status: None, expectation: "latency" }),
        CauseKind::Expectation { status: None, .. } => {
            Some(CauseKind::Expectation { status: Some(StatusCode::new(200)), expectation: "json" })
        }
        CauseKind::Expectation { .. } => Some(CauseKind::CertificateExpiring { days_left: 6 }),
        CauseKind::CertificateExpiring { .. } => Some(CauseKind::HeartbeatMissed),
        CauseKind::HeartbeatMissed => Some(CauseKind::HeartbeatFailed { exit_code: None }),
        CauseKind::HeartbeatFailed { exit_code: None } => {
            Some(CauseKind::HeartbeatFailed { exit_code: Some(-1) })
        }
        CauseKind::HeartbeatFailed { .. } => Some(CauseKind::Traffic(Box::new(TrafficCause {
            kind: AlarmKind::Clients,
            diagnosis: Some(Diagnosis::Scan),
            endpoint: Some("POST /login".to_owned()),
            clients: vec!["192.0.2.1".to_owned()],
            evidence: vec!["191 paths that do not exist".to_owned()],
            receivers: vec![statusquo_exchange::Name::from("ops")],
            alarms: vec!["shop|drop".to_owned()],
        }))),
        CauseKind::Traffic(_) => None,
    };
    while let Some(kind) = next(all.last().unwrap()) {
        all.push(kind);
    }
    all
}

fn every_entry() -> Vec<EntryKind> {
    let text = || "answers 503 \"now\"\n".to_owned();
    let who = || Who("slack:U123".to_owned());
    let mut all = vec![EntryKind::Opened(text())];
    let next = |kind: &EntryKind| match kind {
        EntryKind::Opened(_) => Some(EntryKind::CauseChanged(text())),
        EntryKind::CauseChanged(_) => Some(EntryKind::Worsened(text())),
        EntryKind::Worsened(_) => Some(EntryKind::Recovering),
        EntryKind::Recovering => Some(EntryKind::FailedAgain(text())),
        EntryKind::FailedAgain(_) => Some(EntryKind::Resolved),
        EntryKind::Resolved => Some(EntryKind::ResolvedBy(who())),
        EntryKind::ResolvedBy(_) => Some(EntryKind::Withdrawn(text())),
        EntryKind::Withdrawn(_) => Some(EntryKind::Reopened(text())),
        EntryKind::Reopened(_) => Some(EntryKind::Acknowledged(who())),
        EntryKind::Acknowledged(_) => Some(EntryKind::PassedOn(who())),
        EntryKind::PassedOn(_) => Some(EntryKind::Escalated(name("duty"), 2)),
        EntryKind::Escalated(..) => Some(EntryKind::Note(who(), text())),
        EntryKind::Note(..) => Some(EntryKind::Flapping),
        EntryKind::Flapping => Some(EntryKind::Held(text())),
        EntryKind::Held(_) => Some(EntryKind::Released),
        EntryKind::Released => Some(EntryKind::Affects(name("checkout"))),
        EntryKind::Affects(_) => Some(EntryKind::Told(name("oncall"), Notice::Opened)),
        EntryKind::Told(..) => Some(EntryKind::Blind(OwnFault::Clock)),
        EntryKind::Blind(_) => None,
    };
    while let Some(kind) = next(all.last().unwrap()) {
        all.push(kind);
    }
    all.extend(Notice::ALL.map(|notice| EntryKind::Told(name("oncall"), notice)));
    all.extend(OwnFault::ALL.map(EntryKind::Blind));
    all
}

#[test]
fn every_cause_survives_in_incidents_and_messages() {
    let mut home = Home::new();
    let kinds = every_cause();
    assert_eq!(kinds.len(), FailureKind::ALL.len() + 4 + 7);
    for (number, kind) in (1..).zip(&kinds) {
        let severity = [Severity::Degraded, Severity::Failing][usize::try_from(number % 2).unwrap()];
        let mut told = notification(number, "oncall", Notice::Opened);
        told.brief.cause = Some(Cause { severity, ..cause(kind.clone()) });
        let mut opened = incident(number);
        opened.cause.clone_from(&told.brief.cause);
        home.save(vec![saved(opened), notify(told)]);
    }
    home.restart();
    for (number, kind) in (1..).zip(&kinds) {
        let due = home.reader().waiting(IncidentNumber(number), &name("oncall"), 10).unwrap().remove(0);
        let back = home.reader().incident(IncidentNumber(number)).unwrap().unwrap();
        assert_eq!(back.cause.as_ref().map(|cause| &cause.kind), Some(kind));
        assert_eq!(due.notification.brief.cause, back.cause);
    }
}

#[test]
fn a_full_incident_survives() {
    let mut home = Home::new();
    let mut all = Vec::new();
    let subjects = OwnFault::ALL.map(Subject::Own).into_iter().chain([Subject::Monitor(name("orders"))]);
    let phases = [Phase::Open, Phase::Acknowledged, Phase::Resolved];
    for (number, subject) in (1..).zip(subjects) {
        let mut incident = incident(number);
        incident.subject = subject;
        incident.phase = phases[usize::try_from(number % 3).unwrap()];
        incident.cause = None;
        incident.resolved = (incident.phase == Phase::Resolved).then(|| at(600));
        incident.acknowledged = Some((Who("ada".to_owned()), at(60)));
        incident.affected = vec![name("checkout"), name("billing")];
        incident.runbook = Some("https://wiki.example/orders".to_owned());
        incident.timeline =
            (0..).zip(every_entry()).map(|(second, kind)| Entry { at: at(second), kind }).collect();
        incident.told = (0..)
            .zip(Notice::ALL)
            .map(|(count, notice)| {
                let told =
                    Told { notice, severity: Severity::Degraded, at: at(7), count, reminders: count / 2 };
                (name(notice.as_str()), told)
            })
            .collect();
        all.push(incident);
    }
    home.save(all.iter().cloned().map(saved).collect());
    home.restart();
    assert_eq!(home.reader().restore(at(700)).unwrap().incidents, all);
}

#[test]
fn every_state_of_a_watch_survives_until_it_is_dropped() {
    let mut home = Home::new();
    let states = [Severity::Degraded, Severity::Failing]
        .into_iter()
        .flat_map(|severity| [WatchState::Down(severity), WatchState::Recovering(severity)])
        .chain([WatchState::New, WatchState::Up, WatchState::Suspect]);
    let mut records = Vec::new();
    for (number, (state, shown)) in (0..).zip(states.zip(State::ALL.into_iter().cycle())) {
        records.push(WatchRecord {
            monitor: name(&format!("monitor-{number}")),
            state,
            shown,
            since: at(number),
            incident: (number % 2 == 0).then_some(IncidentNumber(7)),
            paused: number % 3 == 0,
            last_beat: (number % 2 == 1).then(|| at(-number)),
            changes: (0..number).map(at).collect(),
        });
    }
    home.save(records.iter().cloned().map(Effect::SaveWatch).collect());
    home.restart();
    let mut back = home.reader().restore(at(0)).unwrap().watches;
    back.sort_by(|a, b| a.monitor.cmp(&b.monitor));
    assert_eq!(back, records);
    home.save(records.iter().map(|record| Effect::DropWatch(record.monitor.clone())).collect());
    assert!(home.reader().restore(at(0)).unwrap().watches.is_empty());
}

#[test]
fn silences_survive_until_they_end() {
    let mut home = Home::new();
    let silence = |id: u64, scope: Scope| Silence {
        id: SilenceId(id),
        scope,
        from: at(0),
        until: at(0) + Duration::from_secs(id * 100),
        by: Who("ada".to_owned()),
        comment: "deploy".to_owned(),
    };
    let some = Scope::Monitors([name("orders"), name("billing")].into_iter().collect());
    let both = vec![silence(1, Scope::All), silence(2, some)];
    home.save(both.iter().cloned().map(Effect::SaveSilence).collect());
    home.restart();
    assert_eq!(home.reader().restore(at(99)).unwrap().silences, both);
    assert_eq!(home.reader().silences(at(100)).unwrap(), both[1..]);
    assert_eq!(home.reader().silences(at(200)).unwrap(), []);
    assert_eq!(home.reader().restore(at(200)).unwrap().silences, both[1..], "the next one is number 3");
}

#[test]
fn what_an_engine_needs_are_open_recent_indebted_and_the_newest() {
    let home = Home::new();
    let resolved = |number: u64, day: i64, notice: Notice| {
        let mut incident = incident(number);
        incident.phase = Phase::Resolved;
        incident.resolved = Some(at(day * 86_400));
        let told = Told { notice, severity: Severity::Failing, at: at(6), count: 1, reminders: 0 };
        incident.told.insert(name("oncall"), told);
        saved(incident)
    };
    home.save(vec![
        resolved(1, 0, Notice::Resolved),
        saved(incident(2)),
        resolved(3, 0, Notice::Opened),
        resolved(4, 9, Notice::Resolved),
        resolved(5, 0, Notice::Resolved),
        resolved(6, 0, Notice::Resolved),
    ]);
    let restored = home.reader().restore(at(9 * 86_400 + 60)).unwrap();
    let numbers: Vec<u64> = restored.incidents.iter().map(|incident| incident.number.0).collect();
    assert_eq!(numbers, [2, 3, 4, 6]);
}

#[test]
fn incidents_are_paged_newest_first() {
    let home = Home::new();
    for number in 1..=10 {
        let mut incident = incident(number);
        if number % 2 == 0 {
            incident.subject = Subject::Monitor(name("billing"));
            incident.phase = Phase::Resolved;
        }
        home.save(vec![saved(incident)]);
    }
    let all = Page { monitor: None, phase: None, before: None, limit: 3 };
    let check = |page: &Page, expect: &[u64]| {
        let numbers: Vec<u64> = home.reader().incidents(page).unwrap().iter().map(|i| i.number.0).collect();
        assert_eq!(numbers, expect, "{page:?}");
    };
    check(&all, &[10, 9, 8]);
    check(&Page { before: Some(IncidentNumber(8)), ..all.clone() }, &[7, 6, 5]);
    check(&Page { monitor: Some(name("billing")), ..all.clone() }, &[10, 8, 6]);
    check(&Page { phase: Some(Phase::Open), before: Some(IncidentNumber(4)), ..all.clone() }, &[3, 1]);
    check(&Page { phase: Some(Phase::Acknowledged), ..all }, &[]);
}

#[test]
fn the_audit_log_is_read_newest_first() {
    let home = Home::new();
    for (second, what) in [(1, "pauses orders"), (2, "resumes orders")] {
        ok(home.writer().audit(at(second), Who("ada".to_owned()), what.to_owned()));
    }
    let log = home.reader().audit(10).unwrap();
    let lines: Vec<_> = log.iter().map(|line| (line.at, line.who.as_str(), line.what.as_str())).collect();
    assert_eq!(lines, [(at(2), "ada", "resumes orders"), (at(1), "ada", "pauses orders")]);
}
