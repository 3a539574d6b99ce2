//! Commands that ask a running server, against a server that gives canned answers.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail")]

mod support;

use support::{Ran, command, folder, once, run};

fn asking(answer: &'static str, arguments: &[&str]) -> Ran {
    let url = once(answer);
    let folder = folder();
    run(command(folder.path())
        .env("STATUSQUO_TOKEN", "sq_secret")
        .args(["--server", &url, "--tz", "UTC"])
        .args(arguments))
}

#[test]
fn monitors_are_listed_with_their_states() {
    let answer = concat!(
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n",
        r#"{"monitors": [{"name": "orders", "state": "failing", "target": "GET https://a.test/",
            "since": "2026-11-23T14:02:00Z"}, {"name": "login", "state": "ok", "target": "tcp b.test:1"}]}"#
    );
    let ran = asking(answer, &["monitor", "list"]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    let lines: Vec<&str> = ran.out.lines().collect();
    assert_eq!(lines[0], "state      name    target               since");
    assert_eq!(lines[1], "■ failing  orders  GET https://a.test/  2026-11-23 14:02 UTC");
    assert_eq!(lines[2], "● ok       login   tcp b.test:1");
}

#[test]
fn a_refusal_is_told_in_the_words_of_the_server() {
    let answer = concat!(
        "HTTP/1.1 404 Not Found\r\nContent-Type: application/problem+json\r\nConnection: close\r\n\r\n",
        r#"{"title": "Not Found", "detail": "there is no incident 7"}"#
    );
    let ran = asking(answer, &["incident", "ack", "7"]);
    assert_eq!((ran.code, ran.err.as_str()), (2, "error: there is no incident 7\n"));
}

#[test]
fn who_is_not_known_is_told_how_to_get_a_token() {
    let ran = asking("HTTP/1.1 401 Unauthorized\r\nConnection: close\r\n\r\n", &["silence", "list"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("statusquo token create"), "{}", ran.err);
    assert!(!ran.err.contains("sq_secret"));
}

#[test]
fn where_nobody_listens_the_next_step_is_named() {
    let folder = folder();
    let ran = run(command(folder.path()).args(["--server", "http://127.0.0.1:1", "monitor", "list"]));
    assert_eq!(ran.code, 2);
    assert_eq!(
        ran.err,
        "error: no Statusquo at http://127.0.0.1:1: it refuses connections; start one with `statusquo serve`, or \
         name another with --server\n"
    );
}

#[test]
fn another_server_is_recognised_as_such() {
    let ran = asking("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", &["incident", "list"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("is it another server?"), "{}", ran.err);
}
