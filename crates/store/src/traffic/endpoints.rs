//! Endpoints: what they are called, what became of them, what they ever answered.

use rusqlite::{Connection, OptionalExtension, Transaction};
use statusquo_exchange::Name;
use statusquo_slo::Answer;
use statusquo_slo::traffic::{EndpointName, Known};

use crate::StoreError;
use crate::journal::name_id;

/// An answer that an endpoint gave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Answered {
    /// The answer.
    pub answer: Answer,
    /// The first time, in seconds since 1970.
    pub first: i64,
    /// The last time, in seconds since 1970.
    pub last: i64,
}

/// The service as a whole is an endpoint that has neither method nor route.
pub(super) fn whole() -> EndpointName {
    EndpointName::new("", "")
}

/// The number of a service, which it gets if it has none.
pub(super) fn service_id(transaction: &Transaction<'_>, service: &Name) -> Result<i64, StoreError> {
    // An update that changes nothing, so that the row is returned when it is there already.
    let mut statement = transaction.prepare_cached(
        "INSERT INTO name (text) VALUES (?1) ON CONFLICT (text) DO UPDATE SET text = text RETURNING id",
    )?;
    Ok(statement.query_row([service.as_str()], |row| row.get(0))?)
}

/// The number of an endpoint, or of the one that it belongs to now.
pub(super) fn find(
    connection: &Connection,
    service: i64,
    name: &EndpointName,
) -> Result<Option<i64>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT coalesce(became, id) FROM endpoint WHERE service = ?1 AND method = ?2 AND route = ?3",
    )?;
    Ok(statement.query_row((service, &name.method, &name.route), |row| row.get(0)).optional()?)
}

/// The number of an endpoint, which it gets if it has none.
pub(super) fn ensure(
    transaction: &Transaction<'_>,
    service: i64,
    name: &EndpointName,
    is_declared: bool,
) -> Result<i64, StoreError> {
    if let Some(id) = find(transaction, service, name)? {
        return Ok(id);
    }
    transaction
        .prepare_cached("INSERT INTO endpoint (service, method, route, is_declared) VALUES (?1, ?2, ?3, ?4)")?
        .execute((service, &name.method, &name.route, is_declared))?;
    Ok(transaction.last_insert_rowid())
}

/// What was counted of an endpoint belongs to another one from now on, and so does what belonged to it.
pub(super) fn rename(
    transaction: &Transaction<'_>,
    service: i64,
    (old, new): &(EndpointName, EndpointName),
) -> Result<(), StoreError> {
    let Some(old) = find(transaction, service, old)? else { return Ok(()) };
    let new = ensure(transaction, service, new, false)?;
    if old != new {
        transaction
            .prepare_cached("UPDATE endpoint SET became = ?2 WHERE id = ?1 OR became = ?1")?
            .execute((old, new))?;
    }
    Ok(())
}

/// The services that have traffic.
pub(crate) fn services(connection: &Connection) -> Result<Vec<Name>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT text FROM endpoint JOIN name ON name.id = service WHERE method = '' AND route = '' ORDER BY text",
    )?;
    let rows = statement.query_map([], |row| Ok(Name::from(row.get::<_, String>(0)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The endpoints of a service as they are now.
pub(crate) fn known(connection: &Connection, service: &str) -> Result<Vec<Known>, StoreError> {
    let Some(service) = name_id(connection, service)? else { return Ok(Vec::new()) };
    let mut statement = connection.prepare_cached(
        "SELECT method, route, is_declared, requests FROM endpoint
         WHERE service = ?1 AND became IS NULL AND method <> '' ORDER BY id",
    )?;
    let mut rows = statement.query([service])?;
    let mut all = Vec::new();
    while let Some(row) = rows.next()? {
        let (method, route): (String, String) = (row.get(0)?, row.get(1)?);
        let requests = u64::try_from(row.get::<_, i64>(3)?).unwrap_or_default();
        all.push(Known { name: EndpointName::new(&method, &route), is_declared: row.get(2)?, requests });
    }
    Ok(all)
}

/// All answers that an endpoint (`None`: the whole service) ever gave, as far as they were rolled up.
pub(crate) fn answered(
    connection: &Connection,
    service: &str,
    endpoint: Option<&EndpointName>,
) -> Result<Vec<Answered>, StoreError> {
    let Some(service) = name_id(connection, service)? else { return Ok(Vec::new()) };
    let Some(id) = find(connection, service, endpoint.unwrap_or(&whole()))? else { return Ok(Vec::new()) };
    let mut statement = connection.prepare_cached(
        "SELECT answer, min(first), max(last) FROM answered
         WHERE endpoint IN (SELECT id FROM endpoint WHERE id = ?1 OR became = ?1) GROUP BY answer ORDER BY answer",
    )?;
    let rows = statement.query_map([id], |row| {
        Ok(Answered { answer: Answer::from_number(row.get(0)?), first: row.get(1)?, last: row.get(2)? })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}
