//! What the engine decided: monitors' states, incidents, silences.

use jiff::Timestamp;
use rusqlite::{Connection, Transaction};
use statusquo_alert::{Effect, Incident, Restored, Scope, Silence, SilenceId, Subject, WatchRecord, Who};
use statusquo_exchange::Name;

use crate::wire::{IncidentWire, WatchWire, micros, moment};
use crate::{StoreError, outbox};

/// Resolved incidents that are younger than this are restored with the open ones.
const RESTORED_SECONDS: i64 = 86_400;

pub(crate) fn save(transaction: &Transaction<'_>, effect: &Effect) -> Result<(), StoreError> {
    match effect {
        Effect::Recheck { .. } => Ok(()),
        Effect::SaveWatch(record) => save_watch(transaction, record),
        Effect::DropWatch(name) => {
            transaction.prepare_cached("DELETE FROM watch WHERE monitor = ?1")?.execute([name.as_str()])?;
            Ok(())
        }
        Effect::SaveIncident(incident) => save_incident(transaction, incident),
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

fn save_incident(transaction: &Transaction<'_>, incident: &Incident) -> Result<(), StoreError> {
    let json = serde_json::to_string(&IncidentWire::from(incident))?;
    let monitor = match &incident.subject {
        Subject::Monitor(name) => Some(name.as_str()),
        Subject::Own(_) => None,
    };
    transaction.prepare_cached("INSERT OR REPLACE INTO incident VALUES (?1, ?2, ?3, ?4, ?5, ?6)")?.execute(
        (
            incident.number.0,
            incident.phase.as_str(),
            monitor,
            micros(incident.opened),
            incident.resolved.map(micros),
            json,
        ),
    )?;
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
    // Those who were told of a start are owed the end: incidents with such a debt are open or young, or their
    // monitor was held when we stopped; a day covers all but the longest silences, which keep theirs open.
    let mut statement = connection.prepare(
        "SELECT json FROM incident WHERE phase <> 'resolved' OR resolved > ?1
         OR number = (SELECT max(number) FROM incident)",
    )?;
    let lately = micros(now).saturating_sub(RESTORED_SECONDS * 1_000_000);
    let rows = statement.query_map([lately], |row| row.get::<_, String>(0))?;
    let incidents = rows.map(|json| incident(&json?));
    Ok(Restored {
        watches: watches.collect::<Result<_, StoreError>>()?,
        incidents: incidents.collect::<Result<_, StoreError>>()?,
        silences: silences(connection, now)?,
    })
}

pub(crate) fn incident(json: &str) -> Result<Incident, StoreError> {
    serde_json::from_str::<IncidentWire>(json)?.try_into()
}

/// The silences that have not ended.
pub(crate) fn silences(connection: &Connection, now: Timestamp) -> Result<Vec<Silence>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT id, since, until, who, comment, monitors FROM silence WHERE until > ?1 ORDER BY id",
    )?;
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
