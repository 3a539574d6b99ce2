//! The clock that all of a process go by.

use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use jiff::Timestamp;

use super::clock::{Clock, Reading};

/// The clock that all of a process go by: it does not jump when the wall clock does.
#[derive(Debug)]
pub(crate) struct SharedClock {
    start: Instant,
    clock: Mutex<Clock>,
}

impl SharedClock {
    /// Starts with trust in the wall clock.
    pub(crate) fn new() -> Self {
        let start = Instant::now();
        Self { start, clock: Mutex::new(Clock::new(Timestamp::now(), start.elapsed())) }
    }

    /// The time to go by.
    pub(crate) fn now(&self) -> Timestamp {
        let clock = self.clock.lock().unwrap_or_else(PoisonError::into_inner);
        clock.time(Timestamp::now(), self.start.elapsed())
    }

    /// Holds the wall clock against the monotonic one.
    pub(crate) fn check(&self) -> Reading {
        let mut clock = self.clock.lock().unwrap_or_else(PoisonError::into_inner);
        clock.read(Timestamp::now(), self.start.elapsed())
    }
}
