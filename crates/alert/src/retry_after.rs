//! When a server said to come back.

use std::time::Duration;

use jiff::tz::TimeZone;
use jiff::{Span, Timestamp, Zoned, fmt::strtime};
use statusquo_exchange::Fields;

/// No announced pause counts for longer.
const LONGEST: Duration = Duration::from_hours(24);

/// The three forms of a date, the two obsolete ones included (RFC 9110, 5.6.7).
const IMF_FIXDATE: &str = "%a, %d %b %Y %H:%M:%S GMT";
const RFC_850: &str = "%A, %d-%b-%y %H:%M:%S GMT";
const ASCTIME: &str = "%a %b %e %H:%M:%S %Y";

/// For how long the server asks to be left alone (RFC 9110, 10.2.3), at most a day; `None` when it does not say, or
/// not validly.
#[must_use]
pub fn retry_after(fields: &Fields, now: Timestamp) -> Option<Duration> {
    let text = fields.text("retry-after")?.trim();
    let pause = if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        // What has too many digits for a number is longer than a day all the same.
        Duration::from_secs(text.parse().unwrap_or(u64::MAX))
    } else {
        Duration::try_from(http_date(text, now)?.duration_since(now)).unwrap_or_default()
    };
    Some(pause.min(LONGEST))
}

fn http_date(text: &str, now: Timestamp) -> Option<Timestamp> {
    let parse = |format| {
        let at = strtime::parse(format, text).and_then(|parsed| parsed.to_datetime()).ok()?;
        at.to_zoned(TimeZone::UTC).ok()
    };
    let at = parse(IMF_FIXDATE).or_else(|| parse(ASCTIME)).or_else(|| this_century(parse(RFC_850)?, now))?;
    Some(at.timestamp())
}

/// A year of two digits that seems more than 50 years ahead is the latest one in the past (RFC 9110, 5.6.7).
#[expect(clippy::needless_pass_by_value, reason = "it is used up as one step of a chain")]
fn this_century(at: Zoned, now: Timestamp) -> Option<Zoned> {
    let now = now.to_zoned(TimeZone::UTC);
    let year = now.year() / 100 * 100 + at.year() % 100;
    let year = if year > now.year().saturating_add(50) { year - 100 } else { year };
    at.checked_add(Span::new().try_years(i64::from(year) - i64::from(at.year())).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pause(value: &str) -> Option<u64> {
        let mut fields = Fields::new();
        fields.push("Retry-After".to_owned(), value.to_owned());
        retry_after(&fields, "1994-11-06T08:49:30Z".parse().unwrap()).map(|pause| pause.as_secs())
    }

    #[test]
    fn seconds_and_all_three_forms_of_a_date_are_understood() {
        let table = [
            ("0", Some(0)),
            ("120", Some(120)),
            (" 7 ", Some(7)),
            ("Sun, 06 Nov 1994 08:49:37 GMT", Some(7)),
            ("Sunday, 06-Nov-94 08:49:37 GMT", Some(7)),
            ("Sun Nov  6 08:49:37 1994", Some(7)),
            ("Sun, 06 Nov 1994 08:49:00 GMT", Some(0)),
            ("Mon, 07 Nov 1994 20:00:00 GMT", Some(86_400)),
            ("99999999999999999999999", Some(86_400)),
            ("-1", None),
            ("1.5", None),
            ("soon", None),
            ("", None),
        ];
        for (value, expected) in table {
            assert_eq!(pause(value), expected, "{value}");
        }
    }

    #[test]
    fn nothing_said_is_no_pause() {
        assert_eq!(retry_after(&Fields::new(), Timestamp::UNIX_EPOCH), None);
    }
}
