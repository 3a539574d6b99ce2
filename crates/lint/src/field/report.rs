//! What servers tell of their own work, and what they ask browsers to tell them.

use super::Fault;
use super::list::{is_quoted, is_token, split};
use crate::json::{Json, Kind};

/// A metric of Server-Timing: a name, and parameters with values.
pub(crate) fn is_metric(element: &[u8]) -> bool {
    let mut parts = split(element, b';').map(|range| element.get(range).unwrap_or_default());
    parts.next().is_some_and(is_token) && parts.filter(|part| !part.is_empty()).all(is_param)
}

/// Here white space may stand around `=` (Server Timing, 4.1).
fn is_param(part: &[u8]) -> bool {
    let Some(equals) = memchr::memchr(b'=', part) else { return false };
    let (name, value) = (part.get(..equals).unwrap_or_default(), part.get(equals + 1..).unwrap_or_default());
    let value = value.trim_ascii_start();
    is_token(name.trim_ascii_end()) && (is_token(value) || is_quoted(value))
}

/// A number of seconds, perhaps with an address after it; what else there is stops browsers from reading on
/// (HTML, "shared declarative refresh steps").
pub(crate) fn is_refresh(value: &[u8]) -> bool {
    let digits = value.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let number = value.iter().take_while(|byte| byte.is_ascii_digit() || **byte == b'.').count();
    let has_seconds = digits > 0 || value.first() == Some(&b'.');
    let is_end = |byte: &u8| matches!(byte, b';' | b',') || byte.is_ascii_whitespace();
    has_seconds && value.get(number).is_none_or(is_end)
}

/// Objects of JSON with commas between them, as in a list without its brackets (Network Error Logging, 4; Reporting API).
pub(crate) fn objects(value: &[u8]) -> Result<(), Fault> {
    let whole = 0..value.len();
    let is_one = Json::parse(value).is_ok_and(|json| json.root().kind() == Kind::Object);
    if is_one {
        return Ok(());
    }
    let list = [b"[", value, b"]"].concat();
    let Ok(json) = Json::parse(&list) else { return Err(Fault::new(whole, "not JSON")) };
    let has_others = json.root().children().any(|member| member.kind() != Kind::Object);
    if has_others { Err(Fault::new(whole, "not an object of JSON")) } else { Ok(()) }
}
