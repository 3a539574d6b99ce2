//! Probes as they come in, and the roll-up that counts them.

use std::collections::{BTreeMap, HashMap};

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, Transaction};
use statusquo_exchange::Name;
use statusquo_slo::{Answer, Phases, Sample, Tally};

use crate::wire::{mark, micros, moment};
use crate::{Evidence, Retention, StoreError, Width, evidence, tallies};

/// After the end of five minutes we wait for those who answer late, so that most rows are written once. Who comes later
/// still is counted all the same.
const GRACE_SECONDS: i64 = 60;
/// Free pages given back to the file system by one roll-up.
const FREED_AT_ONCE: u32 = 1000;

/// What the writer remembers of the journal.
#[derive(Debug)]
pub(crate) struct Journal {
    names: HashMap<Name, i64>,
    retention: Retention,
    /// The five minutes in which we counted last.
    rolled_up: Option<i64>,
}

/// What came in of one monitor and location within five minutes.
#[derive(Debug, Default)]
struct Arrived {
    tally: Tally,
    packed: Vec<u8>,
}

impl Journal {
    pub(crate) fn load(connection: &Connection, retention: Retention) -> Result<Self, StoreError> {
        let names = names(connection)?.into_iter().map(|(id, name)| (name, id)).collect();
        Ok(Self { names, retention, rolled_up: None })
    }

    /// A transaction was rolled back, and with it perhaps names.
    pub(crate) fn forget_names(&mut self) {
        self.names.clear();
    }

    pub(crate) fn add(
        &mut self,
        transaction: &Transaction<'_>,
        samples: &[(Name, Name, Sample)],
    ) -> Result<(), StoreError> {
        let mut statement = transaction
            .prepare_cached("INSERT INTO sample VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)")?;
        for (monitor, location, Sample { at, answer, mark, phases }) in samples {
            let (monitor, location) = (self.id(transaction, monitor)?, self.id(transaction, location)?);
            statement.execute(rusqlite::params![
                micros(*at),
                monitor,
                location,
                answer.to_number(),
                mark.to_number(),
                phases.total,
                phases.resolve,
                phases.connect,
                phases.tls,
                phases.wait,
                phases.transfer,
            ])?;
        }
        Ok(())
    }

    pub(crate) fn keep(&mut self, transaction: &Transaction<'_>, kept: &Evidence) -> Result<(), StoreError> {
        let ids = (self.id(transaction, &kept.monitor)?, self.id(transaction, &kept.location)?);
        evidence::keep(transaction, ids, kept)
    }

    fn id(&mut self, transaction: &Transaction<'_>, name: &Name) -> Result<i64, StoreError> {
        if let Some(id) = self.names.get(name) {
            return Ok(*id);
        }
        // An update that changes nothing, so that the row is returned when it is there already.
        let id = transaction
            .prepare_cached(
                "INSERT INTO name (text) VALUES (?1) ON CONFLICT (text) DO UPDATE SET text = text RETURNING id",
            )?
            .query_row([name.as_str()], |row| row.get(0))?;
        self.names.insert(name.clone(), id);
        Ok(id)
    }

    /// Counts what has not been counted, and deletes what is too old, once in five minutes.
    pub(crate) fn roll_up(&mut self, connection: &mut Connection, now: Timestamp) -> Result<(), StoreError> {
        let stretch = Width::Minutes5.floor(now.as_second().saturating_sub(GRACE_SECONDS));
        if self.rolled_up == Some(stretch) {
            return Ok(());
        }
        let transaction = connection.transaction()?;
        count(&transaction)?;
        self.retention.delete(&transaction, now)?;
        transaction.commit()?;
        // Each step frees a page.
        let mut free = connection.prepare_cached(&format!("PRAGMA incremental_vacuum({FREED_AT_ONCE})"))?;
        let mut steps = free.query([])?;
        while steps.next()?.is_some() {}
        self.rolled_up = Some(stretch);
        Ok(())
    }
}

/// Moves the journal into packed samples and tallies. It is emptied in the same transaction, so that each probe is
/// counted exactly once, whenever we are killed.
fn count(transaction: &Transaction<'_>) -> Result<(), StoreError> {
    // One monitor after the other, so that no more than one has to be in memory.
    let mut statement =
        transaction.prepare_cached(&format!("{SELECT_SAMPLE} ORDER BY monitor, location, rowid"))?;
    let mut rows = statement.query([])?;
    let mut of = None;
    let mut arrived: BTreeMap<i64, Arrived> = BTreeMap::new();
    while let Some(row) = rows.next()? {
        let (monitor, location, sample) = read_sample(row)?;
        if let Some(before) = of.replace((monitor, location)).filter(|before| *before != (monitor, location))
        {
            count_one(transaction, before, &std::mem::take(&mut arrived))?;
        }
        let start = Width::Minutes5.start_of(sample.at);
        let arrived = arrived.entry(start).or_default();
        arrived.tally.record(&sample);
        sample.encode(beginning(start)?, &mut arrived.packed);
    }
    if let Some(last) = of {
        count_one(transaction, last, &arrived)?;
    }
    transaction.execute("DELETE FROM sample", [])?;
    Ok(())
}

/// What arrived of one monitor and location, by five minutes.
fn count_one(
    transaction: &Transaction<'_>,
    (monitor, location): (i64, i64),
    arrived: &BTreeMap<i64, Arrived>,
) -> Result<(), StoreError> {
    let mut pack = transaction.prepare_cached(
        "INSERT INTO packed VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO UPDATE
         SET samples = CAST(samples || excluded.samples AS BLOB)",
    )?;
    let mut sums: BTreeMap<tallies::Key, Tally> = BTreeMap::new();
    for (start, Arrived { tally, packed }) in arrived {
        pack.execute((start, monitor, location, packed))?;
        for width in Width::ALL {
            let key = (width.seconds(), width.floor(*start), monitor, location);
            sums.entry(key).or_default().merge(tally);
        }
    }
    tallies::add(transaction, &sums)
}

/// The newest probes of one monitor since a moment, newest first.
pub(crate) fn latest(
    connection: &Connection,
    monitor: &str,
    since: Timestamp,
    limit: usize,
) -> Result<Vec<Sample>, StoreError> {
    let Some(id) = name_id(connection, monitor)? else { return Ok(Vec::new()) };
    let mut all = Vec::new();
    let mut statement = connection.prepare_cached(&format!("{SELECT_SAMPLE} WHERE monitor = ?1"))?;
    let mut rows = statement.query([id])?;
    while let Some(row) = rows.next()? {
        all.push(read_sample(row)?.2);
    }
    // Two questions: SQLite looks up a single `min` or `max`, and scans the table for both.
    let range =
        "SELECT coalesce((SELECT max(start) FROM packed), 0), coalesce((SELECT min(start) FROM packed), 1)";
    let (mut start, oldest): (i64, i64) =
        connection.query_row(range, [], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let oldest = oldest.max(Width::Minutes5.start_of(since));
    let mut statement =
        connection.prepare_cached("SELECT samples FROM packed WHERE start = ?1 AND monitor = ?2")?;
    while start >= oldest && all.len() < limit {
        let mut rows = statement.query((start, id))?;
        while let Some(row) = rows.next()? {
            unpack(start, blob(row, 0)?, |sample| all.push(sample))?;
        }
        start -= Width::Minutes5.seconds();
    }
    all.retain(|sample| sample.at >= since);
    all.sort_unstable_by_key(|sample| std::cmp::Reverse(sample.at));
    all.truncate(limit);
    Ok(all)
}

/// The newest probes of all monitors, oldest first.
pub(crate) fn recent(connection: &Connection, limit: usize) -> Result<Vec<(Name, Sample)>, StoreError> {
    let names = names(connection)?;
    let mut all = Vec::new();
    let mut add = |monitor: i64, sample: Sample| {
        all.extend(names.get(&monitor).map(|name| (name.clone(), sample)));
        all.len()
    };
    let mut statement = connection.prepare(&format!("{SELECT_SAMPLE} ORDER BY rowid DESC LIMIT ?1"))?;
    let mut rows = statement.query([i64::try_from(limit).unwrap_or(i64::MAX)])?;
    while let Some(row) = rows.next()? {
        let (monitor, _, sample) = read_sample(row)?;
        add(monitor, sample);
    }
    let mut statement =
        connection.prepare("SELECT start, monitor, samples FROM packed ORDER BY start DESC")?;
    let mut rows = statement.query([])?;
    let mut last_start = i64::MAX;
    while let Some(row) = rows.next()? {
        let (start, monitor): (i64, i64) = (row.get(0)?, row.get(1)?);
        let mut count = 0;
        unpack(start, blob(row, 2)?, |sample| count = add(monitor, sample))?;
        // All monitors of the same five minutes, so that none is preferred.
        if count >= limit && start != last_start {
            break;
        }
        last_start = start;
    }
    all.sort_by_key(|(_, sample)| sample.at);
    Ok(all.split_off(all.len().saturating_sub(limit)))
}

/// All probes that began between two moments, oldest first.
pub(crate) fn between(
    connection: &Connection,
    (from, to): (Timestamp, Timestamp),
) -> Result<Vec<(Name, Name, Sample)>, StoreError> {
    // One view of both tables: a roll-up between two questions would show probes twice or not at all.
    let snapshot = connection.unchecked_transaction()?;
    let names = names(&snapshot)?;
    let mut all = Vec::new();
    let mut add = |(monitor, location): (i64, i64), sample: Sample| {
        let named = names.get(&monitor).zip(names.get(&location)).filter(|_| (from..to).contains(&sample.at));
        all.extend(named.map(|(monitor, location)| (monitor.clone(), location.clone(), sample)));
    };
    let mut statement = snapshot.prepare_cached(
        "SELECT start, monitor, location, samples FROM packed WHERE start >= ?1 AND start < ?2",
    )?;
    let mut rows = statement.query((Width::Minutes5.start_of(from), to.as_second().saturating_add(1)))?;
    while let Some(row) = rows.next()? {
        let (start, of) = (row.get(0)?, (row.get(1)?, row.get(2)?));
        unpack(start, blob(row, 3)?, |sample| add(of, sample))?;
    }
    let mut statement = snapshot.prepare_cached(SELECT_SAMPLE)?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let (monitor, location, sample) = read_sample(row)?;
        add((monitor, location), sample);
    }
    all.sort_by_key(|(_, _, sample)| sample.at);
    Ok(all)
}

/// When the oldest probe began.
pub(crate) fn oldest(connection: &Connection) -> Result<Option<Timestamp>, StoreError> {
    let packed: Option<i64> = connection.query_row("SELECT min(start) FROM packed", [], |row| row.get(0))?;
    let new: Option<i64> = connection.query_row("SELECT min(at) FROM sample", [], |row| row.get(0))?;
    let oldest = packed.map(|start| start.saturating_mul(1_000_000)).into_iter().chain(new).min();
    oldest.map(moment).transpose()
}

fn unpack(start: i64, mut bytes: &[u8], mut each: impl FnMut(Sample)) -> Result<(), StoreError> {
    let beginning = beginning(start)?;
    while !bytes.is_empty() {
        each(Sample::decode(beginning, &mut bytes).map_err(|_| StoreError::Corrupt("a probe".to_owned()))?);
    }
    Ok(())
}

fn beginning(start: i64) -> Result<Timestamp, StoreError> {
    moment(start.saturating_mul(1_000_000))
}

fn blob<'row>(row: &'row Row<'_>, column: usize) -> Result<&'row [u8], StoreError> {
    row.get_ref(column)?.as_blob().map_err(|error| StoreError::Corrupt(error.to_string()))
}

fn names(connection: &Connection) -> Result<HashMap<i64, Name>, StoreError> {
    let mut statement = connection.prepare("SELECT id, text FROM name")?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, Name::from(row.get::<_, String>(1)?))))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

pub(crate) fn name_id(connection: &Connection, name: &str) -> Result<Option<i64>, StoreError> {
    let mut statement = connection.prepare_cached("SELECT id FROM name WHERE text = ?1")?;
    Ok(statement.query_row([name], |row| row.get(0)).optional()?)
}

/// The columns that [`read_sample`] expects.
pub(crate) const SELECT_SAMPLE: &str =
    "SELECT at, monitor, location, answer, mark, total, resolve, connect, tls, wait, transfer FROM sample";

/// Monitor, location and result.
pub(crate) fn read_sample(row: &Row<'_>) -> Result<(i64, i64, Sample), StoreError> {
    let phases = Phases {
        total: row.get(5)?,
        resolve: row.get(6)?,
        connect: row.get(7)?,
        tls: row.get(8)?,
        wait: row.get(9)?,
        transfer: row.get(10)?,
    };
    let (at, answer, mark) = (moment(row.get(0)?)?, Answer::from_number(row.get(3)?), mark(row.get(4)?)?);
    Ok((row.get(1)?, row.get(2)?, Sample { at, answer, mark, phases }))
}
