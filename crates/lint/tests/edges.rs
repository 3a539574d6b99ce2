//! Messages at the edges of the rules on status lines, interim responses and life cycle: what is wrong, and no more.

mod support;

use statusquo_catalogue::StatusCode;
use statusquo_exchange::{Exchange, Fields, Outcome};
use statusquo_lint::{Example, Judge, Level, Profile};

fn exchange(text: &str) -> Exchange {
    let example = Example { text: text.to_owned().leak(), is_raw: false, is_description: false };
    support::exchanges(&example).remove(0)
}

/// What is found at `must` and `should`, by any rule.
fn found(exchange: &Exchange) -> Vec<&'static str> {
    let findings = Judge::new(Profile::Guide).judge(exchange).findings;
    let grave = findings.iter().filter(|finding| finding.level != Level::Advice);
    grave.map(|finding| finding.rule.id).collect()
}

#[track_caller]
fn check(text: &str, expect: &[&str]) {
    assert_eq!(found(&exchange(text)), expect, "{text}");
}

#[track_caller]
fn check_handshake(asked: &str, status: &str, answered: &str, expect: &[&str]) {
    check(&format!("GET /feed HTTP/1.1\nHost: a.example\n{asked}\n\n{status}\n{answered}\n\n"), expect);
}

const KEY: &str = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==";
const ACCEPT: &str = "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

#[test]
fn an_interim_response_that_nothing_follows_is_held_to_the_rules_of_interim_responses_alone() {
    let get = "GET /a HTTP/1.1\nHost: a.example\n\n";
    check(&format!("{get}HTTP/1.1 103 Early Hints\nLink: </s.css>; rel=preload\n\n"), &[]);
    check(&format!("{get}HTTP/1.1 100 Continue\n\n"), &[]);
    check(
        &format!("{get}HTTP/1.1 100 Continue\n\n\n\nHTTP/1.1 103 Early Hints\nLink: </a>; rel=preload\n\n"),
        &[],
    );
    check(&format!("{get}HTTP/1.1 100 Continue\nContent-Length: 0\n\n"), &["interim-content-length"]);
    check(
        "POST /a HTTP/1.1\nHost: a.example\nExpect: 100-continue\nContent-Length: 3\n\nabc\n\nHTTP/1.1 100 Continue\n\n",
        &["continue-without-final"],
    );
}

#[test]
fn handshakes_that_a_recorder_took_apart_are_not_blamed_on_the_server() {
    let ok = "HTTP/1.1 101 Switching Protocols";
    check_handshake(KEY, ok, ACCEPT, &[]);
    check_handshake(KEY, ok, &format!("Upgrade: websocket\n{ACCEPT}"), &[]);
    let asked = format!("Connection: Upgrade\nUpgrade: websocket\n{KEY}");
    let answered = format!("connection: upgrade\nupgrade: WebSocket\n{}", ACCEPT.to_ascii_lowercase());
    check_handshake(&asked, ok, &answered, &["websocket-accept-wrong"]);
    let answered = format!("connection: upgrade\nupgrade: WebSocket\n{ACCEPT}");
    check_handshake(&asked, ok, &answered, &[]);
    let blackened = "Connection: Upgrade\nUpgrade: websocket\nSec-WebSocket-Key: [redacted]";
    check_handshake(blackened, ok, &answered.replace(ACCEPT, ""), &[]);
}

#[test]
fn a_handshake_that_was_made_in_http1_is_believed_more_than_its_label() {
    let asked = format!("Connection: Upgrade\nUpgrade: websocket\n{KEY}");
    let answered = format!("Connection: Upgrade\nUpgrade: websocket\n{ACCEPT}");
    check_handshake(&asked, "HTTP/2 101", &answered, &[]);
    let wrong = "upgrade: websocket\nsec-websocket-accept: x";
    let text = format!("GET /feed HTTP/2\nHost: a.example\n{KEY}\n\nHTTP/2 101\n{wrong}\n\n");
    assert!(found(&exchange(&text)).contains(&"switching-in-http2"));
}

#[test]
fn other_protocols_than_websocket_are_switched_to_as_well() {
    let ok = "HTTP/1.1 101 Switching Protocols";
    let tls = "Connection: Upgrade\nUpgrade: TLS/1.0";
    check_handshake(tls, ok, "Connection: Upgrade\nUpgrade: TLS/1.0, HTTP/1.1", &[]);
    check_handshake(tls, ok, "Connection: Upgrade\nUpgrade: TLS/1.3", &["switching-not-requested"]);
    check_handshake("Connection: Upgrade\nUpgrade: h2c, tcp", ok, "Connection: Upgrade\nUpgrade: tcp", &[]);
}

#[test]
fn a_request_as_its_program_made_it_may_have_had_more_fields() {
    let refused = "HTTP/1.1 417 Expectation Failed\nDate: Mon, 23 Nov 2026 10:00:00 GMT\nContent-Type: application/json\nContent-Length: auto\nCache-Control: no-store\n\n{\"error\":{\"code\":\"no_expect\",\"message\":\"Send it without Expect.\",\"request_id\":\"r1\"}}";
    let mut recorded = exchange(&format!("POST /a HTTP/1.1\nAccept: */*\n\n{refused}"));
    recorded.raw_response = None;
    assert_eq!(found(&recorded), [""; 0]);
    check(&format!("POST /a HTTP/1.1\nHost: a.example\n\n{refused}"), &["expectation-failed-without-expect"]);
}

#[test]
fn what_stands_in_a_log_was_not_always_sent() {
    for code in [0, 444, 460, 499, 999] {
        let mut logged = exchange("GET /a HTTP/1.1\nHost: a.example\n\nHTTP/1.1 200 OK\n\n");
        logged.request.fields = Fields::not_captured();
        logged.raw_response = None;
        if let Outcome::Answered(response) = &mut logged.outcome {
            response.status = StatusCode::new(code);
            response.fields = Fields::not_captured();
        }
        assert_eq!(found(&logged), [""; 0], "{code}");
    }
}

#[test]
fn a_status_line_that_a_tool_printed_for_http2_may_lack_its_last_space() {
    let text = "GET /a HTTP/2\nHost: a.example\n\nHTTP/2 204\ndate: Mon, 23 Nov 2026 10:00:00 GMT\n\n";
    let mut printed = exchange(text);
    printed.raw_response = Some("HTTP/2 204\r\ndate: Mon, 23 Nov 2026 10:00:00 GMT\r\n\r\n".into());
    assert_eq!(found(&printed), [""; 0]);
}

#[test]
fn findings_point_into_the_interim_response() {
    let text = "POST /a HTTP/1.1\nHost: a.example\nExpect: 100-continue\n\nHTTP/1.1 100 Continue\nX: y\nContent-Length: 0\n\nHTTP/1.1 204 No Content\n\n";
    let exchange = exchange(text);
    let findings = Judge::new(Profile::Guide).judge(&exchange).findings;
    let finding = findings.iter().find(|finding| finding.rule.id == "interim-content-length").unwrap();
    let pointed = finding.pointed(&exchange).unwrap();
    assert_eq!((pointed.part, pointed.line, pointed.text.as_str()), ("interim", 3, "Content-Length: 0"));
}

#[test]
fn content_after_an_interim_response_is_shown_and_the_rest_is_read_as_usual() {
    let text = r"POST /a HTTP/1.1\r\nHost: a.example\r\nExpect: 100-continue\r\n\r\n";
    let wire = "HTTP/1.1 100 Continue\\r\\n\\r\\ngo on\\r\\nHTTP/1.1 204 No Content\\r\\nDate: Mon, 23 Nov 2026 10:00:00 GMT\\r\\n\\r\\n";
    let asked = text.replace("\\r\\n", "\n");
    let example = Example { text: format!("{asked}{wire}").leak(), is_raw: true, is_description: false };
    let exchange = support::exchanges(&example).remove(0);
    assert_eq!(found(&exchange), ["interim-with-content"]);
    let finding = &Judge::new(Profile::Guide).judge(&exchange).findings[0];
    assert!(finding.pointed(&exchange).unwrap().text.contains("go on"));
}
