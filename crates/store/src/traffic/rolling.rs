//! The roll-up of the journal into chunks and histograms, and the deleting of what is too old.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Transaction};
use statusquo_slo::traffic::{Chunk, Measure, Series};
use statusquo_slo::{Histogram, Malformed};

use super::Resolution;
use crate::StoreError;

/// The journal is rolled up so often, or when it has become long.
const EVERY_SECONDS: i64 = 300;
/// A journal of so many rows is long: what was read of old logs comes faster than it can be rolled up.
const LONG: i64 = 20_000;
/// So many rows are rolled up in one transaction, so that decisions do not wait for long.
const ROWS_AT_ONCE: i64 = 20_000;
/// Histograms by five minutes are kept for so long.
const LATENCY_KEPT: Duration = Duration::from_secs(5 * 86_400);
/// Deleting goes on at the next roll-up when there is more.
const DELETED_AT_ONCE: i64 = 20_000;

/// Width, start, endpoint, layer: the order of the tables.
type Key = (i64, i64, i64, i64);

/// Rolls the journal up.
#[derive(Debug, Default)]
pub(crate) struct Rolling {
    /// The five minutes in which it was done last.
    last: Option<i64>,
}

/// What a part of the journal holds.
#[derive(Debug, Default)]
struct Sums {
    /// Sorted by key before it is used.
    counts: Vec<(Key, usize, Measure, u64)>,
    latency: BTreeMap<Key, Histogram>,
    answered: BTreeMap<(i64, i64), (i64, i64)>,
    requests: BTreeMap<i64, i64>,
}

impl Rolling {
    /// Rolls the journal up when it is time.
    pub(crate) fn roll_up(&mut self, connection: &mut Connection, now: Timestamp) -> Result<(), StoreError> {
        let stretch = now.as_second().div_euclid(EVERY_SECONDS);
        let is_time = self.last != Some(stretch);
        if !is_time && waiting(connection)? < LONG {
            return Ok(());
        }
        while roll_up_part(connection, now.as_second())? {}
        if is_time {
            let transaction = connection.transaction()?;
            delete_old(&transaction, now.as_second())?;
            transaction.commit()?;
            self.last = Some(stretch);
        }
        Ok(())
    }
}

fn waiting(connection: &Connection) -> Result<i64, StoreError> {
    // Two questions: SQLite looks up a single `min` or `max`, and scans the table for both.
    let query =
        "SELECT coalesce((SELECT max(rowid) FROM traffic_new) - (SELECT min(rowid) FROM traffic_new), 0)";
    Ok(connection.prepare_cached(query)?.query_row([], |row| row.get(0))?)
}

/// Rolls up the oldest rows, and says whether there may be more.
fn roll_up_part(connection: &mut Connection, now: i64) -> Result<bool, StoreError> {
    let transaction = connection.transaction()?;
    let (sums, rows, last) = read_journal(&transaction, now)?;
    if rows > 0 {
        write_counts(&transaction, sums.counts)?;
        write_latency(&transaction, &sums.latency)?;
        write_endpoints(&transaction, &sums.answered, &sums.requests)?;
        transaction.execute("DELETE FROM traffic_new WHERE rowid <= ?1", [last])?;
    }
    transaction.commit()?;
    Ok(rows == ROWS_AT_ONCE)
}

fn read_journal(transaction: &Transaction<'_>, now: i64) -> Result<(Sums, i64, i64), StoreError> {
    let mut statement = transaction.prepare_cached(
        "SELECT traffic_new.rowid, coalesce(became, id), layer, series FROM traffic_new
         JOIN endpoint ON id = endpoint ORDER BY traffic_new.rowid LIMIT ?1",
    )?;
    let mut rows = statement.query([ROWS_AT_ONCE])?;
    let (mut sums, mut count, mut last) = (Sums::default(), 0, 0);
    while let Some(row) = rows.next()? {
        (count, last) = (count + 1, row.get(0)?);
        let blob = row.get_ref(3)?.as_blob().map_err(|error| StoreError::Corrupt(error.to_string()))?;
        // Better to lose one row than to count nothing ever after.
        match Series::decode(blob) {
            Ok(series) => sums.add(row.get(1)?, row.get(2)?, &series, now),
            Err(Malformed) => tracing::error!(row = last, "a row of the traffic journal cannot be read"),
        }
    }
    Ok((sums, count, last))
}

impl Sums {
    fn add(&mut self, endpoint: i64, layer: i64, series: &Series, now: i64) {
        for (start, measure, count) in series.counts() {
            for resolution in Resolution::ALL {
                let chunk = resolution.chunk_start(start);
                if chunk + resolution.chunk_seconds() > before(now, resolution.kept()) {
                    let key = (resolution.seconds(), chunk, endpoint, layer);
                    self.counts.push((key, resolution.slot(start), measure, count));
                }
            }
            self.note(endpoint, start, measure, count);
        }
        for (start, latency) in series.latency() {
            for width in [300, 3600] {
                let start = start - start.rem_euclid(width);
                self.latency.entry((width, start, endpoint, layer)).or_default().merge(latency);
            }
        }
    }

    fn note(&mut self, endpoint: i64, start: i64, measure: Measure, count: u64) {
        match measure {
            Measure::Answer(_) => {}
            Measure::Timed | Measure::Slow | Measure::Bytes => return,
        }
        let seen = self.answered.entry((endpoint, measure.to_number())).or_insert((start, start));
        *seen = (start.min(seen.0), start.max(seen.1));
        *self.requests.entry(endpoint).or_default() += i64::try_from(count).unwrap_or(i64::MAX);
    }
}

fn write_counts(
    transaction: &Transaction<'_>,
    mut counts: Vec<(Key, usize, Measure, u64)>,
) -> Result<(), StoreError> {
    let mut read = transaction.prepare_cached(
        "SELECT counts FROM traffic WHERE width = ?1 AND start = ?2 AND endpoint = ?3 AND layer = ?4",
    )?;
    let mut write =
        transaction.prepare_cached("INSERT OR REPLACE INTO traffic VALUES (?1, ?2, ?3, ?4, ?5)")?;
    counts.sort_unstable_by_key(|(key, ..)| *key);
    for part in counts.chunk_by(|(one, ..), (next, ..)| one == next) {
        let Some((key, ..)) = part.first() else { continue };
        let before: Option<Vec<u8>> = read.query_row(*key, |row| row.get(0)).optional()?;
        let mut chunk = before.map_or_else(Chunk::default, |bytes| {
            Chunk::decode(&bytes).unwrap_or_else(|Malformed| {
                tracing::error!(?key, "a chunk of traffic cannot be read, counting starts afresh");
                Chunk::default()
            })
        });
        part.iter().for_each(|(_, slot, measure, count)| chunk.add(*slot, *measure, *count));
        let (width, start, endpoint, layer) = key;
        write.execute((width, start, endpoint, layer, chunk.encode()))?;
    }
    Ok(())
}

fn write_latency(
    transaction: &Transaction<'_>,
    latency: &BTreeMap<Key, Histogram>,
) -> Result<(), StoreError> {
    let mut read = transaction.prepare_cached(
        "SELECT latency FROM traffic_latency WHERE width = ?1 AND start = ?2 AND endpoint = ?3 AND layer = ?4",
    )?;
    let mut write =
        transaction.prepare_cached("INSERT OR REPLACE INTO traffic_latency VALUES (?1, ?2, ?3, ?4, ?5)")?;
    for (key, new) in latency {
        let before: Option<Vec<u8>> = read.query_row(*key, |row| row.get(0)).optional()?;
        let mut sum = before.and_then(|bytes| Histogram::decode(&mut &*bytes).ok()).unwrap_or_default();
        sum.merge(new);
        let mut bytes = Vec::new();
        sum.encode(&mut bytes);
        let (width, start, endpoint, layer) = key;
        write.execute((width, start, endpoint, layer, bytes))?;
    }
    Ok(())
}

fn write_endpoints(
    transaction: &Transaction<'_>,
    answered: &BTreeMap<(i64, i64), (i64, i64)>,
    requests: &BTreeMap<i64, i64>,
) -> Result<(), StoreError> {
    let mut write = transaction.prepare_cached(
        "INSERT INTO answered VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO UPDATE
         SET first = min(first, excluded.first), last = max(last, excluded.last)",
    )?;
    let mut ranges: BTreeMap<i64, (i64, i64)> = BTreeMap::new();
    for ((endpoint, answer), (first, last)) in answered {
        write.execute((endpoint, answer, first, last))?;
        let range = ranges.entry(*endpoint).or_insert((*first, *last));
        *range = (range.0.min(*first), range.1.max(*last));
    }
    let mut write = transaction.prepare_cached(
        "UPDATE endpoint SET requests = requests + ?2, first = min(coalesce(first, ?3), ?3),
         last = max(coalesce(last, ?4), ?4) WHERE id = ?1",
    )?;
    for (endpoint, count) in requests {
        let (first, last) = ranges.get(endpoint).copied().unwrap_or_default();
        write.execute((endpoint, count, first, last))?;
    }
    Ok(())
}

fn delete_old(transaction: &Transaction<'_>, now: i64) -> Result<(), StoreError> {
    for resolution in Resolution::ALL {
        // A chunk goes when its last stretch is too old.
        let oldest = before(now, resolution.kept()) - resolution.chunk_seconds();
        transaction
            .prepare_cached(
                "DELETE FROM traffic WHERE (width, start, endpoint, layer) IN
                 (SELECT width, start, endpoint, layer FROM traffic WHERE width = ?1 AND start < ?2 LIMIT ?3)",
            )?
            .execute((resolution.seconds(), oldest, DELETED_AT_ONCE))?;
    }
    for (width, kept) in [(300, LATENCY_KEPT), (3600, Resolution::Hour.kept())] {
        transaction
            .prepare_cached(
                "DELETE FROM traffic_latency WHERE (width, start, endpoint, layer) IN
                 (SELECT width, start, endpoint, layer FROM traffic_latency
                  WHERE width = ?1 AND start < ?2 LIMIT ?3)",
            )?
            .execute((width, before(now, kept), DELETED_AT_ONCE))?;
    }
    // An endpoint of which nothing is left is forgotten, and one that became another with it.
    let oldest = before(now, Resolution::Hour.kept()) - Resolution::Hour.chunk_seconds();
    for sql in [
        "DELETE FROM answered WHERE endpoint IN (SELECT id FROM endpoint WHERE last < ?1)",
        "DELETE FROM endpoint WHERE last < ?1 AND method <> ''
         AND id NOT IN (SELECT became FROM endpoint WHERE became IS NOT NULL)",
    ] {
        transaction.prepare_cached(sql)?.execute([oldest])?;
    }
    // Who sends again after a longer silence begins anew.
    let oldest = before(now, SERIES_KEPT).saturating_mul(1_000_000);
    transaction.prepare_cached("DELETE FROM series WHERE until < ?1")?.execute([oldest])?;
    Ok(())
}

/// Series that count from a beginning on are remembered for so long after their last point.
const SERIES_KEPT: Duration = Duration::from_secs(86_400);

fn before(now: i64, kept: Duration) -> i64 {
    now.saturating_sub(i64::try_from(kept.as_secs()).unwrap_or(i64::MAX))
}
