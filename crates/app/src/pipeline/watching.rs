//! Watches the traffic of a service: hands minutes to its detectors when nothing more is expected of them.

use jiff::Timestamp;
use statusquo_alert::{Alarm, AlarmState, Detector, Threshold, Tuning};
use statusquo_exchange::Name;
use statusquo_slo::traffic::{Batch, Endpoint, EndpointName, Live, Minute, Minutes};
use tokio::sync::oneshot;
use tokio::sync::oneshot::error::TryRecvError;

/// Readers work at the same time: what one of them is late by this is still counted in its minute.
const LATE_SECONDS: i64 = 20;
/// A source that says nothing for so long has nothing to say of the time before.
const SILENT_SECONDS: i64 = 600;
/// What older files say teaches what is usual; nobody is told of it any more.
const OLD_SECONDS: i64 = 3600;

/// Watches the traffic of a service.
pub(super) struct Watching {
    minutes: Minutes,
    detector: Detector,
    /// The first second of the next minute.
    next: Option<i64>,
    /// When it was looked at first.
    started: Option<i64>,
    setting: (Tuning, Vec<Threshold>),
    learning: Option<Learning>,
    /// What was firing before a restart, until the detectors go on with it.
    firing: Vec<Alarm>,
}

/// The past teaches the detectors meanwhile: they watch nothing before they know what is usual.
struct Learning {
    taught: oneshot::Receiver<Detector>,
    /// Up to this second.
    until: i64,
}

impl Watching {
    /// Knows nothing yet, but for what was firing before a restart.
    pub(super) fn new(service: Name, firing: Vec<Alarm>) -> Self {
        Self {
            minutes: Minutes::new(),
            detector: Detector::new(service),
            next: None,
            started: None,
            setting: (Tuning::default(), Vec::new()),
            learning: None,
            firing,
        }
    }

    /// From now on its detectors are set like this, and watch these thresholds.
    pub(super) fn configure(&mut self, tuning: Tuning, thresholds: Vec<Threshold>) {
        self.setting = (tuning, thresholds);
        self.detector.configure(self.setting.0.clone(), self.setting.1.clone());
    }

    /// The detectors, to be taught.
    pub(super) fn detector(&self) -> Detector {
        self.detector.clone()
    }

    /// Waits for detectors that the past has taught up to a second. What was counted after it is `rest`, and what is still
    /// to come is added.
    pub(super) fn wait_for(&mut self, taught: oneshot::Receiver<Detector>, until: i64, rest: &[Minute]) {
        rest.iter().for_each(|minute| self.minutes.remember(minute));
        self.learning = Some(Learning { taught, until });
    }

    /// Takes what was read; `endpoints` says to which endpoint each method and path of the batch belongs.
    pub(super) fn add(&mut self, batch: &Batch, endpoints: &[Endpoint]) {
        self.minutes.add(batch, endpoints);
    }

    /// The alarms that are new, changed or over; `seen_until` is the newest moment that was read.
    pub(super) fn look(&mut self, live: &Live, seen_until: i64, now: Timestamp) -> Vec<Alarm> {
        let now = now.as_second();
        // After a start, sources may have to catch up first.
        let started = *self.started.get_or_insert(now);
        let silent = if now - started < SILENT_SECONDS { i64::MIN } else { now - SILENT_SECONDS };
        let before = (seen_until - LATE_SECONDS).max(silent);
        let current = |endpoint: &Endpoint| live.current(endpoint);
        let mut due = self.minutes.overflow(&current);
        if self.is_learning(!due.is_empty()) {
            return Vec::new();
        }
        let mut alarms = self.go_on_with(live);
        due.extend(self.minutes.due(before, &current));
        for minute in due {
            self.pass_silence(live, minute.start, &mut alarms);
            alarms.extend(self.watch(live, &minute));
        }
        self.pass_silence(live, before.div_euclid(60) * 60, &mut alarms);
        alarms.retain(|alarm| {
            alarm.state == AlarmState::Cleared || self.next.is_some_and(|next| now - next < OLD_SECONDS)
        });
        alarms
    }

    /// Is the past still teaching? When there is no room for more minutes, nobody waits any longer.
    fn is_learning(&mut self, is_full: bool) -> bool {
        let Some(learning) = &mut self.learning else { return false };
        match learning.taught.try_recv() {
            Err(TryRecvError::Empty) if !is_full => return true,
            Err(TryRecvError::Empty | TryRecvError::Closed) => {}
            Ok(detector) => {
                self.detector = detector;
                self.detector.configure(self.setting.0.clone(), self.setting.1.clone());
                self.next = Some(learning.until);
            }
        }
        // What is older has been taught, or nobody was there to watch it.
        drop(self.minutes.due(learning.until, &Clone::clone));
        self.learning = None;
        false
    }

    /// Goes on with what was firing before a restart, once: it is said again, so that it is known to go on.
    fn go_on_with(&mut self, live: &Live) -> Vec<Alarm> {
        if self.firing.is_empty() {
            return Vec::new();
        }
        let named = live.named();
        let endpoint = |path: &str| {
            let (method, route) = path.split_once(' ')?;
            named.get(&EndpointName::new(method, route)).cloned()
        };
        let firing = std::mem::take(&mut self.firing);
        let keys: Vec<String> = firing.iter().map(|alarm| alarm.key.clone()).collect();
        firing.into_iter().for_each(|alarm| self.detector.take_up(alarm, &endpoint));
        self.detector.alarms().filter(|alarm| keys.contains(&alarm.key)).cloned().collect()
    }

    /// Minutes without requests matter only while something goes on.
    fn pass_silence(&mut self, live: &Live, until: i64, alarms: &mut Vec<Alarm>) {
        while let Some(next) = self.next.filter(|next| *next < until) {
            if self.detector.alarms().next().is_none() {
                return;
            }
            alarms.extend(self.watch(live, &Minute { start: next, ..Minute::default() }));
        }
    }

    fn watch(&mut self, live: &Live, minute: &Minute) -> Vec<Alarm> {
        self.next = Some(minute.start + 60);
        let name = |endpoint: &Endpoint| {
            let name = live.name(endpoint);
            format!("{} {}", name.method, name.route)
        };
        self.detector.watch(minute, &name)
    }
}

#[cfg(test)]
mod tests {
    use statusquo_alert::Diagnosis;
    use statusquo_catalogue::StatusCode;
    use statusquo_slo::Answer;
    use statusquo_slo::kept::Layer;
    use statusquo_slo::traffic::{Request, Sign};

    use super::*;

    /// A scan of ten minutes that began at this second, looked at when it is over.
    fn diagnoses(begin: i64, now: i64) -> Vec<(Option<Diagnosis>, AlarmState)> {
        let (mut live, mut watching) = (Live::new(500, &[]), Watching::new(Name::from("shop"), Vec::new()));
        for minute in 0..10 {
            let mut batch = Batch::new();
            for request in 0..60 {
                batch.record(&Request {
                    method: b"GET",
                    path: format!("/backup-{}-{request}.sql", minute * 7).as_bytes(),
                    is_route: false,
                    answer: Answer::Status(StatusCode::new(404)),
                    at_seconds: begin + minute * 60 + request,
                    duration: None,
                    bytes: 0,
                    client: b"192.0.2.7",
                    sign: Some(Sign::Hidden),
                });
            }
            let endpoints = live.add(&batch, Layer::Edge);
            watching.add(&batch, &endpoints);
        }
        let now = Timestamp::from_second(now).unwrap();
        let alarms = watching.look(&live, begin + 600, now);
        alarms.iter().map(|alarm| (alarm.diagnosis, alarm.state)).collect()
    }

    #[test]
    fn a_scan_is_found_and_one_of_long_ago_is_not_told_of() {
        let begin = 1_772_409_600;
        let found = diagnoses(begin, begin + 640);
        assert_eq!(found.first(), Some(&(Some(Diagnosis::Scan), AlarmState::Firing)));
        let old = diagnoses(begin, begin + 30 * 86_400);
        assert!(old.iter().all(|(_, state)| *state == AlarmState::Cleared), "{old:?}");
    }
}
