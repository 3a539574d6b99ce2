//! How we do ourselves.

use std::time::Duration;

use statusquo_exchange::OwnFault;

/// How we do ourselves.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Figures {
    /// How late the latest probe of the last tick began.
    pub late: Duration,
    /// Probes that are under way.
    pub under_way: u64,
    /// Our bounded queues.
    pub queues: Vec<Queue>,
    /// Messages that wait to be sent.
    pub outbox_pending: u64,
    /// Bytes of the store's file.
    pub store_bytes: u64,
    /// What is wrong with us now.
    pub faults: Vec<OwnFault>,
}

/// One of our bounded queues.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Queue {
    /// What it is called in metrics: `store`, `events`, `probes`.
    pub name: &'static str,
    /// How many wait in it.
    pub length: u64,
    /// How many may wait in it.
    pub capacity: u64,
    /// How many did not fit, since the start.
    pub dropped: u64,
}

impl Figures {
    /// What was dropped since the start, all queues together.
    #[must_use]
    pub fn dropped(&self) -> u64 {
        self.queues.iter().map(|queue| queue.dropped).sum()
    }
}
