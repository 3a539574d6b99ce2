//! A log, minute by minute in virtual time: the same detectors and the same engine as in `serve`.

use std::collections::BTreeMap;

use jiff::Timestamp;
use statusquo_alert::{
    AlarmState, Detector, Effect, Engine, Incident, IncidentNumber, Input, Notice, Receiver, Setup, Subject,
};
use statusquo_exchange::Name;
use statusquo_slo::traffic::{Batch, Endpoint, Minute, Minutes, Traffic};

/// Minutes without a request are played, as long as something goes on, up to so many in a row.
const LONGEST_SILENCE_MINUTES: i64 = 240;

/// A log while it is played.
pub(in crate::cli) struct History {
    service: Name,
    minutes: Minutes,
    detector: Detector,
    engine: Engine,
    incidents: BTreeMap<IncidentNumber, Incident>,
    sent: Vec<Sent>,
    first: Option<i64>,
    last: Option<i64>,
    played: u64,
}

/// A message that would have been sent.
#[derive(Debug, Clone)]
pub(super) struct Sent {
    pub(super) incident: IncidentNumber,
    pub(super) notice: Notice,
    pub(super) at: Timestamp,
}

impl History {
    pub(super) fn new(service: Name) -> Self {
        let mut engine = Engine::default();
        let everybody = Name::from("everybody");
        let setup = Setup {
            receivers: vec![Receiver {
                name: everybody.clone(),
                wants: Vec::new(),
                repeat: None,
                steps: Vec::new(),
            }],
            traffic_receivers: vec![everybody],
            ..Setup::default()
        };
        // Only commands can be refused.
        drop(engine.apply(Input::Configure(Box::new(setup)), Timestamp::UNIX_EPOCH));
        Self {
            detector: Detector::new(service.clone()),
            service,
            minutes: Minutes::new(),
            engine,
            incidents: BTreeMap::new(),
            sent: Vec::new(),
            first: None,
            last: None,
            played: 0,
        }
    }

    /// Takes what was counted of a piece. Pieces may come in any order: minutes are played when all are read, or when
    /// there is no room for more.
    pub(in crate::cli) fn add(&mut self, traffic: &mut Traffic, batch: &Batch) {
        traffic.add_watched(batch, &mut self.minutes);
        for minute in self.minutes.overflow(&|endpoint| traffic.current(endpoint.clone())) {
            self.play(&minute, traffic);
        }
    }

    /// Plays what is left.
    pub(super) fn finish(&mut self, traffic: &Traffic) {
        for minute in self.minutes.due(i64::MAX, &|endpoint| traffic.current(endpoint.clone())) {
            self.play(&minute, traffic);
        }
        let now = moment(self.last.unwrap_or(0) + 60);
        let firing: Vec<_> = self.detector.alarms().cloned().collect();
        for alarm in firing {
            self.apply(Input::Alarm(Box::new(alarm)), now);
        }
        self.incidents.extend(self.engine.incidents().map(|incident| (incident.number, incident.clone())));
    }

    fn play(&mut self, minute: &Minute, traffic: &Traffic) {
        self.first.get_or_insert(minute.start);
        let mut next = self.last.map_or(minute.start, |last| last + 60);
        let silent_until = minute.start.min(next.saturating_add(LONGEST_SILENCE_MINUTES * 60));
        while next < silent_until && self.is_going_on() {
            self.watch(&Minute { start: next, ..Minute::default() }, traffic);
            next += 60;
        }
        self.watch(minute, traffic);
        self.last = Some(minute.start);
        self.played += 1;
    }

    fn is_going_on(&self) -> bool {
        self.detector.alarms().next().is_some()
    }

    fn watch(&mut self, minute: &Minute, traffic: &Traffic) {
        let now = moment(minute.start + 60);
        let name = |endpoint: &Endpoint| format!("{} {}", endpoint.method, traffic.path(&endpoint.route));
        let alarms = self.detector.watch(minute, &name);
        let has_ended = alarms.iter().any(|alarm| alarm.state == AlarmState::Cleared);
        for alarm in alarms {
            self.apply(Input::Alarm(Box::new(alarm)), now);
        }
        if has_ended || self.is_going_on() || minute.start.rem_euclid(3600) == 0 {
            self.apply(Input::Tick, now);
        }
    }

    fn apply(&mut self, input: Input, now: Timestamp) {
        for effect in self.engine.apply(input, now).unwrap_or_default() {
            match effect {
                Effect::SaveIncident(incident) => drop(self.incidents.insert(incident.number, *incident)),
                Effect::Notify(told) => {
                    self.sent.push(Sent { incident: told.brief.incident, notice: told.notice, at: told.at });
                }
                Effect::Recheck { .. }
                | Effect::SaveWatch(_)
                | Effect::DropWatch(_)
                | Effect::SaveSilence(_) => {}
            }
        }
    }

    /// The incidents, in order.
    pub(super) fn incidents(&self) -> impl Iterator<Item = &Incident> {
        let is_ours = |incident: &&Incident| matches!(&incident.subject, Subject::Traffic(service) if *service == self.service);
        self.incidents.values().filter(is_ours)
    }

    /// What would have been sent of an incident.
    pub(super) fn sent(&self, number: IncidentNumber) -> impl Iterator<Item = &Sent> {
        self.sent.iter().filter(move |sent| sent.incident == number)
    }

    /// From when to when the log speaks.
    pub(super) fn span(&self) -> Option<(Timestamp, Timestamp)> {
        Some((moment(self.first?), moment(self.last? + 60)))
    }

    /// Requests that came too late to be played.
    pub(super) const fn late(&self) -> u64 {
        self.minutes.late()
    }
}

fn moment(seconds: i64) -> Timestamp {
    Timestamp::from_second(seconds).unwrap_or(Timestamp::MAX)
}
