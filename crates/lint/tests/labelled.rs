//! Answers of well-known services and frameworks, written after their documentation, with what the standards find
//! wrong with each: the labels were derived from the standards before any rule was asked.
//!
//! `CASE=words cargo test -p statusquo-lint --test labelled` looks at the cases with these words in their names.

mod support;

use statusquo_lint::{Example, Judge, Level, Profile};

const FILES: [&str; 4] = [
    include_str!("labelled/clouds.http"),
    include_str!("labelled/services.http"),
    include_str!("labelled/frameworks.http"),
    include_str!("labelled/protocols.http"),
];

struct Labelled {
    name: &'static str,
    expect: Vec<&'static str>,
    text: &'static str,
}

fn labelled(text: &'static str) -> Labelled {
    let (name, rest) = text.strip_prefix("# case: ").and_then(|rest| rest.split_once('\n')).expect(text);
    let (expect, text) = rest.strip_prefix("# expect:").and_then(|rest| rest.split_once('\n')).expect(text);
    Labelled { name, expect: expect.split_whitespace().collect(), text }
}

#[test]
fn answers_of_well_known_services_are_judged_as_the_standards_have_it() {
    let judge = Judge::new(Profile::Rfc);
    let only = std::env::var("CASE").unwrap_or_default();
    let all = FILES.iter().flat_map(|file| file.trim_end().split("\n===\n")).map(labelled);
    let mut wrong = Vec::new();
    for case in all.filter(|case| case.name.contains(&only)) {
        let example = Example { text: case.text, is_raw: false, is_description: false };
        let mut found: Vec<_> = support::exchanges(&example)
            .iter()
            .flat_map(|exchange| judge.judge(exchange).findings)
            .filter(|finding| finding.level > Level::Advice)
            .map(|finding| finding.rule.id)
            .collect();
        found.sort_unstable();
        if found != case.expect {
            wrong.push(format!("{}\n    found    {found:?}\n    expected {:?}", case.name, case.expect));
        }
    }
    assert!(wrong.is_empty(), "{} judged otherwise:\n{}", wrong.len(), wrong.join("\n"));
}
