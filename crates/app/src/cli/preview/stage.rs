//! The stage on which the past is played: probes, minutes of traffic, budgets and deploys, in the order of time.

use std::collections::VecDeque;

use statusquo_alert::{Deploy, Detector, Input, Observation, Restored, Threshold, Tuning, Verdict};
use statusquo_exchange::Name;
use statusquo_slo::budget::Change;
use statusquo_store::{Reader, Resolution, StoreError};

use super::chosen::Chosen;
use super::probes::Judges;
use crate::budget::alarm;
use crate::cli::backtest::{Course, Past, STEP, at};
use crate::cli::played::Played;
use crate::config::Config;
use crate::history::{Names, Service};

/// So much is read at once, in seconds.
const WINDOW: i64 = 3600;
/// So long before the part that is asked for all is played already, so that what was going on is known.
const LEAD_IN: i64 = 4 * 3600;
/// So long before that, detectors learn what is usual.
const LEARNING: i64 = 7 * 86_400;
/// After a bad probe time is looked at closely for so long.
const BUSY: i64 = 3600;
/// Deploys that are played, at most.
const MOST_DEPLOYS: usize = 10_000;

/// The stage on which the past is played.
pub(super) struct Stage<'a> {
    reader: &'a Reader,
    judges: Judges<'a>,
    has_monitors: bool,
    services: Vec<Service>,
    courses: Vec<Course>,
    deploys: VecDeque<Deploy>,
    probes: VecDeque<Observation>,
    played: Played,
    busy_until: i64,
}

/// Plays a past, and says what would have happened.
pub(super) fn play(past: &Past, config: &Config, chosen: &Chosen<'_>) -> Result<Played, StoreError> {
    let begin = past.from - LEAD_IN;
    let mut stage = Stage::set(past, config, chosen, begin)?;
    let mut now = begin;
    while now < past.until {
        let end = (now + WINDOW).min(past.until);
        stage.read(now..end)?;
        for moment in (now..end).step_by(usize::try_from(STEP).unwrap_or(1)) {
            stage.go_on((moment + STEP).min(past.until));
        }
        now = end;
    }
    Ok(stage.end(past.until))
}

impl<'a> Stage<'a> {
    fn set(past: &'a Past, config: &'a Config, chosen: &Chosen<'_>, begin: i64) -> Result<Self, StoreError> {
        let reader = &past.reader;
        let setup = chosen.setup();
        let is_watched = |monitor: &&crate::config::Monitor| {
            setup.policies.iter().any(|policy| policy.name == monitor.policy.name)
        };
        let judges = Judges::new(reader, config.monitors.iter().filter(is_watched))?;
        let learning = (begin - LEARNING).max(past.kept.minutes_since()).min(begin);
        let mut services = Vec::new();
        for service in chosen.services() {
            services.extend(taught(reader, service, (learning, begin, past.until))?);
        }
        let courses = chosen.slos().map(|slo| Course::read(reader, slo, (begin, past.until), &past.kept));
        let courses = courses.collect::<Result<Vec<_>, _>>()?;
        let mut deploys = reader.deploys(at(begin), MOST_DEPLOYS)?;
        deploys.sort_by_key(|deploy| deploy.at);
        let restored = Restored { silences: reader.silences(at(begin))?, ..Restored::default() };
        let has_monitors = !setup.policies.is_empty();
        let mut played = Played::new(restored, setup, at(begin));
        for (slo, budget) in courses.iter().map(|course| (&course.slo, &course.budget)) {
            let firing = budget.burning(begin).into_iter().filter(|(_, _, firing)| *firing);
            for (pair, rates, _) in firing {
                let fires = Change::Fires(pair, rates);
                played.apply(Input::Alarm(Box::new(alarm(slo, &fires, at(begin)))), at(begin));
            }
        }
        let (deploys, probes) = (deploys.into(), VecDeque::new());
        Ok(Self {
            reader,
            judges,
            has_monitors,
            services,
            courses,
            deploys,
            probes,
            played,
            busy_until: begin,
        })
    }

    /// Reads what began in a range of seconds.
    fn read(&mut self, range: std::ops::Range<i64>) -> Result<(), StoreError> {
        for service in &mut self.services {
            service.read(self.reader, &range)?;
        }
        if self.has_monitors {
            let probes = self.reader.probes((at(range.start), at(range.end)))?;
            let observed = probes
                .iter()
                .filter_map(|(monitor, location, sample)| self.judges.observation(monitor, location, sample));
            self.probes.extend(observed);
            self.probes.make_contiguous().sort_by_key(|observation| observation.at);
        }
        Ok(())
    }

    /// Time passes, up to a moment.
    fn go_on(&mut self, now: i64) {
        while let Some(deploy) = self.deploys.pop_front_if(|deploy| deploy.at < at(now)) {
            self.played.apply(Input::Deployed(deploy), at(now));
        }
        while let Some(observation) = self.probes.pop_front_if(|observation| observation.at < at(now)) {
            if matches!(observation.verdict, Verdict::Bad(_)) {
                self.busy_until = now + BUSY;
            }
            let seen = observation.at;
            self.played.apply(Input::Observed(observation), seen);
        }
        if now % 60 == 0 {
            for alarm in self.services.iter_mut().flat_map(|service| service.watch(now)) {
                self.played.apply(Input::Alarm(Box::new(alarm)), at(now));
            }
        }
        for course in &mut self.courses {
            for change in course.advance(now) {
                self.played.apply(Input::Alarm(Box::new(alarm(&course.slo, &change, at(now)))), at(now));
            }
        }
        if now <= self.busy_until || now % 3600 == 0 || self.played.is_going_on() {
            self.played.apply(Input::Tick, at(now));
        }
    }

    /// Nothing more comes: what is firing says what it knows by now.
    fn end(mut self, now: i64) -> Played {
        for alarm in self.services.iter().flat_map(|service| service.detector.alarms()) {
            self.played.apply(Input::Alarm(Box::new(alarm.clone())), at(now));
        }
        self.played.finish();
        self.played
    }
}

/// A service whose detectors know what is usual by the time that it is played; `None` when it had no traffic.
fn taught(
    reader: &Reader,
    (name, tuning, thresholds): (Name, Tuning, Vec<Threshold>),
    (learning, begin, until): (i64, i64, i64),
) -> Result<Option<Service>, StoreError> {
    let layers = reader.traffic(name.as_str(), None, Resolution::Hour, &(learning - WINDOW..until))?;
    let Some(layer) = layers.keys().next().copied() else { return Ok(None) };
    let mut detector = Detector::new(name.clone());
    detector.configure(tuning, thresholds);
    let names = Names::known(reader, &name)?;
    let mut service = Service::new(name, detector, layer, names);
    service.know_codes(reader, learning)?;
    service.learn(reader, &(learning..begin), || true)?;
    Ok(Some(service))
}
