//! A thousand clients, and a service that is away for a minute: how much more it is asked than usual.
//!
//! Virtual time alone: a queue of moments and the pure decision.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test")]

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::time::{Duration, SystemTime};

use http::{HeaderMap, Method, StatusCode, header};
use statusquo_problem::client::{Asked, Budget, Decision, Ending, Policy, Random};

const CLIENTS: usize = 1000;
/// Each client asks once a second, whether it was answered or not: users do not wait.
const EVERY: Duration = Duration::from_secs(1);
const ALL: Duration = Duration::from_secs(180);
const OUTAGE: std::ops::Range<Duration> = Duration::from_secs(60)..Duration::from_secs(120);

/// A moment, a client, and which attempt it is.
type Event = Reverse<(Duration, usize, u32)>;

/// Requests in each second.
fn load(ending: Ending<'_>, with_budget: bool) -> Vec<usize> {
    let policy = Policy::default();
    let mut random = Random::seeded(42);
    let mut budgets = vec![Budget::default(); CLIENTS];
    let mut events: BinaryHeap<Event> = BinaryHeap::new();
    for client in 0..CLIENTS {
        let first = EVERY.mul_f64(client as f64 / CLIENTS as f64);
        let count = ALL.as_secs() as u32;
        events.extend((0..count).map(|number| Reverse((first + EVERY * number, client, 1))));
    }
    let mut load = vec![0; ALL.as_secs() as usize];
    let headers = HeaderMap::new();
    while let Some(Reverse((at, client, attempt))) = events.pop() {
        let Some(second) = load.get_mut(at.as_secs() as usize) else { continue };
        *second += 1;
        if attempt == 1 {
            budgets[client].earn();
        }
        let asked = Asked { method: &Method::GET, has_key: false, attempts: attempt };
        let ending = if OUTAGE.contains(&at) { ending } else { Ending::Answered(StatusCode::OK, &headers) };
        let decision = policy.decide(asked, ending, SystemTime::UNIX_EPOCH + at, random.draw());
        if let Decision::Wait(wait) = decision
            && (!with_budget || budgets[client].spend())
        {
            events.push(Reverse((at + wait, client, attempt + 1)));
        }
    }
    load
}

/// How much more than usual, in thousandths: within the worst stretch of so many seconds.
fn worst(load: &[usize], seconds: usize) -> usize {
    let usual = CLIENTS * seconds;
    load.windows(seconds).map(|stretch| stretch.iter().sum::<usize>() * 1000 / usual).max().unwrap()
}

#[test]
fn an_outage_is_not_made_worse() {
    let (none, mut with_wait) = (HeaderMap::new(), HeaderMap::new());
    with_wait.insert(header::RETRY_AFTER, "10".parse().unwrap());
    let unavailable = StatusCode::SERVICE_UNAVAILABLE;
    for (name, ending) in [
        ("503", Ending::Answered(unavailable, &none)),
        ("503 with Retry-After", Ending::Answered(unavailable, &with_wait)),
        ("failed", Ending::Failed),
    ] {
        let load = load(ending, true);
        let of_outage = worst(&load[60..], 60);
        println!(
            "{name}: outage {of_outage}, worst 10 s {}, worst 1 s {}",
            worst(&load, 10),
            worst(&load, 1)
        );
        let outage = load[60..120].iter().sum::<usize>() * 1000 / (CLIENTS * 60);
        assert!(outage < 1200, "{name}: {outage}");
        for seconds in [10, 60] {
            assert!(worst(&load, seconds) <= 1200, "{name}: {} in {seconds} s", worst(&load, seconds));
        }
        // Before and long after it nobody notices anything.
        assert!(load[..60].iter().chain(&load[170..]).all(|count| *count == CLIENTS), "{name}");
    }
    // And without a budget it would be.
    let without = load(Ending::Failed, false);
    assert!(worst(&without, 60) > 2000, "{}", worst(&without, 60));
}
