//! Made-up traffic, and what the detectors and the engine make of it.

use std::collections::BTreeMap;

use jiff::Timestamp;
use statusquo_alert::{Detector, Engine, Incident, Input, Receiver, Setup, TrafficCause, Tuning};
use statusquo_catalogue::StatusCode;
use statusquo_exchange::Name;
use statusquo_slo::Answer;
use statusquo_slo::route::mask;
use statusquo_slo::traffic::{Batch, Endpoint, Minute, Minutes, Request, Signs, Traffic};

/// 2026-03-02, a Monday.
pub(crate) const START: i64 = 1_772_409_600;
pub(crate) const HOUR: i64 = 3600;
pub(crate) const DAY: i64 = 24 * HOUR;
pub(crate) const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
pub(crate) const GOOGLEBOT: &str = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)";

/// Numbers that look random and are the same each time (xorshift64*, Vigna 2016).
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    /// Below `most`.
    pub(crate) fn below(&mut self, most: i64) -> i64 {
        i64::try_from((self.next() >> 11) % u64::try_from(most.max(1)).unwrap()).unwrap()
    }

    /// From 0 to 1.
    pub(crate) fn share(&mut self) -> f64 {
        f64::from(u32::try_from(self.next() >> 32).unwrap()) / f64::from(u32::MAX)
    }

    /// Yes with this probability.
    pub(crate) fn happens(&mut self, probability: f64) -> bool {
        self.share() < probability
    }

    pub(crate) fn one<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[usize::try_from(self.below(i64::try_from(of.len()).unwrap())).unwrap()]
    }
}

pub(crate) struct Line {
    pub(crate) at: i64,
    pub(crate) client: String,
    pub(crate) method: &'static str,
    pub(crate) target: String,
    pub(crate) code: u16,
    pub(crate) agent: &'static str,
}

/// A log, in any order.
#[derive(Default)]
pub(crate) struct Log {
    pub(crate) lines: Vec<Line>,
}

impl Log {
    pub(crate) fn get(&mut self, at: i64, client: &str, target: &str, code: u16) {
        self.line(at, client, ("GET", target), code, FIREFOX);
    }

    pub(crate) fn post(&mut self, at: i64, client: &str, target: &str, code: u16) {
        self.line(at, client, ("POST", target), code, FIREFOX);
    }

    pub(crate) fn line(
        &mut self,
        at: i64,
        client: &str,
        (method, target): (&'static str, &str),
        code: u16,
        agent: &'static str,
    ) {
        let (client, target) = (client.to_owned(), target.to_owned());
        self.lines.push(Line { at, client, method, target, code, agent });
    }

    pub(crate) fn and(mut self, other: Self) -> Self {
        self.lines.extend(other.lines);
        self
    }

    fn counted(&self) -> (Traffic, Vec<Minute>) {
        let (mut traffic, mut minutes) = (Traffic::new(5_000), Minutes::new());
        let mut signs = Signs::new().unwrap();
        let mut masked = Vec::new();
        for lines in self.lines.chunks(5_000) {
            let mut batch = Batch::new();
            for line in lines {
                mask(line.target.as_bytes(), &mut masked);
                let sign = signs.of(line.target.as_bytes(), line.agent.as_bytes(), line.code >= 400);
                batch.record(&Request {
                    method: line.method.as_bytes(),
                    path: &masked,
                    is_route: false,
                    answer: Answer::Status(StatusCode::new(line.code)),
                    at_seconds: line.at,
                    duration: None,
                    bytes: 0,
                    client: line.client.as_bytes(),
                    sign,
                });
            }
            traffic.add_watched(&batch, &mut minutes);
        }
        traffic.settle();
        let due = minutes.due(i64::MAX, &|endpoint| traffic.current(endpoint.clone()));
        (traffic, due)
    }

    /// Plays it in virtual time.
    pub(crate) fn incidents(&self) -> Vec<Incident> {
        self.incidents_of(Tuning::default())
    }

    /// Plays it in virtual time, to detectors that are set like this.
    pub(crate) fn incidents_of(&self, tuning: Tuning) -> Vec<Incident> {
        let (traffic, minutes) = self.counted();
        let mut world = World::new();
        world.detector.configure(tuning, Vec::new());
        let mut last = minutes.first().map_or(0, |minute| minute.start);
        for minute in &minutes {
            while last + 60 < minute.start && world.detector.alarms().next().is_some() {
                last += 60;
                world.watch(&Minute { start: last, ..Minute::default() }, &traffic);
            }
            world.watch(minute, &traffic);
            last = minute.start;
        }
        world.incidents.into_values().collect()
    }
}

struct World {
    detector: Detector,
    engine: Engine,
    incidents: BTreeMap<u64, Incident>,
}

impl World {
    fn new() -> Self {
        let mut engine = Engine::default();
        let setup = Setup {
            receivers: vec![Receiver {
                name: Name::from("slack"),
                wants: Vec::new(),
                repeat: None,
                steps: Vec::new(),
            }],
            traffic_receivers: vec![Name::from("slack")],
            ..Setup::default()
        };
        engine.apply(Input::Configure(Box::new(setup)), Timestamp::UNIX_EPOCH).unwrap();
        Self { detector: Detector::new(Name::from("shop")), engine, incidents: BTreeMap::new() }
    }

    fn watch(&mut self, minute: &Minute, traffic: &Traffic) {
        let now = Timestamp::from_second(minute.start + 60).unwrap();
        let name = |endpoint: &Endpoint| format!("{} {}", endpoint.method, traffic.path(&endpoint.route));
        for alarm in self.detector.watch(minute, &name) {
            self.engine.apply(Input::Alarm(Box::new(alarm)), now).unwrap();
        }
        self.engine.apply(Input::Tick, now).unwrap();
        for incident in self.engine.incidents() {
            if self.incidents.get(&incident.number.0) != Some(incident) {
                self.incidents.insert(incident.number.0, incident.clone());
            }
        }
    }
}

pub(crate) fn about(incident: &Incident) -> &TrafficCause {
    incident.cause.as_ref().unwrap().kind.traffic().unwrap()
}

/// The one incident of a log.
#[track_caller]
pub(crate) fn one(log: &Log) -> Incident {
    let mut incidents = log.incidents();
    assert_eq!(incidents.len(), 1, "{:#?}", incidents.iter().map(shown).collect::<Vec<_>>());
    incidents.remove(0)
}

#[track_caller]
pub(crate) fn none(log: &Log) {
    let incidents = log.incidents();
    assert!(incidents.is_empty(), "{:#?}", incidents.iter().map(shown).collect::<Vec<_>>());
}

fn shown(incident: &Incident) -> String {
    let cause = about(incident);
    format!(
        "{} {} {:?} {:?} {:?} {:?}",
        incident.opened, incident.target, cause.diagnosis, incident.resolved, cause.evidence, cause.clients
    )
}

/// How busy people are: least at night, most in the afternoon, less at the weekend.
pub(crate) fn rhythm(at: i64) -> f64 {
    let hour = f64::from(i32::try_from((at - START).rem_euclid(DAY) / 60).unwrap()) / 60.0;
    let day = (at - START).div_euclid(DAY).rem_euclid(7);
    let weekend = if day >= 5 { 0.6 } else { 1.0 };
    (1.0 - 0.8 * ((hour - 3.0) * std::f64::consts::PI / 12.0).cos()) / 1.8 * weekend
}
