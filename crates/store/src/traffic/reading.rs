//! Questions about traffic.

use std::collections::{BTreeMap, HashMap};
use std::ops::Range;

use rusqlite::Connection;
use statusquo_slo::Histogram;
use statusquo_slo::kept::Layer;
use statusquo_slo::traffic::{Chunk, EndpointName, Measure, Series};

use super::Resolution;
use super::endpoints::{find, whole};
use crate::StoreError;
use crate::journal::name_id;

/// What was counted of an endpoint or a service over time, by who saw it. Layers are never added up: they see the same
/// requests.
pub type ServiceTraffic = BTreeMap<Layer, Series>;

/// What was counted of an endpoint over a whole range.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct EndpointTotals {
    /// The sum of each measure.
    pub totals: BTreeMap<Measure, u64>,
    /// How long requests took.
    pub latency: Histogram,
}

impl EndpointTotals {
    /// Requests, whatever they got.
    #[must_use]
    pub fn requests(&self) -> u64 {
        let answers = self.totals.iter().filter(|(measure, _)| matches!(measure, Measure::Answer(_)));
        answers.map(|(_, count)| count).sum()
    }
}

/// What was counted of an endpoint (`None`: of the whole service) between two seconds, the newest included.
pub(crate) fn of_endpoint(
    connection: &Connection,
    (service, endpoint): (&str, Option<&EndpointName>),
    resolution: Resolution,
    asked: &Range<i64>,
) -> Result<ServiceTraffic, StoreError> {
    // One view of all tables: a roll-up between two questions would show requests twice or not at all.
    let snapshot = connection.unchecked_transaction()?;
    let mut traffic = ServiceTraffic::new();
    let Some(service) = name_id(&snapshot, service)? else { return Ok(traffic) };
    let Some(id) = find(&snapshot, service, endpoint.unwrap_or(&whole()))? else { return Ok(traffic) };
    let ids = with_aliases(&snapshot, id, asked.start)?;
    let mut chunks = snapshot.prepare_cached(
        "SELECT layer, counts FROM traffic WHERE width = ?1 AND start = ?2 AND endpoint = ?3",
    )?;
    let range = &within(&snapshot, "traffic", resolution.seconds(), asked)?;
    let mut start = resolution.chunk_start(range.start);
    while start < range.end {
        for id in &ids {
            let mut rows = chunks.query((resolution.seconds(), start, id))?;
            while let Some(row) = rows.next()? {
                let Some(layer) = Layer::from_number(row.get(0)?) else { continue };
                let series = traffic.entry(layer).or_default();
                each_second(resolution, start, asked, &chunk(row, 1)?, |second, measure, count| {
                    series.add(second, measure, count);
                });
            }
        }
        start += resolution.chunk_seconds();
    }
    read_latency(&snapshot, &ids, resolution, asked, &mut traffic)?;
    read_journal(&snapshot, asked, |endpoint, layer, series| {
        if ids.contains(&endpoint) {
            let known = traffic.entry(layer).or_default();
            known.merge(&widened(series, resolution).between(asked));
        }
    })?;
    Ok(traffic)
}

/// The part of a range of which something is kept.
fn within(
    connection: &Connection,
    table: &str,
    width: i64,
    range: &Range<i64>,
) -> Result<Range<i64>, StoreError> {
    // Two questions: SQLite looks up a single `min` or `max`, and scans the table for both.
    let query = format!(
        "SELECT (SELECT min(start) FROM {table} WHERE width = ?1), (SELECT max(start) FROM {table} WHERE width = ?1)"
    );
    let (oldest, newest): (Option<i64>, Option<i64>) =
        connection.prepare_cached(&query)?.query_row([width], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let (Some(oldest), Some(newest)) = (oldest, newest) else { return Ok(0..0) };
    // A chunk has sixty stretches.
    Ok(range.start.max(oldest)..range.end.min(newest.saturating_add(60 * width)))
}

/// The endpoint itself, and those that became it and were asked since then.
fn with_aliases(connection: &Connection, id: i64, since: i64) -> Result<Vec<i64>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT id FROM endpoint WHERE id = ?1 OR (became = ?1 AND coalesce(last, ?2) >= ?2) ORDER BY id",
    )?;
    let rows = statement.query_map((id, since), |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn read_latency(
    connection: &Connection,
    ids: &[i64],
    resolution: Resolution,
    range: &Range<i64>,
    traffic: &mut ServiceTraffic,
) -> Result<(), StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT layer, latency FROM traffic_latency WHERE width = ?1 AND start = ?2 AND endpoint = ?3",
    )?;
    let width = resolution.latency_seconds();
    let range = within(connection, "traffic_latency", width, range)?;
    let mut start = range.start - range.start.rem_euclid(width);
    while start < range.end {
        for id in ids {
            let mut rows = statement.query((width, start, id))?;
            while let Some(row) = rows.next()? {
                let Some(layer) = Layer::from_number(row.get(0)?) else { continue };
                traffic.entry(layer).or_default().add_latency(start, &histogram(row, 1)?);
            }
        }
        start += width;
    }
    Ok(())
}

/// What was not rolled up yet.
pub(super) fn read_journal(
    connection: &Connection,
    range: &Range<i64>,
    mut each: impl FnMut(i64, Layer, &Series),
) -> Result<(), StoreError> {
    let mut statement = connection
        .prepare_cached("SELECT endpoint, layer, series FROM traffic_new WHERE first < ?2 AND last > ?1")?;
    // Its rows begin every ten seconds, stretches of the caller perhaps an hour before.
    let mut rows = statement.query((range.start - 3600, range.end))?;
    while let Some(row) = rows.next()? {
        let Some(layer) = Layer::from_number(row.get(1)?) else { continue };
        let blob = row.get_ref(2)?.as_blob().map_err(|error| StoreError::Corrupt(error.to_string()))?;
        let series = Series::decode(blob).map_err(|_| corrupt())?;
        each(row.get(0)?, layer, &series);
    }
    Ok(())
}

/// What was counted of all endpoints of a service between two seconds, the newest included.
pub(crate) fn by_endpoint(
    connection: &Connection,
    service: &str,
    resolution: Resolution,
    range: &Range<i64>,
) -> Result<BTreeMap<EndpointName, BTreeMap<Layer, EndpointTotals>>, StoreError> {
    let snapshot = connection.unchecked_transaction()?;
    let Some(service) = name_id(&snapshot, service)? else { return Ok(BTreeMap::new()) };
    let (names, owners) = endpoints_of(&snapshot, service)?;
    let mut all: BTreeMap<(i64, Layer), EndpointTotals> = BTreeMap::new();
    sum_counts(&snapshot, resolution, range, &owners, &mut all)?;
    sum_latency(&snapshot, resolution, range, &owners, &mut all)?;
    read_journal(&snapshot, range, |endpoint, layer, series| {
        let Some(owner) = owners.get(&endpoint) else { return };
        let totals = all.entry((*owner, layer)).or_default();
        let series = widened(series, resolution).between(range);
        series.counts().for_each(|(_, measure, count)| *totals.totals.entry(measure).or_default() += count);
        totals.latency.merge(&series.all_latency());
    })?;
    let mut named: BTreeMap<EndpointName, BTreeMap<Layer, EndpointTotals>> = BTreeMap::new();
    for ((owner, layer), totals) in all {
        if let Some(name) = names.get(&owner) {
            named.entry(name.clone()).or_default().insert(layer, totals);
        }
    }
    Ok(named)
}

/// The endpoints of a service by number, and to which of them each number belongs now.
pub(super) type Endpoints = (HashMap<i64, EndpointName>, HashMap<i64, i64>);

pub(super) fn endpoints_of(connection: &Connection, service: i64) -> Result<Endpoints, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT id, became, method, route FROM endpoint WHERE service = ?1 AND method <> ''",
    )?;
    let mut rows = statement.query([service])?;
    let (mut names, mut owners) = (HashMap::new(), HashMap::new());
    while let Some(row) = rows.next()? {
        let (id, became): (i64, Option<i64>) = (row.get(0)?, row.get(1)?);
        owners.insert(id, became.unwrap_or(id));
        if became.is_none() {
            let (method, route): (String, String) = (row.get(2)?, row.get(3)?);
            names.insert(id, EndpointName::new(&method, &route));
        }
    }
    Ok((names, owners))
}

fn sum_counts(
    connection: &Connection,
    resolution: Resolution,
    range: &Range<i64>,
    owners: &HashMap<i64, i64>,
    all: &mut BTreeMap<(i64, Layer), EndpointTotals>,
) -> Result<(), StoreError> {
    each_chunk(connection, resolution, range, |endpoint, layer, start, chunk| {
        let Some(owner) = owners.get(&endpoint) else { return };
        let totals = &mut all.entry((*owner, layer)).or_default().totals;
        each_second(resolution, start, range, chunk, |_, measure, count| {
            *totals.entry(measure).or_default() += count;
        });
    })
}

fn sum_latency(
    connection: &Connection,
    resolution: Resolution,
    range: &Range<i64>,
    owners: &HashMap<i64, i64>,
    all: &mut BTreeMap<(i64, Layer), EndpointTotals>,
) -> Result<(), StoreError> {
    // By the hour when there would be many: a day of five minutes is 288 histograms of each endpoint.
    let width = if range.end - range.start > 6 * 3600 { 3600 } else { resolution.latency_seconds() };
    each_latency(connection, width, range, |endpoint, layer, _, latency| {
        if let Some(owner) = owners.get(&endpoint) {
            all.entry((*owner, layer)).or_default().latency.merge(latency);
        }
    })
}

/// The chunks of a range, of all endpoints: endpoint, layer, start and the chunk.
pub(super) fn each_chunk(
    connection: &Connection,
    resolution: Resolution,
    range: &Range<i64>,
    mut each: impl FnMut(i64, Layer, i64, &Chunk),
) -> Result<(), StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT start, endpoint, layer, counts FROM traffic WHERE width = ?1 AND start >= ?2 AND start < ?3",
    )?;
    let first = resolution.chunk_start(range.start);
    let mut rows = statement.query((resolution.seconds(), first, range.end))?;
    while let Some(row) = rows.next()? {
        if let Some(layer) = Layer::from_number(row.get(2)?) {
            each(row.get(1)?, layer, row.get(0)?, &chunk(row, 3)?);
        }
    }
    Ok(())
}

/// The stretches of a chunk that begin within a range.
pub(super) fn each_second(
    resolution: Resolution,
    start: i64,
    range: &Range<i64>,
    chunk: &Chunk,
    mut each: impl FnMut(i64, Measure, u64),
) {
    for (slot, measure, count) in chunk.each() {
        let second = start + i64::try_from(slot).unwrap_or_default() * resolution.seconds();
        if range.contains(&second) {
            each(second, measure, count);
        }
    }
}

/// The histograms of a range, of all endpoints: endpoint, layer, start and the histogram.
pub(super) fn each_latency(
    connection: &Connection,
    width: i64,
    range: &Range<i64>,
    mut each: impl FnMut(i64, Layer, i64, &Histogram),
) -> Result<(), StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT start, endpoint, layer, latency FROM traffic_latency WHERE width = ?1 AND start >= ?2 AND start < ?3",
    )?;
    let first = range.start - range.start.rem_euclid(width);
    let mut rows = statement.query((width, first, range.end))?;
    while let Some(row) = rows.next()? {
        if let Some(layer) = Layer::from_number(row.get(2)?) {
            each(row.get(1)?, layer, row.get(0)?, &histogram(row, 3)?);
        }
    }
    Ok(())
}

fn widened(series: &Series, resolution: Resolution) -> Series {
    let mut wide = Series::new();
    let floor = |second: i64, width: i64| second - second.rem_euclid(width);
    for (start, measure, count) in series.counts() {
        wide.add(floor(start, resolution.seconds()), measure, count);
    }
    for (start, latency) in series.latency() {
        wide.add_latency(floor(start, resolution.latency_seconds()), latency);
    }
    wide
}

fn chunk(row: &rusqlite::Row<'_>, column: usize) -> Result<Chunk, StoreError> {
    let blob = row.get_ref(column)?.as_blob().map_err(|error| StoreError::Corrupt(error.to_string()))?;
    Chunk::decode(blob).map_err(|_| corrupt())
}

fn histogram(row: &rusqlite::Row<'_>, column: usize) -> Result<Histogram, StoreError> {
    let mut blob = row.get_ref(column)?.as_blob().map_err(|error| StoreError::Corrupt(error.to_string()))?;
    Histogram::decode(&mut blob).map_err(|_| corrupt())
}

fn corrupt() -> StoreError {
    StoreError::Corrupt("a count of traffic".to_owned())
}

/// How far series had counted: key, until when, the rest.
pub(crate) fn series(connection: &Connection) -> Result<Vec<(u64, i64, Vec<u8>)>, StoreError> {
    let mut statement =
        connection.prepare_cached("SELECT key, until, point FROM series ORDER BY until DESC")?;
    let rows = statement.query_map([], |row| Ok((row.get::<_, i64>(0)?, row.get(1)?, row.get(2)?)))?;
    rows.map(|row| row.map(|(key, until, point)| (key.cast_unsigned(), until, point)).map_err(Into::into))
        .collect()
}
