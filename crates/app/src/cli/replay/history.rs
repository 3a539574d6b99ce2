//! A log, minute by minute in virtual time: the same detectors and the same engine as in `serve`.

use jiff::Timestamp;
use statusquo_alert::{AlarmState, Detector, Incident, Input, Receiver, Restored, Setup, Subject};
use statusquo_exchange::Name;
use statusquo_slo::traffic::{Batch, Endpoint, Minute, Minutes, Traffic};

use crate::cli::played::Played;

/// Minutes without a request are played, as long as something goes on, up to so many in a row.
const LONGEST_SILENCE_MINUTES: i64 = 240;

/// A log while it is played.
pub(in crate::cli) struct History {
    service: Name,
    minutes: Minutes,
    detector: Detector,
    played: Played,
    first: Option<i64>,
    last: Option<i64>,
}

impl History {
    pub(super) fn new(service: Name) -> Self {
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
        Self {
            detector: Detector::new(service.clone()),
            service,
            minutes: Minutes::new(),
            played: Played::new(Restored::default(), setup, Timestamp::UNIX_EPOCH),
            first: None,
            last: None,
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
            self.played.apply(Input::Alarm(Box::new(alarm)), now);
        }
        self.played.finish();
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
            self.played.apply(Input::Alarm(Box::new(alarm)), now);
        }
        if has_ended || self.is_going_on() || minute.start.rem_euclid(3600) == 0 {
            self.played.apply(Input::Tick, now);
        }
    }

    /// The incidents, in order.
    pub(super) fn incidents(&self) -> impl Iterator<Item = &Incident> {
        let is_ours = |incident: &&Incident| matches!(&incident.subject, Subject::Traffic(service) if *service == self.service);
        self.played.incidents().filter(is_ours)
    }

    /// All that was played.
    pub(super) const fn played(&self) -> &Played {
        &self.played
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
