//! What is known of one monitor.

use jiff::Timestamp;
use statusquo_exchange::Name;

use crate::{IncidentNumber, Severity, State};

/// The states of the machine; [`State`] is what people see of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WatchState {
    /// Not looked at yet.
    New,
    /// Good.
    Up,
    /// A bad observation, not confirmed yet.
    Suspect,
    /// Confirmed bad.
    Down(Severity),
    /// Good again after having been bad, for less than the recovery period.
    Recovering(Severity),
}

/// What outlives a restart of a monitor's machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WatchRecord {
    /// The monitor.
    pub monitor: Name,
    /// The machine's state.
    pub state: WatchState,
    /// What people see.
    pub shown: State,
    /// Since when they see it.
    pub since: Timestamp,
    /// The incident that is open, or was the last one.
    pub incident: Option<IncidentNumber>,
    /// Somebody paused it.
    pub paused: bool,
    /// The last heartbeat, for monitors that are pushed to.
    pub last_beat: Option<Timestamp>,
    /// Openings, resolutions and reopenings of the last half hour: more than four of them is flapping.
    pub changes: Vec<Timestamp>,
}
