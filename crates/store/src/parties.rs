//! What the status pages of third parties said last, and deploys.

use jiff::Timestamp;
use rusqlite::{Connection, Transaction};
use statusquo_alert::{Deploy, Who};
use statusquo_exchange::{Health, Name};

use crate::StoreError;
use crate::wire::{PartyWire, micros, moment};

/// Deploys beyond so many are forgotten, the oldest first.
const MOST_DEPLOYS: i64 = 10_000;

/// What the status page of a third party said last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartyState {
    /// Of which one, by its name in the configuration.
    pub name: Name,
    /// Where its page is, and which parts of it are looked at: another one says nothing of this.
    pub feed: String,
    /// By which its page can tell that nothing has changed (RFC 9110, 8.8.3).
    pub etag: Option<String>,
    /// When its page was changed, by its own account (RFC 9110, 8.8.2).
    pub last_modified: Option<String>,
    /// In which form it speaks.
    pub format: Option<String>,
    /// How it does …
    pub health: Health,
    /// … since this moment.
    pub since: Timestamp,
    /// When the page was read last.
    pub checked: Option<Timestamp>,
    /// Its parts.
    pub parts: Vec<PartyPart>,
    /// What it reports.
    pub reported: Vec<PartyReport>,
}

/// A part of what a third party offers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartyPart {
    /// Its name.
    pub name: String,
    /// How it does.
    pub health: Health,
}

/// Something that a third party reports and that is not over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartyReport {
    /// What.
    pub title: String,
    /// How bad.
    pub health: Health,
    /// Since when.
    pub since: Option<Timestamp>,
    /// Where to read on.
    pub link: Option<String>,
}

pub(crate) fn save(transaction: &Transaction<'_>, state: &PartyState) -> Result<(), StoreError> {
    let json = serde_json::to_string(&PartyWire::from(state))?;
    transaction
        .prepare_cached("INSERT OR REPLACE INTO party VALUES (?1, ?2)")?
        .execute((state.name.as_str(), json))?;
    Ok(())
}

pub(crate) fn all(connection: &Connection) -> Result<Vec<PartyState>, StoreError> {
    let mut statement = connection.prepare_cached("SELECT name, json FROM party ORDER BY name")?;
    let rows = statement.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?)))?;
    rows.map(|row| {
        let (name, json) = row?;
        serde_json::from_str::<PartyWire>(&json)?.of(Name::from(name))
    })
    .collect()
}

pub(crate) fn deployed(transaction: &Transaction<'_>, deploy: &Deploy) -> Result<(), StoreError> {
    let Deploy { service, version, at, url, by } = deploy;
    transaction
        .prepare_cached("INSERT INTO deploy (at, service, version, url, who) VALUES (?1, ?2, ?3, ?4, ?5)")?
        .execute((micros(*at), service.as_str(), version, url, &by.0))?;
    transaction
        .prepare_cached("DELETE FROM deploy WHERE id <= (SELECT max(id) FROM deploy) - ?1")?
        .execute([MOST_DEPLOYS])?;
    Ok(())
}

/// The deploys since a moment, the newest first, at most so many.
pub(crate) fn deploys(
    connection: &Connection,
    since: Timestamp,
    limit: i64,
) -> Result<Vec<Deploy>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT at, service, version, url, who FROM deploy WHERE at >= ?1 ORDER BY at DESC, id DESC LIMIT ?2",
    )?;
    let mut rows = statement.query((micros(since), limit))?;
    let mut all = Vec::new();
    while let Some(row) = rows.next()? {
        all.push(Deploy {
            at: moment(row.get(0)?)?,
            service: Name::from(row.get::<_, String>(1)?),
            version: row.get(2)?,
            url: row.get(3)?,
            by: Who(row.get(4)?),
        });
    }
    Ok(all)
}
