//! How long pages take with 1,000 monitors and a month of history in a real store, over a real connection, and how
//! many bytes they are: `cargo bench -p statusquo-serve`. Fails when a budget is missed.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::panic,
    reason = "a bench may fail"
)]

#[path = "../tests/support/client.rs"]
mod client;
#[path = "../tests/support/fixture.rs"]
mod fixture;

use std::time::{Duration, Instant};

use client::Ask;
use fixture::Fixture;
use jiff::Timestamp;

const MONITORS: usize = 1000;
const ROUNDS: usize = 300;
const BUDGET: Duration = Duration::from_millis(50);

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let mut fixture = Fixture::new(Timestamp::now());
    fixture.dense = true;
    let filling = Instant::now();
    fixture.fill(MONITORS).await;
    println!("{MONITORS} monitors filled in {:.1?}", filling.elapsed());
    let server = client::serve(fixture.router()).await;
    let pages = [
        "/",
        "/?range=1h",
        "/?range=24h",
        "/?range=7d",
        "/?range=30d",
        "/monitors/orders?range=30d",
        "/incidents/212",
        "/codes/503",
    ];
    for path in pages {
        let get = || Ask::new(server, "GET", path).with("accept", "text/html");
        let cold = Instant::now();
        get().send().await;
        let cold = cold.elapsed();
        let mut times = Vec::with_capacity(ROUNDS);
        for _ in 0..ROUNDS {
            let start = Instant::now();
            assert_eq!(get().send().await.status, 200);
            times.push(start.elapsed());
        }
        times.sort_unstable();
        let (p50, p95) = (times[ROUNDS / 2], times[ROUNDS * 95 / 100]);
        let small = get().with("accept-encoding", "gzip").send().await.content.len();
        let large = get().send().await.content.len();
        println!(
            "{path:30} cold {cold:>9.1?}  p50 {p50:>9.1?}  p95 {p95:>9.1?}  {large:>7} bytes, {small:>6} gzip"
        );
        assert!(p95 < BUDGET && cold < 2 * BUDGET, "{path} is too slow");
    }
}
