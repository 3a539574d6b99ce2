//! Whole exchanges: the newest of each monitor, and those that incidents show.

use jiff::Timestamp;
use rusqlite::{Connection, Params, Transaction};
use statusquo_exchange::{ExchangeId, Name};
use statusquo_slo::{Answer, Mark};

use crate::StoreError;
use crate::wire::{mark, micros, moment};

/// Exchanges kept of each monitor that were not good.
const KEPT_FAILING: i64 = 50;
/// Exchanges kept of each monitor that were good.
const KEPT_GOOD: i64 = 20;

/// An exchange to keep, in the JSON form of `docs/exchange.md`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    /// Its id.
    pub id: ExchangeId,
    /// On whose behalf we asked.
    pub monitor: Name,
    /// From where.
    pub location: Name,
    /// When it began.
    pub at: Timestamp,
    /// How it ended.
    pub answer: Answer,
    /// What it meant.
    pub mark: Mark,
    /// All of it.
    pub json: String,
}

/// Keeps an exchange, in place of the oldest one of its monitor and kind when there are enough. What an incident shows
/// stays beyond that.
pub(crate) fn keep(
    transaction: &Transaction<'_>,
    (monitor, location): (i64, i64),
    evidence: &Evidence,
) -> Result<(), StoreError> {
    let Evidence { id, at, answer, mark, json, .. } = evidence;
    transaction
        .prepare_cached("INSERT OR REPLACE INTO evidence VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)")?
        .execute((&id.0, monitor, location, micros(*at), answer.to_number(), mark.to_number(), json))?;
    let is_good = *mark == Mark::Good;
    transaction
        .prepare_cached(
            "DELETE FROM evidence WHERE id IN
               (SELECT id FROM evidence WHERE monitor = ?1 AND (mark = 0) = ?2 ORDER BY at DESC LIMIT -1 OFFSET ?3)
             AND NOT EXISTS (SELECT 1 FROM incident WHERE incident.evidence = evidence.id)",
        )?
        .execute((monitor, is_good, if is_good { KEPT_GOOD } else { KEPT_FAILING }))?;
    Ok(())
}

pub(crate) fn of_monitor(
    connection: &Connection,
    monitor: &str,
    limit: i64,
) -> Result<Vec<Evidence>, StoreError> {
    select(
        connection,
        "monitor = (SELECT id FROM name WHERE text = ?1) ORDER BY at DESC LIMIT ?2",
        (monitor, limit),
    )
}

pub(crate) fn by_id(connection: &Connection, id: &str) -> Result<Option<Evidence>, StoreError> {
    Ok(select(connection, "evidence.id = ?1", [id])?.pop())
}

fn select(
    connection: &Connection,
    which: &str,
    parameters: impl Params,
) -> Result<Vec<Evidence>, StoreError> {
    let mut statement = connection.prepare_cached(&format!(
        "SELECT evidence.id, name.text, place.text, at, answer, mark, json FROM evidence
         JOIN name ON name.id = monitor JOIN name AS place ON place.id = location WHERE {which}"
    ))?;
    let mut rows = statement.query(parameters)?;
    let mut all = Vec::new();
    while let Some(row) = rows.next()? {
        all.push(Evidence {
            id: ExchangeId(row.get(0)?),
            monitor: Name::from(row.get::<_, String>(1)?),
            location: Name::from(row.get::<_, String>(2)?),
            at: moment(row.get(3)?)?,
            answer: Answer::from_number(row.get(4)?),
            mark: mark(row.get(5)?)?,
            json: row.get(6)?,
        });
    }
    Ok(all)
}
