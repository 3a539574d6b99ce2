//! A clock that does not jump: the wall clock held against the monotonic one.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

/// A difference that time synchronisation makes in small steps is no jump.
const JUMP: SignedDuration = SignedDuration::from_secs(5);
/// After a jump we go on with our own time for so long, then believe the wall clock again.
const DOUBT: Duration = Duration::from_secs(60);

/// A clock that does not jump. Readings of the wall and of the monotonic clock are arguments.
#[derive(Debug)]
pub(crate) struct Clock {
    /// Wall time at the monotonic moment beside it.
    base: (Timestamp, Duration),
    /// Since when the wall clock is in doubt, on the monotonic clock.
    doubted_since: Option<Duration>,
}

/// What the clock says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reading {
    /// All is well.
    Sure(Timestamp),
    /// The wall clock jumped: this is the time as it would be without the jump.
    Doubtful(Timestamp),
    /// The wall clock has been steady since its jump; from now on it counts again.
    Corrected(Timestamp),
}

impl Clock {
    /// Starts with trust in the wall clock.
    pub(crate) const fn new(wall: Timestamp, monotonic: Duration) -> Self {
        Self { base: (wall, monotonic), doubted_since: None }
    }

    /// The time to go by, without a new judgement.
    pub(crate) fn time(&self, wall: Timestamp, monotonic: Duration) -> Timestamp {
        let steady = self.steady(monotonic);
        let trusted = self.doubted_since.is_none() && wall.duration_since(steady).abs() <= JUMP;
        if trusted { wall } else { steady }
    }

    fn steady(&self, monotonic: Duration) -> Timestamp {
        let passed = monotonic.saturating_sub(self.base.1);
        self.base.0.checked_add(passed).unwrap_or(Timestamp::MAX)
    }

    /// Judges the wall clock, given what both clocks show.
    pub(crate) fn read(&mut self, wall: Timestamp, monotonic: Duration) -> Reading {
        let steady = self.steady(monotonic);
        let jumped = wall.duration_since(steady).abs() > JUMP;
        match (jumped, self.doubted_since) {
            (false, _) => {
                self.doubted_since = None;
                // Follow the small steps of time synchronisation.
                self.base = (wall, monotonic);
                Reading::Sure(wall)
            }
            (true, None) => {
                self.doubted_since = Some(monotonic);
                Reading::Doubtful(steady)
            }
            (true, Some(since)) if monotonic.saturating_sub(since) < DOUBT => Reading::Doubtful(steady),
            (true, Some(_)) => {
                *self = Self::new(wall, monotonic);
                Reading::Corrected(wall)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wall(seconds: i64) -> Timestamp {
        Timestamp::from_second(1_000_000 + seconds).unwrap()
    }

    #[test]
    fn a_jump_is_doubted_for_a_minute_and_then_believed() {
        for jump in [3600, -3600, 6, -6] {
            let mut clock = Clock::new(wall(0), Duration::ZERO);
            let mut read = |after: u64, jump: i64| {
                let after_seconds = i64::try_from(after).unwrap();
                clock.read(wall(after_seconds + jump), Duration::from_secs(after))
            };
            assert_eq!(read(10, 0), Reading::Sure(wall(10)));
            assert_eq!(read(11, jump), Reading::Doubtful(wall(11)));
            assert_eq!(read(70, jump), Reading::Doubtful(wall(70)));
            assert_eq!(read(71, jump), Reading::Corrected(wall(71 + jump)));
            assert_eq!(read(80, jump), Reading::Sure(wall(80 + jump)));
        }
    }

    #[test]
    fn a_clock_that_comes_back_is_trusted_at_once() {
        let mut clock = Clock::new(wall(0), Duration::ZERO);
        assert_eq!(clock.read(wall(500), Duration::from_secs(1)), Reading::Doubtful(wall(1)));
        assert_eq!(clock.read(wall(2), Duration::from_secs(2)), Reading::Sure(wall(2)));
    }

    #[test]
    fn small_steps_are_followed() {
        let mut clock = Clock::new(wall(0), Duration::ZERO);
        for second in 1..100 {
            let drifting = wall(i64::try_from(second).unwrap() * 3);
            assert_eq!(clock.read(drifting, Duration::from_secs(second)), Reading::Sure(drifting));
        }
    }
}
