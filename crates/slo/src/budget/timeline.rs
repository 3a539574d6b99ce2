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
        Self { good: self.good - other.good, bad: self.bad - other.bad }
    }
}

/// Good and bad events in buckets of equal length, as running sums: any window is one subtraction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Timeline {
    bucket_seconds: i64,
    /// The start of the first bucket.
    start: i64,
    /// The sums at the start of each bucket, and after the last.
    sums: VecDeque<Counted>,
    keep: usize,
}

impl Timeline {
    /// An empty timeline that begins at a moment, in seconds, and forgets what is older than `keep_seconds`.
    #[must_use]
    pub fn new(start: i64, bucket_seconds: i64, keep_seconds: i64) -> Self {
        let bucket_seconds = bucket_seconds.max(1);
        let keep = usize::try_from(keep_seconds / bucket_seconds).unwrap_or(0) + 2;
        let start = start.div_euclid(bucket_seconds) * bucket_seconds;
        Self { bucket_seconds, start, sums: VecDeque::from([Counted::default()]), keep }
    }

    /// Counts events at a moment. Late ones are added to the bucket that they belong to; what is older than all that is
    /// kept, is not counted, and `false` says so.
    pub fn add(&mut self, at_seconds: i64, counted: Counted) -> bool {
        let Ok(bucket) = usize::try_from((at_seconds - self.start).div_euclid(self.bucket_seconds)) else {
            return false;
        };
        self.extend_to(bucket);
        // Forgetting may have moved the start.
        let Ok(bucket) = usize::try_from((at_seconds - self.start).div_euclid(self.bucket_seconds)) else {
            return false;
        };
        for sum in self.sums.range_mut(bucket + 1..) {
            sum.good += counted.good;
            sum.bad += counted.bad;
        }
        true
    }

    /// What was counted in the `seconds` up to a moment, in whole buckets.
    #[must_use]
    pub fn window(&self, until_seconds: i64, seconds: i64) -> Counted {
        self.sum_at(until_seconds).minus(self.sum_at(until_seconds - seconds))
    }

    fn sum_at(&self, seconds: i64) -> Counted {
        let bucket = (seconds - self.start).div_euclid(self.bucket_seconds).max(0);
        let last = self.sums.len() - 1;
        let at = usize::try_from(bucket).unwrap_or(last).min(last);
        self.sums.get(at).copied().unwrap_or_default()
    }

    /// Makes buckets up to this one. When old ones have to be forgotten, all numbers become smaller by as many.
    fn extend_to(&mut self, bucket: usize) {
        let last = self.sums.back().copied().unwrap_or_default();
        let missing = (bucket + 2).saturating_sub(self.sums.len());
        if missing >= self.keep {
            // Nothing of what is kept is within reach.
            let skipped = i64::try_from(bucket + 2 - self.keep).unwrap_or(i64::MAX);
            self.start = self.start.saturating_add(skipped.saturating_mul(self.bucket_seconds));
            self.sums = std::iter::repeat_n(last, self.keep).collect();
            return;
        }
        self.sums.extend(std::iter::repeat_n(last, missing));
        let forgotten = self.sums.len().saturating_sub(self.keep);
        self.sums.drain(..forgotten);
        self.start += i64::try_from(forgotten).unwrap_or(0) * self.bucket_seconds;
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
        assert!(!timeline.add(999, one));
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
        assert!(timeline.sums.len() <= 63);
    }
}
