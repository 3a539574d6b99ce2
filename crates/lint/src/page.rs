//! The page of a rule: manual, `explain` text and test in one.
//!
//! ```text
//! ## unauthorized-missing-challenge
//!
//! A 401 has to say how to sign in.
//!
//! - Level: must
//! - Source: RFC 9110, 15.5.2
//! - Needs: one exchange
//!
//! Why that matters, in a paragraph or two.
//!
//! ### Flagged
//! ```http … ```
//! ### Clean
//! ```http … ```
//! ### How to fix
//! One sentence that fits after "fix:". Then more, if there is more to say.
//! ```
//!
//! `Level` may name profiles: `advice (guide: should, zalando: off)`.

use crate::{Basis, Level, Levels};

/// The page of a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// What is wrong, in one sentence without full stop, such as fits after the rule's name.
    pub summary: &'static str,
    /// Why that matters.
    pub reason: &'static str,
    /// Exchanges that the rule flags.
    pub flagged: Vec<Example>,
    /// Exchanges in which no rule finds anything.
    pub clean: Vec<Example>,
    /// What to do.
    pub fix: &'static str,
    /// All of it, in Markdown.
    pub markdown: &'static str,
}

/// An example: one or several exchanges as HTTP text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Example {
    /// The text between the fences.
    pub text: &'static str,
    /// Are line endings written out (`\r\n`), because the example is about them?
    pub is_raw: bool,
    /// Is it an OpenAPI description, not HTTP?
    pub is_description: bool,
}

/// A page with what its head says of the rule.
pub(crate) struct Parsed {
    pub(crate) id: &'static str,
    pub(crate) levels: Levels,
    pub(crate) source: &'static str,
    pub(crate) basis: Basis,
    pub(crate) page: Page,
}

/// All pages of a theme.
pub(crate) fn parse(markdown: &'static str) -> impl Iterator<Item = Result<Parsed, String>> {
    markdown.split("\n## ").skip(1).map(one)
}

fn one(text: &'static str) -> Result<Parsed, String> {
    let (id, rest) =
        text.split_once('\n').ok_or_else(|| format!("`{text}` has nothing after its heading"))?;
    let id = id.trim();
    let lacks = |what: &str| format!("the page of `{id}` lacks {what}");
    let (head, rest) = rest.split_once("\n### Flagged").ok_or_else(|| lacks("`### Flagged`"))?;
    let (flagged, rest) = rest.split_once("\n### Clean").ok_or_else(|| lacks("`### Clean`"))?;
    let (clean, fix) = rest.split_once("\n### How to fix").ok_or_else(|| lacks("`### How to fix`"))?;
    let (summary, head) = head.trim().split_once("\n\n").ok_or_else(|| lacks("a summary"))?;
    let (facts, reason) = head.split_once("\n\n").ok_or_else(|| lacks("a reason"))?;
    let fact = |name: &str| {
        let of = |line: &'static str| line.strip_prefix("- ")?.strip_prefix(name)?.strip_prefix(": ");
        facts.lines().find_map(of).ok_or_else(|| lacks(name))
    };
    Ok(Parsed {
        id,
        levels: levels(fact("Level")?).ok_or_else(|| lacks("a level that can be read"))?,
        source: fact("Source")?,
        basis: basis(fact("Needs")?).ok_or_else(|| lacks("a need that is known"))?,
        page: Page {
            summary: summary.trim().trim_end_matches('.'),
            reason: reason.trim(),
            flagged: examples(flagged),
            clean: examples(clean),
            fix: fix.trim(),
            markdown: text,
        },
    })
}

/// `advice (guide: should, zalando: off)`
fn levels(text: &str) -> Option<Levels> {
    let (general, special) = text.split_once(" (").unwrap_or((text, ")"));
    let level = |word: &str| if word == "off" { Some(None) } else { word.parse::<Level>().ok().map(Some) };
    let general = level(general.trim())?;
    let mut levels = Levels { rfc: general, guide: general, zalando: general };
    for part in special.strip_suffix(')')?.split(", ").filter(|part| !part.is_empty()) {
        let (profile, word) = part.split_once(": ")?;
        match profile {
            "rfc" => levels.rfc = level(word)?,
            "guide" => levels.guide = level(word)?,
            "zalando" => levels.zalando = level(word)?,
            _ => return None,
        }
    }
    Some(levels)
}

fn basis(text: &str) -> Option<Basis> {
    match text {
        "one exchange" => Some(Basis::Exchange),
        "raw bytes" | "a protocol label" => Some(Basis::Wire),
        "several exchanges" => Some(Basis::Series),
        "an active probe" => Some(Basis::Probe),
        "an OpenAPI description" => Some(Basis::Description),
        _ => None,
    }
}

fn examples(text: &'static str) -> Vec<Example> {
    let mut examples = Vec::new();
    let mut rest = text;
    while let Some((_, fence)) = rest.split_once("```") {
        let Some((kind, after)) = fence.split_once('\n') else { break };
        let Some((text, after)) = after.split_once("\n```") else { break };
        let kind = kind.trim();
        if kind.starts_with("http") || kind == "yaml" {
            examples.push(Example { text, is_raw: kind == "http raw", is_description: kind == "yaml" });
        }
        rest = after;
    }
    examples
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_may_differ_by_profile() {
        let of = |text| levels(text).map(|levels| (levels.rfc, levels.guide, levels.zalando));
        assert_eq!(of("must"), Some((Some(Level::Must), Some(Level::Must), Some(Level::Must))));
        assert_eq!(
            of("advice (guide: should, zalando: off)"),
            Some((Some(Level::Advice), Some(Level::Should), None))
        );
        assert_eq!(of("error"), None);
    }
}
