//! Targets that send garbage, too much, too slowly, or break off: each costs bounded memory and time.

use std::io::Write;
use std::time::{Duration, Instant};

use flate2::Compression;
use flate2::write::GzEncoder;
use statusquo_exchange::{Content, FailureKind};
use statusquo_source::http::{DecodeError, HttpSpec, Limits, MOST_DECODED, decoded};

use crate::support::{Server, Step, send};
use crate::{SHORT, answered, content, failed, get, probe};

/// A head, and then this.
fn then(head: &str, step: Step) -> Vec<Step> {
    vec![Step::Send(head.as_bytes().to_vec()), step]
}

#[tokio::test]
async fn garbage_is_quoted() {
    let server = Server::saying("SSH-2.0-OpenSSH_9.2\r\n\x00\x01").await;
    failed(&probe(&get(server.http("/"))).await, FailureKind::Protocol, r"`SSH-2.0-OpenSSH_9.2\r\n\x00\x01`");
    let server = Server::saying("HTTP/1.1 2xx OK\r\n\r\n").await;
    failed(&probe(&get(server.http("/"))).await, FailureKind::Protocol, "`HTTP/1.1 2xx OK");
}

#[tokio::test]
async fn a_broken_chunk_shows_what_came_before() {
    let server =
        Server::saying("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\nzz\r\n").await;
    let exchange = probe(&get(server.http("/"))).await;
    failed(&exchange, FailureKind::Protocol, "chunk");
    let seen = exchange.response().unwrap();
    assert_eq!((seen.status.get(), content(seen)), (200, b"abc".as_slice()));
}

#[tokio::test]
async fn endless_headers_end_at_the_cap() {
    let server =
        Server::new(|_| then("HTTP/1.1 200 OK\r\n", Step::Endless(b"x-more: and more\r\n".repeat(50)))).await;
    let exchange = probe(&get(server.http("/"))).await;
    failed(&exchange, FailureKind::HeadersTooLarge, "header section");
    assert_eq!(exchange.response().unwrap().status.get(), 200);
    assert!(exchange.raw_response.unwrap().len() < 200 << 10);
}

#[tokio::test]
async fn one_endless_header_ends_at_the_cap() {
    let server = Server::new(|_| then("HTTP/1.1 200 OK\r\nx: ", Step::Endless(vec![b'a'; 4096]))).await;
    failed(&probe(&get(server.http("/"))).await, FailureKind::HeadersTooLarge, "header section");
}

#[tokio::test]
async fn endless_interim_responses_end_at_the_cap() {
    let server = Server::new(|_| vec![Step::Endless(b"HTTP/1.1 102 Processing\r\n\r\n".repeat(50))]).await;
    let exchange = probe(&get(server.http("/"))).await;
    failed(&exchange, FailureKind::HeadersTooLarge, "header section");
    assert!(!exchange.interim.is_empty());
}

#[tokio::test]
async fn endless_content_is_cut_and_no_failure() {
    let server = Server::new(|_| then("HTTP/1.1 200 OK\r\n\r\n", Step::Endless(vec![b'a'; 8192]))).await;
    let limits = Limits { content: 100_000, ..Limits::default() };
    let exchange = probe(&HttpSpec { limits, ..get(server.http("/")) }).await;
    let response = answered(&exchange, 200);
    assert!(matches!(&response.content, Content::Beginning(bytes) if bytes.len() == 100_000));
    assert_eq!(exchange.raw_response.unwrap().len(), limits.raw);
}

#[tokio::test]
async fn content_as_large_as_the_cap_is_whole() {
    let server = Server::saying("HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello").await;
    let limits = Limits { content: 5, ..Limits::default() };
    let exchange = probe(&HttpSpec { limits, ..get(server.http("/")) }).await;
    assert!(matches!(answered(&exchange, 200).content, Content::Whole(_)));
}

#[tokio::test]
async fn silence_ends_at_the_deadline() {
    let server = Server::new(|_| vec![Step::Hang]).await;
    let started = Instant::now();
    let exchange = probe(&HttpSpec { timeout: SHORT, ..get(server.http("/")) }).await;
    failed(&exchange, FailureKind::Timeout, "no answer within 60ms");
    assert!(started.elapsed() < Duration::from_secs(5));
    assert!(exchange.timing.connect.is_some() && exchange.timing.wait.is_none());
}

#[tokio::test]
async fn a_slow_drip_ends_at_the_deadline_and_shows_what_came() {
    let pause = Duration::from_millis(5);
    let server =
        Server::new(move |_| then("HTTP/1.1 200 OK\r\n\r\n", Step::Drip(b"drop".to_vec(), pause))).await;
    let exchange = probe(&HttpSpec { timeout: SHORT, ..get(server.http("/")) }).await;
    failed(&exchange, FailureKind::Timeout, "no end of the content");
    assert!(
        matches!(&exchange.response().unwrap().content, Content::Beginning(bytes) if bytes.starts_with(b"drop"))
    );

    let server =
        Server::new(move |_| then("HTTP/1.1 200 OK\r\nA: 1\r\n", Step::Drip(b"x".to_vec(), pause))).await;
    let exchange = probe(&HttpSpec { timeout: SHORT, ..get(server.http("/")) }).await;
    failed(&exchange, FailureKind::Timeout, "no end of the header section");
    assert_eq!(exchange.response().unwrap().fields.text("a"), Some("1"));
    assert_eq!(exchange.response().unwrap().content, Content::NotCaptured);
}

#[tokio::test]
async fn breaking_off_shows_how_far_it_came() {
    let head = "HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nabc";
    for (steps, says) in [(send(head), "closed after"), (then(head, Step::Reset), "after")] {
        let steps = std::sync::Mutex::new(Some(steps));
        let server = Server::new(move |_| steps.lock().unwrap().take().unwrap()).await;
        let exchange = probe(&get(server.http("/"))).await;
        failed(&exchange, FailureKind::ConnectionClosed, says);
        assert_eq!(exchange.response().unwrap().status.get(), 200);
    }
    let server = Server::new(|_| vec![Step::Reset]).await;
    failed(&probe(&get(server.http("/"))).await, FailureKind::ConnectionClosed, "without a byte");
    let server = Server::saying("").await;
    failed(&probe(&get(server.http("/"))).await, FailureKind::ConnectionClosed, "without a byte");
}

fn zipped(length: usize) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(&vec![b'a'; length]).unwrap();
    encoder.finish().unwrap()
}

async fn decode(coding: &str, content: &[u8]) -> Result<usize, DecodeError> {
    let head =
        format!("HTTP/1.1 200 OK\r\ncontent-encoding: {coding}\r\ncontent-length: {}\r\n\r\n", content.len());
    let server = Server::saying([head.as_bytes(), content].concat()).await;
    let exchange = probe(&get(server.http("/"))).await;
    assert_eq!(exchange.response().unwrap().content.bytes().unwrap(), content, "kept as it came");
    decoded(&exchange).map(|decoded| decoded.len())
}

#[tokio::test]
async fn the_beginning_of_coded_content_is_decoded_as_far_as_it_goes() {
    let zipped = zipped(1 << 16);
    let head =
        format!("HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: {}\r\n\r\n", zipped.len());
    let server = Server::saying([head.as_bytes(), &zipped].concat()).await;
    let limits = Limits { content: zipped.len() / 2, ..Limits::default() };
    let exchange = probe(&HttpSpec { limits, ..get(server.http("/")) }).await;
    let decoded = decoded(&exchange).unwrap();
    assert!(!decoded.is_empty() && decoded.len() < 1 << 16);
}

#[tokio::test]
async fn a_decompression_bomb_stops_at_the_cap() {
    assert_eq!(decode("gzip", &zipped(1000)).await, Ok(1000));
    assert_eq!(decode("gzip", &zipped(MOST_DECODED)).await, Ok(MOST_DECODED));
    assert_eq!(decode("gzip", &zipped(100 * MOST_DECODED)).await, Err(DecodeError::TooLarge));
    assert_eq!(decode("gzip", b"no gzip").await, Err(DecodeError::Invalid("gzip".into())));
    assert_eq!(decode("br", b"x").await, Err(DecodeError::Unknown("br".into())));
    assert_eq!(decode("identity", b"x").await, Ok(1));
}
