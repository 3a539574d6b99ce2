//! The constructors hold what the catalogue demands.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test")]

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Response, header};
use statusquo_catalogue::{Caching, ContentRule, REGISTERED};
use statusquo_problem::{
    Allow, Answer, Challenge, Content, Limit, Location, Mistake, Mistakes, Problem, RetryAfter, Takes,
    Upgrade, Validator, Wanted,
};

/// Codes without a constructor, as the crate's page says.
const LEFT_OUT: &[u16] = &[100, 102, 103, 104, 203, 207, 208, 226, 305, 306, 418, 506, 510];

fn content() -> Content {
    Content::text("here")
}

fn part() -> Wanted {
    let mut request = HeaderMap::new();
    request.insert(header::RANGE, HeaderValue::from_static("bytes=0-1"));
    Wanted::of(&request, content()).unwrap()
}

fn answers() -> Vec<Answer> {
    let there = || Location::path(["there"]);
    let validator = || Validator::strong("a1").unwrap();
    vec![
        Answer::switching_protocols(Upgrade::WEBSOCKET),
        Answer::ok(content()),
        Answer::created(there(), content()),
        Answer::accepted(there(), RetryAfter::seconds(2), content()),
        Answer::no_content(),
        Answer::reset_content(),
        // What of the fields is asked for under a condition, such as those that the 200 has, is the caller's to say.
        Answer::wanted(part()).validator(validator()),
        Answer::multiple_choices(there(), content()),
        Answer::moved_permanently(there()),
        Answer::found(there()),
        Answer::see_other(there()),
        Answer::not_modified(validator()),
        Answer::temporary_redirect(there()),
        Answer::permanent_redirect(there()),
    ]
}

fn client_errors() -> Vec<Problem> {
    let mistakes = || Mistakes::of(Mistake::new("age", "must be 18 or more"));
    let limit = Limit::new("default", 100, Duration::from_secs(60));
    vec![
        Problem::bad_request("x"),
        Problem::unauthorized(Challenge::bearer("api"), "x"),
        Problem::payment_required("x"),
        Problem::forbidden("x"),
        Problem::not_found("x"),
        Problem::method_not_allowed(Allow::of([Method::GET]), "x"),
        Problem::not_acceptable(&["text/csv"], "x"),
        Problem::proxy_authentication_required(Challenge::basic("proxy"), "x"),
        Problem::request_timeout("x"),
        Problem::conflict("x"),
        Problem::gone("x"),
        Problem::length_required("x"),
        Problem::precondition_failed("x"),
        Problem::content_too_large(1000),
        Problem::uri_too_long("x"),
        Problem::unsupported_media_type(Takes::media_types(&Method::POST, &["application/json"]), "x"),
        Problem::range_not_satisfiable(1000),
        Problem::expectation_failed("x"),
        Problem::misdirected_request("x"),
        Problem::unprocessable(mistakes()),
        Problem::locked("x"),
        Problem::failed_dependency("x"),
        Problem::too_early("x"),
        Problem::upgrade_required(Upgrade::TLS, "x"),
        Problem::precondition_required("x"),
        Problem::too_many_requests(limit.used_up(RetryAfter::seconds(30)), "x"),
        Problem::header_fields_too_large(Some(&header::COOKIE)),
        Problem::unavailable_for_legal_reasons(&Location::path(["court"]), "x"),
    ]
}

fn server_errors() -> Vec<Problem> {
    vec![
        Problem::internal("cause"),
        Problem::not_implemented("x"),
        Problem::bad_gateway("cause", "x"),
        Problem::unavailable(RetryAfter::at(SystemTime::UNIX_EPOCH), "x"),
        Problem::gateway_timeout("x"),
        Problem::version_not_supported(&["HTTP/1.1"]),
        Problem::insufficient_storage("x"),
        Problem::loop_detected("x"),
        Problem::network_authentication_required(&Location::path(["login"])),
    ]
}

fn responses() -> BTreeMap<u16, Response<Bytes>> {
    let answers = answers().into_iter().map(Answer::into_http);
    let problems = client_errors().into_iter().chain(server_errors()).map(Problem::into_http);
    answers.chain(problems).map(|response| (response.status().as_u16(), response)).collect()
}

#[test]
fn each_registered_code_has_a_constructor_or_a_reason() {
    let made = responses();
    for entry in REGISTERED {
        let code = entry.code.get();
        let is_left_out = LEFT_OUT.contains(&code);
        assert_ne!(made.contains_key(&code), is_left_out, "{code}");
    }
    assert_eq!(made.len() + LEFT_OUT.len(), REGISTERED.len());
}

#[test]
fn each_has_the_fields_that_the_standard_requires() {
    for (code, response) in responses() {
        let entry = statusquo_catalogue::StatusCode::new(code).registered().unwrap();
        for demand in entry.must().filter(|demand| demand.when.is_none()) {
            let name: HeaderName = demand.name.parse().unwrap();
            assert!(response.headers().contains_key(name), "{code} without {}", demand.name);
        }
    }
}

#[test]
fn content_is_there_where_it_should_be_and_nowhere_else() {
    for (code, response) in responses() {
        let entry = statusquo_catalogue::StatusCode::new(code).registered().unwrap();
        let (is_empty, has_type) =
            (response.body().is_empty(), response.headers().contains_key(header::CONTENT_TYPE));
        assert_eq!(is_empty, !has_type, "{code}");
        match entry.content {
            ContentRule::Forbidden => assert!(is_empty, "{code}"),
            ContentRule::Required => assert!(!is_empty, "{code}"),
            // Redirects have nothing to say that Location does not.
            ContentRule::Expected => assert!(!is_empty || code < 400, "{code}"),
            ContentRule::Optional => {}
        }
    }
}

#[test]
fn nothing_that_must_not_be_stored_is_stored() {
    for problem in client_errors().into_iter().chain(server_errors()) {
        let code = statusquo_catalogue::StatusCode::new(problem.status().as_u16());
        let caching = code.registered().unwrap().caching;
        let problem = problem.field(header::CACHE_CONTROL, HeaderValue::from_static("max-age=60"));
        let kept = if caching == Caching::Never { "no-store" } else { "max-age=60" };
        assert_eq!(problem.into_http().headers()[header::CACHE_CONTROL], kept, "{code}");
    }
}

#[test]
fn an_internal_error_shows_nothing_whatever_is_done_to_it() {
    let kind =
        statusquo_problem::Kind { code: "secret_code", title: "secret title", uri: Some("secret:uri") };
    let problem = Problem::internal("secret cause").of(kind).member("secret", "secret").because("secret too");
    let text = format!("{problem}");
    let response = problem.into_http();
    let content = String::from_utf8(response.body().to_vec()).unwrap();
    assert!(!content.contains("secret") && !text.contains("secret"), "{content}");
    let json: serde_json::Value = serde_json::from_str(&content).unwrap();
    assert_eq!(json["request_id"], response.headers()["x-request-id"].to_str().unwrap());
}

#[test]
fn a_problem_is_written_as_rfc_9457_has_it() {
    let mistakes = Mistakes::of(Mistake::new("items[0].sku", "must be given"))
        .and(Mistake::at(statusquo_problem::Place::Query("page".into()), "must be \"1\" or more"));
    let problem = Problem::unprocessable(mistakes)
        .member("limit", 3)
        .member("limit", 4)
        .member("status", 200)
        .field(header::CONTENT_LENGTH, HeaderValue::from_static("1"));
    let response = problem.into_http();
    expect_test::expect![[r##"{"type":"about:blank","title":"Unprocessable Content","status":422,"detail":"2 things are wrong","code":"unprocessable_content","errors":[{"detail":"must be given","pointer":"#/items/0/sku"},{"detail":"must be \"1\" or more","parameter":"page"}],"limit":4}"##]]
    .assert_eq(std::str::from_utf8(response.body()).unwrap());
    assert!(!response.headers().contains_key(header::CONTENT_LENGTH));
}
