//! One error budget: what was counted, how fast it burns, what spent it.

use std::collections::{BTreeMap, VecDeque};

use jiff::Timestamp;

use super::{BurnRates, Correction, Counted, Episode, Indicator, Pair, Period, Policy, Reason, Timeline};
use crate::Answer;

/// So many episodes are remembered.
const EPISODES: usize = 100;
/// Bad events this far apart belong to different episodes, in seconds.
const APART: i64 = 30 * 60;
/// The window that shows whether the budget is being spent too fast just now, in seconds.
const NOW: i64 = 300;
/// A failing that has stopped shows so few bad events by chance more seldom than this.
const STOPPED: f64 = 0.05;

/// One error budget.
#[derive(Debug, Clone)]
pub struct ErrorBudget {
    indicator: Indicator,
    policy: Policy,
    period: Period,
    timeline: Timeline,
    /// Which of the policy's pairs fire.
    firing: Vec<bool>,
    episodes: VecDeque<Episode>,
    /// Bad events that belong to no episode yet, and the moment of the first.
    loose: (i64, BTreeMap<Answer, u64>),
    corrections: Vec<Correction>,
}

/// What has changed since the last look.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Change {
    /// A pair has begun to fire.
    Fires(Pair, BurnRates),
    /// A pair has ended to fire.
    Calm(Pair, BurnRates),
}

/// How a budget stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Standing {
    /// What was counted in the period, corrections taken out.
    pub counted: Counted,
    /// How many bad events the objective allows for what was counted.
    pub allowed: u64,
    /// The share that is left: 1 is all of it, below 0 it is overdrawn.
    pub left: f64,
    /// How fast it burns, over the last hour: 1 spends it exactly by the end of the period.
    pub burn: f64,
    /// When it is empty if it goes on like this, in seconds since 1970; `None` when it lasts.
    pub empty: Option<i64>,
    /// The most urgent pair that fires.
    pub firing: Option<Pair>,
}

impl ErrorBudget {
    /// An untouched budget, counted from a moment in seconds since 1970.
    #[must_use]
    pub fn new(indicator: Indicator, policy: Policy, period: Period, start: i64) -> Self {
        let keep = period
            .longest_seconds()
            .max(policy.pairs.iter().map(|pair| pair.long_seconds).max().unwrap_or(0));
        Self {
            indicator,
            firing: vec![false; policy.pairs.len()],
            policy,
            timeline: Timeline::new(start, 10, keep),
            period,
            episodes: VecDeque::new(),
            loose: (start, BTreeMap::new()),
            corrections: Vec::new(),
        }
    }

    /// Counts requests that got the same answer at about the same moment, of which so many were slow.
    pub fn record(&mut self, at_seconds: i64, answer: Answer, requests: u64, slow: u64) {
        self.count(at_seconds, answer, self.indicator.count(answer, requests, slow));
    }

    /// Counts events of which somebody else has said whether they are good.
    pub fn count(&mut self, at_seconds: i64, answer: Answer, counted: Counted) {
        if counted.valid() == 0 || !self.timeline.add(at_seconds, counted) || counted.bad == 0 {
            return;
        }
        let current = self.episodes.back_mut().filter(|episode| !episode.is_over);
        let mix = if let Some(episode) = current {
            episode.ended = episode.ended.max(at_seconds);
            &mut episode.bad
        } else {
            if self.loose.1.is_empty() {
                self.loose.0 = at_seconds;
            }
            &mut self.loose.1
        };
        *mix.entry(answer).or_default() += counted.bad;
    }

    /// Looks at the pairs at a moment up to which all events are known. Where nothing at all was counted in the short
    /// window, nothing changes: no data is neither good nor bad.
    pub fn look(&mut self, now_seconds: i64) -> Vec<Change> {
        self.follow_episode(now_seconds);
        let mut changes = Vec::new();
        for (pair, firing) in self.policy.pairs.iter().zip(&mut self.firing) {
            let rates = self.policy.rates(pair, &self.timeline, now_seconds);
            let decided = self.policy.decide(pair, &rates, *firing);
            match (*firing, decided) {
                (false, Reason::Burning) => {
                    *firing = true;
                    changes.push(Change::Fires(*pair, rates));
                }
                (true, Reason::ShortIsCalm) => {
                    let short = self.timeline.window(now_seconds, pair.short_seconds);
                    if has_stopped(&self.policy, pair, &rates, short) {
                        *firing = false;
                        changes.push(Change::Calm(*pair, rates));
                    }
                }
                (false, _)
                | (true, Reason::Burning | Reason::LongIsCalm | Reason::Chance | Reason::Impossible) => {}
            }
        }
        changes
    }

    /// These pairs were firing before a restart: they are, until a look says otherwise.
    pub fn go_on_firing(&mut self, was_firing: impl Fn(&Pair) -> bool) {
        for (pair, firing) in self.policy.pairs.iter().zip(&mut self.firing) {
            *firing |= was_firing(pair);
        }
    }

    /// How it stands at a moment.
    #[must_use]
    pub fn standing(&self, now: Timestamp) -> Standing {
        let (now_seconds, began) = (now.as_second(), self.period.began(now));
        let mut counted = self.timeline.window(now_seconds, now_seconds - began);
        for correction in &self.corrections {
            let out = correction.counted(began);
            counted.good = counted.good.saturating_sub(out.good);
            counted.bad = counted.bad.saturating_sub(out.bad);
        }
        let spent = counted.bad_ratio() / self.policy.objective.budget_ratio();
        let hour = self.timeline.window(now_seconds, 3600);
        let burn = hour.bad_ratio() / self.policy.objective.budget_ratio();
        let firing = self.policy.pairs.iter().zip(&self.firing).find(|(_, firing)| **firing);
        Standing {
            counted,
            allowed: self.policy.objective.allowed(counted.valid()),
            left: 1.0 - spent,
            burn,
            empty: self.empty(now, 1.0 - spent, burn),
            firing: firing.map(|(pair, _)| *pair),
        }
    }

    /// How fast it burns in the windows of each pair, and whether the pair fires.
    #[must_use]
    pub fn burning(&self, now_seconds: i64) -> Vec<(Pair, BurnRates, bool)> {
        let pairs = self.policy.pairs.iter().zip(&self.firing);
        pairs
            .map(|(pair, firing)| (*pair, self.policy.rates(pair, &self.timeline, now_seconds), *firing))
            .collect()
    }

    /// How much of the period's budget was left at so many moments up to now, oldest first, at the traffic so far.
    #[must_use]
    pub fn burn_down(&self, now: Timestamp, points: u32) -> Vec<f64> {
        let (now_seconds, began) = (now.as_second(), self.period.began(now));
        let points = i64::from(points.max(1));
        let left = |point: i64| {
            let until = began + (now_seconds - began) * point / points;
            let out = self.corrections.iter().filter(|correction| correction.until <= until);
            let out: u64 = out.map(|correction| correction.counted(began).bad).sum();
            1.0 - self.cost(self.counted(began, until).bad.saturating_sub(out), now)
        };
        (0..=points).map(left).collect()
    }

    /// What spent it within the period that a moment is in, the dearest first.
    #[must_use]
    pub fn spending(&self, now: Timestamp) -> Vec<&Episode> {
        let began = self.period.began(now);
        let mut all: Vec<&Episode> = self.episodes.iter().filter(|episode| episode.ended >= began).collect();
        all.sort_by_key(|episode| std::cmp::Reverse(episode.total()));
        all
    }

    /// The share of the period's budget that so many bad events cost, at the traffic so far.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "counts of requests stay far below 2^52")]
    pub fn cost(&self, bad: u64, now: Timestamp) -> f64 {
        let valid = self.standing(now).counted.valid().max(1);
        bad as f64 / valid as f64 / self.policy.objective.budget_ratio()
    }

    /// What was counted between two moments, as finely as it is still known.
    #[must_use]
    pub fn counted(&self, from: i64, until: i64) -> Counted {
        self.timeline.window(until, until - from)
    }

    /// Takes these stretches out of the account, and no others.
    pub fn correct(&mut self, corrections: Vec<Correction>) {
        self.corrections = corrections;
    }

    /// What it is watched by.
    #[must_use]
    pub const fn policy(&self) -> &Policy {
        &self.policy
    }

    /// For how long it promises.
    #[must_use]
    pub const fn period(&self) -> &Period {
        &self.period
    }

    /// What it counts.
    #[must_use]
    pub const fn indicator(&self) -> &Indicator {
        &self.indicator
    }

    fn empty(&self, now: Timestamp, left: f64, burn: f64) -> Option<i64> {
        if left <= 0.0 {
            return Some(now.as_second());
        }
        if burn <= 1.0 {
            return None;
        }
        #[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "seconds of a year")]
        let lasts = (left * self.period.seconds(now) as f64 / burn) as i64;
        Some(now.as_second().saturating_add(lasts))
    }

    /// Begins an episode when the budget is spent faster than it lasts, and ends it when it has been calm for a while.
    fn follow_episode(&mut self, now_seconds: i64) {
        let counted = self.timeline.window(now_seconds, NOW);
        let is_burning = counted.bad > 0 && counted.bad_ratio() > self.policy.objective.budget_ratio();
        match self.episodes.back_mut().filter(|episode| !episode.is_over) {
            Some(episode) => episode.is_over = !is_burning && now_seconds - episode.ended >= APART,
            None if is_burning && !self.loose.1.is_empty() => {
                let (began, bad) = std::mem::take(&mut self.loose);
                self.episodes.push_back(Episode { began, ended: now_seconds, is_over: false, bad });
                if self.episodes.len() > EPISODES {
                    self.episodes.pop_front();
                }
            }
            None => self.loose.1.clear(),
        }
    }
}

/// Is it over, beyond chance? At little traffic a few good answers in the short window say nothing: then the long one
/// has to be calm as well.
fn has_stopped(policy: &Policy, pair: &Pair, rates: &BurnRates, short: Counted) -> bool {
    if rates.long < pair.threshold(policy.period_seconds) {
        return short.valid() > 0 || rates.counted.valid() > 0;
    }
    let ratio = rates.counted.bad_ratio();
    #[expect(clippy::cast_precision_loss, reason = "counts of requests stay far below 2^52")]
    let none_by_chance = (short.valid() as f64 * (-ratio).ln_1p()).exp();
    short.valid() > 0 && none_by_chance < STOPPED
}
