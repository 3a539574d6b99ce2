//! Sources of real traffic as JSON.

use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use crate::board::SourceView;

/// All sources of real traffic.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Sources {
    /// The sources by name.
    pub sources: Vec<SourceWire>,
}

/// A source of real traffic: how far it is, and what it met since the start.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct SourceWire {
    /// What it is called.
    pub name: String,
    /// The service whose traffic it tells of.
    pub service: String,
    /// Who saw it: `edge`, `app`.
    pub layer: &'static str,
    /// What it is: `files`, `stdin`, `syslog`, `otlp`.
    pub kind: &'static str,
    /// Where it comes from.
    pub target: String,
    /// How its lines are taken apart; `null` while that is not known.
    pub format: Option<String>,
    /// Files that are followed.
    pub files: u64,
    /// Bytes that are written and not read yet.
    pub behind_bytes: u64,
    /// The time of the newest request.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub seen_until: Option<Timestamp>,
    /// When something was read last.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub read_at: Option<Timestamp>,
    /// How long what was counted waits to be saved.
    pub unsaved_for_ms: f64,
    /// Lines that were read.
    pub lines: u64,
    /// Those of them that were not understood.
    pub not_understood: u64,
    /// Some of these.
    pub bad_lines: Vec<BadLine>,
    /// Lines that were longer than is read, and were cut.
    pub long_lines: u64,
    /// Lines without a time, which were counted when they were read.
    pub without_time: u64,
    /// Messages that did not fit into the queue.
    pub dropped: u64,
    /// What people should know of it.
    pub traps: Vec<String>,
}

/// A line that was not understood.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct BadLine {
    /// Why.
    pub why: String,
    /// Its beginning.
    pub line: String,
}

impl From<&SourceView> for SourceWire {
    fn from(view: &SourceView) -> Self {
        let progress = &view.progress;
        Self {
            name: view.name.to_string(),
            service: view.service.to_string(),
            layer: view.layer.as_str(),
            kind: view.kind,
            target: view.target.clone(),
            format: view.format.clone(),
            files: progress.files,
            behind_bytes: progress.behind_bytes,
            seen_until: progress.seen_until.and_then(|second| Timestamp::from_second(second).ok()),
            read_at: progress.read_at,
            unsaved_for_ms: super::millis(progress.unsaved_for),
            lines: progress.lines,
            not_understood: progress.not_understood,
            bad_lines: progress
                .bad
                .iter()
                .map(|(why, line)| BadLine { why: why.clone(), line: line.clone() })
                .collect(),
            long_lines: progress.long_lines,
            without_time: progress.without_time,
            dropped: progress.dropped,
            traps: view.traps.clone(),
        }
    }
}
