//! When to come back.

use std::time::{Duration, SystemTime};

use http::HeaderValue;

/// When to come back (RFC 9110, 10.2.3): at least a second from now, since 0 would mean at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RetryAfter(When);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum When {
    Seconds(u64),
    At(SystemTime),
}

impl RetryAfter {
    /// In so many seconds.
    #[must_use]
    pub const fn seconds(seconds: u64) -> Self {
        Self(When::Seconds(if seconds == 0 { 1 } else { seconds }))
    }

    /// After so long, rounded up to whole seconds.
    #[must_use]
    pub const fn after(wait: Duration) -> Self {
        Self::seconds(wait.as_secs() + (wait.subsec_nanos() > 0) as u64)
    }

    /// At a moment, such as the end of planned work.
    #[must_use]
    pub const fn at(moment: SystemTime) -> Self {
        Self(When::At(moment))
    }

    /// The wait in seconds, where it is one.
    pub(crate) const fn wait_seconds(self) -> Option<u64> {
        match self.0 {
            When::Seconds(seconds) => Some(seconds),
            When::At(_) => None,
        }
    }

    pub(crate) fn into_value(self) -> HeaderValue {
        match self.0 {
            When::Seconds(seconds) => HeaderValue::from(seconds),
            When::At(moment) => super::date(moment),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_are_written() {
        assert_eq!(RetryAfter::seconds(0).into_value(), "1");
        assert_eq!(RetryAfter::after(Duration::from_millis(1500)).into_value(), "2");
        let first = SystemTime::UNIX_EPOCH;
        let moment = first + Duration::from_secs(784_111_777);
        assert_eq!(RetryAfter::at(moment).into_value(), "Sun, 06 Nov 1994 08:49:37 GMT");
        let far = first + Duration::from_secs(1 << 42);
        assert_eq!(RetryAfter::at(far).into_value(), "Fri, 31 Dec 9999 23:59:59 GMT");
    }
}
