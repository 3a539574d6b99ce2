//! What the delivery reports.

use jiff::Timestamp;
use statusquo_exchange::Name;

/// How a receiver does.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Health {
    /// When the last message was taken.
    pub(crate) last_sent: Option<Timestamp>,
    /// Failures since.
    pub(crate) failures: u32,
    /// Why the last one failed.
    pub(crate) last_error: Option<String>,
}

impl Health {
    /// Has it failed so often in a row that others are told?
    pub(crate) const fn is_broken(&self) -> bool {
        self.failures >= super::BROKEN_AFTER
    }
}

/// A message was taken or not taken by a receiver.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct News {
    /// The receiver.
    pub(crate) receiver: Name,
    /// How it does now.
    pub(crate) health: Health,
    /// It has just become broken (`true`) or well again (`false`).
    pub(crate) turned: Option<bool>,
}
