//! What a lint rule demands, laid out for people and for programs.

use serde_json::{Value, json};
use statusquo_lint::{Level, Profile, RULES, Rule};

use crate::cli::screen::{columns, pad};
use crate::cli::{Screen, Tone};

/// Where the source stands on the first line when there is room for it.
const SOURCE_COLUMN: usize = 60;

/// The rules in which all of these words occur.
pub(super) fn search(words: &str) -> Vec<&'static Rule> {
    let words: Vec<String> = words.split_whitespace().map(str::to_lowercase).collect();
    let has_all = |rule: &&Rule| {
        let text =
            format!("{} {} {} {}", rule.id, rule.page.summary, rule.page.reason, rule.source).to_lowercase();
        !words.is_empty() && words.iter().all(|word| text.contains(word.as_str()))
    };
    RULES.iter().filter(has_all).collect()
}

/// One line.
pub(super) fn line(rule: &Rule) -> String {
    format!("{}: {}", rule.id, rule.page.summary)
}

/// `must`, or what it is in each profile.
fn levels(rule: &Rule) -> String {
    let word = |level: Option<Level>| level.map_or("off", Level::as_str);
    let by_profile: Vec<String> = Profile::ALL
        .iter()
        .map(|profile| format!("{} {}", profile.as_str(), word(rule.levels.of(*profile))))
        .collect();
    let first = rule.levels.of(Profile::Guide);
    if Profile::ALL.iter().all(|profile| rule.levels.of(*profile) == first) {
        word(first).to_owned()
    } else {
        by_profile.join(", ")
    }
}

/// All of it.
pub(super) fn text(screen: &Screen, rule: &Rule) -> String {
    let head = screen.paint(Tone::Strong, rule.id);
    let gap = SOURCE_COLUMN.max(columns(&head) + 2);
    let mut lines = vec![
        format!("{}{}", pad(&head, gap), screen.paint(Tone::Quiet, rule.source)),
        screen.wrap(&format!("{}.", rule.page.summary), 2),
        String::new(),
        screen.wrap(rule.page.reason, 2),
        String::new(),
        format!("  {}{}", screen.paint(Tone::Quiet, &pad("Level", 13)), levels(rule)),
        format!(
            "  {}{}",
            screen.paint(Tone::Quiet, &pad("How to fix", 13)),
            screen.wrap(rule.page.fix, 15).trim_start()
        ),
    ];
    for (label, examples) in [("Flagged", &rule.page.flagged), ("Clean", &rule.page.clean)] {
        for example in examples {
            lines.push(format!("\n  {}", screen.paint(Tone::Quiet, label)));
            lines.extend(example.text.lines().map(|line| format!("    {line}").trim_end().to_owned()));
        }
    }
    lines.push(format!(
        "\n  To change its level: statusquo lint … --rule {}=off, or [lint.level] in the configuration",
        rule.id
    ));
    lines.join("\n")
}

/// All of it, for programs.
pub(super) fn json(rule: &Rule) -> Value {
    let examples = |of: &[statusquo_lint::Example]| of.iter().map(|example| example.text).collect::<Vec<_>>();
    json!({
        "rule": rule.id,
        "theme": rule.theme,
        "summary": rule.page.summary,
        "source": rule.source,
        "levels": {
            "rfc": rule.levels.rfc.map(Level::as_str),
            "guide": rule.levels.guide.map(Level::as_str),
            "zalando": rule.levels.zalando.map(Level::as_str),
        },
        "reason": rule.page.reason,
        "fix": rule.page.fix,
        "flagged": examples(&rule.page.flagged),
        "clean": examples(&rule.page.clean),
    })
}
