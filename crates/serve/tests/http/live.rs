//! Live updates.

use statusquo_alert::State;
use statusquo_exchange::Name;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};

use super::*;

#[tokio::test]
async fn a_page_gets_the_parts_that_have_changed_and_no_others() {
    let (fixture, server) = sample().await;
    let mut stream = tokio::net::TcpStream::connect(server).await.unwrap();
    let ask = format!("GET /events?page=%2F HTTP/1.1\r\nHost: {server}\r\nAccept: text/event-stream\r\n\r\n");
    stream.write_all(ask.as_bytes()).await.unwrap();
    let mut lines = BufReader::new(stream).lines();
    let mut next = async || loop {
        let line = lines.next_line().await.unwrap().unwrap();
        if let Some(data) = line.strip_prefix("data: ") {
            return serde_json::from_str::<serde_json::Value>(data).unwrap();
        }
    };
    let first = next().await;
    assert_eq!(first["parts"], serde_json::json!({}), "the page has it already");
    fixture.board.write(|board| board.state(&Name::from("cart"), State::Failing, now()));
    let second = next().await;
    assert_eq!(second["headline"], "3 of 14 monitors are failing, 1 degraded");
    let parts: Vec<_> = second["parts"].as_object().unwrap().keys().cloned().collect();
    assert_eq!(parts, ["figures", "monitors"]);
}

#[tokio::test]
async fn a_page_without_live_parts_is_not_streamed() {
    let (_fixture, server) = sample().await;
    for path in ["/events?page=%2Fcodes", "/events?page=%2Fmonitors%2Fnone", "/events?page=http%3A"] {
        assert_eq!(Ask::new(server, "GET", path).send().await.status, 404, "{path}");
    }
}
