//! Every page of a rule is a test: what it shows as flagged is flagged, and what it shows as clean is clean of everything.
//!
//! `PAGE=id cargo test -p statusquo-lint --test pages` looks at one page alone.

#![allow(clippy::panic, clippy::indexing_slicing, reason = "a test")]

mod support;

use std::time::Duration;

use statusquo_exchange::{Exchange, Name, Origin};
use statusquo_lint::{
    Answered, Ask, Basis, Decided, Example, Finding, Judge, Level, Profile, Purpose, RULES, Rule, Series,
    decide,
};

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
    let mut findings: Vec<Finding> = exchanges.iter().flat_map(&mut all).collect();
    findings.extend(decided(judge, example, &exchanges));
    findings
}

/// The questions that the exchanges of an example answer, by their lines `# asked: …`.
fn asks(example: &Example, exchanges: &[Exchange]) -> Vec<Ask> {
    let asked = |text: &str| {
        let line = text.lines().find_map(|line| line.strip_prefix("# asked: "));
        match line {
            None => Purpose::Plain,
            Some("an empty line first") => Purpose::EmptyLineFirst,
            Some("content held back") => Purpose::HeldBack { patience: Duration::from_secs(5) },
            Some("fits the description") => Purpose::Valid { is_example: false },
            Some("example of the description") => Purpose::Valid { is_example: true },
            Some("key reused") => Purpose::KeyReused,
            Some(other) => {
                let members = other.strip_prefix("breaks ").expect("a purpose").split(", ");
                Purpose::Broken { members: members.map(str::to_owned).collect() }
            }
        }
    };
    let ask = |(text, exchange): (&str, &Exchange)| {
        let request = &exchange.request;
        let content = request.content.bytes().map(|bytes| String::from_utf8_lossy(bytes).into_owned());
        Ask {
            content: content.unwrap_or_default().into(),
            purpose: asked(text),
            ..Ask::new("an example", &request.method, request.target.clone())
        }
    };
    example.text.split("\n===\n").zip(exchanges).map(ask).collect()
}

/// What the answers show of the rules that their questions are about.
fn decided(judge: &Judge, example: &Example, exchanges: &[Exchange]) -> Vec<Finding> {
    let asks = asks(example, exchanges);
    let all: Vec<Answered<'_>> =
        asks.iter().zip(exchanges).map(|(ask, exchange)| Answered { ask, exchange }).collect();
    let of = |at: usize| match decide(judge, &exchanges[0], &all[..at], all[at])?.decided {
        Decided::Broken(finding) => Some(*finding),
        Decided::Kept => None,
        Decided::Open(why) => panic!("an example is left open: {why}\n{}", example.text),
    };
    (0..all.len()).filter_map(of).collect()
}

fn is_judged(rule: &Rule) -> bool {
    rule.basis != Basis::Description
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
