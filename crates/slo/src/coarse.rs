//! Durations of which only a range is known, as others count them.

use std::collections::BTreeMap;

use crate::bounds::{LAST, ZERO};
use crate::counts::Counts;
use crate::histogram::Malformed;
use crate::varint::{put, put_signed, take, take_signed};

/// Durations of which only a range is known: buckets with bounds of somebody's choice, and those above the last bound.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Coarse {
    /// Somewhere from the first bucket to the last one.
    spans: Counts<(i16, i16)>,
    /// Longer than so many microseconds.
    beyond: Counts<u64>,
}

impl Coarse {
    pub(crate) fn add_span(&mut self, (from, to): (i16, i16), count: u64) {
        self.spans.add((from, to), count);
    }

    pub(crate) fn add_beyond(&mut self, microseconds: u64, count: u64) {
        self.beyond.add(microseconds, count);
    }

    pub(crate) fn merge(&mut self, other: &Self) {
        self.spans.merge(&other.spans);
        self.beyond.merge(&other.beyond);
    }

    pub(crate) fn count(&self) -> u64 {
        self.spans.total().saturating_add(self.beyond.total())
    }

    /// The lowest bound, in microseconds, above which only that is known of some.
    pub(crate) fn limit(&self) -> Option<u64> {
        self.beyond.iter().next().map(|(bound, _)| bound)
    }

    /// Buckets of a stretch around this one that reaches to the farther end of each range that holds it: what was counted
    /// there may be anywhere in it.
    pub(crate) fn width_at(&self, bucket: i16) -> u16 {
        let holding = self.spans.iter().filter(|((from, to), _)| (*from..=*to).contains(&bucket));
        let reach = holding.map(|((from, to), _)| from.abs_diff(bucket).max(to.abs_diff(bucket))).max();
        reach.unwrap_or(0).saturating_mul(2).saturating_add(1)
    }

    /// Adds what lies in ranges to what is known exactly: spread evenly, in the logarithm, over the range.
    #[expect(clippy::cast_precision_loss, reason = "counts beyond 2^52 are not reached")]
    pub(crate) fn spread(&self, all: &mut BTreeMap<i16, f64>) {
        for ((from, to), count) in self.spans.iter() {
            let share = count as f64 / (f64::from(from.abs_diff(to)) + 1.0);
            (from..=to).for_each(|bucket| *all.entry(bucket).or_default() += share);
        }
    }

    /// As bytes: how many ranges; each with its first bucket, its width and its count; how many bounds; each with its
    /// count.
    pub(crate) fn encode(&self, bytes: &mut Vec<u8>) {
        put(bytes, self.spans.len() as u64);
        for ((from, to), count) in self.spans.iter() {
            put_signed(bytes, from.into());
            put(bytes, from.abs_diff(to).into());
            put(bytes, count);
        }
        put(bytes, self.beyond.len() as u64);
        for (bound, count) in self.beyond.iter() {
            put(bytes, bound);
            put(bytes, count);
        }
    }

    pub(crate) fn decode(bytes: &mut &[u8]) -> Result<Self, Malformed> {
        let mut read = Self::default();
        for _ in 0..take(bytes)? {
            let from = i16::try_from(take_signed(bytes)?).map_err(|_| Malformed)?;
            let width = i16::try_from(take(bytes)?).map_err(|_| Malformed)?;
            let to = from.checked_add(width).filter(|to| *to <= LAST && from > ZERO).ok_or(Malformed)?;
            if !read.spans.append((from, to), take(bytes)?) {
                return Err(Malformed);
            }
        }
        for _ in 0..take(bytes)? {
            let bound = take(bytes)?;
            if !read.beyond.append(bound, take(bytes)?) {
                return Err(Malformed);
            }
        }
        Ok(read)
    }
}
