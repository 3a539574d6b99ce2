//! Several codes side by side, and what tells look-alikes apart.

use serde_json::{Value, json};
use statusquo_catalogue::{Confusion, StatusCode, confusions};

use crate::cli::{Screen, Tone};

/// Side by side, as text.
pub(super) fn text(screen: &Screen, codes: &[StatusCode]) -> String {
    let mut blocks = Vec::new();
    let head: Vec<String> = codes.iter().map(ToString::to_string).collect();
    let head: Vec<&str> = std::iter::once("").chain(head.iter().map(String::as_str)).collect();
    for &code in codes {
        let title = format!("{code} {}", code.phrase());
        let title = format!("{} {}", screen.mark(code), screen.paint(Tone::Strong, &title));
        blocks.push(format!("{title}\n{}", screen.wrap(meaning(code), 2)));
    }
    blocks.push(screen.table(&head, &rows(codes)));
    let lines: Vec<String> = differences(codes).iter().map(|line| screen.wrap(line, 0)).collect();
    if !lines.is_empty() {
        blocks.push(lines.join("\n"));
    }
    blocks.join("\n\n")
}

/// Side by side, as Markdown.
pub(super) fn markdown(codes: &[StatusCode]) -> String {
    let mut text = String::from("| |");
    for code in codes {
        text.push_str(&format!(" {code} {} |", code.phrase()));
    }
    text.push_str(&format!("\n|---|{}\n", "---|".repeat(codes.len())));
    for row in rows(codes) {
        text.push_str(&format!("| {} |\n", row.join(" | ")));
    }
    for line in differences(codes) {
        text.push_str(&format!("\n- {line}"));
    }
    text
}

/// What tells them apart, for programs.
pub(super) fn json(codes: &[StatusCode]) -> Value {
    differences(codes).into_iter().map(|line| json!(line)).collect()
}

fn meaning(code: StatusCode) -> &'static str {
    code.entry().map_or_else(|| code.class().meaning(), |entry| entry.meaning)
}

fn rows(codes: &[StatusCode]) -> Vec<Vec<String>> {
    type Fact = fn(StatusCode) -> String;
    let facts: [(&str, Fact); 5] = [
        ("who acts", |code| code.entry().map_or("?", |entry| entry.actor.name()).to_owned()),
        ("retry", |code| code.entry().map_or("?", |entry| entry.retry.name()).to_owned()),
        ("caches store it", |code| code.entry().map_or("?", |entry| entry.caching.name()).to_owned()),
        ("content", |code| code.entry().map_or("?", |entry| entry.content.name()).to_owned()),
        ("in SLOs", |code| code.slo_event().name().to_owned()),
    ];
    facts
        .iter()
        .map(|(label, fact)| {
            std::iter::once((*label).to_owned()).chain(codes.iter().map(|&code| fact(code))).collect()
        })
        .collect()
}

/// What the catalogue says about telling each pair apart.
fn differences(codes: &[StatusCode]) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for &code in codes {
        let others = code.entry().map(|entry| entry.look_alikes).unwrap_or_default();
        for other in others.iter().filter(|other| codes.contains(&other.code)) {
            lines.push(format!("{code} against {}: {} says {}", other.code, other.code, other.difference));
        }
        for confusion in confusions(code) {
            let named = |code: &StatusCode| confusion.sides.iter().any(|side| side.code == *code);
            if codes.iter().filter(|code| named(code)).count() > 1 {
                lines.push(in_words(confusion));
            }
        }
    }
    let mut seen = std::collections::BTreeSet::new();
    lines.retain(|line| seen.insert(line.clone()));
    lines
}

fn in_words(confusion: &Confusion) -> String {
    let sides: Vec<String> =
        confusion.sides.iter().map(|side| format!("{}: {}", side.code, side.says)).collect();
    format!("{} {}. {}", confusion.question, sides.join("; "), confusion.advice).trim_end().to_owned()
}
