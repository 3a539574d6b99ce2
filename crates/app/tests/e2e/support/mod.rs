//! Real servers on loopback, on free ports, gone when the test ends.

pub(crate) mod certificates;
pub(crate) mod mail;
pub(crate) mod nginx;
pub(crate) mod pages;
pub(crate) mod server;
pub(crate) mod webhook;

use std::net::{Ipv4Addr, TcpListener};
use std::time::{Duration, Instant};

/// A port that is free now.
pub(crate) fn free_port() -> u16 {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap().port()
}

/// Sends JSON to a port on loopback: status code and content of the answer.
pub(crate) fn post(port: u16, path: &str, json: &str) -> (u16, String) {
    server::ask(port, "POST", path, json).unwrap_or_default()
}

/// Asks again and again until there is an answer; a test that waits this long has failed.
pub(crate) fn wait_for<T>(what: &str, mut ask: impl FnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + Duration::from_secs(60);
    loop {
        if let Some(answer) = ask() {
            return answer;
        }
        assert!(Instant::now() < deadline, "waited in vain for {what}");
        std::thread::park_timeout(Duration::from_millis(20));
    }
}
