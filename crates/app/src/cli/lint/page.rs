//! Findings as a page: Markdown and HTML.

use maud::{DOCTYPE, html as markup};
use statusquo_lint::Level;

use super::report::{Found, Report, rules_found};

/// More findings of a rule than this are only counted.
const MOST_OF_A_RULE: usize = 20;

fn of_rule<'a>(report: &'a Report, id: &str) -> Vec<&'a Found> {
    report.found.iter().filter(|found| found.finding.rule.id == id).collect()
}

/// The rules that found something, gravest first.
fn rules(report: &Report) -> Vec<(Level, &'static statusquo_lint::Rule, Vec<&Found>)> {
    let with_level = |rule: &'static statusquo_lint::Rule| {
        let found = of_rule(report, rule.id);
        let level = found.iter().map(|found| found.finding.level).max()?;
        Some((level, rule, found))
    };
    let mut rules: Vec<_> = rules_found(report).filter_map(with_level).collect();
    rules.sort_by_key(|(level, _, found)| std::cmp::Reverse((*level, found.len())));
    rules
}

/// A table by rule, for a merge request or a step summary.
pub(super) fn markdown(report: &Report) -> String {
    let mut text = format!("## {}\n\n{}: {}\n", report.title(), report.judged(), report.counts());
    for missed in &report.missed {
        text.push_str(&format!("\n- **{}**: {}\n", missed.id, missed.sentence.replace('\n', " ")));
    }
    if !report.found.is_empty() {
        text.push_str("\n| level | rule | where | what | source |\n|---|---|---|---|---|\n");
    }
    for (level, rule, found) in rules(report) {
        for one in found.iter().take(MOST_OF_A_RULE) {
            let place = one.place.shown().map(|place| format!("{place}, ")).unwrap_or_default();
            let place = format!("{place}{}", one.request);
            let cells = [level.as_str(), rule.id, &place, &one.finding.message, rule.source]
                .map(|cell| cell.replace('|', "\\|").replace('\n', " "));
            text.push_str(&format!("| {} |\n", cells.join(" | ")));
        }
        if found.len() > MOST_OF_A_RULE {
            text.push_str(&format!(
                "| {level} | {} | {} more | | |\n",
                rule.id,
                found.len() - MOST_OF_A_RULE
            ));
        }
    }
    text
}

const STYLE: &str = "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1a1d21;background:#fff}\
h2{font-size:1.1rem;margin-top:2rem}pre{background:#f4f5f7;padding:.75rem;overflow-x:auto}.must{color:#a3161a}.should{color:#7a4a00}.advice{color:#4b5563}\
li{margin:.4rem 0}small{color:#4b5563}@media(prefers-color-scheme:dark){body{color:#e6e8eb;background:#14171a}pre{background:#1f2429}.must{color:#ff8a84}\
.should{color:#f0b860}.advice,small{color:#aab2bd}}";

/// One file that needs nothing else.
pub(super) fn html(report: &Report) -> String {
    let page = markup! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (report.title()) ": " (report.counts()) }
                style { (maud::PreEscaped(STYLE)) }
            }
            body {
                h1 { (report.judged()) ": " (report.counts()) }
                @for missed in &report.missed { p.must { strong { (missed.id) } ": " (missed.sentence) } }
                @for (level, rule, found) in rules(report) {
                    h2 { span class=(level.as_str()) { (level.as_str()) } " " (rule.page.summary) }
                    p { (rule.page.reason) " " small { (rule.source) ", rule " code { (rule.id) } } }
                    p { strong { "How to fix: " } (rule.page.fix) }
                    ul {
                        @for one in found.iter().take(MOST_OF_A_RULE) {
                            li {
                                (one.request) ": " (one.finding.message) " " @if let Some(place) = one.place.shown() { small { (place) } }
                                @if let Some(pointed) = &one.pointed { pre { (pointed.line) " | " (pointed.text) } }
                            }
                        }
                    }
                    @if found.len() > MOST_OF_A_RULE { p { (found.len() - MOST_OF_A_RULE) " more like these." } }
                }
            }
        }
    };
    page.into_string()
}
