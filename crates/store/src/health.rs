//! How receivers do, across restarts.

use jiff::Timestamp;
use rusqlite::{Connection, Transaction};
use statusquo_exchange::Name;

use crate::StoreError;
use crate::wire::{micros, moment};

/// How a receiver does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReceiverHealth {
    /// The receiver.
    pub receiver: Name,
    /// When the last message was taken.
    pub last_sent: Option<Timestamp>,
    /// When the last message was not taken.
    pub last_failure: Option<Timestamp>,
    /// Failures since the last message that was taken.
    pub failures: u32,
    /// The first of these.
    pub failing_since: Option<Timestamp>,
    /// Why the last one failed.
    pub reason: Option<String>,
}

/// The receiver of this message took it.
pub(crate) fn well(transaction: &Transaction<'_>, key: &str, at: Timestamp) -> Result<(), StoreError> {
    transaction
        .prepare_cached(
            "INSERT INTO receiver (name, last_sent, failures) SELECT receiver, ?2, 0 FROM outbox WHERE key = ?1
             ON CONFLICT (name) DO UPDATE
             SET last_sent = ?2, failures = 0, failing_since = NULL, reason = NULL",
        )?
        .execute((key, micros(at)))?;
    Ok(())
}

/// The receiver of this message did not take it.
pub(crate) fn failed(
    transaction: &Transaction<'_>,
    key: &str,
    at: Timestamp,
    reason: &str,
) -> Result<(), StoreError> {
    transaction
        .prepare_cached(
            "INSERT INTO receiver (name, last_failure, failures, failing_since, reason)
             SELECT receiver, ?2, 1, ?2, ?3 FROM outbox WHERE key = ?1
             ON CONFLICT (name) DO UPDATE
             SET last_failure = ?2, failures = failures + 1, failing_since = coalesce(failing_since, ?2), reason = ?3",
        )?
        .execute((key, micros(at), reason))?;
    Ok(())
}

/// All receivers that were ever sent to.
pub(crate) fn all(connection: &Connection) -> Result<Vec<ReceiverHealth>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT name, last_sent, last_failure, failures, failing_since, reason FROM receiver ORDER BY name",
    )?;
    let mut rows = statement.query([])?;
    let mut all = Vec::new();
    while let Some(row) = rows.next()? {
        let moment_in = |column: usize| row.get::<_, Option<i64>>(column)?.map(moment).transpose();
        all.push(ReceiverHealth {
            receiver: Name::from(row.get::<_, String>(0)?),
            last_sent: moment_in(1)?,
            last_failure: moment_in(2)?,
            failures: row.get(3)?,
            failing_since: moment_in(4)?,
            reason: row.get(5)?,
        });
    }
    Ok(all)
}
