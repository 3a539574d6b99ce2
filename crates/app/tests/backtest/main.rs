//! `statusquo alert preview` and `slo simulate` through the real binary, over a store that is written by its own API.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail")]

#[path = "../support/mod.rs"]
mod support;

mod preview;
mod simulate;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use statusquo_alert::{
    Cause, CauseKind, Effect, Entry, EntryKind, Incident, IncidentNumber, Notice, Phase, Severity, Subject,
};
use statusquo_catalogue::StatusCode;
use statusquo_exchange::Name;
use statusquo_slo::kept::Layer;
use statusquo_slo::traffic::{Counted, EndpointName, Harvest, Measure, Series};
use statusquo_slo::{Answer, Mark, Phases, Sample};
use statusquo_store::{Retention, Store, TrafficBatch};

/// The whole minute so many minutes ago.
fn ago(minutes: i64) -> Timestamp {
    let now = Timestamp::now().as_second();
    Timestamp::from_second(now - now.rem_euclid(60) - minutes * 60).unwrap()
}

/// A past in a folder, while it is written.
struct Past {
    store: Store,
}

impl Past {
    fn new(folder: &Path) -> Self {
        Self { store: Store::open(&folder.join("data"), Retention::default()).unwrap() }
    }

    fn save(&self, effects: Vec<Effect>) {
        self.store.writer().commit(effects).blocking_recv().unwrap().unwrap();
    }

    /// A probe each half minute of the last two hours; bad in these minutes, counted back from now.
    fn probes(&self, monitor: &str, bad: std::ops::Range<i64>) {
        let probe = |half: i64| {
            let at = ago(120) + SignedDuration::from_secs(half * 30);
            let is_bad = bad.contains(&(119 - half / 2));
            let (code, mark) = if is_bad { (503, Mark::Bad) } else { (200, Mark::Good) };
            let phases = Phases { total: 12_000, ..Phases::default() };
            let sample = Sample { at, answer: Answer::Status(StatusCode::new(code)), mark, phases };
            (Name::from(monitor), Name::from("local"), sample)
        };
        self.store.writer().samples((0..240).map(probe).collect());
        self.save(Vec::new());
        self.save(Vec::new());
    }

    /// Twenty requests a minute for orders in the last day; half of them fail in these minutes, counted back from now.
    fn traffic(&self, service: &str, bad: std::ops::Range<i64>) {
        let mut series = Series::new();
        for minute in (1..=24 * 60).rev() {
            let failed = if bad.contains(&minute) { 10 } else { 0 };
            let mut add = |code, count| {
                series.add(
                    ago(minute).as_second(),
                    Measure::Answer(Answer::Status(StatusCode::new(code))),
                    count,
                );
            };
            add(200, 20 - failed);
            add(500, failed);
        }
        let counted =
            |endpoint| Counted { endpoint, is_declared: false, layer: Layer::Edge, series: series.clone() };
        let counted = vec![counted(Some(EndpointName::new("POST", "/orders"))), counted(None)];
        let harvest = Harvest { renamed: Vec::new(), counted };
        let batch =
            TrafficBatch { services: vec![(Name::from(service), harvest)], ..TrafficBatch::default() };
        self.store.writer().traffic(Arc::new(batch)).blocking_recv().unwrap().unwrap();
    }

    /// An incident of a monitor that was told to `oncall`, from so many minutes ago to so many.
    fn incident(&self, monitor: &str, (from, until): (i64, i64)) {
        let told =
            |minute, notice| Entry { at: ago(minute), kind: EntryKind::Told(Name::from("oncall"), notice) };
        let incident = Incident {
            number: IncidentNumber(7),
            subject: Subject::Monitor(Name::from(monitor)),
            title: monitor.to_owned(),
            target: "GET http://localhost/".to_owned(),
            phase: Phase::Resolved,
            severity: Severity::Failing,
            cause: Some(Cause {
                kind: CauseKind::Status(StatusCode::new(503)),
                severity: Severity::Failing,
                sentence: "answers 503 Service Unavailable".to_owned(),
                retry_after: None,
                evidence: None,
            }),
            began: ago(from),
            opened: ago(from),
            resolved: Some(ago(until)),
            acknowledged: None,
            bad: 2,
            of: 3,
            affected: Vec::new(),
            likely: Vec::new(),
            runbook: None,
            timeline: vec![told(from, Notice::Opened), told(until, Notice::Resolved)],
            told: BTreeMap::new(),
            escalated: BTreeMap::new(),
        };
        self.save(vec![Effect::SaveIncident(Box::new(incident))]);
    }

    fn close(self) {
        self.store.close();
    }
}
