//! Every service: the exact request, and what comes of each answer, against servers that follow the services' rules.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test may fail")]

mod support;

use std::fmt::Write as _;
use std::time::Duration;

use expect_test::expect_file;
use statusquo_alert::Notice;
use statusquo_exchange::Name;
use statusquo_notify::{Delivery, Receiver};
use support::http::{Reply, Request, Server};
use support::vendors::{self, ALL, KEY, Vendor};
use support::{links, now, usual};

async fn send(receiver: &Receiver, notice: Notice) -> Delivery {
    receiver.send(&usual(notice), &links(), now()).await
}

fn written(request: &Request) -> String {
    let mut text = format!("{}\n", request.line.replace(KEY, "KEY"));
    for name in ["content-type", "authorization"] {
        if let Some(value) = request.field(name) {
            let _ = writeln!(text, "{name}: {}", value.replace(KEY, "KEY"));
        }
    }
    let content = match serde_json::from_str::<serde_json::Value>(&request.content) {
        Ok(json) => format!("{json:#}"),
        Err(_) => {
            let pairs = url::form_urlencoded::parse(request.content.as_bytes());
            pairs.fold(String::new(), |text, (name, value)| text + &name + " = " + &value + "\n")
        }
    };
    text + "\n" + content.replace(KEY, "KEY").trim_end() + "\n"
}

/// Read the difference when it changes, with the service's documentation beside it.
#[tokio::test]
async fn each_service_gets_exactly_this_request() {
    let mut pages = String::new();
    for vendor in ALL {
        let notices =
            [Notice::Opened, Notice::Worsened, Notice::Acknowledged, Notice::Resolved, Notice::Test];
        for notice in notices {
            let server = Server::start(vendor.rules).await;
            send(&(vendor.receiver)(&server.url("")), notice).await;
            for request in server.requests() {
                let _ = writeln!(pages, "== {}: {}\n{}", vendor.name, notice.as_str(), written(&request));
            }
        }
    }
    expect_file!["snapshots/services.txt"].assert_eq(&pages);
}

#[tokio::test]
async fn every_service_takes_every_message() {
    for vendor in ALL {
        let server = Server::start(vendor.rules).await;
        let receiver = (vendor.receiver)(&server.url(""));
        for (name, notification) in support::all() {
            let delivery = receiver.send(&notification, &links(), now()).await;
            assert!(matches!(delivery, Delivery::Sent { .. }), "{} {name}: {delivery:?}", vendor.name);
        }
    }
}

/// Names and targets that people wrote without thinking of us.
#[tokio::test]
async fn no_service_chokes_on_long_and_strange_names() {
    for vendor in ALL {
        let server = Server::start(vendor.rules).await;
        let receiver = (vendor.receiver)(&server.url(""));
        for strange in ["<b>&amp;[x](y) *_~`|{日本}\u{202e}\"' ", "a", "ä"] {
            let mut notification = usual(Notice::Opened);
            notification.brief.title = strange.repeat(200);
            notification.brief.target = strange.repeat(2000);
            notification.brief.affected =
                (0..300).map(|n| Name::from(format!("{n}{}", strange.repeat(20)))).collect();
            let delivery = receiver.send(&notification, &links(), now()).await;
            assert!(matches!(delivery, Delivery::Sent { .. }), "{} {strange}: {delivery:?}", vendor.name);
        }
    }
}

/// A receiver that has too much to do, or is broken, gets the message later.
#[tokio::test]
async fn too_many_requests_and_server_errors_lose_nothing() {
    for vendor in ALL {
        for (answer, expect) in [
            ("HTTP/1.1 429 X\r\nRetry-After: 30\r\nContent-Length: 0\r\n\r\n", Some(30)),
            ("HTTP/1.1 429 X\r\nContent-Length: 0\r\n\r\n", None),
            ("HTTP/1.1 500 X\r\nContent-Length: 0\r\n\r\n", None),
            ("HTTP/1.1 502 X\r\nContent-Length: 6\r\n\r\n<html>", None),
            ("HTTP/1.1 503 X\r\nRetry-After: 7\r\nContent-Length: 0\r\n\r\n", Some(7)),
        ] {
            let server = Server::start(move |_| Reply::text(answer)).await;
            let delivery = send(&(vendor.receiver)(&server.url("")), Notice::Opened).await;
            let Delivery::Retry { after, reason } = delivery else { panic!("{}: {delivery:?}", vendor.name) };
            assert_eq!(after, expect.map(Duration::from_secs), "{}", vendor.name);
            assert!(reason.starts_with("answered 4") || reason.starts_with("answered 5"), "{reason}");
        }
    }
}

async fn check(receiver: fn(&str) -> Receiver, status: u16, content: serde_json::Value, expect: Delivery) {
    let server = Server::start(move |_| vendors::answer(status, &content)).await;
    assert_eq!(send(&receiver(&server.url("")), Notice::Opened).await, expect);
}

fn refused(reason: &str) -> Delivery {
    Delivery::Refused { reason: reason.to_owned() }
}

fn retry(after: Option<u64>, reason: &str) -> Delivery {
    Delivery::Retry { after: after.map(Duration::from_secs), reason: reason.to_owned() }
}

/// Some services put the pause into the content.
#[tokio::test]
async fn pauses_in_the_content_are_kept() {
    use serde_json::json;
    let limited = json!({ "message": "You are being rate limited.", "retry_after": 1.336, "global": false });
    let reason = "answered 429 Too Many Requests: You are being rate limited.";
    check(vendors::discord, 429, limited, retry(Some(2), reason)).await;
    let limited = json!({ "ok": false, "error_code": 429, "description": "Too Many Requests: retry after 35",
        "parameters": { "retry_after": 35 } });
    let reason = "answered 429 Too Many Requests: Too Many Requests: retry after 35";
    check(vendors::telegram, 429, limited, retry(Some(35), reason)).await;
    let hostile = json!({ "ok": false, "parameters": { "retry_after": -1e300 } });
    check(vendors::telegram, 429, hostile, retry(None, "answered 429 Too Many Requests")).await;
}

#[tokio::test]
async fn services_say_what_they_did_not_like() {
    use serde_json::json;
    let invalid = json!({ "status": "invalid event", "message": "Event object is invalid",
        "errors": ["'payload.severity' is invalid"] });
    let reason = "answered 400 Bad Request: 'payload.severity' is invalid";
    check(vendors::pagerduty, 400, invalid, refused(reason)).await;
    let invalid = json!({ "message": "Key format is not valid!", "took": 0.0 });
    check(vendors::opsgenie, 401, invalid, refused("answered 401 Unauthorized: Key format is not valid!"))
        .await;
    let gone = json!({ "error": { "code": "WorkflowNotFound" } });
    check(vendors::teams, 404, gone, refused("answered 404 Not Found: the workflow is gone or switched off"))
        .await;
    let moved = json!({ "ok": false, "error_code": 400, "description": "Bad Request: group chat was upgraded",
        "parameters": { "migrate_to_chat_id": -100_987 } });
    let reason = "the group became a supergroup: set `chat` to \"-100987\"";
    check(vendors::telegram, 400, moved, refused(reason)).await;
    let number = json!({ "code": 21211, "message": "Invalid 'To' Phone Number: +4312345678", "status": 400 });
    let reason = "answered 400 Bad Request: Invalid 'To' Phone Number: +4312345678";
    check(vendors::sms, 400, number, refused(reason)).await;
    check(
        vendors::slack_bot,
        200,
        json!({ "ok": false, "error": "not_in_channel" }),
        refused("answered `not_in_channel`"),
    )
    .await;
    let busy = json!({ "ok": false, "error": "service_unavailable" });
    check(vendors::slack_bot, 200, busy, retry(None, "answered `service_unavailable`")).await;
}

/// Something else in between, as a sign-in page of a network, says 200 to everything.
#[tokio::test]
async fn where_a_service_says_ok_in_its_content_200_is_not_enough() {
    for receiver in [vendors::telegram as fn(&str) -> Receiver, vendors::slack_bot] {
        let server =
            Server::start(|_| Reply::text("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n<html>")).await;
        let delivery = send(&receiver(&server.url("")), Notice::Opened).await;
        assert!(matches!(delivery, Delivery::Retry { after: None, .. }), "{delivery:?}");
    }
}

/// A server that shows what it was asked, as error pages do.
#[tokio::test]
async fn secrets_do_not_show() {
    for Vendor { name, receiver, .. } in ALL {
        let server = Server::start(|request| {
            let all = format!("{} {:?} {}", request.line, request.fields, request.content);
            let all =
                serde_json::json!({ "message": all, "error": all, "description": all, "errors": [all] });
            vendors::answer(400, &all)
        })
        .await;
        let receiver = receiver(&server.url(""));
        let delivery = send(&receiver, Notice::Opened).await;
        assert!(matches!(delivery, Delivery::Refused { .. }), "{name}: {delivery:?}");
        for text in [format!("{delivery:?}"), format!("{receiver:?}")] {
            assert!(!text.contains("s3cret"), "{name}: {text}");
        }
    }
}
