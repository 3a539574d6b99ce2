//! Messages that are owed: pending, sent or dead.

use jiff::Timestamp;
use rusqlite::{Connection, Row, Rows, Transaction};
use statusquo_alert::{IncidentNumber, Notice, Notification};
use statusquo_exchange::Name;

use crate::wire::{NotificationWire, micros, moment, word};
use crate::{StoreError, health};

/// A message whose time has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Due {
    /// The message.
    pub notification: Notification,
    /// How often it was tried in vain.
    pub attempts: u32,
}

/// How an attempt to send ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Ending {
    Sent { answer: String },
    Retry { due: Timestamp, attempts: u32, reason: String },
    Dead { reason: String },
    Superseded { reason: String },
}

/// How far a message is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Standing {
    /// It waits, for its first or next attempt.
    Pending,
    /// It was taken.
    Sent,
    /// It will not be tried again.
    Dead,
    /// It waited so long that it is not news any more: a later message says more, or nothing is left to say.
    Superseded,
}

impl Standing {
    /// The word for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Sent => "sent",
            Self::Dead => "dead",
            Self::Superseded => "superseded",
        }
    }

    fn parse(word: &str) -> Option<Self> {
        let all = [Self::Pending, Self::Sent, Self::Dead, Self::Superseded];
        all.into_iter().find(|standing| standing.as_str() == word)
    }
}

/// What became of a message, for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivered {
    /// Its deduplication key.
    pub key: String,
    /// The incident.
    pub incident: IncidentNumber,
    /// For whom.
    pub receiver: Name,
    /// What it was about.
    pub notice: Notice,
    /// When it became owed.
    pub at: Timestamp,
    /// How far it is.
    pub standing: Standing,
    /// How often it was tried in vain.
    pub attempts: u32,
    /// When it was taken or given up.
    pub ended: Option<Timestamp>,
    /// What the receiver answered, or why it was not taken.
    pub answer: Option<String>,
}

/// Puts a message into the outbox, once: the same key again changes nothing.
pub(crate) fn add(transaction: &Transaction<'_>, notification: &Notification) -> Result<(), StoreError> {
    let json = serde_json::to_string(&NotificationWire::from(notification))?;
    transaction
        .prepare_cached(
            "INSERT INTO outbox (key, incident, receiver, notice, at, due, json)
             VALUES (?1, ?2, ?3, ?4, ?5, ?5, ?6) ON CONFLICT (key) DO NOTHING",
        )?
        .execute((
            &notification.key,
            notification.brief.incident.0,
            notification.receiver.as_str(),
            notification.notice.as_str(),
            micros(notification.at),
            json,
        ))?;
    Ok(())
}

/// Writes down how an attempt ended, for the message and for its receiver's health. What is not pending any more stays
/// as it is.
pub(crate) fn end(
    transaction: &Transaction<'_>,
    key: &str,
    at: Timestamp,
    ending: &Ending,
) -> Result<(), StoreError> {
    let changed = match ending {
        Ending::Sent { answer } => close(transaction, (key, at), Standing::Sent, answer)?,
        Ending::Dead { reason } => close(transaction, (key, at), Standing::Dead, reason)?,
        Ending::Superseded { reason } => close(transaction, (key, at), Standing::Superseded, reason)?,
        Ending::Retry { due, attempts, reason } => transaction
            .prepare_cached(
                "UPDATE outbox SET due = ?2, attempts = ?3, answer = ?4 WHERE key = ?1 AND state = 'pending'",
            )?
            .execute((key, micros(*due), attempts, reason))?,
    };
    if changed == 0 {
        return Ok(());
    }
    match ending {
        Ending::Sent { .. } => health::well(transaction, key, at),
        // The receiver was not asked.
        Ending::Superseded { .. } => Ok(()),
        Ending::Retry { reason, .. } | Ending::Dead { reason } => {
            health::failed(transaction, key, at, reason)
        }
    }
}

fn close(
    transaction: &Transaction<'_>,
    (key, at): (&str, Timestamp),
    standing: Standing,
    answer: &str,
) -> Result<usize, StoreError> {
    let mut statement = transaction.prepare_cached(
        "UPDATE outbox SET state = ?2, ended = ?3, answer = ?4 WHERE key = ?1 AND state = 'pending'",
    )?;
    Ok(statement.execute((key, standing.as_str(), micros(at), answer))?)
}

/// The oldest message for each receiver whose time has come. A later one of the same incident and receiver waits for
/// the earlier. One for each, since the hundreds that a broken receiver was not told must not hide those for others.
pub(crate) fn due(connection: &Connection, now: Timestamp, limit: usize) -> Result<Vec<Due>, StoreError> {
    let mut statement = connection.prepare_cached(
        // The other columns are those of the row with the least `seq` (sqlite.org/lang_select.html, "Bare columns").
        "SELECT json, attempts, min(seq) AS first FROM outbox AS o WHERE state = 'pending' AND due <= ?1 AND NOT EXISTS (
           SELECT 1 FROM outbox AS e WHERE e.state = 'pending' AND e.incident = o.incident
           AND e.receiver = o.receiver AND e.seq < o.seq)
         GROUP BY receiver ORDER BY first LIMIT ?2",
    )?;
    let rows = statement.query((micros(now), i64::try_from(limit).unwrap_or(i64::MAX)))?;
    read(rows)
}

/// All messages of one incident that wait for one receiver, oldest first.
pub(crate) fn waiting(
    connection: &Connection,
    (incident, receiver): (IncidentNumber, &Name),
    limit: usize,
) -> Result<Vec<Due>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT json, attempts FROM outbox WHERE state = 'pending' AND incident = ?1 AND receiver = ?2
         ORDER BY seq LIMIT ?3",
    )?;
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let rows = statement.query((incident.0, receiver.as_str(), limit))?;
    read(rows)
}

fn read(mut rows: Rows<'_>) -> Result<Vec<Due>, StoreError> {
    let mut all = Vec::new();
    while let Some(row) = rows.next()? {
        let wire: NotificationWire = serde_json::from_str(&row.get::<_, String>(0)?)?;
        all.push(Due { notification: wire.try_into()?, attempts: row.get(1)? });
    }
    Ok(all)
}

/// What became of the messages of an incident, in order.
pub(crate) fn of_incident(connection: &Connection, number: u64) -> Result<Vec<Delivered>, StoreError> {
    select(connection, "WHERE incident = ?1 ORDER BY seq", i64::try_from(number).unwrap_or(i64::MAX))
}

/// The newest messages first.
pub(crate) fn recent(connection: &Connection, limit: usize) -> Result<Vec<Delivered>, StoreError> {
    select(connection, "ORDER BY seq DESC LIMIT ?1", i64::try_from(limit).unwrap_or(i64::MAX))
}

/// How many wait.
pub(crate) fn pending(connection: &Connection) -> Result<u64, StoreError> {
    let query = "SELECT count(*) FROM outbox WHERE state = 'pending'";
    Ok(connection.query_row(query, [], |row| row.get(0))?)
}

fn select(connection: &Connection, which: &str, parameter: i64) -> Result<Vec<Delivered>, StoreError> {
    let mut statement = connection.prepare_cached(&format!(
        "SELECT key, incident, receiver, notice, at, state, attempts, ended, answer FROM outbox {which}"
    ))?;
    let mut rows = statement.query([parameter])?;
    let mut all = Vec::new();
    while let Some(row) = rows.next()? {
        all.push(delivered(row)?);
    }
    Ok(all)
}

fn delivered(row: &Row<'_>) -> Result<Delivered, StoreError> {
    let ended: Option<i64> = row.get(7)?;
    Ok(Delivered {
        key: row.get(0)?,
        incident: IncidentNumber(row.get(1)?),
        receiver: Name::from(row.get::<_, String>(2)?),
        notice: word(&row.get::<_, String>(3)?, Notice::parse)?,
        at: moment(row.get(4)?)?,
        standing: word(&row.get::<_, String>(5)?, Standing::parse)?,
        attempts: row.get(6)?,
        ended: ended.map(moment).transpose()?,
        answer: row.get(8)?,
    })
}
