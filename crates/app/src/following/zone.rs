//! Times of logs that do not say their zone.

use jiff::Timestamp;
use jiff::tz::TimeZone;

/// Times that do not say their zone are in this one.
#[derive(Debug, Clone)]
pub(super) struct Zone {
    zone: TimeZone,
    /// The quarter of an hour that was looked up last, and what is to be added to it.
    last: Option<(i64, i64)>,
}

const QUARTER: i64 = 900;

impl Zone {
    pub(super) const fn new(zone: TimeZone) -> Self {
        Self { zone, last: None }
    }

    /// The second since 1970 of a local time, given as if it were UTC. Lines come in order: hardly ever is one in another
    /// quarter of an hour than the one before, and no zone changes within a quarter.
    pub(super) fn utc_of(&mut self, local: i64) -> i64 {
        let quarter = local.div_euclid(QUARTER);
        let shift = match self.last {
            Some((last, shift)) if last == quarter => shift,
            Some(_) | None => self.look_up(quarter * QUARTER),
        };
        self.last = Some((quarter, shift));
        local + shift
    }

    fn look_up(&self, local: i64) -> i64 {
        let civil = Timestamp::from_second(local).map(|at| TimeZone::UTC.to_datetime(at));
        // A time that there is twice in autumn is taken for the first, one that is skipped in spring for the later.
        let utc = civil.and_then(|civil| self.zone.to_timestamp(civil));
        utc.map_or(0, |utc| utc.as_second() - local)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn local_times_become_utc_in_summer_and_in_winter() {
        let mut zone = Zone::new(TimeZone::get("Europe/Vienna").unwrap());
        let second = |text: &str| text.parse::<Timestamp>().unwrap().as_second();
        for (local, utc) in [
            ("2026-07-01T12:00:00Z", "2026-07-01T10:00:00Z"),
            ("2026-11-29T18:00:01Z", "2026-11-29T17:00:01Z"),
            ("2026-11-29T18:00:02Z", "2026-11-29T17:00:02Z"),
            ("2026-10-25T02:30:00Z", "2026-10-25T00:30:00Z"),
        ] {
            assert_eq!(zone.utc_of(second(local)), second(utc), "{local}");
        }
    }
}
