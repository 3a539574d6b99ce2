//! Alarms become incidents: one for each cause, and who was told of a start is told of its end.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test")]

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::Timestamp;
use proptest::prelude::*;
use statusquo_alert::{
    Alarm, AlarmKind, AlarmState, Command, Diagnosis, Effect, Engine, Incident, IncidentNumber, Input,
    Notice, Notification, Receiver, Restored, Scope, Setup, Severity, Who,
};
use statusquo_exchange::Name;

fn at(minute: i64) -> Timestamp {
    Timestamp::from_second(1_772_409_600 + minute * 60).unwrap()
}

fn alarm(diagnosis: Diagnosis, endpoint: &str, client: &str, state: AlarmState) -> Alarm {
    Alarm {
        key: format!("{}|{endpoint}|{client}", diagnosis.as_str()),
        service: Name::from("shop"),
        endpoint: Some(endpoint.to_owned()).filter(|endpoint| !endpoint.is_empty()),
        kind: AlarmKind::Clients,
        severity: if diagnosis.is_theirs() { Severity::Degraded } else { Severity::Failing },
        sentence: format!("has {}", diagnosis.as_str()),
        diagnosis: Some(diagnosis),
        evidence: vec!["12 of 30".to_owned()],
        clients: Some(client.to_owned()).filter(|client| !client.is_empty()).into_iter().collect(),
        since: at(0),
        state,
        receivers: Vec::new(),
    }
}

struct Play {
    engine: Engine,
    sent: Vec<Notification>,
    saved: BTreeMap<IncidentNumber, Incident>,
}

impl Play {
    fn new() -> Self {
        let mut play = Self { engine: Engine::default(), sent: Vec::new(), saved: BTreeMap::new() };
        play.configure(0);
        play
    }

    fn configure(&mut self, minute: i64) {
        let setup = Setup {
            receivers: ["slack", "payments", "search"]
                .map(|name| Receiver {
                    name: Name::from(name),
                    wants: Vec::new(),
                    repeat: None,
                    steps: Vec::new(),
                })
                .to_vec(),
            traffic_receivers: vec![Name::from("slack")],
            ..Setup::default()
        };
        self.apply(Input::Configure(Box::new(setup)), minute);
    }

    fn apply(&mut self, input: Input, minute: i64) {
        for effect in self.engine.apply(input, at(minute)).unwrap() {
            match effect {
                Effect::Notify(told) => self.sent.push(*told),
                Effect::SaveIncident(incident) => drop(self.saved.insert(incident.number, *incident)),
                _ => {}
            }
        }
    }

    /// What was saved is all that is left.
    fn restart(&mut self, minute: i64) {
        let incidents = self.saved.values().cloned().collect();
        self.engine = Engine::restore(Restored { incidents, ..Restored::default() });
        self.configure(minute);
    }

    fn fires(&mut self, diagnosis: Diagnosis, (endpoint, client): (&str, &str), minute: i64) {
        self.apply(Input::Alarm(Box::new(alarm(diagnosis, endpoint, client, AlarmState::Firing))), minute);
    }

    fn clears(&mut self, diagnosis: Diagnosis, (endpoint, client): (&str, &str), minute: i64) {
        self.apply(Input::Alarm(Box::new(alarm(diagnosis, endpoint, client, AlarmState::Cleared))), minute);
    }

    fn notices(&self) -> Vec<(u64, Notice)> {
        self.sent.iter().map(|told| (told.brief.incident.0, told.notice)).collect()
    }
}

#[test]
fn what_one_client_causes_at_several_endpoints_is_one_incident_that_says_what_explains_most() {
    let mut play = Play::new();
    play.fires(Diagnosis::IntegrationBug, ("GET /a", "1.1.1.1"), 0);
    play.fires(Diagnosis::Scan, ("", "1.1.1.1"), 3);
    play.clears(Diagnosis::IntegrationBug, ("GET /a", "1.1.1.1"), 20);
    play.clears(Diagnosis::Scan, ("", "1.1.1.1"), 40);
    assert_eq!(play.notices(), [(1, Notice::Opened), (1, Notice::Resolved)]);
    let cause = play.sent[1].brief.cause.clone().unwrap();
    assert_eq!(cause.kind.traffic().unwrap().diagnosis, Some(Diagnosis::Scan));
}

#[test]
fn a_failure_of_ours_is_not_hidden_by_a_scan_that_comes_at_the_same_time() {
    let mut play = Play::new();
    play.fires(Diagnosis::Scan, ("", "1.1.1.1"), 0);
    play.fires(Diagnosis::Regression, ("POST /orders", ""), 2);
    play.fires(Diagnosis::Regression, ("POST /carts", ""), 5);
    assert_eq!(play.notices(), [(1, Notice::Opened), (2, Notice::Opened)]);
    play.fires(Diagnosis::Regression, ("POST /reports", ""), 60);
    assert_eq!(play.notices().len(), 3, "much later elsewhere is something else");
}

#[test]
fn the_same_again_within_an_hour_reopens_and_after_that_is_another_one() {
    let mut play = Play::new();
    play.fires(Diagnosis::Scan, ("", "1.1.1.1"), 0);
    play.clears(Diagnosis::Scan, ("", "1.1.1.1"), 10);
    play.fires(Diagnosis::Scan, ("", "2.2.2.2"), 65);
    play.clears(Diagnosis::Scan, ("", "2.2.2.2"), 80);
    play.fires(Diagnosis::Scan, ("", "3.3.3.3"), 200);
    let expect = [
        (1, Notice::Opened),
        (1, Notice::Resolved),
        (1, Notice::Reopened),
        (1, Notice::Resolved),
        (2, Notice::Opened),
    ];
    assert_eq!(play.notices(), expect);
}

#[test]
fn what_somebody_ended_by_hand_stays_ended_until_it_was_over() {
    let mut play = Play::new();
    play.fires(Diagnosis::Quota, ("GET /a", "1.1.1.1"), 0);
    let number = play.engine.incidents().next().unwrap().number;
    play.apply(Input::Command(Command::Resolve(number), Who("ana".to_owned())), 5);
    play.fires(Diagnosis::Quota, ("GET /a", "1.1.1.1"), 6);
    assert_eq!(play.notices(), [(1, Notice::Opened), (1, Notice::Resolved)]);
    play.clears(Diagnosis::Quota, ("GET /a", "1.1.1.1"), 30);
    play.fires(Diagnosis::Quota, ("GET /a", "1.1.1.1"), 40);
    assert_eq!(play.notices().last(), Some(&(2, Notice::Opened)));
}

#[test]
fn a_silence_of_the_service_holds_and_its_end_tells_what_is_still_true() {
    let mut play = Play::new();
    play.fires(Diagnosis::Flood, ("", "1.1.1.1"), 0);
    play.clears(Diagnosis::Flood, ("", "1.1.1.1"), 1);
    let silence = Command::Silence {
        scope: Scope::Monitors(vec![Name::from("shop")]),
        lasting: Duration::from_secs(3600),
        comment: "load test".to_owned(),
    };
    play.apply(Input::Command(silence, Who("ana".to_owned())), 2);
    play.fires(Diagnosis::Overload, ("", ""), 20);
    assert_eq!(play.notices().len(), 2);
    play.apply(Input::Tick, 63);
    assert_eq!(play.notices().last(), Some(&(2, Notice::Opened)));
}

#[test]
fn after_a_restart_the_same_alarm_goes_on_with_its_incident_and_an_orphan_ends() {
    let mut play = Play::new();
    play.fires(Diagnosis::Overload, ("", ""), 0);
    let incidents: Vec<_> = play.engine.incidents().cloned().collect();
    for goes_on in [true, false] {
        let restored = Restored { incidents: incidents.clone(), ..Restored::default() };
        let mut again = Play { engine: Engine::restore(restored), ..Play::new() };
        again.configure(3);
        again.apply(Input::Tick, 4);
        if goes_on {
            again.fires(Diagnosis::Overload, ("", ""), 5);
        }
        again.apply(Input::Tick, 70);
        let expect = if goes_on { Vec::new() } else { vec![(1, Notice::Resolved)] };
        assert_eq!(again.notices(), expect);
    }
}

#[test]
fn after_a_restart_the_first_word_that_it_is_over_ends_it_whatever_it_is_called_by_now() {
    let mut play = Play::new();
    play.fires(Diagnosis::IntegrationBug, ("GET /a", "1.1.1.1"), 0);
    play.fires(Diagnosis::Scan, ("", "1.1.1.1"), 3);
    play.restart(10);
    assert_eq!(play.engine.unconfirmed().count(), 2);
    play.apply(Input::Tick, 11);
    play.fires(Diagnosis::Scan, ("", "1.1.1.1"), 12);
    assert_eq!(play.engine.unconfirmed().count(), 1);
    play.clears(Diagnosis::IntegrationBug, ("GET /a", "1.1.1.1"), 13);
    assert_eq!(play.notices(), [(1, Notice::Opened)]);
    play.clears(Diagnosis::Scan, ("", "1.1.1.1"), 14);
    assert_eq!(play.notices(), [(1, Notice::Opened), (1, Notice::Resolved)]);
}

#[test]
fn of_two_alarms_from_before_a_restart_the_one_that_nobody_speaks_of_is_forgotten() {
    let mut play = Play::new();
    play.fires(Diagnosis::Overload, ("GET /a", ""), 0);
    play.fires(Diagnosis::Overload, ("GET /b", ""), 1);
    play.restart(2);
    play.fires(Diagnosis::Overload, ("GET /a", ""), 3);
    play.apply(Input::Tick, 4);
    play.apply(Input::Tick, 70);
    assert_eq!(play.notices(), [(1, Notice::Opened)], "the other one still speaks for it");
    play.clears(Diagnosis::Overload, ("GET /a", ""), 71);
    assert_eq!(play.notices(), [(1, Notice::Opened), (1, Notice::Resolved)]);
}

#[test]
fn what_somebody_ended_by_hand_stays_ended_over_a_restart_and_no_longer_than_it_lasts() {
    let mut play = Play::new();
    play.fires(Diagnosis::Quota, ("GET /a", "1.1.1.1"), 0);
    let number = play.engine.incidents().next().unwrap().number;
    play.apply(Input::Command(Command::Resolve(number), Who("ana".to_owned())), 5);
    play.restart(6);
    play.fires(Diagnosis::Quota, ("GET /a", "1.1.1.1"), 7);
    assert_eq!(play.notices(), [(1, Notice::Opened), (1, Notice::Resolved)]);
    play.clears(Diagnosis::Quota, ("GET /a", "1.1.1.1"), 30);
    play.restart(31);
    play.fires(Diagnosis::Quota, ("GET /a", "1.1.1.1"), 40);
    assert_eq!(play.notices().last(), Some(&(2, Notice::Opened)));
}

#[test]
fn an_alarm_that_names_its_receivers_tells_them_alone_until_another_concerns_all() {
    let mut play = Play::new();
    let fires = |play: &mut Play, diagnosis, endpoint: &str, receivers: &[&str], minute| {
        let receivers = receivers.iter().map(|name| Name::from(*name)).collect();
        let alarm = Alarm { receivers, ..alarm(diagnosis, endpoint, "", AlarmState::Firing) };
        play.apply(Input::Alarm(Box::new(alarm)), minute);
    };
    let told = |play: &Play| {
        let told = play.sent.iter().map(|told| (told.receiver.to_string(), told.notice));
        told.collect::<Vec<_>>()
    };
    let opened = |name: &str| (name.to_owned(), Notice::Opened);
    fires(&mut play, Diagnosis::Regression, "POST /pay", &["payments"], 0);
    assert_eq!(told(&play), [opened("payments")]);
    fires(&mut play, Diagnosis::Regression, "GET /search", &["search"], 1);
    assert_eq!(told(&play), [opened("payments"), opened("search")]);

    // After a restart it is still theirs alone.
    let incidents = play.engine.incidents().cloned().collect();
    let restored = Restored { incidents, ..Restored::default() };
    let mut again = Play { engine: Engine::restore(restored), ..Play::new() };
    again.configure(2);
    again.apply(Input::Tick, 3);
    assert_eq!(told(&again), []);

    fires(&mut play, Diagnosis::Regression, "GET /carts", &[], 4);
    assert_eq!(told(&play).last(), Some(&opened("slack")));
    for endpoint in ["POST /pay", "GET /search", "GET /carts"] {
        play.clears(Diagnosis::Regression, (endpoint, ""), 20);
    }
    assert_eq!(play.sent.iter().filter(|told| told.notice == Notice::Resolved).count(), 3);
}

fn happenings() -> impl Strategy<Value = Vec<(i64, usize, usize, bool, bool)>> {
    let restarts = prop::bool::weighted(0.1);
    prop::collection::vec((1_i64..90, 0_usize..10, 0_usize..3, any::<bool>(), restarts), 1..40)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn who_was_told_of_a_start_is_told_of_its_end_exactly_once(happenings in happenings()) {
        const PLACES: [(&str, &str); 3] = [("", "1.1.1.1"), ("GET /a", "2.2.2.2"), ("GET /b", "")];
        let mut play = Play::new();
        let mut now = 0;
        for (later, diagnosis, place, is_firing, is_restarted) in happenings {
            now += later;
            if is_restarted {
                play.restart(now);
            }
            let diagnosis = Diagnosis::ALL[diagnosis];
            if is_firing {
                play.fires(diagnosis, PLACES[place], now);
            } else {
                play.clears(diagnosis, PLACES[place], now);
            }
            play.apply(Input::Tick, now);
        }
        for diagnosis in Diagnosis::ALL {
            for place in PLACES {
                play.clears(diagnosis, place, now + 1);
            }
        }
        play.apply(Input::Tick, now + 2);
        prop_assert!(play.engine.incidents().all(|incident| !incident.is_open()));
        let mut open: BTreeMap<u64, bool> = BTreeMap::new();
        for (incident, notice) in play.notices() {
            let is_open = open.entry(incident).or_default();
            match notice {
                Notice::Opened | Notice::Reopened => prop_assert!(!std::mem::replace(is_open, true)),
                Notice::Resolved => prop_assert!(std::mem::replace(is_open, false)),
                Notice::Worsened | Notice::Reminder | Notice::Acknowledged | Notice::Flapping => {
                    prop_assert!(*is_open);
                }
                Notice::Test => prop_assert!(false, "nobody asked for a test"),
            }
        }
        prop_assert!(open.values().all(|is_open| !is_open));
    }
}
