//! What one probe (or heartbeat) showed.

use jiff::Timestamp;
use statusquo_exchange::Name;

use crate::{Cause, OwnFault};

/// What one act of asking showed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Observation {
    /// The monitor on whose behalf we asked.
    pub monitor: Name,
    /// Where the probe ran.
    pub location: Name,
    /// When the answer, or its absence, was known.
    pub at: Timestamp,
    /// What it means.
    pub verdict: Verdict,
}

/// What an observation means for the target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// All expectations held.
    Good,
    /// The target is at fault.
    Bad(Cause),
    /// We could not look: nothing is known about the target.
    Unknown(OwnFault),
}
