//! How far a file was read.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::FileId;
use super::print::Print;

/// How far a file was read, and how to know it again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Position {
    /// Which file.
    pub(super) file: FileId,
    /// What it was called, for people.
    pub(super) path: PathBuf,
    /// Bytes of its content that were read: of the decompressed content, if it is compressed.
    pub(super) offset: u64,
    /// What was read first.
    pub(super) head: Print,
    /// What was read last.
    pub(super) tail: Print,
    /// The place that was reached is within a line that is too long to be read.
    pub(super) is_within_line: bool,
    /// What is done with it.
    pub(super) role: Role,
}

/// What is done with a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Role {
    /// It is read.
    Read,
    /// Another file has the same content, and that one is read.
    Copy,
    /// It is compressed and older than what is asked for.
    Skipped,
}

impl Position {
    /// Which file it is, as text: a key to keep positions by.
    #[must_use]
    pub fn key(&self) -> String {
        self.file.to_string()
    }

    /// As text, to be saved.
    #[must_use]
    pub fn to_text(&self) -> String {
        // A structure of numbers and a path that is UTF-8 or is not kept.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// The position that [`to_text`](Self::to_text) wrote.
    #[must_use]
    pub fn from_text(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok()
    }
}
