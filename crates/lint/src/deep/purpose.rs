//! What a question is about, where the exchange itself does not show it.

use std::time::Duration;

/// What a question is about, where the exchange itself does not show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Purpose {
    /// Whatever the answer shows.
    Plain,
    /// An empty line goes before the request line (RFC 9112, 2.2).
    EmptyLineFirst,
    /// The content is held back until there is a 100, or no longer than this (RFC 9110, 10.1.1).
    HeldBack {
        /// For how long.
        patience: Duration,
    },
    /// The content fits the description of the API.
    Valid {
        /// Is it the description's own example, and not made up?
        is_example: bool,
    },
    /// The content breaks the description, and nothing else is wrong with it.
    Broken {
        /// The members that are at fault.
        members: Vec<String>,
    },
    /// The idempotency key of the valid request comes again, with other content.
    KeyReused,
}

impl Purpose {
    /// The id of the rule that the answer decides; `None` when the exchange shows by itself what it shows.
    #[must_use]
    pub const fn rule(&self) -> Option<&'static str> {
        match self {
            Self::Plain => None,
            Self::EmptyLineFirst => Some("leading-crlf-rejected"),
            Self::HeldBack { .. } => Some("expect-continue-ignored"),
            Self::Valid { .. } => Some("valid-request-rejected"),
            Self::Broken { members } if members.len() > 1 => Some("validation-stops-at-first"),
            Self::Broken { .. } => Some("validation-accepts-invalid"),
            Self::KeyReused => Some("idempotency-key-status"),
        }
    }

    /// Was it made from a description?
    pub(super) const fn is_made(&self) -> bool {
        match self {
            Self::Plain | Self::EmptyLineFirst | Self::HeldBack { .. } => false,
            Self::Valid { .. } | Self::Broken { .. } | Self::KeyReused => true,
        }
    }
}
