//! Thresholds of the user's own.

#![allow(clippy::unwrap_used, reason = "a test")]

use std::collections::BTreeMap;

use statusquo_alert::{AlarmKind, AlarmState, Detector, Limit, Place, Severity, Threshold, Tuning};
use statusquo_catalogue::StatusCode;
use statusquo_exchange::Name;
use statusquo_slo::Answer;
use statusquo_slo::traffic::{Endpoint, EndpointMinute, Minute, Route};

fn minute(at: i64, good: u64, bad: u64) -> Minute {
    let endpoint = Endpoint { method: "POST".into(), route: Route::Declared("/v1/orders".into()) };
    let answer = |code| Answer::Status(StatusCode::new(code));
    let answers = BTreeMap::from([(answer(200), good), (answer(503), bad)]);
    let counted = EndpointMinute { answers, ..EndpointMinute::default() };
    Minute { start: at * 60, endpoints: BTreeMap::from([(endpoint, counted)]), ..Minute::default() }
}

fn name(endpoint: &Endpoint) -> String {
    match &endpoint.route {
        Route::Declared(path) => format!("{} {path}", endpoint.method),
        Route::Learned(_) | Route::Unmatched | Route::Other => String::new(),
    }
}

/// Twenty requests a minute, of which in two minutes a fifth fails.
fn said(place: Place, limit: Limit) -> Vec<(i64, AlarmState)> {
    let threshold = Threshold {
        name: Name::from("orders-fail"),
        codes: "5xx".parse().unwrap(),
        place,
        limit,
        window_minutes: 5,
        least_requests: 20,
        severity: Severity::Failing,
        receivers: Vec::new(),
    };
    let mut detector = Detector::new(Name::from("shop"));
    detector.configure(Tuning::default(), vec![threshold]);
    let mut said = Vec::new();
    for at in 0..30 {
        let bad = if (10..12).contains(&at) { 4 } else { 0 };
        let alarms = detector.watch(&minute(at, 20 - bad, bad), &name);
        let own = alarms.into_iter().filter(|alarm| alarm.kind == AlarmKind::Threshold);
        said.extend(own.map(|alarm| (at, alarm.state)));
    }
    said
}

#[test]
fn a_threshold_fires_when_it_is_exceeded_and_is_over_five_minutes_later() {
    let expect = [
        (11, AlarmState::Firing),
        (12, AlarmState::Firing),
        (13, AlarmState::Firing),
        (14, AlarmState::Firing),
        (19, AlarmState::Cleared),
    ];
    for place in [Place::Service, Place::EachEndpoint, Place::Endpoint("/v1/orders".to_owned())] {
        assert_eq!(said(place.clone(), Limit::Share(50_000)), expect);
        assert_eq!(said(place, Limit::Count(7)), expect);
    }
}

#[test]
fn what_is_allowed_or_elsewhere_is_quiet() {
    assert_eq!(said(Place::Service, Limit::Share(80_000)), []);
    assert_eq!(said(Place::Endpoint("GET /v1/orders".to_owned()), Limit::Count(0)), []);
}

#[test]
fn an_endpoint_is_meant_by_its_route_its_end_and_any_name_of_a_parameter() {
    for meant in ["POST /v1/orders", "/v1/orders", "POST /v1/*", "/v1/*", "POST *"] {
        assert_eq!(said(Place::Endpoint(meant.to_owned()), Limit::Count(7)).len(), 5, "{meant}");
    }
    for other in ["GET /v1/orders", "/v1", "/v1/orders/{id}", "/v2/*"] {
        assert_eq!(said(Place::Endpoint(other.to_owned()), Limit::Count(7)), [], "{other}");
    }
}

#[test]
fn what_is_configured_again_as_it_was_goes_on_counting() {
    let threshold = |name: &str| Threshold {
        name: Name::from(name),
        codes: "5xx".parse().unwrap(),
        place: Place::Service,
        limit: Limit::Count(5),
        window_minutes: 5,
        least_requests: 0,
        severity: Severity::Degraded,
        receivers: vec![Name::from("oncall")],
    };
    let mut detector = Detector::new(Name::from("shop"));
    detector.configure(Tuning::default(), vec![threshold("a")]);
    assert_eq!(detector.watch(&minute(0, 16, 4), &name), []);
    detector.configure(Tuning::default(), vec![threshold("a"), threshold("b")]);
    let alarms = detector.watch(&minute(1, 16, 4), &name);
    let keys: Vec<&str> = alarms.iter().map(|alarm| alarm.key.as_str()).collect();
    assert_eq!(keys, ["shop|threshold a|"], "the new one has counted four");
    assert_eq!(alarms.first().map(|alarm| alarm.receivers.as_slice()), Some(&[Name::from("oncall")][..]));
    // What is taken away is over some minutes later.
    detector.configure(Tuning::default(), Vec::new());
    let later: Vec<AlarmState> =
        (2..9).flat_map(|at| detector.watch(&minute(at, 20, 0), &name)).map(|alarm| alarm.state).collect();
    assert_eq!(later, [AlarmState::Cleared]);
}
