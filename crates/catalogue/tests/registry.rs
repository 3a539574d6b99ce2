//! The catalogue says what the vendored IANA registry says, code by code.
//!
//! The README tells where that file comes from.

#![cfg(test)] // tells clippy that the functions without #[test] are test code too

use std::ops::RangeInclusive;

use statusquo_catalogue::{Document, Entry, REGISTERED, REGISTRY_UPDATED, State, StatusCode};

const REGISTRY: &str = include_str!("../registry/http-status-codes-1.csv");

struct Row {
    codes: RangeInclusive<u16>,
    description: String,
    reference: String,
}

fn rows() -> Vec<Row> {
    let mut lines = REGISTRY.lines();
    assert_eq!(lines.next(), Some("Value,Description,Reference"));
    lines.map(parse_row).collect()
}

fn parse_row(line: &str) -> Row {
    let [value, description, reference] = <[String; 3]>::try_from(parse_cells(line)).expect(line);
    let (first, last) = value.split_once('-').unwrap_or((&value, &value));
    Row { codes: first.parse().unwrap()..=last.parse().unwrap(), description, reference }
}

/// Cells with a comma stand in double quotes.
fn parse_cells(line: &str) -> Vec<String> {
    let (mut cells, mut quoted) = (vec![String::new()], false);
    for c in line.chars() {
        match c {
            '"' => quoted = !quoted,
            ',' if !quoted => cells.push(String::new()),
            _ => cells.last_mut().unwrap().push(c),
        }
    }
    cells
}

/// The registry's description of an entry: the phrase, and the state in brackets.
fn description(entry: &Entry) -> String {
    match entry.state {
        State::Assigned | State::Unused | State::Deprecated => entry.phrase.to_owned(),
        State::Obsoleted => format!("{} (OBSOLETED)", entry.phrase),
        State::Temporary { registered, valid_until } => format!(
            "{} (TEMPORARY - registered {registered}, extension registered {REGISTRY_UPDATED}, expires {valid_until})",
            entry.phrase
        ),
        State::Unofficial => panic!("{} is in the registry", entry.code),
    }
}

/// The registry's reference of an entry. It names sections for RFC 9110 alone, and drafts with a version.
fn reference(entry: &Entry) -> String {
    match entry.source.document {
        Document::Rfc(9110) => format!("[RFC9110, Section {}]", entry.source.section),
        Document::Rfc(2774) => "[RFC2774][status-change-http-experiments-to-historic]".to_owned(),
        Document::Rfc(number) => format!("[RFC{number}]"),
        Document::Draft(name) => format!("[{name}-05]"),
        Document::Vendor(name) => panic!("{name} cannot register {}", entry.code),
        Document::Practice => panic!("good practice cannot register {}", entry.code),
    }
}

#[test]
fn every_registered_code_has_the_phrase_and_reference_of_the_registry() {
    let assigned: Vec<Row> = rows().into_iter().filter(|row| row.description != "Unassigned").collect();
    assert_eq!(assigned.len(), 64);
    for row in &assigned {
        let code = StatusCode::new(*row.codes.start());
        assert_eq!(row.codes.start(), row.codes.end());
        let entry = code.registered().unwrap_or_else(|| panic!("{code} is missing"));
        assert_eq!(entry.code, code);
        assert_eq!(description(entry), row.description, "{code}");
        assert_eq!(reference(entry), row.reference, "{code}");
    }
    assert_eq!(REGISTERED.len(), assigned.len());
}

#[test]
fn unassigned_ranges_are_not_registered_here() {
    for row in rows().iter().filter(|row| row.description == "Unassigned") {
        assert_eq!(row.reference, "");
        for code in row.codes.clone().map(StatusCode::new) {
            assert!(code.registered().is_none(), "{code} is unassigned");
        }
    }
}

#[test]
fn the_registry_covers_100_to_599_without_gap_or_overlap() {
    let mut next = 100;
    for row in rows() {
        assert_eq!(*row.codes.start(), next);
        next = row.codes.end() + 1;
    }
    assert_eq!(next, 600);
}

#[test]
fn each_class_has_as_many_codes_as_the_registry() {
    let counts =
        [1, 2, 3, 4, 5].map(|digit| REGISTERED.iter().filter(|e| e.code.get() / 100 == digit).count());
    assert_eq!(counts, [5, 10, 9, 29, 11]);
}

#[test]
fn entries_are_in_order() {
    assert!(REGISTERED.is_sorted_by(|a, b| a.code < b.code));
}
