//! Recordings of real servers, made by `tests/recordings`: what the standards find wrong in them stays as it was checked by hand.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test")]

use std::path::Path;

use expect_test::expect_file;
use statusquo_exchange::{Exchange, Name};
use statusquo_lint::{Finding, Judge, Level, Profile, Series};
use statusquo_source::recording::Recording;

/// The exchanges of a recording that can be read; a browser that refused a response left none.
fn exchanges(file: &Path) -> Vec<Exchange> {
    let text = std::fs::read(file).unwrap().into();
    let entries = Recording::Har.read(&text, &Name::from("har")).unwrap();
    entries.into_iter().map(|entry| entry.unwrap().exchange).collect()
}

fn path(target: &str) -> &str {
    let after = target.split_once("://").map_or(target, |(_, after)| after);
    &after[after.find('/').unwrap_or(0)..]
}

fn line(number: usize, exchange: &Exchange, finding: &Finding) -> String {
    let request = &exchange.request;
    let code = exchange.response().map_or(0, |response| response.status.get());
    format!(
        "{number} {} {} {code}: {} {}: {}\n",
        request.method,
        path(&request.target),
        finding.level,
        finding.rule.id,
        finding.message
    )
}

#[test]
fn what_the_standards_find_in_real_servers_is_what_was_checked_by_hand() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/recordings/har");
    let mut files: Vec<_> = folder.read_dir().unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    assert!(files.len() >= 7);
    for file in &files {
        let name = file.file_stem().unwrap().to_string_lossy();
        expect_file![format!("lint/recorded/{name}.txt")].assert_eq(&found(file));
    }
}

/// What is found at `must` and `should`, a line each.
fn found(file: &Path) -> String {
    let judge = Judge::new(Profile::Rfc);
    let mut series = Series::new();
    let mut text = String::new();
    for (number, exchange) in (1..).zip(&exchanges(file)) {
        let mut findings = judge.judge(exchange).findings;
        findings.extend(series.observe(&judge, exchange));
        let grave = findings.iter().filter(|finding| finding.level > Level::Advice);
        text.extend(grave.map(|finding| line(number, exchange, finding)));
    }
    text
}
