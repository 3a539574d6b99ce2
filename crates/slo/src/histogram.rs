//! A latency histogram of OpenTelemetry's exponential kind.

use crate::counts::Counts;
use crate::varint::{put, put_signed, take, take_signed};

/// Buckets per doubling: OpenTelemetry's scale 4, so that bounds grow by 2^(1/16) and the relative error of a quantile
/// is at most 2.2 %.
const PER_DOUBLING: f64 = 16.0;
/// The bucket of durations of 0, which have no logarithm; below all others.
const ZERO: i16 = i16::MIN;

/// A base-2 exponential histogram of durations in microseconds, at scale 4 (OpenTelemetry metrics data model,
/// "ExponentialHistogram"). Merging is addition, so the order of merging does not matter.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Histogram {
    /// Count per bucket; bucket `i` holds `(2^(i/16), 2^((i+1)/16)]`.
    counts: Counts<i16>,
}

/// The bytes are not what they should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Malformed;

impl Histogram {
    /// Counts a duration.
    pub fn record(&mut self, microseconds: u32) {
        self.counts.add(bucket(microseconds), 1);
    }

    /// Adds all that another one has counted.
    pub fn merge(&mut self, other: &Self) {
        self.counts.merge(&other.counts);
    }

    /// How many durations were counted.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.counts.total()
    }

    /// The duration in microseconds that a share of all (0 to 1) does not exceed, or `None` if nothing was counted.
    #[must_use]
    pub fn quantile(&self, share: f64) -> Option<f64> {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            clippy::cast_precision_loss,
            reason = "a rank within the total, and totals beyond 2^52 are not reached"
        )]
        let rank = ((share.clamp(0.0, 1.0) * self.count() as f64).ceil() as u64).max(1);
        let mut seen = 0_u64;
        self.counts.iter().find_map(|(bucket, count)| {
            seen = seen.saturating_add(count);
            (seen >= rank).then(|| middle(bucket))
        })
    }

    /// As bytes: how many buckets; each as its distance from the one before (from 0 for the first) and its count; all
    /// as variable-length integers.
    pub fn encode(&self, bytes: &mut Vec<u8>) {
        put(bytes, self.counts.len() as u64);
        let mut last = 0;
        for (bucket, count) in self.counts.iter() {
            put_signed(bytes, i64::from(bucket) - last);
            put(bytes, count);
            last = i64::from(bucket);
        }
    }

    /// Reads what [`encode`](Self::encode) wrote, and moves `bytes` behind it.
    ///
    /// # Errors
    /// [`Malformed`] when the bytes are not such a form.
    pub fn decode(bytes: &mut &[u8]) -> Result<Self, Malformed> {
        let buckets = usize::try_from(take(bytes)?).map_err(|_| Malformed)?;
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
        Ok(Self { counts })
    }
}

fn bucket(microseconds: u32) -> i16 {
    let Some(octave) = microseconds.checked_ilog2() else { return ZERO };
    // The mantissa, from 2^31 on.
    let mantissa = microseconds << (31 - octave);
    let above = BOUNDS.partition_point(|bound| *bound < mantissa);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_possible_wrap,
        reason = "32 octaves of 16 are below 513"
    )]
    let bucket = (octave * 16) as i16 + above as i16 - 1;
    bucket
}

/// `floor(2^(31 + k/16))` for k from 0 to 15: where the buckets of an octave begin.
const BOUNDS: [u32; 16] = [
    2_147_483_648,
    2_242_560_871,
    2_341_847_523,
    2_445_529_971,
    2_553_802_833,
    2_666_869_344,
    2_784_941_737,
    2_908_241_642,
    3_037_000_499,
    3_171_459_999,
    3_311_872_529,
    3_458_501_653,
    3_611_622_602,
    3_771_522_796,
    3_938_502_375,
    4_112_874_773,
];

/// The geometric middle: as far from the lower bound as from the upper one, relatively.
fn middle(bucket: i16) -> f64 {
    if bucket == ZERO { 0.0 } else { ((f64::from(bucket) + 0.5) / PER_DOUBLING).exp2() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buckets_have_the_bounds_of_opentelemetry() {
        for (microseconds, expect) in
            [(0, ZERO), (1, -1), (2, 15), (3, 25), (4, 31), (1024, 159), (1025, 160)]
        {
            assert_eq!(bucket(microseconds), expect, "{microseconds} µs");
        }
        // The same by logarithms.
        for microseconds in (1..200_000).chain((200_000..u32::MAX - 7_919).step_by(7_919)) {
            #[expect(clippy::cast_possible_truncation, reason = "16 × log2 of 32 bits is below 513")]
            let expect = (f64::from(microseconds).log2() * PER_DOUBLING).ceil() as i16 - 1;
            assert_eq!(bucket(microseconds), expect, "{microseconds} µs");
        }
    }

    #[test]
    fn bytes_that_are_no_histogram_are_refused() {
        let (too_many, nothing_counted, not_in_order) =
            (&[9, 2, 1][..], &[1, 2, 0][..], &[2, 4, 1, 1, 1][..]);
        for bytes in [&[][..], &[1], &[1, 2], too_many, nothing_counted, not_in_order] {
            assert_eq!(Histogram::decode(&mut &*bytes), Err(Malformed), "{bytes:?}");
        }
    }
}
