//! Heartbeats: monitors that are pushed to, on an interval or a cron schedule, with grace.

use std::time::Duration;

use jiff::tz::TimeZone;

/// What is expected of a monitor that is pushed to.
#[derive(Debug, Clone, PartialEq)]
pub struct Heartbeat {
    /// When it is expected.
    pub schedule: Schedule,
    /// How late it may be.
    pub grace: Duration,
}

impl Eq for Heartbeat {}

/// When a heartbeat is expected.
#[derive(Debug, Clone, PartialEq)]
pub enum Schedule {
    /// So long after the last one.
    Every(Duration),
    /// At each match of a cron pattern, in a time zone.
    Cron {
        /// The pattern (five fields, minutes first).
        pattern: Box<croner::Cron>,
        /// The time zone in which the pattern is read.
        zone: TimeZone,
    },
}
