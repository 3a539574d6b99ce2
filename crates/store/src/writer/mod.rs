//! The one writer: a thread with a bounded queue.

mod thread;

use std::fs::File;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use jiff::Timestamp;
use rusqlite::Connection;
use statusquo_alert::{Deploy, Effect, Who};
use statusquo_exchange::Name;
use statusquo_slo::Sample;
use statusquo_slo::kept::Row;
use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::{mpsc, oneshot};

use crate::journal::Journal;
use crate::outbox::Ending;
use crate::work::{Durable, Seen, Work};
use crate::{
    Announcement, Audited, Change, Corrected, Evidence, Judged, PartyState, StoreError, TrafficBatch,
};
use thread::Thread;

/// Work that waits for the writer; more is refused or dropped.
const QUEUE: usize = 4096;
/// Room in the queue that only decisions may take.
const FOR_DECISIONS: usize = 1024;
/// Memory that waiting probes and exchanges may take: some minutes of 10,000 monitors.
const WAITING_BYTES: usize = 16 << 20;

/// How saving ended, as soon as it has.
pub(crate) type Promise = oneshot::Receiver<Result<(), StoreError>>;

/// Puts work into the writer's queue, and never waits.
#[derive(Debug, Clone)]
pub struct Writer {
    queue: mpsc::Sender<Work>,
    figures: Arc<Figures>,
}

/// What the writer's thread and its users tell each other.
#[derive(Debug, Default)]
struct Figures {
    dropped: AtomicU64,
    waiting_bytes: AtomicUsize,
    failing: AtomicBool,
    closing: AtomicBool,
}

impl Writer {
    pub(crate) fn start(
        connection: Connection,
        journal: Journal,
        lock: File,
    ) -> Result<(Self, JoinHandle<()>), StoreError> {
        let (queue, work) = mpsc::channel(QUEUE);
        let figures = Arc::<Figures>::default();
        let thread = Thread::new(connection, journal, figures.clone());
        let name = std::thread::Builder::new().name("store".to_owned());
        let spawned = name.spawn(move || {
            thread.run(work);
            // Not only by closing the file: a child that is just being started has it open as well.
            let _ = lock.unlock();
        });
        let handle = spawned.map_err(|error| StoreError::Other(error.to_string()))?;
        Ok((Self { queue, figures }, handle))
    }

    /// Journals probes: monitor, location, result. Dropped and counted when the writer does not keep up.
    pub fn samples(&self, samples: Vec<(Name, Name, Sample)>) {
        self.offer(Seen::Samples(samples));
    }

    /// Keeps an exchange. Dropped and counted when the writer does not keep up.
    pub fn evidence(&self, evidence: Evidence) {
        self.offer(Seen::Evidence(Box::new(evidence)));
    }

    /// Says what time it is: every five minutes, the journal is counted and what is too old is deleted.
    pub fn roll_up(&self, now: Timestamp) {
        // The next one does what this one would have done.
        let _ = self.queue.try_send(Work::RollUp(now));
    }

    /// Saves what the engine decided, in one transaction: all of it is durable when the answer is `Ok`, none of it when
    /// it is not. Its notifications are in the outbox then.
    pub fn commit(&self, effects: Vec<Effect>) -> oneshot::Receiver<Result<(), StoreError>> {
        self.durable(Durable::Effects(effects))
    }

    /// A message was taken by its receiver.
    pub fn sent(
        &self,
        key: &str,
        at: Timestamp,
        answer: String,
    ) -> oneshot::Receiver<Result<(), StoreError>> {
        self.end(key, at, Ending::Sent { answer })
    }

    /// A message was not taken at a moment, for the `attempts`-th time: try again when it is due.
    pub fn retry(
        &self,
        key: &str,
        (at, due): (Timestamp, Timestamp),
        attempts: u32,
        reason: String,
    ) -> oneshot::Receiver<Result<(), StoreError>> {
        self.end(key, at, Ending::Retry { due, attempts, reason })
    }

    /// A message will never be taken.
    pub fn dead(
        &self,
        key: &str,
        at: Timestamp,
        reason: String,
    ) -> oneshot::Receiver<Result<(), StoreError>> {
        self.end(key, at, Ending::Dead { reason })
    }

    /// A message is not news any more: it is not sent, and its receiver's health stays as it is.
    pub fn superseded(
        &self,
        key: &str,
        at: Timestamp,
        reason: String,
    ) -> oneshot::Receiver<Result<(), StoreError>> {
        self.end(key, at, Ending::Superseded { reason })
    }

    /// Changes users, tokens or sessions, and notes who did it: both are safe, or neither.
    pub fn people(&self, change: Change, deed: Audited) -> oneshot::Receiver<Result<(), StoreError>> {
        self.durable(Durable::People { change, deed })
    }

    /// Saves an announcement, with all that was said of it so far.
    pub fn announce(&self, announcement: Announcement) -> oneshot::Receiver<Result<(), StoreError>> {
        self.durable(Durable::Announce(announcement))
    }

    /// Saves what the status page of a third party said.
    pub fn party(&self, state: PartyState) -> oneshot::Receiver<Result<(), StoreError>> {
        self.durable(Durable::Party(Box::new(state)))
    }

    /// Keeps a deploy.
    pub fn deployed(&self, deploy: Deploy) -> oneshot::Receiver<Result<(), StoreError>> {
        self.durable(Durable::Deploy(deploy))
    }

    /// Keeps what was taken out of the account of an objective, in place of what was known of it by its number.
    pub fn corrected(&self, corrected: Corrected) -> oneshot::Receiver<Result<(), StoreError>> {
        self.durable(Durable::Corrected(Box::new(corrected)))
    }

    /// Saves how answers of monitors were judged, in place of what was known of these.
    pub fn judged(&self, judged: Vec<Judged>) -> oneshot::Receiver<Result<(), StoreError>> {
        self.durable(Durable::Judged(judged))
    }

    /// Notes who did what.
    pub fn audit(&self, at: Timestamp, who: Who, what: String) -> oneshot::Receiver<Result<(), StoreError>> {
        self.durable(Durable::Audit(Audited { at, who: who.0, what }))
    }

    /// Saves what was counted of real traffic together with how far its sources were read: when the answer is `Ok`, all of
    /// it is durable, and none of it when it is not.
    pub fn traffic(&self, batch: Arc<TrafficBatch>) -> oneshot::Receiver<Result<(), StoreError>> {
        self.durable(Durable::Traffic(batch))
    }

    /// Keeps requests of services; they are safe when the answer is `Ok`.
    pub fn rows(&self, rows: Vec<(Name, Vec<Row>)>) -> oneshot::Receiver<Result<(), StoreError>> {
        self.traffic(Arc::new(TrafficBatch { rows, ..TrafficBatch::default() }))
    }

    /// How many probes and exchanges were not kept since the start.
    #[must_use]
    pub fn dropped(&self) -> u64 {
        self.figures.dropped.load(Ordering::Relaxed)
    }

    /// How much work waits.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.queue.max_capacity() - self.queue.capacity()
    }

    /// Did the last attempt to write anything fail? Probes are written every second, so this notices a full disk when
    /// there is nothing to decide.
    #[must_use]
    pub fn is_failing(&self) -> bool {
        self.figures.failing.load(Ordering::Relaxed)
    }

    /// The thread carries out what waits and ends.
    pub(crate) fn close(&self) {
        self.figures.closing.store(true, Ordering::Release);
        // When the queue is full, the thread is awake and will see it.
        let _ = self.queue.try_send(Work::Wake);
    }

    fn end(&self, key: &str, at: Timestamp, ending: Ending) -> Promise {
        self.durable(Durable::Ending { key: key.to_owned(), at, ending })
    }

    fn durable(&self, work: Durable) -> Promise {
        let (answer, promise) = oneshot::channel();
        let (refused, error) = match self.queue.try_send(Work::Durable(work, answer)) {
            Ok(()) => return promise,
            Err(TrySendError::Full(work)) => (work, StoreError::Busy),
            Err(TrySendError::Closed(work)) => (work, StoreError::Closed),
        };
        if let Work::Durable(_, answer) = refused {
            let _ = answer.send(Err(error));
        }
        promise
    }

    fn offer(&self, seen: Seen) {
        let (count, bytes) = (seen.count(), seen.bytes());
        let waiting = self.figures.waiting_bytes.fetch_add(bytes, Ordering::Relaxed);
        let fits = waiting.saturating_add(bytes) <= WAITING_BYTES && self.queue.capacity() > FOR_DECISIONS;
        if !fits || self.queue.try_send(Work::Seen(seen)).is_err() {
            self.figures.waiting_bytes.fetch_sub(bytes, Ordering::Relaxed);
            self.figures.dropped.fetch_add(count, Ordering::Relaxed);
        }
    }
}

/// The connection that writes.
pub(crate) fn connect(file: &Path) -> Result<Connection, StoreError> {
    let connection = Connection::open(file)?;
    connection.busy_timeout(Duration::from_secs(5))?;
    // `auto_vacuum` comes before anything that writes the file's first page.
    connection.execute_batch(
        "PRAGMA auto_vacuum = INCREMENTAL; PRAGMA journal_mode = WAL; PRAGMA cache_size = -4000;
         PRAGMA journal_size_limit = 16777216; PRAGMA temp_store = MEMORY;",
    )?;
    Ok(connection)
}
