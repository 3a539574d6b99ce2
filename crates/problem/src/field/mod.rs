//! What status codes demand in header fields: each a type that cannot be wrong.

mod allow;
mod challenge;
mod location;
mod retry_after;
mod takes;
mod throttle;
mod upgrade;
mod validator;

pub use allow::Allow;
pub use challenge::Challenge;
pub use location::{InvalidLocation, Location};
pub use retry_after::RetryAfter;
pub use takes::Takes;
pub use throttle::{Limit, Throttle};
pub use upgrade::Upgrade;
pub use validator::Validator;

use std::time::{Duration, SystemTime};

use http::HeaderValue;

/// A list as the value of a field. What cannot stand in one is left out.
fn list<'a>(elements: impl IntoIterator<Item = &'a str>) -> HeaderValue {
    let is_element = |text: &&str| {
        let is_plain = |byte: u8| byte.is_ascii_graphic() && byte != b',' && byte != b'"';
        !text.is_empty() && text.bytes().all(|byte| is_plain(byte) || byte == b' ')
    };
    let elements: Vec<&str> = elements.into_iter().map(str::trim).filter(is_element).collect();
    value(&elements.join(", "))
}

/// Text that is known to be visible ASCII, as the value of a field.
fn value(text: &str) -> HeaderValue {
    HeaderValue::from_str(text).unwrap_or_else(|_| HeaderValue::from_static(""))
}

/// A quoted string (RFC 9110, 5.6.4). What cannot stand in one becomes `?`.
fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for char in text.chars() {
        match char {
            '"' | '\\' => quoted.extend(['\\', char]),
            ' '..='~' => quoted.push(char),
            _ => quoted.push('?'),
        }
    }
    quoted.push('"');
    quoted
}

/// A date of HTTP (RFC 9110, 5.6.7). It has four digits for the year, and none before 1970 is of use.
fn date(moment: SystemTime) -> HeaderValue {
    const LAST: Duration = Duration::from_secs(253_402_300_799);
    let last = SystemTime::UNIX_EPOCH.checked_add(LAST).unwrap_or(SystemTime::UNIX_EPOCH);
    value(&httpdate::fmt_http_date(moment.clamp(SystemTime::UNIX_EPOCH, last)))
}
