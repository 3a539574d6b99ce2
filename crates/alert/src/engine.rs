//! The engine: one input in, effects out.

use jiff::Timestamp;
use statusquo_exchange::Name;

use crate::{
    Command, CommandError, Effect, Incident, Maintenance, Observation, OwnFault, Policy, Receiver, Silence,
    WatchRecord, Who,
};

/// The configuration as far as the engine needs it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Setup {
    /// The monitors.
    pub policies: Vec<Policy>,
    /// The receivers.
    pub receivers: Vec<Receiver>,
    /// Planned work.
    pub maintenance: Vec<Maintenance>,
    /// Who is told of our own faults.
    pub own_receivers: Vec<Name>,
}

/// What was saved before a restart.
#[derive(Debug, Clone, Default)]
pub struct Restored {
    /// What was known of the monitors.
    pub watches: Vec<WatchRecord>,
    /// Incidents that are open or were resolved lately (a day), and the newest one.
    pub incidents: Vec<Incident>,
    /// Silences that have not ended.
    pub silences: Vec<Silence>,
}

/// What the engine learns.
#[derive(Debug, Clone)]
pub enum Input {
    /// The configuration, at the start and whenever it changes.
    Configure(Box<Setup>),
    /// What a probe showed.
    Observed(Observation),
    /// A heartbeat arrived for this monitor; `Some(code)` other than 0 says that the job failed.
    Beat {
        /// The monitor.
        monitor: Name,
        /// The exit code it gave, if any.
        exit_code: Option<i32>,
    },
    /// We noticed a fault of our own, or (`false`) that it is over. Faults that come with observations need not
    /// be reported again.
    Own(OwnFault, bool),
    /// A person asks for something.
    Command(Command, Who),
    /// Time has passed.
    Tick,
}

/// All monitors, incidents and silences, and what follows from an input.
#[derive(Debug, Default)]
pub struct Engine {}

impl Engine {
    /// An engine that goes on where another one stopped.
    #[must_use]
    pub fn restore(_restored: Restored) -> Self {
        Self {}
    }

    /// Takes one input and says what follows from it.
    ///
    /// # Errors
    /// A [`Command`] can be refused; nothing else can.
    pub fn apply(&mut self, _input: Input, _now: Timestamp) -> Result<Vec<Effect>, CommandError> {
        Ok(Vec::new())
    }

    /// When [`Input::Tick`] is due at the latest.
    #[must_use]
    pub fn wakes_at(&self) -> Option<Timestamp> {
        None
    }
}
