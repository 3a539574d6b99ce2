//! What has come in, and how much is being worked on.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::refusal::Refusal;
use crate::otlp::Signal;

/// What has come in, and how much is being worked on.
#[derive(Debug, Default)]
pub struct Figures {
    waiting_bytes: AtomicUsize,
    messages: Mutex<BTreeMap<(&'static str, &'static str), u64>>,
}

impl Figures {
    /// How many messages of each signal were taken, or refused for which reason: signal, outcome, count.
    #[must_use]
    pub fn messages(&self) -> Vec<(&'static str, &'static str, u64)> {
        let messages = self.messages.lock().unwrap_or_else(PoisonError::into_inner);
        messages.iter().map(|((signal, outcome), count)| (*signal, *outcome, *count)).collect()
    }

    /// Bytes of messages that are being worked on.
    #[must_use]
    pub fn waiting_bytes(&self) -> usize {
        self.waiting_bytes.load(Ordering::Relaxed)
    }

    pub(super) fn note(&self, signal: Option<Signal>, refused: Option<&Refusal>) {
        let key = (signal.map_or("unknown", Signal::as_str), refused.map_or("taken", Refusal::word));
        *self.messages.lock().unwrap_or_else(PoisonError::into_inner).entry(key).or_default() += 1;
    }
}

/// Room for a message, given back when it is dropped.
#[derive(Debug)]
pub(super) struct Room<'a> {
    figures: &'a Figures,
    most: usize,
    taken: usize,
}

impl<'a> Room<'a> {
    pub(super) const fn new(figures: &'a Figures, most: usize) -> Self {
        Self { figures, most, taken: 0 }
    }

    /// Takes so many bytes more, if they are to be had.
    pub(super) fn take(&mut self, bytes: usize) -> Result<(), Refusal> {
        let before = self.figures.waiting_bytes.fetch_add(bytes, Ordering::Relaxed);
        self.taken += bytes;
        if before.saturating_add(bytes) > self.most { Err(Refusal::Busy) } else { Ok(()) }
    }
}

impl Drop for Room<'_> {
    fn drop(&mut self) {
        self.figures.waiting_bytes.fetch_sub(self.taken, Ordering::Relaxed);
    }
}
