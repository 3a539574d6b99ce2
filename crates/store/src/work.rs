//! Work for the writer.

use std::sync::Arc;

use jiff::Timestamp;
use rusqlite::Transaction;
use statusquo_alert::{Deploy, Effect};
use statusquo_exchange::Name;
use statusquo_slo::Sample;
use tokio::sync::oneshot;

use crate::journal::Journal;
use crate::outbox::{self, Ending};
use crate::people::{self, Change};
use crate::{
    Announcement, Audited, Corrected, Evidence, Judged, PartyState, StoreError, TrafficBatch, announcements,
    corrections, judged, parties, records, traffic,
};

/// Says how durable work ended.
pub(crate) type Answer = oneshot::Sender<Result<(), StoreError>>;

/// Work for the writer.
#[derive(Debug)]
pub(crate) enum Work {
    /// Somebody waits for the answer; when it is `Ok`, it has reached the disk.
    Durable(Durable, Answer),
    /// May be dropped, and is counted then.
    Seen(Seen),
    /// This is the time: count what there is to count.
    RollUp(Timestamp),
    /// Nothing: look whether it is time to end.
    Wake,
}

/// What must not be lost.
#[derive(Debug)]
pub(crate) enum Durable {
    Effects(Vec<Effect>),
    Ending { key: String, at: Timestamp, ending: Ending },
    People { change: Change, deed: Audited },
    Announce(Announcement),
    Audit(Audited),
    Traffic(Arc<TrafficBatch>),
    Party(Box<PartyState>),
    Deploy(Deploy),
    Corrected(Box<Corrected>),
    Judged(Vec<Judged>),
}

/// What probes saw.
#[derive(Debug)]
pub(crate) enum Seen {
    Samples(Vec<(Name, Name, Sample)>),
    Evidence(Box<Evidence>),
}

impl Durable {
    pub(crate) fn perform(&self, transaction: &Transaction<'_>) -> Result<(), StoreError> {
        match self {
            Self::Effects(effects) => {
                effects.iter().try_for_each(|effect| records::save(transaction, effect))
            }
            Self::Ending { key, at, ending } => outbox::end(transaction, key, *at, ending),
            Self::People { change, deed } => {
                people::change(transaction, change)?;
                records::note(transaction, deed)
            }
            Self::Announce(announcement) => announcements::save(transaction, announcement),
            Self::Audit(deed) => records::note(transaction, deed),
            Self::Traffic(batch) => traffic::save(transaction, batch),
            Self::Party(state) => parties::save(transaction, state),
            Self::Deploy(deploy) => parties::deployed(transaction, deploy),
            Self::Corrected(corrected) => corrections::save(transaction, corrected),
            Self::Judged(all) => judged::save(transaction, all),
        }
    }
}

impl Seen {
    pub(crate) fn perform(
        &self,
        transaction: &Transaction<'_>,
        journal: &mut Journal,
    ) -> Result<(), StoreError> {
        match self {
            Self::Samples(samples) => journal.add(transaction, samples),
            Self::Evidence(evidence) => journal.keep(transaction, evidence),
        }
    }

    /// How many probes or exchanges it is.
    pub(crate) fn count(&self) -> u64 {
        match self {
            Self::Samples(samples) => samples.len() as u64,
            Self::Evidence(_) => 1,
        }
    }

    /// How much memory it takes, about.
    pub(crate) fn bytes(&self) -> usize {
        match self {
            Self::Samples(samples) => samples.len() * size_of::<(Name, Name, Sample)>(),
            Self::Evidence(evidence) => size_of::<Evidence>() + evidence.json.len(),
        }
    }
}
