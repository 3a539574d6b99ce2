//! Moments as logs write them.

use super::short::is_same;

/// Reads moments, and remembers the last one: lines that follow each other mostly have the same.
#[derive(Debug, Clone, Default)]
pub(super) struct Clock {
    last: Vec<u8>,
    value: Option<(i64, bool)>,
}

impl Clock {
    /// Microseconds since 1970 in UTC, and whether the zone was said.
    pub(super) fn read(&mut self, text: &[u8]) -> Option<(i64, bool)> {
        if self.value.is_some() && is_same(text, &self.last) {
            return self.value;
        }
        self.value = read(text);
        self.last.clear();
        self.last.extend_from_slice(text);
        self.value
    }

    /// What stands behind the last moment in a text that begins with it, and what it was read as.
    #[inline]
    pub(super) fn strip_last<'a>(&self, text: &'a [u8]) -> Option<(&'a [u8], (i64, bool))> {
        let value = self.value?;
        let (start, behind) = text.split_at_checked(self.last.len())?;
        is_same(start, &self.last).then_some((behind, value))
    }
}

fn read(text: &[u8]) -> Option<(i64, bool)> {
    if text.get(2) == Some(&b'/') {
        return clf(text);
    }
    if matches!(text.get(4), Some(b'-' | b'/')) {
        return iso(text);
    }
    if text.get(3) == Some(&b' ') {
        return asctime(text);
    }
    epoch(text).map(|at| (at, true))
}

/// `10/Oct/2000:13:55:36 -0700`; HAProxy writes `.123` and no zone.
fn clf(text: &[u8]) -> Option<(i64, bool)> {
    let month = month(text.get(3..6)?)?;
    let day = digits(text, 0, 2)?;
    let year = digits(text, 7, 4)?;
    let at = days(year, month, day) * 86_400 + of_day(text, 12)?;
    let rest = text.get(20..).unwrap_or_default();
    let (fraction, rest) = fraction(rest);
    Some(with_zone(at, fraction, rest.trim_ascii()))
}

/// `Sun Nov 23 10:00:00 2025` of C, without a zone.
fn asctime(text: &[u8]) -> Option<(i64, bool)> {
    let month = month(text.get(4..7)?)?;
    let day = digits(text, 8, 2).or_else(|| digits(text, 9, 1))?;
    let at = days(digits(text, 20, 4)?, month, day) * 86_400 + of_day(text, 11)?;
    Some((at * 1_000_000, false))
}

fn month(name: &[u8]) -> Option<i64> {
    const MONTHS: &[u8] = b"JanFebMarAprMayJunJulAugSepOctNovDec";
    let at = MONTHS.chunks(3).position(|month| month.eq_ignore_ascii_case(name))?;
    i64::try_from(at + 1).ok()
}

/// `2026-11-23T10:00:00.123Z`, `2026-11-23 10:00:00+01:00`, `2026/11/23 - 10:00:00`
fn iso(text: &[u8]) -> Option<(i64, bool)> {
    let (year, month, day) = (digits(text, 0, 4)?, digits(text, 5, 2)?, digits(text, 8, 2)?);
    if !((1..=12).contains(&month) && (1..=31).contains(&day)) {
        return None;
    }
    let clock_at = if text.get(10..13) == Some(b" - ") { 13 } else { 11 };
    let at = days(year, month, day) * 86_400 + of_day(text, clock_at)?;
    let (fraction, rest) = fraction(text.get(clock_at + 8..).unwrap_or_default());
    Some(with_zone(at, fraction, rest.trim_ascii()))
}

/// Date and time of day in two parts, in UTC.
pub(super) fn date_and_clock(date: &[u8], clock: &[u8]) -> Option<i64> {
    let at = days(digits(date, 0, 4)?, digits(date, 5, 2)?, digits(date, 8, 2)?) * 86_400 + of_day(clock, 0)?;
    let (fraction, _) = fraction(clock.get(8..).unwrap_or_default());
    Some(at * 1_000_000 + fraction)
}

/// Seconds, milliseconds, microseconds or nanoseconds since 1970, told by their size.
fn epoch(text: &[u8]) -> Option<i64> {
    let point = text.iter().position(|byte| *byte == b'.').unwrap_or(text.len());
    let whole = i64::try_from(super::duration::number(text.get(..point)?)?).ok()?;
    let (micros, _) = fraction(text.get(point..).unwrap_or_default());
    match whole {
        ..100_000_000 => None,
        100_000_000..100_000_000_000 => Some(whole * 1_000_000 + micros),
        100_000_000_000..100_000_000_000_000 => Some(whole * 1_000),
        100_000_000_000_000..100_000_000_000_000_000 => Some(whole),
        _ => Some(whole / 1_000),
    }
}

/// `.123456` → microseconds, and what follows.
fn fraction(text: &[u8]) -> (i64, &[u8]) {
    let Some(rest) = text.strip_prefix(b".").or_else(|| text.strip_prefix(b",")) else { return (0, text) };
    let count = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let mut micros = 0;
    for at in 0..6 {
        micros = micros * 10 + rest.get(at).filter(|_| at < count).map_or(0, |byte| i64::from(byte - b'0'));
    }
    (micros, rest.get(count..).unwrap_or_default())
}

fn with_zone(seconds: i64, micros: i64, zone: &[u8]) -> (i64, bool) {
    let shift = zone_seconds(zone);
    ((seconds - shift.unwrap_or(0)) * 1_000_000 + micros, shift.is_some())
}

/// `Z`, `+0200`, `+02:00`
fn zone_seconds(zone: &[u8]) -> Option<i64> {
    if matches!(zone, b"Z" | b"z" | b"UTC" | b"GMT") {
        return Some(0);
    }
    let sign = match zone.first()? {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let minutes_at = if zone.get(3) == Some(&b':') { 4 } else { 3 };
    let minutes = digits(zone, minutes_at, 2).unwrap_or(0);
    Some(sign * (digits(zone, 1, 2)? * 3600 + minutes * 60))
}

/// `13:55:36` → seconds
fn of_day(text: &[u8], at: usize) -> Option<i64> {
    let is_clock = text.get(at + 2) == Some(&b':') && text.get(at + 5) == Some(&b':');
    let (hour, minute, second) = (digits(text, at, 2)?, digits(text, at + 3, 2)?, digits(text, at + 6, 2)?);
    (is_clock && hour < 24 && minute < 60 && second <= 60).then_some(hour * 3600 + minute * 60 + second)
}

fn digits(text: &[u8], at: usize, count: usize) -> Option<i64> {
    let part = text.get(at..at + count)?;
    part.iter()
        .try_fold(0, |number, byte| byte.is_ascii_digit().then(|| number * 10 + i64::from(byte - b'0')))
}

/// Days since 1970 of a civil date (Hinnant's algorithm for the proleptic Gregorian calendar).
const fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year - era * 400;
    let of_year = (153 * (month + (if month > 2 { -3 } else { 9 })) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_read_in_the_forms_that_logs_have() {
        let at = 1_763_892_000_000_000;
        for (text, expect, zone) in [
            ("23/Nov/2025:10:00:00 +0000", at, true),
            ("23/Nov/2025:11:00:00 +0100", at, true),
            ("23/Nov/2025:04:30:00 -0530", at, true),
            ("23/Nov/2025:10:00:00.123", at + 123_000, false),
            ("2025-11-23T10:00:00Z", at, true),
            ("2025-11-23T10:00:00.5+00:00", at + 500_000, true),
            ("2025-11-23 10:00:00", at, false),
            ("2025/11/23 - 10:00:00", at, false),
            ("23/Nov/2025 10:00:00", at, false),
            ("Sun Nov 23 10:00:00 2025", at, false),
            ("1763892000", at, true),
            ("1763892000.25", at + 250_000, true),
            ("1763892000000", at, true),
            ("1763892000000000", at, true),
            ("1763892000000000000", at, true),
        ] {
            assert_eq!(Clock::default().read(text.as_bytes()), Some((expect, zone)), "{text}");
        }
        for wrong in [
            "",
            "-",
            "yesterday",
            "2025-13-23 10:00:00",
            "23/Foo/2025:10:00:00 +0000",
            "23/Nov/2025:25:00:00 +0000",
            "12",
        ] {
            assert_eq!(Clock::default().read(wrong.as_bytes()), None, "{wrong}");
        }
        assert_eq!(date_and_clock(b"2025-11-23", b"10:00:00"), Some(at));
    }
}
