//! Incidents: one row each, with columns for what they are looked up by.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Params, Transaction};
use statusquo_alert::{Incident, IncidentNumber, Notice, Phase, Subject};
use statusquo_exchange::Name;

use crate::StoreError;
use crate::wire::{IncidentWire, micros};

/// Resolved incidents that are younger than this are restored with the open ones.
const AT_HAND_MICROS: i64 = 86_400_000_000;

/// Which incidents to list, newest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// Only those of this monitor.
    pub monitor: Option<Name>,
    /// Only those of this phase.
    pub phase: Option<Phase>,
    /// Only those with smaller numbers.
    pub before: Option<IncidentNumber>,
    /// At most so many.
    pub limit: usize,
}

pub(crate) fn save(transaction: &Transaction<'_>, incident: &Incident) -> Result<(), StoreError> {
    let json = serde_json::to_string(&IncidentWire::from(incident))?;
    let monitor = match &incident.subject {
        Subject::Monitor(name) => Some(name.as_str()),
        Subject::Traffic(_) | Subject::Own(_) => None,
    };
    let owed = incident.told.values().any(|told| told.notice != Notice::Resolved);
    let evidence = incident.cause.as_ref().and_then(|cause| cause.evidence.as_ref()).map(|id| &id.0);
    transaction
        .prepare_cached("INSERT OR REPLACE INTO incident VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)")?
        .execute((
            incident.number.0,
            incident.phase.as_str(),
            monitor,
            micros(incident.opened),
            incident.resolved.map(micros),
            owed,
            evidence,
            json,
        ))?;
    Ok(())
}

/// What an engine needs of them: those that are open, of which somebody is owed the end, or that ended lately, and the
/// newest one, since the next one gets the number after it.
pub(crate) fn at_hand(connection: &Connection, now: Timestamp) -> Result<Vec<Incident>, StoreError> {
    select(
        connection,
        "WHERE phase <> 'resolved' OR owed OR resolved > ?1 OR number = (SELECT max(number) FROM incident)",
        [micros(now).saturating_sub(AT_HAND_MICROS)],
    )
}

pub(crate) fn page(connection: &Connection, page: &Page) -> Result<Vec<Incident>, StoreError> {
    let before = page.before.map_or(i64::MAX, |number| i64::try_from(number.0).unwrap_or(i64::MAX));
    let limit = i64::try_from(page.limit).unwrap_or(i64::MAX);
    select(
        connection,
        "WHERE number < ?1 AND (?2 IS NULL OR monitor = ?2) AND (?3 IS NULL OR phase = ?3)
         ORDER BY number DESC LIMIT ?4",
        (before, page.monitor.as_ref().map(Name::as_str), page.phase.map(Phase::as_str), limit),
    )
}

pub(crate) fn by_number(
    connection: &Connection,
    number: IncidentNumber,
) -> Result<Option<Incident>, StoreError> {
    let mut statement = connection.prepare_cached("SELECT json FROM incident WHERE number = ?1")?;
    let json: Option<String> = statement.query_row([number.0], |row| row.get(0)).optional()?;
    json.map(|json| parse(&json)).transpose()
}

fn select(
    connection: &Connection,
    which: &str,
    parameters: impl Params,
) -> Result<Vec<Incident>, StoreError> {
    let mut statement = connection.prepare_cached(&format!("SELECT json FROM incident {which}"))?;
    let rows = statement.query_map(parameters, |row| row.get::<_, String>(0))?;
    rows.map(|json| parse(&json?)).collect()
}

fn parse(json: &str) -> Result<Incident, StoreError> {
    serde_json::from_str::<IncidentWire>(json)?.try_into()
}
