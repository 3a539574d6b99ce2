//! Corners of the standards: what they allow though it looks wrong, and what they forbid though it looks right.

mod support;

use statusquo_exchange::Exchange;
use statusquo_lint::{Example, Finding, Judge, Level, Profile};

fn exchange(text: &str) -> Exchange {
    let example = Example { text: text.to_owned().leak(), is_raw: false, is_description: false };
    support::exchanges(&example).remove(0)
}

/// What the standards alone find at `must` and `should`.
fn grave(exchange: &Exchange) -> Vec<Finding> {
    let findings = Judge::new(Profile::Rfc).judge(exchange).findings;
    findings.into_iter().filter(|finding| finding.level != Level::Advice).collect()
}

fn text(asked: &str, status: &str, answered: &str) -> String {
    let line = |text: &str| if text.is_empty() { String::new() } else { format!("{text}\n") };
    format!(
        "# content: not captured\nGET /a HTTP/1.1\nHost: a.example\n{}\nHTTP/1.1 {status}\nDate: Mon, 23 Nov 2026 10:00:00 GMT\n{}\n",
        line(asked),
        line(answered)
    )
}

#[track_caller]
fn check(asked: &str, status: &str, answered: &str, expect: &[&str]) {
    let found = grave(&exchange(&text(asked, status, answered)));
    let ids: Vec<_> = found.iter().map(|finding| finding.rule.id).collect();
    assert_eq!(ids, expect, "{asked} / {answered}");
}

#[test]
fn a_version_may_be_refused_in_that_very_version() {
    check("", "505 HTTP Version Not Supported", "", &[]);
}

#[test]
fn one_origin_for_everybody_needs_no_vary() {
    check("Origin: https://app.example", "200 OK", "Access-Control-Allow-Origin: https://app.example", &[]);
}

#[test]
fn any_token_is_a_method_by_the_grammar() {
    check("", "405 Method Not Allowed", "Allow: post, M-SEARCH", &[]);
    check("", "405 Method Not Allowed", "Allow: POST PUT", &["allow-syntax"]);
    // One fault, one finding.
    check("", "200 OK", "Allow: GET; POST", &["allow-syntax"]);
}
