//! A source of real traffic, as pages show it.

use std::time::Duration;

use jiff::Timestamp;
use statusquo_exchange::Name;
use statusquo_slo::kept::Layer;

/// Lines that were not understood, kept to be shown.
pub const MOST_BAD_LINES: usize = 20;

/// A source of real traffic, as pages show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceView {
    /// What it is called.
    pub name: Name,
    /// The service whose traffic it tells of.
    pub service: Name,
    /// Who saw it.
    pub layer: Layer,
    /// What it is: `files`, `stdin`, `syslog`, `otlp`.
    pub kind: &'static str,
    /// Where it comes from, for people: a path, an address.
    pub target: String,
    /// How its lines are taken apart, once that is known.
    pub format: Option<String>,
    /// How far it is and what it met.
    pub progress: Progress,
    /// What people should know of it, in words: no time zone, only errors in it, cannot be read.
    pub traps: Vec<String>,
}

/// How far a source is, and what it met since the start.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Progress {
    /// Files that are followed.
    pub files: u64,
    /// Bytes that are written and not read yet.
    pub behind_bytes: u64,
    /// The time of the newest request, in seconds since 1970.
    pub seen_until: Option<i64>,
    /// When something was read last.
    pub read_at: Option<Timestamp>,
    /// How long what was counted waits to be saved.
    pub unsaved_for: Duration,
    /// Lines that were read.
    pub lines: u64,
    /// Those of them that were not understood.
    pub not_understood: u64,
    /// Some of these, the newest last: why, and the beginning of the line.
    pub bad: Vec<(String, String)>,
    /// Those that were longer than is read, and were cut.
    pub long_lines: u64,
    /// Those without a time, which were counted when they were read.
    pub without_time: u64,
    /// Messages that did not fit into the queue.
    pub dropped: u64,
}

impl SourceView {
    /// A source of which nothing was read yet.
    #[must_use]
    pub fn new(name: Name, service: Name, layer: Layer, kind: &'static str, target: String) -> Self {
        Self {
            name,
            service,
            layer,
            kind,
            target,
            format: None,
            progress: Progress::default(),
            traps: Vec::new(),
        }
    }

    /// How far the newest request lies back.
    #[must_use]
    pub fn silent_for(&self, now: Timestamp) -> Option<Duration> {
        let seconds = now.as_second() - self.progress.seen_until?;
        Some(Duration::from_secs(u64::try_from(seconds).unwrap_or(0)))
    }
}
