//! The HTTP probe against real sockets on loopback.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on fails"
)]

mod answers;
mod hostile;
mod http2;
mod oauth;
mod proxies;
mod redirects;
mod secrets;
mod sending;
#[path = "../support/mod.rs"]
mod support;
mod tls;

use std::time::Duration;

use jiff::Timestamp;
use statusquo_exchange::{Exchange, FailureKind, Fields, Name, Response};
use statusquo_source::Resolver;
use statusquo_source::http::{HttpSpec, Probed, Prober};
use url::Url;

fn prober() -> Prober {
    Prober::new(Resolver::system().unwrap(), Name::from("here")).unwrap()
}

fn get(url: Url) -> HttpSpec {
    HttpSpec::get(Name::from("test"), url)
}

/// Within which no test server answers that does not want to.
const SHORT: Duration = Duration::from_millis(60);

fn now() -> Timestamp {
    "2026-11-23T12:00:00Z".parse().unwrap()
}

async fn probe(spec: &HttpSpec) -> Exchange {
    last(prober().probe(spec, now()).await)
}

fn last(mut probed: Probed) -> Exchange {
    assert_eq!(probed.blind, None);
    probed.exchanges.pop().unwrap()
}

#[track_caller]
fn failed(exchange: &Exchange, kind: FailureKind, says: &str) {
    let failure = exchange.failure().unwrap_or_else(|| panic!("answered: {exchange:#?}"));
    assert_eq!(failure.kind, kind, "{}", failure.detail);
    assert!(failure.detail.contains(says), "{}", failure.detail);
}

#[track_caller]
fn answered(exchange: &Exchange, code: u16) -> &Response {
    assert_eq!(exchange.failure(), None);
    let response = exchange.response().unwrap();
    assert_eq!(response.status.get(), code);
    response
}

fn texts(fields: &Fields) -> Vec<(&str, &str)> {
    let text = |bytes| std::str::from_utf8(bytes).unwrap();
    fields.lines().map(|line| (text(&line.name), text(&line.value))).collect()
}

fn content(response: &Response) -> &[u8] {
    response.content.bytes().unwrap()
}
