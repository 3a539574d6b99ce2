//! What went wrong in the past: probes, traffic and incidents all follow this table.

use jiff::{SignedDuration, Timestamp};
use statusquo_alert::Diagnosis;

pub(super) const MINUTE: i64 = 60;
pub(super) const HOUR: i64 = 60 * MINUTE;
pub(super) const DAY: i64 = 24 * HOUR;

/// Something that went wrong. Times are in seconds before now.
pub(super) struct Fault {
    /// The part of the sample API.
    pub(super) part: &'static str,
    /// Only this endpoint of it; empty: all.
    pub(super) endpoint: &'static str,
    pub(super) ago: i64,
    pub(super) lasting: i64,
    pub(super) status: u16,
    /// Of a million requests, so many.
    pub(super) share: u64,
    pub(super) seen: Seen,
}

/// Who saw it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Seen {
    /// Probes failed.
    Probes,
    /// Only real requests failed.
    Traffic(Diagnosis),
}

const fn probes(part: &'static str, (ago, lasting): (i64, i64), status: u16, share: u64) -> Fault {
    Fault { part, endpoint: "", ago, lasting, status, share, seen: Seen::Probes }
}

/// The newest first.
pub(super) static FAULTS: [Fault; 7] = [
    probes("payments", (5 * HOUR, 14 * MINUTE), 502, 600_000),
    Fault {
        part: "webhooks",
        endpoint: "/v1/webhooks/test",
        ago: 9 * HOUR,
        lasting: 52 * MINUTE,
        status: 500,
        share: 240_000,
        seen: Seen::Traffic(Diagnosis::Regression),
    },
    probes("search", (19 * HOUR, 6 * MINUTE), 500, 400_000),
    probes("orders", (6 * DAY, 3 * HOUR), 503, 60_000),
    probes("sign-in", (23 * DAY, 7 * HOUR), 504, 90_000),
    probes("webhooks", (41 * DAY, 20 * HOUR), 500, 500_000),
    probes("search", (68 * DAY, 6 * HOUR), 503, 500_000),
];

/// Somebody looked for a way in: how long ago, and for how long.
pub(super) const SCAN: (i64, i64) = (3 * HOUR, 11 * MINUTE);

impl Fault {
    /// Was it so at this time?
    pub(super) fn is_at(&self, age: i64) -> bool {
        (self.ago - self.lasting..=self.ago).contains(&age)
    }
}

/// The fault of a part that probes met at this time.
pub(super) fn met_by_probes(part: &str, age: i64) -> Option<&'static Fault> {
    FAULTS.iter().find(|fault| fault.part == part && fault.seen == Seen::Probes && fault.is_at(age))
}

/// The fault of an endpoint of a part that requests met at this time.
pub(super) fn met_by_requests(part: &str, route: &str, age: i64) -> Option<&'static Fault> {
    let is_of = |fault: &&Fault| {
        fault.part == part && (fault.endpoint.is_empty() || fault.endpoint == route) && fault.is_at(age)
    };
    FAULTS.iter().find(is_of)
}

/// So many seconds ago; before now is never after it.
pub(super) fn before(now: Timestamp, seconds: i64) -> Timestamp {
    now.checked_sub(SignedDuration::from_secs(seconds)).unwrap_or(now)
}

#[cfg(test)]
mod tests {
    use super::super::super::script::PARTS;
    use super::*;

    #[test]
    fn faults_are_of_parts_that_there_are_and_listed_the_newest_first() {
        assert!(FAULTS.windows(2).all(|pair| pair[0].ago < pair[1].ago));
        assert!(FAULTS.iter().all(|fault| PARTS.iter().any(|part| part.name == fault.part)));
    }
}
