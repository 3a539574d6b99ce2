//! Arithmetic with moments that cannot overflow.

use std::time::Duration;

use jiff::Timestamp;

/// The moment so long after `at`.
pub(crate) fn later(at: Timestamp, by: Duration) -> Timestamp {
    at.checked_add(by).unwrap_or(Timestamp::MAX)
}

/// How much time passed from `earlier` to `now`; none if it lies ahead.
pub(crate) fn since(earlier: Timestamp, now: Timestamp) -> Duration {
    now.duration_since(earlier).try_into().unwrap_or(Duration::ZERO)
}

/// A duration with its unit, as people read it: `850 ms`, `1.2 s`.
pub(crate) fn in_words(duration: Duration) -> String {
    if duration < Duration::from_secs(1) {
        return format!("{} ms", duration.as_millis());
    }
    format!("{} s", (duration.as_secs_f64() * 100.0).round() / 100.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_have_a_space_and_a_unit() {
        let words = [850, 1_000, 1_234, 90_000].map(|ms| in_words(Duration::from_millis(ms)));
        assert_eq!(words, ["850 ms", "1 s", "1.23 s", "90 s"]);
    }
}
