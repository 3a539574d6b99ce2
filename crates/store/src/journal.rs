//! Probes: a journal in the order of arrival, counted every five minutes.

use std::collections::HashMap;
use std::time::Duration;

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, Transaction};
use statusquo_exchange::Name;
use statusquo_slo::{Answer, Mark, Phases, Sample, Tally};

use crate::StoreError;
use crate::reader::{Evidence, Width};
use crate::wire::{micros, moment};

/// The journal is counted so often.
const ROLL_UP_EVERY: i64 = 300;
/// Deleting goes on next time when there is more.
const DELETED_AT_ONCE: i64 = 50_000;
/// Exchanges kept of each monitor: those that were not good, and the others.
const KEPT_EXCHANGES: (i64, i64) = (50, 20);

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
    /// Resolved incidents and what was sent about them.
    pub incidents: Duration,
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
        }
    }
}

/// What the writer remembers of the journal.
#[derive(Debug)]
pub(crate) struct Journal {
    names: HashMap<Name, i64>,
    retention: Retention,
    rolled_up_at: Option<i64>,
}

impl Journal {
    pub(crate) fn load(connection: &Connection, retention: Retention) -> Result<Self, StoreError> {
        let mut statement = connection.prepare("SELECT text, id FROM name")?;
        let rows = statement.query_map([], |row| Ok((Name::from(row.get::<_, String>(0)?), row.get(1)?)))?;
        Ok(Self { names: rows.collect::<Result<_, _>>()?, retention, rolled_up_at: None })
    }

    /// A transaction was rolled back, and with it perhaps names.
    pub(crate) fn forget_names(&mut self) {
        self.names.clear();
    }

    pub(crate) fn add(
        &mut self,
        transaction: &Transaction<'_>,
        samples: &[(Name, Name, Sample)],
    ) -> Result<(), StoreError> {
        let mut statement = transaction.prepare_cached(
            "INSERT INTO sample (at, monitor, location, answer, mark, total, resolve, connect, tls, wait, transfer)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
        )?;
        for (monitor, location, sample) in samples {
            let (monitor, location) = (self.id(transaction, monitor)?, self.id(transaction, location)?);
            let phases = &sample.phases;
            statement.execute(rusqlite::params![
                micros(sample.at),
                monitor,
                location,
                sample.answer.to_number(),
                mark_number(sample.mark),
                phases.total,
                phases.resolve,
                phases.connect,
                phases.tls,
                phases.wait,
                phases.transfer,
            ])?;
        }
        Ok(())
    }

    pub(crate) fn keep(
        &mut self,
        transaction: &Transaction<'_>,
        evidence: &Evidence,
    ) -> Result<(), StoreError> {
        let (monitor, location) =
            (self.id(transaction, &evidence.monitor)?, self.id(transaction, &evidence.location)?);
        transaction
            .prepare_cached("INSERT OR REPLACE INTO evidence VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)")?
            .execute(rusqlite::params![
                evidence.id.0,
                monitor,
                location,
                micros(evidence.at),
                evidence.answer.to_number(),
                mark_number(evidence.mark),
                evidence.json,
            ])?;
        Ok(())
    }

    fn id(&mut self, transaction: &Transaction<'_>, name: &Name) -> Result<i64, StoreError> {
        if let Some(id) = self.names.get(name) {
            return Ok(*id);
        }
        transaction
            .prepare_cached("INSERT INTO name (text) VALUES (?1) ON CONFLICT DO NOTHING")?
            .execute([name.as_str()])?;
        let id = name_id(transaction, name.as_str())?.unwrap_or_default();
        self.names.insert(name.clone(), id);
        Ok(id)
    }

    /// Counts what has not been counted, and deletes what is too old, if it is time for it.
    pub(crate) fn roll_up(&mut self, connection: &mut Connection, now: Timestamp) -> Result<(), StoreError> {
        let now = now.as_second();
        if self.rolled_up_at.is_some_and(|at| now >= at && now - at < ROLL_UP_EVERY) {
            return Ok(());
        }
        let transaction = connection.transaction()?;
        count(&transaction)?;
        self.delete_old(&transaction, now)?;
        transaction.commit()?;
        connection.execute_batch("PRAGMA incremental_vacuum(1000)")?;
        self.rolled_up_at = Some(now);
        Ok(())
    }

    fn delete_old(&self, transaction: &Transaction<'_>, now: i64) -> Result<(), StoreError> {
        let before = |kept: Duration| now.saturating_sub(i64::try_from(kept.as_secs()).unwrap_or(i64::MAX));
        let first: Option<i64> =
            transaction.query_row("SELECT min(id) FROM sample", [], |row| row.get(0)).optional()?.flatten();
        if let Some(first) = first {
            transaction.execute(
                "DELETE FROM sample WHERE id < ?1 AND at < ?2",
                (first + DELETED_AT_ONCE, before(self.retention.samples).saturating_mul(1_000_000)),
            )?;
        }
        let kept = [self.retention.minutes, self.retention.hours, self.retention.days];
        for (width, kept) in Width::ALL.into_iter().zip(kept) {
            transaction.execute(
                "DELETE FROM tally WHERE (width, monitor, start, location) IN
                 (SELECT width, monitor, start, location FROM tally WHERE width = ?1 AND start < ?2 LIMIT ?3)",
                (width.seconds(), before(kept), DELETED_AT_ONCE),
            )?;
        }
        transaction.execute(
            "DELETE FROM evidence WHERE id IN (SELECT id FROM (
               SELECT id, mark, row_number() OVER (PARTITION BY monitor, mark = 0 ORDER BY at DESC) AS place FROM evidence)
             WHERE place > CASE mark WHEN 0 THEN ?2 ELSE ?1 END)",
            KEPT_EXCHANGES,
        )?;
        let old = before(self.retention.incidents).saturating_mul(1_000_000);
        transaction.execute("DELETE FROM outbox WHERE state <> 'pending' AND at < ?1", [old])?;
        transaction.execute(
            "DELETE FROM incident WHERE phase = 'resolved' AND resolved < ?1
             AND number < (SELECT max(number) FROM incident)",
            [old],
        )?;
        transaction.execute("DELETE FROM silence WHERE until < ?1", [old])?;
        transaction.execute("DELETE FROM session WHERE expires < ?1", [now.saturating_mul(1_000_000)])?;
        Ok(())
    }
}

/// Adds each journal row that was not counted yet to its three tallies; the mark of how far we are is in the same
/// transaction, so that each is counted exactly once.
fn count(transaction: &Transaction<'_>) -> Result<(), StoreError> {
    let done = rolled_up(transaction)?;
    let mut tallies: HashMap<(i64, i64, i64, i64), Tally> = HashMap::new();
    let mut last = done;
    {
        let mut statement = transaction.prepare_cached(&format!("{SELECT_SAMPLE} WHERE id > ?1"))?;
        let mut rows = statement.query([done])?;
        while let Some(row) = rows.next()? {
            let (monitor, location, sample) = read_sample(row)?;
            last = row.get(11)?;
            for width in Width::ALL {
                let key = (width.seconds(), monitor, width.start_of(sample.at), location);
                tallies.entry(key).or_default().record(&sample);
            }
        }
    }
    let mut read = transaction.prepare_cached(
        "SELECT data FROM tally WHERE width = ?1 AND monitor = ?2 AND start = ?3 AND location = ?4",
    )?;
    let mut write = transaction.prepare_cached("INSERT OR REPLACE INTO tally VALUES (?1, ?2, ?3, ?4, ?5)")?;
    for ((width, monitor, start, location), mut tally) in tallies {
        let before: Option<Vec<u8>> =
            read.query_row((width, monitor, start, location), |row| row.get(0)).optional()?;
        if let Some(before) = before {
            tally.merge(&decode_tally(&before)?);
        }
        write.execute((width, monitor, start, location, tally.encode()))?;
    }
    transaction.execute("INSERT OR REPLACE INTO meta VALUES ('rolled_up', ?1)", [last])?;
    Ok(())
}

/// The last row of the journal that was counted.
pub(crate) fn rolled_up(connection: &Connection) -> Result<i64, StoreError> {
    let row = connection.query_row("SELECT value FROM meta WHERE key = 'rolled_up'", [], |row| row.get(0));
    Ok(row.optional()?.unwrap_or(0))
}

pub(crate) fn name_id(connection: &Connection, name: &str) -> Result<Option<i64>, StoreError> {
    let mut statement = connection.prepare_cached("SELECT id FROM name WHERE text = ?1")?;
    Ok(statement.query_row([name], |row| row.get(0)).optional()?)
}

pub(crate) fn decode_tally(bytes: &[u8]) -> Result<Tally, StoreError> {
    Tally::decode(bytes).map_err(|_| StoreError::Corrupt("a tally".to_owned()))
}

/// The columns that [`read_sample`] expects.
pub(crate) const SELECT_SAMPLE: &str = "SELECT at, monitor, location, answer, mark, total, resolve, connect, tls, wait, \
                                        transfer, id FROM sample";

/// Monitor, location and result.
pub(crate) fn read_sample(row: &Row<'_>) -> Result<(i64, i64, Sample), StoreError> {
    let phases = Phases {
        total: row.get(5)?,
        resolve: row.get(6)?,
        connect: row.get(7)?,
        tls: row.get(8)?,
        wait: row.get(9)?,
        transfer: row.get(10)?,
    };
    let sample = Sample {
        at: moment(row.get(0)?)?,
        answer: Answer::from_number(row.get(3)?),
        mark: mark(row.get(4)?)?,
        phases,
    };
    Ok((row.get(1)?, row.get(2)?, sample))
}

fn mark_number(mark: Mark) -> i64 {
    Mark::ALL.iter().position(|m| *m == mark).and_then(|index| i64::try_from(index).ok()).unwrap_or_default()
}

pub(crate) fn mark(number: i64) -> Result<Mark, StoreError> {
    let found = usize::try_from(number).ok().and_then(|index| Mark::ALL.get(index).copied());
    found.ok_or_else(|| StoreError::Corrupt(format!("unknown mark {number}")))
}
