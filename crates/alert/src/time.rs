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
