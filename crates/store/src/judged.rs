//! How answers of monitors were judged: by status code, and by the rules that they broke.

use jiff::Timestamp;
use rusqlite::{Connection, Transaction};
use statusquo_exchange::{Name, StatusCode};

use crate::StoreError;
use crate::wire::{micros, moment};

/// How the answers of a monitor with one status code were judged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judged {
    /// The monitor.
    pub monitor: Name,
    /// The status code.
    pub code: StatusCode,
    /// Since when they are judged.
    pub first: Timestamp,
    /// How many there were.
    pub answers: u64,
    /// The rules that they broke.
    pub broken: Vec<BrokenRule>,
}

/// A rule that answers broke.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BrokenRule {
    /// The rule's id.
    pub rule: String,
    /// How grave it was: `must`, `should`, `advice`.
    pub level: String,
    /// How often it was broken.
    pub count: u64,
    /// When it was first …
    pub first: Timestamp,
    /// … and last.
    pub last: Timestamp,
    /// What was wrong the last time.
    pub message: String,
    /// Was it kept for long before it was broken first?
    pub was_kept: bool,
}

pub(crate) fn save(transaction: &Transaction<'_>, all: &[Judged]) -> Result<(), StoreError> {
    let mut answers = transaction.prepare_cached("INSERT OR REPLACE INTO judged VALUES (?1, ?2, ?3, ?4)")?;
    let mut rules = transaction
        .prepare_cached("INSERT OR REPLACE INTO broken VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)")?;
    for one in all {
        let (monitor, code) = (one.monitor.as_str(), one.code.get());
        answers.execute((monitor, code, micros(one.first), signed(one.answers)))?;
        for broken in &one.broken {
            let BrokenRule { rule, level, count, first, last, message, was_kept } = broken;
            let (first, last) = (micros(*first), micros(*last));
            rules.execute((monitor, code, rule, level, signed(*count), first, last, message, was_kept))?;
        }
    }
    Ok(())
}

pub(crate) fn all(connection: &Connection) -> Result<Vec<Judged>, StoreError> {
    let mut statement = connection.prepare_cached("SELECT monitor, code, first, answers FROM judged")?;
    let mut of_answers = connection.prepare_cached(
        "SELECT rule, level, count, first, last, message, was_kept FROM broken WHERE monitor = ?1 AND code = ?2",
    )?;
    let mut rows = statement.query([])?;
    let mut all = Vec::new();
    while let Some(row) = rows.next()? {
        let (monitor, code): (String, u16) = (row.get(0)?, row.get(1)?);
        let mut broken = Vec::new();
        let mut rules = of_answers.query((&monitor, code))?;
        while let Some(row) = rules.next()? {
            broken.push(BrokenRule {
                rule: row.get(0)?,
                level: row.get(1)?,
                count: unsigned(row.get(2)?),
                first: moment(row.get(3)?)?,
                last: moment(row.get(4)?)?,
                message: row.get(5)?,
                was_kept: row.get(6)?,
            });
        }
        all.push(Judged {
            monitor: Name::from(monitor),
            code: StatusCode::new(code),
            first: moment(row.get(2)?)?,
            answers: unsigned(row.get(3)?),
            broken,
        });
    }
    Ok(all)
}

fn signed(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

fn unsigned(count: i64) -> u64 {
    u64::try_from(count).unwrap_or_default()
}
