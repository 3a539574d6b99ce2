//! Recordings of other tools are read without making anything up.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test")]

use bytes::Bytes;
use statusquo_exchange::{Content, Exchange, FailureKind, Name, Version};
use statusquo_source::recording::{Recorded, Recording};

fn read(text: &'static str) -> Vec<Recorded> {
    let bytes = Bytes::from_static(text.as_bytes());
    let kind = Recording::detect(&bytes).unwrap();
    kind.read(&bytes, &Name::from("test")).unwrap().into_iter().map(Result::unwrap).collect()
}

fn body(exchange: &Exchange) -> &Content {
    &exchange.response().unwrap().content
}

const HAR: &str = r#"{"log": {"version": "1.2", "creator": {"name": "x", "version": "1"}, "entries": [
  {"startedDateTime": "2026-11-23T10:00:00.000Z", "time": 12.5, "request": {"method": "GET", "url": "https://a.example/x",
    "httpVersion": "h2", "headers": [{"name": ":method", "value": "GET"}, {"name": "accept", "value": "*/*"}], "bodySize": 0},
   "response": {"status": 200, "statusText": "", "httpVersion": "h2",
    "headers": [{"name": "set-cookie", "value": "a=1\nb=2"}, {"name": "content-type", "value": "application/json"}],
    "content": {"size": 2, "mimeType": "application/json", "text": "e30=", "encoding": "base64"}, "bodySize": 2},
   "timings": {"dns": 1, "connect": 5, "ssl": 3, "wait": 4, "receive": -1}, "serverIPAddress": "[::1]"},
  {"_fromCache": "memory", "request": {"method": "GET", "url": "https://a.example/y"}, "response": {"status": 200}},
  {"request": {"method": "GET", "url": "https://a.example/z", "headers": []},
   "response": {"status": 0, "headers": [], "_error": "net::ERR_NAME_NOT_RESOLVED"}},
  {"request": {"method": "GET", "url": "https://a.example/r", "headers": []},
   "response": {"status": 302, "headers": [{"name": "Location", "value": "/"}], "content": {"size": 0, "mimeType": "x-unknown"}, "bodySize": -1}},
  {"request": 7}
]}}"#;

#[test]
fn a_har_file_of_a_browser_is_read_with_lines_and_without_its_cache() {
    let bytes = Bytes::from_static(HAR.as_bytes());
    let entries = Recording::detect(&bytes).unwrap().read(&bytes, &Name::from("test.har")).unwrap();
    let found: Vec<_> = entries.iter().filter_map(|entry| entry.as_ref().ok()).collect();
    assert_eq!(
        found.iter().map(|entry| (entry.number, entry.line)).collect::<Vec<_>>(),
        [(1, 2), (3, 9), (4, 11)]
    );
    let first = &found[0].exchange;
    let response = first.response().unwrap();
    assert_eq!(response.version, Some(Version::Http2));
    assert_eq!(response.fields.all("set-cookie").count(), 2);
    assert_eq!((first.request.fields.len(), response.reason.clone()), (1, None));
    assert_eq!(body(first), &Content::Whole(Bytes::from_static(b"{}")));
    assert_eq!(first.timing.connect.unwrap().as_millis(), 2);
    assert_eq!(found[1].exchange.failure().unwrap().kind, FailureKind::NameNotFound);
    assert_eq!(body(&found[2].exchange), &Content::NotCaptured);
    let wrong = entries.last().unwrap().as_ref().unwrap_err().to_string();
    assert!(wrong.starts_with("entry 5 (line 13): "), "{wrong}");
}

/// Chromium shows HEAD with the content that an earlier GET left in its cache; tools cut what is long.
#[test]
fn what_a_har_file_adds_or_cuts_is_not_taken_for_content() {
    let found = read(
        r#"{"log": {"entries": [
          {"request": {"method": "HEAD", "url": "https://a.example/"},
           "response": {"status": 200, "headers": [{"name": "a", "value": "b"}], "content": {"size": 2, "text": "{}"}, "bodySize": 0}},
          {"request": {"method": "GET", "url": "https://a.example/"},
           "response": {"status": 200, "headers": [{"name": "a", "value": "b"}], "content": {"size": 5000, "text": "[1,"}}}
        ]}}"#,
    );
    assert_eq!(body(&found[0].exchange), &Content::NotCaptured);
    assert_eq!(body(&found[1].exchange), &Content::Beginning(Bytes::from_static(b"[1,")));
}

#[test]
fn nock_fixtures_are_read_with_raw_headers_and_json_content() {
    let found = read(
        r#"[{"scope": "https://api.example:443", "method": "post", "path": "/labels?x", "body": {"name": "a"}, "status": 422,
            "response": {"message": "no"}, "rawHeaders": ["Content-Type", "application/json", "Via", "a"],
            "reqheaders": {"accept": "application/json"}, "responseIsBinary": false},
           {"scope": "http://api.example:80", "path": "/", "status": 204, "response": ""}]"#,
    );
    let first = &found[0].exchange;
    assert_eq!(
        (first.request.method.as_str(), first.request.target.as_str()),
        ("POST", "https://api.example/labels?x")
    );
    assert_eq!(body(first), &Content::Whole(Bytes::from_static(br#"{"message":"no"}"#)));
    assert_eq!(first.response().unwrap().fields.text("via"), Some("a"));
    let second = &found[1].exchange;
    assert!(!second.request.fields.is_captured() && !second.response().unwrap().fields.is_captured());
}

#[test]
fn cassettes_of_ruby_python_and_go_are_read() {
    let ruby = read(
        "---\nhttp_interactions:\n- request:\n    method: get\n    uri: http://a.example/\n    body:\n      encoding: US-ASCII\n      string: ''\n    headers:\n      Accept:\n      - '*/*'\n  response:\n    status:\n      code: 404\n      message: Not Found\n    headers:\n      Content-Type:\n      - text/plain\n    body:\n      encoding: UTF-8\n      string: gone\n    http_version: '1.1'\n  recorded_at: Tue, 01 Nov 2011 04:58:44 GMT\nrecorded_with: VCR 6.0\n",
    );
    assert_eq!((ruby[0].line, ruby[0].exchange.status().unwrap().get()), (3, 404));
    assert_eq!(body(&ruby[0].exchange), &Content::Whole(Bytes::from_static(b"gone")));
    let python = read(
        "interactions:\n- request:\n    body: null\n    headers:\n      accept:\n      - '*/*'\n    method: GET\n    uri: https://a.example/b\n  response:\n    body:\n      string: '{}'\n    headers:\n      content-type:\n      - application/json\n    status:\n      code: 200\n      message: OK\nversion: 1\n",
    );
    assert_eq!(python[0].exchange.request.target, "https://a.example/b");
    let go = read(
        "---\nversion: 2\ninteractions:\n- id: 0\n  request:\n    proto: HTTP/1.1\n    url: https://a.example/c\n    method: GET\n    headers: {}\n    body: ''\n  response:\n    proto: HTTP/2.0\n    headers:\n      Server: [x]\n    body: hello\n    status: 503 Service Unavailable\n    code: 503\n",
    );
    let response = go[0].exchange.response().unwrap();
    assert_eq!(
        (response.status.get(), response.version, response.reason.clone().unwrap()),
        (503, Some(Version::Http2), "Service Unavailable".into())
    );
}

#[test]
fn what_is_no_recording_is_refused_with_a_reason() {
    assert_eq!(Recording::detect(b"hello"), None);
    let cut = Bytes::from_static(br#"{"log": {"entries": ["#);
    let why = Recording::Har.read(&cut, &Name::from("x")).unwrap_err().to_string();
    assert!(why.starts_with("not a HAR file: "), "{why}");
}
