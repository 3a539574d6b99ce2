//! Maintenance windows: planned work, one-off or recurring, during which messages are held.

use std::time::Duration;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use statusquo_exchange::Name;

use crate::time::later;

/// Which monitors something applies to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scope {
    /// All of them.
    All,
    /// These.
    Monitors(Vec<Name>),
}

impl Scope {
    /// Is this monitor one of them?
    #[must_use]
    pub fn covers(&self, monitor: &str) -> bool {
        match self {
            Self::All => true,
            Self::Monitors(names) => names.iter().any(|name| name.as_str() == monitor),
        }
    }
}

/// Planned work. While it lasts, messages are held; when it ends, what is still true is told.
#[derive(Debug, Clone, PartialEq)]
pub struct Maintenance {
    /// Its name in the configuration.
    pub name: Name,
    /// Which monitors.
    pub scope: Scope,
    /// When.
    pub recurrence: Recurrence,
}

/// When planned work takes place.
#[derive(Debug, Clone, PartialEq)]
pub enum Recurrence {
    /// Once.
    Once {
        /// From when.
        from: Timestamp,
        /// Until when.
        until: Timestamp,
    },
    /// Starting at each match of a cron pattern, in a time zone.
    Cron {
        /// The pattern (five fields, minutes first).
        pattern: Box<croner::Cron>,
        /// The time zone in which the pattern is read.
        zone: TimeZone,
        /// How long each one lasts.
        lasting: Duration,
    },
}

/// Windows of one recurrence are looked at this far; more overlapping ones than this are one window anyway.
const MOST_WINDOWS: usize = 64;

impl Maintenance {
    /// Until when messages about this monitor are held, if they are now. Windows that overlap are one.
    #[must_use]
    pub fn holds_until(&self, monitor: &str, now: Timestamp) -> Option<Timestamp> {
        if !self.scope.covers(monitor) {
            return None;
        }
        self.recurrence.window_around(now)
    }

    /// The window that is under way, or the next one.
    #[must_use]
    pub fn next(&self, now: Timestamp) -> Option<(Timestamp, Timestamp)> {
        match &self.recurrence {
            Recurrence::Once { from, until } => (now < *until).then_some((*from, *until)),
            Recurrence::Cron { pattern, zone, lasting } => {
                let earliest = earlier(now, *lasting).to_zoned(zone.clone());
                let from = pattern.iter_after(earliest).next()?.timestamp();
                Some((from, later(from, *lasting)))
            }
        }
    }
}

impl Recurrence {
    /// The end of the window that covers this moment.
    fn window_around(&self, now: Timestamp) -> Option<Timestamp> {
        match self {
            Self::Once { from, until } => (*from <= now && now < *until).then_some(*until),
            Self::Cron { pattern, zone, lasting } => {
                // One that began within the last `lasting` still runs; each further one that begins before its end
                // makes it longer.
                let earliest = earlier(now, *lasting).to_zoned(zone.clone());
                let mut end = None;
                for begin in pattern.iter_after(earliest).take(MOST_WINDOWS) {
                    let begin = begin.timestamp();
                    if begin > end.unwrap_or(now) {
                        break;
                    }
                    end = Some(later(begin, *lasting));
                }
                end.filter(|end| *end > now)
            }
        }
    }
}

fn earlier(at: Timestamp, by: Duration) -> Timestamp {
    at.checked_sub(by).unwrap_or(Timestamp::MIN)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nightly(zone: &str) -> Maintenance {
        let recurrence = Recurrence::Cron {
            pattern: Box::new("30 2 * * *".parse().unwrap()),
            zone: TimeZone::get(zone).unwrap(),
            lasting: Duration::from_secs(3600),
        };
        Maintenance { name: Name::from("backup"), scope: Scope::All, recurrence }
    }

    #[test]
    fn a_recurring_window_follows_the_clock_of_its_zone() {
        let cases = [
            ("2026-01-10T01:29:00Z", None),
            ("2026-01-10T01:30:00Z", Some("2026-01-10T02:30:00Z")),
            ("2026-01-10T02:29:59Z", Some("2026-01-10T02:30:00Z")),
            ("2026-01-10T02:30:00Z", None),
            ("2026-07-10T00:45:00Z", Some("2026-07-10T01:30:00Z")),
            ("2026-07-10T01:45:00Z", None),
        ];
        for (now, until) in cases {
            let until: Option<Timestamp> = until.map(|text| text.parse().unwrap());
            assert_eq!(nightly("Europe/Vienna").holds_until("any", now.parse().unwrap()), until, "{now}");
        }
    }

    #[test]
    fn windows_that_overlap_are_one() {
        let recurrence = Recurrence::Cron {
            pattern: Box::new("0,30 2 * * *".parse().unwrap()),
            zone: TimeZone::UTC,
            lasting: Duration::from_secs(3600),
        };
        let work = Maintenance { name: Name::from("x"), scope: Scope::All, recurrence };
        let now = "2026-01-10T02:10:00Z".parse().unwrap();
        assert_eq!(work.holds_until("any", now), Some("2026-01-10T03:30:00Z".parse().unwrap()));
    }

    #[test]
    fn only_the_named_monitors_are_held() {
        let (from, until) = (Timestamp::UNIX_EPOCH, Timestamp::MAX);
        let scope = Scope::Monitors(vec![Name::from("orders")]);
        let work = Maintenance { name: Name::from("x"), scope, recurrence: Recurrence::Once { from, until } };
        let now = "2026-01-10T02:10:00Z".parse().unwrap();
        assert_eq!(work.holds_until("orders", now), Some(until));
        assert_eq!(work.holds_until("search", now), None);
    }
}
