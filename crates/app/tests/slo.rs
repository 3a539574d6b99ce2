//! `statusquo slo`: objectives as rules for Prometheus.

mod support;

use std::fs;
use std::process::Command;

use support::{folder, run, statusquo};

const CONFIG: &str = r#"
[[slo]]
name = "orders"
title = "Orders can be placed"
service = "shop"
endpoint = "POST /v1/orders/{id}"
objective = "99.9%"
bad = "429"
excluded = "404"

[[slo]]
name = "search-latency"
service = "shop"
endpoint = "GET /v1/search*"
objective = "99%"
period = "28d"
within = "300ms"

[[slo]]
name = "loose"
service = "shop"
objective = "90%"
"#;

/// What Prometheus is told of ten minutes in which every tenth order fails, after an hour without fault.
const HISTORY: &str = r#"
rule_files: [rules.yml]
evaluation_interval: 1m
tests:
  - interval: 1m
    input_series:
      - series: 'http_server_request_duration_seconds_count{job="shop",http_request_method="POST",http_route="/v1/orders/{id}",http_response_status_code="200"}'
        values: '0+900x80'
      - series: 'http_server_request_duration_seconds_count{job="shop",http_request_method="POST",http_route="/v1/orders/{id}",http_response_status_code="503"}'
        values: '0x60 0+100x20'
      - series: 'http_server_request_duration_seconds_count{job="shop",http_request_method="POST",http_route="/v1/orders/{id}",http_response_status_code="404"}'
        values: '0+90000x80'
    alert_rule_test:
      - eval_time: 60m
        alertname: ErrorBudgetPage
        exp_alerts: []
      - eval_time: 75m
        alertname: ErrorBudgetPage
        exp_alerts:
          - exp_labels: { slo: orders, severity: page }
            exp_annotations: { summary: "Orders can be placed burns its error budget of 99.9 %" }
"#;

#[test]
fn exported_rules_are_understood_by_prometheus_and_page_when_ours_do() {
    let folder = folder();
    fs::write(folder.path().join("statusquo.toml"), CONFIG).unwrap();
    let ran = statusquo(folder.path(), &["slo", "export"]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    expect_test::expect_file!["slo/rules.yml"].assert_eq(&ran.out);
    fs::write(folder.path().join("rules.yml"), &ran.out).unwrap();
    fs::write(folder.path().join("history.yml"), HISTORY).unwrap();
    for arguments in [["check", "rules", "rules.yml"], ["test", "rules", "history.yml"]] {
        let ran = run(Command::new("promtool").args(arguments).current_dir(folder.path()));
        assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    }
}

#[test]
fn an_objective_that_is_not_there_is_told_with_those_that_are() {
    let folder = folder();
    fs::write(folder.path().join("statusquo.toml"), CONFIG).unwrap();
    let ran = statusquo(folder.path(), &["slo", "export", "nothing"]);
    assert_eq!(ran.code, 2);
    assert_eq!(ran.err, "error: there is no objective `nothing`; there are: orders, search-latency, loose\n");
}

#[test]
fn objectives_of_openslo_files_are_exported_as_well_and_a_wrong_one_is_told() {
    let folder = folder();
    let slos = include_str!("config/openslo/slos.yaml");
    fs::write(folder.path().join("statusquo.toml"), "openslo = ['slos.yaml']\n").unwrap();
    fs::write(folder.path().join("slos.yaml"), slos).unwrap();
    let ran = statusquo(folder.path(), &["slo", "export"]);
    fs::write(folder.path().join("rules.yml"), &ran.out).unwrap();
    let checked =
        run(Command::new("promtool").args(["check", "rules", "rules.yml"]).current_dir(folder.path()));
    assert_eq!(checked.code, 0, "{}{}", checked.out, checked.err);
    assert_eq!(ran.out.matches("- name: statusquo-slo-").count(), 4);
    fs::write(folder.path().join("slos.yaml"), slos.replacen("target: 0.999", "target: 2", 1)).unwrap();
    let ran = statusquo(folder.path(), &["config", "check"]);
    assert_eq!(ran.code, 2, "{}", ran.out);
    let why = "error: `slos.yaml`: objective `orders-availability`: 200 % cannot be promised: more than 0 and less than 100\n";
    assert_eq!(ran.err, why);
}
