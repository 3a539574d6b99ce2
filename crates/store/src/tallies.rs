//! What was counted, by width of time.

use std::collections::{BTreeMap, HashMap};

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Transaction};
use statusquo_exchange::Name;
use statusquo_slo::Tally;

use crate::journal::{SELECT_SAMPLE, name_id, read_sample};
use crate::{StoreError, Width};

/// What was counted of monitors: by monitor, then by start of the stretch in seconds since 1970.
pub type History = HashMap<Name, BTreeMap<i64, Tally>>;

/// Width, start, monitor, location: the order of the table.
pub(crate) type Key = (i64, i64, i64, i64);

/// Adds to what was counted before.
pub(crate) fn add(transaction: &Transaction<'_>, sums: &BTreeMap<Key, Tally>) -> Result<(), StoreError> {
    let mut read = transaction.prepare_cached(
        "SELECT data FROM tally WHERE width = ?1 AND start = ?2 AND monitor = ?3 AND location = ?4",
    )?;
    let mut write = transaction.prepare_cached("INSERT OR REPLACE INTO tally VALUES (?1, ?2, ?3, ?4, ?5)")?;
    for ((width, start, monitor, location), new) in sums {
        let key = (width, start, monitor, location);
        let before: Option<Vec<u8>> = read.query_row(key, |row| row.get(0)).optional()?;
        let mut sum = before.map_or_else(Tally::default, |bytes| {
            // Better to lose one sum than to count nothing ever after.
            decode(&bytes).unwrap_or_else(|error| {
                tracing::error!(%error, width, start, monitor, "counting starts afresh");
                Tally::default()
            })
        });
        sum.merge(new);
        write.execute((width, start, monitor, location, sum.encode()))?;
    }
    Ok(())
}

/// What was counted of these monitors between two moments, the journal included.
pub(crate) fn history(
    connection: &Connection,
    monitors: &[Name],
    width: Width,
    (from, to): (Timestamp, Timestamp),
) -> Result<History, StoreError> {
    // One view of both tables: a roll-up between two questions would show probes twice or not at all.
    let snapshot = connection.unchecked_transaction()?;
    let mut asked = Vec::with_capacity(monitors.len());
    for name in monitors {
        asked.push((name_id(&snapshot, name.as_str())?, BTreeMap::new()));
    }
    let range = width.start_of(from)..to.as_microsecond().div_euclid(1_000_000);
    read_counted(&snapshot, width, &range, &mut asked)?;
    read_uncounted(&snapshot, width, &range, &mut asked)?;
    Ok(monitors.iter().cloned().zip(asked.into_iter().map(|(_, counted)| counted)).collect())
}

/// A monitor's number, if it has one, and what was counted of it.
type Asked = (Option<i64>, BTreeMap<i64, Tally>);

/// One look-up for each start and monitor: the table is in this order, and both are known.
fn read_counted(
    connection: &Connection,
    width: Width,
    range: &std::ops::Range<i64>,
    asked: &mut [Asked],
) -> Result<(), StoreError> {
    let mut ends = connection.prepare_cached(
        "SELECT (SELECT min(start) FROM tally WHERE width = ?1), (SELECT max(start) FROM tally WHERE width = ?1)",
    )?;
    let (oldest, newest): (Option<i64>, Option<i64>) =
        ends.query_row([width.seconds()], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let (Some(newest), Some(oldest)) = (newest, oldest) else { return Ok(()) };
    let mut statement = connection
        .prepare_cached("SELECT data FROM tally WHERE width = ?1 AND start = ?2 AND monitor = ?3")?;
    let mut start = oldest.max(range.start);
    while start <= newest && start < range.end {
        for (id, counted) in asked.iter_mut() {
            let mut rows = statement.query((width.seconds(), start, *id))?;
            while let Some(row) = rows.next()? {
                let bytes =
                    row.get_ref(0)?.as_blob().map_err(|error| StoreError::Corrupt(error.to_string()))?;
                counted.entry(start).or_insert_with(Tally::default).merge(&decode(bytes)?);
            }
        }
        start += width.seconds();
    }
    Ok(())
}

/// The journal: what came in within the last minutes.
fn read_uncounted(
    connection: &Connection,
    width: Width,
    range: &std::ops::Range<i64>,
    asked: &mut [Asked],
) -> Result<(), StoreError> {
    let places: HashMap<i64, usize> =
        asked.iter().enumerate().filter_map(|(place, (id, _))| id.map(|id| (id, place))).collect();
    let mut statement = connection.prepare_cached(SELECT_SAMPLE)?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let Some((_, counted)) = places.get(&row.get(1)?).and_then(|place| asked.get_mut(*place)) else {
            continue;
        };
        let (_, _, sample) = read_sample(row)?;
        let start = width.start_of(sample.at);
        if range.contains(&start) {
            counted.entry(start).or_default().record(&sample);
        }
    }
    Ok(())
}

fn decode(bytes: &[u8]) -> Result<Tally, StoreError> {
    Tally::decode(bytes).map_err(|_| StoreError::Corrupt("a tally".to_owned()))
}
