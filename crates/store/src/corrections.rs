//! Stretches that somebody took out of the account of an objective, and put back.

use rusqlite::{Connection, Transaction};
use statusquo_alert::{IncidentNumber, Who};
use statusquo_exchange::Name;
use statusquo_slo::budget::{Correction, Counted};

use crate::StoreError;
use crate::wire::{micros, moment};
use jiff::Timestamp;

/// Corrections that are at hand, the newest.
const MOST: i64 = 1000;

/// A stretch that somebody took out of the account of an objective: who, when and why stay known, also when it counts again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Corrected {
    /// Its number.
    pub id: u64,
    /// The objective.
    pub slo: Name,
    /// The stretch, and what was counted in it.
    pub correction: Correction,
    /// Why.
    pub why: String,
    /// Who did it …
    pub by: Who,
    /// … and when.
    pub at: Timestamp,
    /// The incident that was meant, if one was named.
    pub incident: Option<IncidentNumber>,
    /// When somebody let it count again, and who.
    pub withdrawn: Option<(Timestamp, Who)>,
}

pub(crate) fn save(transaction: &Transaction<'_>, corrected: &Corrected) -> Result<(), StoreError> {
    let Corrected { id, slo, correction, why, by, at, incident, withdrawn } = corrected;
    let Correction { from, until, counted } = correction;
    transaction
        .prepare_cached(
            "INSERT OR REPLACE INTO correction VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
        )?
        .execute((
            id,
            slo.as_str(),
            from,
            until,
            counted.good,
            counted.bad,
            why,
            &by.0,
            micros(*at),
            incident.map(|incident| incident.0),
            withdrawn.as_ref().map(|(at, _)| micros(*at)),
            withdrawn.as_ref().map(|(_, by)| &by.0),
        ))?;
    Ok(())
}

/// All of them, the newest first.
pub(crate) fn all(connection: &Connection) -> Result<Vec<Corrected>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT id, slo, from_second, until_second, good, bad, why, who, at, incident, withdrawn_at, withdrawn_by
         FROM correction ORDER BY id DESC LIMIT ?1",
    )?;
    let mut rows = statement.query([MOST])?;
    let mut all = Vec::new();
    while let Some(row) = rows.next()? {
        let withdrawn: (Option<i64>, Option<String>) = (row.get(10)?, row.get(11)?);
        let withdrawn = match withdrawn {
            (Some(at), Some(by)) => Some((moment(at)?, Who(by))),
            _ => None,
        };
        all.push(Corrected {
            id: row.get(0)?,
            slo: Name::from(row.get::<_, String>(1)?),
            correction: Correction {
                from: row.get(2)?,
                until: row.get(3)?,
                counted: Counted { good: row.get(4)?, bad: row.get(5)? },
            },
            why: row.get(6)?,
            by: Who(row.get(7)?),
            at: moment(row.get(8)?)?,
            incident: row.get::<_, Option<u64>>(9)?.map(IncidentNumber),
            withdrawn,
        });
    }
    Ok(all)
}
