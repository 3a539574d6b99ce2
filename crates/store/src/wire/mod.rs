//! How records look in the store: our own JSON, apart from the types that the engine works with.

mod announcement;
mod cause;
mod incident;
mod likely;
mod notification;
mod party;
mod watch;

pub(crate) use announcement::AnnouncementWire;
pub(crate) use incident::IncidentWire;
pub(crate) use likely::LikelyWire;
pub(crate) use notification::NotificationWire;
pub(crate) use party::PartyWire;
pub(crate) use watch::WatchWire;

use jiff::Timestamp;
use statusquo_slo::Mark;

use crate::StoreError;

/// Microseconds since 1970: what moments are in the store.
pub(crate) fn micros(at: Timestamp) -> i64 {
    at.as_microsecond()
}

/// The moment that [`micros`] wrote.
pub(crate) fn moment(micros: i64) -> Result<Timestamp, StoreError> {
    Timestamp::from_microsecond(micros).map_err(|error| StoreError::Corrupt(error.to_string()))
}

/// The value that a word in the store stands for.
pub(crate) fn word<T>(word: &str, parse: impl Fn(&str) -> Option<T>) -> Result<T, StoreError> {
    parse(word).ok_or_else(|| StoreError::Corrupt(format!("unknown word `{word}`")))
}

/// The mark that a number in the store stands for.
pub(crate) fn mark(number: i64) -> Result<Mark, StoreError> {
    let found = u8::try_from(number).ok().and_then(Mark::from_number);
    found.ok_or_else(|| StoreError::Corrupt(format!("unknown mark {number}")))
}
