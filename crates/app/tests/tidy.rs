//! The house rules that a machine can check: arrows between rooms, file heads, packages, licences.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stderr,
    reason = "a test"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Which rooms a room may use. A new arrow is a decision: it changes this table, and the change's title says so.
const ARROWS: &[(&str, &[&str])] = &[
    ("catalogue", &[]),
    ("exchange", &["catalogue"]),
    // The last two by a feature alone, for the layer that judges what a service under test answers.
    ("problem", &["catalogue", "exchange", "lint"]),
    ("lint", &["catalogue", "exchange"]),
    ("slo", &["catalogue", "exchange"]),
    ("alert", &["catalogue", "exchange", "lint", "slo"]),
    ("source", &["catalogue", "exchange"]),
    ("store", &["catalogue", "exchange", "lint", "slo", "alert"]),
    ("notify", &["catalogue", "exchange", "alert"]),
    ("serve", &["catalogue", "exchange", "lint", "problem", "slo", "alert", "store"]),
    ("app", &["catalogue", "exchange", "lint", "slo", "alert", "source", "store", "notify", "serve"]),
];

/// Rooms without clock, I/O, runtime or serialisation.
const PURE: &[&str] = &["catalogue", "exchange", "lint", "slo", "alert"];

/// Packages in the lock file. Raise it only together with the reason in `docs/dependencies.md`.
const MOST_PACKAGES: usize = 405;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn dependencies(room: &str) -> BTreeSet<String> {
    let text = fs::read_to_string(root().join("crates").join(room).join("Cargo.toml")).unwrap();
    let manifest: toml::Table = text.parse().unwrap();
    let table = manifest["dependencies"].as_table().unwrap();
    table.keys().cloned().collect()
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push(path);
        }
    }
}

#[test]
fn rooms_use_only_the_rooms_they_may() {
    for (room, allowed) in ARROWS {
        for dependency in dependencies(room) {
            if let Some(other) = dependency.strip_prefix("statusquo-") {
                assert!(allowed.contains(&other), "`{room}` must not use `{other}`");
            }
        }
    }
    let rooms: BTreeSet<_> = ARROWS.iter().map(|(room, _)| (*room).to_owned()).collect();
    let folders: BTreeSet<_> = fs::read_dir(root().join("crates"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    assert_eq!(rooms, folders, "the table names each folder of `crates`");
}

#[test]
fn pure_rooms_know_no_clock_no_runtime_and_no_serialisation() {
    const REFUSED: &[&str] = &["tokio", "serde", "rusqlite", "hyper", "axum", "tracing", "getrandom"];
    const CALLS: &[&str] =
        &["Timestamp::now", "SystemTime", "Instant::now", "std::fs", "std::net::Tcp", "std::env"];
    for room in PURE {
        let used = dependencies(room);
        assert!(REFUSED.iter().all(|name| !used.contains(*name)), "`{room}` is pure: {used:?}");
        let mut sources = Vec::new();
        files(&root().join("crates").join(room).join("src"), &mut sources);
        for path in sources {
            let text = fs::read_to_string(&path).unwrap();
            for call in CALLS {
                assert!(!text.contains(call), "{} is in a pure room and names `{call}`", path.display());
            }
        }
    }
}

#[test]
fn every_file_says_what_it_is_for() {
    let mut all = Vec::new();
    files(&root().join("crates"), &mut all);
    for path in all {
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.starts_with("//!"), "{} does not open with `//!`", path.display());
    }
}

#[test]
fn every_direct_dependency_has_its_reason() {
    let reasons = fs::read_to_string(root().join("docs/dependencies.md")).unwrap();
    for (room, _) in ARROWS {
        for dependency in dependencies(room) {
            let named = dependency.starts_with("statusquo-") || reasons.contains(&format!("`{dependency}`"));
            assert!(named, "`{dependency}`, used by `{room}`, has no line in docs/dependencies.md");
        }
    }
}

#[test]
fn packages_do_not_grow_unseen_and_have_free_licences() {
    const FREE: &[&str] = &[
        "MIT",
        "Apache-2.0",
        "BSD-2-Clause",
        "BSD-3-Clause",
        "ISC",
        "Zlib",
        "Unicode-3.0",
        "CC0-1.0",
        "Unlicense",
        "0BSD",
        "CDLA-Permissive-2.0",
        "MIT-0",
        "OpenSSL",
        "BSL-1.0",
        "Apache-2.0 WITH LLVM-exception",
    ];
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    // What only a feature brings has to be free as well.
    let arguments = ["metadata", "--format-version=1", "--locked", "--all-features"];
    let output = Command::new(cargo).args(arguments).current_dir(root()).output().unwrap();
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    assert!(packages.len() <= MOST_PACKAGES, "{} packages, at most {MOST_PACKAGES}", packages.len());
    let mut refused = BTreeMap::new();
    for package in packages {
        let licence = package["license"].as_str().unwrap_or("none").replace('/', " OR ");
        let one_is_free = licence
            .replace(['(', ')'], "")
            .split(" OR ")
            .any(|alternative| alternative.split(" AND ").all(|part| FREE.contains(&part.trim())));
        if !one_is_free {
            refused.insert(package["name"].to_string(), licence);
        }
    }
    assert!(refused.is_empty(), "{refused:?}");
}
