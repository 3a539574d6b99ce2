//! Logs of real servers: a known series of requests is sent to each, and `statusquo logs` counts exactly those, in every
//! format that the server writes, which it finds out by itself.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test")]

mod apache;
mod caddy;
mod haproxy;
mod nginx;
mod series;
#[path = "../support/mod.rs"]
mod support;

use std::collections::BTreeMap;
use std::path::Path;

use support::statusquo;

/// Counts by their name in a CSV of these columns.
fn counts(folder: &Path, log: &str, flags: &[&str], columns: usize) -> BTreeMap<String, u64> {
    let ran = statusquo(folder, &[&["logs", log, "-o", "csv"], flags].concat());
    assert_eq!(ran.code, 0, "{log}: {}", ran.err);
    assert!(!ran.err.contains("not understood"), "{log}: {}", ran.err);
    let row = |line: &str| {
        let cells: Vec<String> = cells(line);
        (cells[..columns].join(" "), cells[columns].parse().unwrap())
    };
    ran.out.lines().skip(1).map(row).collect()
}

/// The cells of a line of CSV.
fn cells(line: &str) -> Vec<String> {
    let mut cells = vec![String::new()];
    let mut is_quoted = false;
    for c in line.chars() {
        match c {
            '"' => is_quoted = !is_quoted,
            ',' if !is_quoted => cells.push(String::new()),
            c => cells.last_mut().unwrap().push(c),
        }
    }
    cells
}

/// What was sent is what is counted, by code and by endpoint.
fn holds(folder: &Path, log: &str, sent: &series::Sent) {
    assert_eq!(counts(folder, log, &["--by", "code"], 1), sent.by_code(), "{log}, by code");
    assert_eq!(counts(folder, log, &["--by", "endpoint"], 2), sent.by_endpoint(), "{log}, by endpoint");
}
