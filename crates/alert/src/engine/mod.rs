//! The engine: one input in, effects out.

mod alarms;
mod background;
mod beats;
mod commands;
mod escalate;
mod incidents;
mod own;
mod settle;
mod watched;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use statusquo_exchange::{Name, OwnFault};

use self::alarms::Behind;
use self::beats::missed;
use self::own::OwnWatch;
use self::watched::{Passed, Watched};
use crate::likely::Background;
use crate::time::since;
use crate::watch::Watch;
use crate::{
    Alarm, Command, CommandError, Dependency, Deploy, Effect, Incident, IncidentNumber, Maintenance, Notice,
    Observation, Policy, Receiver, Silence, SilenceId, Subject, Trouble, Verdict, WatchRecord, Who,
};

/// Resolved incidents stay at hand for so long, for the reopen window and for late remarks.
const KEPT_AT_HAND: Duration = Duration::from_secs(60 * 60);

/// The configuration as far as the engine needs it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Setup {
    /// The monitors.
    pub policies: Vec<Arc<Policy>>,
    /// The receivers.
    pub receivers: Vec<Receiver>,
    /// Planned work.
    pub maintenance: Vec<Maintenance>,
    /// Who is told of our own faults.
    pub own_receivers: Vec<Name>,
    /// Who is told of the traffic of services.
    pub traffic_receivers: Vec<Name>,
    /// The service that each monitor belongs to, where it has another name.
    pub services: BTreeMap<Name, Name>,
    /// The third parties that monitors and services depend on.
    pub dependencies: Vec<Dependency>,
}

/// What was saved before a restart.
#[derive(Debug, Clone, Default)]
pub struct Restored {
    /// What was known of the monitors.
    pub watches: Vec<WatchRecord>,
    /// Incidents that are open or were resolved lately (a day), and the newest one.
    pub incidents: Vec<Incident>,
    /// Silences that have not ended, and the newest one.
    pub silences: Vec<Silence>,
}

/// What the engine learns.
#[derive(Debug, Clone)]
pub enum Input {
    /// The configuration, at the start and whenever it changes.
    Configure(Box<Setup>),
    /// What a probe showed.
    Observed(Observation),
    /// A heartbeat arrived for this monitor; `Some(code)` other than 0 says that the job failed.
    Beat {
        /// The monitor.
        monitor: Name,
        /// The exit code it gave, if any.
        exit_code: Option<i32>,
    },
    /// We noticed a fault of our own, or (`false`) that it is over. Faults that come with observations need not
    /// be reported again.
    Own(OwnFault, bool),
    /// What a detector, a threshold or a burn rate says of a service.
    Alarm(Box<Alarm>),
    /// A service was deployed; it may have been a while ago.
    Deployed(Deploy),
    /// How a third party does: `None` means well.
    ThirdParty(Name, Option<Trouble>),
    /// The wall clock was corrected: what seems to have been missed meanwhile was not.
    ClockSet,
    /// A person asks for something.
    Command(Command, Who),
    /// Time has passed.
    Tick,
}

/// All monitors, incidents and silences, and what follows from an input.
#[derive(Debug, Default)]
pub struct Engine {
    watches: HashMap<Name, Watched>,
    restored: HashMap<Name, WatchRecord>,
    incidents: BTreeMap<IncidentNumber, Incident>,
    newest: u64,
    newest_silence: u64,
    silences: BTreeMap<SilenceId, Silence>,
    maintenance: Vec<Maintenance>,
    receivers: HashMap<Name, Receiver>,
    own_receivers: Vec<Name>,
    traffic_receivers: Vec<Name>,
    behind: BTreeMap<IncidentNumber, Behind>,
    own: BTreeMap<OwnFault, OwnWatch>,
    background: Background,
    started: Option<Timestamp>,
    pending: Pending,
}

/// What has changed during one input.
#[derive(Debug, Default)]
struct Pending {
    rechecks: Vec<Effect>,
    watches: BTreeSet<Name>,
    dropped: Vec<Name>,
    incidents: BTreeSet<IncidentNumber>,
    silences: BTreeSet<SilenceId>,
}

impl Engine {
    /// An engine that goes on where another one stopped. It wants an [`Input::Configure`] next.
    #[must_use]
    pub fn restore(restored: Restored) -> Self {
        let newest = restored.incidents.iter().map(|incident| incident.number.0).max().unwrap_or(0);
        let newest_silence = restored.silences.iter().map(|silence| silence.id.0).max().unwrap_or(0);
        let mut engine = Self {
            restored: restored.watches.into_iter().map(|record| (record.monitor.clone(), record)).collect(),
            silences: restored.silences.into_iter().map(|silence| (silence.id, silence)).collect(),
            newest,
            newest_silence,
            ..Self::default()
        };
        for incident in restored.incidents {
            if let (Subject::Own(fault), true) = (&incident.subject, incident.is_open()) {
                engine.own.entry(*fault).or_default().incident = Some(incident.number);
            }
            engine.behind.extend(Behind::restored(&incident).map(|behind| (incident.number, behind)));
            engine.incidents.insert(incident.number, incident);
        }
        engine
    }

    /// Takes one input and says what follows from it.
    ///
    /// # Errors
    /// A [`Command`] can be refused; nothing else can.
    pub fn apply(&mut self, input: Input, now: Timestamp) -> Result<Vec<Effect>, CommandError> {
        let everything = matches!(input, Input::Tick | Input::Configure(_) | Input::Command(..));
        let has_background =
            matches!(input, Input::Configure(_) | Input::Deployed(_) | Input::ThirdParty(..));
        match input {
            Input::Configure(setup) => self.configure(*setup, now),
            Input::Observed(observation) => self.observe(observation, now),
            Input::Beat { monitor, exit_code } => self.beat(&monitor, exit_code, now)?,
            Input::Own(fault, there) => self.own.entry(fault).or_default().reported = there,
            Input::Command(command, who) => self.obey(command, who, now)?,
            Input::Alarm(alarm) => self.alarm(&alarm, now),
            Input::Deployed(deploy) => self.background.deployed(deploy),
            Input::ThirdParty(name, trouble) => self.background.third_party(name, trouble),
            Input::ClockSet => self.started = Some(now),
            Input::Tick => self.tick(now),
        }
        self.judge_own_faults(now);
        self.look_behind(has_background, now);
        Ok(self.settle(everything, now))
    }

    /// What is known of a monitor.
    #[must_use]
    pub fn watch(&self, monitor: &str) -> Option<WatchRecord> {
        self.watches.get(monitor).map(|watch| watch.record())
    }

    /// The incidents at hand: open ones, and those resolved within the last hour.
    pub fn incidents(&self) -> impl Iterator<Item = &Incident> {
        self.incidents.values()
    }

    /// The silences that have not ended.
    pub fn silences(&self) -> impl Iterator<Item = &Silence> {
        self.silences.values()
    }

    fn configure(&mut self, setup: Setup, now: Timestamp) {
        self.started.get_or_insert(now);
        self.maintenance = setup.maintenance;
        self.own_receivers = setup.own_receivers;
        self.traffic_receivers = setup.traffic_receivers;
        self.background.services = setup.services;
        self.background.dependencies = setup.dependencies;
        self.receivers =
            setup.receivers.into_iter().map(|receiver| (receiver.name.clone(), receiver)).collect();
        let wanted: BTreeSet<Name> = setup.policies.iter().map(|policy| policy.name.clone()).collect();
        for policy in setup.policies {
            self.configure_one(policy, now);
        }
        let gone: Vec<Name> = self
            .watches
            .keys()
            .chain(self.restored.keys())
            .filter(|name| !wanted.contains(*name))
            .cloned()
            .collect();
        for name in gone {
            self.withdraw(&name, "the monitor was removed", now);
            self.watches.remove(&name);
            self.restored.remove(&name);
            self.pending.dropped.push(name);
        }
    }

    fn configure_one(&mut self, policy: Arc<Policy>, now: Timestamp) {
        let name = policy.name.clone();
        if let Some(watch) = self.watches.get_mut(&name) {
            watch.policy = policy;
            return;
        }
        let mut watch = Watch::new(policy, now);
        if let Some(record) = self.restored.remove(&name) {
            let incident = record.incident.and_then(|number| self.incidents.get(&number));
            let open = incident.filter(|incident| incident.is_open());
            watch.take_up(&record, open.and_then(|incident| incident.cause.clone()), now);
        }
        self.watches.insert(name.clone(), watch.into());
        self.pending.watches.insert(name);
    }

    fn observe(&mut self, observation: Observation, now: Timestamp) {
        let name = observation.monitor.clone();
        let bad = matches!(observation.verdict, Verdict::Bad(_));
        let known = !matches!(observation.verdict, Verdict::Unknown(_));
        let Some(watch) = self.watches.get_mut(&name) else { return };
        if watch.paused {
            return;
        }
        let steps = watch.observe(observation, now);
        let open = watch.incident.and_then(|number| self.incidents.get_mut(&number));
        if let (Some(incident), true) = (open.filter(|incident| incident.is_open()), known) {
            incident.of = incident.of.saturating_add(1);
            incident.bad = incident.bad.saturating_add(u32::from(bad));
        }
        self.note_faults(&name);
        self.take(&name, steps, now);
    }

    fn tick(&mut self, now: Timestamp) {
        let started = self.started.unwrap_or(now);
        let passed =
            |(name, watched): (&Name, &mut Watched)| Some((name.clone(), watched.pass(started, now)?));
        // Nothing has happened to nearly all of them.
        let passed: Vec<(Name, Passed)> = self.watches.iter_mut().filter_map(passed).collect();
        for (name, passed) in passed {
            self.take_passed(&name, passed, now);
        }
        self.silences.retain(|_, silence| silence.until > now);
        self.tick_alarms(now);
        self.forget_old_incidents(now);
    }

    fn take_passed(&mut self, name: &Name, Passed { steps, has_changed, missed_at }: Passed, now: Timestamp) {
        if has_changed {
            self.pending.watches.insert(name.clone());
            self.take(name, steps, now);
        }
        if let Some(at) = missed_at {
            self.observe(missed(name, at, now), now);
        }
    }

    fn forget_old_incidents(&mut self, now: Timestamp) {
        let newest = IncidentNumber(self.newest);
        self.incidents.retain(|number, incident| {
            let indebted = incident.told.values().any(|told| told.notice != Notice::Resolved);
            let recent = incident.resolved.is_some_and(|at| since(at, now) < KEPT_AT_HAND);
            incident.is_open() || indebted || recent || *number == newest
        });
    }
}
