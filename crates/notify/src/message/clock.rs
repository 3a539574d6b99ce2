//! Moments and durations in words.

use std::time::Duration;

use jiff::Timestamp;
use jiff::tz::TimeZone;

/// `14:02 UTC`; with the date when it is not the day of `today`.
pub(crate) fn clock(at: Timestamp, today: Timestamp) -> String {
    let (at, today) = (at.to_zoned(TimeZone::UTC), today.to_zoned(TimeZone::UTC));
    let form = if at.date() == today.date() { "%H:%M UTC" } else { "%-d %b %Y %H:%M UTC" };
    at.strftime(form).to_string()
}

/// From one moment to another, nothing if the other comes first.
pub(super) fn between(from: Timestamp, to: Timestamp) -> Duration {
    to.duration_since(from).try_into().unwrap_or_default()
}

/// `40 s`, `12 min`, `3 h 5 min`, `2 d 4 h`: the two largest units, rounded down.
pub(super) fn words(duration: Duration) -> String {
    let seconds = duration.as_secs();
    let (minutes, hours, days) = (seconds / 60, seconds / 3600, seconds / 86_400);
    match (days, hours, minutes) {
        (0, 0, 0 | 1) => format!("{seconds} s"),
        (0, 0, _) => format!("{minutes} min"),
        (0, _, _) => two((hours, "h"), (minutes % 60, "min")),
        (_, _, _) => two((days, "d"), (hours % 24, "h")),
    }
}

fn two((large, of_large): (u64, &str), (small, of_small): (u64, &str)) -> String {
    if small == 0 { format!("{large} {of_large}") } else { format!("{large} {of_large} {small} {of_small}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_read_well() {
        let check = |seconds, expect| assert_eq!(words(Duration::from_secs(seconds)), expect);
        check(0, "0 s");
        check(119, "119 s");
        check(120, "2 min");
        check(3599, "59 min");
        check(3600, "1 h");
        check(11_100, "3 h 5 min");
        check(86_400, "1 d");
        check(187_200, "2 d 4 h");
    }

    #[test]
    fn the_date_stands_only_where_it_is_needed() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let today = at("2026-11-23T00:10:00Z");
        assert_eq!(clock(at("2026-11-23T00:02:59Z"), today), "00:02 UTC");
        assert_eq!(clock(at("2026-11-22T23:58:00Z"), today), "22 Nov 2026 23:58 UTC");
    }
}
