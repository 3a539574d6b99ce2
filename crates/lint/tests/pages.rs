//! Every page of a rule is a test: what it shows as flagged is flagged, and what it shows as clean is clean of everything.
//!
//! `PAGE=id cargo test -p statusquo-lint --test pages` looks at one page alone.

mod support;

use statusquo_exchange::{Exchange, Name, Origin};
use statusquo_lint::{Basis, Example, Finding, Judge, Level, Profile, RULES, Rule, Series};

/// Every rule at `must`, those that are off by default included; the level is not what is tested here.
fn every_rule() -> Judge {
    let mut judge = Judge::new(Profile::Guide);
    for rule in RULES.iter() {
        judge.set(rule.id, Some(Level::Must));
    }
    judge
}

/// What an example of a rule's page is found wrong in. Active probes are asked by ourselves.
fn found(judge: &Judge, rule: &Rule, example: &Example) -> Vec<Finding> {
    let mut series = Series::new();
    let mut all = |exchange: &Exchange| {
        let mut findings = judge.judge(exchange).findings;
        findings.extend(series.observe(judge, exchange));
        findings
    };
    let mut exchanges = support::exchanges(example);
    if rule.basis == Basis::Probe {
        let (monitor, location) = (Name::from("orders"), Name::from("vienna"));
        for exchange in &mut exchanges {
            exchange.origin = Origin::Probe { monitor: monitor.clone(), location: location.clone() };
        }
    }
    exchanges.iter().flat_map(&mut all).collect()
}

/// Rules that cannot be judged yet, and why. Their pages say what they are about.
const NOT_JUDGED: &[(&str, &str)] = &[
    ("expect-continue-ignored", "it takes a client that holds its content back"),
    ("valid-request-rejected", "it takes requests that are made from a schema"),
    ("slow-2xx-then-504", "a measure of traffic: a detector, not a rule"),
    ("request-timeout-for-slow-backend", "it takes the time of the request's last byte"),
    ("validation-accepts-invalid", "it takes requests that are made to break a schema"),
    ("validation-stops-at-first", "it takes requests that are made to break a schema in two places"),
    ("idempotency-key-status", "it takes requests that change something, twice"),
    ("leading-crlf-rejected", "the empty line is no part of the exchange that is recorded"),
];

fn is_judged(rule: &Rule) -> bool {
    !NOT_JUDGED.iter().any(|(id, _)| *id == rule.id) && rule.basis != Basis::Description
}

fn pages() -> impl Iterator<Item = &'static Rule> {
    let only = std::env::var("PAGE").ok();
    RULES.iter().filter(move |rule| only.as_deref().is_none_or(|id| rule.id == id))
}

#[test]
fn what_a_page_shows_as_flagged_is_flagged() {
    let judge = every_rule();
    let mut wrong = Vec::new();
    for rule in pages().filter(|rule| is_judged(rule)) {
        assert!(!rule.page.flagged.is_empty(), "{} has no flagged example", rule.id);
        for (number, example) in rule.page.flagged.iter().enumerate() {
            if !found(&judge, rule, example).iter().any(|finding| finding.rule == rule) {
                wrong.push(format!("{} (flagged example {})", rule.id, number + 1));
            }
        }
    }
    assert!(wrong.is_empty(), "not flagged:\n{}", wrong.join("\n"));
}

#[test]
fn what_a_page_shows_as_clean_raises_nothing_at_all() {
    let judge = Judge::new(Profile::Guide);
    let own = every_rule();
    let mut wrong = Vec::new();
    for rule in pages().filter(|rule| rule.basis != Basis::Description) {
        assert!(!rule.page.clean.is_empty(), "{} has no clean example", rule.id);
        for (number, example) in rule.page.clean.iter().enumerate() {
            let mut findings = found(&judge, rule, example);
            findings.extend(found(&own, rule, example).into_iter().filter(|finding| finding.rule == rule));
            for finding in findings {
                let (id, message) = (finding.rule.id, finding.message);
                wrong.push(format!("{} (clean example {}): {id}: {message}", rule.id, number + 1));
            }
        }
    }
    assert!(wrong.is_empty(), "flagged though clean:\n{}", wrong.join("\n"));
}
