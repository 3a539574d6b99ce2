//! How many requests a span stands for, when others were left out.

/// The weight that `tracestate` tells: `ot=th:…` is the threshold below which spans were left out, as a fraction of 2^56
/// without its trailing zeros (OpenTelemetry, "TraceState: Probability Sampling").
pub(super) fn of_trace_state(state: &[u8]) -> Option<f64> {
    let vendor =
        state.split(|byte| *byte == b',').find_map(|member| member.trim_ascii().strip_prefix(b"ot="))?;
    let threshold = vendor.split(|byte| *byte == b';').find_map(|member| member.strip_prefix(b"th:"))?;
    let digits = std::str::from_utf8(threshold).ok().filter(|digits| (1..=14).contains(&digits.len()))?;
    let left_out = u64::from_str_radix(digits, 16).ok()? << (4 * (14 - digits.len()));
    let whole = 1_u64 << 56;
    #[expect(clippy::cast_precision_loss, reason = "a weight need not be more precise")]
    let weight = whole as f64 / whole.saturating_sub(left_out).max(1) as f64;
    Some(weight)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_threshold_tells_how_many_were_left_out() {
        for (state, weight) in [
            ("ot=th:0", Some(1.0)),
            ("ot=th:8", Some(2.0)),
            ("congo=t61rcWkgMzE, ot=rv:1;th:c", Some(4.0)),
            ("ot=th:ffffffffffffff", Some((1_u64 << 56) as f64)),
            ("ot=th:fffffffffffffff", None),
            ("ot=th:", None),
            ("congo=t61", None),
            ("", None),
        ] {
            assert_eq!(of_trace_state(state.as_bytes()), weight, "{state}");
        }
    }
}
