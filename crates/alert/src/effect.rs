//! What the engine's owner has to carry out.

use jiff::Timestamp;
use statusquo_exchange::Name;

use crate::{Incident, Notification, Silence, WatchRecord};

/// What the engine's owner has to carry out. The records and notifications of one input belong into one
/// transaction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// Ask again at this time, ahead of the schedule.
    Recheck {
        /// On behalf of this monitor.
        monitor: Name,
        /// From here.
        location: Name,
        /// When.
        at: Timestamp,
    },
    /// Save what is known of a monitor.
    SaveWatch(WatchRecord),
    /// Forget a monitor that is no longer configured.
    DropWatch(Name),
    /// Save an incident, new or changed.
    SaveIncident(Box<Incident>),
    /// Save a silence, new or changed.
    SaveSilence(Silence),
    /// Put a message into the outbox.
    Notify(Box<Notification>),
}
