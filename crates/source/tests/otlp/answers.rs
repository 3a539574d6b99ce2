//! How messages are answered over HTTP.

use std::time::Duration;

use http::Request;
use statusquo_source::otlp::{Limits, Signal};

use crate::support::{JSON, PROTOBUF, Taker, field, good, gzip, limits, port};

#[tokio::test]
async fn a_message_is_answered_in_the_type_in_which_it_came() {
    let port = port(Taker::default(), limits()).await;
    let answer = port.post("/v1/traces", PROTOBUF, good()).await;
    assert_eq!(
        (answer.status().as_u16(), field(&answer, "content-type"), answer.body().len()),
        (200, PROTOBUF, 0)
    );
    let json = br#"{"resourceSpans":[]}"#.to_vec();
    let answer = port.post("/v1/traces", "application/json; charset=utf-8", json).await;
    assert_eq!(
        (answer.status().as_u16(), field(&answer, "content-type"), &answer.body()[..]),
        (200, JSON, &b"{}"[..])
    );
    for (path, signal) in [("/v1/metrics", Signal::Metrics), ("/v1/logs", Signal::Logs)] {
        assert_eq!(port.post(path, PROTOBUF, Vec::new()).await.status(), 200);
        assert_eq!(port.taker.taken.lock().unwrap().last(), Some(&(signal, 0)));
    }
    assert_eq!(port.taker.taken.lock().unwrap()[0], (Signal::Traces, 1));
}

#[tokio::test]
async fn what_could_not_be_counted_is_told_with_success() {
    let port = port(Taker { rejects: 3, ..Taker::default() }, limits()).await;
    let answer = port.post("/v1/traces", JSON, b"{}".to_vec()).await;
    assert_eq!(answer.status(), 200);
    let expect = r#"{"partialSuccess":{"errorMessage":"without an end","rejectedSpans":"3"}}"#;
    assert_eq!(std::str::from_utf8(answer.body()).unwrap(), expect);
    let answer = port.post("/v1/traces", PROTOBUF, good()).await;
    let expect = [&[10, 18, 8, 3, 18, 14][..], b"without an end"].concat();
    assert_eq!(&answer.body()[..], expect);
}

#[tokio::test]
async fn what_is_wrong_gets_its_status_code_and_says_what_would_be_right() {
    let port = port(Taker::default(), limits()).await;
    let ask = |method: &str, path: &str, kind: &str, coding: &str, content: &[u8]| {
        let mut request = Request::builder().method(method).uri(path).header("host", "otlp.test");
        if !kind.is_empty() {
            request = request.header("content-type", kind);
        }
        if !coding.is_empty() {
            request = request.header("content-encoding", coding);
        }
        request.body(content.to_vec()).unwrap()
    };
    let cut = &good()[..good().len() - 3];
    let cases: [(Request<Vec<u8>>, u16, &str, &str); 11] = [
        (ask("POST", "/v1/profiles", PROTOBUF, "", b""), 404, "", ""),
        (ask("GET", "/v1/traces", "", "", b""), 405, "allow", "POST"),
        (ask("PUT", "/v1/traces", JSON, "", b"{}"), 405, "allow", "POST"),
        (
            ask("POST", "/v1/traces", "text/plain", "", b"x"),
            415,
            "accept",
            "application/x-protobuf, application/json",
        ),
        (ask("POST", "/v1/traces", "", "", b"x"), 415, "accept", "application/x-protobuf, application/json"),
        (ask("POST", "/v1/traces", PROTOBUF, "br", b"x"), 415, "accept-encoding", "gzip"),
        (ask("POST", "/v1/traces", PROTOBUF, "", cut), 400, "", ""),
        (ask("POST", "/v1/traces", JSON, "", b"{\"resourceSpans\":[{"), 400, "", ""),
        (ask("POST", "/v1/traces", PROTOBUF, "gzip", &good()), 400, "", ""),
        (ask("POST", "/v1/traces", PROTOBUF, "gzip", &gzip(&good())[..30]), 400, "", ""),
        (ask("POST", "/v1/traces", PROTOBUF, "", &vec![0; (1 << 20) + 1]), 413, "", ""),
    ];
    for (request, status, name, value) in cases {
        let what = format!("{} {} {:?}", request.method(), request.uri(), request.headers());
        let kind = request.headers().get("content-type").map(|kind| kind.to_str().unwrap().to_owned());
        let answer = port.ask(request).await;
        assert_eq!(answer.status().as_u16(), status, "{what}");
        assert_eq!(if name.is_empty() { "" } else { field(&answer, name) }, value, "{what}");
        let known = kind.filter(|kind| [PROTOBUF, JSON].contains(&kind.as_str()) && status != 404);
        assert_eq!(
            field(&answer, "content-type"),
            known.as_deref().unwrap_or("application/problem+json"),
            "{what}"
        );
        assert!(answer.body().len() > 20, "it says what is wrong: {what}");
    }
    assert_eq!(port.taker.taken.lock().unwrap().len(), 0);
    assert_eq!(port.figures.waiting_bytes(), 0, "all room is given back");
    let refused: u64 = port.figures.messages().iter().map(|(_, _, count)| count).sum();
    assert_eq!(refused, 11);
}

#[tokio::test]
async fn a_problem_in_json_is_a_status_of_grpc_too() {
    let port = port(Taker::default(), limits()).await;
    let answer = port.post("/v1/traces", JSON, b"[]".to_vec()).await;
    let problem: serde_json::Value = serde_json::from_slice(answer.body()).unwrap();
    assert_eq!((problem["status"].as_u64(), problem["code"].as_u64()), (Some(400), Some(3)));
    assert_eq!(problem["title"], "Bad Request");
    assert_eq!(
        (&problem["detail"], &problem["message"]),
        (&problem["message"], &"`the message` is not an object".into())
    );
}

#[tokio::test]
async fn whoever_is_too_much_or_too_early_is_told_when_to_come_again() {
    let busy = port(Taker { is_busy: true, ..Taker::default() }, limits()).await;
    let answer = busy.post("/v1/traces", PROTOBUF, good()).await;
    assert_eq!((answer.status().as_u16(), field(&answer, "retry-after")), (429, "1"));
    let full = port(Taker { cannot_save: true, ..Taker::default() }, limits()).await;
    let answer = full.post("/v1/traces", PROTOBUF, good()).await;
    assert_eq!((answer.status().as_u16(), field(&answer, "retry-after")), (503, "10"));
    // Room for all that waits, before memory.
    let narrow = port(Taker::default(), Limits { waiting: 100, ..limits() }).await;
    let answer = narrow.post("/v1/traces", PROTOBUF, vec![0; 101]).await;
    assert_eq!((answer.status().as_u16(), field(&answer, "retry-after")), (429, "1"));
    assert_eq!(narrow.post("/v1/traces", PROTOBUF, Vec::new()).await.status(), 200);
}

#[tokio::test]
async fn compressed_content_is_capped_by_what_comes_out_of_it() {
    let port = port(Taker::default(), limits()).await;
    let send = |content: Vec<u8>| {
        let request =
            Request::post("/v1/traces").header("host", "otlp.test").header("content-type", PROTOBUF);
        port.ask(request.header("content-encoding", "gzip").body(content).unwrap())
    };
    assert_eq!(send(gzip(&good())).await.status(), 200);
    let bomb = gzip(&vec![0; 64 << 20]);
    assert!(bomb.len() < 100_000);
    assert_eq!(send(bomb).await.status(), 413);
    assert_eq!(port.figures.waiting_bytes(), 0);
}

#[tokio::test(start_paused = true)]
async fn content_that_does_not_come_is_not_waited_for() {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let port = port(Taker::default(), Limits { patience: Duration::from_secs(3), ..limits() }).await;
    let mut stream = tokio::net::TcpStream::connect(port.address).await.unwrap();
    let head = "POST /v1/traces HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-protobuf\r\nContent-Length: 9\r\n\r\nabc";
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.unwrap();
    let answer = String::from_utf8_lossy(&answer);
    assert!(answer.starts_with("HTTP/1.1 408 "), "{answer}");
}
