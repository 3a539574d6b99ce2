//! Drives every route of the sample API, each status code that it answers, with the linter over each exchange.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, unreachable_pub, reason = "a test")]

#[path = "../examples/orders/app/mod.rs"]
mod app;

use std::collections::BTreeSet;

use axum::body::Body;
use http::{Request, Version};
use http_body_util::BodyExt;
use statusquo_lint::{Judge, Level, Profile};
use statusquo_problem::Form;
use statusquo_problem::lint::LintLayer;
use tower::{Layer, ServiceExt};

/// Method, target, fields, content, and the status code that has to come.
type Row = (&'static str, &'static str, &'static [(&'static str, &'static str)], &'static str, u16);

const JSON: (&str, &str) = ("content-type", "application/json");

const ROWS: &[Row] = &[
    ("GET", "/feed", &[("connection", "upgrade"), ("upgrade", "orders-feed/1")], "", 101),
    ("GET", "/orders", &[], "", 200),
    ("POST", "/orders", &[JSON], r#"{"sku":"a-17","count":2}"#, 201),
    ("POST", "/orders/17/payment", &[], "", 202),
    ("DELETE", "/orders/17", &[], "", 204),
    ("POST", "/drafts/clear", &[], "", 205),
    ("GET", "/invoices/17", &[("range", "bytes=0-6")], "", 206),
    ("GET", "/reports", &[], "", 300),
    ("GET", "/shop", &[], "", 301),
    ("GET", "/orders/latest", &[], "", 302),
    ("GET", "/jobs/j-1", &[], "", 303),
    ("GET", "/orders/17", &[("if-none-match", "\"order-17-1\"")], "", 304),
    ("GET", "/invoices/17", &[("if-none-match", "\"order-17-1\""), ("range", "bytes=0-6")], "", 304),
    ("POST", "/warehouse/orders", &[JSON], "{}", 307),
    ("POST", "/v0/orders", &[JSON], "{}", 308),
    ("POST", "/orders", &[JSON], r#"{"sku":"#, 400),
    ("GET", "/orders?page=first", &[], "", 400),
    ("GET", "/account", &[], "", 401),
    ("GET", "/account", &[("authorization", "Bearer expired")], "", 401),
    ("POST", "/orders/18/payment", &[], "", 402),
    ("GET", "/account", &[("authorization", "Bearer guest")], "", 403),
    ("GET", "/orders/99", &[], "", 404),
    ("GET", "/orders/first", &[], "", 404),
    ("GET", "/nothing", &[], "", 404),
    ("DELETE", "/orders", &[], "", 405),
    ("GET", "/orders", &[("accept", "text/csv")], "", 406),
    ("GET", "/stock?shelf=slow", &[], "", 408),
    ("POST", "/orders", &[JSON], r#"{"sku":"sold-out","count":5}"#, 409),
    ("GET", "/orders/16", &[], "", 410),
    ("POST", "/uploads", &[], "", 411),
    ("PUT", "/orders/17", &[JSON, ("if-match", "\"old\"")], r#"{"sku":"a","count":2}"#, 412),
    ("POST", "/orders", &[JSON], "LONG", 413),
    ("GET", "LONG", &[], "", 414),
    ("POST", "/orders", &[("content-type", "text/xml")], "<order/>", 415),
    ("PATCH", "/orders/17", &[JSON], "{}", 415),
    ("GET", "/invoices/17", &[("range", "bytes=999-")], "", 416),
    ("GET", "/orders", &[("expect", "answers")], "", 417),
    ("GET", "/orders", &[("host", "other.example")], "", 421),
    ("POST", "/orders", &[JSON], r#"{"sku":"","count":0}"#, 422),
    ("POST", "/orders", &[JSON], r#"{"sku":"a"}"#, 422),
    ("DELETE", "/orders/18", &[], "", 423),
    ("GET", "/account", &[("early-data", "1")], "", 425),
    ("GET", "/feed", &[], "", 426),
    ("PUT", "/orders/17", &[JSON], r#"{"sku":"a","count":2}"#, 428),
    ("GET", "/quota", &[], "", 429),
    ("GET", "/orders", &[("x-large", "LONG")], "", 431),
    ("GET", "/books/utopia", &[], "", 451),
    ("GET", "/stock", &[], "", 500),
    ("GET", "/panic", &[], "", 500),
    ("POST", "/labels", &[], "", 501),
    ("GET", "/stock?shelf=garbled", &[], "", 502),
    ("GET", "/stock?shelf=closed", &[], "", 503),
    ("GET", "/stock?shelf=far", &[], "", 504),
    ("GET", "/orders", &[], "HTTP/3", 505),
    ("GET", "/stock?shelf=full", &[], "", 507),
    ("PROPFIND", "/tree", &[("depth", "infinity")], "", 508),
];

fn request((method, target, fields, content, _): &Row) -> Request<Body> {
    let long = |text: &str, length: usize| {
        if text == "LONG" { format!("/{}", "a".repeat(length)) } else { text.to_owned() }
    };
    let (content, version) =
        if *content == "HTTP/3" { ("", Version::HTTP_3) } else { (*content, Version::HTTP_11) };
    let mut request = Request::builder().method(*method).uri(long(target, 9000)).version(version);
    for (name, value) in *fields {
        request = request.header(*name, long(value, 5000));
    }
    if !fields.iter().any(|(name, _)| *name == "host") {
        request = request.header("host", "api.example");
    }
    if !fields.iter().any(|(name, _)| *name == "accept") {
        request = request.header("accept", "application/json");
    }
    request.body(Body::from(long(content, 9000))).unwrap()
}

#[tokio::test]
async fn every_status_code_is_answered_and_the_judge_finds_nothing() {
    // A panic of the sample is meant, and its words are for its own log.
    for (form, profile) in [
        (Form::Problem, Profile::Guide),
        (Form::Problem, Profile::Rfc),
        (Form::Envelope, Profile::Guide),
        (Form::Envelope, Profile::Rfc),
    ] {
        let lint = LintLayer::new().at(Level::Should).with(Judge::new(profile));
        let mut codes = BTreeSet::new();
        for row in ROWS {
            let response = lint.layer(app::app(form)).oneshot(request(row)).await.unwrap();
            let (status, headers) = (response.status().as_u16(), response.headers().clone());
            let content = response.into_body().collect().await.unwrap().to_bytes();
            let content = String::from_utf8_lossy(&content);
            assert_eq!(status, row.4, "{} {} -> {content}", row.0, row.1);
            codes.insert(status);
            assert!(headers.contains_key("x-request-id"), "{} {}", row.0, row.1);
            assert!(!content.contains("internal is") && !content.contains("internal sent"), "{content}");
            if status >= 400 {
                let (media, id) = match form {
                    Form::Problem => ("application/problem+json", "/request_id"),
                    Form::Envelope => ("application/json", "/error/request_id"),
                };
                assert_eq!(headers["content-type"], media, "{content}");
                let json: serde_json::Value = serde_json::from_str(&content).unwrap();
                assert_eq!(json.pointer(id).unwrap(), headers["x-request-id"].to_str().unwrap());
            }
        }
        // All final codes that an origin answers and that have not been given up: 203, 207, 208 and 226 belong to proxies,
        // WebDAV and delta encoding, 407 and 511 to proxies and portals, 424 to parts of a 207.
        let expected: BTreeSet<u16> = statusquo_catalogue::REGISTERED
            .iter()
            .map(|entry| entry.code.get())
            .filter(|code| *code >= 200 || *code == 101)
            .filter(|code| ![203, 207, 208, 226, 305, 306, 407, 418, 424, 506, 510, 511].contains(code))
            .collect();
        assert_eq!(codes, expected);
    }
}
