//! Applies the rules, with the levels that were chosen.

use statusquo_exchange::Exchange;

use crate::case::Case;
use crate::plan::{Plan, Step};
use crate::verdict::{Flag, Opinion, Verdict};
use crate::{Finding, Level, Profile, RULES, Rule, Suppression};

/// Applies the rules, with the levels that were chosen.
#[derive(Debug, Clone)]
pub struct Judge {
    /// For each rule its level; `None` means that it is off.
    levels: Vec<Option<Level>>,
    /// For each rule: did somebody choose its level?
    chosen: Vec<bool>,
    suppressions: Vec<Suppression>,
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
    /// How many findings are known and not to be shown.
    pub suppressed: usize,
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
        let levels = RULES.iter().map(|rule| rule.levels.of(profile)).collect();
        Self { levels, chosen: vec![false; RULES.len()], suppressions: Vec::new() }
    }

    /// Gives a rule another level, or turns it off; `false` when there is no such rule.
    pub fn set(&mut self, id: &str, level: Option<Level>) -> bool {
        let Some(at) = RULES.iter().position(|rule| rule.id == id) else { return false };
        self.levels.get_mut(at).into_iter().for_each(|slot| *slot = level);
        self.chosen.get_mut(at).into_iter().for_each(|slot| *slot = true);
        true
    }

    /// Keeps such findings from being shown.
    pub fn suppress(&mut self, suppression: Suppression) {
        self.suppressions.push(suppression);
    }

    /// Is a finding of this rule in this exchange known and not to be shown?
    #[must_use]
    pub fn is_suppressed(&self, rule: &Rule, exchange: &Exchange) -> bool {
        self.suppressions.iter().any(|suppression| suppression.covers(rule.id, exchange))
    }

    /// Takes out the findings that are not to be shown, and counts them.
    #[must_use]
    pub fn without_suppressed(&self, exchange: &Exchange, mut judgement: Judgement) -> Judgement {
        let before = judgement.findings.len();
        judgement.findings.retain(|finding| !self.is_suppressed(finding.rule, exchange));
        judgement.suppressed += before - judgement.findings.len();
        judgement
    }

    /// The level of a rule, if it is on; a rule of the house brings its own.
    #[must_use]
    pub fn level(&self, rule: &Rule) -> Option<Level> {
        match RULES.iter().position(|known| known == rule) {
            Some(at) => self.levels.get(at).copied().flatten(),
            None => rule.levels.guide,
        }
    }

    /// Judges one exchange by all rules that need nothing more. Without a response there is nothing to judge.
    #[must_use]
    pub fn judge(&self, exchange: &Exchange) -> Judgement {
        let Some(case) = Case::new(exchange) else { return Judgement::default() };
        let mut found = Found::default();
        Plan::of_all().each(&case, |step| {
            if let Some(level) = self.levels.get(step.rule).copied().flatten() {
                let is_chosen = self.chosen.get(step.rule).copied().unwrap_or_default();
                found.add(step, (level, is_chosen), (step.check.judge)(&case));
            }
        });
        if self.suppressions.is_empty() {
            found.into()
        } else {
            self.without_suppressed(exchange, found.into())
        }
    }
}

/// What was found so far, each with the number of its rule: rules are asked in no order.
#[derive(Default)]
struct Found {
    flags: Vec<(usize, Level, Flag)>,
    passed: usize,
    not_judged: Vec<usize>,
}

impl Found {
    fn add(&mut self, step: &Step, (level, is_chosen): (Level, bool), opinion: Opinion) {
        let of = |flag: &Flag| if flag.is_advice && !is_chosen { Level::Advice } else { level };
        match opinion {
            Ok(Verdict::Silent) => {}
            Ok(Verdict::Clean) => self.passed += 1,
            Ok(Verdict::Flagged(flags)) => {
                self.flags.extend(flags.into_iter().map(|flag| (step.rule, of(&flag), flag)));
            }
            Err(_) => self.not_judged.push(step.rule),
        }
    }
}

impl From<Found> for Judgement {
    fn from(mut found: Found) -> Self {
        found.flags.sort_by_key(|(rule, level, _)| (std::cmp::Reverse(*level), *rule));
        found.not_judged.sort_unstable();
        let flagged = found.flags.into_iter();
        Self {
            findings: flagged
                .filter_map(|(rule, level, flag)| Some(finding(RULES.get(rule)?, level, flag)))
                .collect(),
            passed: found.passed,
            not_judged: found.not_judged.into_iter().filter_map(|rule| Some(RULES.get(rule)?.id)).collect(),
            suppressed: 0,
        }
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
