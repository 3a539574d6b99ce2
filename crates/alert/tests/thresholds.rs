//! Thresholds of the user's own.

#![allow(clippy::unwrap_used, reason = "a test")]

use std::collections::BTreeMap;

use statusquo_alert::{AlarmKind, AlarmState, Detector, Limit, Place, Severity, Threshold};
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
    };
    let mut detector = Detector::new(Name::from("shop")).with_thresholds(vec![threshold]);
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
