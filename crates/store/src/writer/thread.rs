//! The writer's thread: carries out what waits, many things in one transaction.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use rusqlite::Connection;
use tokio::sync::mpsc;

use super::Figures;
use crate::StoreError;
use crate::journal::Journal;
use crate::traffic::Rolling;
use crate::work::{Answer, Durable, Seen, Work};

/// So much work shares a transaction.
const TOGETHER: usize = 512;

pub(super) struct Thread {
    connection: Connection,
    journal: Journal,
    rolling: Rolling,
    figures: Arc<Figures>,
}

impl Thread {
    pub(super) fn new(connection: Connection, journal: Journal, figures: Arc<Figures>) -> Self {
        Self { connection, journal, rolling: Rolling::default(), figures }
    }

    /// Works until all writers are gone, or the store is closed and nothing waits any more.
    pub(super) fn run(mut self, mut work: mpsc::Receiver<Work>) {
        let mut batch = Vec::new();
        while work.blocking_recv_many(&mut batch, TOGETHER) > 0 {
            self.carry_out(batch.drain(..));
            if self.figures.closing.load(Ordering::Acquire) {
                work.close();
            }
        }
    }

    /// Decisions first, since somebody waits for them.
    fn carry_out(&mut self, batch: impl Iterator<Item = Work>) {
        let (mut decisions, mut answers, mut seen, mut now) = (Vec::new(), Vec::new(), Vec::new(), None);
        for work in batch {
            match work {
                Work::Durable(decision, answer) => {
                    decisions.push(decision);
                    answers.push(answer);
                }
                Work::Seen(what) => seen.push(what),
                Work::RollUp(at) => now = Some(at),
                Work::Wake => {}
            }
        }
        self.save(&decisions, answers);
        self.add(&seen);
        if let Some(now) = now {
            let rolled_up = self.journal.roll_up(&mut self.connection, now);
            let rolled_up = rolled_up.and_then(|()| self.rolling.roll_up(&mut self.connection, now));
            self.note(rolled_up.as_ref().err());
        }
    }

    /// Several decisions share a transaction; if it fails, each is tried alone, so that none suffers for another.
    fn save(&mut self, decisions: &[Durable], answers: Vec<Answer>) {
        if decisions.is_empty() {
            return;
        }
        if self.transact(decisions).is_ok() {
            self.note(None);
            answers.into_iter().for_each(|answer| drop(answer.send(Ok(()))));
            return;
        }
        for (decision, answer) in decisions.iter().zip(answers) {
            let saved = self.transact(std::slice::from_ref(decision));
            self.note(saved.as_ref().err());
            // Whoever does not wait any more does not want to know.
            let _ = answer.send(saved);
        }
    }

    fn transact(&mut self, decisions: &[Durable]) -> Result<(), StoreError> {
        // What is acknowledged has reached the disk, also when the power fails.
        self.connection.execute_batch("PRAGMA synchronous = FULL")?;
        let transaction = self.connection.transaction()?;
        decisions.iter().try_for_each(|decision| decision.perform(&transaction))?;
        Ok(transaction.commit()?)
    }

    fn add(&mut self, seen: &[Seen]) {
        if seen.is_empty() {
            return;
        }
        let added = self.journalize(seen);
        self.note(added.as_ref().err());
        if added.is_err() {
            self.journal.forget_names();
            self.figures.dropped.fetch_add(seen.iter().map(Seen::count).sum(), Ordering::Relaxed);
        }
        self.figures.waiting_bytes.fetch_sub(seen.iter().map(Seen::bytes).sum(), Ordering::Relaxed);
    }

    fn journalize(&mut self, seen: &[Seen]) -> Result<(), StoreError> {
        // A power failure may take the last probes: they are not worth waiting for the disk each second.
        self.connection.execute_batch("PRAGMA synchronous = NORMAL")?;
        let transaction = self.connection.transaction()?;
        seen.iter().try_for_each(|seen| seen.perform(&transaction, &mut self.journal))?;
        Ok(transaction.commit()?)
    }

    /// Says once that writing fails, and once that it works again.
    fn note(&self, error: Option<&StoreError>) {
        let failed = self.figures.failing.swap(error.is_some(), Ordering::Relaxed);
        match (failed, error) {
            (false, Some(error)) => tracing::error!(%error, "the store cannot be written"),
            (true, None) => tracing::info!("the store can be written again"),
            (true, Some(_)) | (false, None) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use statusquo_exchange::Name;
    use statusquo_slo::{Answer, Mark, Phases, Sample};
    use tempfile::TempDir;
    use tokio::sync::oneshot;

    use super::*;
    use crate::{Audited, Change, Retention, Role, Token, schema, writer};

    fn thread() -> (TempDir, Thread) {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("statusquo.db");
        let mut connection = writer::connect(&file).unwrap();
        schema::migrate(&mut connection, &file).unwrap();
        let journal = Journal::load(&connection, Retention::default()).unwrap();
        (folder, Thread::new(connection, journal, Arc::default()))
    }

    impl Thread {
        /// As if the disk had room for so many more pages.
        fn leave_pages(&self, pages: i64) {
            let used: i64 = self.connection.pragma_query_value(None, "page_count", |row| row.get(0)).unwrap();
            let most = format!("PRAGMA max_page_count = {}", used + pages);
            self.connection.query_row(&most, [], |_| Ok(())).unwrap();
        }

        fn decide(&mut self, decisions: Vec<Durable>) -> Vec<Result<(), StoreError>> {
            let (answers, promises): (Vec<_>, Vec<_>) = decisions.iter().map(|_| oneshot::channel()).unzip();
            self.carry_out(
                decisions.into_iter().zip(answers).map(|(what, answer)| Work::Durable(what, answer)),
            );
            promises.into_iter().map(|promise| promise.blocking_recv().unwrap()).collect()
        }

        fn lines(&self) -> i64 {
            self.connection.query_row("SELECT count(*) FROM audit", [], |row| row.get(0)).unwrap()
        }
    }

    fn line(bytes: usize) -> Durable {
        Durable::Audit(Audited { at: Timestamp::UNIX_EPOCH, who: "ada".to_owned(), what: "x".repeat(bytes) })
    }

    fn probes(count: usize) -> Work {
        let sample = Sample {
            at: Timestamp::UNIX_EPOCH,
            answer: Answer::None,
            mark: Mark::Unknown,
            phases: Phases::default(),
        };
        Work::Seen(Seen::Samples(vec![(Name::from("new"), Name::from("local"), sample); count]))
    }

    #[test]
    fn a_full_disk_is_said_and_survived() {
        let (_folder, mut thread) = thread();
        thread.leave_pages(0);
        let answers = thread.decide(vec![line(100_000), line(10), line(100_000)]);
        assert!(matches!(answers[..], [Err(StoreError::Full), Ok(()), Err(StoreError::Full)]), "{answers:?}");
        assert_eq!(thread.lines(), 1, "what fits is saved, what does not leaves no trace");
        assert!(thread.figures.failing.load(Ordering::Relaxed));

        thread.carry_out([probes(100_000)].into_iter());
        assert_eq!(thread.figures.dropped.load(Ordering::Relaxed), 100_000);

        thread.leave_pages(10_000);
        assert!(thread.decide(vec![line(100_000)]).remove(0).is_ok());
        assert!(!thread.figures.failing.load(Ordering::Relaxed));
        thread.carry_out([probes(7), Work::RollUp(Timestamp::UNIX_EPOCH)].into_iter());
        let names: i64 =
            thread.connection.query_row("SELECT count(*) FROM name", [], |row| row.get(0)).unwrap();
        assert_eq!(names, 2, "names of the transaction that failed are written again");
    }

    #[test]
    fn who_may_sign_in_changes_only_together_with_who_changed_it() {
        let (_folder, mut thread) = thread();
        let stop =
            "CREATE TEMP TRIGGER stop BEFORE INSERT ON audit BEGIN SELECT raise(ABORT, 'no room'); END";
        thread.connection.execute_batch(stop).unwrap();
        let (name, at) = ("ci".to_owned(), Timestamp::UNIX_EPOCH);
        let token = Token { name, role: Role::Viewer, hash: vec![7; 32], created: at };
        let deed = Audited { at, who: "ada".to_owned(), what: "made token ci".to_owned() };
        let made = Durable::People { change: Change::SaveToken(token), deed };
        assert!(thread.decide(vec![made]).remove(0).is_err());
        let tokens: i64 =
            thread.connection.query_row("SELECT count(*) FROM token", [], |row| row.get(0)).unwrap();
        assert_eq!((tokens, thread.lines()), (0, 0));
    }

    #[test]
    fn a_roll_up_that_fails_counts_later() {
        let (_folder, mut thread) = thread();
        let rows = |thread: &Thread, table: &str| -> i64 {
            let query = format!("SELECT count(*) FROM {table}");
            thread.connection.query_row(&query, [], |row| row.get(0)).unwrap()
        };
        let stop =
            "CREATE TEMP TRIGGER stop BEFORE INSERT ON tally BEGIN SELECT raise(ABORT, 'no room'); END";
        thread.connection.execute_batch(stop).unwrap();
        let now = Timestamp::UNIX_EPOCH;
        thread.carry_out([probes(50), Work::RollUp(now)].into_iter());
        assert!(thread.figures.failing.load(Ordering::Relaxed));
        assert_eq!((rows(&thread, "sample"), rows(&thread, "packed"), rows(&thread, "tally")), (50, 0, 0));
        thread.connection.execute_batch("DROP TRIGGER stop").unwrap();
        thread.carry_out([Work::RollUp(now)].into_iter());
        assert_eq!((rows(&thread, "sample"), rows(&thread, "packed"), rows(&thread, "tally")), (0, 1, 3));
    }
}
