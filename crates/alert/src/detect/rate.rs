//! What share of answers is usual, learned, and whether a window is out of it.
//!
//! A beta-binomial posterior-predictive test: its strength unites "little is known yet" and "this endpoint is noisy by
//! nature" in one number, and learning stops while something is wrong, so that repeated attacks teach nothing.

use statusquo_slo::statistics::beta_binomial_tail;

use super::tuning::Sensitivity;

/// So many more than usual are worth a look.
const FEWEST: u64 = 5;
/// What is known before anything was counted: a half bad one in fifty.
const PRIOR: (f64, f64) = (0.5, 50.0);
/// Influence of a block beyond so many standard deviations is cut off.
const MOST_INFLUENCE: f64 = 3.0;
/// A block beyond so many standard deviations teaches nothing …
const FREEZE: f64 = 4.0;
/// … for at most a day: then it is how things are now.
const LONGEST_FREEZE_MINUTES: i64 = 24 * 60;
/// Blocks of less time than this teach whatever they say: before that nobody knows what is out of the usual.
const KNOWN_AFTER_MINUTES: f64 = 12.0 * 60.0;
/// Noise beyond the binomial, at least and at most.
const OVERDISPERSION: (f64, f64) = (1e-4, 0.3);
/// What is believed of the noise before much was counted, and how much counts for as much as that: where a window seldom
/// has more than one request, hardly anything is ever learned of it.
const NOISE_PRIOR: (f64, f64) = (0.01, 20.0);

/// A window that is out of the usual.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Excess {
    pub(super) window_minutes: i64,
    pub(super) bad: u64,
    pub(super) of: u64,
    /// The usual share.
    pub(super) usual: f64,
    /// How likely so many are by chance.
    pub(super) by_chance: f64,
}

/// The usual share of bad ones in a window of one length.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Rate {
    window_minutes: i64,
    half_life_minutes: f64,
    /// Blocks that were learned from, the older ones for less.
    blocks: f64,
    counted: f64,
    bad: f64,
    /// Σ(r² − npq) and Σ n(n−1)pq: their ratio is the noise beyond the binomial.
    noise: f64,
    noise_base: f64,
    frozen_since: Option<i64>,
}

impl Rate {
    /// Nothing learned; windows of 5, 30 and 120 minutes forget by half in 1, 3 and 7 days.
    pub(super) fn all() -> [Self; 3] {
        [(5, 1.0), (30, 3.0), (120, 7.0)].map(|(window_minutes, half_life_days)| Self {
            window_minutes,
            half_life_minutes: half_life_days * 1440.0,
            blocks: 0.0,
            counted: 0.0,
            bad: 0.0,
            noise: 0.0,
            noise_base: 0.0,
            frozen_since: None,
        })
    }

    pub(super) const fn window_minutes(&self) -> i64 {
        self.window_minutes
    }

    /// The usual share.
    pub(super) fn usual(&self) -> f64 {
        (self.bad + PRIOR.0) / (self.counted + PRIOR.1)
    }

    /// How many requests taught it, the older ones for less.
    pub(super) const fn counted(&self) -> f64 {
        self.counted
    }

    /// How many requests a window usually has.
    pub(super) fn usual_requests(&self) -> f64 {
        if self.blocks > 0.0 { self.counted / self.blocks } else { 0.0 }
    }

    fn overdispersion(&self) -> f64 {
        let (usual, weight) = NOISE_PRIOR;
        let believed = (self.noise + usual * weight) / (self.noise_base + weight);
        believed.clamp(OVERDISPERSION.0, OVERDISPERSION.1)
    }

    /// The strength of the beta distribution.
    fn strength(&self) -> f64 {
        let rho = self.overdispersion();
        (self.counted + PRIOR.1).min((1.0 - rho) / rho)
    }

    /// Is a window with so many bad ones out of the usual: by chance, in proportion and in number?
    #[expect(clippy::cast_precision_loss, reason = "counts of requests stay far below 2^52")]
    pub(super) fn test(&self, bad: u64, of: u64, sensitivity: Sensitivity) -> Option<Excess> {
        let (usual, k, n) = (self.usual(), bad as f64, of as f64);
        if k < sensitivity.times() * usual * n || k - usual * n < sensitivity.least(FEWEST) as f64 {
            return None;
        }
        let by_chance = beta_binomial_tail(bad, of, usual, self.strength());
        let excess = Excess { window_minutes: self.window_minutes, bad, of, usual, by_chance };
        (by_chance < sensitivity.chance()).then_some(excess)
    }

    /// Learns from a whole block; `is_firing` says that there is an alarm, of which nothing is to be learned.
    #[expect(clippy::cast_precision_loss, reason = "counts of requests stay far below 2^52")]
    pub(super) fn learn(&mut self, bad: u64, of: u64, is_firing: bool, now_minute: i64) {
        let (n, k) = (of as f64, bad as f64);
        if of == 0 {
            return;
        }
        let p = self.usual();
        let deviation = (n * p * (1.0 - p) * (1.0 + (n - 1.0) / (self.strength() + 1.0))).sqrt();
        let excess = k - n * p;
        let is_known = self.blocks * self.window_minutes as f64 >= KNOWN_AFTER_MINUTES;
        let is_out = (is_known && excess > FREEZE * deviation && excess >= 3.0) || is_firing;
        if is_out && !self.has_frozen_too_long(now_minute) {
            return;
        }
        if is_out {
            // How things are now: what was known before no longer counts.
            *self = Self {
                blocks: 1.0,
                counted: n,
                bad: k,
                noise: 0.0,
                noise_base: 0.0,
                frozen_since: None,
                ..*self
            };
            return;
        }
        self.frozen_since = None;
        let most = MOST_INFLUENCE * deviation;
        let k = k.clamp((n * p - most).max(0.0), n * p + most);
        let residual = k - n * p;
        let kept = 0.5_f64.powf(self.window_minutes as f64 / self.half_life_minutes);
        self.blocks = self.blocks * kept + 1.0;
        self.counted = self.counted * kept + n;
        self.bad = self.bad * kept + k;
        self.noise = self.noise * kept + residual * residual - n * p * (1.0 - p);
        self.noise_base = self.noise_base * kept + n * (n - 1.0) * p * (1.0 - p);
    }

    fn has_frozen_too_long(&mut self, now_minute: i64) -> bool {
        let since = *self.frozen_since.get_or_insert(now_minute);
        now_minute - since >= LONGEST_FREEZE_MINUTES
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taught(bad: u64, of: u64, blocks: i64) -> Rate {
        let [mut rate, ..] = Rate::all();
        (0..blocks).for_each(|block| rate.learn(bad, of, false, block * 5));
        rate
    }

    #[test]
    fn what_is_usual_is_no_alarm_and_what_is_not_is() {
        let rate = taught(2, 100, 500);
        assert!((rate.usual() - 0.02).abs() < 0.002, "{}", rate.usual());
        assert_eq!(rate.test(4, 100, Sensitivity::Normal), None);
        assert!(rate.test(20, 100, Sensitivity::Normal).is_some());
        assert_eq!(rate.test(4, 4, Sensitivity::Normal), None, "too few to mean anything");
    }

    #[test]
    fn repeated_attacks_teach_nothing_and_a_day_of_it_is_how_things_are() {
        let mut rate = taught(2, 100, 500);
        let before = rate.usual();
        for block in 500..700 {
            rate.learn(if block % 10 < 5 { 50 } else { 2 }, 100, false, block * 5);
        }
        assert!((rate.usual() - before).abs() < 0.002);
        for block in 700..1000 {
            rate.learn(50, 100, false, block * 5);
        }
        assert!(rate.usual() > 0.4);
    }

    #[test]
    fn a_seldom_used_endpoint_is_not_called_noisy_for_want_of_evidence() {
        let [mut rate, ..] = Rate::all();
        for block in (0..240).step_by(2) {
            rate.learn(u64::from(block % 14 == 0), 1 + u64::from(block % 6 == 0), false, block * 5);
        }
        assert!(rate.test(588, 600, Sensitivity::Normal).is_some(), "{rate:?}");
        assert_eq!(rate.test(2, 3, Sensitivity::Normal), None);
    }

    #[test]
    fn noise_by_nature_asks_for_more() {
        let [mut noisy, ..] = Rate::all();
        let [mut steady, ..] = Rate::all();
        for block in 0..2000 {
            noisy.learn([0, 10, 0, 4, 1, 3][usize::try_from(block % 6).unwrap()], 100, false, block * 5);
            steady.learn(3, 100, false, block * 5);
        }
        assert!(steady.test(16, 100, Sensitivity::Normal).is_some());
        assert_eq!(noisy.test(16, 100, Sensitivity::Normal), None);
    }

    #[test]
    fn the_calm_say_less_and_the_keen_say_more() {
        let rate = taught(2, 100, 500);
        let said = |bad| Sensitivity::ALL.map(|sensitivity| rate.test(bad, 100, sensitivity).is_some());
        assert_eq!(said(4), [false, false, false]);
        assert_eq!(said(10), [false, false, true]);
        assert_eq!(said(12), [false, true, true]);
        assert_eq!(said(20), [true, true, true]);
    }
}
