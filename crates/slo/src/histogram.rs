//! A latency histogram of OpenTelemetry's exponential kind.

use std::collections::BTreeMap;

/// Buckets per doubling: OpenTelemetry's scale 4, so that bounds grow by 2^(1/16) and the relative error of a quantile
/// is at most 2.2 %.
const PER_DOUBLING: f64 = 16.0;

/// A base-2 exponential histogram of durations in microseconds, at scale 4 (OpenTelemetry metrics data model,
/// "ExponentialHistogram"). Merging is addition, so the order of merging does not matter.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Histogram {
    /// Count per bucket; bucket `i` holds `(2^(i/16), 2^((i+1)/16)]`. Durations of 0 stand in bucket `i16::MIN`.
    counts: BTreeMap<i16, u64>,
    total: u64,
}

/// The bytes are not a histogram.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Malformed;

impl Histogram {
    /// Counts a duration.
    pub fn record(&mut self, microseconds: u32) {
        *self.counts.entry(bucket(microseconds)).or_default() += 1;
        self.total += 1;
    }

    /// Adds all that another one has counted.
    pub fn merge(&mut self, other: &Self) {
        for (bucket, count) in &other.counts {
            *self.counts.entry(*bucket).or_default() += count;
        }
        self.total += other.total;
    }

    /// How many durations were counted.
    #[must_use]
    pub const fn count(&self) -> u64 {
        self.total
    }

    /// The duration in microseconds that a share of all (0 to 1) does not exceed, or `None` if nothing was counted.
    #[must_use]
    pub fn quantile(&self, share: f64) -> Option<f64> {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a rank within the total"
        )]
        #[expect(clippy::cast_precision_loss, reason = "counts beyond 2^52 are not reached")]
        let rank = ((share.clamp(0.0, 1.0) * self.total as f64).ceil() as u64).max(1);
        let mut seen = 0;
        self.counts.iter().find_map(|(bucket, count)| {
            seen += count;
            (seen >= rank).then(|| middle(*bucket))
        })
    }

    /// As bytes: pairs of the distance to the bucket before and the count, as variable-length integers.
    pub fn encode(&self, bytes: &mut Vec<u8>) {
        put(bytes, self.counts.len() as u64);
        let mut last = i64::from(i16::MIN);
        for (bucket, count) in &self.counts {
            put(bytes, (i64::from(*bucket) - last).unsigned_abs());
            put(bytes, *count);
            last = i64::from(*bucket);
        }
    }

    /// Reads what [`encode`](Self::encode) wrote, and moves `bytes` behind it.
    ///
    /// # Errors
    /// [`Malformed`] when the bytes are not such a form.
    pub fn decode(bytes: &mut &[u8]) -> Result<Self, Malformed> {
        let mut histogram = Self::default();
        let mut last = i64::from(i16::MIN);
        for _ in 0..take(bytes)? {
            let distance = i64::try_from(take(bytes)?).map_err(|_| Malformed)?;
            last = last.checked_add(distance).ok_or(Malformed)?;
            let bucket = i16::try_from(last).map_err(|_| Malformed)?;
            let count = take(bytes)?;
            histogram.counts.insert(bucket, count);
            histogram.total = histogram.total.checked_add(count).ok_or(Malformed)?;
        }
        Ok(histogram)
    }
}

fn bucket(microseconds: u32) -> i16 {
    if microseconds == 0 {
        return i16::MIN;
    }
    #[expect(clippy::cast_possible_truncation, reason = "16 × log2 of 32 bits is below 513")]
    let index = (f64::from(microseconds).log2() * PER_DOUBLING).ceil() as i16 - 1;
    index
}

fn middle(bucket: i16) -> f64 {
    if bucket == i16::MIN {
        return 0.0;
    }
    ((f64::from(bucket) + 0.5) / PER_DOUBLING).exp2()
}

/// Appends a variable-length integer (LEB128).
pub(crate) fn put(bytes: &mut Vec<u8>, mut value: u64) {
    loop {
        let low = (value & 0x7f) as u8;
        value >>= 7;
        if value == 0 {
            bytes.push(low);
            return;
        }
        bytes.push(low | 0x80);
    }
}

/// Takes a variable-length integer off the front.
pub(crate) fn take(bytes: &mut &[u8]) -> Result<u64, Malformed> {
    let mut value = 0_u64;
    for shift in (0..64).step_by(7) {
        let (first, rest) = bytes.split_first().ok_or(Malformed)?;
        *bytes = rest;
        value |= u64::from(first & 0x7f).checked_shl(shift).ok_or(Malformed)?;
        if first & 0x80 == 0 {
            return Ok(value);
        }
    }
    Err(Malformed)
}
