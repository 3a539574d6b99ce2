//! Messages at the edges of the rules on framing, fields, ranges, redirects and conditions: what is wrong, and no more.

mod support;

use statusquo_exchange::{Exchange, Outcome, Scheme};
use statusquo_lint::{Example, Judge, Profile};

const THEMES: &[&str] = &["framing", "fields", "range", "redirect", "conditional"];

/// What the rules of these themes find, whatever the level.
#[track_caller]
fn check_exchange(exchange: &Exchange, expect: &[&str]) {
    let judge = Judge::new(Profile::Guide);
    let findings = judge.judge(exchange).findings;
    let mut found: Vec<_> = findings
        .iter()
        .filter(|finding| THEMES.contains(&finding.rule.theme))
        .map(|finding| finding.rule.id)
        .collect();
    found.sort_unstable();
    assert_eq!(found, expect, "{:?} {:?}", exchange.request, exchange.outcome);
}

#[track_caller]
fn check(text: &'static str, expect: &[&str]) {
    let example = Example { text, is_raw: false, is_description: false };
    support::exchanges(&example).iter().for_each(|exchange| check_exchange(exchange, expect));
}

/// Written out: line endings and odd bytes as in pages.
#[track_caller]
fn check_raw(text: &'static str, expect: &[&str]) {
    let example = Example { text, is_raw: true, is_description: false };
    support::exchanges(&example).iter().for_each(|exchange| check_exchange(exchange, expect));
}

/// A GET and its response with these fields, Date first, and without content.
#[track_caller]
fn check_fields(status: &str, asked: &str, answered: &str, expect: &[&str]) {
    let line = |text: &str| if text.is_empty() { String::new() } else { format!("{text}\n") };
    let text = format!(
        "# content: not captured\nGET /a/b HTTP/1.1\nHost: a.example\n{}\nHTTP/1.1 {status}\nDate: Mon, 23 Nov 2026 10:00:00 GMT\n{}\n",
        line(asked),
        line(answered)
    );
    let example = Example { text: text.leak(), is_raw: false, is_description: false };
    support::exchanges(&example).iter().for_each(|exchange| check_exchange(exchange, expect));
}

#[test]
fn nginx_serves_a_file_in_parts_and_says_not_modified() {
    check_fields(
        "206 Partial Content",
        "Range: bytes=5-9\nIf-Range: \"5f3a-7d1\"",
        "Server: nginx/1.29.1\nContent-Type: text/plain\nContent-Length: 5\nLast-Modified: Mon, 23 Nov 2026 09:00:00 GMT\n\
         Connection: keep-alive\nETag: \"5f3a-7d1\"\nContent-Range: bytes 5-9/2001",
        &[],
    );
    check_fields(
        "304 Not Modified",
        "If-None-Match: \"5f3a-7d1\"\nIf-Modified-Since: Mon, 23 Nov 2026 09:00:00 GMT",
        "Server: nginx/1.29.1\nLast-Modified: Mon, 23 Nov 2026 09:00:00 GMT\nConnection: keep-alive\nETag: \"5f3a-7d1\"",
        &[],
    );
}

#[test]
fn apache_adds_its_coding_to_entity_tags() {
    let asked = "If-None-Match: \"2d-43a5-gzip\"\nAccept-Encoding: gzip";
    check_fields("304 Not Modified", asked, "ETag: \"2d-43a5\"\nVary: Accept-Encoding", &[]);
    check_fields(
        "304 Not Modified",
        asked,
        "ETag: \"2e-43a5-gzip\"\nVary: Accept-Encoding",
        &["not-modified-etag-mismatch"],
    );
}

#[test]
fn conditions_are_judged_by_what_was_asked() {
    check_fields("304 Not Modified", "If-None-Match: *", "Vary: Accept", &[]);
    check_fields("304 Not Modified", "If-None-Match: unquoted", "ETag: \"a\"", &[]);
    check_fields("304 Not Modified", "If-Modified-Since: Mon, 23 Nov 2026 09:00:00 GMT", "Vary: Accept", &[]);
    check_fields("304 Not Modified", "", "ETag: \"a\"", &["not-modified-unconditional"]);
    check_fields(
        "304 Not Modified",
        "User-Agent: Mozilla/5.0 (X11)\nSec-Fetch-Mode: cors",
        "ETag: \"a\"",
        &[],
    );
    check_fields(
        "304 Not Modified",
        "User-Agent: Mozilla/5.0 (compatible; a bot)",
        "ETag: \"a\"",
        &["not-modified-unconditional"],
    );
    check_fields(
        "206 Partial Content",
        "Range: bytes=0-1",
        "Content-Range: bytes 9-0/20",
        &["content-range-invalid"],
    );
    check_fields("200 OK", "If-None-Match: W/\"a\", \"b\"", "ETag: \"a\"", &["conditional-inm-ignored"]);
    check_fields(
        "206 Partial Content",
        "Range: bytes=0-1\nIf-None-Match: \"b\"",
        "Content-Range: bytes 0-1/9\nETag: \"a\"",
        &[],
    );
}

#[test]
fn redirects_of_sites_and_services_are_let_pass() {
    // S3 and sign-in with a program on the same machine.
    check_fields(
        "307 Temporary Redirect",
        "",
        "Location: https://bucket.s3.eu-west-1.amazonaws.example/a/b",
        &[],
    );
    check_fields("302 Found", "", "Location: http://127.0.0.1:53682/?code=x&state=y", &[]);
    check_fields("302 Found", "", "Location: com.example.app:/callback?code=x", &[]);
    check_fields(
        "302 Found",
        "",
        "Location: /a/b\nSet-Cookie: seen=1; Secure; HttpOnly; SameSite=Lax; Path=/",
        &[],
    );
    check_fields("302 Found", "", "Location: ?page=2", &[]);
    check_fields("302 Found", "", "Location: #top", &["redirect-to-itself"]);
    check_fields("302 Found", "", "Location: ./b", &["redirect-to-itself"]);
    check_fields("302 Found", "", "Location: b/", &[]);
    check_fields("302 Found", "", "Location: /caf\u{e9}", &["location-bad-uri"]);
    check_fields(
        "302 Found",
        "",
        "Location: javascript:alert('1 2')",
        &["location-bad-uri", "redirect-dangerous-scheme"],
    );
    check_fields("302 Found", "", "", &["redirect-missing-location"]);
    check_fields("308 Resume Incomplete", "", "Range: bytes=0-524287\nCache-Control: no-cache", &[]);
    check_fields(
        "300 Multiple Choices",
        "",
        "Content-Length: 12\nContent-Type: text/html\nLocation: /a/b.en",
        &[],
    );
}

#[test]
fn programs_are_not_sent_to_login_pages_but_people_are() {
    let login = "Location: https://a.example/users/sign_in?next=%2F";
    check_fields("302 Found", "Accept: application/json", login, &["redirect-api-to-login"]);
    check_fields("302 Found", "Authorization: Bearer x\nAccept: */*", login, &["redirect-api-to-login"]);
    check_fields("302 Found", "Accept: text/html, */*;q=0.1\nAuthorization: Basic x", login, &[]);
    check_fields("302 Found", "Accept: */*", login, &[]);
    check_fields("302 Found", "Accept: application/json", "Location: /blogging/in", &[]);
}

#[test]
fn a_form_may_be_answered_with_302_and_json_had_better_not() {
    check(
        "POST /a HTTP/1.1\nHost: a.example\nContent-Type: application/x-www-form-urlencoded\nContent-Length: 3\n\na=b\n\n\
         HTTP/1.1 302 Found\nDate: Mon, 23 Nov 2026 10:00:00 GMT\nLocation: /a\nContent-Length: 0\n\n",
        &[],
    );
    check(
        "POST /a HTTP/1.1\nHost: a.example\nContent-Type: application/json\nContent-Length: 2\n\n{}\n\n\
         HTTP/1.1 302 Found\nDate: Mon, 23 Nov 2026 10:00:00 GMT\nLocation: /a\nContent-Length: 0\n\n",
        &["redirect-unsafe-method-ambiguous"],
    );
}

#[test]
fn a_redirect_of_the_browser_itself_has_no_date() {
    check(
        "# scheme: http\nGET / HTTP/1.1\nHost: a.example\nUser-Agent: Mozilla/5.0\n\nHTTP/1.1 307 Internal Redirect\n\
         Location: https://a.example/\nNon-Authoritative-Reason: HSTS\n\n",
        &[],
    );
}

#[test]
fn pictures_written_into_a_page_are_no_exchange() {
    check("GET data:image/png;base64,AAAA HTTP/1.1\n\nHTTP/1.1 200 OK\nContent-Type: image/png\n\nx", &[]);
}

#[test]
fn usual_fields_are_read_without_complaint() {
    for line in [
        "Server: ECAcc (nyb/1D2E)",
        "Server: Apache/2.4",
        "Server: HTTP server (unknown)",
        "Via: 1.1 varnish, 1.1 8f2c.cloudfront.example (CloudFront)",
        "Vary: ",
        "Vary: Accept-Encoding, User-Agent\nVary: Origin",
        "Accept-Ranges: none",
        "Content-Language: de-CH, zh-Hant-TW",
        "Content-Disposition: attachment; filename=\"a;b.csv\"; filename*=UTF-8''%e2%82%ac.csv",
        "Cache-Control: private, max-age=0, no-cache=\"set-cookie, x\"",
        "Set-Cookie: a=1; Secure; HttpOnly; SameSite=Lax; Path=/\nSet-Cookie: b=2; Secure; HttpOnly; SameSite=Lax; Path=/",
        "Upgrade: h2,h2c",
        "Connection: Upgrade, Keep-Alive",
        "ETag: W/\"\"",
        "Expires: 0",
        "Allow: GET, HEAD",
        "Accept-Encoding: gzip, br",
        "X-XSS-Protection: 0",
        "Content-Location: ./b.en?x=1",
        "X-Powered-By: a\u{20ac}",
    ] {
        let expect: &[&str] = if line.starts_with("X-Powered") { &["server-field-verbose"] } else { &[] };
        check_fields("204 No Content", "", line, expect);
    }
}

#[test]
fn faults_of_single_fields_are_found_once() {
    for (line, expect) in [
        ("Server: Jetty(9.4.z)", "other-field-syntax"),
        ("Accept-Patch: json", "other-field-syntax"),
        ("Content-Location: /a b", "other-field-syntax"),
        ("Allow: GET,, HEAD", "field-empty-list-element"),
        ("Cache-Control: no-store,", "field-empty-list-element"),
        (
            "Expires: Thu, 01 Dec 1994 16:00:00 GMT\nExpires: Thu, 01 Dec 1994 16:00:00 GMT",
            "field-singleton-repeated",
        ),
        ("Expires: Thursday, 01-Dec-94 16:00:00 GMT", "date-format"),
        ("Retry-After: Thu Dec  1 16:00:00 1994", "date-format"),
        ("Last-Modified: yesterday", "last-modified-syntax"),
        ("ETag: abc", "etag-syntax"),
        ("X-Odd : a", "field-space-before-colon"),
        ("X(Odd): a", "field-name-syntax"),
        ("Range: bytes=0-1", "request-field-in-response"),
        ("Expect-CT: max-age=1", "deprecated-response-field"),
        ("Content-Range: bytes 0-1/2", "content-range-odd-status"),
        ("Location: /x", "location-odd-status"),
    ] {
        check_fields("204 No Content", "", line, &[expect]);
    }
}

#[test]
fn codings_are_held_against_what_is_accepted() {
    let coded = "Content-Encoding: gzip\nVary: Accept-Encoding";
    check_fields("200 OK", "", coded, &[]);
    for (accept, is_welcome) in [
        ("gzip", true),
        ("x-gzip", true),
        ("*", true),
        ("br, *;q=0.1", true),
        ("br", false),
        ("gzip;q=0, *", false),
        ("identity", false),
        ("", false),
    ] {
        let asked = format!("Accept-Encoding: {accept}");
        check_fields("200 OK", &asked, coded, if is_welcome { &[] } else { &["content-coding-unwanted"] });
    }
}

#[test]
fn streams_and_downloads_in_chunks_are_whole() {
    check_raw(
        "GET /s HTTP/1.1\nHost: a.example\nAccept: text/event-stream\n\nHTTP/1.1 200 OK\\r\\n\n\
         Date: Mon, 23 Nov 2026 10:00:00 GMT\\r\\n\nContent-Type: text/event-stream\\r\\n\n\
         Transfer-Encoding: chunked\\r\\n\n\\r\\n\n0009\\r\\n\ndata: 1\\n\\n\\r\\n\n000\\r\\n\nX-Sum: 1\\r\\n\n\\r\\n",
        &[],
    );
    check_raw(
        "GET /s HTTP/1.1\nHost: a.example\n\nHTTP/1.1 200 OK\\r\\n\nDate: Mon, 23 Nov 2026 10:00:00 GMT\\r\\n\n\
         Content-Type: text/plain\\r\\n\nContent-Length: 2\\r\\n\n\\r\\n\nok\\n",
        &[],
    );
    check_raw(
        "CONNECT a.example:443 HTTP/1.1\nHost: a.example:443\n\nHTTP/1.1 200 Connection established\\r\\n\n\
         Date: Mon, 23 Nov 2026 10:00:00 GMT\\r\\n\n\\r\\n\n\\x16\\x03\\x01",
        &[],
    );
}

#[test]
fn labels_of_recorders_that_write_names_as_http1_does_are_not_believed() {
    let text = |date: &str, connection: &str| {
        format!(
            "GET / HTTP/2\nHost: a.example\n\nHTTP/2 204\n{date}: Mon, 23 Nov 2026 10:00:00 GMT\n{connection}: keep-alive\n\n"
        )
    };
    for (date, connection, expect) in
        [("Date", "Connection", &[][..]), ("date", "connection", &["connection-fields-in-http2"][..])]
    {
        let example = Example { text: text(date, connection).leak(), is_raw: false, is_description: false };
        support::exchanges(&example).iter().for_each(|exchange| check_exchange(exchange, expect));
    }
}

/// The rules at `must` and `should` that find something in an exchange whose bytes nobody kept.
#[track_caller]
fn check_without_bytes(text: &'static str, expect: &[&str]) {
    let example = Example { text, is_raw: false, is_description: false };
    for mut exchange in support::exchanges(&example) {
        exchange.raw_response = None;
        check_exchange(&exchange, expect);
    }
}

#[test]
fn lengths_are_judged_without_the_bytes_where_no_recorder_changes_them() {
    let head = "GET /a HTTP/1.1\nHost: a.example\n\nHTTP/1.1 200 OK\nDate: Mon, 23 Nov 2026 10:00:00 GMT\n";
    for (rest, expect) in [
        ("Content-Type: text/plain\nContent-Length: 9\n\nok", &["content-length-mismatch"][..]),
        ("Content-Type: text/plain\nContent-Length: 3\n\nok", &[]),
        ("Content-Type: text/plain\nContent-Length: 3\n\n", &[]),
        ("Content-Type: text/plain\nContent-Length: 1\n\nok", &["content-length-mismatch"]),
        ("Content-Type: text/plain\nContent-Length: 2\n\nok", &[]),
        ("Content-Type: text/plain\nContent-Length: 7\nContent-Encoding: gzip\n\nok", &[]),
        ("Content-Type: text/plain\nContent-Length: 5\n\na\nb", &[]),
        ("Content-Type: text/plain\nContent-Length: 1\n\n\u{e9}", &[]),
        (
            "Content-Type: text/plain\nContent-Length: 2\nTransfer-Encoding: chunked\n\nok",
            &["content-length-with-transfer-encoding"],
        ),
    ] {
        check_without_bytes(format!("{head}{rest}").leak(), expect);
    }
}

#[test]
fn a_date_is_asked_of_whole_header_sections_of_origin_servers() {
    for (request, response, expect) in [
        ("GET /", "200 OK\nContent-Type: text/plain\nServer: a\n\nok", &["date-missing"][..]),
        ("GET /", "200 OK\nContent-Type: text/plain\n\nok", &[]),
        ("CONNECT a.example:443", "200 OK\nServer: a\n\n", &[]),
        (
            "GET /",
            "407 No\nProxy-Authenticate: Basic realm=\"a\"\nContent-Type: text/plain\nVia: 1.1 a\n\nno",
            &[],
        ),
    ] {
        let text = format!("{request} HTTP/1.1\nHost: a.example\n\nHTTP/1.1 {response}");
        check_without_bytes(text.leak(), expect);
    }
}

#[test]
fn a_file_of_unknown_kind_needs_no_type() {
    for (content, expect) in [("\\x00\\x01\\x02\\x03", &[][..]), ("text", &["content-type-missing"])] {
        let text = format!(
            "GET /a HTTP/1.1\nHost: a.example\n\nHTTP/1.1 200 OK\\r\\n\nDate: Mon, 23 Nov 2026 10:00:00 GMT\\r\\n\nContent-Length: 4\\r\\n\n\\r\\n\n{content}"
        );
        check_raw(text.leak(), expect);
    }
}

#[test]
fn what_was_not_recorded_is_not_missing() {
    let example = Example {
        text: "GET / HTTP/1.1\nHost: a.example\n\nHTTP/1.1 304 Not Modified\nDate: x\n\n",
        is_raw: false,
        is_description: false,
    };
    let mut exchange = support::exchanges(&example).remove(0);
    exchange.scheme = Some(Scheme::Http);
    exchange.request.fields = statusquo_exchange::Fields::not_captured();
    if let Outcome::Answered(response) = &mut exchange.outcome {
        response.fields = statusquo_exchange::Fields::not_captured();
    }
    check_exchange(&exchange, &[]);
}
