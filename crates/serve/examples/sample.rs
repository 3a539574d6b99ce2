//! Serves a board of made-up data, to look at each page: `cargo run -p statusquo-serve --example sample [PORT]`.
//!
//! Nothing is watched and nothing is sent: buttons answer and change nothing. `--empty` shows the first minute,
//! `--many` a thousand monitors, `--users` the sign-in (ann, correct horse).

#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, reason = "an example may fail")]

#[path = "../tests/support/fixture.rs"]
mod fixture;

use fixture::Fixture;
use jiff::Timestamp;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let has = |flag: &str| arguments.iter().any(|argument| argument == flag);
    let port = arguments.iter().find_map(|argument| argument.parse().ok()).unwrap_or(8418_u16);
    let mut fixture = Fixture::new(Timestamp::now());
    fixture.dense = true;
    if !has("--empty") {
        fixture.fill(if has("--many") { 1000 } else { 14 }).await;
    }
    if has("--users") {
        fixture.add_user("ann", "correct horse", statusquo_store::Role::Responder).await;
    }
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", port)).await.unwrap();
    println!("http://{}", listener.local_addr().unwrap());
    let router = fixture.router();
    statusquo_serve::run(listener, router, std::future::pending()).await.unwrap();
}
