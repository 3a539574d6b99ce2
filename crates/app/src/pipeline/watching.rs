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
            self.pass_silence(live, minute.start, now, &mut alarms);
            self.watch(live, &minute, now, &mut alarms);
        }
        self.pass_silence(live, before.div_euclid(60) * 60, now, &mut alarms);
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
    fn pass_silence(&mut self, live: &Live, until: i64, now: i64, alarms: &mut Vec<Alarm>) {
        while let Some(next) = self.next.filter(|next| *next < until) {
            if self.detector.alarms().next().is_none() {
                return;
            }
            self.watch(live, &Minute { start: next, ..Minute::default() }, now, alarms);
        }
    }

    /// Watches a minute. Of what began long ago nobody is told, unless it goes on.
    fn watch(&mut self, live: &Live, minute: &Minute, now: i64, alarms: &mut Vec<Alarm>) {
        self.next = Some(minute.start + 60);
        let name = |endpoint: &Endpoint| {
            let name = live.name(endpoint);
            format!("{} {}", name.method, name.route)
        };
        let is_old = now - minute.start >= OLD_SECONDS;
        let told = self.detector.watch(minute, &name).into_iter();
        // What goes on is said again in each minute.
        alarms.extend(told.filter(|alarm| alarm.state == AlarmState::Cleared || !is_old));
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

    fn request(path: &str, at_seconds: i64) -> Request<'_> {
        Request {
            method: b"GET",
            path: path.as_bytes(),
            is_route: false,
            answer: Answer::Status(StatusCode::new(404)),
            at_seconds,
            duration: None,
            bytes: 0,
            client: b"192.0.2.7",
            sign: Some(Sign::Hidden),
        }
    }

    /// A scan of so many minutes that began at this second, looked at when all is read; and perhaps one request of now.
    fn diagnoses(
        (begin, minutes): (i64, i64),
        now: i64,
        is_live: bool,
    ) -> Vec<(Option<Diagnosis>, AlarmState)> {
        let (mut live, mut watching) = (Live::new(500, &[]), Watching::new(Name::from("shop"), Vec::new()));
        let mut add = |watching: &mut Watching, batch: Batch| {
            let endpoints = live.add(&batch, Layer::Edge);
            watching.add(&batch, &endpoints);
        };
        for minute in 0..minutes {
            let mut batch = Batch::new();
            for second in 0..60 {
                let path = format!("/backup-{}-{second}.sql", minute * 7);
                batch.record(&request(&path, begin + minute * 60 + second));
            }
            add(&mut watching, batch);
        }
        let mut seen_until = begin + minutes * 60;
        if is_live {
            let mut batch = Batch::new();
            batch.record(&Request {
                answer: Answer::Status(StatusCode::new(200)),
                client: b"192.0.2.8",
                sign: None,
                ..request("/", now - 5)
            });
            add(&mut watching, batch);
            seen_until = now;
        }
        let alarms = watching.look(&live, seen_until, Timestamp::from_second(now).unwrap());
        alarms.iter().map(|alarm| (alarm.diagnosis, alarm.state)).collect()
    }

    #[test]
    fn a_scan_is_found_and_one_of_long_ago_is_not_told_of() {
        let begin = 1_772_409_600;
        let found = diagnoses((begin, 10), begin + 640, false);
        assert_eq!(found.first(), Some(&(Some(Diagnosis::Scan), AlarmState::Firing)));
        // The newest request of an old file, and of one that is still written: what is in between is the past all the same.
        for is_live in [false, true] {
            let old = diagnoses((begin, 10), begin + 5 * 3600, is_live);
            assert!(old.iter().all(|(_, state)| *state == AlarmState::Cleared), "{is_live} {old:?}");
        }
    }

    #[test]
    fn what_began_long_ago_and_goes_on_is_told() {
        let begin = 1_772_409_600;
        let told = diagnoses((begin, 180), begin + 180 * 60 + 40, false);
        assert_eq!(told.last(), Some(&(Some(Diagnosis::Scan), AlarmState::Firing)), "{told:?}");
    }
}
