//! How a request goes out.

use std::time::Duration;

use statusquo_exchange::Content;
use statusquo_source::http::{HttpSpec, Sending};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use url::Url;

use super::support::Server;
use super::{SHORT, answered, content, get, probe};

#[tokio::test]
async fn an_empty_line_goes_before_the_request() {
    let server = Server::saying("HTTP/1.1 204 No Content\r\n\r\n").await;
    let exchange = probe(&HttpSpec { sending: Sending::AfterEmptyLine, ..get(server.http("/")) }).await;
    answered(&exchange, 204);
    assert!(server.requests()[0].starts_with("\r\nGET / HTTP/1.1\r\n"), "{:?}", server.requests());
}

fn held_back(url: Url, patience: Duration) -> HttpSpec {
    let sending = Sending::HoldingBack(patience);
    HttpSpec { method: http::Method::POST, content: "content".into(), sending, ..get(url) }
}

/// Answers the header section with `first`; once the content has come, with `then`.
async fn server(first: &'static str, then: &'static str) -> Url {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap()).parse().unwrap();
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(stream.read_u8().await.unwrap());
        }
        stream.write_all(first.as_bytes()).await.unwrap();
        let mut sent = [0; 7];
        if stream.read_exact(&mut sent).await.is_ok() {
            assert_eq!(&sent, b"content");
            stream.write_all(then.as_bytes()).await.unwrap();
        }
    });
    url
}

const CREATED: &str = "HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n";

#[tokio::test]
async fn content_that_is_held_back_goes_when_a_100_asks_for_it() {
    let url = server("HTTP/1.1 100 Continue\r\n\r\n", CREATED).await;
    let exchange = probe(&held_back(url, Duration::from_secs(3600))).await;
    answered(&exchange, 201);
    assert_eq!(exchange.interim.len(), 1);
    assert_eq!(exchange.request.content, Content::NotCaptured);
}

#[tokio::test]
async fn content_that_is_held_back_goes_when_the_patience_is_over() {
    let exchange = probe(&held_back(server("", CREATED).await, SHORT)).await;
    answered(&exchange, 201);
    assert!(exchange.interim.is_empty());
    assert_eq!(exchange.request.content, Content::NotCaptured);
}

#[tokio::test]
async fn content_that_is_held_back_stays_when_the_answer_comes_first() {
    let refusal = "HTTP/1.1 413 Content Too Large\r\nContent-Length: 2\r\nConnection: close\r\n\r\nno";
    let exchange = probe(&held_back(server(refusal, "").await, Duration::from_secs(3600))).await;
    assert_eq!(content(answered(&exchange, 413)), b"no");
    assert_eq!(exchange.request.content, Content::Beginning(bytes::Bytes::new()));
}
