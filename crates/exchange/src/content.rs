//! The content of a message, with "not captured" kept apart from "empty".

use bytes::Bytes;

/// The content of a message (RFC 9110, 6.4), as far as it was captured.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Content {
    /// Nobody recorded it: it may have been empty or not. Access logs are like this.
    #[default]
    NotCaptured,
    /// All of it, after transfer coding and before content coding was removed. Empty means empty.
    Whole(Bytes),
    /// Its beginning: a cap was reached, or the connection ended before the content did.
    Beginning(Bytes),
}

impl Content {
    /// The captured bytes, or `None` when nothing was captured.
    #[must_use]
    pub fn bytes(&self) -> Option<&Bytes> {
        match self {
            Self::NotCaptured => None,
            Self::Whole(bytes) | Self::Beginning(bytes) => Some(bytes),
        }
    }
}
