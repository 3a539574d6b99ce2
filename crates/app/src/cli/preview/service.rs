//! The traffic of one service while its past is played, minute by minute as `serve` does it.

use std::collections::BTreeMap;

use statusquo_alert::{Alarm, Detector, Threshold, Tuning};
use statusquo_exchange::Name;
use statusquo_slo::kept::Layer;
use statusquo_slo::traffic::Minute;
use statusquo_store::{Reader, Resolution, StoreError};

use crate::history::{declared, minutes, shown};

/// The traffic of one service while its past is played.
pub(super) struct Service {
    name: Name,
    detector: Detector,
    /// Who saw the requests that are watched.
    layer: Layer,
    minutes: BTreeMap<i64, Minute>,
    /// The first second of the next minute.
    next: Option<i64>,
}

impl Service {
    /// A service that has learned nothing yet; `None` when it had no traffic in a range of seconds since 1970.
    pub(super) fn new(
        reader: &Reader,
        (name, tuning, thresholds): (Name, Tuning, Vec<Threshold>),
        range: &std::ops::Range<i64>,
    ) -> Result<Option<Self>, StoreError> {
        let layers = reader.traffic(name.as_str(), None, Resolution::Hour, range)?;
        let Some(layer) = layers.keys().next().copied() else { return Ok(None) };
        let mut detector = Detector::new(name.clone());
        detector.configure(tuning, thresholds);
        Ok(Some(Self { name, detector, layer, minutes: BTreeMap::new(), next: None }))
    }

    /// Reads the minutes that begin in a range.
    pub(super) fn read(&mut self, reader: &Reader, range: &std::ops::Range<i64>) -> Result<(), StoreError> {
        let traffic = reader.traffic_over_time(self.name.as_str(), Resolution::Minute, range)?;
        self.minutes.extend(minutes(&traffic, self.layer, &|name| Some(declared(name))));
        Ok(())
    }

    /// What was read teaches what is usual, and raises nothing.
    pub(super) fn learn(&mut self) {
        for minute in std::mem::take(&mut self.minutes).values() {
            self.detector.remember(minute, &shown);
        }
    }

    /// The alarms of the minutes that end by a moment. Minutes without requests matter only while something goes on.
    pub(super) fn watch(&mut self, now: i64) -> Vec<Alarm> {
        let mut alarms = Vec::new();
        while let Some(minute) = self.minutes.first_entry().filter(|entry| entry.key() + 60 <= now) {
            let minute = minute.remove();
            self.pass_silence(minute.start, &mut alarms);
            self.take(&minute, &mut alarms);
        }
        self.pass_silence(now.div_euclid(60) * 60, &mut alarms);
        alarms
    }

    fn pass_silence(&mut self, until: i64, alarms: &mut Vec<Alarm>) {
        while let Some(next) = self.next.filter(|next| *next < until) {
            if self.detector.alarms().next().is_none() {
                return;
            }
            self.take(&Minute { start: next, ..Minute::default() }, alarms);
        }
    }

    fn take(&mut self, minute: &Minute, alarms: &mut Vec<Alarm>) {
        self.next = Some(minute.start + 60);
        alarms.extend(self.detector.watch(minute, &shown));
    }

    /// The alarms that are firing.
    pub(super) fn firing(&self) -> impl Iterator<Item = &Alarm> {
        self.detector.alarms()
    }
}
