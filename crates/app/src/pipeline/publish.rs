//! Puts what has changed where pages see it.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use jiff::Timestamp;
use statusquo_alert::{Engine, Incident, Scope, Subject, Verdict, WatchRecord};
use statusquo_serve::{
    Configured, Figures, Identity, LastProbe, MonitorView, Packed, PlannedWork, Queue, ReceiverView,
    SharedBoard,
};
use statusquo_store::{Reader, ReceiverHealth, Writer};

use crate::config::{self, Monitor};
use crate::delivery::News;
use crate::loaded::Loaded;
use crate::probing::{self, Seen};

/// Puts what has changed where pages see it.
pub(crate) struct Publisher {
    pub(crate) board: SharedBoard,
    pub(crate) figures: Arc<probing::Figures>,
    pub(crate) writer: Writer,
    pub(crate) reader: Reader,
    pub(crate) started: Timestamp,
    /// What pages call this installation, and its environment.
    pub(crate) identity: (&'static str, &'static str),
}

impl Publisher {
    pub(crate) fn configure(&self, loaded: &Loaded, now: Timestamp) {
        let config = &loaded.config;
        let planned = config.maintenance.iter().map(|work| PlannedWork {
            name: work.name.clone(),
            monitors: match &work.scope {
                Scope::All => Vec::new(),
                Scope::Monitors(names) => names.clone(),
            },
            next: work.next(now),
        });
        let known = self.reader.receivers().unwrap_or_default();
        let receivers = config.receivers.iter().map(|receiver| {
            let target = receiver.channel.target();
            let kind = loaded.receivers.get(&receiver.name).map_or("steps", |outlet| outlet.receiver.kind());
            {
                let health = known.iter().find(|health| health.receiver == receiver.name).cloned();
                ReceiverView { name: receiver.name.clone(), kind, target, health }
            }
        });
        let identity = Identity {
            title: self.identity.0.to_owned(),
            environment: self.identity.1.to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            started: self.started,
            config: Packed::of(&config::to_toml(&config.in_force.parts())),
        };
        let configured = Configured {
            identity,
            monitors: config.monitors.iter().map(|monitor| view(monitor, config)).collect(),
            receivers: receivers.collect(),
            planned: planned.collect(),
            public: loaded.public.clone(),
        };
        self.board.write(|board| board.configure(configured));
    }

    pub(crate) fn seen(&self, seen: &Seen) {
        let mut probe = LastProbe::from(&seen.sample);
        probe.certificate_expires = seen.expires;
        probe.sentence = match &seen.verdict {
            Verdict::Good => None,
            Verdict::Bad(cause) => Some(cause.sentence.clone()),
            Verdict::Unknown(_) => seen.blind.clone(),
        };
        self.board.write(|board| {
            board.observed(&seen.monitor, probe);
            board.found(&seen.monitor, &seen.findings, seen.ended);
        });
    }

    pub(crate) fn watch(&self, record: &WatchRecord) {
        self.board.write(|board| board.state(&record.monitor, record.shown, record.since));
    }

    pub(crate) fn incident(&self, incident: Incident) {
        self.board.write(|board| board.incident(incident));
    }

    pub(crate) fn delivery(&self, news: &News, now: Timestamp) {
        let health = ReceiverHealth {
            receiver: news.receiver.clone(),
            last_sent: news.health.last_sent,
            last_failure: (news.health.failures > 0).then_some(now),
            failures: news.health.failures,
            failing_since: None,
            reason: news.health.last_error.clone(),
        };
        self.board.write(|board| board.receiver(health));
    }

    pub(crate) fn tick(&self, engine: &Engine, (waiting, capacity): (usize, usize)) {
        let counted = &self.figures;
        let stored = self.reader.stored().ok();
        let own = |incident: &Incident| match &incident.subject {
            Subject::Own(fault) if incident.is_open() => Some(*fault),
            Subject::Own(_) | Subject::Monitor(_) | Subject::Traffic(_) => None,
        };
        let queue = |name, length: usize, capacity: usize, dropped| Queue {
            name,
            length: length as u64,
            capacity: capacity as u64,
            dropped,
        };
        let figures = Figures {
            late: Duration::from_micros(counted.worst_lateness_us.swap(0, Ordering::Relaxed)),
            under_way: counted.under_way.load(Ordering::Relaxed),
            queues: vec![
                queue("events", waiting, capacity, counted.dropped.load(Ordering::Relaxed)),
                queue("store", self.writer.waiting(), 4096, self.writer.dropped()),
            ],
            outbox_pending: stored.as_ref().map_or(0, |stored| stored.pending),
            store_bytes: stored.as_ref().map_or(0, |stored| stored.bytes),
            faults: engine.incidents().filter_map(own).collect(),
        };
        self.board.write(|board| board.figures(figures));
    }

    /// The silences in force or to come: the engine drops those that have ended a little later.
    pub(crate) fn silences(&self, engine: &Engine, now: Timestamp) {
        let silences = engine.silences().filter(|silence| silence.until > now).cloned().collect();
        self.board.write(|board| board.silences(silences));
    }
}

fn view(monitor: &Monitor, config: &config::Config) -> MonitorView {
    let policy = &monitor.policy;
    let (name, target) = (policy.name.clone(), policy.target.clone());
    let mut view = MonitorView::new(name, target, monitor.kind, policy.every);
    view.title.clone_from(&policy.title);
    view.group.clone_from(&monitor.group);
    view.runbook.clone_from(&policy.runbook);
    view.parent.clone_from(&policy.parent);
    view.receivers = config.told_of(&policy.receivers);
    view.expectations = monitor.expectations.describe();
    view
}
