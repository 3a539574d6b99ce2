//! Questions to the store.

use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension};
use statusquo_alert::{Incident, IncidentNumber, Restored, Silence};
use statusquo_exchange::{ExchangeId, Name};
use statusquo_slo::{Answer, Mark, Sample, Tally};

use crate::journal::{SELECT_SAMPLE, decode_tally, mark, name_id, read_sample, rolled_up};
use crate::outbox::{self, Delivered, Due};
use crate::people::{self, Session, Token, User};
use crate::wire::{micros, moment};
use crate::{StoreError, open_reader, records};

/// More idle connections than this are closed.
const IDLE: usize = 4;

/// The widths of time in which probes are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Width {
    /// Five minutes.
    Minutes5,
    /// An hour.
    Hour,
    /// A day, in UTC.
    Day,
}

impl Width {
    /// All of them, the narrowest first.
    pub const ALL: [Self; 3] = [Self::Minutes5, Self::Hour, Self::Day];

    /// How wide it is.
    #[must_use]
    pub const fn seconds(self) -> i64 {
        match self {
            Self::Minutes5 => 300,
            Self::Hour => 3600,
            Self::Day => 86_400,
        }
    }

    /// Where the stretch that holds this moment begins, in seconds since 1970.
    #[must_use]
    pub fn start_of(self, at: Timestamp) -> i64 {
        let seconds = at.as_second();
        seconds - seconds.rem_euclid(self.seconds())
    }
}

/// What was counted of monitors: by monitor, then by start of the stretch in seconds since 1970.
pub type History = HashMap<Name, BTreeMap<i64, Tally>>;

/// An exchange to keep, in the JSON form of `docs/exchange.md`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    /// Its id.
    pub id: ExchangeId,
    /// On whose behalf we asked.
    pub monitor: Name,
    /// From where.
    pub location: Name,
    /// When it began.
    pub at: Timestamp,
    /// How it ended.
    pub answer: Answer,
    /// What it meant.
    pub mark: Mark,
    /// All of it.
    pub json: String,
}

/// Figures of the store itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stored {
    /// Bytes of the file.
    pub bytes: u64,
    /// Messages that wait.
    pub pending: u64,
}

/// A line of the audit log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Audited {
    /// When.
    pub at: Timestamp,
    /// Who.
    pub who: String,
    /// What.
    pub what: String,
}

/// Which incidents to list, newest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// Only those of this monitor.
    pub monitor: Option<Name>,
    /// Only those with smaller numbers.
    pub before: Option<IncidentNumber>,
    /// At most so many.
    pub limit: usize,
}

/// Asks the store. Calls block: use a thread for blocking work.
#[derive(Debug, Clone)]
pub struct Reader {
    file: Arc<PathBuf>,
    idle: Arc<Mutex<Vec<Connection>>>,
}

impl Reader {
    pub(crate) fn new(file: PathBuf) -> Self {
        Self { file: Arc::new(file), idle: Arc::default() }
    }

    fn ask<T>(&self, question: impl FnOnce(&Connection) -> Result<T, StoreError>) -> Result<T, StoreError> {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let connection = idle.map_or_else(|| open_reader(&self.file), Ok)?;
        let answer = question(&connection)?;
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        if idle.len() < IDLE {
            idle.push(connection);
        }
        Ok(answer)
    }

    /// What an engine needs to go on.
    ///
    /// # Errors
    /// When the store cannot be read; so it is with all questions.
    pub fn restore(&self, now: Timestamp) -> Result<Restored, StoreError> {
        self.ask(|connection| records::restore(connection, now))
    }

    /// What was counted of these monitors between two moments, the journal's uncounted tail included.
    ///
    /// # Errors
    /// See [`restore`](Self::restore).
    pub fn history(
        &self,
        monitors: &[Name],
        width: Width,
        (from, to): (Timestamp, Timestamp),
    ) -> Result<History, StoreError> {
        self.ask(|connection| {
            let transaction = connection.unchecked_transaction()?;
            let mut history = History::new();
            let mut ids = HashMap::new();
            let mut statement = transaction.prepare_cached(
                "SELECT start, data FROM tally WHERE width = ?1 AND monitor = ?2 AND start >= ?3 AND start < ?4",
            )?;
            let (first, end) = (width.start_of(from), to.as_second());
            for name in monitors {
                let counted = history.entry(name.clone()).or_default();
                let Some(id) = name_id(&transaction, name.as_str())? else { continue };
                ids.insert(id, name.clone());
                let mut rows = statement.query((width.seconds(), id, first, end))?;
                while let Some(row) = rows.next()? {
                    let tally = decode_tally(row.get_ref(1)?.as_blob().unwrap_or_default())?;
                    counted.entry(row.get(0)?).or_default().merge(&tally);
                }
            }
            let mut statement = transaction.prepare_cached(&format!("{SELECT_SAMPLE} WHERE id > ?1"))?;
            let mut rows = statement.query([rolled_up(&transaction)?])?;
            while let Some(row) = rows.next()? {
                let monitor: i64 = row.get(1)?;
                let Some(name) = ids.get(&monitor) else { continue };
                let (_, _, sample) = read_sample(row)?;
                let start = width.start_of(sample.at);
                if start >= first && start < end {
                    history.entry(name.clone()).or_default().entry(start).or_default().record(&sample);
                }
            }
            Ok(history)
        })
    }

    /// The newest probes of all monitors, oldest first, at most `limit` in all.
    ///
    /// # Errors
    /// See [`restore`](Self::restore).
    pub fn recent(&self, limit: u32) -> Result<Vec<(Name, Sample)>, StoreError> {
        self.ask(|connection| {
            let mut names = HashMap::new();
            let mut statement = connection.prepare("SELECT id, text FROM name")?;
            let mut rows = statement.query([])?;
            while let Some(row) = rows.next()? {
                names.insert(row.get::<_, i64>(0)?, Name::from(row.get::<_, String>(1)?));
            }
            let mut statement = connection.prepare(&format!(
                "{SELECT_SAMPLE} WHERE id > (SELECT max(id) FROM sample) - ?1 ORDER BY id"
            ))?;
            let mut rows = statement.query([limit])?;
            let mut all = Vec::new();
            while let Some(row) = rows.next()? {
                let (monitor, _, sample) = read_sample(row)?;
                if let Some(name) = names.get(&monitor) {
                    all.push((name.clone(), sample));
                }
            }
            Ok(all)
        })
    }

    /// The newest probes of one monitor since a moment, newest first.
    ///
    /// # Errors
    /// See [`restore`](Self::restore).
    pub fn latest(&self, monitor: &str, since: Timestamp, limit: usize) -> Result<Vec<Sample>, StoreError> {
        self.ask(|connection| {
            let Some(id) = name_id(connection, monitor)? else { return Ok(Vec::new()) };
            // Rows are in the order of arrival, so the walk back ends at the first one that is too old.
            let mut statement = connection.prepare_cached(&format!("{SELECT_SAMPLE} ORDER BY id DESC"))?;
            let mut rows = statement.query([])?;
            let (mut all, oldest) = (Vec::new(), micros(since));
            while let Some(row) = rows.next()? {
                if row.get::<_, i64>(0)? < oldest || all.len() >= limit {
                    break;
                }
                if row.get::<_, i64>(1)? == id {
                    all.push(read_sample(row)?.2);
                }
            }
            Ok(all)
        })
    }

    /// The newest kept exchanges of a monitor, newest first.
    ///
    /// # Errors
    /// See [`restore`](Self::restore).
    pub fn evidence_of(&self, monitor: &str, limit: usize) -> Result<Vec<Evidence>, StoreError> {
        self.ask(|connection| {
            evidence(connection, "name.text = ?1 ORDER BY at DESC LIMIT ?2", (monitor, limit_of(limit)))
        })
    }

    /// A kept exchange.
    ///
    /// # Errors
    /// See [`restore`](Self::restore).
    pub fn evidence(&self, id: &str) -> Result<Option<Evidence>, StoreError> {
        self.ask(|connection| Ok(evidence(connection, "evidence.id = ?1", [id])?.pop()))
    }

    /// Incidents, newest first.
    ///
    /// # Errors
    /// See [`restore`](Self::restore).
    pub fn incidents(&self, page: &Page) -> Result<Vec<Incident>, StoreError> {
        self.ask(|connection| {
            let mut statement = connection.prepare_cached(
                "SELECT json FROM incident WHERE number < ?1 AND (?2 IS NULL OR monitor = ?2)
                 ORDER BY number DESC LIMIT ?3",
            )?;
            let before = page.before.map_or(i64::MAX, |number| i64::try_from(number.0).unwrap_or(i64::MAX));
            let monitor = page.monitor.as_ref().map(Name::as_str);
            let rows = statement
                .query_map((before, monitor, limit_of(page.limit)), |row| row.get::<_, String>(0))?;
            rows.map(|json| records::incident(&json?)).collect()
        })
    }

    /// An incident.
    ///
    /// # Errors
    /// See [`restore`](Self::restore).
    pub fn incident(&self, number: IncidentNumber) -> Result<Option<Incident>, StoreError> {
        self.ask(|connection| {
            let query = "SELECT json FROM incident WHERE number = ?1";
            let json: Option<String> =
                connection.prepare_cached(query)?.query_row([number.0], |row| row.get(0)).optional()?;
            json.map(|json| records::incident(&json)).transpose()
        })
    }

    /// The silences that have not ended.
    ///
    /// # Errors
    /// See [`restore`](Self::restore).
    pub fn silences(&self, now: Timestamp) -> Result<Vec<Silence>, StoreError> {
        self.ask(|connection| records::silences(connection, now))
    }

    /// Messages whose time has come.
    ///
    /// # Errors
    /// See [`restore`](Self::restore).
    pub fn due(&self, now: Timestamp, limit: usize) -> Result<Vec<Due>, StoreError> {
        self.ask(|connection| outbox::due(connection, now, limit))
    }

    /// What became of the messages of an incident, in order.
    ///
    /// # Errors
    /// See [`restore`](Self::restore).
    pub fn deliveries(&self, number: IncidentNumber) -> Result<Vec<Delivered>, StoreError> {
        self.ask(|connection| outbox::of_incident(connection, number.0))
    }

    /// The newest messages first.
    ///
    /// # Errors
    /// See [`restore`](Self::restore).
    pub fn deliveries_recent(&self, limit: usize) -> Result<Vec<Delivered>, StoreError> {
        self.ask(|connection| outbox::recent(connection, limit))
    }

    /// The audit log, newest first.
    ///
    /// # Errors
    /// See [`restore`](Self::restore).
    pub fn audit(&self, limit: usize) -> Result<Vec<Audited>, StoreError> {
        self.ask(|connection| {
            let mut statement =
                connection.prepare_cached("SELECT at, who, what FROM audit ORDER BY rowid DESC LIMIT ?1")?;
            let mut rows = statement.query([limit_of(limit)])?;
            let mut all = Vec::new();
            while let Some(row) = rows.next()? {
                all.push(Audited { at: moment(row.get(0)?)?, who: row.get(1)?, what: row.get(2)? });
            }
            Ok(all)
        })
    }

    /// All users.
    ///
    /// # Errors
    /// See [`restore`](Self::restore).
    pub fn users(&self) -> Result<Vec<User>, StoreError> {
        self.ask(people::users)
    }

    /// All tokens.
    ///
    /// # Errors
    /// See [`restore`](Self::restore).
    pub fn tokens(&self) -> Result<Vec<Token>, StoreError> {
        self.ask(people::tokens)
    }

    /// The session with this hash, unless it has ended.
    ///
    /// # Errors
    /// See [`restore`](Self::restore).
    pub fn session(&self, hash: &[u8], now: Timestamp) -> Result<Option<Session>, StoreError> {
        self.ask(|connection| people::session(connection, hash, now))
    }

    /// Figures of the store itself.
    ///
    /// # Errors
    /// See [`restore`](Self::restore).
    pub fn stored(&self) -> Result<Stored, StoreError> {
        self.ask(|connection| {
            let bytes = std::fs::metadata(self.file.as_path()).map_or(0, |metadata| metadata.len());
            Ok(Stored { bytes, pending: outbox::pending(connection)? })
        })
    }
}

fn evidence(
    connection: &Connection,
    which: &str,
    parameters: impl rusqlite::Params,
) -> Result<Vec<Evidence>, StoreError> {
    let mut statement = connection.prepare_cached(&format!(
        "SELECT evidence.id, name.text, place.text, at, answer, mark, json FROM evidence
         JOIN name ON name.id = monitor JOIN name AS place ON place.id = location WHERE {which}"
    ))?;
    let mut rows = statement.query(parameters)?;
    let mut all = Vec::new();
    while let Some(row) = rows.next()? {
        all.push(Evidence {
            id: ExchangeId(row.get(0)?),
            monitor: Name::from(row.get::<_, String>(1)?),
            location: Name::from(row.get::<_, String>(2)?),
            at: moment(row.get(3)?)?,
            answer: Answer::from_number(row.get(4)?),
            mark: mark(row.get(5)?)?,
            json: row.get(6)?,
        });
    }
    Ok(all)
}

fn limit_of(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX)
}
