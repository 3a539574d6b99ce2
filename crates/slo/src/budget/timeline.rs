//! Good and bad events in time.

use std::collections::VecDeque;

/// How many events were good, and how many bad. What is excluded is in neither.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counted {
    /// Good ones.
    pub good: u64,
    /// Bad ones.
    pub bad: u64,
}

impl Counted {
    /// Both together.
    #[must_use]
    pub const fn valid(self) -> u64 {
        self.good + self.bad
    }

    /// The share of bad ones; 0 when there are none at all.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "counts of requests stay far below 2^52")]
    pub fn bad_ratio(self) -> f64 {
        if self.valid() == 0 { 0.0 } else { self.bad as f64 / self.valid() as f64 }
    }

    const fn minus(self, other: Self) -> Self {
        Self { good: self.good.saturating_sub(other.good), bad: self.bad.saturating_sub(other.bad) }
    }

    /// So many parts of so many, rounded down.
    fn share(self, part: u64, of: u64) -> Self {
        let share = |count: u64| {
            let share = u128::from(count) * u128::from(part) / u128::from(of.max(1));
            u64::try_from(share).unwrap_or(u64::MAX)
        };
        Self { good: share(self.good), bad: share(self.bad) }
    }

    const fn plus(self, other: Self) -> Self {
        Self { good: self.good.saturating_add(other.good), bad: self.bad.saturating_add(other.bad) }
    }
}

/// The shortest window is looked at in so many buckets at least: five minutes are 30 buckets of ten seconds.
const BUCKETS_OF_A_WINDOW: i64 = 30;
/// Each tier's buckets are so many times as long as those of the tier before it.
const COARSER: [i64; 6] = [6, 5, 6, 6, 4, 6];

/// Good and bad events in time, as running sums: any window is one subtraction. The older, the coarser, so that a
/// month takes no more than some hundred sums: a window is never rounded by more than a thirtieth of its length.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Timeline {
    total: Counted,
    /// The moment up to which buckets are complete; a multiple of the finest tier's step.
    now: i64,
    /// From fine to coarse.
    tiers: Vec<Tier>,
}

/// The running sums at the multiples of a step, the oldest first; the last is that at or before `now`.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Tier {
    step: i64,
    keep: usize,
    /// The moment of the last sum.
    end: i64,
    sums: VecDeque<Counted>,
}

impl Timeline {
    /// An empty timeline that begins at a moment, in seconds, and forgets what is older than `keep_seconds`.
    #[must_use]
    pub fn new(start: i64, bucket_seconds: i64, keep_seconds: i64) -> Self {
        let mut step = bucket_seconds.max(1);
        let now = start.div_euclid(step) * step;
        let mut tiers = Vec::new();
        for factor in COARSER.into_iter().map(Some).chain([None]) {
            // A tier serves the windows up to those that the next one can look at finely enough.
            let reach = factor.map_or(keep_seconds, |factor| step * factor * BUCKETS_OF_A_WINDOW);
            tiers.push(Tier::new(now, step, reach.min(keep_seconds)));
            match factor {
                Some(factor) if reach < keep_seconds => step *= factor,
                Some(_) | None => break,
            }
        }
        Self { total: Counted::default(), now, tiers }
    }

    /// Counts events at a moment. Late ones are added to the bucket that they belong to; what is older than all that is
    /// kept, is not counted, and `false` says so.
    pub fn add(&mut self, at_seconds: i64, counted: Counted) -> bool {
        if self.tiers.last().is_none_or(|oldest| at_seconds < oldest.begin()) {
            return false;
        }
        self.advance(at_seconds);
        self.total = self.total.plus(counted);
        for tier in &mut self.tiers {
            tier.add_late(at_seconds, counted);
        }
        true
    }

    /// What was counted in the `seconds` up to a moment, in whole buckets.
    #[must_use]
    pub fn window(&self, until_seconds: i64, seconds: i64) -> Counted {
        self.sum_at(until_seconds).minus(self.sum_at(until_seconds - seconds))
    }

    /// How long the finest buckets are, in seconds.
    #[must_use]
    pub fn step(&self) -> i64 {
        self.tiers.first().map_or(1, |tier| tier.step)
    }

    /// The moment of the newest event, rounded down to its bucket.
    #[must_use]
    pub const fn newest(&self) -> i64 {
        self.now
    }

    /// The running sum at a moment, from the finest tier that reaches so far back.
    fn sum_at(&self, seconds: i64) -> Counted {
        let finest = self.tiers.first().map_or(1, |tier| tier.step);
        if seconds >= self.now + finest {
            return self.total;
        }
        let tier = self.tiers.iter().find(|tier| tier.begin() <= seconds);
        tier.or(self.tiers.last()).map_or(Counted::default(), |tier| tier.sum_at(seconds, finest))
    }

    /// Makes room up to the bucket of a moment.
    fn advance(&mut self, at_seconds: i64) {
        let finest = self.tiers.first().map_or(1, |tier| tier.step);
        let bucket = at_seconds.div_euclid(finest) * finest;
        if bucket <= self.now {
            return;
        }
        self.now = bucket;
        for tier in &mut self.tiers {
            tier.advance(bucket, self.total);
        }
    }
}

impl Tier {
    fn new(now: i64, step: i64, reach: i64) -> Self {
        let keep = usize::try_from(reach / step).unwrap_or(0) + 2;
        Self { step, keep, end: now.div_euclid(step) * step, sums: VecDeque::from([Counted::default()]) }
    }

    /// The moment of the oldest sum.
    fn begin(&self) -> i64 {
        let behind = i64::try_from(self.sums.len()).unwrap_or(i64::MAX) - 1;
        self.end.saturating_sub(behind.saturating_mul(self.step))
    }

    fn advance(&mut self, to: i64, total: Counted) {
        let missing = usize::try_from((to - self.end).div_euclid(self.step)).unwrap_or(0);
        self.end += i64::try_from(missing).unwrap_or(0) * self.step;
        if missing >= self.keep {
            // Nothing of what is kept is within reach.
            self.sums.clear();
        }
        self.sums.extend(std::iter::repeat_n(total, missing.min(self.keep)));
        let forgotten = self.sums.len().saturating_sub(self.keep);
        self.sums.drain(..forgotten);
    }

    /// All sums after the moment hold what happened then.
    fn add_late(&mut self, at_seconds: i64, counted: Counted) {
        let after = (at_seconds - self.begin()).div_euclid(self.step) + 1;
        let first = usize::try_from(after.max(0)).unwrap_or(0);
        for sum in self.sums.iter_mut().skip(first) {
            *sum = sum.plus(counted);
        }
    }

    /// Between two sums of a coarse tier the events are taken to be spread evenly.
    fn sum_at(&self, seconds: i64, finest: i64) -> Counted {
        let behind = (seconds - self.begin()).max(0);
        let at = usize::try_from(behind / self.step).unwrap_or(usize::MAX);
        let Some(before) = self.sums.get(at).or(self.sums.back()).copied() else { return Counted::default() };
        let part = behind % self.step / finest * finest;
        let Some(after) = self.sums.get(at.saturating_add(1)).filter(|_| part > 0) else { return before };
        before.plus(after.minus(before).share(part.unsigned_abs(), self.step.unsigned_abs()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_are_what_was_counted_in_them_late_events_included() {
        let mut timeline = Timeline::new(1000, 10, 3600);
        let one = Counted { good: 1, bad: 1 };
        for at in [1000, 1015, 1100] {
            assert!(timeline.add(at, one));
        }
        assert!(timeline.add(1003, one));
        assert!(!timeline.add(899, one));
        assert_eq!(timeline.window(1010, 10), Counted { good: 2, bad: 2 });
        assert_eq!(timeline.window(1110, 110).valid(), 8);
        assert_eq!(timeline.window(2000, 100).valid(), 0);
    }

    #[test]
    fn the_old_is_forgotten_and_the_rest_stays_right() {
        let mut timeline = Timeline::new(0, 60, 3600);
        for minute in 0..10_000 {
            timeline.add(minute * 60, Counted { good: 9, bad: 1 });
        }
        assert_eq!(timeline.window(600_000, 3600), Counted { good: 540, bad: 60 });
        assert_eq!(timeline.tiers.iter().map(|tier| tier.sums.len()).sum::<usize>(), 62);
    }

    #[test]
    fn a_month_takes_little_and_no_window_is_rounded_by_more_than_a_thirtieth() {
        const DAY: i64 = 86_400;
        let mut timeline = Timeline::new(0, 10, 30 * DAY);
        for ten in 0..31 * DAY / 10 {
            timeline.add(ten * 10, Counted { good: 1, bad: 0 });
        }
        let now = 31 * DAY;
        for seconds in [300, 1800, 3600, 7200, 6 * 3600, DAY, 3 * DAY, 30 * DAY] {
            let (found, exact) = (timeline.window(now, seconds).good, seconds / 10);
            let off = found.abs_diff(exact.unsigned_abs()).cast_signed();
            assert!(off <= exact / 30, "{seconds}: {found} instead of {exact}");
        }
        let sums: usize = timeline.tiers.iter().map(|tier| tier.sums.len()).sum();
        assert!(sums < 1_200, "{sums} sums");
    }

    #[test]
    fn a_long_gap_is_one_step() {
        let mut timeline = Timeline::new(0, 10, 86_400);
        timeline.add(0, Counted { good: 5, bad: 5 });
        timeline.add(1_000_000_000, Counted { good: 1, bad: 0 });
        assert_eq!(timeline.window(1_000_000_010, 86_400), Counted { good: 1, bad: 0 });
    }
}
