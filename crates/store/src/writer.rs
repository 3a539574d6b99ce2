//! The one writer: a thread with a bounded queue.

use std::fs::File;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use jiff::Timestamp;
use rusqlite::{Connection, Transaction};
use statusquo_alert::{Effect, Who};
use statusquo_exchange::Name;
use statusquo_slo::Sample;
use tokio::sync::{mpsc, oneshot};

use crate::journal::{Journal, Retention};
use crate::outbox::{self, Ending};
use crate::people::{self, Change};
use crate::reader::Evidence;
use crate::{StoreError, records};

/// Work that waits for the writer; more is refused or dropped.
const QUEUE: usize = 4096;
/// So much work shares a transaction.
const TOGETHER: usize = 512;

type Answer = oneshot::Sender<Result<(), StoreError>>;

/// Work for the writer. What has an answer is durable when the answer is `Ok`.
#[derive(Debug)]
enum Work {
    Samples(Vec<(Name, Name, Sample)>),
    Evidence(Box<Evidence>),
    RollUp(Timestamp),
    Durable(Durable, Answer),
}

#[derive(Debug)]
enum Durable {
    Effects(Vec<Effect>),
    Ending(Ending),
    People(Change),
    Audit(Timestamp, Who, String),
}

/// Puts work into the writer's queue, and never waits.
#[derive(Debug, Clone)]
pub struct Writer {
    queue: mpsc::Sender<Work>,
    dropped: Arc<AtomicU64>,
}

impl Writer {
    pub(crate) fn start(
        connection: Connection,
        lock: File,
        retention: Retention,
    ) -> Result<Self, StoreError> {
        let (queue, work) = mpsc::channel(QUEUE);
        let dropped = Arc::new(AtomicU64::new(0));
        let journal = Journal::load(&connection, retention)?;
        let thread = Thread { connection, journal, dropped: dropped.clone(), _lock: lock };
        let spawned = std::thread::Builder::new().name("store".to_owned()).spawn(move || thread.run(work));
        spawned.map_err(|error| StoreError::Other(error.to_string()))?;
        Ok(Self { queue, dropped })
    }

    /// Journals probes: monitor, location, result. Dropped and counted when the writer does not keep up.
    pub fn samples(&self, samples: Vec<(Name, Name, Sample)>) {
        let count = samples.len() as u64;
        if self.queue.try_send(Work::Samples(samples)).is_err() {
            self.dropped.fetch_add(count, Ordering::Relaxed);
        }
    }

    /// Keeps an exchange. Dropped and counted when the writer does not keep up.
    pub fn evidence(&self, evidence: Evidence) {
        if self.queue.try_send(Work::Evidence(Box::new(evidence))).is_err() {
            self.dropped.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Says what time it is: every five minutes, the journal is counted and what is too old is deleted.
    pub fn roll_up(&self, now: Timestamp) {
        // The next one does what this one would have done.
        let _ = self.queue.try_send(Work::RollUp(now));
    }

    /// Saves what the engine decided, in one transaction: all of it is durable when the answer is `Ok`, none of it when
    /// it is not.
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
        self.durable(Durable::Ending(Ending::Sent { key: key.to_owned(), at, answer }))
    }

    /// A message was not taken: try again later.
    pub fn retry(
        &self,
        key: &str,
        due: Timestamp,
        attempts: u32,
        reason: String,
    ) -> oneshot::Receiver<Result<(), StoreError>> {
        self.durable(Durable::Ending(Ending::Retry { key: key.to_owned(), due, attempts, reason }))
    }

    /// A message will never be taken.
    pub fn dead(
        &self,
        key: &str,
        at: Timestamp,
        reason: String,
    ) -> oneshot::Receiver<Result<(), StoreError>> {
        self.durable(Durable::Ending(Ending::Dead { key: key.to_owned(), at, reason }))
    }

    /// Changes users, tokens or sessions.
    pub fn people(&self, change: Change) -> oneshot::Receiver<Result<(), StoreError>> {
        self.durable(Durable::People(change))
    }

    /// Notes who did what.
    pub fn audit(&self, at: Timestamp, who: Who, what: String) -> oneshot::Receiver<Result<(), StoreError>> {
        self.durable(Durable::Audit(at, who, what))
    }

    /// How many probes and exchanges were not kept since the start.
    #[must_use]
    pub fn dropped(&self) -> u64 {
        self.dropped.load(Ordering::Relaxed)
    }

    /// How much work waits.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.queue.max_capacity() - self.queue.capacity()
    }

    fn durable(&self, work: Durable) -> oneshot::Receiver<Result<(), StoreError>> {
        let (answer, receiver) = oneshot::channel();
        if let Err(refused) = self.queue.try_send(Work::Durable(work, answer)) {
            let (Work::Durable(_, answer), error) = (match refused {
                mpsc::error::TrySendError::Full(work) => {
                    (work, StoreError::Other("the writer does not keep up".into()))
                }
                mpsc::error::TrySendError::Closed(work) => (work, StoreError::Closed),
            }) else {
                return receiver;
            };
            let _ = answer.send(Err(error));
        }
        receiver
    }
}

struct Thread {
    connection: Connection,
    journal: Journal,
    dropped: Arc<AtomicU64>,
    /// Held as long as we write.
    _lock: File,
}

impl Thread {
    fn run(mut self, mut work: mpsc::Receiver<Work>) {
        let mut batch = Vec::new();
        while work.blocking_recv_many(&mut batch, TOGETHER) > 0 {
            self.carry_out(std::mem::take(&mut batch));
        }
    }

    fn carry_out(&mut self, batch: Vec<Work>) {
        let (mut durable, mut answers, mut probes, mut now) = (Vec::new(), Vec::new(), Vec::new(), None);
        let mut lost = 0;
        for work in batch {
            match work {
                Work::Durable(work, answer) => {
                    durable.push(work);
                    answers.push(answer);
                }
                Work::Samples(samples) => {
                    lost += samples.len() as u64;
                    probes.push(Work::Samples(samples));
                }
                Work::Evidence(evidence) => {
                    lost += 1;
                    probes.push(Work::Evidence(evidence));
                }
                Work::RollUp(at) => now = Some(at),
            }
        }
        if !durable.is_empty() {
            self.save(&durable, answers);
        }
        if !probes.is_empty() && self.journal(&probes).is_err() {
            self.journal.forget_names();
            self.dropped.fetch_add(lost, Ordering::Relaxed);
        }
        if let Some(now) = now
            && let Err(error) = self.journal.roll_up(&mut self.connection, now)
        {
            self.journal.forget_names();
            tracing::error!(%error, "the journal cannot be counted now; it will be later");
        }
    }

    /// Several decisions share a transaction; if it fails, each is tried alone, so that none suffers for another.
    fn save(&mut self, durable: &[Durable], answers: Vec<Answer>) {
        if self.transact(durable).is_ok() {
            answers.into_iter().for_each(|answer| drop(answer.send(Ok(()))));
            return;
        }
        for (work, answer) in durable.iter().zip(answers) {
            let _ = answer.send(self.transact(std::slice::from_ref(work)));
        }
    }

    fn transact(&mut self, durable: &[Durable]) -> Result<(), StoreError> {
        let transaction = self.connection.transaction()?;
        for work in durable {
            perform(&transaction, work)?;
        }
        Ok(transaction.commit()?)
    }

    fn journal(&mut self, probes: &[Work]) -> Result<(), StoreError> {
        let transaction = self.connection.transaction()?;
        for work in probes {
            match work {
                Work::Samples(samples) => self.journal.add(&transaction, samples)?,
                Work::Evidence(evidence) => self.journal.keep(&transaction, evidence)?,
                Work::RollUp(_) | Work::Durable(..) => {}
            }
        }
        Ok(transaction.commit()?)
    }
}

fn perform(transaction: &Transaction<'_>, work: &Durable) -> Result<(), StoreError> {
    match work {
        Durable::Effects(effects) => effects.iter().try_for_each(|effect| records::save(transaction, effect)),
        Durable::Ending(ending) => outbox::end(transaction, ending),
        Durable::People(change) => people::change(transaction, change),
        Durable::Audit(at, who, what) => {
            let row = (at.as_microsecond(), &who.0, what);
            transaction.prepare_cached("INSERT INTO audit VALUES (?1, ?2, ?3)")?.execute(row)?;
            Ok(())
        }
    }
}
