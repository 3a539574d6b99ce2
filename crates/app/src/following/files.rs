//! Reads the files of a log.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender};
use std::time::{Duration, Instant, SystemTime};

use notify::{EventKind, RecursiveMode, Watcher as _};
use statusquo_slo::traffic::Batch;
use statusquo_source::follow::{FileId, Files, Follower, Piece, Position};
use statusquo_source::log::Format;
use statusquo_store::Checkpoint;

use super::desk::Desk;

/// The net below the watcher of the system: files are looked at so often in any case.
const POLL: Duration = Duration::from_secs(1);
/// A busy log changes all the time: it is not looked at more often than that.
const SETTLED_AFTER: Duration = Duration::from_millis(200);
/// The beginning of a file decides its format.
const HEAD_BYTES: usize = 64 << 10;
/// Formats of more files than this are found out again.
const MOST_FORMATS: usize = 1000;

/// Reads the files of a log.
pub(super) struct FileReader {
    desk: Desk,
    follower: Follower,
    formats: HashMap<FileId, Format>,
    watcher: Option<notify::RecommendedWatcher>,
    wake: SyncSender<()>,
    stop: Arc<AtomicBool>,
}

impl FileReader {
    pub(super) fn new(
        desk: Desk,
        (path, backfill): (&Path, Duration),
        positions: Vec<Position>,
        wake: SyncSender<()>,
        stop: Arc<AtomicBool>,
    ) -> Self {
        let follower = Follower::new(Files::new(path), backfill, positions);
        Self { desk, follower, formats: HashMap::new(), watcher: None, wake, stop }
    }

    /// Reads until it is stopped; gives how far it came.
    pub(super) fn run(mut self, woken: &Receiver<()>) -> Vec<Position> {
        while !self.stop.load(Ordering::Acquire) {
            self.watch();
            let is_done = self.look();
            self.tell();
            if !is_done {
                continue;
            }
            match woken.recv_timeout(POLL) {
                Ok(()) => std::thread::sleep(SETTLED_AFTER),
                Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => {}
            }
        }
        self.follower.positions()
    }

    /// The system tells of changes, if it can: then they are read at once.
    fn watch(&mut self) {
        if self.watcher.is_some() {
            return;
        }
        let wake = self.wake.clone();
        let told = move |event: notify::Result<notify::Event>| {
            // To read a file is no change of it.
            if !event.is_ok_and(|event| matches!(event.kind, EventKind::Access(_))) {
                let _already_waiting = wake.try_send(());
            }
        };
        let watcher = notify::recommended_watcher(told).and_then(|mut watcher| {
            watcher.watch(self.follower.folder(), RecursiveMode::NonRecursive)?;
            Ok(watcher)
        });
        self.watcher = watcher.ok();
    }

    /// Reads what there is; says whether that was all.
    fn look(&mut self) -> bool {
        if let Err(error) = self.follower.scan(SystemTime::now()) {
            let folder = self.follower.folder().display().to_string();
            self.desk.tell(0, 0, Some(&format!("`{folder}` cannot be read: {error}")), 0);
            return true;
        }
        let started = Instant::now();
        // Now and then, what became of the files has to be looked at in between.
        while started.elapsed() < POLL && !self.stop.load(Ordering::Acquire) {
            let Some(piece) = self.follower.read() else {
                // A file that was renamed moves without being read.
                let moved = self.checkpoints();
                self.hand_on(Vec::new(), moved);
                return true;
            };
            self.count(&piece);
        }
        false
    }

    fn count(&mut self, piece: &Piece) {
        let (mut format, is_sure) = self.format_of(piece);
        self.desk.counter.met.long_lines += piece.long_lines;
        let batches = self.desk.count(&mut format, &piece.text);
        if is_sure {
            self.formats.insert(piece.file, format);
        }
        let checkpoints = self.checkpoints();
        self.hand_on(batches, checkpoints);
    }

    /// When nobody takes it any more, there is nothing more to read for.
    fn hand_on(&mut self, batches: Vec<Batch>, checkpoints: Vec<Checkpoint>) {
        if !self.desk.hand_on(batches, checkpoints) {
            self.stop.store(true, Ordering::Release);
        }
    }

    fn checkpoints(&mut self) -> Vec<Checkpoint> {
        let source = &self.desk.plan.log.name;
        let moved = self.follower.take_moved().into_iter().map(|(part, position)| Checkpoint {
            source: source.clone(),
            part,
            position: position.map(|position| position.to_text()),
        });
        moved.collect()
    }

    /// The format of a file, and whether that is sure.
    fn format_of(&mut self, piece: &Piece) -> (Format, bool) {
        if let Some(format) = self.formats.remove(&piece.file) {
            return (format, true);
        }
        if self.formats.len() > MOST_FORMATS {
            self.formats.clear();
        }
        let mut head = self.follower.head(piece.file, HEAD_BYTES).unwrap_or_default();
        let end = memchr::memrchr(b'\n', &head).map_or(0, |at| at + 1);
        head.truncate(end);
        self.desk.format(&head, &piece.text)
    }

    fn tell(&mut self) {
        let (files, behind) = (self.follower.count() as u64, self.follower.behind());
        self.desk.tell(files, behind, self.follower.trouble(), 0);
    }
}
