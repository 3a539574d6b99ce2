//! Requests that were kept one by one.

use jiff::Timestamp;
use statusquo_catalogue::StatusCode;
use statusquo_exchange::Name;
use statusquo_slo::Answer;
use statusquo_slo::kept::{Layer, Row, Why};

/// An order that failed, seen by the proxy, by the shop and by the shop as the caller of the stock; and others.
pub fn rows(now: Timestamp) -> Vec<(Name, Vec<Row>)> {
    let failed = Row {
        at_us: now.as_microsecond() - 13_000_000,
        layer: Layer::Edge,
        why: Why::ServerError,
        method: "POST".into(),
        target: "/v1/orders?coupon=***".into(),
        route: "".into(),
        answer: Answer::Status(StatusCode::new(503)),
        upstream: Some(503),
        duration_us: Some(30_000_000),
        bytes: 212,
        host: "orders.example".into(),
        client: "192.0.2.7".into(),
        user_agent: "acme-web/3 (linux)".into(),
        error: "".into(),
        request_id: "req_8f3c1a90".into(),
        trace_id: "".into(),
    };
    let seen = Row {
        layer: Layer::Spans,
        route: "/v1/orders".into(),
        trace_id: "4bf92f3577b34da6a3ce929d0e0e4736".into(),
        at_us: failed.at_us - 20_000,
        ..failed.clone()
    };
    let called = Row {
        layer: Layer::CallSpans,
        method: "GET".into(),
        target: "/stock/17".into(),
        host: "stock.example".into(),
        answer: Answer::Failure(statusquo_exchange::FailureKind::Timeout),
        error: "ReadTimeout".into(),
        request_id: "".into(),
        at_us: seen.at_us - 80_000,
        ..seen.clone()
    };
    let ordinary = |n: i64| Row {
        at_us: now.as_microsecond() - n * 41_000_000,
        why: Why::Sample,
        method: "GET".into(),
        target: format!("/v1/orders/{n}").into(),
        answer: Answer::Status(StatusCode::new(200)),
        upstream: Some(200),
        duration_us: Some(41_000),
        request_id: format!("req_{n:08}").into(),
        ..failed.clone()
    };
    let rows = (1..60).map(ordinary).chain([failed.clone(), seen, called]).collect();
    vec![(Name::from("shop"), rows)]
}
