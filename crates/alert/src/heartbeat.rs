//! Heartbeats: monitors that are pushed to, on an interval or a cron schedule, with grace.

use std::time::Duration;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::time::later;

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

impl Heartbeat {
    /// The moment at which it is overdue: when the next one is expected after the last one (or after we began to
    /// watch), and the grace is over.
    #[must_use]
    pub fn due(&self, last: Option<Timestamp>, watched_since: Timestamp) -> Timestamp {
        let from = last.unwrap_or(watched_since);
        let expected = match &self.schedule {
            Schedule::Every(interval) => later(from, *interval),
            Schedule::Cron { pattern, zone } => pattern
                .iter_after(from.to_zoned(zone.clone()))
                .next()
                .map_or(Timestamp::MAX, |next| next.timestamp()),
        };
        later(expected, self.grace)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(schedule: Schedule, last: &str, due: &str) {
        let heartbeat = Heartbeat { schedule, grace: Duration::from_secs(600) };
        assert_eq!(heartbeat.due(Some(last.parse().unwrap()), Timestamp::UNIX_EPOCH), due.parse().unwrap());
    }

    #[test]
    fn it_is_overdue_after_its_next_moment_and_the_grace() {
        let every = Schedule::Every(Duration::from_secs(3600));
        check(every, "2026-01-10T02:10:00Z", "2026-01-10T03:20:00Z");
        let vienna = || Schedule::Cron {
            pattern: Box::new("0 3 * * *".parse().unwrap()),
            zone: TimeZone::get("Europe/Vienna").unwrap(),
        };
        check(vienna(), "2026-01-10T02:00:30Z", "2026-01-11T02:10:00Z");
        check(vienna(), "2026-03-28T02:00:30Z", "2026-03-29T01:10:00Z");
        check(vienna(), "2026-10-24T01:00:30Z", "2026-10-25T02:10:00Z");
    }
}
