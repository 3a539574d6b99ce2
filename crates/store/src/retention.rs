//! How long what is kept, and the deleting of what is older.

use std::time::Duration;

use jiff::Timestamp;
use rusqlite::Transaction;

use crate::{StoreError, Width, rows};

/// Deleting goes on at the next roll-up when there is more: several times what can have come since the last one.
const DELETED_AT_ONCE: i64 = 50_000;

/// How long what is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retention {
    /// Each single probe.
    pub samples: Duration,
    /// Figures by five minutes.
    pub minutes: Duration,
    /// Figures by the hour.
    pub hours: Duration,
    /// Figures by the day.
    pub days: Duration,
    /// Resolved incidents and what was sent about them, ended silences, the audit log, and exchanges (of which there
    /// are few) unless an incident shows them.
    pub incidents: Duration,
    /// Requests that are kept one by one …
    pub requests: Duration,
    /// … and how many of them, the newest.
    pub most_requests: u64,
}

impl Default for Retention {
    fn default() -> Self {
        let days = |days: u64| Duration::from_secs(days * 86_400);
        Self {
            samples: days(2),
            minutes: days(3),
            hours: days(60),
            days: days(3 * 366),
            incidents: days(3 * 366),
            requests: days(7),
            most_requests: 500_000,
        }
    }
}

impl Retention {
    /// Deletes what is too old, or a part of it.
    pub(crate) fn delete(&self, transaction: &Transaction<'_>, now: Timestamp) -> Result<(), StoreError> {
        let now = now.as_second();
        let before = |kept: Duration| now.saturating_sub(i64::try_from(kept.as_secs()).unwrap_or(i64::MAX));
        transaction
            .prepare_cached(
                "DELETE FROM packed WHERE (start, monitor, location) IN
                 (SELECT start, monitor, location FROM packed WHERE start < ?1 LIMIT ?2)",
            )?
            .execute((before(self.samples), DELETED_AT_ONCE))?;
        for (width, kept) in Width::ALL.into_iter().zip([self.minutes, self.hours, self.days]) {
            transaction
                .prepare_cached(
                    "DELETE FROM tally WHERE (width, start, monitor, location) IN
                     (SELECT width, start, monitor, location FROM tally WHERE width = ?1 AND start < ?2 LIMIT ?3)",
                )?
                .execute((width.seconds(), before(kept), DELETED_AT_ONCE))?;
        }
        rows::delete(transaction, micros(before(self.requests)), self.most_requests, DELETED_AT_ONCE * 4)?;
        delete_records(transaction, micros(before(self.incidents)), micros(now))
    }
}

fn micros(seconds: i64) -> i64 {
    seconds.saturating_mul(1_000_000)
}

fn delete_records(transaction: &Transaction<'_>, before: i64, now: i64) -> Result<(), StoreError> {
    // The newest incident and silence stay, since the next ones get the numbers after them, and so does an incident with a
    // debt.
    const OLD: [&str; 5] = [
        "DELETE FROM outbox WHERE state <> 'pending' AND at < ?1",
        "DELETE FROM incident WHERE phase = 'resolved' AND NOT owed AND resolved < ?1
         AND number < (SELECT max(number) FROM incident)",
        "DELETE FROM silence WHERE until < ?1 AND id < (SELECT max(id) FROM silence)",
        "DELETE FROM audit WHERE at < ?1",
        // Monitor by monitor: the index begins with it.
        "DELETE FROM evidence WHERE monitor IN (SELECT id FROM name) AND at < ?1
         AND id NOT IN (SELECT evidence FROM incident WHERE evidence IS NOT NULL)",
    ];
    for sql in OLD {
        transaction.prepare_cached(sql)?.execute([before])?;
    }
    transaction.prepare_cached("DELETE FROM session WHERE expires < ?1")?.execute([now])?;
    Ok(())
}
