//! Why a step of a probe did not succeed: the target's fault, or ours.

use statusquo_exchange::{FailureKind, OwnFault};

use crate::blind::Blind;

/// Why a step did not succeed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Fault {
    /// The target's, or that of the way to it.
    Target(FailureKind, String),
    /// Ours.
    Own(Blind),
}

impl Fault {
    pub(crate) fn target(kind: FailureKind, detail: impl Into<String>) -> Self {
        Self::Target(kind, detail.into())
    }

    pub(crate) fn own(fault: OwnFault, detail: impl Into<String>) -> Self {
        Self::Own(Blind::new(fault, detail))
    }
}

impl From<Blind> for Fault {
    fn from(blind: Blind) -> Self {
        Self::Own(blind)
    }
}
