//! How long requests took, while they are counted.

use crate::Histogram;
use crate::bounds::{ZERO, bucket};

/// Buckets side by side are a doubling.
const ROUND: i16 = 16;
/// Buckets that may lie side by side: ten doublings. What is further away is counted by itself.
const WIDEST: usize = 160;

/// Counts by bucket, side by side, so that none has to be searched for: durations of one endpoint mostly lie close together.
#[derive(Debug, Default)]
pub(super) struct Durations {
    /// The bucket of the first count.
    first: i16,
    counts: Vec<u64>,
    /// What lies too far away.
    others: Histogram,
}

impl Durations {
    /// Counts so many durations that are alike.
    pub(super) fn record_many(&mut self, microseconds: u32, count: u64) {
        let bucket = bucket(microseconds);
        if let Some(so_far) = self.place(bucket) {
            *so_far = so_far.saturating_add(count);
        } else if self.make_room(bucket) {
            self.record_many(microseconds, count);
        } else {
            self.others.record_many(microseconds, count);
        }
    }

    /// Adds what a histogram has counted.
    pub(super) fn merge(&mut self, other: &Histogram) {
        self.others.merge(other);
    }

    /// Adds all of it to a histogram.
    pub(super) fn add_to(&self, latency: &mut Histogram) {
        latency.add_sorted((self.first..).zip(self.counts.iter().copied()));
        latency.merge(&self.others);
    }

    fn place(&mut self, bucket: i16) -> Option<&mut u64> {
        self.counts.get_mut(usize::try_from(bucket.checked_sub(self.first)?).ok()?)
    }

    /// Makes room for a bucket, unless it lies too far away.
    fn make_room(&mut self, bucket: i16) -> bool {
        // That of durations of 0 lies far below all others.
        if bucket == ZERO {
            return false;
        }
        let start = bucket - bucket.rem_euclid(ROUND);
        let first = if self.counts.is_empty() { start } else { start.min(self.first) };
        let before = if self.counts.is_empty() { 0 } else { usize::from(self.first.abs_diff(first)) };
        let length = (before + self.counts.len()).max(usize::from((start + ROUND).abs_diff(first)));
        let has_room = length <= WIDEST;
        if has_room {
            self.counts.splice(..0, std::iter::repeat_n(0, before));
            self.counts.resize(length, 0);
            self.first = first;
        }
        has_room
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_counted_as_in_a_histogram_wherever_they_lie() {
        let (mut durations, mut expect) = (Durations::default(), Histogram::default());
        for us in
            [50_000, 1_000, 900_000, 0, u32::MAX, 1, 50_001, 3_000_000, 7, 1_000].into_iter().cycle().take(95)
        {
            durations.record_many(us, 3);
            expect.record_many(us, 3);
        }
        let mut latency = Histogram::default();
        latency.record(123);
        expect.record(123);
        durations.add_to(&mut latency);
        assert_eq!(latency, expect);
    }
}
