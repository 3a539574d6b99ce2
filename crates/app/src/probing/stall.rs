//! Notices that this process stood still (stopped, starved, suspended), so that what its probes saw meanwhile
//! is not held against anybody.

use std::cell::Cell;
use std::time::Duration;

/// Beats come so often.
pub(crate) const BEAT: Duration = Duration::from_millis(250);
/// A beat so late is a standstill.
const TOLERATED: Duration = Duration::from_millis(1500);

/// Counts standstills of the thread that beats it. Moments are since a start of the caller's.
#[derive(Debug, Default)]
pub(crate) struct Stall {
    last_beat: Cell<Duration>,
    count: Cell<u64>,
    worst: Cell<Duration>,
}

impl Stall {
    /// To be called every [`BEAT`].
    pub(crate) fn beat(&self, now: Duration) {
        let gap = now.saturating_sub(self.last_beat.get());
        self.last_beat.set(now);
        if gap > BEAT + TOLERATED {
            self.count.set(self.count.get() + 1);
            self.worst.set(self.worst.get().max(gap));
        }
    }

    /// How many standstills so far, one that is just being left included. Two readings that differ enclose one.
    pub(crate) fn count(&self, now: Duration) -> u64 {
        let overdue = now.saturating_sub(self.last_beat.get()) > BEAT + TOLERATED;
        self.count.get() + u64::from(overdue)
    }

    /// The longest standstill since the last call.
    pub(crate) fn take_worst(&self) -> Option<Duration> {
        Some(self.worst.replace(Duration::ZERO)).filter(|worst| !worst.is_zero())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_late_beat_is_a_standstill_whoever_looks_first() {
        let ms = Duration::from_millis;
        let stall = Stall::default();
        for beat in [250, 500, 800, 1000] {
            stall.beat(ms(beat));
        }
        assert_eq!(stall.count(ms(1100)), 0);
        assert_eq!(stall.count(ms(5000)), 1, "seen before the late beat");
        stall.beat(ms(5000));
        assert_eq!(stall.count(ms(5100)), 1, "and counted once");
        assert_eq!(stall.take_worst(), Some(ms(4000)));
        assert_eq!(stall.take_worst(), None);
    }
}
