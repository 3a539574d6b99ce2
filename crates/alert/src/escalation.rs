//! Steps: who is told next while nobody takes an incident.

use std::time::Duration;

use jiff::Timestamp;
use statusquo_exchange::Name;

use crate::time::since;

/// One step: these receivers are told when nobody has taken the incident for so long since the step before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EscalationStep {
    /// How long the step before has time. Of the first step it is not used: it is told at once.
    pub after: Duration,
    /// Who is told.
    pub tell: Vec<Name>,
}

/// How far an incident has come in the steps of one receiver.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Escalated {
    /// The step that was reached, counted from 0.
    pub step: u32,
    /// When it was reached, or when messages were let go again after that.
    pub at: Timestamp,
}

impl Escalated {
    /// The next step, if there is one.
    pub(crate) fn next(self, steps: &[EscalationStep]) -> Option<(u32, &EscalationStep)> {
        let next = self.step.saturating_add(1);
        Some((next, steps.get(usize::try_from(next).ok()?)?))
    }

    /// The next step, if its time has come.
    pub(crate) fn due(self, steps: &[EscalationStep], now: Timestamp) -> Option<u32> {
        let (next, step) = self.next(steps)?;
        (since(self.at, now) >= step.after).then_some(next)
    }
}

/// Those who are told up to the step that was reached; nobody before the first.
pub(crate) fn told_by(steps: &[EscalationStep], reached: Option<Escalated>) -> impl Iterator<Item = &Name> {
    let count =
        reached.map_or(0, |reached| usize::try_from(reached.step).unwrap_or(usize::MAX).saturating_add(1));
    steps.iter().take(count).flat_map(|step| &step.tell)
}
