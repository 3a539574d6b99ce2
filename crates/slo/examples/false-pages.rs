//! How often people are woken for nothing, and how soon for something: a table.
//!
//! `cargo run --release -p statusquo-slo --example false-pages`
//!
//! Months of made-up traffic of a healthy service (0.05 % of its requests fail, an objective of 99.9 % over 30 days, a
//! daily rhythm), seeds fixed, evaluated every 10 seconds: our burn-rate policy, the workbook's without the gate against
//! chance, and a rule of three standard deviations above the mean of the last day's five-minute shares.

#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "an example, with small numbers"
)]

use std::collections::VecDeque;

use statusquo_slo::budget::{Counted, Policy, Reason, Timeline, Urgency};

const STEP: i64 = 10;
const DAY: i64 = 86_400;
const MONTH: i64 = 30 * DAY;
const HEALTHY: f64 = 0.0005;
const MONTHS: u64 = 40;
const OUTAGES: u64 = 200;

/// Numbers that look random and are the same each time (xorshift64*, Vigna 2016).
struct Dice(u64);

impl Dice {
    fn share(&mut self) -> f64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let bits = self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 11;
        bits as f64 / (1_u64 << 53) as f64
    }

    /// A Poisson number: by multiplication when the mean is small, by the normal distribution when it is large.
    fn poisson(&mut self, mean: f64) -> u64 {
        if mean > 30.0 {
            let (u, v) = (self.share().max(1e-12), self.share());
            let normal = (-2.0 * u.ln()).sqrt() * (std::f64::consts::TAU * v).cos();
            return (mean + normal * mean.sqrt()).round().max(0.0) as u64;
        }
        let (limit, mut product, mut count) = ((-mean).exp(), self.share(), 0);
        while product > limit {
            product *= self.share();
            count += 1;
        }
        count
    }
}

/// What happens within ten seconds.
fn traffic(dice: &mut Dice, at: i64, a_minute: f64, failing: f64) -> Counted {
    let rhythm = 1.0 + 0.35 * (std::f64::consts::TAU * (at % DAY) as f64 / DAY as f64).sin();
    let requests = dice.poisson(a_minute / 6.0 * rhythm);
    let bad = if failing >= 1.0 { requests } else { dice.poisson(requests as f64 * failing).min(requests) };
    Counted { good: requests - bad, bad }
}

/// A rule that may wake somebody.
trait Rule {
    fn learn(&mut self, at: i64, counted: Counted);
    fn is_firing(&mut self, now: i64) -> bool;
}

struct BurnRate {
    policy: Policy,
    timeline: Timeline,
    is_gated: bool,
    firing: Vec<bool>,
}

impl BurnRate {
    fn new(is_gated: bool) -> Self {
        let policy = Policy::workbook("99.9".parse().unwrap(), 30);
        Self {
            firing: vec![false; policy.pairs.len()],
            policy,
            timeline: Timeline::new(0, STEP, 4 * DAY),
            is_gated,
        }
    }
}

impl Rule for BurnRate {
    fn learn(&mut self, at: i64, counted: Counted) {
        self.timeline.add(at, counted);
    }

    fn is_firing(&mut self, now: i64) -> bool {
        for (at, pair) in self.policy.pairs.iter().enumerate() {
            if pair.urgency != Urgency::Page {
                continue;
            }
            let mut rates = self.policy.rates(pair, &self.timeline, now);
            if !self.is_gated {
                rates.by_chance = 0.0;
            }
            self.firing[at] = self.policy.decide(pair, &rates, self.firing[at]) == Reason::Burning;
        }
        self.firing.iter().any(|is_firing| *is_firing)
    }
}

/// Three standard deviations above the mean of a day's five-minute shares.
#[derive(Default)]
struct ThreeSigma {
    shares: VecDeque<f64>,
    block: Counted,
    now: VecDeque<Counted>,
}

impl Rule for ThreeSigma {
    fn learn(&mut self, at: i64, counted: Counted) {
        self.now.push_back(counted);
        if self.now.len() > 30 {
            self.now.pop_front();
        }
        self.block = Counted { good: self.block.good + counted.good, bad: self.block.bad + counted.bad };
        if (at + STEP) % 300 == 0 {
            self.shares.push_back(self.block.bad_ratio());
            self.block = Counted::default();
            if self.shares.len() > 288 {
                self.shares.pop_front();
            }
        }
    }

    fn is_firing(&mut self, now: i64) -> bool {
        if now % 60 != 0 || self.shares.len() < 36 {
            return false;
        }
        let (good, bad) = self.now.iter().fold((0, 0), |sum, one| (sum.0 + one.good, sum.1 + one.bad));
        let count = self.shares.len() as f64;
        let mean = self.shares.iter().sum::<f64>() / count;
        let variance = self.shares.iter().map(|share| (share - mean).powi(2)).sum::<f64>() / count;
        bad > 0 && Counted { good, bad }.bad_ratio() > mean + 3.0 * variance.sqrt()
    }
}

/// Pages in a healthy month: those within five minutes of the last one are the same.
fn pages(rule: &mut dyn Rule, a_minute: f64, seed: u64) -> u64 {
    let mut dice = Dice(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
    let (mut pages, mut last) = (0, i64::MIN / 2);
    for at in (0..MONTH).step_by(10) {
        rule.learn(at, traffic(&mut dice, at, a_minute, HEALTHY));
        if rule.is_firing(at + STEP) {
            pages += u64::from(at - last > 300);
            last = at;
        }
    }
    pages
}

/// Minutes from the start of an outage to the page.
fn minutes_to_page(rule: &mut dyn Rule, (a_minute, failing): (f64, f64), seed: u64) -> Option<f64> {
    let mut dice = Dice(seed.wrapping_mul(0xd134_2543_de82_ef95) | 1);
    let begin = 2 * DAY / 3 + i64::try_from(seed % 600).unwrap() * STEP;
    for at in (0..begin + DAY / 4).step_by(10) {
        let failing = if at >= begin { failing } else { HEALTHY };
        rule.learn(at, traffic(&mut dice, at, a_minute, failing));
        if at >= begin && rule.is_firing(at + STEP) {
            return Some((at + STEP - begin) as f64 / 60.0);
        }
    }
    None
}

fn new_rule(which: usize) -> Box<dyn Rule> {
    match which {
        0 => Box::new(BurnRate::new(true)),
        1 => Box::new(BurnRate::new(false)),
        _ => Box::new(ThreeSigma::default()),
    }
}

fn quantile(found: &[Option<f64>], share: f64) -> String {
    let mut found: Vec<f64> = found.iter().map(|minutes| minutes.unwrap_or(f64::INFINITY)).collect();
    found.sort_by(f64::total_cmp);
    let minutes = found[((found.len() - 1) as f64 * share) as usize];
    if minutes.is_finite() { format!("{minutes:.1}") } else { "never".to_owned() }
}

fn main() {
    println!(
        "| requests a minute | rule | false pages a month | 100 % fail: median, p95 min | 20 % fail: median, p95 min |"
    );
    println!("|---:|---|---:|---:|---:|");
    for a_minute in [0.3, 1.0, 10.0, 1_000.0, 60_000.0] {
        for (which, name) in ["Statusquo", "workbook alone", "3 sigma"].into_iter().enumerate() {
            let all: u64 = (1..=MONTHS).map(|seed| pages(&mut *new_rule(which), a_minute, seed)).sum();
            let found = |failing| {
                let all: Vec<Option<f64>> = (1..=OUTAGES)
                    .map(|seed| minutes_to_page(&mut *new_rule(which), (a_minute, failing), seed))
                    .collect();
                format!("{}, {}", quantile(&all, 0.5), quantile(&all, 0.95))
            };
            println!(
                "| {a_minute} | {name} | {:.2} | {} | {} |",
                all as f64 / MONTHS as f64,
                found(1.0),
                found(0.2)
            );
        }
    }
}
