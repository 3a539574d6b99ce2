//! `check --deep` against a server on loopback that writes down what it is asked.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail")]

mod support;

use std::collections::HashMap;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use support::{Ran, folder, statusquo};

/// What the orders say of themselves.
const API: &str = r##"
openapi: 3.1.0
paths:
  /orders:
    post:
      parameters:
        - {name: Idempotency-Key, in: header, required: true, schema: {type: string}}
      requestBody:
        content:
          application/json:
            schema: {$ref: "#/components/schemas/Order"}
      responses:
        "201": {description: made}
        4XX: {description: wrong}
components:
  schemas:
    Order:
      type: object
      required: [id, item, count]
      properties:
        id: {type: string, readOnly: true}
        item: {type: string, minLength: 3}
        count: {type: integer, minimum: 1}
"##;

/// What is wrong with a server.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Habit {
    None,
    RefusesEmptyLine,
    IgnoresExpect,
    RefusesExpect,
    RefusesValid,
    AsksToSignIn,
    AcceptsAll,
    StopsAtFirst,
    ForgetsKeys,
}

struct Server {
    url: String,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Server {
    fn new(habit: Habit) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/orders", listener.local_addr().unwrap());
        let asked: Arc<Mutex<Vec<String>>> = Arc::default();
        let written = Arc::clone(&asked);
        std::thread::spawn(move || {
            let mut keys = HashMap::new();
            while let Ok((mut stream, _)) = listener.accept() {
                let Some(request) = read(&mut stream, habit) else { continue };
                let answer = answer(&request, habit, &mut keys);
                written.lock().unwrap().push(request);
                let _left = stream.write_all(answer.as_bytes());
            }
        });
        Self { url, asked }
    }

    fn check(&self, flags: &[&str]) -> Ran {
        let folder = folder();
        std::fs::write(folder.path().join("api.yaml"), API).unwrap();
        statusquo(folder.path(), &[&["check", &self.url], flags].concat())
    }

    fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }

    /// `POST /orders`, of each request.
    fn lines(&self) -> Vec<String> {
        let line = |request: &String| request.trim_start().split(' ').take(2).collect::<Vec<_>>().join(" ");
        self.asked().iter().map(line).collect()
    }
}

/// A request as it came, with its content unless that was not wanted.
fn read(stream: &mut TcpStream, habit: Habit) -> Option<String> {
    let mut text = String::new();
    let mut buffer = [0; 65536];
    while !text.contains("\r\n\r\n") {
        let read = stream.read(&mut buffer).ok().filter(|read| *read > 0)?;
        text.push_str(std::str::from_utf8(&buffer[..read]).unwrap());
    }
    if text.contains("expect: 100-continue") {
        if habit == Habit::RefusesExpect {
            return Some(text);
        }
        if habit != Habit::IgnoresExpect {
            stream.write_all(b"HTTP/1.1 100 Continue\r\n\r\n").unwrap();
        }
    }
    let length = text.split("content-length: ").nth(1).and_then(|rest| rest.split('\r').next());
    let length: usize = length.map_or(0, |length| length.parse().unwrap());
    while text.split_once("\r\n\r\n").unwrap().1.len() < length {
        let read = stream.read(&mut buffer).ok().filter(|read| *read > 0)?;
        text.push_str(std::str::from_utf8(&buffer[..read]).unwrap());
    }
    Some(text)
}

fn answer(request: &str, habit: Habit, keys: &mut HashMap<String, String>) -> String {
    let (head, content) = request.split_once("\r\n\r\n").unwrap();
    let refuse = |status, message: &str, fields: &[&str]| {
        let details: Vec<Value> = fields.iter().map(|field| json!({ "field": field })).collect();
        let error = json!({ "code": "refused", "message": message, "details": details, "request_id": "r-1" });
        said(status, "", &json!({ "error": error }))
    };
    if request.starts_with("\r\n") && habit == Habit::RefusesEmptyLine {
        return refuse("400 Bad Request", "This request cannot be read.", &[]);
    }
    let head = head.trim_start();
    if !head.starts_with("POST ") {
        return if head.starts_with("GET /orders ") || head.starts_with("GET /orders HTTP") {
            said("200 OK", "", &json!({ "orders": [] }))
        } else {
            refuse("404 Not Found", "There is nothing here.", &[])
        };
    }
    if habit == Habit::RefusesExpect && head.contains("expect: ") {
        return refuse("413 Content Too Large", "That is too much.", &[]);
    }
    if habit == Habit::AsksToSignIn {
        return refuse("403 Forbidden", "This takes another role.", &[]);
    }
    let Ok(order) = serde_json::from_str::<Value>(content) else {
        return refuse("400 Bad Request", "This is no JSON.", &[]);
    };
    if habit == Habit::RefusesValid {
        return refuse("400 Bad Request", "The request is not valid.", &[]);
    }
    let mut wrong = Vec::new();
    wrong.extend((!order["item"].is_string()).then_some("item"));
    wrong.extend((!order["count"].is_u64()).then_some("count"));
    if habit == Habit::StopsAtFirst {
        wrong.truncate(1);
    }
    if !wrong.is_empty() && habit != Habit::AcceptsAll {
        return refuse("422 Unprocessable Content", "Some fields are wrong.", &wrong);
    }
    let key = head.split("idempotency-key: ").nth(1).unwrap().split('\r').next().unwrap();
    let known = keys.entry(key.to_owned()).or_insert_with(|| content.to_owned());
    if known != content && habit != Habit::ForgetsKeys {
        return refuse("422 Unprocessable Content", "This key came with other content before.", &[]);
    }
    said("201 Created", "Location: /orders/17\r\n", &json!({ "id": "17" }))
}

fn said(status: &str, fields: &str, content: &Value) -> String {
    let content = content.to_string();
    let length = content.len();
    format!(
        "HTTP/1.1 {status}\r\nDate: Mon, 23 Nov 2026 10:00:00 GMT\r\nContent-Type: application/json\r\nContent-Length: {length}\r\nCache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\nConnection: close\r\n{fields}\r\n{content}"
    )
}

const LEAVE: [&str; 4] = ["--deep=all", "--allow-unsafe", "--openapi", "api.yaml"];

/// The requests that the plan on stderr lists: `POST /orders`.
fn listed(ran: &Ran, server: &Server) -> Vec<String> {
    let origin = server.url.strip_suffix("/orders").unwrap();
    let of_line = |line: &str| {
        let (method, rest) = line.strip_prefix("--deep: ")?.split_once(' ')?;
        let path = rest.strip_prefix(origin)?.split(' ').next()?;
        Some(format!("{method} {path}"))
    };
    ran.err.lines().filter_map(of_line).collect()
}

#[test]
fn without_leave_nothing_unsafe_is_sent() {
    for how in ["--deep", "--deep=all"] {
        let server = Server::new(Habit::None);
        let ran = server.check(&[how, "--openapi", "api.yaml"]);
        assert!(
            ran.err.contains("not asked without leave: ") && ran.err.contains("--allow-unsafe"),
            "{}",
            ran.err
        );
        let safe = ["GET", "HEAD", "OPTIONS", "TRACE", "STATUSQUO"];
        let lines = server.lines();
        assert!(lines.len() > 5, "{lines:?}");
        assert!(lines.iter().all(|line| safe.iter().any(|method| line.starts_with(method))), "{lines:?}");
    }
}

#[test]
fn a_dry_run_lists_all_and_sends_none() {
    let server = Server::new(Habit::None);
    let ran = server.check(&[&LEAVE[..], &["--dry-run"]].concat());
    assert_eq!(server.lines(), ["GET /orders"]);
    assert_eq!(
        listed(&ran, &server).iter().filter(|line| line.starts_with("POST ")).count(),
        7,
        "{}",
        ran.err
    );
    assert!(ran.err.contains(r#"{"count":{"statusquo":true}}  (of two members"#), "{}", ran.err);
}

#[test]
fn with_leave_exactly_what_was_listed_is_sent() {
    let server = Server::new(Habit::None);
    let ran = server.check(&LEAVE);
    let cut = |line: &String| line.chars().take(40).collect::<String>();
    let (listed, sent) = (listed(&ran, &server), server.lines());
    assert_eq!(sent[0], "GET /orders");
    assert_eq!(listed.iter().map(cut).collect::<Vec<_>>(), sent[1..].iter().map(cut).collect::<Vec<_>>());
    let asked = server.asked();
    assert_eq!(asked.iter().filter(|request| request.starts_with("\r\nGET /orders ")).count(), 1);
    let contents: Vec<&str> = asked
        .iter()
        .filter(|request| request.contains("idempotency-key: "))
        .map(|request| request.split_once("\r\n\r\n").unwrap().1)
        .collect();
    assert_eq!(
        contents,
        [
            r#"{"count":1,"item":"statusquo"}"#,
            r#"{"count":2,"item":"statusquo"}"#,
            r#"{"count":1}"#,
            r#"{"count":{"statusquo":true},"item":"statusquo"}"#,
            r#"{"count":{"statusquo":true}}"#,
        ]
    );
    assert!(ran.err.contains("this made /orders/17"), "{}", ran.err);
}

/// What a rule says of a server: `broken`, why it is open, or nothing.
fn check(rule: &str, habit: Habit, flags: &[&str], expect: &str) {
    let ran = Server::new(habit).check(&[flags, &["-o", "json"]].concat());
    let found: Value = serde_json::from_str(&ran.out).unwrap();
    let of = |list: &Value| {
        list.as_array().unwrap().iter().find(|one| one["rule"] == rule).cloned().unwrap_or_default()
    };
    let (broken, open) = (of(&found["lint"]["findings"]), of(&found["open"]));
    let said = if broken.is_null() { open["why"].as_str().unwrap_or_default() } else { "broken" };
    assert_eq!(said, expect, "{rule}: {}", ran.out);
}

#[test]
fn each_rule_is_broken_by_the_server_that_breaks_it_and_by_no_other() {
    for (rule, habit) in [
        ("leading-crlf-rejected", Habit::RefusesEmptyLine),
        ("valid-request-rejected", Habit::RefusesValid),
        ("validation-accepts-invalid", Habit::AcceptsAll),
        ("validation-stops-at-first", Habit::StopsAtFirst),
        ("idempotency-key-status", Habit::ForgetsKeys),
    ] {
        check(rule, habit, &LEAVE, "broken");
        check(rule, Habit::None, &LEAVE, "");
    }
}

#[test]
fn content_that_is_held_back_is_asked_for_or_refused_at_once() {
    let rule = "expect-continue-ignored";
    let flags = |timeout| ["--deep", "--allow-unsafe", "--timeout", timeout];
    check(rule, Habit::None, &flags("1m"), "");
    check(rule, Habit::RefusesExpect, &flags("1m"), "");
    check(rule, Habit::IgnoresExpect, &flags("4s"), "broken");
}

#[test]
fn what_could_not_be_decided_says_why() {
    for (rule, habit, expect) in [
        ("valid-request-rejected", Habit::AsksToSignIn, "the answer is 403"),
        ("validation-accepts-invalid", Habit::AsksToSignIn, "the valid request got a 403"),
        ("idempotency-key-status", Habit::RefusesValid, "the valid request got a 400"),
        ("validation-stops-at-first", Habit::AcceptsAll, "a broken request was accepted already"),
    ] {
        check(rule, habit, &LEAVE, expect);
    }
    check("valid-request-rejected", Habit::None, &["--deep", "--allow-unsafe"], "it takes --openapi FILE");
    let ran = Server::new(Habit::AcceptsAll).check(&LEAVE);
    assert!(!ran.out.contains("not judged: validation-accepts-invalid"), "{}", ran.out);
    let ran = Server::new(Habit::AsksToSignIn).check(&LEAVE);
    assert_eq!(ran.out.matches("not judged: validation-accepts-invalid: ").count(), 1, "{}", ran.out);
    assert!(ran.out.contains("not judged: valid-request-rejected: the answer is 403"), "{}", ran.out);
}

#[test]
fn no_other_origin_is_asked() {
    let other = Server::new(Habit::None);
    let answer =
        format!("HTTP/1.1 307 Temporary Redirect\r\nLocation: {}\r\nContent-Length: 0\r\n\r\n", other.url);
    let url = support::once(answer.leak());
    let ran = statusquo(folder().path(), &["check", &url, "--follow", "--deep=all", "--allow-unsafe"]);
    assert!(ran.err.contains("the answer came from another origin"), "{}", ran.err);
    assert_eq!(other.lines(), ["GET /orders"]);
}
