//! Redirects: followed only when asked, and without giving away credentials.

use bytes::Bytes;
use http::Method;
use statusquo_exchange::FailureKind;
use statusquo_source::http::{Auth, HttpSpec, Redirects};

use crate::support::{Server, send};
use crate::{answered, failed, get, now, probe, prober};

const FOLLOW: Redirects = Redirects::Follow { max: 5 };

fn to(code: u16, target: &str) -> String {
    format!("HTTP/1.1 {code} Moved\r\nLocation: {target}\r\nContent-Length: 0\r\n\r\n")
}

/// Redirects `/` to `/end` with this code, and answers 200 there.
async fn server(code: u16) -> Server {
    Server::new(move |request| match request.contains(" /end ") {
        true => send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"),
        false => send(to(code, "/end")),
    })
    .await
}

#[tokio::test]
async fn a_redirect_is_the_answer_unless_followed() {
    let server = server(302).await;
    answered(&probe(&get(server.http("/"))).await, 302);
    let probed = prober().probe(&HttpSpec { redirects: FOLLOW, ..get(server.http("/")) }, now()).await;
    let codes: Vec<u16> = probed.exchanges.iter().map(|exchange| exchange.status().unwrap().get()).collect();
    assert_eq!(codes, [302, 200]);
    assert_ne!(probed.exchanges[0].id, probed.exchanges[1].id);
}

#[tokio::test]
async fn method_and_content_survive_where_the_standard_says_so() {
    for (code, expected) in [(301, "GET"), (302, "GET"), (303, "GET"), (307, "POST"), (308, "POST")] {
        let server = server(code).await;
        let spec = HttpSpec {
            method: Method::POST,
            content: Bytes::from_static(b"ping"),
            fields: [("Content-Type", "text/plain")].into_iter().collect(),
            redirects: FOLLOW,
            ..get(server.http("/"))
        };
        answered(&probe(&spec).await, 200);
        let request = server.requests().remove(1);
        assert!(request.starts_with(expected), "{code}: {request}");
        assert_eq!(request.ends_with("ping"), expected == "POST", "{code}: {request}");
        assert_eq!(request.contains("content-type"), expected == "POST", "{code}: {request}");
    }
}

#[tokio::test]
async fn a_loop_is_a_failure_with_its_answer() {
    let server = Server::new(|request| match request.contains(" /a ") {
        true => send(to(302, "/b")),
        false => send(to(302, "/a")),
    })
    .await;
    let exchange = probe(&HttpSpec { redirects: FOLLOW, ..get(server.http("/a")) }).await;
    failed(&exchange, FailureKind::RedirectLoop, "redirected back to http://127.0.0.1");
    assert_eq!(exchange.response().unwrap().status.get(), 302);
    assert_eq!(server.requests().len(), 2);
}

#[tokio::test]
async fn too_many_redirects_are_a_failure() {
    let count = std::sync::atomic::AtomicU32::new(0);
    let server = Server::new(move |_| {
        send(to(302, &format!("/{}", count.fetch_add(1, std::sync::atomic::Ordering::Relaxed))))
    })
    .await;
    let exchange =
        probe(&HttpSpec { redirects: Redirects::Follow { max: 3 }, ..get(server.http("/")) }).await;
    failed(&exchange, FailureKind::RedirectLoop, "more than 3 redirects");
    assert_eq!(server.requests().len(), 4);
}

#[tokio::test]
async fn another_origin_gets_no_credentials_and_neither_does_the_way_back() {
    let home = Server::new(|request| match request.contains(" /back ") {
        true => send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"),
        false => send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"),
    })
    .await;
    let back = home.http("/back");
    let elsewhere = Server::new(move |_| send(to(302, back.as_str()))).await;
    let away = elsewhere.http("/away");
    let start = Server::new(move |_| send(to(307, away.as_str()))).await;
    let spec = HttpSpec {
        auth: Some(Auth::Bearer("s3cret-token".into())),
        fields: [("Cookie", "sid=s3cret"), ("X-Api-Key", "s3cret"), ("X-Plain", "yes")].into_iter().collect(),
        redirects: FOLLOW,
        ..get(start.http("/"))
    };
    answered(&probe(&spec).await, 200);
    assert_eq!(start.requests()[0].matches("s3cret").count(), 3);
    for request in elsewhere.requests().into_iter().chain(home.requests()) {
        assert!(!request.contains("s3cret") && request.contains("x-plain: yes"), "{request}");
    }
    assert_eq!(home.requests().len(), 1);
}

#[tokio::test]
async fn what_cannot_be_followed_is_the_answer() {
    for target in ["ftp://a.test/", "file:///etc/passwd", "http://"] {
        let server = Server::saying(to(302, target)).await;
        answered(&probe(&HttpSpec { redirects: FOLLOW, ..get(server.http("/")) }).await, 302);
    }
    let server = Server::saying("HTTP/1.1 302 Found\r\nContent-Length: 0\r\n\r\n").await;
    answered(&probe(&HttpSpec { redirects: FOLLOW, ..get(server.http("/")) }).await, 302);
}
