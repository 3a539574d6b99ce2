//! What others say is named where it may be the cause, and nowhere else.

#![allow(clippy::unwrap_used, reason = "a test")]

use jiff::Timestamp;
use statusquo_alert::{
    Alarm, AlarmKind, AlarmState, Dependency, Deploy, Effect, Engine, Incident, Input, Likely, Notification,
    Receiver, Setup, Severity, Trouble, Who,
};
use statusquo_exchange::Name;

fn at(minute: i64) -> Timestamp {
    Timestamp::from_second(1_772_409_600 + minute * 60).unwrap()
}

struct Play {
    engine: Engine,
    sent: Vec<Notification>,
}

impl Play {
    fn new() -> Self {
        let setup = Setup {
            receivers: vec![Receiver {
                name: Name::from("slack"),
                wants: Vec::new(),
                repeat: None,
                steps: Vec::new(),
            }],
            traffic_receivers: vec![Name::from("slack")],
            dependencies: vec![Dependency {
                name: Name::from("stripe"),
                title: "Stripe".to_owned(),
                monitors: Vec::new(),
                services: vec![Name::from("checkout")],
            }],
            ..Setup::default()
        };
        let mut play = Self { engine: Engine::default(), sent: Vec::new() };
        play.apply(Input::Configure(Box::new(setup)), 0);
        play
    }

    fn apply(&mut self, input: Input, minute: i64) {
        for effect in self.engine.apply(input, at(minute)).unwrap() {
            if let Effect::Notify(told) = effect {
                self.sent.push(*told);
            }
        }
    }

    fn deploy(&mut self, service: &str, version: &str, minute: i64, now: i64) {
        let deploy = Deploy {
            service: Name::from(service),
            version: version.to_owned(),
            at: at(minute),
            url: None,
            by: Who("ci".to_owned()),
        };
        self.apply(Input::Deployed(deploy), now);
    }

    fn fail(&mut self, service: &str, minute: i64) {
        let alarm = Alarm {
            key: service.to_owned(),
            service: Name::from(service),
            endpoint: None,
            kind: AlarmKind::ServerErrors,
            severity: Severity::Failing,
            sentence: "answers 503".to_owned(),
            diagnosis: None,
            evidence: Vec::new(),
            clients: Vec::new(),
            receivers: Vec::new(),
            since: at(minute),
            state: AlarmState::Firing,
        };
        self.apply(Input::Alarm(Box::new(alarm)), minute);
    }

    fn trouble(&mut self, says: Option<&str>, callers: &[&str], minute: i64) {
        let trouble = says.map(|says| Trouble {
            says: says.to_owned(),
            since: at(minute),
            callers: callers.iter().map(|name| Name::from(*name)).collect(),
        });
        self.apply(Input::ThirdParty(Name::from("stripe"), trouble), minute);
    }

    fn likely(&self) -> Vec<String> {
        let of = |incident: &Incident| {
            incident.likely.iter().map(|likely| likely.sentence(incident.began)).collect::<Vec<_>>()
        };
        self.engine.incidents().flat_map(of).collect()
    }
}

#[test]
fn the_last_deploy_of_the_service_within_half_an_hour_before_is_named() {
    let mut play = Play::new();
    play.deploy("checkout", "1.4.1", 1, 1);
    play.deploy("checkout", "1.4.2", 7, 7);
    play.deploy("search", "9", 9, 9);
    play.fail("checkout", 10);
    let expect = ["3 min after deploy 1.4.2 of checkout"];
    assert_eq!(play.likely(), expect);
    let said: Vec<String> = play.sent[0].brief.likely.iter().map(|one| one.sentence(at(10))).collect();
    assert_eq!(said, expect, "the first message says so");
}

#[test]
fn neither_an_old_deploy_nor_one_that_came_later_is_named_but_one_that_is_told_of_late() {
    let mut play = Play::new();
    play.deploy("checkout", "old", 0, 0);
    play.fail("checkout", 31);
    play.deploy("checkout", "later", 32, 32);
    assert_eq!(play.likely(), [""; 0]);
    play.deploy("checkout", "late", 29, 33);
    assert_eq!(play.likely(), ["2 min after deploy late of checkout"]);
}

#[test]
fn a_third_party_in_trouble_is_named_by_those_that_depend_on_it_or_call_it() {
    let mut play = Play::new();
    play.fail("checkout", 1);
    play.fail("search", 1);
    play.fail("shop", 1);
    assert_eq!(play.likely(), [""; 0]);
    play.trouble(Some("says degraded"), &["shop"], 2);
    assert_eq!(play.likely(), ["Stripe says degraded", "Stripe says degraded"]);
    play.trouble(Some("says major outage"), &["shop"], 3);
    assert_eq!(play.likely(), ["Stripe says major outage", "Stripe says major outage"], "not twice");
    let sent = play.sent.len();
    play.trouble(None, &[], 4);
    assert_eq!(play.likely().len(), 2, "it stays the likely cause of what began then");
    assert_eq!(play.sent.len(), sent, "to say so is no news of its own");
    play.fail("pay", 5);
    assert_eq!(play.likely().len(), 2);
}

#[test]
fn nothing_is_said_twice_and_the_list_has_an_end() {
    let mut play = Play::new();
    play.fail("checkout", 10);
    for minute in 0..9 {
        play.deploy("checkout", &format!("1.{minute}"), minute, 11);
        play.deploy("checkout", &format!("1.{minute}"), minute, 11);
    }
    let incident = play.engine.incidents().next().unwrap();
    assert_eq!(incident.likely.len(), 5);
    assert!(incident.likely.iter().all(|one| matches!(one, Likely::Deploy { .. })));
}
