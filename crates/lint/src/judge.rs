//! Applies the rules, with the levels that were chosen.

use statusquo_exchange::Exchange;

use crate::case::Case;
use crate::rule::Check;
use crate::verdict::{Flag, Verdict};
use crate::{Finding, Level, Profile, RULES, Rule};

/// Applies the rules, with the levels that were chosen.
#[derive(Debug, Clone)]
pub struct Judge {
    /// For each rule its level; `None` means that it is off.
    levels: Vec<Option<Level>>,
}

/// What was found in one exchange.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Judgement {
    /// What is wrong, gravest first.
    pub findings: Vec<Finding>,
    /// How many rules spoke of such an exchange and found it right.
    pub passed: usize,
    /// The rules that would have spoken and could not judge, since something was not recorded.
    pub not_judged: Vec<&'static str>,
}

impl Default for Judge {
    fn default() -> Self {
        Self::new(Profile::default())
    }
}

impl Judge {
    /// All rules, with the levels of a profile.
    #[must_use]
    pub fn new(profile: Profile) -> Self {
        Self { levels: RULES.iter().map(|rule| rule.levels.of(profile)).collect() }
    }

    /// Gives a rule another level, or turns it off; `false` when there is no such rule.
    pub fn set(&mut self, id: &str, level: Option<Level>) -> bool {
        let found = RULES.iter().position(|rule| rule.id == id).and_then(|at| self.levels.get_mut(at));
        found.map(|slot| *slot = level).is_some()
    }

    /// The level of a rule, if it is on.
    #[must_use]
    pub fn level(&self, rule: &Rule) -> Option<Level> {
        let at = RULES.iter().position(|known| known == rule)?;
        self.levels.get(at).copied().flatten()
    }

    /// Judges one exchange by all rules that need nothing more. Without a response there is nothing to judge.
    #[must_use]
    pub fn judge(&self, exchange: &Exchange) -> Judgement {
        let mut judgement = Judgement::default();
        let Some(case) = Case::new(exchange) else { return judgement };
        for (rule, level) in RULES.iter().zip(&self.levels) {
            if let (Some(check), Some(level)) = (rule.check, *level) {
                apply(&case, rule, check, level, &mut judgement);
            }
        }
        judgement.findings.sort_by_key(|finding| std::cmp::Reverse(finding.level));
        judgement
    }
}

fn apply(case: &Case<'_>, rule: &'static Rule, check: Check, level: Level, judgement: &mut Judgement) {
    if !check.when.applies(case) {
        return;
    }
    match (check.judge)(case) {
        Ok(Verdict::Silent) => {}
        Ok(Verdict::Clean) => judgement.passed += 1,
        Ok(Verdict::Flagged(flags)) => {
            judgement.findings.extend(flags.into_iter().map(|flag| finding(rule, level, flag)));
        }
        Err(_) => judgement.not_judged.push(rule.id),
    }
}

pub(crate) fn finding(rule: &'static Rule, level: Level, flag: Flag) -> Finding {
    let first_line = rule.page.fix.lines().next().unwrap_or_default();
    Finding {
        rule,
        level,
        message: flag.message.unwrap_or_else(|| rule.page.summary.to_owned()),
        place: flag.place,
        fix: flag.fix.unwrap_or_else(|| first_line.trim_end_matches('.').to_owned()),
    }
}
