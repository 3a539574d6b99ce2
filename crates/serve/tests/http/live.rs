//! Live updates.

use statusquo_alert::State;
use statusquo_exchange::Name;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};

use super::*;

/// The live parts that a page has, as its script names them.
fn parts_of(page: &str) -> String {
    let parts = page.split("<div id=\"").skip(1).filter_map(|part| {
        let (id, rest) = part.split_once('"')?;
        let (hash, _) = rest.strip_prefix(" data-live=\"")?.split_once('"')?;
        Some(format!("{id}:{hash}"))
    });
    parts.collect::<Vec<_>>().join(",")
}

/// The events of a stream, one by one.
async fn listen(server: std::net::SocketAddr, have: String) -> impl AsyncFnMut() -> serde_json::Value {
    let mut stream = tokio::net::TcpStream::connect(server).await.unwrap();
    let path = format!("/events?page=%2F&have={have}");
    let ask = format!("GET {path} HTTP/1.1\r\nHost: {server}\r\nAccept: text/event-stream\r\n\r\n");
    stream.write_all(ask.as_bytes()).await.unwrap();
    let mut lines = BufReader::new(stream).lines();
    async move || loop {
        let line = lines.next_line().await.unwrap().unwrap();
        if let Some(data) = line.strip_prefix("data: ") {
            return serde_json::from_str(data).unwrap();
        }
    }
}

fn changed(event: &serde_json::Value) -> Vec<&str> {
    event["parts"].as_object().unwrap().keys().map(String::as_str).collect()
}

#[tokio::test]
async fn a_page_gets_the_parts_that_have_changed_and_no_others() {
    let (fixture, server) = sample().await;
    let page = Ask::new(server, "GET", "/").send().await.text();
    let mut next = listen(server, parts_of(&page)).await;
    assert_eq!(changed(&next().await), [""; 0], "the page has it already");
    fixture.board.write(|board| board.state(&Name::from("cart"), State::Failing, now()));
    let second = next().await;
    assert_eq!(second["headline"], "3 of 14 monitors are failing, 1 degraded");
    assert_eq!(changed(&second), ["figures", "monitors"]);
}

#[tokio::test]
async fn what_the_first_data_bring_comes_with_its_place() {
    let (mut fixture, server) = empty().await;
    let page = Ask::new(server, "GET", "/").with("accept", HTML).send().await.text();
    let mut next = listen(server, parts_of(&page)).await;
    let first = next().await;
    assert_eq!((changed(&first), &first["order"]), (vec![], &serde_json::json!(["verdict"])));
    fixture.fill(3).await;
    let mut event = next().await;
    // The board is filled step by step, and may be looked at in between.
    while event["order"].as_array().unwrap().len() < 5 {
        event = next().await;
    }
    let order = ["verdict", "figures", "incidents", "monitors", "parties"];
    assert_eq!(event["order"], serde_json::json!(order));
}

#[tokio::test]
async fn what_changed_while_a_page_was_hidden_is_sent_at_once() {
    let (fixture, server) = sample().await;
    let page = Ask::new(server, "GET", "/").send().await.text();
    fixture.board.write(|board| board.state(&Name::from("cart"), State::Failing, now()));
    let mut next = listen(server, parts_of(&page)).await;
    assert_eq!(changed(&next().await), ["figures", "monitors"]);
}

#[tokio::test]
async fn a_page_without_live_parts_is_not_streamed() {
    let (_fixture, server) = sample().await;
    for path in ["/events?page=%2Fcodes", "/events?page=%2Fmonitors%2Fnone", "/events?page=http%3A"] {
        assert_eq!(Ask::new(server, "GET", path).send().await.status, 404, "{path}");
    }
}
