//! What was counted, and how far the sources were read, in one transaction.

use rusqlite::{Connection, Transaction};
use statusquo_exchange::Name;
use statusquo_slo::kept::Row;
use statusquo_slo::traffic::Harvest;

use super::endpoints::{ensure, rename, service_id, whole};
use crate::{StoreError, rows};

/// What was counted, and how far the sources were read: all of it is saved or nothing, so that each request is counted
/// exactly once.
#[derive(Debug, Clone, Default)]
pub struct TrafficBatch {
    /// What was counted, by service.
    pub services: Vec<(Name, Harvest)>,
    /// How far the sources were read.
    pub checkpoints: Vec<Checkpoint>,
    /// Requests that are kept one by one, by service.
    pub rows: Vec<(Name, Vec<Row>)>,
    /// How far series had counted: key, until when in microseconds since 1970, the rest.
    pub series: Vec<(u64, i64, Vec<u8>)>,
}

/// How far a part of a source was read: a file, mostly.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// The source.
    pub source: Name,
    /// Which part.
    pub part: String,
    /// How far, in the words of whoever reads it; `None`: forget it.
    pub position: Option<String>,
}

impl TrafficBatch {
    /// Is there nothing to save?
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.services.is_empty()
            && self.checkpoints.is_empty()
            && self.rows.is_empty()
            && self.series.is_empty()
    }
}

/// Saves what was counted.
pub(crate) fn save(transaction: &Transaction<'_>, batch: &TrafficBatch) -> Result<(), StoreError> {
    for (service, harvest) in &batch.services {
        append(transaction, service, harvest)?;
    }
    for (service, some) in &batch.rows {
        rows::save(transaction, service, some)?;
    }
    for (key, until, point) in &batch.series {
        transaction.prepare_cached("INSERT OR REPLACE INTO series VALUES (?1, ?2, ?3)")?.execute((
            key.cast_signed(),
            until,
            point,
        ))?;
    }
    for Checkpoint { source, part, position } in &batch.checkpoints {
        match position {
            Some(position) => transaction
                .prepare_cached("INSERT OR REPLACE INTO checkpoint VALUES (?1, ?2, ?3)")?
                .execute((source.as_str(), part, position))?,
            None => transaction
                .prepare_cached("DELETE FROM checkpoint WHERE source = ?1 AND part = ?2")?
                .execute((source.as_str(), part))?,
        };
    }
    Ok(())
}

fn append(transaction: &Transaction<'_>, service: &Name, harvest: &Harvest) -> Result<(), StoreError> {
    let service = service_id(transaction, service)?;
    for renamed in &harvest.renamed {
        rename(transaction, service, renamed)?;
    }
    let mut insert = transaction.prepare_cached(
        "INSERT INTO traffic_new (endpoint, layer, first, last, series) VALUES (?1, ?2, ?3, ?4, ?5)",
    )?;
    for counted in &harvest.counted {
        let name = counted.endpoint.clone().unwrap_or_else(whole);
        let endpoint = ensure(transaction, service, &name, counted.is_declared)?;
        let (first, last) = (counted.series.first_start(), counted.series.last_start());
        insert.execute((endpoint, counted.layer.to_number(), first, last, counted.series.encode()))?;
    }
    Ok(())
}

/// How far the parts of a source were read: part and position.
pub(crate) fn checkpoints(
    connection: &Connection,
    source: &str,
) -> Result<Vec<(String, String)>, StoreError> {
    let mut statement =
        connection.prepare_cached("SELECT part, position FROM checkpoint WHERE source = ?1 ORDER BY part")?;
    let rows = statement.query_map([source], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}
