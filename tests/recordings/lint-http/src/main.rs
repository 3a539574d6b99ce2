//! Reads transactions of lint-http from stdin, one a line, and writes what its rules find, one line each.
//!
//! The same as its own `lint-captures`, whose program brings a whole proxy with it.

use std::io::BufRead;

use base64::Engine;
use lint_http_core::config::Config;
use lint_http_core::http_transaction::HttpTransaction;
use lint_http_core::state::StateStore;
use lint_http_rules::engine::PreparedEngine;
use lint_http_rules::rules::RULES;
use serde_json::{Value, json};

/// The content, which its own form of a transaction keeps apart.
fn content(transaction: &mut Value, part: &str) -> Option<Vec<u8>> {
    let body = transaction.get_mut(part)?.as_object_mut()?.remove("body")?;
    base64::engine::general_purpose::STANDARD.decode(body.as_str()?).ok()
}

fn findings(engine: &PreparedEngine, line: &str) -> Result<Vec<Value>, serde_json::Error> {
    let mut value: Value = serde_json::from_str(line)?;
    let (asked, answered) = (content(&mut value, "request"), content(&mut value, "response"));
    let mut transaction: HttpTransaction = serde_json::from_value(value)?;
    transaction.request_body = asked.map(Into::into);
    transaction.response_body = answered.map(Into::into);
    // Each by itself: what stands in one file was not recorded in one session.
    let found = engine.lint_transaction(&transaction, &StateStore::new(300, 10));
    let one = |finding: lint_http_core::lint::Violation| {
        let severity = format!("{:?}", finding.severity).to_lowercase();
        json!({"rule": finding.rule, "violation": finding.violation, "severity": severity, "message": finding.message})
    };
    Ok(found.into_iter().map(one).collect())
}

fn main() {
    let all: String = RULES.iter().map(|rule| format!("[rules.{}]\n{}\n", rule.id(), rule.config_example())).collect();
    let config: Config = toml::from_str(&all).expect("the rules' own configuration");
    let engine = PreparedEngine::new(&config).expect("the rules' own configuration");
    for line in std::io::stdin().lock().lines() {
        let line = line.expect("text on stdin");
        match findings(&engine, &line) {
            Ok(found) => println!("{}", json!({"findings": found})),
            Err(why) => println!("{}", json!({"findings": [], "unread": why.to_string()})),
        }
    }
}
