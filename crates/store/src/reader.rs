//! Questions to the store.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use rusqlite::{Connection, OpenFlags};
use statusquo_alert::{Deploy, Incident, IncidentNumber, Restored, Silence};
use statusquo_exchange::Name;
use statusquo_slo::Sample;
use statusquo_slo::kept::Layer;
use statusquo_slo::traffic::{EndpointName, Known};

use crate::outbox::{self, Delivered, Due};
use crate::people::{self, Session, Token, User};
use crate::{Announcement, Answered, Corrected, EndpointTotals, RecentTraffic, Resolution, ServiceTraffic};
use crate::{Audited, Evidence, History, Judged, Page, PartyState, ReceiverHealth, StoreError, Width};
use crate::{Kept, Wanted, parties};
use crate::{
    announcements, corrections, evidence, health, incidents, journal, judged, records, rows, tallies, traffic,
};
use crate::{folder, schema};

/// More idle connections than this are closed.
const IDLE: usize = 4;

/// Figures of the store itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stored {
    /// Bytes of the file.
    pub bytes: u64,
    /// Messages that wait.
    pub pending: u64,
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

    /// Reads a store that another process may be writing to. Nothing is made or changed.
    ///
    /// # Errors
    /// When there is no store in the folder, it cannot be read, or its format is not the one that we know.
    pub fn open(folder: &Path) -> Result<Self, StoreError> {
        let file = folder::find_file(folder)?;
        let reader = Self::new(file);
        reader.ask(|connection| schema::check(connection, &reader.file))?;
        Ok(reader)
    }

    fn ask<T>(&self, question: impl FnOnce(&Connection) -> Result<T, StoreError>) -> Result<T, StoreError> {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let connection = idle.map_or_else(|| connect(&self.file), Ok)?;
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

    /// What was counted of these monitors between two moments, all locations together, to the newest probe.
    ///
    /// # Errors
    /// See [`restore`](Self::restore).
    pub fn history(
        &self,
        monitors: &[Name],
        width: Width,
        between: (Timestamp, Timestamp),
    ) -> Result<History, StoreError> {
        self.ask(|connection| tallies::history(connection, monitors, width, between))
    }

    /// The newest probes of all monitors, oldest first, at most `limit` in all.
    ///
    /// # Errors
    /// See [`restore`](Self::restore).
    pub fn recent(&self, limit: usize) -> Result<Vec<(Name, Sample)>, StoreError> {
        self.ask(|connection| journal::recent(connection, limit))
    }

    /// The newest probes of one monitor since a moment, newest first.
    ///
    /// # Errors
    /// See [`restore`](Self::restore).
    pub fn latest(&self, monitor: &str, since: Timestamp, limit: usize) -> Result<Vec<Sample>, StoreError> {
        self.ask(|connection| journal::latest(connection, monitor, since, limit))
    }

    /// All probes that began between two moments and are kept one by one: monitor, location, result, the oldest first.
    ///
    /// # Errors
    /// See [`restore`](Self::restore).
    pub fn probes(&self, between: (Timestamp, Timestamp)) -> Result<Vec<(Name, Name, Sample)>, StoreError> {
        self.ask(|connection| journal::between(connection, between))
    }

    /// When the oldest probe that is kept one by one began, to five minutes.
    ///
    /// # Errors
    /// See [`restore`](Self::restore).
    pub fn oldest_probe(&self) -> Result<Option<Timestamp>, StoreError> {
        self.ask(journal::oldest)
    }

    /// The newest kept exchanges of a monitor, newest first.
    ///
    /// # Errors
    /// See [`restore`](Self::restore).
    pub fn evidence_of(&self, monitor: &str, limit: usize) -> Result<Vec<Evidence>, StoreError> {
        self.ask(|connection| evidence::of_monitor(connection, monitor, limit_of(limit)))
    }

    /// A kept exchange.
    ///
    /// # Errors
    /// See [`restore`](Self::restore).
    pub fn evidence(&self, id: &str) -> Result<Option<Evidence>, StoreError> {
        self.ask(|connection| evidence::by_id(connection, id))
    }

    /// Incidents, newest first.
    ///
    /// # Errors
    /// See [`restore`](Self::restore).
    pub fn incidents(&self, page: &Page) -> Result<Vec<Incident>, StoreError> {
        self.ask(|connection| incidents::page(connection, page))
    }

    /// An incident.
    ///
    /// # Errors
    /// See [`restore`](Self::restore).
    pub fn incident(&self, number: IncidentNumber) -> Result<Option<Incident>, StoreError> {
        self.ask(|connection| incidents::by_number(connection, number))
    }

    /// The silences that have not ended.
    ///
    /// # Errors
    /// See [`restore`](Self::restore).
    pub fn silences(&self, now: Timestamp) -> Result<Vec<Silence>, StoreError> {
        self.ask(|connection| records::silences(connection, now))
    }

    /// Messages whose time has come, oldest first. A later one of the same incident and receiver waits for the earlier.
    ///
    /// # Errors
    /// See [`restore`](Self::restore).
    pub fn due(&self, now: Timestamp, limit: usize) -> Result<Vec<Due>, StoreError> {
        self.ask(|connection| outbox::due(connection, now, limit))
    }

    /// All messages of one incident that wait for one receiver, oldest first.
    ///
    /// # Errors
    /// See [`restore`](Self::restore).
    pub fn waiting(
        &self,
        incident: IncidentNumber,
        receiver: &Name,
        limit: usize,
    ) -> Result<Vec<Due>, StoreError> {
        self.ask(|connection| outbox::waiting(connection, (incident, receiver), limit))
    }

    /// What became of the messages of an incident, in order.
    ///
    /// # Errors
    /// See [`restore`](Self::restore).
    pub fn deliveries(&self, number: IncidentNumber) -> Result<Vec<Delivered>, StoreError> {
        self.ask(|connection| outbox::of_incident(connection, number.0))
    }

    /// What became of the newest messages, newest first.
    ///
    /// # Errors
    /// See [`restore`](Self::restore).
    pub fn deliveries_recent(&self, limit: usize) -> Result<Vec<Delivered>, StoreError> {
        self.ask(|connection| outbox::recent(connection, limit))
    }

    /// How the receivers do that were ever sent to.
    ///
    /// # Errors
    /// See [`restore`](Self::restore).
    pub fn receivers(&self) -> Result<Vec<ReceiverHealth>, StoreError> {
        self.ask(health::all)
    }

    /// The newest announcements and all open ones, the newest first.
    ///
    /// # Errors
    /// See [`restore`](Self::restore).
    pub fn announcements(&self, limit: usize) -> Result<Vec<Announcement>, StoreError> {
        self.ask(|connection| announcements::latest(connection, limit_of(limit)))
    }

    /// The audit log, newest first.
    ///
    /// # Errors
    /// See [`restore`](Self::restore).
    pub fn audit(&self, limit: usize) -> Result<Vec<Audited>, StoreError> {
        self.ask(|connection| records::audit(connection, limit_of(limit)))
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

    /// The services that have traffic.
    ///
    /// # Errors
    /// See [`restore`](Self::restore).
    pub fn services(&self) -> Result<Vec<Name>, StoreError> {
        self.ask(traffic::services)
    }

    /// The endpoints of a service, to go on after a restart.
    ///
    /// # Errors
    /// See [`restore`](Self::restore).
    pub fn known_endpoints(&self, service: &str) -> Result<Vec<Known>, StoreError> {
        self.ask(|connection| traffic::known(connection, service))
    }

    /// What was counted of an endpoint (`None`: of the whole service) in the stretches that begin in a range of seconds
    /// since 1970, by who saw it, to the newest request.
    ///
    /// # Errors
    /// See [`restore`](Self::restore).
    pub fn traffic(
        &self,
        service: &str,
        endpoint: Option<&EndpointName>,
        resolution: Resolution,
        range: &Range<i64>,
    ) -> Result<ServiceTraffic, StoreError> {
        self.ask(|connection| traffic::of_endpoint(connection, (service, endpoint), resolution, range))
    }

    /// What was counted by ten seconds of all endpoints of a service and of itself since a second, to the newest request:
    /// to have it at hand after a restart.
    ///
    /// # Errors
    /// See [`restore`](Self::restore).
    pub fn recent_traffic(&self, service: &str, since: i64) -> Result<Vec<RecentTraffic>, StoreError> {
        self.ask(|connection| traffic::recent(connection, service, since))
    }

    /// What was counted of all endpoints of a service and of itself in the stretches that begin in a range of seconds since
    /// 1970, without how long requests took.
    ///
    /// # Errors
    /// See [`restore`](Self::restore).
    pub fn traffic_over_time(
        &self,
        service: &str,
        resolution: Resolution,
        range: &Range<i64>,
    ) -> Result<Vec<RecentTraffic>, StoreError> {
        self.ask(|connection| traffic::over_time(connection, service, resolution, range))
    }

    /// What was counted of all endpoints of a service in a range of seconds since 1970, by who saw it.
    ///
    /// # Errors
    /// See [`restore`](Self::restore).
    pub fn traffic_by_endpoint(
        &self,
        service: &str,
        resolution: Resolution,
        range: &Range<i64>,
    ) -> Result<BTreeMap<EndpointName, BTreeMap<Layer, EndpointTotals>>, StoreError> {
        self.ask(|connection| traffic::by_endpoint(connection, service, resolution, range))
    }

    /// All answers that an endpoint (`None`: the whole service) ever gave, with the first and the last time.
    ///
    /// # Errors
    /// See [`restore`](Self::restore).
    pub fn answered(
        &self,
        service: &str,
        endpoint: Option<&EndpointName>,
    ) -> Result<Vec<Answered>, StoreError> {
        self.ask(|connection| traffic::answered(connection, service, endpoint))
    }

    /// How far a source was read: its parts and their positions.
    ///
    /// # Errors
    /// See [`restore`](Self::restore).
    pub fn checkpoints(&self, source: &str) -> Result<Vec<(String, String)>, StoreError> {
        self.ask(|connection| traffic::checkpoints(connection, source))
    }

    /// How far series of OTLP had counted: key, until when in microseconds since 1970, the rest.
    ///
    /// # Errors
    /// See [`restore`](Self::restore).
    pub fn series(&self) -> Result<Vec<(u64, i64, Vec<u8>)>, StoreError> {
        self.ask(traffic::series)
    }

    /// All that was kept of a request or a trace with this id, oldest first; what came along with it included: the trace
    /// of a request, other requests of that trace.
    ///
    /// # Errors
    /// See [`restore`](Self::restore).
    pub fn rows_of(&self, id: &str) -> Result<Vec<Kept>, StoreError> {
        self.ask(|connection| rows::by_id(connection, id))
    }

    /// The newest kept requests that are wanted, newest first.
    ///
    /// # Errors
    /// See [`restore`](Self::restore).
    pub fn rows(&self, wanted: &Wanted, limit: usize) -> Result<Vec<Kept>, StoreError> {
        self.ask(|connection| rows::newest(connection, wanted, limit_of(limit)))
    }

    /// When the oldest request that is still kept ended, in microseconds since 1970.
    ///
    /// # Errors
    /// See [`restore`](Self::restore).
    pub fn oldest_row(&self) -> Result<Option<i64>, StoreError> {
        self.ask(rows::oldest)
    }

    /// What the status pages of third parties said last.
    ///
    /// # Errors
    /// See [`restore`](Self::restore).
    pub fn parties(&self) -> Result<Vec<PartyState>, StoreError> {
        self.ask(parties::all)
    }

    /// What was taken out of the accounts of objectives, the newest first.
    ///
    /// # Errors
    /// See [`restore`](Self::restore).
    pub fn corrections(&self) -> Result<Vec<Corrected>, StoreError> {
        self.ask(corrections::all)
    }

    /// The deploys since a moment, the newest first, at most so many.
    ///
    /// # Errors
    /// See [`restore`](Self::restore).
    pub fn deploys(&self, since: Timestamp, limit: usize) -> Result<Vec<Deploy>, StoreError> {
        self.ask(|connection| parties::deploys(connection, since, limit_of(limit)))
    }

    /// How answers of monitors were judged.
    ///
    /// # Errors
    /// See [`restore`](Self::restore).
    pub fn judged(&self) -> Result<Vec<Judged>, StoreError> {
        self.ask(judged::all)
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

/// A connection that only reads.
fn connect(file: &Path) -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(file, flags)?;
    connection.busy_timeout(Duration::from_secs(5))?;
    connection.execute_batch("PRAGMA cache_size = -2000; PRAGMA temp_store = MEMORY;")?;
    Ok(connection)
}

fn limit_of(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX)
}
