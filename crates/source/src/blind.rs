//! Why we could not see.

use statusquo_exchange::OwnFault;

/// Our own fault kept us from asking: nothing is known about the target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Blind {
    /// What is wrong with us.
    pub fault: OwnFault,
    /// One clause for people, lower case, no full stop.
    pub detail: String,
}

impl Blind {
    /// We cannot see because of this fault.
    #[must_use]
    pub fn new(fault: OwnFault, detail: impl Into<String>) -> Self {
        Self { fault, detail: detail.into() }
    }
}
