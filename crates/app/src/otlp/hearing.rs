//! Takes messages: counts them, has what they said saved, and says so.

use std::sync::{Mutex, PoisonError};

use statusquo_slo::kept::Keeping;
use statusquo_source::otlp::{Receive, Reception, SavedSeries, Signal, Undo};
use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::{mpsc, oneshot};

use super::gather::{Gathered, Gatherer};

/// What a message said, to be saved.
#[derive(Debug)]
pub(crate) struct Heard {
    /// What was counted of it.
    pub(crate) gathered: Gathered,
    /// Says that it was saved; to drop it says that it will not be.
    pub(crate) saved: oneshot::Sender<()>,
}

/// Takes messages.
pub(crate) struct Hearing {
    gatherer: Mutex<Gatherer>,
    heard: mpsc::Sender<Heard>,
}

impl Hearing {
    /// Keeps requests by this rule; it listens since this moment, in nanoseconds since 1970.
    pub(crate) fn new(
        keeping: Keeping,
        since_ns: u64,
        known: Vec<SavedSeries>,
        heard: mpsc::Sender<Heard>,
    ) -> Self {
        Self { gatherer: Mutex::new(Gatherer::new(keeping, since_ns, known)), heard }
    }

    fn undo(&self, undo: Undo) {
        self.gatherer.lock().unwrap_or_else(PoisonError::into_inner).series.undo(undo);
    }
}

impl Receive for Hearing {
    async fn receive(&self, signal: Signal, message: Vec<u8>) -> Reception {
        // Room first: what cannot be saved need not be counted.
        let place = match self.heard.try_reserve() {
            Ok(place) => place,
            Err(TrySendError::Full(())) => return Reception::Busy,
            Err(TrySendError::Closed(())) => return Reception::Unsaved,
        };
        let counted = self.gatherer.lock().unwrap_or_else(PoisonError::into_inner).gather(signal, &message);
        drop(message);
        let mut gathered = match counted {
            Ok(gathered) => gathered,
            Err(malformed) => return Reception::Malformed(malformed),
        };
        let (undo, rejected, why) =
            (std::mem::take(&mut gathered.undo), gathered.rejected(), gathered.why(signal));
        let (saved, answer) = oneshot::channel();
        place.send(Heard { gathered, saved });
        match answer.await {
            Ok(()) => Reception::Taken { rejected, why },
            Err(_) => {
                self.undo(undo);
                Reception::Unsaved
            }
        }
    }
}

impl Gathered {
    /// How many spans, data points or log records could not be counted.
    fn rejected(&self) -> u64 {
        self.held.rejected + self.full
    }

    /// What people should know of what is sent.
    pub(crate) fn traps(&self) -> Vec<&'static str> {
        let unsure = self.parts.values().any(|part| part.unsure > 0);
        let traps = [
            (unsure, "nothing says whether spans were left out by sampling: counts by spans may be too low"),
            (self.begun > 0, "some metrics had begun before we listened: their first point adds nothing"),
            (self.full > 0, "there are more series of metrics than there is room for"),
        ];
        traps.into_iter().filter(|(is_there, _)| *is_there).map(|(_, trap)| trap).collect()
    }

    /// Why.
    fn why(&self, signal: Signal) -> String {
        match (self.held.rejected, self.full) {
            (0, 0) => String::new(),
            (0, full) => format!("{full} data points belong to more series than there is room for"),
            (rejected, _) => {
                format!("{rejected} {} say when or what in no way that can be counted", signal.items())
            }
        }
    }
}
