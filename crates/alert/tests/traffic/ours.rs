//! What goes wrong between clients and us: bugs of either side, limits, lack of capacity.

use std::collections::BTreeSet;

use statusquo_alert::{AlarmKind, Diagnosis, EndpointTuning, Sensitivity, Severity, Tuning};

use super::quiet::api;
use super::world::{Dice, HOUR, Line, Log, START, about, one};

const BEGIN: i64 = START + 26 * HOUR;

fn base() -> Log {
    api(31, 30, 40)
}

/// Requests from this moment on, for so long, are answered otherwise.
fn changed(lasting: i64, change: impl Fn(&mut Line, &mut Dice)) -> Log {
    let (mut log, mut dice) = (base(), Dice::new(32));
    for line in &mut log.lines {
        if (BEGIN..BEGIN + lasting).contains(&line.at) {
            change(line, &mut dice);
        }
    }
    log
}

#[test]
fn a_client_that_sends_what_cannot_be_used() {
    let mut log = base();
    for request in 0..200 {
        log.line(BEGIN + request * 10, "10.0.9.9", ("POST", "/v1/orders"), 422, "acme-sync/1.2");
    }
    let incident = one(&log);
    assert_eq!(about(&incident).diagnosis, Some(Diagnosis::IntegrationBug));
    assert_eq!(about(&incident).clients.first().map(String::as_str), Some("10.0.9.9"));
    assert_eq!(incident.target, "POST /v1/orders");
}

#[test]
fn an_endpoint_that_fails_for_everybody_after_a_deploy() {
    let log = changed(HOUR, |line, dice| {
        if line.target.starts_with("/v1/items") && dice.happens(0.3) {
            line.code = 500;
        }
    });
    let incident = one(&log);
    assert_eq!(about(&incident).diagnosis, Some(Diagnosis::Regression));
    assert_eq!((incident.target.as_str(), incident.severity), ("GET /v1/items", Severity::Failing));
    let opened = incident.opened.as_second();
    assert!((BEGIN..BEGIN + 6 * 60).contains(&opened), "{}", incident.opened);
    assert!(incident.resolved.is_some());
}

#[test]
fn requests_that_everybody_gets_refused_after_a_deploy() {
    let log = changed(HOUR, |line, dice| {
        if line.target == "/v1/orders" && dice.happens(0.6) {
            line.code = 400;
        }
    });
    let incident = one(&log);
    assert_eq!(about(&incident).diagnosis, Some(Diagnosis::Regression));
    assert_eq!(incident.target, "POST /v1/orders");
}

#[test]
fn a_client_beyond_its_quota() {
    let mut log = base();
    for request in 0..400 {
        let code = if request % 4 == 0 { 200 } else { 429 };
        log.get(BEGIN + request * 3, "10.0.9.8", "/v1/items?page=2", code);
    }
    let incident = one(&log);
    assert_eq!(about(&incident).diagnosis, Some(Diagnosis::Quota));
    assert_eq!(about(&incident).clients.first().map(String::as_str), Some("10.0.9.8"));
}

#[test]
fn timeouts_that_become_refusals_everywhere() {
    let log = changed(40 * 60, |line, dice| {
        let progress = f64::from(i32::try_from(line.at - BEGIN).unwrap()) / 2400.0;
        if dice.happens(progress) {
            line.code = if dice.happens(progress) { 503 } else { 504 };
        }
    });
    let incident = one(&log);
    assert_eq!(about(&incident).diagnosis, Some(Diagnosis::Overload));
    assert_eq!(incident.severity, Severity::Failing);
}

#[test]
fn everything_fails() {
    let log = changed(30 * 60, |line, _| line.code = 500);
    let incident = one(&log);
    assert_eq!(about(&incident).diagnosis, Some(Diagnosis::ServerErrors));
}

#[test]
fn a_detector_that_is_switched_off_says_nothing_there_and_one_that_is_calm_says_less() {
    let log = changed(HOUR, |line, dice| {
        if line.target.starts_with("/v1/items") && dice.happens(0.3) {
            line.code = 500;
        }
    });
    let count = |tuning: Tuning| log.incidents_of(tuning).len();
    let off = BTreeSet::from([AlarmKind::ServerErrors]);
    let at = |endpoint: &str| Tuning {
        endpoints: vec![EndpointTuning {
            endpoint: endpoint.to_owned(),
            off: off.clone(),
            sensitivity: Sensitivity::Normal,
        }],
        ..Tuning::default()
    };
    assert_eq!(count(Tuning { off: off.clone(), ..Tuning::default() }), 0);
    assert_eq!(count(at("GET /v1/items*")), 0);
    assert_eq!(count(at("POST /v1/items*")), 1);
    let off = BTreeSet::from([AlarmKind::Clients, AlarmKind::NewCode]);
    assert_eq!(count(Tuning { off, sensitivity: Sensitivity::Low, ..Tuning::default() }), 1);
}
