//! What came of an attempt to send.

use std::time::Duration;

/// What came of an attempt to send. Its texts never hold a secret, so they may be stored and shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Delivery {
    /// It was taken.
    Sent {
        /// What the receiver answered.
        answer: String,
    },
    /// It was not taken now, and may be later.
    Retry {
        /// How long the receiver asked us to wait.
        after: Option<Duration>,
        /// Why it was not taken.
        reason: String,
    },
    /// It will not be taken however often it is sent.
    Refused {
        /// Why.
        reason: String,
    },
}

impl Delivery {
    /// Try again whenever it suits us.
    pub(crate) fn later(reason: impl Into<String>) -> Self {
        Self::Retry { after: None, reason: reason.into() }
    }
}
