//! Reads lines that arrive once: syslog messages, standard input.

use std::io::{BufRead, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use statusquo_source::log::Format;
use tokio::sync::mpsc;

use super::desk::Desk;

/// So many messages are counted together …
const TOGETHER: usize = 8192;
/// … and so long others are waited for.
const GATHERED_FOR: Duration = Duration::from_millis(100);
/// So much of standard input is counted together.
const CHUNK_BYTES: usize = 256 << 10;

/// Reads lines that arrive once.
pub(super) struct StreamReader {
    desk: Desk,
    format: Option<Format>,
}

impl StreamReader {
    pub(super) const fn new(desk: Desk) -> Self {
        Self { desk, format: None }
    }

    /// Reads messages until nobody sends any more.
    pub(super) fn run_messages(mut self, mut lines: mpsc::Receiver<Vec<u8>>, dropped: &Arc<AtomicU64>) {
        let mut waiting = Vec::new();
        loop {
            self.desk.tell(0, 0, None, dropped.load(Ordering::Relaxed));
            if lines.blocking_recv_many(&mut waiting, TOGETHER) == 0 {
                return;
            }
            let text = std::mem::take(&mut waiting).concat();
            if !self.take(&text) {
                return;
            }
            std::thread::sleep(GATHERED_FOR);
        }
    }

    /// Reads lines to their end.
    pub(super) fn run_input(mut self, mut input: impl BufRead) {
        let mut text = Vec::new();
        loop {
            self.desk.tell(0, 0, None, 0);
            text.clear();
            let available = input.fill_buf().map_or(0, <[u8]>::len);
            let read = input.by_ref().take(available.min(CHUNK_BYTES) as u64).read_to_end(&mut text);
            if !matches!(read, Ok(1..)) {
                return;
            }
            // To the end of the last line; a line without end is no longer than a chunk.
            if !text.ends_with(b"\n") {
                let _ = input.by_ref().take(CHUNK_BYTES as u64).read_until(b'\n', &mut text);
            }
            if !self.take(&text) {
                return;
            }
        }
    }

    /// Counts whole lines; says whether anybody takes it.
    fn take(&mut self, text: &[u8]) -> bool {
        let mut format = match self.format.take() {
            Some(format) => format,
            None => self.desk.format(text, text).0,
        };
        let bad_before = self.desk.counter.met.not_understood;
        let batches = self.desk.count(&mut format, text);
        // Where nothing is understood, the format is looked for again with the next lines.
        let is_right = !batches.is_empty() || self.desk.counter.met.not_understood == bad_before;
        self.format = is_right.then_some(format);
        self.desk.hand_on(batches, Vec::new())
    }
}
