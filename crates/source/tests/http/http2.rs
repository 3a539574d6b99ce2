//! HTTP/2, agreed on by ALPN and with prior knowledge.

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Response};
use http_body_util::{BodyExt, Full};
use statusquo_exchange::{Content, FailureKind, Version};
use statusquo_source::http::{HttpSpec, HttpVersion, Limits, Trust};

use crate::support::certificates::Ca;
use crate::support::h2::{Answer, informing, serve};
use crate::support::{Server, Step, send};
use crate::{SHORT, answered, content, failed, get, probe, texts};

fn says(text: &'static str) -> Answer {
    Response::new(Full::new(Bytes::from_static(text.as_bytes())).boxed())
}

fn plain(port: u16) -> HttpSpec {
    HttpSpec { http: HttpVersion::Http2, ..get(format!("http://127.0.0.1:{port}/x?y").parse().unwrap()) }
}

#[tokio::test]
async fn prior_knowledge_over_plain_tcp() {
    let port = serve(None, |request| {
        assert_eq!(request.uri().path_and_query().unwrap(), "/x?y");
        assert!(!request.headers().contains_key("connection") && !request.headers().contains_key("host"));
        says("hello")
    })
    .await;
    let exchange = probe(&plain(port)).await;
    let response = answered(&exchange, 200);
    assert_eq!((response.version, exchange.request.version), (Some(Version::Http2), Some(Version::Http2)));
    assert_eq!(response.content, Content::Whole(Bytes::from_static(b"hello")));
    assert!(exchange.timing.wait.is_some() && exchange.raw_response.is_none());
}

#[tokio::test]
async fn interim_responses_are_seen() {
    let port = informing(1).await;
    let exchange = probe(&plain(port)).await;
    answered(&exchange, 200);
    assert_eq!(exchange.interim.len(), 1);
    assert_eq!(exchange.interim[0].status.get(), 103);
    assert_eq!(texts(&exchange.interim[0].fields), [("link", "</a.css>")]);
}

#[tokio::test]
async fn endless_interim_responses_end_at_the_cap() {
    let port = informing(100_000).await;
    failed(&probe(&plain(port)).await, FailureKind::HeadersTooLarge, "header section");
}

#[tokio::test]
async fn trailers_come_with_the_answer() {
    let port = serve(None, |_| {
        let trailers = HeaderMap::from_iter([(http::header::ETAG, HeaderValue::from_static("9"))]);
        Response::new(
            Full::new(Bytes::from_static(b"abc")).with_trailers(async { Some(Ok(trailers)) }).boxed(),
        )
    })
    .await;
    let exchange = probe(&plain(port)).await;
    assert_eq!(texts(&answered(&exchange, 200).trailers), [("etag", "9")]);
}

#[tokio::test]
async fn the_server_picks_over_tls() {
    let ca = Ca::new("Test CA");
    let config = ca.sign(&["127.0.0.1"], 2026, 2027).server(&["h2", "http/1.1"]);
    let port = serve(Some(config), |_| says("two")).await;
    let url = format!("https://127.0.0.1:{port}/").parse().unwrap();
    let exchange = probe(&HttpSpec { trust: Trust::Ca(Bytes::from(ca.pem)), ..get(url) }).await;
    assert_eq!(content(answered(&exchange, 200)), b"two");
    assert_eq!(exchange.tls.unwrap().alpn.as_deref(), Some("h2"));
}

#[tokio::test]
async fn a_server_without_http2_is_told_apart() {
    let ca = Ca::new("Test CA");
    let server = Server::tls(ca.sign(&["127.0.0.1"], 2026, 2027).server(&[]), |_| send("")).await;
    let spec = HttpSpec {
        trust: Trust::Ca(Bytes::from(ca.pem)),
        http: HttpVersion::Http2,
        ..get(server.url("https", "127.0.0.1", "/"))
    };
    failed(&probe(&spec).await, FailureKind::TlsHandshake, "HTTP/2");
    let server = Server::saying("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n").await;
    let exchange = probe(&plain(server.address.port())).await;
    failed(&exchange, FailureKind::Protocol, "");
}

#[tokio::test]
async fn caps_and_deadline_hold() {
    let port = serve(None, |_| Response::new(Full::new(Bytes::from(vec![b'a'; 3 << 20])).boxed())).await;
    let limits = Limits { content: 500_000, ..Limits::default() };
    let exchange = probe(&HttpSpec { limits, ..plain(port) }).await;
    assert!(matches!(&answered(&exchange, 200).content, Content::Beginning(bytes) if bytes.len() == 500_000));

    let server = Server::new(|_| vec![Step::Hang]).await;
    let exchange = probe(&HttpSpec { timeout: SHORT, ..plain(server.address.port()) }).await;
    failed(&exchange, FailureKind::Timeout, "within 60ms");

    let port = serve(None, |_| {
        let mut answer = says("");
        for number in 0..200 {
            let name = http::HeaderName::try_from(format!("x-{number}")).unwrap();
            answer.headers_mut().insert(name, HeaderValue::try_from("a".repeat(1000)).unwrap());
        }
        answer
    })
    .await;
    let exchange = probe(&plain(port)).await;
    failed(&exchange, FailureKind::HeadersTooLarge, "header section");
}
