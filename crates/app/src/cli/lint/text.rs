//! Findings for people, in the manner of a compiler.

use std::collections::BTreeMap;

use statusquo_lint::{Level, Pointed};

use super::report::{Found, Report};
use crate::cli::screen::{columns, count};
use crate::cli::{Screen, Tone};

/// Where the source of a rule stands when there is room.
const SOURCE_COLUMN: usize = 92;
/// More of a line than this is not shown.
const LONGEST_SNIPPET: usize = 100;

/// The whole report.
pub(super) fn report(screen: &Screen, report: &Report, all: bool, explain: bool) -> String {
    let mut blocks = Vec::new();
    let mut like: BTreeMap<&str, usize> = BTreeMap::new();
    for found in &report.found {
        *like.entry(found.finding.rule.id).or_default() += 1;
    }
    let mut shown: BTreeMap<&str, ()> = BTreeMap::new();
    let mut by_level: Vec<&Found> = report.found.iter().collect();
    by_level.sort_by_key(|found| std::cmp::Reverse(found.finding.level));
    for found in by_level {
        let id = found.finding.rule.id;
        let is_first = shown.insert(id, ()).is_none();
        if !(all || is_first) {
            continue;
        }
        let more = if all { 0 } else { like.get(id).copied().unwrap_or(1) - 1 };
        blocks.push(finding(screen, found, &place(found, more), explain && is_first));
    }
    blocks.push(summary(report));
    blocks.join("\n")
}

/// What was found in what was asked just now: no places, and how many rules passed. Nothing when nobody answered.
pub(super) fn of_check(screen: &Screen, report: &Report) -> String {
    if report.passed + report.not_judged + report.suppressed == 0 && report.found.is_empty() {
        return String::new();
    }
    let mut by_rule: Vec<(&Found, usize)> = Vec::new();
    for found in &report.found {
        match by_rule.iter_mut().find(|(known, _)| known.finding.rule == found.finding.rule) {
            Some((_, more)) => *more += 1,
            None => by_rule.push((found, 0)),
        }
    }
    by_rule.sort_by_key(|(found, _)| std::cmp::Reverse(found.finding.level));
    let answer =
        |(found, more): &(&Found, usize)| finding(screen, found, &answered(report, found, *more), false);
    let mut blocks: Vec<String> = by_rule.iter().map(answer).collect();
    blocks.extend(report.open.iter().map(|open| {
        let text = screen.wrap(&format!("not judged: {}: {}", open.rule, open.why), 2);
        screen.paint(Tone::Quiet, text.trim_start())
    }));
    let passed = count(report.passed, "rule");
    blocks.push(format!("{}, {passed} passed{}", report.counts(), suppressed(report)));
    blocks.join("\n")
}

/// In which answer it was found, where there were several.
fn answered(report: &Report, found: &Found, more: usize) -> String {
    let more = if more > 0 { format!(", and {}", count(more, "other")) } else { String::new() };
    if report.exchanges > 1 { format!("  --> {}{more}", found.request) } else { String::new() }
}

fn place(found: &Found, more: usize) -> String {
    let (file, line) = (&found.place.file, found.place.line);
    let entry = match found.place.number {
        None => format!("{file}:{line}"),
        Some(number) if file == "-" => format!("exchange {number}"),
        Some(number) => format!("{file}:{line}  entry {number}"),
    };
    let more = if more > 0 { format!(", and {more} more like it (--all)") } else { String::new() };
    format!("  --> {entry}, {}{more}", found.request)
}

/// One finding. `place` says where it stands, if that is not clear.
fn finding(screen: &Screen, found: &Found, place: &str, explain: bool) -> String {
    let rule = found.finding.rule;
    let tone = match found.finding.level {
        Level::Must => Tone::Bad,
        Level::Should => Tone::Warning,
        Level::Advice => Tone::Quiet,
    };
    let head = format!(
        "{}: {}",
        screen.paint(tone, &format!("{}[{}]", found.finding.level, rule.id)),
        rule.page.summary
    );
    let gap = SOURCE_COLUMN.saturating_sub(columns(&head) + columns(rule.source)).max(3);
    let mut lines = vec![format!("{head}{}{}", " ".repeat(gap), screen.paint(Tone::Quiet, rule.source))];
    if !place.is_empty() {
        lines.push(place.to_owned());
    }
    let message = if found.finding.message == rule.page.summary { "" } else { &found.finding.message };
    lines.extend(found.pointed.iter().flat_map(|pointed| snippet(screen, pointed, message)));
    if found.pointed.is_none() && !message.is_empty() {
        lines.push(screen.wrap(message, 3));
    }
    lines.push(format!(" fix: {}", screen.wrap(&found.finding.fix, 6).trim_start()));
    if explain {
        lines.push(screen.wrap(rule.page.reason, 1));
    }
    lines.push(screen.paint(Tone::Quiet, &format!(" more: statusquo explain {}", rule.id)));
    lines.join("\n")
}

/// The line with its number, and what is marked below it.
fn snippet(screen: &Screen, pointed: &Pointed, message: &str) -> Vec<String> {
    let number = pointed.line.to_string();
    let margin = " ".repeat(number.len());
    let (text, marked) = cut(&pointed.text, &pointed.marked);
    let part = if pointed.part == "response" { String::new() } else { format!("   ({})", pointed.part) };
    let carets = "^".repeat(marked.len().max(1));
    let below = format!("{}{carets} {message}", " ".repeat(marked.start));
    vec![
        format!(
            " {} {text}{}",
            screen.paint(Tone::Quiet, &format!("{number} |")),
            screen.paint(Tone::Quiet, &part)
        ),
        format!(
            " {} {}",
            screen.paint(Tone::Quiet, &format!("{margin} |")),
            screen.paint(Tone::Warning, below.trim_end())
        ),
    ]
}

/// A part of a long line around what is marked.
fn cut(text: &str, marked: &std::ops::Range<usize>) -> (String, std::ops::Range<usize>) {
    let length = text.chars().count();
    if length <= LONGEST_SNIPPET {
        return (text.to_owned(), marked.clone());
    }
    let from = marked.start.saturating_sub(LONGEST_SNIPPET / 3).min(length - LONGEST_SNIPPET);
    let inner: String = text.chars().skip(from).take(LONGEST_SNIPPET).collect();
    let (before, after) =
        (if from > 0 { "…" } else { "" }, if from + LONGEST_SNIPPET < length { "…" } else { "" });
    let shift = before.chars().count();
    let end = marked.end.min(from + LONGEST_SNIPPET);
    (
        format!("{before}{inner}{after}"),
        marked.start - from + shift..(end - from + shift).max(marked.start - from + shift),
    )
}

fn summary(report: &Report) -> String {
    let rules = match report.rules.len() {
        0 => String::new(),
        rules => format!(" from {}", count(rules, "rule")),
    };
    let dropped =
        report.levels.of(Level::Must) + report.levels.of(Level::Should) + report.levels.of(Level::Advice)
            - report.found.len();
    let dropped =
        if dropped > 0 { format!("; {dropped} findings are counted and not shown") } else { String::new() };
    let suppressed = suppressed(report);
    format!("{}: {}{rules}{dropped}{suppressed}", report.judged(), report.counts())
}

/// What the configuration keeps from being shown is said, so that nobody takes silence for a pass.
fn suppressed(report: &Report) -> String {
    if report.suppressed > 0 { format!("; {} suppressed", report.suppressed) } else { String::new() }
}
