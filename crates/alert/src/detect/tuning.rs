//! How the detectors of a service are set: switched off, or made to say more or less, for all of it or at one endpoint.

use std::collections::BTreeSet;

use super::threshold::is_of;
use crate::AlarmKind;

/// How the detectors of a service are set.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tuning {
    /// These say nothing.
    pub off: BTreeSet<AlarmKind>,
    /// How soon the others say something.
    pub sensitivity: Sensitivity,
    /// Endpoints for which something else holds; the first one that covers an endpoint counts.
    pub endpoints: Vec<EndpointTuning>,
}

/// What holds at some endpoints instead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EndpointTuning {
    /// Where: as in [`Place::Endpoint`](crate::Place::Endpoint).
    pub endpoint: String,
    /// These say nothing.
    pub off: BTreeSet<AlarmKind>,
    /// How soon the others say something.
    pub sensitivity: Sensitivity,
}

/// How soon a detector says something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Sensitivity {
    /// It takes twice as much, and a hundredth of the chance.
    Low,
    /// As they were measured to be right.
    #[default]
    Normal,
    /// Half as much is enough, and ten times the chance: more is said for nothing.
    High,
}

impl Sensitivity {
    /// All of them, the calmest first.
    pub const ALL: [Self; 3] = [Self::Low, Self::Normal, Self::High];

    /// The word for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Normal => "normal",
            Self::High => "high",
        }
    }

    /// The one that [`as_str`](Self::as_str) names.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|sensitivity| sensitivity.as_str() == word)
    }

    /// The fewest that are worth telling, where so many normally are.
    pub(super) const fn least(self, normally: u64) -> u64 {
        match self {
            Self::Low => normally.saturating_mul(2),
            Self::Normal => normally,
            Self::High => normally.div_ceil(2),
        }
    }

    /// What is rarer by chance is told.
    pub(super) const fn chance(self) -> f64 {
        match self {
            Self::Low => 1e-7,
            Self::Normal => 1e-5,
            Self::High => 1e-4,
        }
    }

    /// What is more than so many times the usual share is told.
    pub(super) const fn times(self) -> f64 {
        match self {
            Self::Low => 3.0,
            Self::Normal => 2.0,
            Self::High => 1.5,
        }
    }
}

impl Tuning {
    /// Does a detector say nothing here? `None` is the service as a whole.
    #[must_use]
    pub fn is_off(&self, kind: AlarmKind, endpoint: Option<&str>) -> bool {
        self.at(endpoint).map_or(&self.off, |tuning| &tuning.off).contains(&kind)
    }

    /// How soon a detector says something here.
    #[must_use]
    pub fn sensitivity(&self, endpoint: Option<&str>) -> Sensitivity {
        self.at(endpoint).map_or(self.sensitivity, |tuning| tuning.sensitivity)
    }

    fn at(&self, endpoint: Option<&str>) -> Option<&EndpointTuning> {
        let endpoint = endpoint?;
        self.endpoints.iter().find(|tuning| is_of(&tuning.endpoint, endpoint))
    }
}
