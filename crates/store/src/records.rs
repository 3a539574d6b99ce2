//! What the engine decided, and what it needs to go on: monitors' states, incidents, silences. Who did what.

use jiff::Timestamp;
use rusqlite::{Connection, Transaction};
use statusquo_alert::{Effect, Restored, Scope, Silence, SilenceId, WatchRecord, Who};
use statusquo_exchange::Name;

use crate::wire::{WatchWire, micros, moment};
use crate::{StoreError, incidents, outbox};

/// A line of the audit log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Audited {
    /// When.
    pub at: Timestamp,
    /// Who.
    pub who: String,
    /// What.
    pub what: String,
}

pub(crate) fn save(transaction: &Transaction<'_>, effect: &Effect) -> Result<(), StoreError> {
    match effect {
        Effect::Recheck { .. } => Ok(()),
        Effect::SaveWatch(record) => save_watch(transaction, record),
        Effect::DropWatch(name) => {
            transaction.prepare_cached("DELETE FROM watch WHERE monitor = ?1")?.execute([name.as_str()])?;
            Ok(())
        }
        Effect::SaveIncident(incident) => incidents::save(transaction, incident),
        Effect::SaveSilence(silence) => save_silence(transaction, silence),
        Effect::Notify(notification) => outbox::add(transaction, notification),
    }
}

fn save_watch(transaction: &Transaction<'_>, record: &WatchRecord) -> Result<(), StoreError> {
    let json = serde_json::to_string(&WatchWire::from(record))?;
    transaction
        .prepare_cached("INSERT OR REPLACE INTO watch VALUES (?1, ?2)")?
        .execute((record.monitor.as_str(), json))?;
    Ok(())
}

fn save_silence(transaction: &Transaction<'_>, silence: &Silence) -> Result<(), StoreError> {
    let monitors = match &silence.scope {
        Scope::All => None,
        Scope::Monitors(names) => {
            Some(serde_json::to_string(&names.iter().map(Name::as_str).collect::<Vec<_>>())?)
        }
    };
    transaction.prepare_cached("INSERT OR REPLACE INTO silence VALUES (?1, ?2, ?3, ?4, ?5, ?6)")?.execute(
        (
            silence.id.0,
            micros(silence.from),
            micros(silence.until),
            &silence.by.0,
            &silence.comment,
            monitors,
        ),
    )?;
    Ok(())
}

/// What an engine needs to go on.
pub(crate) fn restore(connection: &Connection, now: Timestamp) -> Result<Restored, StoreError> {
    let mut statement = connection.prepare("SELECT json FROM watch")?;
    let rows = statement.query_map([], |row| row.get::<_, String>(0))?;
    let watches = rows.map(|json| serde_json::from_str::<WatchWire>(&json?)?.try_into());
    Ok(Restored {
        watches: watches.collect::<Result<_, StoreError>>()?,
        incidents: incidents::at_hand(connection, now)?,
        silences: silences_at_hand(connection, now)?,
    })
}

/// The silences that have not ended.
pub(crate) fn silences(connection: &Connection, now: Timestamp) -> Result<Vec<Silence>, StoreError> {
    select_silences(connection, "until > ?1", now)
}

/// What an engine needs of them: those that have not ended, and the newest one, since the next one gets the number after
/// it.
fn silences_at_hand(connection: &Connection, now: Timestamp) -> Result<Vec<Silence>, StoreError> {
    select_silences(connection, "until > ?1 OR id = (SELECT max(id) FROM silence)", now)
}

fn select_silences(
    connection: &Connection,
    condition: &str,
    now: Timestamp,
) -> Result<Vec<Silence>, StoreError> {
    let sql =
        format!("SELECT id, since, until, who, comment, monitors FROM silence WHERE {condition} ORDER BY id");
    let mut statement = connection.prepare_cached(&sql)?;
    let mut rows = statement.query([micros(now)])?;
    let mut silences = Vec::new();
    while let Some(row) = rows.next()? {
        let monitors: Option<String> = row.get(5)?;
        let scope = match monitors {
            None => Scope::All,
            Some(json) => Scope::Monitors(
                serde_json::from_str::<Vec<String>>(&json)?.into_iter().map(Name::from).collect(),
            ),
        };
        silences.push(Silence {
            id: SilenceId(row.get(0)?),
            scope,
            from: moment(row.get(1)?)?,
            until: moment(row.get(2)?)?,
            by: Who(row.get(3)?),
            comment: row.get(4)?,
        });
    }
    Ok(silences)
}

pub(crate) fn note(transaction: &Transaction<'_>, deed: &Audited) -> Result<(), StoreError> {
    let Audited { at, who, what } = deed;
    transaction.prepare_cached("INSERT INTO audit VALUES (?1, ?2, ?3)")?.execute((micros(*at), who, what))?;
    Ok(())
}

/// The audit log, newest first.
pub(crate) fn audit(connection: &Connection, limit: i64) -> Result<Vec<Audited>, StoreError> {
    let mut statement =
        connection.prepare_cached("SELECT at, who, what FROM audit ORDER BY rowid DESC LIMIT ?1")?;
    let mut rows = statement.query([limit])?;
    let mut all = Vec::new();
    while let Some(row) = rows.next()? {
        all.push(Audited { at: moment(row.get(0)?)?, who: row.get(1)?, what: row.get(2)? });
    }
    Ok(all)
}
