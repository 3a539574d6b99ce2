//! Successes as well-known services and frameworks send them: what is wrong with each, and nothing else.

mod support;

use statusquo_exchange::{Content, Exchange, Fields, Outcome};
use statusquo_lint::{Example, Judge, Level, Profile, Series};

fn exchange(text: &str) -> Exchange {
    let example = Example { text: text.to_owned().leak(), is_raw: false, is_description: false };
    support::exchanges(&example).remove(0)
}

/// What the rules on success find at `must` and `should`.
fn found(exchange: &Exchange) -> Vec<&'static str> {
    let findings = Judge::new(Profile::Guide).judge(exchange).findings;
    let grave =
        findings.iter().filter(|finding| finding.level > Level::Advice && finding.rule.theme == "success");
    grave.map(|finding| finding.rule.id).collect()
}

/// A request line and its answer, with JSON as the content.
#[track_caller]
fn check(request: &str, status: &str, content: &str, expect: &[&str]) {
    check_as("application/json", request, status, content, expect);
}

#[track_caller]
fn check_as(media: &str, request: &str, status: &str, content: &str, expect: &[&str]) {
    let text = format!(
        "{request} HTTP/1.1\nHost: a.example\n\nHTTP/1.1 {status}\nContent-Type: {media}\n\n{content}"
    );
    assert_eq!(found(&exchange(&text)), expect, "{text}");
}

/// The same with fields and without content.
#[track_caller]
fn check_fields(request: &str, status: &str, fields: &str, expect: &[&str]) {
    let text = format!("{request} HTTP/1.1\nHost: a.example\n\nHTTP/1.1 {status}\n{fields}\n\n");
    assert_eq!(found(&exchange(&text)), expect, "{text}");
}

const HIDDEN: &[&str] = &["ok-with-error-body"];

#[test]
fn failures_of_known_services_under_200_are_found() {
    check("POST /api/chat.postMessage", "200 OK", r#"{"ok":false,"error":"channel_not_found"}"#, HIDDEN);
    check("GET /cgi-bin/token", "200 OK", r#"{"errcode":40013,"errmsg":"invalid appid rid: 6b"}"#, HIDDEN);
    let oauth = r#"{"error":"bad_verification_code","error_description":"The code is incorrect.","error_uri":"https://a.example"}"#;
    check("POST /login/oauth/access_token", "200 OK", oauth, HIDDEN);
    let lambda = r#"{"errorMessage":"division by zero","errorType":"ZeroDivisionError","requestId":"6f","stackTrace":["x"]}"#;
    check("POST /divide", "200 OK", lambda, HIDDEN);
    let spring =
        r#"{"timestamp":"2026-11-23T10:00:00Z","status":404,"error":"Not Found","path":"/v1/orders/17"}"#;
    check("GET /v1/orders/17", "200 OK", spring, HIDDEN);
    check(
        "POST /v1/orders",
        "201 Created",
        r#"{"status":"fail","message":"out of stock"}"#,
        &["ok-with-error-body", "created-without-location"],
    );
}

#[test]
fn what_is_about_failures_or_has_its_own_protocol_is_no_failure() {
    for (request, content) in [
        ("GET /v1/jobs/9", r#"{"status":"failed","error":{"code":"x","message":"y"}}"#),
        ("GET /health", r#"{"status":"error","message":"the database is down"}"#),
        ("GET /status-codes/404", r#"{"code":404,"message":"Not Found"}"#),
        ("GET /codes/404", r#"{"code":404,"message":"Not Found"}"#),
        ("GET /i18n/en.json", r#"{"error":"Something went wrong","message":"Hello"}"#),
        ("POST /graphql", r#"{"errors":[{"message":"x"}]}"#),
        ("POST /rpc", r#"{"jsonrpc":"2.0","id":1,"error":{"code":-32601,"message":"Method not found"}}"#),
        ("POST /v1/charges", r#"{"id":"ch_1","status":"failed","failure_message":"declined"}"#),
        ("POST /bulk", r#"{"took":3,"errors":true,"items":[{"index":{"status":429,"error":{"type":"x"}}}]}"#),
        ("POST /v1/addresses/parse", r#"{"address":null,"confidence":0.1,"errors":["no street"]}"#),
        ("GET /", r#"[{"error":"x"}]"#),
        ("GET /", r#""error""#),
    ] {
        check(request, "200 OK", content, &[]);
    }
    check("POST /v1/batch", "207 Multi-Status", r#"{"errors":[{"status":404}]}"#, &[]);
    check_as(
        "application/graphql-response+json",
        "POST /q",
        "200 OK",
        r#"{"data":null,"errors":[{"message":"x"}]}"#,
        &[],
    );
    let query = "POST /q HTTP/1.1\nHost: a.example\nContent-Type: application/json\n\n{\"query\":\"{a}\"}\n\nHTTP/1.1 200 OK\nContent-Type: application/json\n\n{\"errors\":[{\"message\":\"x\"}]}";
    assert_eq!(found(&exchange(query)), [""; 0]);
}

#[test]
fn a_thing_with_a_name_may_be_in_the_state_that_it_tells() {
    check("GET /v1/printers/3", "200 OK", r#"{"name":"p3","status":"error","message":"out of paper"}"#, &[]);
    check("GET /v1/printers", "200 OK", r#"[{"name":"p3","status":"error","message":"out of paper"}]"#, &[]);
    check("GET /v1/backups/3", "200 OK", r#"{"status":"failed","reason":"disk full"}"#, &[]);
    check("GET /v1/orders/17", "200 OK", r#"{"status":"error","message":"no such order"}"#, HIDDEN);
}

#[test]
fn a_message_that_is_taken_and_forgotten_needs_no_monitor() {
    for request in
        ["POST /v1/events", "POST /mcp", "POST /users/1/inbox", "POST /hooks/9", "POST /forgot-password"]
    {
        check_fields(request, "202 Accepted", "Content-Length: 0", &[]);
    }
    check_fields("POST /v3/mail/send", "202 Accepted", "Content-Length: 0\nX-Message-Id: 14c5d75ce93", &[]);
    check_fields("DELETE /v1/clusters/1", "202 Accepted", "Azure-AsyncOperation: https://a.example/o/1", &[]);
    check("POST /repos/a/b/forks", "202 Accepted", r#"{"id":1,"full_name":"a/b"}"#, &[]);
    check(
        "POST /v1/exports",
        "202 Accepted",
        r#"{"data":{"type":"exports","links":{"self":"/v1/exports/9"}}}"#,
        &[],
    );
    check("POST /v1/exports", "202 Accepted", "{}", &["accepted-without-monitor"]);
    check("POST /v1/exports", "202 Accepted", r#"{"message":"Accepted"}"#, &["accepted-without-monitor"]);
    check_as("text/plain", "POST /v1/exports", "202 Accepted", "Accepted", &["accepted-without-monitor"]);
}

#[test]
fn what_was_made_in_numbers_or_by_put_needs_no_location() {
    check("POST /v1/orders/batch", "201 Created", r#"[{"id":1},{"id":2}]"#, &[]);
    check("POST /register", "201 Created", r#"{"client_id":"s6BhdRkqt3","client_secret":"x"}"#, &[]);
    check("POST /as/par", "201 Created", r#"{"request_uri":"urn:example:bwc4JK","expires_in":60}"#, &[]);
    check("PUT /v1/orders/17", "201 Created", r#"{"id":17}"#, &[]);
    check("POST /v1/orders", "201 Created", r#"{"id":17}"#, &["created-without-location"]);
    check_fields("MKCOL /dav/new", "201 Created", "Content-Length: 0", &[]);
}

#[test]
fn options_is_judged_unless_a_browser_asks_for_leave() {
    check_fields("OPTIONS *", "204 No Content", "Server: x", &[]);
    check_fields("OPTIONS /a", "204 No Content", "Access-Control-Allow-Methods: GET", &[]);
    check_fields("OPTIONS /dav/", "200 OK", "Allow: OPTIONS, PROPFIND\nDAV: 1, 2\nContent-Length: 0", &[]);
    check_fields("OPTIONS /a", "404 Not Found", "Server: x", &[]);
    check_fields("OPTIONS /a", "200 OK", "Content-Length: 0", &["options-without-allow"]);
}

#[test]
fn parts_may_be_listed_in_any_form() {
    let dav = "<?xml version=\"1.0\"?><D:multistatus xmlns:D=\"DAV:\"/>";
    check_as("text/xml; charset=utf-8", "PROPFIND /dav/", "207 Multi-Status", dav, &[]);
    check_as("text/plain", "PROPFIND /dav/", "207 Multi-Status", dav, &[]);
    check("POST /batch", "207 Multi-Status", r#"{"a":{"status":200},"b":{"status":404}}"#, &[]);
    check_as("text/html", "POST /batch", "207 Multi-Status", "<p>done</p>", &["multistatus-without-list"]);
    check_fields("HEAD /batch", "207 Multi-Status", "Content-Length: 99", &[]);
}

#[test]
fn a_soap_fault_is_one_only_in_the_body() {
    let envelope = |inner: &str| {
        format!(
            "<s:Envelope xmlns:s='http://schemas.xmlsoap.org/soap/envelope/'><s:Header/><s:Body id=\"b\">\n {inner}</s:Body></s:Envelope>"
        )
    };
    let fault = &["ok-soap-fault"];
    check_as(
        "text/xml",
        "POST /soap",
        "200 OK",
        &envelope("<s:Fault><faultcode>s:Server</faultcode></s:Fault>"),
        fault,
    );
    check_as(
        "text/xml",
        "POST /soap",
        "200 OK",
        &envelope("<o:Faults><Fault>scratched</Fault></o:Faults>"),
        &[],
    );
    check_as("text/xml", "POST /soap", "200 OK", "<log><Body><Fault/></Body></log>", &[]);
    let newer = envelope("<s:Fault/>")
        .replace("schemas.xmlsoap.org/soap/envelope/", "www.w3.org/2003/05/soap-envelope");
    check_as("application/soap+xml", "POST /soap", "200 OK", &newer, &[]);
}

#[test]
fn what_has_no_content_is_judged_by_what_was_sent() {
    check_fields("DELETE /a", "204 No Content", "Content-Type: application/json", &[]);
    check_fields("DELETE /a", "204 No Content", "Content-Length: 0", &["no-content-content-length"]);
    check("DELETE /a", "204 No Content", "{}", &["no-content-with-content"]);
    check_fields("HEAD /a", "205 Reset Content", "Content-Length: 5", &[]);
    check_fields("POST /a", "205 Reset Content", "Transfer-Encoding: chunked", &[]);
    check_fields("POST /a", "205 Reset Content", "Connection: close", &[]);
    check_fields("POST /a", "205 Reset Content", "Server: x", &["reset-content-unframed"]);
}

#[test]
fn a_log_line_is_not_blamed_for_what_it_does_not_say() {
    for method in ["GET", "POST", "PUT", "DELETE", "OPTIONS", "CONNECT", "TRACE"] {
        for code in 200..=226 {
            let mut logged =
                exchange(&format!("{method} /v1/orders/17 HTTP/1.1\nHost: a\n\nHTTP/1.1 {code} \n\n"));
            logged.request.fields = Fields::not_captured();
            logged.request.content = Content::NotCaptured;
            logged.raw_response = None;
            if let Outcome::Answered(response) = &mut logged.outcome {
                response.fields = Fields::not_captured();
                response.content = Content::NotCaptured;
            }
            let by_code = ["created-by-safe-method", "delete-odd-success", "already-reported-top-level"];
            let found: Vec<_> = found(&logged).into_iter().filter(|id| !by_code.contains(id)).collect();
            assert_eq!(found, [""; 0], "{method} {code}");
        }
    }
}

#[test]
fn findings_mark_what_is_wrong_and_say_what_to_send() {
    let refused = r#"{"success":false,"message":"x"}"#;
    for (request, status, fields, content, id, marked, fix) in [
        (
            "GET /a",
            "200 OK",
            "",
            refused,
            "ok-with-error-body",
            "false",
            "Send the 4xx or 5xx that says what went wrong",
        ),
        (
            "GET /a",
            "200 OK",
            "",
            r#"{"code":404,"msg":"x"}"#,
            "ok-with-error-body",
            "404",
            "send the status code 404",
        ),
        (
            "POST /v1/orders",
            "201 Created",
            "",
            r#"{"id":17}"#,
            "created-without-location",
            "HTTP/1.1 201",
            "location: /v1/orders/17",
        ),
        (
            "POST /v1/orders",
            "201 Created",
            "Location: /v1/orders#17",
            "{}",
            "created-location-fragment",
            "#17",
            "Give the new resource an address of its own",
        ),
        (
            "POST /v1/orders",
            "201 Created",
            "Location: https://a.example/v1/orders/",
            "{}",
            "created-location-is-collection",
            "https://a.example/v1/orders/",
            "Send the address of the new member in `Location`",
        ),
    ] {
        let fields = format!("Content-Type: application/json\n{fields}");
        let text = format!(
            "{request} HTTP/1.1\nHost: a.example\n\nHTTP/1.1 {status}\n{}\n\n{content}",
            fields.trim_end()
        );
        let exchange = exchange(&text);
        let findings = Judge::new(Profile::Guide).judge(&exchange).findings;
        let finding = findings.iter().find(|finding| finding.rule.id == id).expect(id);
        let pointed = finding.pointed(&exchange).expect("a line");
        let found: String =
            pointed.text.chars().skip(pointed.marked.start).take(pointed.marked.len()).collect();
        assert_eq!((found.as_str(), finding.fix.as_str()), (marked, fix));
    }
}

#[test]
fn what_somebody_else_may_have_done_meanwhile_is_not_held_against_put() {
    let get = |code: &str, at: &str, token: &str| {
        format!(
            "# at: 2026-11-23T10:{at}Z\nGET /a HTTP/1.1\nHost: a.example\nAuthorization: Bearer {token}\n\nHTTP/1.1 {code} \n\n"
        )
    };
    let put = |code: &str, at: &str| {
        format!(
            "# at: 2026-11-23T10:{at}Z\nPUT /a HTTP/1.1\nHost: a.example\nAuthorization: Bearer x\n\n{{}}\n\nHTTP/1.1 {code} \n\n"
        )
    };
    for (first, second, expect) in [
        (get("404", "00:00", "x"), put("200", "00:01"), &["put-create-not-201"][..]),
        (get("404", "00:00", "x"), put("200", "09:00"), &[]),
        (get("404", "00:00", "y"), put("200", "00:01"), &[]),
        (get("200", "00:00", "x"), put("201", "00:01"), &["put-replace-201"]),
        (get("200", "00:00", "x"), put("201", "09:00"), &[]),
    ] {
        let (judge, mut series) = (Judge::new(Profile::Guide), Series::new());
        let both = [exchange(&first), exchange(&second)];
        let findings: Vec<_> = both.iter().flat_map(|exchange| series.observe(&judge, exchange)).collect();
        let ids: Vec<_> = findings.iter().map(|finding| finding.rule.id).collect();
        assert_eq!(ids, expect, "{first}{second}");
    }
}
