//! Configuration files, right and wrong, through the real binary.
//!
//! `config/broken/` has one fault per file with the expected message beside it (`UPDATE_EXPECT=1` rewrites them);
//! `config/good/` has files that are right.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail")]

mod support;

use std::fs;
use std::path::{Path, PathBuf};

use expect_test::expect_file;
use support::{Ran, folder, statusquo};

fn files(of: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/config").join(of);
    let mut files: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|file| file.extension().is_some_and(|extension| extension == "toml"));
    files.sort();
    files
}

fn check(file: &Path) -> Ran {
    let name = file.file_name().unwrap().to_str().unwrap();
    statusquo(file.parent().unwrap(), &["-c", name, "config", "check", "--no-secrets"])
}

#[test]
fn each_broken_file_gets_its_message() {
    let files = files("broken");
    assert!(files.len() >= 40);
    for file in files {
        let ran = check(&file);
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{}", file.display());
        expect_file![file.with_extension("txt")].assert_eq(&ran.err);
    }
}

#[test]
fn good_files_are_right() {
    for file in files("good") {
        let ran = check(&file);
        assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{}", file.display());
    }
}

#[test]
fn a_short_interval_shortens_the_timeout_that_is_not_given() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/config/good");
    let json = statusquo(&folder, &["-c", "quick.toml", "config", "show", "-o", "json"]);
    let json: serde_json::Value = serde_json::from_str(&json.out).unwrap();
    assert_eq!(json["monitor"][0]["timeout"], "4000ms");
    assert_eq!(json["monitor"][1]["timeout"], "10s");
}

#[test]
fn the_configuration_in_force_has_defaults_and_no_references() {
    let file = files("good").into_iter().find(|file| file.ends_with("everything.toml")).unwrap();
    let folder = file.parent().unwrap();
    let shown = statusquo(folder, &["-c", "everything.toml", "config", "show"]);
    assert_eq!(shown.code, 0);
    assert!(!shown.out.contains("${env"), "{}", shown.out);
    expect_file![folder.join("everything.shown.txt")].assert_eq(&shown.out);
    let json = statusquo(folder, &["-c", "everything.toml", "config", "show", "-o", "json"]);
    let json: serde_json::Value = serde_json::from_str(&json.out).unwrap();
    assert_eq!(json["monitor"][0]["url"], "https://api.example/health?key=***");
    assert_eq!(json["store"]["keep_samples"], "7d");
}

#[test]
fn init_writes_a_file_that_is_right_and_a_schema_beside_it() {
    let folder = folder();
    let ran = statusquo(folder.path(), &["config", "init"]);
    assert_eq!((ran.code, ran.out.as_str()), (0, ""), "{}", ran.err);
    let written = fs::read_to_string(folder.path().join("statusquo.toml")).unwrap();
    assert_eq!(written.lines().next(), Some("#:schema ./statusquo.schema.json"));
    let schema: serde_json::Value =
        serde_json::from_slice(&fs::read(folder.path().join("statusquo.schema.json")).unwrap()).unwrap();
    assert_eq!(schema["$schema"], "http://json-schema.org/draft-04/schema#");
    assert_eq!(schema["definitions"]["monitor"]["properties"]["every"]["default"], "30s");
    assert_eq!(statusquo(folder.path(), &["config", "check"]).code, 0);

    let again = statusquo(folder.path(), &["config", "init"]);
    assert_eq!(again.code, 2);
    assert!(again.err.contains("--force"), "{}", again.err);
}

#[test]
fn a_secret_that_cannot_be_read_is_shown_where_it_is_wanted() {
    let folder = folder();
    let source = "[[receiver]]\nname = \"oncall\"\ntype = \"slack\"\nurl = \"${env:NO_SUCH_VARIABLE}\"\n";
    fs::write(folder.path().join("statusquo.toml"), source).unwrap();
    let ran = statusquo(folder.path(), &["config", "check"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("statusquo.toml:4:7"), "{}", ran.err);
    assert!(ran.err.contains("the environment variable `NO_SUCH_VARIABLE` is not set"), "{}", ran.err);
    assert_eq!(statusquo(folder.path(), &["config", "check", "--no-secrets"]).code, 0);
}

#[test]
fn without_a_file_the_next_step_is_named() {
    let folder = folder();
    let ran = statusquo(folder.path(), &["config", "check"]);
    assert_eq!(ran.code, 2);
    assert_eq!(
        ran.err,
        "error: there is no configuration file `statusquo.toml`; write one with `statusquo config init`\n"
    );
}

/// The folder with the documentation.
fn docs() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs")
}

#[test]
fn the_reference_in_the_documentation_is_the_one_of_the_binary() {
    let folder = folder();
    let ran = statusquo(folder.path(), &["config", "schema", "-o", "md"]);
    expect_file![docs().join("configuration.md")].assert_eq(&ran.out);
}

#[test]
fn every_example_in_the_documentation_is_right() {
    let files = fs::read_dir(docs()).unwrap().map(|entry| entry.unwrap().path());
    for file in files.filter(|file| file.extension().is_some_and(|extension| extension == "md")) {
        let text = fs::read_to_string(&file).unwrap();
        for example in text.split("```toml\n").skip(1).filter_map(|rest| rest.split("```").next()) {
            let folder = folder();
            fs::write(folder.path().join("statusquo.toml"), example).unwrap();
            let ran = statusquo(folder.path(), &["config", "check", "--no-secrets"]);
            assert_eq!(ran.code, 0, "{}:\n{}", file.display(), ran.err);
        }
    }
}

#[test]
fn the_example_files_are_right() {
    for file in fs::read_dir(docs().join("../examples")).unwrap().map(|entry| entry.unwrap().path()) {
        let ran = check(&file);
        assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{}", file.display());
    }
}
