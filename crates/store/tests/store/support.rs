//! A store in a folder of its own, and things to put into it.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use jiff::Timestamp;
use statusquo_alert::{
    Brief, Cause, CauseKind, Effect, Incident, IncidentNumber, Notice, Notification, Phase, Severity, Subject,
};
use statusquo_catalogue::StatusCode;
use statusquo_exchange::{ExchangeId, Name};
use statusquo_slo::{Answer, Mark, Phases, Sample};
use statusquo_store::{Reader, Retention, Store, StoreError, Writer};
use tempfile::TempDir;
use tokio::sync::oneshot;

pub(crate) type Promise = oneshot::Receiver<Result<(), StoreError>>;

/// A store in a folder of its own.
pub(crate) struct Home {
    pub(crate) folder: TempDir,
    store: Option<Store>,
}

impl Home {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Some(open(folder.path()).unwrap());
        Self { folder, store }
    }

    pub(crate) fn writer(&self) -> Writer {
        self.store.as_ref().unwrap().writer()
    }

    pub(crate) fn reader(&self) -> Reader {
        self.store.as_ref().unwrap().reader()
    }

    /// Closes the store and opens it again.
    pub(crate) fn restart(&mut self) {
        self.store.take().unwrap().close();
        self.store = Some(open(self.folder.path()).unwrap());
    }

    /// Waits until all that was put into the queue before is done.
    pub(crate) fn settle(&self) {
        ok(self.writer().commit(Vec::new()));
        // Decisions overtake probes that came within the same batch: a second one comes after these.
        ok(self.writer().commit(Vec::new()));
    }

    pub(crate) fn save(&self, effects: Vec<Effect>) {
        ok(self.writer().commit(effects));
    }
}

pub(crate) fn open(folder: &Path) -> Result<Store, StoreError> {
    Store::open(folder, Retention::default())
}

pub(crate) fn wait(promise: Promise) -> Result<(), StoreError> {
    promise.blocking_recv().expect("the writer answers")
}

pub(crate) fn ok(promise: Promise) {
    wait(promise).unwrap();
}

/// So many seconds after a moment that begins a day.
pub(crate) fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(1_767_225_600 + seconds).unwrap()
}

pub(crate) fn name(text: &str) -> Name {
    Name::from(text)
}

pub(crate) fn cause(kind: CauseKind) -> Cause {
    Cause {
        kind,
        severity: Severity::Failing,
        sentence: "answers 503 Service Unavailable".to_owned(),
        retry_after: Some(Duration::from_secs(120)),
        evidence: Some(ExchangeId("e1".to_owned())),
    }
}

pub(crate) fn incident(number: u64) -> Incident {
    Incident {
        number: IncidentNumber(number),
        subject: Subject::Monitor(name("orders")),
        title: "Orders".to_owned(),
        target: "GET https://api.example/orders".to_owned(),
        phase: Phase::Open,
        severity: Severity::Failing,
        cause: Some(cause(CauseKind::Status(StatusCode::new(503)))),
        began: at(0),
        opened: at(5),
        resolved: None,
        acknowledged: None,
        bad: 2,
        of: 3,
        affected: Vec::new(),
        likely: Vec::new(),
        runbook: None,
        timeline: Vec::new(),
        told: BTreeMap::new(),
        escalated: BTreeMap::new(),
    }
}

pub(crate) fn saved(incident: Incident) -> Effect {
    Effect::SaveIncident(Box::new(incident))
}

pub(crate) fn notification(number: u64, receiver: &str, notice: Notice) -> Notification {
    let Incident { subject, title, target, severity, cause, began, bad, of, .. } = incident(number);
    Notification {
        key: format!("incident-{number}-{receiver}-{}", notice.as_str()),
        receiver: name(receiver),
        notice,
        at: at(5),
        brief: Brief {
            incident: IncidentNumber(number),
            subject,
            title,
            target,
            severity,
            cause,
            began,
            resolved: None,
            resolved_by: None,
            acknowledged: None,
            bad,
            of,
            affected: vec![name("checkout")],
            likely: Vec::new(),
            runbook: Some("https://wiki.example/orders".to_owned()),
        },
    }
}

pub(crate) fn notify(notification: Notification) -> Effect {
    Effect::Notify(Box::new(notification))
}

pub(crate) fn sample(seconds: i64, code: u16, mark: Mark) -> Sample {
    Sample {
        at: at(seconds),
        answer: Answer::Status(StatusCode::new(code)),
        mark,
        phases: Phases { connect: Some(900), wait: Some(11_000), total: 12_000, ..Phases::default() },
    }
}
