//! Corners of the standards: what they allow though it looks wrong, and what they forbid though it looks right.

#![allow(clippy::panic, reason = "a test")]

mod support;

use statusquo_exchange::{Exchange, Outcome};
use statusquo_lint::{Example, Finding, Judge, Level, Profile, Series};

fn exchange(text: &str) -> Exchange {
    let example = Example { text: text.to_owned().leak(), is_raw: false, is_description: false };
    support::exchanges(&example).remove(0)
}

/// What the standards alone find at `must` and `should`.
fn grave(exchange: &Exchange) -> Vec<Finding> {
    let findings = Judge::new(Profile::Rfc).judge(exchange).findings;
    findings.into_iter().filter(|finding| finding.level != Level::Advice).collect()
}

fn text(asked: &str, status: &str, answered: &str) -> String {
    let line = |text: &str| if text.is_empty() { String::new() } else { format!("{text}\n") };
    format!(
        "# content: not captured\nGET /a HTTP/1.1\nHost: a.example\n{}\nHTTP/1.1 {status}\nDate: Mon, 23 Nov 2026 10:00:00 GMT\n{}\n",
        line(asked),
        line(answered)
    )
}

#[track_caller]
fn check(asked: &str, status: &str, answered: &str, expect: &[&str]) {
    let found = grave(&exchange(&text(asked, status, answered)));
    let ids: Vec<_> = found.iter().map(|finding| finding.rule.id).collect();
    assert_eq!(ids, expect, "{asked} / {answered}");
}

/// What is marked of the response's only grave fault, and what to write instead.
#[track_caller]
fn check_fix(status: &str, answered: &str, marked: &str, fix: &str) {
    let exchange = exchange(&text("", status, answered));
    let found = grave(&exchange);
    let [finding] = found.as_slice() else { panic!("{answered}: {found:?}") };
    let pointed = finding.pointed(&exchange).expect("a line");
    let shown: String = pointed.text.chars().skip(pointed.marked.start).take(pointed.marked.len()).collect();
    assert_eq!((shown.as_str(), finding.fix.as_str()), (marked, fix), "{answered}");
}

#[test]
fn white_space_around_a_value_is_no_part_of_it() {
    let padded = |line: &str| {
        format!("# response field: {line}\n{}", text("Range: bytes=0-4", "206 Partial Content", ""))
    };
    for line in
        ["Content-Range: bytes 0-4/10 ", "Content-Range:  bytes 0-4/10", "Content-Range: \\tbytes 0-4/10\\t "]
    {
        assert_eq!(grave(&exchange(&padded(line))), [], "{line}");
    }
    let exchange = exchange(&padded("Content-Language:   de, en_US "));
    let found = grave(&exchange);
    let finding = found.iter().find(|finding| finding.rule.id == "other-field-syntax").expect("a fault");
    let pointed = finding.pointed(&exchange).expect("a line");
    let shown: String = pointed.text.chars().skip(pointed.marked.start).take(pointed.marked.len()).collect();
    assert_eq!((pointed.text.as_str(), shown.as_str()), ("Content-Language:   de, en_US ", "en_US"));
}

#[test]
fn lines_that_a_recorder_joined_with_lf_are_several() {
    let joined =
        |line: &str| grave(&exchange(&format!("# response field: {line}\n{}", text("", "200 OK", ""))));
    for line in [
        "Cache-Control: no-cache\\nno-store",
        "X-Frame-Options: DENY\\nDENY",
        "Server-Timing: a;dur=1\\nb",
        "Set-Cookie: a=b; Path=/\\nc=d",
        "ETag: \"a\"\\n",
    ] {
        assert_eq!(joined(line), [], "{line}");
    }
    let ids = |line: &str| joined(line).iter().map(|finding| finding.rule.id).collect::<Vec<_>>();
    assert_eq!(ids("ETag: \"a\"\\n\"b\""), ["field-singleton-repeated"]);
    assert_eq!(ids("Server-Timing: a\\nb c"), ["other-field-syntax"]);
}

#[test]
fn the_day_of_the_week_is_no_matter_of_the_grammar() {
    check("", "200 OK", "Sunset: Sat, 31 Dec 2018 23:59:59 GMT", &[]);
    check("", "200 OK", "Expires: Tue, 23 Nov 2026 10:00:00 GMT", &[]);
    check("", "200 OK", "Expires: Tuesday, 23-Nov-26 10:00:00 GMT", &["date-format"]);
    check("", "200 OK", "Expires: Xyz, 23 Nov 2026 10:00:00 GMT", &["expires-invalid"]);
}

#[test]
fn the_weights_of_a_request_are_read_as_their_grammar_has_them() {
    for asked in [
        "Accept: text/html, */*;q=0.8",
        "Accept: text/html; q=0.123;level=1, a/b;q=1.000",
        "Accept-Language: de, en;q=0",
        "TE: trailers, deflate;q=0.5",
    ] {
        check(asked, "200 OK", "", &[]);
    }
    for asked in [
        "Accept: */*;q=1.1",
        "Accept-Encoding: gzip;q=0.9999",
        "Accept-Language: de;q=high",
        "TE: deflate;q=-1",
    ] {
        // What a client asks wrongly is nothing that an endpoint is blamed for.
        check(asked, "200 OK", "", &[]);
        let findings = Judge::new(Profile::Rfc).judge(&exchange(&text(asked, "200 OK", ""))).findings;
        let advised = findings.iter().any(|finding| finding.rule.id == "other-field-syntax");
        assert!(advised, "{asked}");
    }
}

#[test]
fn a_policy_says_each_thing_once_and_in_ascii() {
    let policy = |text: &str| format!("Content-Security-Policy: {text}");
    check("", "200 OK", &policy("default-src 'self'; default-src *"), &[]);
    check(
        "",
        "200 OK",
        &policy("default-src 'self'; default-src *; img-src: *"),
        &["security-policy-syntax"],
    );
    check("", "200 OK", &policy("default-src https://caf\u{e9}.example"), &["security-policy-syntax"]);
    check("", "200 OK", "Timing-Allow-Origin: https://a.example, null, *", &[]);
    check("", "200 OK", "Timing-Allow-Origin: https://a.example/", &["security-policy-syntax"]);
}

#[test]
fn what_a_recorder_calls_http_may_have_been_tls_for_the_client() {
    let over_http = |host: &str, asked: &str, answered: &str| {
        let text = text(asked, "200 OK", answered).replace("a.example", host);
        let found = grave(&exchange(&format!("# scheme: http\n{text}")));
        found.iter().map(|finding| finding.rule.id).collect::<Vec<_>>()
    };
    let strict = "Strict-Transport-Security: max-age=31536000";
    assert_eq!(over_http("a.example", "", strict), ["hsts-over-http"]);
    assert_eq!(over_http("a.example", "X-Forwarded-Proto: http", strict), ["hsts-over-http"]);
    assert_eq!(over_http("a.example", "Forwarded: for=10.0.0.1;proto=http", strict), ["hsts-over-http"]);
    for asked in [
        "X-Forwarded-Proto: https",
        "X-Forwarded-For: 10.0.0.1",
        "Forwarded: proto=https",
        "Sec-Fetch-Mode: cors",
    ] {
        assert_eq!(over_http("a.example", asked, strict), [""; 0], "{asked}");
    }
    for host in ["localhost:3000", "10.0.0.5", "shop", "a.example:8080"] {
        assert_eq!(over_http(host, "", strict), [""; 0], "{host}");
    }
    assert_eq!(over_http("a.example", "", "Set-Cookie: a=b; Secure"), [""; 0]);
}

#[test]
fn a_domain_covers_the_host_unless_the_recording_shows_another_name_of_it() {
    let cookie = "Set-Cookie: a=b; Domain=shop.com";
    check("", "200 OK", cookie, &["cookie-grammar"]);
    check("Origin: https://www.shop.com", "200 OK", cookie, &[]);
    check("Referer: https://shop.com/a", "200 OK", cookie, &[]);
    check("Via: 1.1 proxy", "200 OK", cookie, &[]);
    check("", "200 OK", &format!("{cookie}\nCF-Ray: 8a-VIE"), &[]);
    check("", "200 OK", "Set-Cookie: a=b; Domain=b.example", &["cookie-grammar"]);
}

#[test]
fn a_version_may_be_refused_in_that_very_version() {
    check("", "505 HTTP Version Not Supported", "", &[]);
}

#[test]
fn one_origin_for_everybody_needs_no_vary() {
    check("Origin: https://app.example", "200 OK", "Access-Control-Allow-Origin: https://app.example", &[]);
}

#[test]
fn any_token_is_a_method_by_the_grammar() {
    check("", "405 Method Not Allowed", "Allow: post, M-SEARCH", &[]);
    check("", "405 Method Not Allowed", "Allow: POST PUT", &["allow-syntax"]);
    // One fault, one finding.
    check("", "200 OK", "Allow: GET; POST", &["allow-syntax"]);
}

#[test]
fn who_refuses_plain_content_gets_what_there_is() {
    check("Accept-Encoding: identity;q=0", "200 OK", "Content-Encoding: gzip", &[]);
    check("Accept-Encoding: *;q=0", "200 OK", "Content-Encoding: gzip", &[]);
    check("Accept-Encoding: br, *;q=0", "200 OK", "Content-Encoding: gzip", &[]);
    check(
        "Accept-Encoding: identity, *;q=0",
        "200 OK",
        "Content-Encoding: gzip",
        &["content-coding-unwanted"],
    );
    check("Accept-Encoding: br", "200 OK", "Content-Encoding: gzip", &["content-coding-unwanted"]);
}

#[test]
fn the_error_of_a_token_may_stand_in_any_bearer_challenge() {
    let refused = "401 Unauthorized";
    let two =
        |second: &str| format!("WWW-Authenticate: Bearer realm=\"a\"\nWWW-Authenticate: Bearer {second}");
    check("Authorization: Bearer x", refused, &two("error=\"invalid_token\""), &[]);
    check("Authorization: Bearer x", refused, &two("realm=\"b\""), &["bearer-no-error-with-token"]);
}

#[test]
fn what_firefox_adds_to_its_recordings_is_not_the_server_s() {
    let of_http2 = |name: &str| {
        let mut exchange = exchange(&format!(
            "# content: not captured\nGET /a HTTP/2\nhost: a.example\n\nHTTP/2 200\ndate: Mon, 23 Nov 2026 10:00:00 GMT\ncontent-type: text/plain\n{name}: h2\n\n"
        ));
        exchange.raw_response = None;
        grave(&exchange).iter().map(|finding| finding.rule.id).collect::<Vec<_>>()
    };
    assert_eq!(of_http2("X-Firefox-Spdy"), Vec::<&str>::new());
    assert_eq!(of_http2("X-Other"), ["field-name-uppercase-http2"]);
}

#[test]
fn challenges_of_proxies_are_held_to_the_same() {
    let refused = "407 Proxy Authentication Required";
    check("", refused, "Proxy-Authenticate: Basic realm=\"p\"", &[]);
    check("", refused, "Proxy-Authenticate: Basic", &["challenge-basic-no-realm"]);
    check("", refused, "Proxy-Authenticate: Basic realm=p", &["challenge-realm-unquoted"]);
    check("", refused, "Proxy-Authenticate: Digest realm=\"p\"", &["challenge-digest-incomplete"]);
}

#[test]
fn parameters_of_digest_are_quoted_or_not_as_the_standard_has_it() {
    let refused = "401 Unauthorized";
    let digest = |rest: &str| format!("WWW-Authenticate: Digest realm=\"a\", {rest}");
    check("", refused, &digest("nonce=\"b\", qop=\"auth\", algorithm=MD5, stale=true, charset=UTF-8"), &[]);
    for wrong in
        ["nonce=b", "nonce=\"b\", qop=auth", "nonce=\"b\", algorithm=\"MD5\"", "nonce=\"b\", stale=\"true\""]
    {
        check("", refused, &digest(wrong), &["challenge-malformed"]);
    }
    check("", refused, "WWW-Authenticate: Basic realm = \"a\"", &["challenge-malformed"]);
    check("", refused, "WWW-Authenticate: Custom a=\"b = c\", d=e", &[]);
}

#[test]
fn lists_of_quoted_strings_and_links_have_no_empty_elements_either() {
    let empty = &["field-empty-list-element"][..];
    check("", "401 Unauthorized", "WWW-Authenticate: Basic realm=\"a, , b\"", &[]);
    check("", "401 Unauthorized", "WWW-Authenticate: Basic realm=\"a\",", empty);
    check("", "200 OK", "Link: </a,,b>; rel=next; title=\", ,\", </c>; rel=prev", &[]);
    check("", "200 OK", "Link: </a>; rel=next,", empty);
    check("", "200 OK", "Link: ,</a>; rel=next", empty);
    check("", "200 OK", "Link: </a>; rel=next, , </b>; rel=prev", empty);
}

#[test]
fn fields_are_held_to_their_grammar() {
    let wrong = &["other-field-syntax"][..];
    for (answered, expect) in [
        ("Link: <>; rel=self", &[][..]),
        ("Link: </a b>; rel=next", wrong),
        ("Link: </a>; rel", wrong),
        ("Link: </a>; rel=\" \"", wrong),
        ("Cache-Status: \"A cache\"; hit; ttl=30, b; fwd=miss", &[]),
        ("Cache-Status: HIT from edge", wrong),
        ("Connection: keep-alive, X-Foo", &[]),
        ("Connection: Transfer-Encoding, keep-alive", &[]),
        ("Connection: close, Cache-Control", wrong),
        ("Content-Location: /a?b", &[]),
        ("Content-Location: /a#b", wrong),
        ("Content-Location: https://u@a.example/", wrong),
        ("Preference-Applied: return=representation, count=exact; x=\"y\"", wrong),
        ("Preference-Applied: respond async", wrong),
        ("Clear-Site-Data: \"cache\", \"*\"", &[]),
        ("Clear-Site-Data: cache", &["security-policy-syntax"]),
        ("Origin-Agent-Cluster: ?1", &[]),
        ("Origin-Agent-Cluster: true", &["security-policy-syntax"]),
        ("Priority: u=1, i", &[]),
        ("Priority: u=9x", wrong),
        ("Repr-Digest: sha-256=:AAAA:", &[]),
        ("Repr-Digest: sha-256=abc", wrong),
        ("Strict-Transport-Security: max-age=1; includeSubDomains; preload", &[]),
        ("Strict-Transport-Security: max-age=1; includeSubDomains=true", &["hsts-invalid"]),
        ("Access-Control-Allow-Origin: https://a.example:8443", &[]),
        ("Access-Control-Allow-Origin: https://a.example:84x", &["cors-origin-syntax"]),
        (
            "Cross-Origin-Opener-Policy: same-origin\nCross-Origin-Opener-Policy: same-origin",
            &["field-singleton-repeated"],
        ),
        ("Content-Type: text/plain\nContent-Length: +5", &["content-length-syntax"]),
    ] {
        check("", "200 OK", answered, expect);
    }
    check("Range: Bytes=99-", "416 Range Not Satisfiable", "", &["range-not-satisfiable-no-length"]);
}

#[test]
fn a_trailer_needs_the_leave_of_its_definition() {
    for (name, value, expect) in [
        ("ETag", "\"a\"", &[][..]),
        ("Accept-Ranges", "bytes", &[]),
        ("Server-Timing", "db;dur=1", &[]),
        ("Date", "Mon, 23 Nov 2026 10:00:00 GMT", &["trailer-forbidden"]),
        ("Cache-Control", "no-store", &["trailer-forbidden"]),
    ] {
        let mut exchange = exchange(&text("", "200 OK", "Content-Type: text/plain"));
        if let Outcome::Answered(response) = &mut exchange.outcome {
            response.trailers.push(name, value);
        }
        let found: Vec<_> = grave(&exchange).iter().map(|finding| finding.rule.id).collect();
        assert_eq!(found, expect, "{name}");
    }
}

#[test]
fn what_to_write_instead_is_right() {
    check_fix("200 OK", "ETag: W/abc", "W/abc", "etag: W/\"abc\"");
    check_fix("200 OK", "ETag: w/\"abc\"", "w", "etag: W/\"abc\"");
    check_fix("200 OK", "ETag: 'abc'", "'abc'", "etag: \"abc\"");
    check_fix("200 OK", "ETag: abc", "abc", "etag: \"abc\"");
    check_fix("401 Unauthorized", "WWW-Authenticate: Basic realm='a'", "realm='a'", "realm=\"a\"");
    check_fix("200 OK", "Set-Cookie: a=b; SameSite=None", "a", "add `; Secure`");
}

#[test]
fn an_answer_alone_may_be_that_to_head_or_to_a_condition() {
    let date = "Date: Mon, 23 Nov 2026 10:00:00 GMT";
    for answer in [
        "300 Multiple Choices",
        "207 Multi-Status",
        "511 Network Authentication Required",
        "404 Not Found",
        "500 Internal Server Error",
        "206 Partial Content\nContent-Range: bytes 0-4/10\nContent-Length: 5\n\nabcde",
    ] {
        let (status, rest) = answer.split_once('\n').unwrap_or((answer, ""));
        let text = format!("HTTP/1.1 {status}\n{date}\n{rest}\n\n");
        assert_eq!(grave(&exchange(text.trim_end_matches('\n'))), [], "{text}");
    }
}

#[test]
fn what_curl_prints_is_read_for_what_it_is() {
    let check = |text: &str, expect: &[&str]| {
        let found: Vec<_> = grave(&exchange(text)).iter().map(|finding| finding.rule.id).collect();
        assert_eq!(found, expect, "{text}");
    };
    let date = "date: Mon, 23 Nov 2026 10:00:00 GMT";
    // `curl -I` says nothing of HEAD.
    check(&format!("HTTP/1.1 200 OK\n{date}\nContent-Type: text/html\nContent-Length: 500\n\n"), &[]);
    let get = "GET /a HTTP/1.1\nHost: a.example\n\n";
    check(
        &format!("{get}HTTP/1.1 200 OK\n{date}\nContent-Type: text/html\nContent-Length: 500\n\n"),
        &["content-length-mismatch"],
    );
    // `curl -iL` goes on with the next response.
    check(
        &format!("HTTP/1.1 301 Moved\n{date}\nLocation: /b\nContent-Length: 0\n\nHTTP/1.1 200 OK\n\nabc"),
        &[],
    );
    // The example of RFC 9110, 1.3, typed with the line endings of an editor.
    let hello = "Hello World! My content includes a trailing CRLF.\n";
    let mut typed = exchange(&format!(
        "{get}HTTP/1.1 200 OK\n{date}\nContent-Type: text/plain\nContent-Length: 51\n\n{hello}"
    ));
    typed.raw_response = None;
    assert_eq!(grave(&typed), []);
    // HTTP/2 has no Connection to answer.
    check(
        &format!("GET /a HTTP/2\nconnection: close\n\nHTTP/2 200 \n{date}\ncontent-type: text/html\n\n<p>"),
        &[],
    );
}

#[test]
fn content_that_an_example_leaves_out_is_not_judged() {
    for (content, expect) in [
        ("...", &[][..]),
        ("[content here]", &[]),
        ("{binary data}", &[]),
        ("[broken", &["content-length-mismatch"]),
        ("{\"content\": 1}", &["content-length-mismatch"]),
    ] {
        let text = format!(
            "GET /a HTTP/1.1\nHost: a.example\n\nHTTP/1.1 200 OK\nDate: Mon, 23 Nov 2026 10:00:00 GMT\nContent-Type: application/json\nContent-Length: 500\n\n{content}"
        );
        let found: Vec<_> = grave(&exchange(&text)).iter().map(|finding| finding.rule.id).collect();
        assert_eq!(found, expect, "{content}");
    }
}

/// What is found in exchanges of one resource, one after the other, at `must` and `should`.
#[track_caller]
fn check_series(all: &[String], expect: &[&str]) {
    let (judge, mut series) = (Judge::new(Profile::Rfc), Series::new());
    let findings = all.iter().zip(10..).flat_map(|(text, second)| {
        let exchange = exchange(&format!("# at: 2026-11-23T10:00:{second}Z\n{text}"));
        series.observe(&judge, &exchange)
    });
    let found: Vec<_> =
        findings.filter(|finding| finding.level != Level::Advice).map(|finding| finding.rule.id).collect();
    assert_eq!(found, expect, "{all:?}");
}

fn asked(request: &str, fields: &str, status: &str, answered: &str) -> String {
    let line = |text: &str| if text.is_empty() { String::new() } else { format!("{text}\n") };
    format!(
        "{request} /a HTTP/1.1\nHost: a.example\n{}\nHTTP/1.1 {status}\n{}\n",
        line(fields),
        line(answered)
    )
}

#[test]
fn what_was_changed_in_between_is_not_held_against_what_was_there_before() {
    let get = || asked("GET", "", "200 OK", "ETag: \"1\"\nLast-Modified: Mon, 23 Nov 2026 09:00:00 GMT");
    let put = |tag: &str| asked("PUT", &format!("If-Match: {tag}"), "200 OK", "ETag: \"2\"");
    check_series(&[get(), put("\"1\""), put("\"2\"")], &[]);
    check_series(&[get(), put("\"0\"")], &["precondition-ignored"]);
    let (delete, make) =
        (asked("DELETE", "", "204 No Content", ""), asked("PUT", "If-None-Match: *", "201 Created", ""));
    check_series(&[get(), delete.clone(), make.clone()], &[]);
    check_series(&[get(), make], &["precondition-ignored", "put-replace-201"]);
    let head = asked("HEAD", "", "404 Not Found", "");
    check_series(&[get(), delete, head.clone()], &[]);
    check_series(&[get(), head], &["head-differs-from-get"]);
}

#[test]
fn what_was_deleted_may_be_there_anew() {
    let get = |content: &str| {
        let fields = format!("Content-Type: text/plain\nContent-Length: {}", content.len());
        asked("GET", "", "200 OK", &fields) + content
    };
    let delete = || asked("DELETE", "", "204 No Content", "");
    check_series(&[get("[1]"), delete(), get("[1]")], &["deleted-still-served"]);
    // An emptied collection.
    check_series(&[get("[1]"), delete(), get("[]")], &[]);
    let make = asked("POST", "", "200 OK", "");
    check_series(&[get("[1]"), delete(), make, get("[1]")], &[]);
}

#[test]
fn another_request_may_get_other_fields_and_other_credentials_may_be_valid() {
    let with_origin = asked("GET", "Origin: https://b.example", "200 OK", "ETag: \"1\"\nVary: Origin");
    let same =
        asked("GET", "Origin: https://b.example\nIf-None-Match: \"1\"", "304 Not Modified", "ETag: \"1\"");
    let other = asked("GET", "If-None-Match: \"1\"", "304 Not Modified", "ETag: \"1\"");
    check_series(&[with_origin.clone(), other], &[]);
    check_series(&[with_origin, same], &["not-modified-missing-200-fields"]);
    let get = |token: &str, status: &str| asked("GET", &format!("Authorization: Bearer {token}"), status, "");
    check_series(&[get("x", "200 OK"), get("y", "500 Internal Server Error")], &[]);
    let bare = asked("GET", "", "400 Bad Request", "");
    check_series(&[get("x", "200 OK"), bare], &["auth-failure-wrong-status"]);
}

#[test]
fn a_tag_that_is_computed_from_content_may_be_missing_after_head() {
    let get = |more: &str| asked("GET", "", "200 OK", &format!("ETag: \"1\"{more}"));
    let head = || asked("HEAD", "", "200 OK", "");
    check_series(&[get(""), head()], &[]);
    let file = "\nLast-Modified: Mon, 23 Nov 2026 09:00:00 GMT";
    check_series(&[get(file), head()], &["head-differs-from-get"]);
}

#[test]
fn what_was_made_for_one_client_may_be_hidden_from_another() {
    let made = asked("POST", "Authorization: Bearer x", "201 Created", "Location: /a");
    let get = |fields: &str| asked("GET", fields, "404 Not Found", "");
    check_series(&[made.clone(), get("")], &[]);
    check_series(&[made, get("Authorization: Bearer x")], &["created-location-unreachable"]);
}

#[test]
fn the_last_day_of_the_year_9999_is_a_date() {
    let last = "Fri, 31 Dec 9999 23:59:59 GMT";
    for field in ["Expires: ", "Sunset: ", "Set-Cookie: a=b; Expires="] {
        check("", "200 OK", &format!("{field}{last}"), &[]);
    }
}

#[test]
fn a_server_may_have_put_spaces_in_the_place_of_what_it_does_not_refuse() {
    let folded = "# content: not captured\nGET /a HTTP/1.1\nHost: a.example\nX-Note: one\n two\n\nHTTP/1.1 200 OK\nDate: Mon, 23 Nov 2026 10:00:00 GMT\n\n";
    assert_eq!(grave(&exchange(folded)), []);
}

#[test]
fn a_coding_that_was_withdrawn_is_still_a_name() {
    check("", "200 OK", "Transfer-Encoding: identity", &[]);
    check("", "200 OK", "Transfer-Encoding: chunked, identity", &["transfer-encoding-syntax"]);
}

#[test]
fn the_server_as_a_whole_takes_no_patches() {
    let asked = |target: &str| {
        text("", "204 No Content", "Allow: GET, PATCH").replace("GET /a", &format!("OPTIONS {target}"))
    };
    let found = |target: &str| {
        grave(&exchange(&asked(target))).iter().map(|finding| finding.rule.id).collect::<Vec<_>>()
    };
    assert_eq!(found("*"), Vec::<&str>::new());
    assert_eq!(found("/a"), ["accept-patch-missing"]);
}

#[test]
fn lists_that_need_an_element_have_one_and_each_is_of_its_kind() {
    for (wrong, expect) in [
        ("Accept-Ranges:", "other-field-syntax"),
        ("Alt-Svc:", "other-field-syntax"),
        ("Alt-Svc: h3=\"a b:443\"", "other-field-syntax"),
        ("Alt-Svc: h3=\":443\"; ma=abc", "other-field-syntax"),
        ("Preference-Applied: return=minimal; foo=bar", "other-field-syntax"),
        ("Proxy-Status: 5", "other-field-syntax"),
        ("Cache-Status: 5", "other-field-syntax"),
        ("Deprecation: @1688169599\nDeprecation: @1688169598", "field-singleton-repeated"),
    ] {
        let found = grave(&exchange(&text("", "200 OK", wrong)));
        assert!(found.iter().any(|finding| finding.rule.id == expect), "{wrong}: {found:?}");
    }
    for right in [
        "Alt-Svc: h3=\":443\"; ma=86400, h2=\"alt.example:8000\"; persist=1",
        "Alt-Svc: h3=\"[2001:db8::1]:443\"",
        "Preference-Applied: return=minimal, respond-async",
        "Proxy-Status: proxy.example; next-protocol=h2",
        "Cache-Status: \"Nginx Cache\"; hit, CDN; fwd=miss",
        "Deprecation: @1688169599",
    ] {
        check("", "200 OK", right, &[]);
    }
}

#[test]
fn a_426_names_a_protocol() {
    check("", "426 Upgrade Required", "Upgrade:\nConnection: Upgrade", &["upgrade-required-missing-upgrade"]);
}
