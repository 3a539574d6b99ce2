//! A latency histogram of OpenTelemetry's exponential kind.

use std::collections::BTreeMap;

use crate::bounds::{LAST, SCALE, ZERO, bucket, middle, of_seconds, ours};
use crate::coarse::Coarse;
use crate::counts::Counts;
use crate::varint::{put, put_signed, take, take_signed};

/// Added to the number of buckets when ranges follow them. Histograms that were written before there were any have less.
const HAS_COARSE: u64 = 1 << 32;

/// A base-2 exponential histogram of durations at scale 4, with the bounds of seconds (OpenTelemetry metrics data model,
/// "ExponentialHistogram"): the relative error of a quantile is at most 2.2 %. Merging is addition, so the order of
/// merging does not matter. What others count with coarser buckets is kept beside it as ranges.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Histogram {
    /// Count per bucket.
    counts: Counts<i16>,
    coarse: Option<Box<Coarse>>,
}

/// The bytes are not what they should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Malformed;

/// What a quantile is known to be.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Estimate {
    /// The duration.
    pub microseconds: f64,
    /// It is longer than that, and nobody knows how much: its bucket has no upper bound.
    pub is_more: bool,
    /// How far off it may be, relatively.
    pub error: f64,
}

impl Histogram {
    /// Counts a duration.
    pub fn record(&mut self, microseconds: u32) {
        self.record_many(microseconds, 1);
    }

    /// Counts so many durations that are alike.
    pub fn record_many(&mut self, microseconds: u32, count: u64) {
        if count > 0 {
            self.counts.add(bucket(microseconds), count);
        }
    }

    /// Adds counts by bucket that come in order.
    pub(crate) fn add_sorted(&mut self, counts: impl Iterator<Item = (i16, u64)>) {
        self.counts.add_sorted(counts.filter(|(_, count)| *count > 0));
    }

    /// Takes over bucket `index` of OpenTelemetry's exponential histogram of seconds at this scale. At scale 4 and above
    /// our buckets are its own, or its own merged; below they are narrower, and the range is kept.
    pub fn record_exponential(&mut self, scale: i32, index: i64, count: u64) {
        if count == 0 {
            return;
        }
        if scale >= SCALE {
            self.counts.add(ours(index >> (scale - SCALE).min(63)), count);
            return;
        }
        // Below scale -10 a bucket holds all that is not zero.
        let narrower = 1_i64 << (SCALE - scale).min(14);
        let first = index.saturating_mul(narrower);
        self.coarse().add_span((ours(first), ours(first.saturating_add(narrower - 1))), count);
    }

    /// Counts durations that lie between two bounds in seconds, the upper one included.
    pub fn record_between(&mut self, (low, high): (f64, f64), count: u64) {
        // Whatever has no lower bound that a logarithm knows: a thousandth of the upper one is near enough to nothing.
        let low = if low > 0.0 { low } else { high / 1024.0 };
        let (from, to) = (above(low), of_seconds(high));
        match (count, to) {
            (0, _) => {}
            (_, ZERO) => self.counts.add(ZERO, count),
            _ if from >= to => self.counts.add(to, count),
            _ => self.coarse().add_span((from, to), count),
        }
    }

    /// Counts durations that are longer than so many seconds, by how much is not known.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a cast of a float saturates"
    )]
    pub fn record_beyond(&mut self, seconds: f64, count: u64) {
        if count > 0 {
            self.coarse().add_beyond((seconds * 1e6).round() as u64, count);
        }
    }

    /// Counts durations of nothing.
    pub fn record_zero(&mut self, count: u64) {
        if count > 0 {
            self.counts.add(ZERO, count);
        }
    }

    /// Adds all that another one has counted.
    pub fn merge(&mut self, other: &Self) {
        self.counts.merge(&other.counts);
        if let Some(coarse) = &other.coarse {
            self.coarse().merge(coarse);
        }
    }

    /// How many durations were counted.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.counts.total().saturating_add(self.coarse.as_ref().map_or(0, |coarse| coarse.count()))
    }

    /// The duration in microseconds that a share of all (0 to 1) does not exceed, or `None` if nothing was counted. It
    /// is never above the last bound of those who counted: [`estimate`](Self::estimate) says when it is there.
    #[must_use]
    pub fn quantile(&self, share: f64) -> Option<f64> {
        self.estimate(share).map(|estimate| estimate.microseconds)
    }

    /// The duration that a share of all (0 to 1) does not exceed, and how well it is known.
    #[must_use]
    pub fn estimate(&self, share: f64) -> Option<Estimate> {
        let rank = rank(share, self.count());
        let Some(coarse) = &self.coarse else {
            let mut seen = 0_u64;
            let found = self.counts.iter().find(|(_, count)| {
                seen = seen.saturating_add(*count);
                seen >= rank
            });
            return found.map(|(bucket, _)| Estimate {
                microseconds: middle(bucket),
                is_more: false,
                error: error(1),
            });
        };
        (self.count() > 0).then(|| self.estimate_coarse(coarse, rank))
    }

    /// Among ranges: what lies above the lowest open bound is not told apart any more.
    #[expect(clippy::cast_precision_loss, reason = "counts beyond 2^52 are not reached")]
    fn estimate_coarse(&self, coarse: &Coarse, rank: u64) -> Estimate {
        let mut all: BTreeMap<i16, f64> =
            self.counts.iter().map(|(bucket, count)| (bucket, count as f64)).collect();
        coarse.spread(&mut all);
        let limit = coarse.limit().map(|limit| limit as f64);
        let last = limit.map_or(LAST, |limit| of_seconds(limit / 1e6));
        let mut seen = 0.0;
        // Shares of ranges are added up: what rounding takes from a rank must not move it on.
        let found = all.iter().take_while(|(bucket, _)| **bucket <= last).find(|(_, count)| {
            seen += **count;
            seen + 1e-6 >= rank as f64
        });
        match (found, limit) {
            (Some((bucket, _)), limit) => Estimate {
                microseconds: middle(*bucket).min(limit.unwrap_or(f64::MAX)),
                is_more: false,
                error: error(coarse.width_at(*bucket)),
            },
            (None, Some(limit)) => Estimate { microseconds: limit, is_more: true, error: 0.0 },
            // Not reached: without a limit all of them are seen.
            (None, None) => Estimate { microseconds: middle(LAST), is_more: true, error: 0.0 },
        }
    }

    fn coarse(&mut self) -> &mut Coarse {
        self.coarse.get_or_insert_default()
    }

    /// As bytes: how many buckets; each as its distance from the one before (from 0 for the first) and its count; all
    /// as variable-length integers; then the ranges, if there are any.
    pub fn encode(&self, bytes: &mut Vec<u8>) {
        let flag = if self.coarse.is_some() { HAS_COARSE } else { 0 };
        put(bytes, self.counts.len() as u64 | flag);
        let mut last = 0;
        for (bucket, count) in self.counts.iter() {
            put_signed(bytes, i64::from(bucket) - last);
            put(bytes, count);
            last = i64::from(bucket);
        }
        if let Some(coarse) = &self.coarse {
            coarse.encode(bytes);
        }
    }

    /// Reads what [`encode`](Self::encode) wrote, and moves `bytes` behind it.
    ///
    /// # Errors
    /// [`Malformed`] when the bytes are not such a form.
    pub fn decode(bytes: &mut &[u8]) -> Result<Self, Malformed> {
        let written = take(bytes)?;
        let buckets = usize::try_from(written & !HAS_COARSE).map_err(|_| Malformed)?;
        // Each takes two bytes at least: what claims more is not believed, nor given memory.
        if buckets > bytes.len() / 2 {
            return Err(Malformed);
        }
        let mut counts = Counts::with_capacity(buckets);
        let mut last = 0_i64;
        for _ in 0..buckets {
            last = last.checked_add(take_signed(bytes)?).ok_or(Malformed)?;
            let bucket = i16::try_from(last).map_err(|_| Malformed)?;
            if !counts.append(bucket, take(bytes)?) {
                return Err(Malformed);
            }
        }
        let has_coarse = written & HAS_COARSE != 0;
        let coarse = has_coarse.then(|| Coarse::decode(bytes)).transpose()?.map(Box::new);
        Ok(Self { counts, coarse })
    }
}

/// The place of a share among so many, from 1.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "a rank within the total, and totals beyond 2^52 are not reached"
)]
fn rank(share: f64, count: u64) -> u64 {
    ((share.clamp(0.0, 1.0) * count as f64).ceil() as u64).max(1)
}

/// How far the middle of so many buckets is from their ends, relatively.
fn error(buckets: u16) -> f64 {
    (f64::from(buckets) / 32.0).exp2() - 1.0
}

/// The bucket of what is a little more than a bound.
fn above(seconds: f64) -> i16 {
    of_seconds(seconds * (1.0 + 4.0 * f64::EPSILON)).max(ZERO + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_that_are_no_histogram_are_refused() {
        let (too_many, nothing_counted, not_in_order) =
            (&[9, 2, 1][..], &[1, 2, 0][..], &[2, 4, 1, 1, 1][..]);
        for bytes in [&[][..], &[1], &[1, 2], too_many, nothing_counted, not_in_order] {
            assert_eq!(Histogram::decode(&mut &*bytes), Err(Malformed), "{bytes:?}");
        }
    }

    #[test]
    fn no_percentile_is_shown_above_the_last_finite_bound() {
        let mut histogram = Histogram::default();
        histogram.record_between((0.1, 0.25), 900);
        histogram.record_between((0.25, 10.0), 80);
        histogram.record_beyond(10.0, 20);
        histogram.record(30_000_000);
        let p99 = histogram.estimate(0.99).unwrap();
        assert_eq!((p99.microseconds, p99.is_more), (10_000_000.0, true));
        let p50 = histogram.estimate(0.5).unwrap();
        assert!(!p50.is_more && (100_000.0..250_000.0).contains(&p50.microseconds), "{p50:?}");
        assert!((0.5..0.75).contains(&p50.error), "it may be off by more than half of the range: {p50:?}");
        assert!(histogram.quantile(1.0).unwrap() <= 10_000_000.0);
    }

    #[test]
    fn finer_buckets_of_others_are_merged_and_coarser_ones_say_their_error() {
        let mut histogram = Histogram::default();
        // Scale 20, the finest of the SDKs: 1.5 s.
        histogram.record_exponential(20, (1.5_f64.log2() * f64::from(1 << 20)) as i64, 10);
        let mut same = Histogram::default();
        same.record_many(1_500_000, 10);
        assert_eq!(histogram, same);
        // Scale 0: (1, 2] seconds.
        let mut coarse = Histogram::default();
        coarse.record_exponential(0, 0, 10);
        let half = coarse.estimate(0.5).unwrap();
        // From the middle of the eighth of sixteen buckets to the farther end of them all: eight and a half.
        assert!((half.error - ((8.5_f64 / 16.0).exp2() - 1.0)).abs() < 1e-9, "{half:?}");
        assert!((1_000_000.0..=2_000_000.0).contains(&half.microseconds), "{half:?}");
    }
}
