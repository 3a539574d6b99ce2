//! Durations and sizes with units: `30s`, `1h30m`, `1MiB`.

use std::fmt;
use std::time::Duration;

/// The units of durations, largest first, in milliseconds.
const UNITS: [(&str, u64); 5] = [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1)];

/// Why a text is not a duration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NotADuration {
    /// There is nothing.
    Empty,
    /// A number without a unit, `30`.
    NoUnit,
    /// A unit that we do not know, or none where one was expected.
    UnknownUnit,
    /// Too long to count.
    TooLong,
}

impl fmt::Display for NotADuration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Empty => "the duration is empty",
            Self::NoUnit => "a duration needs a unit",
            Self::UnknownUnit => "not a duration",
            Self::TooLong => "the duration is too long",
        })
    }
}

/// Reads `30s`, `5m`, `1h30m`, `250ms`, `7d`.
pub(crate) fn parse_duration(text: &str) -> Result<Duration, NotADuration> {
    if text.is_empty() {
        return Err(NotADuration::Empty);
    }
    let mut rest = text;
    let mut total: u64 = 0;
    while !rest.is_empty() {
        let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let (number, tail) = rest.split_at(digits);
        let unit = tail.split(|c: char| c.is_ascii_digit()).next().unwrap_or_default();
        if unit.is_empty() && digits > 0 {
            return Err(NotADuration::NoUnit);
        }
        let number: u64 = number.parse().map_err(|_| NotADuration::UnknownUnit)?;
        let (_, milliseconds) =
            UNITS.iter().find(|(name, _)| *name == unit).ok_or(NotADuration::UnknownUnit)?;
        let part = number.checked_mul(*milliseconds).ok_or(NotADuration::TooLong)?;
        total = total.checked_add(part).ok_or(NotADuration::TooLong)?;
        rest = tail.get(unit.len()..).unwrap_or_default();
    }
    Ok(Duration::from_millis(total))
}

/// Writes a duration as [`parse_duration`] reads it.
pub(crate) fn duration(of: Duration) -> String {
    let mut left = u64::try_from(of.as_millis()).unwrap_or(u64::MAX);
    if left == 0 {
        return "0s".to_owned();
    }
    let mut text = String::new();
    for (unit, milliseconds) in UNITS {
        let count = left / milliseconds;
        left %= milliseconds;
        if count > 0 {
            text.push_str(&format!("{count}{unit}"));
        }
    }
    text
}

/// Reads `64KiB`, `1MiB`, `500kB`, `100B`.
pub(crate) fn parse_size(text: &str) -> Option<u64> {
    let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let (number, unit) = text.split_at(digits);
    let factor = match unit.trim_start() {
        "B" => 1,
        "kB" => 1000,
        "MB" => 1_000_000,
        "KiB" => 1 << 10,
        "MiB" => 1 << 20,
        "GiB" => 1 << 30,
        _ => return None,
    };
    number.parse::<u64>().ok()?.checked_mul(factor)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read_and_written() {
        for (text, milliseconds) in [
            ("30s", 30_000),
            ("5m", 300_000),
            ("1h30m", 5_400_000),
            ("250ms", 250),
            ("7d", 604_800_000),
            ("0s", 0),
        ] {
            let read = parse_duration(text).unwrap();
            assert_eq!(read, Duration::from_millis(milliseconds));
            assert_eq!(duration(read), text);
        }
    }

    #[test]
    fn a_duration_without_a_known_unit_is_refused() {
        for (text, why) in [
            ("", NotADuration::Empty),
            ("30", NotADuration::NoUnit),
            ("30 seconds", NotADuration::UnknownUnit),
            ("s", NotADuration::UnknownUnit),
            ("-5s", NotADuration::UnknownUnit),
            ("99999999999999999999d", NotADuration::UnknownUnit),
            ("999999999999d", NotADuration::TooLong),
        ] {
            assert_eq!(parse_duration(text), Err(why), "{text}");
        }
    }

    #[test]
    fn sizes_have_units() {
        assert_eq!(parse_size("1MiB"), Some(1 << 20));
        assert_eq!(parse_size("500 kB"), Some(500_000));
        assert_eq!(parse_size("1"), None);
        assert_eq!(parse_size("1 mb"), None);
    }
}
