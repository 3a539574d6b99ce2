//! `statusquo lint` through the real binary: inputs, outputs, exit codes.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test")]

mod support;

use std::path::Path;

use expect_test::expect_file;
use serde_json::Value;
use statusquo_lint::{Basis, RULES};
use support::{folder, statusquo};

const BUSY: &str = "GET /v1/orders HTTP/1.1\nHost: api.example\nAccept: application/json\n\nHTTP/1.1 405 Method Not Allowed\n\
                    Date: Mon, 23 Nov 2026 10:00:00 GMT\nContent-Type: text/plain\nContent-Length: 2\n\nno";
const LINE: &str = r#"{"id":"x-1","request":{"method":"GET","target":"/v1/orders","headers":[["Accept","application/json"]]},"response":{"status":405,"headers":[["Date","Mon, 23 Nov 2026 10:00:00 GMT"]],"body":""}}"#;

fn rules_of(json: &str) -> Vec<String> {
    let value: Value = serde_json::from_str(json).unwrap();
    value["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|finding| finding["rule"].as_str().unwrap().to_owned())
        .collect()
}

fn lint(folder: &Path, file: &str, text: &str, flags: &[&str]) -> support::Ran {
    std::fs::write(folder.join(file), text).unwrap();
    statusquo(folder, &[&["lint", file], flags].concat())
}

#[test]
fn every_page_about_descriptions_holds() {
    let folder = folder();
    for rule in RULES.iter().filter(|rule| rule.theme == "description" && rule.id != "content-breaks-schema")
    {
        for example in &rule.page.flagged {
            let ran = lint(folder.path(), "api.yaml", example.text, &["-o", "json"]);
            assert!(
                rules_of(&ran.out).contains(&rule.id.to_owned()),
                "{} is not flagged:\n{}",
                rule.id,
                ran.out
            );
        }
        for example in &rule.page.clean {
            let ran = lint(folder.path(), "api.yaml", example.text, &["-o", "json"]);
            assert_eq!(rules_of(&ran.out), Vec::<String>::new(), "{} is flagged though clean", rule.id);
            assert_eq!(ran.code, 0);
        }
    }
    assert!(RULES.iter().any(|rule| rule.basis == Basis::Description));
}

#[test]
fn exchanges_are_held_against_the_description_of_the_api() {
    let folder = folder();
    let api = "openapi: 3.1.0\npaths:\n  /v1/orders:\n    get:\n      responses:\n        \"200\":\n          description: ok\n          headers: {ETag: {required: true, schema: {type: string}}}\n          content: {application/json: {schema: {type: object, required: [id]}}}\n";
    std::fs::write(folder.path().join("api.yaml"), api).unwrap();
    let answer = |status: u16, body: &str| {
        format!(
            r#"{{"request":{{"method":"GET","target":"https://a.example/v1/orders"}},"response":{{"status":{status},"headers":[["Content-Type","application/json"]],"body":{body:?}}}}}"#
        )
    };
    let text = format!("{}\n{}\n{}\n", answer(200, r#"{"id":1}"#), answer(200, "{}"), answer(418, "{}"));
    let ran = lint(folder.path(), "some.jsonl", &text, &["--openapi", "api.yaml", "-o", "json"]);
    let found = rules_of(&ran.out);
    for (rule, count) in
        [("header-required-by-spec-missing", 2), ("content-breaks-schema", 1), ("status-undocumented", 1)]
    {
        assert_eq!(found.iter().filter(|id| *id == rule).count(), count, "{rule} in {found:?}");
    }
}

#[test]
fn a_stream_is_answered_line_by_line_and_what_cannot_be_read_is_told() {
    let folder = folder();
    let ran = lint(folder.path(), "some.jsonl", &format!("{LINE}\nnonsense\n\n{LINE}\n"), &["-o", "jsonl"]);
    let lines: Vec<Value> = ran.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), 2);
    assert_eq!(lines[0]["id"], "x-1");
    let allow = lines[0]["findings"]
        .as_array()
        .unwrap()
        .iter()
        .find(|finding| finding["rule"] == "method-not-allowed-missing-allow");
    assert_eq!((allow.unwrap()["level"].as_str(), allow.unwrap()["line"].as_u64()), (Some("must"), Some(1)));
    assert_eq!(ran.code, 2, "{}", ran.err);
    assert!(ran.err.contains("some.jsonl:2: not an exchange"), "{}", ran.err);
}

#[test]
fn the_exit_code_follows_the_level_that_counts() {
    let folder = folder();
    for (flags, code) in [
        (&[][..], 1),
        (&["--fail-on", "never"], 0),
        (&["--rule", "method-not-allowed-missing-allow=advice"], 0),
        (&["--rule", "method-not-allowed-missing-allow=advice", "--fail-on", "advice"], 1),
        (&["--rule", "method-not-allowed-missing-alow=off"], 2),
        (&["--profile", "rfc"], 1),
    ] {
        assert_eq!(lint(folder.path(), "busy.http", BUSY, flags).code, code, "{flags:?}");
    }
    assert_eq!(lint(folder.path(), "what.txt", "hello", &[]).code, 2);
    assert_eq!(statusquo(folder.path(), &["lint", "missing.har"]).code, 2);
}

#[test]
fn every_form_of_the_result_is_well_formed() {
    let folder = folder();
    for format in ["text", "json", "jsonl", "md", "csv", "html", "junit", "sarif", "github", "gitlab"] {
        let ran = lint(folder.path(), "busy.http", BUSY, &["-o", format]);
        assert_eq!(ran.code, 1, "{format}: {}", ran.err);
        let file = format!("lint/busy.{format}");
        let text = ran.out.replace(env!("CARGO_PKG_VERSION"), "0.0.0");
        expect_file![file].assert_eq(&text);
    }
}
