//! Slack against a server that follows its documented rules.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test may fail")]

mod support;

use std::time::Duration;

use secrecy::SecretString;
use statusquo_alert::Notice;
use statusquo_notify::slack::Slack;
use statusquo_notify::{Delivery, Receiver};
use support::certificates::Authority;
use support::http::{Reply, Request, Server};
use support::{links, now, usual};

const PATH: &str = "/services/T000/B000/s3cretS3cret";

fn ok() -> Reply {
    Reply::text("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 2\r\n\r\nok")
}

/// Slack's rules: a JSON object with text; a header of at most 150 characters, sections of at most 3000.
fn slack_rules(request: &Request) -> Reply {
    let bad = |word: &str| {
        Reply::Bytes(
            format!("HTTP/1.1 400 Bad Request\r\nContent-Length: {}\r\n\r\n{word}", word.len()).into_bytes(),
        )
    };
    if request.line != format!("POST {PATH} HTTP/1.1") {
        return bad("no_service");
    }
    let Ok(json) = serde_json::from_str::<serde_json::Value>(&request.content) else {
        return bad("invalid_payload");
    };
    let is_json = request.field("content-type").is_some_and(|kind| kind.starts_with("application/json"));
    if !is_json || json["text"].as_str().is_none_or(str::is_empty) {
        return bad("invalid_payload");
    }
    for block in json["blocks"].as_array().unwrap() {
        let most = if block["type"] == "header" { 150 } else { 3000 };
        if block["text"]["text"].as_str().is_some_and(|text| text.chars().count() > most) {
            return bad("invalid_blocks");
        }
    }
    ok()
}

fn receiver(url: &str) -> Receiver {
    Receiver::Slack(Slack::new(&SecretString::from(url), None).unwrap())
}

async fn send(receiver: &Receiver) -> Delivery {
    receiver.send(&usual(Notice::Opened), &links(), now()).await
}

#[tokio::test]
async fn slack_takes_every_message() {
    let server = Server::start(slack_rules).await;
    let receiver = receiver(&server.url(PATH));
    let all = support::all();
    for (name, notification) in &all {
        let delivery = receiver.send(notification, &links(), now()).await;
        assert_eq!(delivery, Delivery::Sent { answer: "ok".to_owned() }, "{name}");
    }
    assert_eq!(server.requests().len(), all.len());
    let agent = format!("Statusquo/{}", env!("CARGO_PKG_VERSION"));
    assert_eq!(server.requests()[0].field("user-agent"), Some(agent.as_str()));
}

/// What comes of an answer.
async fn check(answer: &'static str, expect: Delivery) {
    let server = Server::start(move |_| Reply::text(answer)).await;
    assert_eq!(send(&receiver(&server.url(PATH))).await, expect, "{answer}");
    assert_eq!(server.requests().len(), 1, "one attempt, no redirect followed");
}

fn refused(reason: &str) -> Delivery {
    Delivery::Refused { reason: reason.to_owned() }
}

fn retry(after: Option<u64>, reason: &str) -> Delivery {
    Delivery::Retry { after: after.map(Duration::from_secs), reason: reason.to_owned() }
}

#[tokio::test]
async fn slack_says_what_it_did_not_like() {
    check(
        "HTTP/1.1 400 Bad Request\r\n\r\ninvalid_payload",
        refused("answered 400 Bad Request: invalid_payload"),
    )
    .await;
    check("HTTP/1.1 404 Not Found\r\n\r\nno_service", refused("answered 404 Not Found: no_service")).await;
    check("HTTP/1.1 410 Gone\r\n\r\nchannel_is_archived", refused("answered 410 Gone: channel_is_archived"))
        .await;
    check(
        "HTTP/1.1 500 Internal Server Error\r\n\r\nrollup_error",
        retry(None, "answered 500 Internal Server Error: rollup_error"),
    )
    .await;
}

#[tokio::test]
async fn a_rate_limit_is_obeyed() {
    check(
        "HTTP/1.1 429 Too Many Requests\r\nRetry-After: 30\r\n\r\n",
        retry(Some(30), "answered 429 Too Many Requests"),
    )
    .await;
    check(
        "HTTP/1.1 503 Service Unavailable\r\nRetry-After: Mon, 23 Nov 2026 14:06:35 GMT\r\n\r\n",
        retry(Some(60), "answered 503 Service Unavailable"),
    )
    .await;
}

#[tokio::test]
async fn what_is_not_slack_is_noticed() {
    check(
        "HTTP/1.1 200 OK\r\n\r\n<html>sign in</html>",
        retry(None, "answered 200, but not `ok`: is that Slack?"),
    )
    .await;
    check(
        "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\n\r\n",
        refused("answered 302 Found; redirects are not followed"),
    )
    .await;
    check("SSH-2.0-OpenSSH_9.2\r\n", retry(None, "the answer is not HTTP")).await;
}

#[tokio::test]
async fn a_broken_connection_is_tried_again() {
    let server = Server::start(|_| Reply::Close).await;
    let delivery = send(&receiver(&server.url(PATH))).await;
    assert_eq!(delivery, retry(None, "the connection was closed before an answer came"));

    let free = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let delivery = send(&receiver(&format!("http://{free}{PATH}"))).await;
    assert_eq!(delivery, retry(None, "cannot connect: Connection refused (os error 111)"));
}

/// The clock is the runtime's: it leaps when all are waiting.
#[tokio::test(start_paused = true)]
async fn a_slow_server_is_not_waited_for() {
    let server = Server::start(|_| Reply::Silence).await;
    let before = tokio::time::Instant::now();
    assert_eq!(send(&receiver(&server.url(PATH))).await, retry(None, "no answer within 10 s"));
    assert_eq!(before.elapsed().as_secs(), 10);
}

#[tokio::test]
async fn endless_answers_are_cut() {
    let head = b"HTTP/1.1 400 Bad Request\r\n\r\n".to_vec();
    let content = Server::start(move |_| Reply::Forever([head.clone(), vec![b'x'; 4096]].concat())).await;
    assert_eq!(send(&receiver(&content.url(PATH))).await, refused("answered 400 Bad Request"));

    let fields = Server::start(|_| Reply::Forever(b"HTTP/1.1 200 OK\r\nX-A: b\r\n".to_vec())).await;
    assert_eq!(send(&receiver(&fields.url(PATH))).await, retry(None, "the answer is not HTTP"));
}

#[tokio::test]
async fn tls_is_verified_against_the_own_authority() {
    let authority = Authority::new();
    let server = Server::start_with(Some(authority.acceptor("localhost")), slack_rules).await;
    let url = |host: &str| SecretString::from(format!("https://{host}:{}{PATH}", server.port));

    let own = Receiver::Slack(Slack::new(&url("localhost"), Some(&authority.pem)).unwrap());
    assert_eq!(send(&own).await, Delivery::Sent { answer: "ok".to_owned() });

    let other_name = Receiver::Slack(Slack::new(&url("127.0.0.1"), Some(&authority.pem)).unwrap());
    let usual_ones = Receiver::Slack(Slack::new(&url("localhost"), None).unwrap());
    for receiver in [other_name, usual_ones] {
        let Delivery::Retry { reason, .. } = send(&receiver).await else { panic!("it was not refused") };
        assert!(reason.starts_with("the TLS handshake fails: invalid peer certificate"), "{reason}");
    }
    assert_eq!(server.requests().len(), 1, "nothing is sent before the certificate is verified");
}

#[tokio::test]
async fn the_url_is_a_secret() {
    // A server that shows what it was asked, as error pages do.
    let server = Server::start(|request| {
        Reply::Bytes(format!("HTTP/1.1 404 Not Found\r\n\r\nno such page: {}", request.line).into_bytes())
    })
    .await;
    let receiver = receiver(&server.url(PATH));
    let delivery = send(&receiver).await;
    assert!(matches!(delivery, Delivery::Refused { .. }));
    for text in [format!("{delivery:?}"), format!("{receiver:?}")] {
        assert!(!text.contains("s3cret"), "{text}");
    }
    let error = Slack::new(&SecretString::from("hooks.slack.com/s3cret"), None).unwrap_err();
    assert!(!format!("{error} {error:?}").contains("s3cret"));
}

#[test]
fn an_authority_that_cannot_be_used_is_refused_at_once() {
    let url = SecretString::from("https://hooks.slack.test/s3cret");
    assert_eq!(
        Slack::new(&url, Some(b"nothing")).unwrap_err().to_string(),
        "the CA file holds no certificate"
    );
}
