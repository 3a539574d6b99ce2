//! The bounds of latency buckets: OpenTelemetry's scale 4, counted in seconds.

/// OpenTelemetry's scale: bounds grow by 2^(1/16).
pub(crate) const SCALE: i32 = 4;
/// Buckets per doubling.
const PER_DOUBLING: i64 = 1 << SCALE;
/// Our numbers begin where a microsecond is: 16 × log2(10^-6) = -318.9. Bounds are those of *seconds*, so that histograms
/// that others count in seconds (OpenTelemetry's, Prometheus' native ones) have the same.
const OFFSET: i64 = 319;
/// The highest bucket: 2^63 seconds are more than anything lasts.
pub(crate) const LAST: i16 = 1327;
/// The bucket of durations of 0, which have no logarithm; below all others.
pub(crate) const ZERO: i16 = i16::MIN;

/// The fractions of 2^(1/16) … 2^(15/16), as the 52 bits of a 64-bit float.
const FRACTIONS: [u64; 15] = [
    0x0_b558_6cf9_890f,
    0x1_72b8_3c7d_517b,
    0x2_387a_6e75_6238,
    0x3_06fe_0a31_b715,
    0x3_dea6_4c12_3422,
    0x4_bfda_d536_2a27,
    0x5_ab07_dd48_5429,
    0x6_a09e_667f_3bcd,
    0x7_a114_73eb_0187,
    0x8_ace5_422a_a0db,
    0x9_c491_82a3_f090,
    0xa_e89f_995a_d3ad,
    0xc_199b_dd85_529c,
    0xd_5818_dcfb_a487,
    0xe_a4af_a2a4_90da,
];

/// How many of the fractions lie below each sixty-fourth: no two of them lie within one.
const BELOW: [u8; 64] = {
    let mut below = [0; 64];
    let mut at = 0;
    #[expect(clippy::indexing_slicing, reason = "the indexes are within the arrays")]
    while at < 64 {
        let mut step = 0;
        while step < FRACTIONS.len() {
            if FRACTIONS[step] < (at as u64) << 46 {
                below[at] += 1;
            }
            step += 1;
        }
        at += 1;
    }
    below
};

/// The bucket of a duration: number `i` of OpenTelemetry holds `(2^(i/16), 2^((i+1)/16)]` seconds.
pub(crate) fn bucket(microseconds: u32) -> i16 {
    of_seconds(f64::from(microseconds) / 1e6)
}

/// The bucket of a number of seconds; [`ZERO`] for what is none.
pub(crate) fn of_seconds(seconds: f64) -> i16 {
    if seconds.is_nan() || seconds < f64::MIN_POSITIVE {
        return ZERO;
    }
    let bits = seconds.to_bits();
    let exponent = (bits >> 52).cast_signed() - 1023;
    let fraction = bits & ((1 << 52) - 1);
    // What is exactly a bound belongs below it.
    let step = match fraction {
        0 => -1,
        _ => steps_below(fraction),
    };
    ours(exponent * PER_DOUBLING + step)
}

/// How many of the fractions lie below this one.
fn steps_below(fraction: u64) -> i64 {
    let below = BELOW.get((fraction >> 46) as usize).copied().unwrap_or(0);
    let next = FRACTIONS.get(usize::from(below));
    i64::from(below) + i64::from(next.is_some_and(|next| fraction > *next))
}

/// Our number of OpenTelemetry's bucket.
pub(crate) fn ours(index: i64) -> i16 {
    let number = index.saturating_add(OFFSET).clamp(i64::from(ZERO) + 1, i64::from(LAST));
    i16::try_from(number).unwrap_or(LAST)
}

/// The geometric middle of a bucket in microseconds: as far from the lower bound as from the upper one, relatively.
pub(crate) fn middle(bucket: i16) -> f64 {
    if bucket == ZERO {
        return 0.0;
    }
    let index = f64::from(i32::from(bucket)) - 319.0;
    ((index + 0.5) / 16.0).exp2() * 1e6
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buckets_have_the_bounds_of_opentelemetry_in_seconds() {
        let one_second = i64::from(bucket(1_000_000)) - OFFSET;
        assert_eq!(one_second, -1, "a bound belongs to the bucket below it");
        for (seconds, index) in
            [(1.0 + 1e-9, 0), (2.0, 15), (2.0 + 1e-9, 16), (0.5, -17), (1.05, 1), (4.0, 31)]
        {
            assert_eq!(i64::from(of_seconds(seconds)) - OFFSET, index, "{seconds} s");
        }
        assert_eq!((bucket(0), bucket(1)), (ZERO, 0));
        assert_eq!((of_seconds(f64::NAN), of_seconds(-1.0)), (ZERO, ZERO));
        assert_eq!(of_seconds(f64::INFINITY), LAST);
    }

    #[test]
    fn every_duration_lies_within_its_bucket() {
        for microseconds in (1..5_000).chain((1..4_000).map(|n| n * 1_048_573)) {
            let index = f64::from(i32::from(bucket(microseconds))) - 319.0;
            let seconds = f64::from(microseconds) / 1e6;
            let (low, high) = ((index / 16.0).exp2(), ((index + 1.0) / 16.0).exp2());
            assert!(seconds > low * 0.999_999_999 && seconds <= high * 1.000_000_001, "{microseconds} µs");
        }
    }
}
