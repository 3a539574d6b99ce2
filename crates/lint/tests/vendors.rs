//! Errors as well-known services and frameworks send them: what is wrong with each, and nothing else.
//!
//! Written after their documentation and default settings. Rules of other themes than errors, waiting and caching are
//! left out here.

mod support;

use statusquo_lint::{Example, Judge, Level, Profile};

const THEMES: &[&str] = &["waiting", "server-error", "error-content", "caching"];

/// The rules at `must` and `should` that find something.
#[track_caller]
fn check(text: &'static str, expect: &[&str]) {
    let judge = Judge::new(Profile::Guide);
    let example = Example { text, is_raw: false, is_description: false };
    let mut found: Vec<_> = support::exchanges(&example)
        .iter()
        .flat_map(|exchange| judge.judge(exchange).findings)
        .filter(|finding| finding.level > Level::Advice && THEMES.contains(&finding.rule.theme))
        .map(|finding| finding.rule.id)
        .collect();
    found.sort_unstable();
    assert_eq!(found, expect, "{text}");
}

#[test]
fn github_refuses_by_rate_limit_with_its_own_shape() {
    check(
        r#"GET /repos/a/b HTTP/1.1
Host: api.github.com
Accept: application/vnd.github+json

HTTP/2 403
date: Mon, 23 Nov 2026 10:00:00 GMT
content-type: application/json; charset=utf-8
cache-control: private, max-age=60, s-maxage=60
x-ratelimit-limit: 60
x-ratelimit-remaining: 0
x-ratelimit-reset: 1795428000
x-github-request-id: C0F2:1B2C:3D4E

{"message":"API rate limit exceeded for 192.0.2.1.","documentation_url":"https://docs.github.com/rest"}"#,
        &[],
    );
}

#[test]
fn stripe_names_code_message_and_request() {
    check(
        r#"POST /v1/charges HTTP/1.1
Host: api.stripe.com

HTTP/1.1 402 Payment Required
Content-Type: application/json
Request-Id: req_abc

{"error":{"code":"card_declined","doc_url":"https://stripe.com/docs","message":"Your card was declined.","type":"card_error"}}"#,
        &[],
    );
}

#[test]
fn s3_answers_in_xml() {
    check(
        r#"GET /bucket/key HTTP/1.1
Host: s3.amazonaws.com

HTTP/1.1 403 Forbidden
x-amz-request-id: 4442587FB7D0A2F9
Content-Type: application/xml

<?xml version="1.0" encoding="UTF-8"?>
<Error><Code>SignatureDoesNotMatch</Code><Message>x</Message><AWSAccessKeyId>AKIAIOSFODNN7EXAMPLE</AWSAccessKeyId></Error>"#,
        &[],
    );
    check(
        r#"GET /bucket/key HTTP/1.1
Host: storage.example

HTTP/1.1 404 Not Found
Content-Type: application/xml

<Error><Code>NoSuchKey</Code><Message>x</Message><RequestId>4442587FB7D0A2F9</RequestId></Error>"#,
        &[],
    );
}

#[test]
fn oauth_2_has_a_shape_of_its_own() {
    check(
        r#"POST /oauth/token HTTP/1.1
Host: auth.example
Accept: application/json
Content-Type: application/x-www-form-urlencoded

grant_type=authorization_code

HTTP/1.1 400 Bad Request
Content-Type: application/json;charset=UTF-8
Cache-Control: no-store
Pragma: no-cache
X-Request-Id: 1

{"error":"invalid_request"}"#,
        &[],
    );
}

#[test]
fn graphql_lists_messages() {
    check(
        r#"POST /graphql HTTP/1.1
Host: api.example
Content-Type: application/json

{"query":"{ x }"}

HTTP/1.1 400 Bad Request
Content-Type: application/json
X-Request-Id: 1

{"errors":[{"message":"Cannot query field \"x\".","locations":[{"line":1,"column":3}]}]}"#,
        &[],
    );
}

#[test]
fn kubernetes_spring_fastapi_and_jsonapi_have_codes_and_messages() {
    for body in [
        r#"{"kind":"Status","apiVersion":"v1","status":"Failure","message":"pods \"x\" not found","reason":"NotFound","code":404}"#,
        r#"{"timestamp":"2026-11-23T10:00:00Z","status":404,"error":"Not Found","message":"No order 17","path":"/orders/17"}"#,
        r#"{"errors":[{"status":"404","code":"not_found","title":"No such order"}]}"#,
        r#"{"error":{"root_cause":[],"type":"index_not_found_exception","reason":"no such index"},"status":404}"#,
        r#"{"error":"not_found","reason":"missing"}"#,
        r#"{"__type":"ResourceNotFoundException","message":"x"}"#,
        r#"{"resourceType":"OperationOutcome","issue":[{"severity":"error","code":"not-found"}]}"#,
        r#"{"schemas":["urn:ietf:params:scim:api:messages:2.0:Error"],"detail":"Resource 17 not found","status":"404"}"#,
        r#"{"jsonrpc":"2.0","error":{"code":-32601,"message":"Method not found"},"id":1}"#,
        r#"{"odata.error":{"code":"ResourceNotFound","message":{"lang":"en-US","value":"x"}}}"#,
        r#"{"error":{"code":"NotFound","message":"x","innererror":{"date":"2026","request-id":"1"}}}"#,
        r#"{"Code":"NoSuchThing","Message":"x"}"#,
        r#"{"success":false,"errors":[{"code":7003,"message":"Could not route"}],"messages":[],"result":null}"#,
    ] {
        let text = format!(
            "GET /orders/17 HTTP/1.1\nHost: api.example\nAccept: application/json\n\nHTTP/1.1 404 Not Found\nContent-Type: application/json\nX-Request-Id: 1\n\n{body}"
        );
        check(text.leak(), &[]);
    }
}

#[test]
fn a_browser_that_loads_a_page_is_no_api_client() {
    for (accept, media, content) in [
        ("text/html,application/xhtml+xml,*/*;q=0.8", "text/html", "<h1>Not found</h1>"),
        ("image/avif,image/webp,*/*;q=0.8", "text/plain", "404 page not found"),
        ("text/css,*/*;q=0.1", "text/html", "<h1>Not found</h1>"),
        ("*/*", "text/html", "<h1>Not found</h1>"),
    ] {
        let text = format!(
            "GET /x HTTP/1.1\nHost: www.example\nAccept: {accept}\n\nHTTP/1.1 404 Not Found\nContent-Type: {media}\n\n{content}"
        );
        check(text.leak(), &[]);
    }
}

#[test]
fn what_a_recording_lost_is_not_missing() {
    for text in [
        // Compressed content that the recorder left as it was.
        "GET /x HTTP/1.1\nHost: a.example\n\nHTTP/1.1 500 X\nX-Request-Id: 1\nContent-Type: application/json\nContent-Encoding: br\n\n\u{1}\u{2}\u{3}",
        // Content under a transfer coding, of which the chunks alone were taken off.
        "GET /x HTTP/1.1\nHost: a.example\n\nHTTP/1.1 200 OK\nContent-Type: application/json\nTransfer-Encoding: gzip, chunked\n\n\u{1}\u{2}\u{3}",
        // Decoded content under its old length.
        "GET /x HTTP/1.1\nHost: a.example\n\nHTTP/2 200\nContent-Type: application/json\nContent-Encoding: gzip\nContent-Length: 9\n\n{\"a\":1}",
        // Content that was cut off.
        "GET /x HTTP/1.1\nHost: a.example\n\nHTTP/1.1 200 OK\nContent-Type: application/json\nContent-Length: 900\n\n{\"a\":1",
        "# content: not captured\nGET /x HTTP/1.1\nHost: a.example\n\nHTTP/1.1 500 X\nX-Request-Id: 1\nContent-Type: application/json\n\n",
        "HEAD /x HTTP/1.1\nHost: a.example\n\nHTTP/1.1 404 Not Found\nContent-Type: application/json\nContent-Length: 90\n\n",
        // A 304 with the content of the browser's cache, and a part.
        "GET /x HTTP/1.1\nHost: a.example\n\nHTTP/2 304\nContent-Type: application/json\n\n{\"a\":",
        "GET /x HTTP/1.1\nHost: a.example\nRange: bytes=0-3\n\nHTTP/2 206\nContent-Type: application/json\nContent-Range: bytes 0-3/9\n\n{\"a\"",
        // Without the request it may have been HEAD.
        "HTTP/1.1 404 Not Found\nContent-Type: text/html\n\n",
        "GET /x HTTP/1.1\nHost: a.example\n\nHTTP/1.1 200 OK\nContent-Type: application/json\n\n{\"a\":1}\n{\"a\":2}\n",
    ] {
        check(text, &[]);
    }
}

#[test]
fn a_health_check_has_a_shape_of_its_own() {
    check(
        "GET /actuator/health HTTP/1.1\nHost: a.example\n\nHTTP/1.1 503 Service Unavailable\nRetry-After: 5\nContent-Type: application/vnd.spring-boot.actuator.v3+json\n\n{\"status\":\"DOWN\"}",
        &[],
    );
}

#[test]
fn usual_cache_control_is_right() {
    for value in [
        "no-cache, no-store, must-revalidate, private, max-age=0",
        "max-age=0, private, must-revalidate",
        "public, max-age=31536000, immutable",
        "private, max-age=60, s-maxage=60",
        "no-cache=\"set-cookie\", max-age=60",
        "max-age=60, stale-while-revalidate=30, stale-if-error=86400",
        "no-store, no-cache, post-check=0, pre-check=0",
        "max-age=99999999999999999999",
        "",
    ] {
        let text = format!(
            "GET /x HTTP/1.1\nHost: a.example\n\nHTTP/1.1 200 OK\nContent-Type: application/json\nCache-Control: {value}\n\n{{}}"
        );
        check(text.leak(), &[]);
    }
}

#[test]
fn defaults_of_frameworks_are_seen_through() {
    check(
        "GET /x HTTP/1.1\nHost: a.example\nAccept: application/json\n\nHTTP/1.1 404 Not Found\nContent-Type: application/json\n\n{\"detail\":\"Not Found\"}",
        &["error-shape-guide"],
    );
    check(
        "GET /x HTTP/1.1\nHost: a.example\nAccept: application/json\n\nHTTP/1.1 404 Not Found\nContent-Type: text/html\n\n<pre>Cannot GET /x</pre>",
        &["error-html-to-json-client"],
    );
    check(
        "GET /x HTTP/1.1\nHost: a.example\nAccept: application/json\n\nHTTP/1.1 503 Service Unavailable\nContent-Length: 0\n\n",
        &["server-error-no-content", "unavailable-no-retry-after"],
    );
}

#[test]
fn only_an_incident_in_a_shape_of_its_own_has_to_name_the_request() {
    let own = r#"{"error":{"code":"internal","message":"The order could not be read."}}"#;
    let problem =
        r#"{"type":"https://api.example/problems/x","title":"The order could not be read","status":500}"#;
    for (status, media, content, expect) in [
        ("500 Internal Server Error", "application/json", own, &["error-no-request-id"][..]),
        ("404 Not Found", "application/json", own, &[]),
        ("500 Internal Server Error", "application/problem+json", problem, &[]),
        ("500 Internal Server Error", "application/json", r#"{"error":"server_error"}"#, &[]),
        ("500 Internal Server Error", "text/plain", "The order could not be read.", &[]),
        ("422 Unprocessable Content", "application/json", r#"{"name":["can't be blank"]}"#, &[]),
        ("404 Not Found", "application/json", r#"{"detail":"Not Found"}"#, &["error-shape-guide"]),
        (
            "404 Not Found",
            "application/json",
            r#"{"timestamp":"x","status":404,"error":"Not Found","path":"/x"}"#,
            &[],
        ),
        (
            "422 Unprocessable Content",
            "application/json",
            r#"{"detail":[{"type":"missing","loc":["body"],"msg":"Field required"}]}"#,
            &[],
        ),
    ] {
        let text = format!(
            "POST /x HTTP/1.1\nHost: a.example\nAccept: application/json\nContent-Type: application/json\n\n{{}}\n\nHTTP/1.1 {status}\nContent-Type: {media}\n\n{content}"
        );
        check(text.leak(), expect);
    }
}

#[test]
fn a_level_that_somebody_chose_counts_for_what_is_else_an_advice() {
    let text = "GET /x HTTP/1.1\nHost: a.example\nAccept: application/json\n\nHTTP/1.1 404 Not Found\nContent-Type: application/json\n\n{\"code\":\"x\",\"message\":\"y\"}";
    let example = Example { text, is_raw: false, is_description: false };
    let level = |judge: &Judge| {
        let exchange = support::exchanges(&example).remove(0);
        let findings = judge.judge(&exchange).findings;
        findings.iter().find(|finding| finding.rule.id == "error-no-request-id").map(|finding| finding.level)
    };
    let mut judge = Judge::new(Profile::Guide);
    assert_eq!(level(&judge), Some(Level::Advice));
    judge.set("error-no-request-id", Some(Level::Must));
    assert_eq!(level(&judge), Some(Level::Must));
}
