//! How far the reading is, on stderr, when somebody looks.

use std::io::IsTerminal;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use crate::cli::args::Global;

/// Whoever waits less needs no progress.
const PATIENCE: Duration = Duration::from_millis(500);
/// How often it is drawn.
const PERIOD: Duration = Duration::from_millis(200);
/// Columns of the bar.
const BAR: u64 = 20;

/// How far the reading of all logs is.
pub(in crate::cli) struct Progress {
    is_shown: bool,
    is_ascii: bool,
    started: Instant,
    /// Bytes of all logs, when that is known.
    size: Option<u64>,
    state: Mutex<State>,
}

struct State {
    /// Bytes of logs that were read to their ends.
    before: u64,
    /// Bytes of the present one.
    present: Arc<AtomicU64>,
    lines: u64,
    bad: u64,
    drawn: Instant,
}

impl Progress {
    /// Nothing read of these logs.
    pub(in crate::cli) fn new<'a>(global: &Global, logs: impl Iterator<Item = &'a Path>) -> Self {
        let now = Instant::now();
        let sizes: Option<Vec<u64>> = logs
            .map(|log| {
                std::fs::metadata(log).ok().filter(std::fs::Metadata::is_file).map(|about| about.len())
            })
            .collect();
        Self {
            is_shown: std::io::stderr().is_terminal() && !global.quiet,
            is_ascii: global.ascii,
            started: now,
            size: sizes.map(|sizes| sizes.iter().sum()),
            state: Mutex::new(State { before: 0, present: Arc::default(), lines: 0, bad: 0, drawn: now }),
        }
    }

    /// The next log begins; so much of it is read.
    pub(super) fn begin(&self, read: Arc<AtomicU64>) {
        if let Ok(mut state) = self.state.lock() {
            state.before += state.present.load(Ordering::Relaxed);
            state.present = read;
        }
    }

    /// So many lines more.
    #[expect(clippy::print_stderr, reason = "stderr is talk")]
    pub(super) fn add(&self, lines: u64, bad: u64) {
        let Ok(mut state) = self.state.lock() else { return };
        state.lines += lines;
        state.bad += bad;
        if self.is_shown && self.started.elapsed() >= PATIENCE && state.drawn.elapsed() >= PERIOD {
            state.drawn = Instant::now();
            let read = state.before + state.present.load(Ordering::Relaxed);
            eprint!("\r\u{1b}[K{}", self.line(&state, read));
        }
    }

    /// A log was read to its end.
    #[expect(clippy::print_stderr, reason = "stderr is talk")]
    pub(super) fn end(&self) {
        if self.is_shown && self.started.elapsed() >= PATIENCE {
            eprint!("\r\u{1b}[K");
        }
    }

    /// `reading ━━━━━━━━━━━━━━╺━━━━━ 71 %  3.1 of 4.4 GiB  17.9 M lines  12 not understood  3 s left`
    fn line(&self, state: &State, read: u64) -> String {
        let bad = if state.bad > 0 { format!("  {} not understood", state.bad) } else { String::new() };
        let lines = format!("{} lines{bad}", short(state.lines));
        let Some(size) = self.size.filter(|size| *size >= read && read > 0) else {
            return format!("reading {}  {lines}  {} s", bytes(read), self.started.elapsed().as_secs());
        };
        let left = self.started.elapsed().as_secs_f64() * as_f64(size - read) / as_f64(read);
        let full = usize::try_from(read * BAR / size.max(1)).unwrap_or(0);
        let rest = usize::try_from(BAR).unwrap_or(0).saturating_sub(full);
        let bar = if self.is_ascii {
            format!("{}{}", "=".repeat(full), "-".repeat(rest))
        } else {
            format!("{}╺{}", "━".repeat(full), "━".repeat(rest))
        };
        let percent = read * 100 / size.max(1);
        format!("reading {bar} {percent} %  {} of {}  {lines}  {left:.0} s left", bytes(read), bytes(size))
    }
}

fn bytes(count: u64) -> String {
    match count {
        0..1_048_576 => format!("{} KiB", count >> 10),
        1_048_576..1_073_741_824 => format!("{:.1} MiB", as_f64(count) / 1_048_576.0),
        _ => format!("{:.1} GiB", as_f64(count) / 1_073_741_824.0),
    }
}

fn short(count: u64) -> String {
    match count {
        0..10_000 => count.to_string(),
        10_000..1_000_000 => format!("{} k", count / 1_000),
        _ => format!("{:.1} M", as_f64(count) / 1e6),
    }
}

#[expect(clippy::cast_precision_loss, reason = "shown with one decimal")]
const fn as_f64(count: u64) -> f64 {
    count as f64
}
