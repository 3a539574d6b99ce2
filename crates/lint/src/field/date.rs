//! Dates of HTTP (RFC 9110, 5.6.7).

use jiff::Timestamp;
use jiff::civil::{DateTime, Weekday};
use jiff::tz::Offset;

/// In which of the three forms a date is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// `Sun, 06 Nov 1994 08:49:37 GMT`, the only one that senders may use.
    Imf,
    /// `Sunday, 06-Nov-94 08:49:37 GMT`
    Rfc850,
    /// `Sun Nov  6 08:49:37 1994`
    Asctime,
}

/// A date of HTTP.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct HttpDate {
    /// Seconds since 1970 in UTC.
    pub(crate) seconds: i64,
    pub(crate) form: Form,
    /// Is the day of the week the right one?
    pub(crate) weekday_is_right: bool,
}

const DAYS: [(&str, &str, Weekday); 7] = [
    ("Mon", "Monday", Weekday::Monday),
    ("Tue", "Tuesday", Weekday::Tuesday),
    ("Wed", "Wednesday", Weekday::Wednesday),
    ("Thu", "Thursday", Weekday::Thursday),
    ("Fri", "Friday", Weekday::Friday),
    ("Sat", "Saturday", Weekday::Saturday),
    ("Sun", "Sunday", Weekday::Sunday),
];
const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

impl HttpDate {
    /// The date, if it is one in any of the three forms.
    pub(crate) fn parse(value: &[u8]) -> Option<Self> {
        let text = std::str::from_utf8(value).ok()?;
        Self::imf(text).or_else(|| Self::rfc850(text)).or_else(|| Self::asctime(text))
    }

    fn imf(text: &str) -> Option<Self> {
        let rest = text.strip_suffix(" GMT")?;
        let (day_name, rest) = rest.split_once(", ")?;
        let weekday = DAYS.iter().find(|day| day.0 == day_name)?.2;
        let (date, time) = rest.rsplit_once(' ')?;
        let (day, rest) = date.split_once(' ')?;
        let (month, year) = rest.split_once(' ')?;
        Self::new(Form::Imf, weekday, (number(year, 4)?, month, number(day, 2)?), time)
    }

    fn rfc850(text: &str) -> Option<Self> {
        let rest = text.strip_suffix(" GMT")?;
        let (day_name, rest) = rest.split_once(", ")?;
        let weekday = DAYS.iter().find(|day| day.1 == day_name)?.2;
        let (date, time) = rest.split_once(' ')?;
        let mut parts = date.splitn(3, '-');
        let (day, month, year) = (parts.next()?, parts.next()?, number(parts.next()?, 2)?);
        // Without a clock the century is a guess: the years that such a date was ever written in.
        let century = if year < 70 { 2000 } else { 1900 };
        Self::new(Form::Rfc850, weekday, (century + year, month, number(day, 2)?), time)
    }

    fn asctime(text: &str) -> Option<Self> {
        let (day_name, rest) = text.split_once(' ')?;
        let weekday = DAYS.iter().find(|day| day.0 == day_name)?.2;
        let (month, rest) = rest.split_once(' ')?;
        let (day, rest) = rest.split_at_checked(2)?;
        let (time, year) = rest.strip_prefix(' ')?.split_once(' ')?;
        let day = day.strip_prefix(' ').map_or_else(|| number(day, 2), |digit| number(digit, 1))?;
        Self::new(Form::Asctime, weekday, (number(year, 4)?, month, day), time)
    }

    fn new(form: Form, weekday: Weekday, (year, month, day): (i16, &str, i16), time: &str) -> Option<Self> {
        let month = MONTHS.iter().position(|name| *name == month)? + 1;
        let mut clock = time.splitn(3, ':').map(|part| number(part, 2));
        let (hour, minute, second) = (clock.next()??, clock.next()??, clock.next()??);
        // A leap second is written :60 and counts as the last second of its minute.
        let second = second.min(if second == 60 { 59 } else { second });
        let small = |number: i16| i8::try_from(number).ok();
        let month = i8::try_from(month).ok()?;
        let at =
            DateTime::new(year, month, small(day)?, small(hour)?, small(minute)?, small(second)?, 0).ok()?;
        // The last day of the year 9999, which some write for ever, is beyond what a moment can be.
        let seconds = Offset::UTC.to_timestamp(at).unwrap_or(Timestamp::MAX).as_second();
        Some(Self { seconds, form, weekday_is_right: at.weekday() == weekday })
    }
}

/// A number of exactly so many digits.
fn number(text: &str, digits: usize) -> Option<i16> {
    (text.len() == digits && text.bytes().all(|byte| byte.is_ascii_digit())).then(|| text.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_three_forms_are_read_and_nothing_else() {
        for (text, form) in [
            ("Sun, 06 Nov 1994 08:49:37 GMT", Form::Imf),
            ("Sunday, 06-Nov-94 08:49:37 GMT", Form::Rfc850),
            ("Sun Nov  6 08:49:37 1994", Form::Asctime),
        ] {
            let date = HttpDate::parse(text.as_bytes()).unwrap();
            assert_eq!((date.seconds, date.form, date.weekday_is_right), (784_111_777, form, true), "{text}");
        }
        assert!(!HttpDate::parse(b"Mon, 06 Nov 1994 08:49:37 GMT").unwrap().weekday_is_right);
        for wrong in [
            "",
            "0",
            "-1",
            "Sun, 6 Nov 1994 08:49:37 GMT",
            "Sun, 06 Nov 1994 08:49:37 UTC",
            "Sun, 31 Feb 1994 08:49:37 GMT",
            "sun, 06 nov 1994 08:49:37 gmt",
            "Sun, 06 Nov 1994 25:49:37 GMT",
            "1994-11-06T08:49:37Z",
        ] {
            assert_eq!(HttpDate::parse(wrong.as_bytes()), None, "{wrong}");
        }
    }
}
