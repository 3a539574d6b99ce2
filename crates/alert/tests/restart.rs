//! Detectors go on after a restart: what counts of the past teach them, and what was firing.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test")]

use statusquo_alert::{Alarm, AlarmKind, AlarmState, Detector, Diagnosis};
use statusquo_catalogue::StatusCode;
use statusquo_exchange::Name;
use statusquo_slo::Answer;
use statusquo_slo::traffic::{Endpoint, EndpointMinute, Minute, Route};

const START: i64 = 1_772_409_600 / 60;

fn orders() -> Endpoint {
    Endpoint { method: "POST".into(), route: Route::Declared("/orders".into()) }
}

fn name(endpoint: &Endpoint) -> String {
    assert_eq!(*endpoint, orders());
    "POST /orders".to_owned()
}

/// A minute of forty orders, of which so many fail.
fn minute(at: i64, failed: u64) -> Minute {
    let answers = [(200, 40 - failed), (500, failed)].into_iter().filter(|(_, count)| *count > 0);
    let answers = answers.map(|(code, count)| (Answer::Status(StatusCode::new(code)), count)).collect();
    let counted = EndpointMinute { answers, ..EndpointMinute::default() };
    Minute { start: (START + at) * 60, endpoints: [(orders(), counted)].into(), ..Minute::default() }
}

fn watched(detector: &mut Detector, minutes: std::ops::Range<i64>, failed: u64) -> Vec<Alarm> {
    minutes.flat_map(|at| detector.watch(&minute(at, failed), &name)).collect()
}

/// Two days in which one order in forty failed, as a restart finds them in the store.
fn taught() -> Detector {
    let mut detector = Detector::new(Name::from("shop"));
    (0..2880).for_each(|at| detector.remember(&minute(at, 1), &name));
    detector
}

#[test]
fn what_the_past_taught_is_usual_and_what_is_not_is_told_at_once() {
    // Three of forty, for half an hour: too little for a detector that knows nothing.
    assert_eq!(watched(&mut Detector::new(Name::from("shop")), 0..30, 4), []);
    let mut detector = taught();
    assert_eq!(watched(&mut detector, 2880..2940, 1), []);
    let told = watched(&mut detector, 2940..2970, 4);
    assert_eq!(told.first().map(|alarm| alarm.kind), Some(AlarmKind::ServerErrors));
}

#[test]
fn what_was_firing_goes_on_with_the_same_key_and_is_over_when_the_traffic_says_so() {
    let mut before = taught();
    let told = watched(&mut before, 2880..2900, 30).pop().unwrap();
    let mut after = taught();
    (2880..2900).for_each(|at| drop(after.watch(&minute(at, 30), &name)));
    let endpoint = |name: &str| (name == "POST /orders").then(orders);
    after.take_up(told.clone(), &endpoint);
    let goes_on = after.alarms().next().unwrap();
    assert_eq!((&goes_on.key, goes_on.since), (&told.key, told.since));
    let said = watched(&mut after, 2900..2930, 1);
    assert!(said.iter().all(|alarm| alarm.key == told.key), "{said:#?}");
    assert_eq!(said.last().map(|alarm| alarm.state), Some(AlarmState::Cleared));
    assert_eq!(watched(&mut after, 2930..2990, 1), [], "what was told and is over raises no second alarm");
}

#[test]
fn what_counts_alone_do_not_show_ends_after_its_own_time() {
    let alarm = |key: &str, kind, diagnosis| Alarm {
        key: key.to_owned(),
        service: Name::from("shop"),
        endpoint: Some("POST /orders".to_owned()),
        kind,
        severity: statusquo_alert::Severity::Degraded,
        sentence: "is searched for a way in".to_owned(),
        diagnosis,
        evidence: Vec::new(),
        clients: vec!["192.0.2.7".to_owned()],
        since: jiff::Timestamp::from_second((START + 2800) * 60).unwrap(),
        state: AlarmState::Firing,
        receivers: Vec::new(),
    };
    for (key, kind, diagnosis, least, most) in [
        ("shop|scan|192.0.2.7", AlarmKind::Clients, Some(Diagnosis::Scan), 25, 35),
        ("shop|POST /orders|4xx", AlarmKind::ClientErrors, Some(Diagnosis::IntegrationBug), 9, 11),
        ("shop|threshold fails|", AlarmKind::Threshold, None, 4, 6),
        ("shop|POST /gone|5xx", AlarmKind::ServerErrors, Some(Diagnosis::Regression), 25, 35),
    ] {
        let mut detector = taught();
        let endpoint = |name: &str| (name == "POST /orders").then(orders);
        detector.take_up(alarm(key, kind, diagnosis), &endpoint);
        let over = (2880..2980).find(|at| !detector.watch(&minute(*at, 1), &name).is_empty());
        let after = over.unwrap() - 2880;
        assert!((least..=most).contains(&after), "{key}: after {after} min");
    }
    let mut detector = taught();
    detector.take_up(alarm("slo orders|3600", AlarmKind::BurnRate, None), &|_| None);
    assert_eq!(detector.alarms().count(), 0, "others have their own");
}

#[test]
fn a_code_of_long_ago_is_no_news() {
    for (is_known, expected) in [(true, 0), (false, 1)] {
        let mut detector = taught();
        if is_known {
            detector.knew(&orders(), StatusCode::new(202), (START - 90 * 1440) * 60);
        }
        let mut minute = minute(2880, 0);
        minute.endpoints.entry(orders()).or_default().answers =
            [(Answer::Status(StatusCode::new(202)), 40)].into();
        assert_eq!(detector.watch(&minute, &name).len(), expected);
    }
}
