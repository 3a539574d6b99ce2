//! Burn-rate alerts over pairs of windows, with a gate against chance.

use super::{Counted, Objective, Timeline, run};
use crate::statistics::binomial_tail;

/// Counts that come by chance more often than this wake nobody. Windows are looked at every few seconds, so that chance
/// has many tries: with 1e-3 a healthy service with one request a minute is paged for 0.15 times a month, with this less
/// than 0.1 times (`examples/false-pages.rs`).
const SIGNIFICANT: f64 = 5e-4;
/// An alarm ends when the burn rate is below this share of its threshold.
const HYSTERESIS: f64 = 0.9;

/// How soon somebody has to act.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Urgency {
    /// In the next days.
    Ticket,
    /// Now.
    Page,
}

/// A long and a short window, and the share of the budget that may burn in the long one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pair {
    /// How soon somebody has to act.
    pub urgency: Urgency,
    /// The long window, in seconds.
    pub long_seconds: i64,
    /// The short one, which ends the alarm soon after the fault: a twelfth.
    pub short_seconds: i64,
    /// The share of the whole budget, in thousandths.
    pub share_thousandths: u32,
}

impl Pair {
    /// The burn rate above which it fires: 1 spends the budget exactly by the end of the period.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "seconds of a year")]
    pub fn threshold(&self, period_seconds: i64) -> f64 {
        f64::from(self.share_thousandths) / 1000.0 * period_seconds as f64 / self.long_seconds as f64
    }
}

/// The pairs that an objective is watched by, within a period.
#[derive(Debug, Clone, PartialEq)]
pub struct Policy {
    /// What is promised.
    pub objective: Objective,
    /// For how long, in seconds.
    pub period_seconds: i64,
    /// The pairs, the most urgent first.
    pub pairs: Vec<Pair>,
}

/// The burn rates of both windows of a pair, and what was counted in the long one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BurnRates {
    /// Over the long window.
    pub long: f64,
    /// Over the short window.
    pub short: f64,
    /// What was counted in the long window.
    pub counted: Counted,
    /// How likely at least so many bad events are when the objective just holds.
    pub by_chance: f64,
    /// The newest events, where these alone speak for an outage: what an hour of few requests cannot say so soon.
    pub outage: Option<Counted>,
}

/// Whether a pair fires, and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// Both windows burn too fast, and not by chance.
    Burning,
    /// The long window does not burn too fast.
    LongIsCalm,
    /// The short window does not burn too fast any more.
    ShortIsCalm,
    /// Chance explains it.
    Chance,
    /// Even if everything fails, the threshold is not reached: the pair can never fire.
    Impossible,
}

/// A pair that fires.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Alarm {
    /// Which one.
    pub pair: Pair,
    /// How fast it burns.
    pub rates: BurnRates,
}

const HOUR: i64 = 3600;
const DAY: i64 = 86_400;

impl Policy {
    /// The workbook's four pairs (chapter 5, "Multiwindow, Multi-Burn-Rate Alerts"), for any period: the shares of the
    /// budget stay, the thresholds follow.
    #[must_use]
    pub fn workbook(objective: Objective, period_days: u32) -> Self {
        let pair = |urgency, long_seconds, share_thousandths| Pair {
            urgency,
            long_seconds,
            short_seconds: long_seconds / 12,
            share_thousandths,
        };
        Self {
            objective,
            period_seconds: i64::from(period_days) * DAY,
            pairs: vec![
                pair(Urgency::Page, HOUR, 20),
                pair(Urgency::Page, 6 * HOUR, 50),
                pair(Urgency::Ticket, DAY, 100),
                pair(Urgency::Ticket, 3 * DAY, 100),
            ],
        }
    }

    /// How fast a pair burns at a moment.
    #[must_use]
    pub fn rates(&self, pair: &Pair, timeline: &Timeline, now_seconds: i64) -> BurnRates {
        let budget = self.objective.budget_ratio();
        let counted = timeline.window(now_seconds, pair.long_seconds);
        let short = timeline.window(now_seconds, pair.short_seconds);
        let long = counted.bad_ratio() / budget;
        // What is within the budget needs no proof.
        let by_chance = if long <= 1.0 { 1.0 } else { binomial_tail(counted.bad, counted.valid(), budget) };
        let short = short.bad_ratio() / budget;
        let threshold = pair.threshold(self.period_seconds);
        let is_open =
            pair.urgency == Urgency::Page && by_chance >= SIGNIFICANT && long.min(short) >= threshold;
        let hourly = || counted.valid() * 3600 / pair.long_seconds.unsigned_abs().max(1);
        let outage = is_open.then(|| run::outage(timeline, now_seconds, hourly(), budget)).flatten();
        BurnRates { long, short, counted, by_chance, outage }
    }

    /// Does a pair fire? `firing` says whether it already does: then it ends a little below its threshold.
    #[must_use]
    pub fn decide(&self, pair: &Pair, rates: &BurnRates, firing: bool) -> Reason {
        let threshold = pair.threshold(self.period_seconds);
        if threshold * self.objective.budget_ratio() > 1.0 {
            return Reason::Impossible;
        }
        let least = if firing { threshold * HYSTERESIS } else { threshold };
        if rates.short < least {
            Reason::ShortIsCalm
        } else if firing {
            Reason::Burning
        } else if rates.long < least {
            Reason::LongIsCalm
        } else if rates.by_chance >= SIGNIFICANT && rates.outage.is_none() {
            Reason::Chance
        } else {
            Reason::Burning
        }
    }

    /// The most urgent pair that fires at a moment.
    #[must_use]
    pub fn alarm(&self, timeline: &Timeline, now_seconds: i64) -> Option<Alarm> {
        self.pairs.iter().find_map(|pair| {
            let rates = self.rates(pair, timeline, now_seconds);
            (self.decide(pair, &rates, false) == Reason::Burning).then_some(Alarm { pair: *pair, rates })
        })
    }

    /// The shortest long window in which a total outage could still fire its pair, for objectives that are so loose that
    /// the workbook's thresholds are out of reach.
    #[must_use]
    pub fn largest_possible_threshold(&self) -> f64 {
        1.0 / self.objective.budget_ratio()
    }

    /// The share of the budget that is spent, in the period up to a moment; above 1 when it is overdrawn.
    #[must_use]
    pub fn spent(&self, timeline: &Timeline, now_seconds: i64) -> f64 {
        let counted = timeline.window(now_seconds, self.period_seconds);
        counted.bad_ratio() / self.objective.budget_ratio()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn policy(objective: &str) -> Policy {
        Policy::workbook(objective.parse().unwrap(), 30)
    }

    /// Minutes of a share of errors, after a good week, until a page or a ticket.
    fn minutes_until(urgency: Urgency, errors: f64) -> Option<f64> {
        let policy = policy("99.9");
        let mut timeline = Timeline::new(0, 10, 4 * DAY);
        let (rate, begin) = (1_000_000_u64, 3 * DAY);
        for at in (0..begin).step_by(10) {
            timeline.add(at, Counted { good: rate, bad: 0 });
        }
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            clippy::cast_precision_loss,
            reason = "a test"
        )]
        let bad = (rate as f64 * errors) as u64;
        for at in (begin..begin + 3 * DAY).step_by(10) {
            timeline.add(at, Counted { good: rate - bad, bad });
            let fires = |pair: &&Pair| {
                let rates = policy.rates(pair, &timeline, at + 10);
                pair.urgency == urgency && policy.decide(pair, &rates, false) == Reason::Burning
            };
            if policy.pairs.iter().any(|pair| fires(&pair)) {
                #[expect(clippy::cast_precision_loss, reason = "a test")]
                return Some((at + 10 - begin) as f64 / 60.0);
            }
        }
        None
    }

    #[test]
    fn thresholds_are_those_of_the_workbook_and_follow_the_period() {
        let thresholds = |days| {
            let policy = Policy::workbook("99.9".parse().unwrap(), days);
            policy
                .pairs
                .iter()
                .map(|pair| (pair.threshold(policy.period_seconds) * 1000.0).round() / 1000.0)
                .collect::<Vec<_>>()
        };
        assert_eq!(thresholds(30), [14.4, 6.0, 3.0, 1.0]);
        assert_eq!(thresholds(28), [13.44, 5.6, 2.8, 0.933]);
    }

    #[test]
    fn detection_times_are_those_of_the_formula() {
        // (1 − objective) ÷ errors × window × burn, rounded up to the bucket of 10 s.
        for (errors, page, ticket) in [
            (1.0, Some(0.864), 4.32),
            (0.5, Some(1.73), 8.64),
            (0.2, Some(4.32), 21.6),
            (0.1, Some(8.64), 43.2),
            (0.05, Some(17.28), 86.4),
            (0.02, Some(43.2), 216.0),
            (0.01, Some(216.0), 432.0),
            (0.005, None, 864.0),
            (0.002, None, 2160.0),
        ] {
            let near = |found: Option<f64>, expect: f64| {
                found.is_some_and(|found| (found - expect).abs() <= (expect * 0.001).max(0.18))
            };
            match page {
                Some(page) => assert!(
                    near(minutes_until(Urgency::Page, errors), page),
                    "{errors}: {:?}",
                    minutes_until(Urgency::Page, errors)
                ),
                None => assert_eq!(minutes_until(Urgency::Page, errors), None, "{errors}"),
            }
            let found = minutes_until(Urgency::Ticket, errors);
            assert!(near(found, ticket), "{errors}: {found:?} instead of {ticket}");
        }
    }

    #[test]
    fn what_can_never_fire_is_told() {
        let policy = policy("90");
        let counted = Counted { good: 0, bad: 1000 };
        let rates = BurnRates { long: 10.0, short: 10.0, counted, by_chance: 0.0, outage: None };
        let reasons: Vec<Reason> =
            policy.pairs.iter().map(|pair| policy.decide(pair, &rates, false)).collect();
        assert_eq!(reasons.first(), Some(&Reason::Impossible));
        assert!((policy.largest_possible_threshold() - 10.0).abs() < 1e-9);
    }

    #[test]
    fn one_failure_in_ten_requests_an_hour_wakes_nobody() {
        let policy = policy("99.9");
        let mut timeline = Timeline::new(0, 60, 4 * DAY);
        for hour in 0..72 {
            timeline.add(hour * HOUR, Counted { good: 10, bad: 0 });
        }
        timeline.add(72 * HOUR, Counted { good: 9, bad: 1 });
        let now = 72 * HOUR + 60;
        let rates = policy.rates(&policy.pairs[0], &timeline, now);
        assert_eq!(policy.decide(&policy.pairs[0], &rates, false), Reason::Chance);
        assert_eq!(policy.alarm(&timeline, now), None);
        timeline.add(now, Counted { good: 0, bad: 1 });
        assert!(policy.alarm(&timeline, now + 60).is_some());
    }
}
