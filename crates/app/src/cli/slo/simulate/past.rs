//! How an objective would have done over the past.

use statusquo_slo::budget::{BurnRates, Change, Counted, Objective, Pair, Slo};

use crate::cli::backtest::{Course, STEP, at};

/// Points of the line that shows what was spent.
pub(super) const POINTS: i64 = 40;
/// Objectives that people promise, the strictest first.
const USUAL: [&str; 12] =
    ["99.999", "99.99", "99.95", "99.9", "99.8", "99.5", "99", "98", "95", "90", "80", "50"];

/// How an objective would have done.
pub(super) struct Went {
    pub(super) slo: Slo,
    /// What was counted in the time that was played.
    pub(super) counted: Counted,
    /// The share of the budget that was spent, in thousandths, from the beginning to the end.
    pub(super) spent: Vec<u64>,
    /// When which pair of windows would have told somebody, in order.
    pub(super) told: Vec<Told>,
}

/// A pair of windows that would have told somebody.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Told {
    pub(super) pair: Pair,
    pub(super) rates: BurnRates,
    /// From when on, in seconds since 1970.
    pub(super) from: i64,
    /// Until when; `None` when it goes on.
    pub(super) until: Option<i64>,
}

impl Went {
    /// Were there more bad events than the objective allows for so many?
    pub(super) fn is_missed(&self) -> bool {
        self.counted.bad > self.slo.objective.allowed(self.counted.valid())
    }

    /// The strictest of the objectives that people promise that was kept.
    pub(super) fn kept(&self) -> Option<Objective> {
        strictest(self.counted)
    }
}

/// Plays the past of an objective.
pub(super) fn went(mut course: Course, (from, until): (i64, i64)) -> Went {
    let mut told: Vec<Told> = Vec::new();
    let begins = |pair, rates, from| Told { pair, rates, from, until: None };
    let firing = course.budget.burning(from).into_iter().filter(|(_, _, firing)| *firing);
    told.extend(firing.map(|(pair, rates, _)| begins(pair, rates, from)));
    let mut spent = vec![spent_by(&course, from)];
    let width = ((until - from) / POINTS).max(STEP);
    let mut now = from;
    while now < until {
        now = (now + STEP).min(until);
        for change in course.advance(now) {
            match change {
                Change::Fires(pair, rates) => told.push(begins(pair, rates, now)),
                Change::Calm(pair, _) => {
                    let open = told.iter_mut().rev().find(|told| told.pair == pair && told.until.is_none());
                    if let Some(open) = open {
                        open.until = Some(now);
                    }
                }
            }
        }
        if (now - from) / width > (now - from - STEP) / width {
            spent.push(spent_by(&course, now));
        }
    }
    Went { counted: course.counted, slo: course.slo, spent, told }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share, never negative")]
fn spent_by(course: &Course, now: i64) -> u64 {
    ((1.0 - course.budget.standing(at(now)).left) * 1000.0).max(0.0) as u64
}

fn strictest(counted: Counted) -> Option<Objective> {
    let mut usual = USUAL.into_iter().filter_map(|text| text.parse::<Objective>().ok());
    usual.find(|objective| counted.valid() > 0 && counted.bad <= objective.allowed(counted.valid()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_strictest_objective_that_was_kept_is_found() {
        for (good, bad, expected) in [
            (0, 0, None),
            (1000, 0, Some("99.999 %")),
            (9_990, 10, Some("99.9 %")),
            (9_989, 11, Some("99.8 %")),
            (10, 90, None),
        ] {
            let found = strictest(Counted { good, bad }).map(|objective| objective.to_string());
            assert_eq!(found.as_deref(), expected, "{good} {bad}");
        }
    }
}
