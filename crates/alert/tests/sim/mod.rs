//! Virtual time: a target that behaves as a script says, probed every 30 s by the real engine.
#![allow(dead_code, reason = "each test file uses its part")]

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use statusquo_alert::{
    Cause, CauseKind, Command, Effect, Engine, Gating, Incident, Input, Notice, Notification, Observation,
    OwnFault, Policy, Quorum, Receiver, Restored, Setup, Severity, Silence, Verdict, WatchRecord, Who,
};
use statusquo_catalogue::StatusCode;
use statusquo_exchange::{FailureKind, Name};

pub(crate) const START: i64 = 1_700_000_000;

pub(crate) fn at(seconds: f64) -> Timestamp {
    Timestamp::from_millisecond(START * 1000 + (seconds * 1000.0) as i64).expect("in range")
}

pub(crate) fn seconds(at: Timestamp) -> f64 {
    (at.as_millisecond() - START * 1000) as f64 / 1000.0
}

pub(crate) fn policy(name: &str) -> Policy {
    Policy {
        name: Name::from(name),
        title: name.to_owned(),
        target: format!("GET https://{name}.test/"),
        every: Duration::from_secs(30),
        timeout: Duration::from_secs(10),
        gating: Gating::default(),
        quorum: Quorum::Majority,
        locations: vec![Name::from("local")],
        confirm_for: Duration::ZERO,
        recover_for: Duration::from_secs(60),
        reopen_within: Duration::from_secs(600),
        parent: None,
        receivers: vec![Name::from("slack"), Name::from("mail")],
        runbook: None,
        heartbeat: None,
    }
}

pub(crate) fn setup(policies: Vec<Policy>) -> Setup {
    let receiver = |name: &str| Receiver {
        name: Name::from(name),
        wants: vec![Notice::Reminder],
        repeat: None,
        steps: vec![],
    };
    Setup {
        policies: policies.into_iter().map(Arc::new).collect(),
        receivers: vec![receiver("slack"), receiver("mail")],
        maintenance: Vec::new(),
        own_receivers: vec![Name::from("slack")],
        traffic_receivers: vec![Name::from("slack")],
        ..Setup::default()
    }
}

/// What a probe that begins at some moment meets.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Meets {
    Ok,
    Status(u16),
    /// 503 with Retry-After.
    Announced(u64),
    Refused,
    Hangs,
    Blind(OwnFault),
}

impl Meets {
    fn takes(self) -> f64 {
        match self {
            Self::Hangs => 10.0,
            Self::Ok | Self::Status(_) | Self::Announced(_) | Self::Refused | Self::Blind(_) => 0.0,
        }
    }

    pub(crate) fn verdict(self) -> Verdict {
        let cause = |kind, severity, sentence: &str, pause| {
            Verdict::Bad(Cause {
                kind,
                severity,
                sentence: sentence.to_owned(),
                retry_after: pause,
                evidence: None,
            })
        };
        match self {
            Self::Ok => Verdict::Good,
            Self::Status(code) => {
                let kind = CauseKind::Status(StatusCode::new(code));
                cause(kind, Severity::Failing, &format!("answers {code}"), None)
            }
            Self::Announced(pause) => {
                let kind = CauseKind::Status(StatusCode::new(503));
                cause(kind, Severity::Degraded, "answers 503", Some(Duration::from_secs(pause)))
            }
            Self::Refused => {
                let kind = CauseKind::Failure(FailureKind::ConnectRefused);
                cause(kind, Severity::Failing, "refuses connections", None)
            }
            Self::Hangs => {
                let kind = CauseKind::Failure(FailureKind::Timeout);
                cause(kind, Severity::Failing, "does not answer in time", None)
            }
            Self::Blind(fault) => Verdict::Unknown(fault),
        }
    }
}

/// What a restart finds.
#[derive(Debug, Default, Clone)]
pub(crate) struct Saved {
    pub watches: BTreeMap<Name, WatchRecord>,
    pub incidents: BTreeMap<u64, Incident>,
    pub silences: BTreeMap<u64, Silence>,
}

/// The engine with a clock, a schedule and a memory of all that it sent.
pub(crate) struct Sim {
    pub engine: Engine,
    pub now: f64,
    pub setup: Setup,
    pub sent: Vec<Notification>,
    pub saved: Saved,
    pub effects: Vec<Effect>,
    due: Vec<(f64, Name, Name)>,
    under_way: Vec<(f64, Name, Name, Meets)>,
}

impl Sim {
    pub(crate) fn new(setup: Setup) -> Self {
        let mut sim = Self {
            engine: Engine::restore(Restored::default()),
            now: 0.0,
            setup: setup.clone(),
            sent: Vec::new(),
            saved: Saved::default(),
            effects: Vec::new(),
            due: Vec::new(),
            under_way: Vec::new(),
        };
        for policy in setup.policies.iter().filter(|policy| policy.heartbeat.is_none()) {
            for location in &policy.locations {
                sim.due.push((0.0, policy.name.clone(), location.clone()));
            }
        }
        sim.apply(Input::Configure(Box::new(setup)));
        sim
    }

    pub(crate) fn configure(&mut self, setup: Setup) {
        self.setup = setup.clone();
        self.apply(Input::Configure(Box::new(setup)));
    }

    pub(crate) fn command(&mut self, command: Command) {
        let effects = self.engine.apply(Input::Command(command, Who("anna".into())), at(self.now));
        let effects = effects.expect("the command is accepted");
        self.carry_out(effects);
    }

    /// A command that may be refused.
    pub(crate) fn try_command(&mut self, command: Command) {
        let applied = self.engine.apply(Input::Command(command, Who("anna".into())), at(self.now));
        self.carry_out(applied.unwrap_or_default());
    }

    pub(crate) fn apply(&mut self, input: Input) {
        let effects = self.engine.apply(input, at(self.now)).expect("not a command");
        self.carry_out(effects);
    }

    fn carry_out(&mut self, effects: Vec<Effect>) {
        for effect in &effects {
            match effect.clone() {
                Effect::Recheck { monitor, location, at } => self.due.push((seconds(at), monitor, location)),
                Effect::SaveWatch(record) => drop(self.saved.watches.insert(record.monitor.clone(), record)),
                Effect::DropWatch(name) => drop(self.saved.watches.remove(&name)),
                Effect::SaveIncident(incident) => {
                    self.saved.incidents.insert(incident.number.0, *incident);
                }
                Effect::SaveSilence(silence) => drop(self.saved.silences.insert(silence.id.0, silence)),
                Effect::Notify(notification) => self.sent.push(*notification),
            }
        }
        self.effects.extend(effects);
    }

    /// Runs to a moment; `meets` says what a probe meets that begins then.
    pub(crate) fn run_to(&mut self, until: f64, meets: impl Fn(f64, &str, &str) -> Meets) {
        while self.now < until {
            let started: Vec<_> = self.due.extract_if(.., |(due, ..)| *due <= self.now).collect();
            for (_, monitor, location) in started {
                let met = meets(self.now, monitor.as_str(), location.as_str());
                self.under_way.push((self.now + met.takes(), monitor, location, met));
            }
            let ended: Vec<_> = self.under_way.extract_if(.., |(end, ..)| *end <= self.now).collect();
            for (_, monitor, location, met) in ended {
                let verdict = met.verdict();
                self.apply(Input::Observed(Observation { monitor, location, at: at(self.now), verdict }));
            }
            let whole = (self.now * 10.0).round() as i64;
            if whole % 10 == 0 {
                self.apply(Input::Tick);
            }
            if whole % 300 == 0 {
                self.start_round();
            }
            self.now = ((self.now * 10.0).round() + 1.0) / 10.0;
        }
    }

    fn start_round(&mut self) {
        for policy in self.setup.policies.iter().filter(|policy| policy.heartbeat.is_none()) {
            for location in &policy.locations {
                self.due.push((self.now + 30.0, policy.name.clone(), location.clone()));
            }
        }
    }

    /// `kill -9`, and a new engine from what was saved.
    pub(crate) fn restart(&mut self) {
        let saved = self.saved.clone();
        self.engine = Engine::restore(Restored {
            watches: saved.watches.into_values().collect(),
            incidents: saved.incidents.into_values().collect(),
            silences: saved.silences.into_values().collect(),
        });
        self.apply(Input::Configure(Box::new(self.setup.clone())));
    }

    /// The notices to one receiver, in order.
    pub(crate) fn told(&self, receiver: &str) -> Vec<Notice> {
        self.sent.iter().filter(|n| n.receiver.as_str() == receiver).map(|n| n.notice).collect()
    }

    pub(crate) fn first(&self, notice: Notice) -> f64 {
        self.sent.iter().find(|n| n.notice == notice).map(|n| seconds(n.at)).expect("it was told")
    }
}
