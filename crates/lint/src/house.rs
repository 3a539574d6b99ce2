//! Rules of the house: what a team demands beyond the standards, by its configuration.

use std::sync::{PoisonError, RwLock};

use crate::{Basis, Level, Levels, Page, Rule};

/// No more are remembered: a configuration that is read again and again may bring ever new ones.
const MOST_KNOWN: usize = 4096;

/// What a team says of a rule of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HouseRule {
    /// The rule's id.
    pub id: String,
    /// Its level.
    pub level: Level,
    /// What it demands, in one sentence without full stop.
    pub summary: String,
    /// Why.
    pub reason: String,
    /// What to do.
    pub fix: String,
}

/// The rules of the house, the newest last. A finding speaks of its rule for as long as the program runs, whether or not
/// the rule is still configured; so they are kept, each of them once.
static KNOWN: RwLock<Vec<(HouseRule, &'static Rule)>> = RwLock::new(Vec::new());

/// The rule that a team describes; the same one for the same words. `None` when there are far too many.
#[must_use]
pub fn house_rule(told: HouseRule) -> Option<&'static Rule> {
    let mut known = KNOWN.write().unwrap_or_else(PoisonError::into_inner);
    if let Some(at) = known.iter().position(|(earlier, _)| *earlier == told) {
        // The one that counts under its id is the one that was described last.
        let again = known.remove(at);
        let rule = again.1;
        known.push(again);
        return Some(rule);
    }
    if known.len() >= MOST_KNOWN {
        return None;
    }
    let rule: &'static Rule = Box::leak(Box::new(made(&told)));
    known.push((told, rule));
    Some(rule)
}

/// The rule of the house with this id.
pub(crate) fn known(id: &str) -> Option<&'static Rule> {
    let known = KNOWN.read().unwrap_or_else(PoisonError::into_inner);
    known.iter().rev().find(|(told, _)| told.id == id).map(|(_, rule)| *rule)
}

fn made(told: &HouseRule) -> Rule {
    let kept = |text: &str| -> &'static str { Box::leak(text.to_owned().into_boxed_str()) };
    let markdown = format!(
        "{}\n\n{}.\n\n- Level: {}\n- Source: house rule\n\n{}\n\n### How to fix\n\n{}\n",
        told.id, told.summary, told.level, told.reason, told.fix
    );
    let level = Some(told.level);
    Rule {
        id: kept(&told.id),
        theme: "house",
        levels: Levels { rfc: level, guide: level, zalando: level },
        source: "house rule",
        page: Page {
            summary: kept(&told.summary),
            reason: kept(&told.reason),
            flagged: Vec::new(),
            clean: Vec::new(),
            fix: kept(&told.fix),
            markdown: kept(&markdown),
        },
        basis: Basis::Exchange,
        check: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_of_the_house_is_made_once_and_found_by_its_id_as_it_was_described_last() {
        let told = |level| HouseRule {
            id: "house-test-rule".to_owned(),
            level,
            summary: "every answer has X-Team".to_owned(),
            reason: "we want to know whose it is".to_owned(),
            fix: "x-team: orders".to_owned(),
        };
        let first = house_rule(told(Level::Must)).unwrap();
        assert!(std::ptr::eq(first, house_rule(told(Level::Must)).unwrap()));
        let other = house_rule(told(Level::Advice)).unwrap();
        assert!(std::ptr::eq(known("house-test-rule").unwrap(), other));
        assert!(std::ptr::eq(house_rule(told(Level::Must)).unwrap(), first));
        assert!(std::ptr::eq(known("house-test-rule").unwrap(), first));
        assert_eq!(crate::rule("house-test-rule").unwrap().page.fix, "x-team: orders");
    }
}
