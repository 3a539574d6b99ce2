//! What is said of an answer.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use jiff::Timestamp;
use regex::bytes::Regex;
use serde_json::json;
use serde_json_path::JsonPath;
use statusquo_alert::{
    Cause, CauseKind, Expectation, Expectations, FieldExpectation, JsonExpectation, Severity,
    StatusExpectation, Verdict, judge_certificate, judge_failure,
};
use statusquo_exchange::{
    Certificate, Content, Exchange, ExchangeId, Failure, FailureKind, Fields, Name, Origin, Outcome, Request,
    Response, StatusCode, Timing, Tls,
};

const NOW: Timestamp = Timestamp::UNIX_EPOCH;

fn answer(status: u16, fields: &[(&str, &str)], content: Content) -> Exchange {
    let mut lines = Fields::new();
    for (name, value) in fields {
        lines.push((*name).to_owned(), (*value).to_owned());
    }
    let response = Response {
        version: None,
        status: StatusCode::new(status),
        reason: None,
        fields: lines,
        content,
        trailers: Fields::new(),
    };
    exchange(Outcome::Answered(response))
}

fn exchange(outcome: Outcome) -> Exchange {
    Exchange {
        id: ExchangeId("1".to_owned()),
        at: NOW,
        origin: Origin::Probe { monitor: Name::from("api"), location: Name::from("here") },
        scheme: None,
        request: Request {
            method: "GET".to_owned(),
            target: "http://api.test/".to_owned(),
            version: None,
            fields: Fields::new(),
            content: Content::NotCaptured,
        },
        interim: Vec::new(),
        outcome,
        timing: Timing { total: Duration::from_millis(1500), ..Timing::default() },
        tls: None,
        peer: None,
        raw_response: None,
    }
}

fn whole(text: &'static str) -> Content {
    Content::Whole(Bytes::from_static(text.as_bytes()))
}

fn cause_of(expectations: &Expectations, exchange: &Exchange) -> Option<Cause> {
    match expectations.judge(exchange, None, NOW) {
        Verdict::Bad(cause) => Some(cause),
        Verdict::Good => None,
        Verdict::Unknown(fault) => panic!("judged as {fault:?}"),
    }
}

fn others(others: Vec<Expectation>) -> Expectations {
    Expectations { others, ..Expectations::default() }
}

fn json(path: &str, equals: Option<serde_json::Value>) -> Expectation {
    let parsed = JsonPath::parse(path).unwrap();
    Expectation::Json(JsonExpectation { path: parsed, text: path.to_owned(), equals })
}

#[test]
fn a_status_code_is_judged_by_what_it_says_about_the_server() {
    use Severity::{Degraded, Failing};
    let date = ("Retry-After", "Thu, 01 Jan 1970 00:02:00 GMT");
    let table: [(u16, &[_], Option<(Severity, Option<u64>)>); 10] = [
        (200, &[], None),
        (304, &[], None),
        (301, &[], Some((Failing, None))),
        (404, &[], Some((Failing, None))),
        (429, &[], Some((Degraded, None))),
        (429, &[("Retry-After", "30")], Some((Degraded, Some(30)))),
        (503, &[], Some((Failing, None))),
        (503, &[("Retry-After", "soon")], Some((Failing, None))),
        (503, &[date], Some((Degraded, Some(120)))),
        (500, &[("Retry-After", "30")], Some((Failing, None))),
    ];
    for (status, fields, expected) in table {
        let cause = cause_of(&Expectations::default(), &answer(status, fields, whole("")));
        let found = cause.map(|cause| (cause.severity, cause.retry_after.map(|pause| pause.as_secs())));
        assert_eq!(found, expected, "{status} {fields:?}");
    }
}

#[test]
fn a_status_code_that_is_expected_is_good_whatever_it_is() {
    let status = StatusExpectation::In(Box::new("401,503".parse().unwrap()));
    let expectations = Expectations { status, ..Expectations::default() };
    assert_eq!(cause_of(&expectations, &answer(503, &[], whole(""))), None);
    let cause = cause_of(&expectations, &answer(200, &[], whole(""))).unwrap();
    assert_eq!(cause.sentence, "answers 200 OK");
    assert_eq!(cause.kind, CauseKind::Status(StatusCode::new(200)));
}

#[test]
fn sentences_name_what_was_expected_and_what_was_found() {
    let beginning = || Content::Beginning(Bytes::from_static(b"hello"));
    let table = [
        (Expectation::Contains("up".into()), whole("down"), "`up` is missing"),
        (
            Expectation::Contains("up".into()),
            beginning(),
            "`up` is missing (only the first 5 bytes were read)",
        ),
        (Expectation::Contains("up".into()), Content::NotCaptured, "its content was not captured"),
        (
            Expectation::Lacks("error".into()),
            whole("an error"),
            "the content has `error`, which is not wanted",
        ),
        (Expectation::Matches(Regex::new("^ok$").unwrap()), whole("no"), "nothing matches `^ok$`"),
        (
            json("$.status", Some(json!("up"))),
            whole(r#"{"status":"down"}"#),
            r#"$.status is "down" where "up" is expected"#,
        ),
        (json("$.status", Some(json!("up"))), whole("{}"), r#"$.status is missing where "up" is expected"#),
        (json("$.status", None), whole("{}"), "$.status is missing"),
        (
            json("$.status", None),
            whole("<html>"),
            "the content is not JSON, where `$.status` is expected in it",
        ),
        (Expectation::DegradedAfter(Duration::from_secs(1)), whole(""), "takes 1.5 s where 1 s is expected"),
    ];
    for (expected, content, sentence) in table {
        let cause = cause_of(&others(vec![expected]), &answer(200, &[], content)).unwrap();
        assert_eq!(cause.sentence, format!("answers 200 OK, but {sentence}"));
    }
}

#[test]
fn what_is_as_expected_is_good() {
    let expectations = others(vec![
        Expectation::Contains("up".into()),
        Expectation::Lacks("error".into()),
        Expectation::Matches(Regex::new("st.tus").unwrap()),
        json("$.status", Some(json!("up"))),
        json("$.count", Some(json!(1))),
        json("$.checks[*].ok", Some(json!(true))),
        Expectation::DegradedAfter(Duration::from_secs(2)),
        Expectation::CertificateDays(14),
    ]);
    let content = whole(r#"{"status":"up","count":1.0,"checks":[{"ok":false},{"ok":true}]}"#);
    assert_eq!(cause_of(&expectations, &answer(200, &[], content)), None);
}

#[test]
fn fields_are_looked_at_line_by_line() {
    let lines = [("Cache-Control", "no-store"), ("cache-control", "private")];
    let name = || "CACHE-CONTROL".to_owned();
    let table = [
        (FieldExpectation::Present(name()), None),
        (FieldExpectation::Present("etag".into()), Some("has no header field `etag`")),
        (FieldExpectation::Absent(name()), Some("has the header field `CACHE-CONTROL`, which is not wanted")),
        (FieldExpectation::Equals(name(), "private".into()), None),
        (
            FieldExpectation::Equals(name(), "public".into()),
            Some("`CACHE-CONTROL` is `no-store` where `public` is expected"),
        ),
        (FieldExpectation::Matches(name(), Regex::new("^priv").unwrap()), None),
        (
            FieldExpectation::Matches("etag".into(), Regex::new("^W/").unwrap()),
            Some("has no header field `etag` where a match of `^W/` is expected"),
        ),
    ];
    for (field, expected) in table {
        let expectations = Expectations { fields: vec![field], ..Expectations::default() };
        let cause = cause_of(&expectations, &answer(200, &lines, whole("")));
        let sentence = cause.map(|cause| cause.sentence);
        assert_eq!(sentence, expected.map(|what| format!("answers 200 OK, but {what}")));
    }
}

#[test]
fn the_gravest_cause_counts_and_among_equals_the_first() {
    let slow = Expectation::DegradedAfter(Duration::from_secs(1));
    let text = |text: &str| Expectation::Contains(text.to_owned());
    let expectations = others(vec![slow, text("first"), text("second")]);
    let cause = cause_of(&expectations, &answer(200, &[], whole(""))).unwrap();
    assert!(cause.sentence.contains("`first`"), "{}", cause.sentence);
    let cause = cause_of(&expectations, &answer(429, &[], whole(""))).unwrap();
    assert_eq!(cause.severity, Severity::Degraded, "an error page need not have the text of a good one");
}

#[test]
fn slowness_is_judged_without_http_too() {
    let limit = |seconds| Duration::from_secs(seconds);
    let expectations =
        others(vec![Expectation::DegradedAfter(limit(1)), Expectation::FailingAfter(limit(3))]);
    let severity = |total| expectations.judge_slowness(limit(total)).map(|cause| cause.severity);
    assert_eq!(severity(1), None);
    assert_eq!(severity(2), Some(Severity::Degraded));
    assert_eq!(severity(4), Some(Severity::Failing));
}

#[test]
fn decoded_content_is_looked_at_instead_of_coded() {
    let expectations = others(vec![Expectation::Contains("up".into())]);
    let coded = answer(200, &[("Content-Encoding", "gzip")], whole("\u{1f}"));
    assert_eq!(expectations.judge(&coded, Some(b"up"), NOW), Verdict::Good);
    let cause = cause_of(&expectations, &coded).unwrap();
    assert_eq!(cause.sentence, "answers 200 OK, but its content cannot be decoded");
}

#[test]
fn a_failure_is_told_in_one_sentence() {
    let failure =
        Failure { kind: FailureKind::ConnectRefused, detail: "10.0.0.1:80".into(), after: Duration::ZERO };
    let cause = judge_failure(&failure);
    assert_eq!(cause.sentence, "refuses connections: 10.0.0.1:80");
    assert_eq!(cause.severity, Severity::Failing);
    let failed = exchange(Outcome::Failed { failure, seen: None });
    assert_eq!(cause_of(&Expectations::default(), &failed), Some(cause));
}

#[test]
fn the_certificate_that_expires_first_counts() {
    let certificate = |days: i64| Certificate {
        subject: String::new(),
        issuer: String::new(),
        names: Vec::new(),
        not_before: NOW,
        not_after: Timestamp::from_second(days * 86_400 + 60).unwrap(),
        serial: String::new(),
        sha256: String::new(),
    };
    let tls = Tls {
        version: "TLSv1.3".into(),
        cipher: String::new(),
        alpn: None,
        chain: Arc::new([certificate(90), certificate(5)]),
    };
    assert_eq!(judge_certificate(&tls, 5, NOW), None);
    let cause = judge_certificate(&tls, 14, NOW).unwrap();
    assert_eq!(cause.kind, CauseKind::CertificateExpiring { days_left: 5 });
    assert_eq!(cause.sentence, "shows a certificate that expires in 5 days");
}

#[test]
fn expectations_are_described_in_a_line() {
    let expectations = Expectations {
        status: StatusExpectation::In(Box::new("200-204".parse().unwrap())),
        fields: vec![FieldExpectation::Present("etag".into())],
        others: vec![json("$.status", Some(json!("up"))), Expectation::CertificateDays(14)],
    };
    assert_eq!(
        expectations.describe(),
        r#"200-204, header field `etag`, $.status = "up", certificate good for 14 days"#
    );
}
