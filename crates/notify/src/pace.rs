//! How often a receiver may be sent to.

use std::time::Duration;

use jiff::Timestamp;

/// Keeps messages to one receiver apart: Slack takes about one a second, and people not even that.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pace {
    spacing: Duration,
    next: Timestamp,
}

impl Pace {
    /// At most one message in this time.
    #[must_use]
    pub const fn new(spacing: Duration) -> Self {
        Self { spacing, next: Timestamp::MIN }
    }

    /// Takes the turn, or says how long to wait for it. A clock that was set back is not waited for.
    ///
    /// # Errors
    /// How long to wait.
    pub fn take(&mut self, now: Timestamp) -> Result<(), Duration> {
        let wait = Duration::try_from(self.next.duration_since(now)).unwrap_or_default();
        if !wait.is_zero() && wait <= self.spacing {
            return Err(wait);
        }
        self.next = now.checked_add(self.spacing).unwrap_or(Timestamp::MAX);
        Ok(())
    }
}

impl Default for Pace {
    fn default() -> Self {
        Self::new(Duration::from_secs(1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_a_second_and_the_first_at_once() {
        let mut pace = Pace::default();
        let at = |milliseconds| Timestamp::from_millisecond(milliseconds).unwrap();
        assert_eq!(pace.take(at(10_000)), Ok(()));
        assert_eq!(pace.take(at(10_400)), Err(Duration::from_millis(600)));
        assert_eq!(pace.take(at(11_000)), Ok(()));
        assert_eq!(pace.take(at(2_000)), Ok(()), "the clock was set back");
    }
}
