//! The real router on a real port, asked as browsers, programs and attackers ask.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests may fail")]

#[path = "../support/client.rs"]
mod client;
#[path = "../support/fixture.rs"]
mod fixture;

mod api;
mod forms;
mod hostile;
mod injected;
mod judged;
mod live;
mod pages;
mod parties;
mod public;
mod reference;
mod requests;
mod roles;
mod sign_in;
mod size;
mod tokens;
mod traffic;

use std::net::SocketAddr;

use client::{Ask, serve};
use fixture::Fixture;
use jiff::Timestamp;

const HTML: &str = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";

/// The moment at which the tests take place.
fn now() -> Timestamp {
    "2026-11-23T14:41:20Z".parse().unwrap()
}

/// A server with fourteen monitors.
async fn sample() -> (Fixture, SocketAddr) {
    let mut fixture = Fixture::new(now());
    fixture.fill(14).await;
    let server = serve(fixture.router()).await;
    (fixture, server)
}

/// An empty server.
async fn empty() -> (Fixture, SocketAddr) {
    let mut fixture = Fixture::new(now());
    let server = serve(fixture.router()).await;
    (fixture, server)
}

fn page(server: SocketAddr, path: &str) -> Ask {
    Ask::new(server, "GET", path).with("accept", HTML)
}
