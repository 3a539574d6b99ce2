//! The detectors of one service while its past is played to them, minute by minute as `serve` does it.

use std::collections::BTreeMap;
use std::ops::Range;

use statusquo_alert::{Alarm, Detector};
use statusquo_exchange::Name;
use statusquo_slo::Answer;
use statusquo_slo::kept::Layer;
use statusquo_slo::traffic::{Endpoint, EndpointName, Minute};
use statusquo_store::{Reader, Resolution, StoreError};

use super::{declared, minutes};

/// So much is read at once, in seconds.
const WINDOW: i64 = 3600;

/// The endpoints of a service, and how they are shown.
#[derive(Debug, Clone, Default)]
pub(crate) struct Names {
    endpoints: BTreeMap<EndpointName, Endpoint>,
    shown: BTreeMap<Endpoint, String>,
}

impl Names {
    /// These are the endpoints.
    pub(crate) fn new(endpoints: BTreeMap<EndpointName, Endpoint>) -> Self {
        let shown = endpoints.iter().map(|(name, endpoint)| (endpoint.clone(), name.to_string())).collect();
        Self { endpoints, shown }
    }

    /// The endpoints that the store knows, where nothing has to be learned any more.
    pub(crate) fn known(reader: &Reader, service: &Name) -> Result<Self, StoreError> {
        let known = reader.known_endpoints(service.as_str())?.into_iter();
        Ok(Self::new(known.map(|known| (known.name.clone(), declared(&known.name))).collect()))
    }

    /// How an endpoint is shown.
    pub(crate) fn shown(&self, endpoint: &Endpoint) -> String {
        self.shown.get(endpoint).cloned().unwrap_or_else(|| format!("{} (other)", endpoint.method))
    }
}

/// The detectors of one service while its past is played to them.
pub(crate) struct Service {
    /// What the service is called.
    pub(crate) name: Name,
    /// Its detectors, with what they have learned so far.
    pub(crate) detector: Detector,
    /// Who saw the requests that are watched.
    layer: Layer,
    names: Names,
    minutes: BTreeMap<i64, Minute>,
    /// The first second of the next minute.
    next: Option<i64>,
}

impl Service {
    /// A service that has learned nothing yet.
    pub(crate) const fn new(name: Name, detector: Detector, layer: Layer, names: Names) -> Self {
        Self { name, detector, layer, names, minutes: BTreeMap::new(), next: None }
    }

    /// The codes that its endpoints answered before a second are no news.
    pub(crate) fn know_codes(&mut self, reader: &Reader, before: i64) -> Result<(), StoreError> {
        for (name, endpoint) in &self.names.endpoints {
            for answered in reader.answered(self.name.as_str(), Some(name))? {
                if let (Answer::Status(code), true) = (answered.answer, answered.first < before) {
                    self.detector.knew(endpoint, code, answered.first);
                }
            }
        }
        Ok(())
    }

    /// Reads the minutes that begin in a range.
    pub(crate) fn read(&mut self, reader: &Reader, range: &Range<i64>) -> Result<(), StoreError> {
        let traffic = reader.traffic_over_time(self.name.as_str(), Resolution::Minute, range)?;
        let endpoint = |name: &EndpointName| self.names.endpoints.get(name).cloned();
        self.minutes.extend(minutes(&traffic, self.layer, &endpoint));
        Ok(())
    }

    /// The minutes of a range teach what is usual, and raise nothing; for as long as `goes_on` says.
    pub(crate) fn learn(
        &mut self,
        reader: &Reader,
        range: &Range<i64>,
        goes_on: impl Fn() -> bool,
    ) -> Result<(), StoreError> {
        let mut now = range.start;
        while now < range.end && goes_on() {
            let end = (now + WINDOW).min(range.end);
            self.read(reader, &(now..end))?;
            for minute in std::mem::take(&mut self.minutes).values() {
                self.detector.remember(minute, &|endpoint| self.names.shown(endpoint));
            }
            now = end;
        }
        Ok(())
    }

    /// The alarms of the minutes that end by a moment. Minutes without requests matter only while something goes on.
    pub(crate) fn watch(&mut self, now: i64) -> Vec<Alarm> {
        let mut alarms = Vec::new();
        while let Some(entry) = self.minutes.first_entry().filter(|entry| entry.key() + 60 <= now) {
            let minute = entry.remove();
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
        alarms.extend(self.detector.watch(minute, &|endpoint| self.names.shown(endpoint)));
    }
}
