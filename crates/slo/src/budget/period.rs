//! For how long an objective promises.

use jiff::civil::{Date, Weekday};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

/// For how long an objective promises.
#[derive(Debug, Clone, PartialEq)]
pub enum Period {
    /// The last so many days, at any moment.
    Rolling {
        /// How many.
        days: u32,
    },
    /// From the beginning of a stretch of the calendar, in a time zone.
    Calendar {
        /// Which stretch.
        unit: CalendarUnit,
        /// Where it is midnight.
        zone: TimeZone,
    },
}

/// A stretch of the calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CalendarUnit {
    /// From Monday on.
    Week,
    /// From the first of the month on.
    Month,
    /// From the first of January, April, July or October on.
    Quarter,
}

const DAY: i64 = 86_400;

impl Period {
    /// When the period that a moment is in began, in seconds since 1970.
    #[must_use]
    pub fn began(&self, now: Timestamp) -> i64 {
        match self {
            Self::Rolling { days } => now.as_second() - i64::from(*days) * DAY,
            Self::Calendar { unit, zone } => midnight(unit.first(date_at(now, zone)), zone),
        }
    }

    /// How long the period that a moment is in is, in seconds: months and days on which clocks change differ.
    #[must_use]
    pub fn seconds(&self, now: Timestamp) -> i64 {
        match self {
            Self::Rolling { days } => i64::from(*days) * DAY,
            Self::Calendar { unit, zone } => {
                let first = unit.first(date_at(now, zone));
                midnight(unit.next(first), zone) - midnight(first, zone)
            }
        }
    }

    /// When a failure of this moment no longer counts: for a calendar period, when the next one begins.
    #[must_use]
    pub fn forgets(&self, at: Timestamp) -> i64 {
        match self {
            Self::Rolling { days } => at.as_second() + i64::from(*days) * DAY,
            Self::Calendar { unit, zone } => midnight(unit.next(unit.first(date_at(at, zone))), zone),
        }
    }

    /// The longest that it can be, in seconds.
    #[must_use]
    pub fn longest_seconds(&self) -> i64 {
        match self {
            Self::Rolling { days } => i64::from(*days) * DAY,
            Self::Calendar { unit, .. } => match unit {
                CalendarUnit::Week => 7 * DAY + 3600,
                CalendarUnit::Month => 31 * DAY + 3600,
                CalendarUnit::Quarter => 92 * DAY + 3600,
            },
        }
    }
}

impl CalendarUnit {
    fn first(self, date: Date) -> Date {
        match self {
            Self::Week => {
                let back = date.weekday().since(Weekday::Monday);
                date.saturating_sub(i64::from(back).days())
            }
            Self::Month => date.first_of_month(),
            Self::Quarter => {
                let months = i64::from((date.month() - 1) % 3);
                date.first_of_month().saturating_sub(months.months())
            }
        }
    }

    fn next(self, first: Date) -> Date {
        match self {
            Self::Week => first.saturating_add(7.days()),
            Self::Month => first.saturating_add(1.month()),
            Self::Quarter => first.saturating_add(3.months()),
        }
    }
}

fn date_at(now: Timestamp, zone: &TimeZone) -> Date {
    zone.to_datetime(now).date()
}

/// The first moment of a day: not always midnight, where clocks change then.
fn midnight(date: Date, zone: &TimeZone) -> i64 {
    let start = date.to_datetime(jiff::civil::Time::midnight());
    zone.to_ambiguous_timestamp(start).compatible().map_or(0, Timestamp::as_second)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn calendar(unit: CalendarUnit) -> Period {
        Period::Calendar { unit, zone: TimeZone::get("Europe/Vienna").unwrap() }
    }

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn months_begin_at_midnight_of_their_zone_and_know_that_clocks_change() {
        let month = calendar(CalendarUnit::Month);
        // 31 March 2026, 23:30 UTC is 1 April in Vienna.
        assert_eq!(month.began(at("2026-03-31T23:30:00Z")), at("2026-03-31T22:00:00Z").as_second());
        assert_eq!(month.began(at("2026-03-31T21:30:00Z")), at("2026-02-28T23:00:00Z").as_second());
        assert_eq!(month.seconds(at("2026-03-15T00:00:00Z")), 31 * DAY - 3600);
        assert_eq!(month.seconds(at("2026-10-15T00:00:00Z")), 31 * DAY + 3600);
        assert_eq!(month.seconds(at("2026-02-15T00:00:00Z")), 28 * DAY);
    }

    #[test]
    fn weeks_and_quarters_begin_where_people_expect() {
        for (unit, now, began) in [
            (CalendarUnit::Week, "2026-11-29T12:00:00Z", "2026-11-22T23:00:00Z"),
            (CalendarUnit::Week, "2026-11-30T12:00:00Z", "2026-11-29T23:00:00Z"),
            (CalendarUnit::Quarter, "2026-11-29T12:00:00Z", "2026-09-30T22:00:00Z"),
            (CalendarUnit::Quarter, "2026-01-01T12:00:00Z", "2025-12-31T23:00:00Z"),
        ] {
            assert_eq!(calendar(unit).began(at(now)), at(began).as_second(), "{unit:?} {now}");
        }
    }

    #[test]
    fn a_failure_is_forgotten_when_it_leaves_the_period() {
        let failed = at("2026-11-29T12:00:00Z");
        assert_eq!(Period::Rolling { days: 30 }.forgets(failed), failed.as_second() + 30 * DAY);
        assert_eq!(calendar(CalendarUnit::Month).forgets(failed), at("2026-11-30T23:00:00Z").as_second());
    }
}
