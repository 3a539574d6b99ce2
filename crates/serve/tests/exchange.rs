//! The JSON form of an exchange: what is written comes back, and the documentation is right.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests may fail")]

#[path = "support/fixture.rs"]
mod fixture;

use std::time::Duration;

use bytes::Bytes;
use jiff::Timestamp;
use serde_json::json;
use statusquo_catalogue::StatusCode;
use statusquo_exchange::{
    Content, Exchange, Failure, FailureKind, Fields, Name, Origin, Outcome, Response, Version,
};
use statusquo_serve::wire::{MalformedExchange, exchange_json, parse_exchange};

fn sample(status: u16) -> Exchange {
    let at: Timestamp = "2026-11-23T14:41:07.250Z".parse().unwrap();
    fixture::exchange("x1", Name::from("orders"), "https://api.test/v1", (at, status))
}

fn comes_back(exchange: &Exchange) {
    let text = exchange_json(exchange).to_string();
    assert!(!text.contains('\n'), "one object a line");
    assert_eq!(&parse_exchange(&text).unwrap(), exchange, "{text}");
}

fn early_hints() -> Response {
    Response {
        version: Some(Version::Http11),
        status: StatusCode::new(103),
        reason: Some(Bytes::from("Early Hints")),
        fields: [("Link", "</a.css>; rel=preload")].into_iter().collect(),
        content: Content::NotCaptured,
        trailers: Fields::new(),
    }
}

#[test]
fn a_whole_exchange_comes_back() {
    comes_back(&sample(200));
    comes_back(&sample(503));
    let mut exchange = sample(999);
    exchange.interim = vec![early_hints()];
    exchange.raw_response = Some(Bytes::from_static(b"HTTP/1.1 999 \xff\r\n\r\n"));
    exchange.origin = Origin::Recording { source: Name::from("session.har") };
    (exchange.scheme, exchange.tls, exchange.peer) = (None, None, None);
    exchange.timing.tls = None;
    exchange.timing.total = Duration::from_micros(1_234_567);
    comes_back(&exchange);
}

#[test]
fn octets_that_are_no_text_come_back() {
    let mut exchange = sample(200);
    let Outcome::Answered(response) = &mut exchange.outcome else { panic!() };
    response.fields.push(&b"X-Latin"[..], &b"caf\xe9"[..]);
    response.fields.push(&b"x-\xff"[..], &b""[..]);
    response.reason = Some(Bytes::from_static(b"\xc3\x28"));
    response.content = Content::Beginning(Bytes::from_static(&[0, 159, 146, 150]));
    response.trailers = [("Expires", "0")].into_iter().collect();
    comes_back(&exchange);
    let json = exchange_json(&exchange);
    assert_eq!(json["response"]["headers"][4], json!(["X-Latin", { "b64": "Y2Fm6Q==" }]));
    assert_eq!(json["response"]["body_b64"], "AJ+Slg==");
    assert_eq!(json["response"]["complete"], false);
}

#[test]
fn not_captured_is_not_empty() {
    for (content, body) in [(Content::NotCaptured, json!(null)), (Content::Whole(Bytes::new()), json!(""))] {
        let mut exchange = sample(204);
        let Outcome::Answered(response) = &mut exchange.outcome else { panic!() };
        response.content = content;
        assert_eq!(exchange_json(&exchange)["response"]["body"], body);
        comes_back(&exchange);
    }
}

#[test]
fn every_failure_comes_back_with_and_without_what_was_seen() {
    for kind in FailureKind::ALL {
        for seen in [None, Some(Box::new(early_hints()))] {
            let failure = Failure { kind, detail: "why".to_owned(), after: Duration::from_millis(7) };
            let mut exchange = sample(200);
            exchange.outcome = Outcome::Failed { failure, seen };
            comes_back(&exchange);
        }
    }
}

#[test]
fn a_recording_needs_no_more_than_request_and_status() {
    let text = r#"{"request": {"method": "GET", "target": "/x"}, "response": {"status": 404}, "unknown": 1}"#;
    let exchange = parse_exchange(text).unwrap();
    assert_eq!(exchange.status(), Some(StatusCode::new(404)));
    assert_eq!(exchange.response().unwrap().content, Content::NotCaptured);
}

#[test]
fn what_is_no_exchange_is_refused() {
    let refused = |text: &str| parse_exchange(text).unwrap_err();
    assert!(matches!(refused("[]"), MalformedExchange::Json(_)));
    assert!(matches!(
        refused(r#"{"request": {"method": "GET", "target": "/"}}"#),
        MalformedExchange::NoOutcome
    ));
    let with = |more: &str| format!(r#"{{"request": {{"method": "GET", "target": "/"}}, {more}}}"#);
    assert!(matches!(refused(&with(r#""failure": {"kind": "gremlins"}"#)), MalformedExchange::Word(..)));
    assert!(matches!(
        refused(&with(r#""response": {"status": 200, "body_b64": "%"}"#)),
        MalformedExchange::Base64(_)
    ));
    assert!(matches!(refused(&with(r#""response": {"status": 70000}"#)), MalformedExchange::Json(_)));
}

#[test]
fn each_documented_example_is_read() {
    let page = include_str!("../../../docs/exchange.md");
    let examples: Vec<&str> =
        page.split("```json\n").skip(1).map(|rest| rest.split("```").next().unwrap()).collect();
    assert!(examples.len() >= 3);
    for line in examples.iter().flat_map(|example| example.lines()) {
        let exchange = parse_exchange(line).unwrap_or_else(|error| panic!("{error:?}: {line}"));
        comes_back(&exchange);
    }
    for kind in FailureKind::ALL {
        assert!(page.contains(&format!("`{kind}`")), "{kind} is not documented");
    }
}
