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

/// What the house demands, in the configuration that commands find by themselves.
const HOUSE: &str = r#"
[lint]
level = { method-not-allowed-missing-allow = "advice" }
error = { schema = "error.schema.json", level = "should" }

[[lint.rule]]
name = "no-team"
says = "every answer names its team"
fix = "x-team: orders"
endpoint = "/v1/*"
expect_header = { x-team = true }

[[lint.suppress]]
rule = ["nosniff-missing-on-json", "no-team"]
endpoint = "GET /v1/health"
because = "it is answered by the gateway"
"#;
const SCHEMA: &str = r#"{"type":"object","required":["oops"],"properties":{"oops":{"type":"string"}}}"#;

fn exchange(target: &str, status: u16, body: &str) -> String {
    format!(
        r#"{{"id":"x","request":{{"method":"GET","target":"{target}","headers":[["Accept","application/json"]]}},"response":{{"status":{status},"headers":[["Content-Type","application/json"],["X-Request-Id","r1"],["Cache-Control","no-store"]],"body":"{body}"}}}}"#
    )
}

fn house() -> tempfile::TempDir {
    let folder = folder();
    std::fs::write(folder.path().join("statusquo.toml"), HOUSE).unwrap();
    std::fs::write(folder.path().join("error.schema.json"), SCHEMA).unwrap();
    folder
}

#[test]
fn the_house_has_levels_rules_suppressions_and_a_shape_of_errors() {
    let folder = house();
    let error = exchange("/v1/orders", 404, r#"{\"error\":\"gone\"}"#);
    let ran = lint(folder.path(), "x.jsonl", &error, &["-o", "json"]);
    let found: Value = serde_json::from_str(&ran.out).unwrap();
    let levels: Vec<(&str, &str)> = found["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|finding| (finding["rule"].as_str().unwrap(), finding["level"].as_str().unwrap()))
        .collect();
    assert!(levels.contains(&("no-team", "must")), "{levels:?}");
    assert!(levels.contains(&("error-not-of-house-shape", "should")), "{levels:?}");
    assert!(!levels.iter().any(|(rule, _)| *rule == "error-shape-guide"), "{levels:?}");
    assert_eq!(ran.code, 1);

    let right = exchange("/v1/orders", 404, r#"{\"oops\":\"gone\"}"#)
        .replace(r#"[["Content"#, r#"[["X-Team","a"],["Content"#);
    let ran = lint(folder.path(), "x.jsonl", &right, &["-o", "json"]);
    let house = ["no-team", "error-not-of-house-shape", "error-shape-guide"];
    assert!(!rules_of(&ran.out).iter().any(|rule| house.contains(&rule.as_str())), "{}", ran.out);

    let ran = lint(folder.path(), "x.jsonl", BUSY, &["-o", "json", "--kind", "http"]);
    let found: Value = serde_json::from_str(&ran.out).unwrap();
    let allow = found["findings"].as_array().unwrap().iter();
    let allow = allow.clone().find(|finding| finding["rule"] == "method-not-allowed-missing-allow").unwrap();
    assert_eq!(allow["level"], "advice");
}

#[test]
fn what_is_suppressed_is_counted_and_not_shown() {
    let folder = house();
    let health = exchange("/v1/health", 200, "{}");
    let ran = lint(folder.path(), "x.jsonl", &health, &[]);
    assert!(!ran.out.contains("no-team") && !ran.out.contains("nosniff"), "{}", ran.out);
    assert!(ran.out.contains("; 2 suppressed"), "{}", ran.out);
    let other = lint(folder.path(), "x.jsonl", &exchange("/v1/orders", 200, "{}"), &["-o", "json"]);
    assert!(rules_of(&other.out).contains(&"nosniff-missing-on-json".to_owned()), "{}", other.out);
}

#[test]
fn rules_of_the_house_are_in_sarif_and_explained() {
    let folder = house();
    let ran = lint(folder.path(), "x.jsonl", &exchange("/v1/orders", 200, "{}"), &["-o", "sarif"]);
    let sarif: Value = serde_json::from_str(&ran.out).unwrap();
    let rules = sarif["runs"][0]["tool"]["driver"]["rules"].as_array().unwrap();
    assert!(rules.iter().any(|rule| rule["id"] == "no-team"), "{}", ran.out);
    let ran = statusquo(folder.path(), &["explain", "no-team"]);
    assert_eq!(ran.code, 0);
    assert!(
        ran.out.contains("every answer names its team") && ran.out.contains("x-team: orders"),
        "{}",
        ran.out
    );
}

#[test]
fn what_was_not_recorded_is_not_held_against_a_rule_of_the_house() {
    let folder = house();
    let bare = r#"{"id":"x","request":{"method":"GET","target":"/v1/orders"},"response":{"status":200}}"#;
    let ran = lint(folder.path(), "x.jsonl", bare, &["-o", "json"]);
    assert!(!rules_of(&ran.out).contains(&"no-team".to_owned()), "{}", ran.out);
}

#[test]
fn a_schema_that_cannot_be_read_is_shown_where_it_is_named() {
    let folder = house();
    std::fs::remove_file(folder.path().join("error.schema.json")).unwrap();
    let ran = lint(folder.path(), "x.jsonl", LINE, &[]);
    assert_eq!((ran.code, ran.out.as_str()), (2, ""));
    assert!(ran.err.contains("statusquo.toml:4:20"), "{}", ran.err);
    assert!(ran.err.contains("`error.schema.json` cannot be read"), "{}", ran.err);
    std::fs::write(folder.path().join("error.schema.json"), r#"{"type":"thing"}"#).unwrap();
    let ran = lint(folder.path(), "x.jsonl", LINE, &[]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("not a JSON Schema"), "{}", ran.err);
}

#[test]
fn zalando_demands_problems_and_common_codes() {
    let folder = folder();
    let text = exchange("/v1/orders", 422, r#"{\"error\":{\"code\":\"x\",\"message\":\"y\"}}"#);
    let ran = lint(folder.path(), "x.jsonl", &text, &["-o", "json", "--profile", "zalando"]);
    let rules = rules_of(&ran.out);
    assert!(rules.contains(&"error-not-problem-json".to_owned()), "{}", ran.out);
    assert!(rules.contains(&"status-uncommon".to_owned()), "{}", ran.out);
    assert!(!rules.contains(&"error-shape-guide".to_owned()), "{}", ran.out);
}

const API: &str = "openapi: 3.1.0\npaths:\n  /v1/orders:\n    get:\n      parameters:\n        - {name: X-Tenant, in: header, required: true, schema: {type: string}}\n      responses:\n        \"200\": {description: ok}\n        \"404\": {description: gone}\n        \"503\": {description: busy}\n    put:\n      responses:\n        default: {description: any}\n";

fn described(text: &str) -> Vec<String> {
    let folder = folder();
    std::fs::write(folder.path().join("api.yaml"), API).unwrap();
    let ran = lint(folder.path(), "x.jsonl", text, &["-o", "json", "--openapi", "api.yaml"]);
    rules_of(&ran.out)
}

#[test]
fn allow_is_held_against_the_methods_that_are_described() {
    let options = |allow: &str| {
        format!(
            r#"{{"id":"x","request":{{"method":"OPTIONS","target":"/v1/orders","headers":[]}},"response":{{"status":204,"headers":[["Allow","{allow}"]],"body":""}}}}"#
        )
    };
    let is_flagged = |allow: &str| described(&options(allow)).contains(&"allow-differs-from-spec".to_owned());
    assert!(!is_flagged("GET, HEAD, OPTIONS, PUT"));
    assert!(is_flagged("GET, HEAD, OPTIONS, PUT, DELETE"));
    assert!(is_flagged("GET, HEAD"));
}

#[test]
fn a_field_that_is_demanded_and_not_missed_is_told() {
    let get = |field: &str| {
        format!(
            r#"{{"id":"x","request":{{"method":"GET","target":"/v1/orders","headers":[["{field}","a"]]}},"response":{{"status":200,"headers":[],"body":""}}}}"#
        )
    };
    let is_flagged =
        |field: &str| described(&get(field)).contains(&"required-header-not-enforced".to_owned());
    assert!(is_flagged("Accept") && !is_flagged("x-tenant"));
}

#[test]
fn a_described_code_that_never_comes_is_told_after_weeks() {
    let lines = |days: u32| {
        let line = |number: u32| {
            let day = 1 + number * days / 1000;
            format!(
                r#"{{"id":"{number}","at":"2026-11-{day:02}T10:00:00Z","request":{{"method":"GET","target":"/v1/orders","headers":[["X-Tenant","a"]]}},"response":{{"status":200}}}}"#
            )
        };
        (0..1000).map(line).collect::<Vec<_>>().join("\n")
    };
    let never = |days: u32| {
        let found = described(&lines(days));
        found.into_iter().filter(|rule| rule == "status-documented-never-seen").count()
    };
    // The 404 alone: server errors may well never come.
    assert_eq!((never(20), never(10)), (1, 0));
}
