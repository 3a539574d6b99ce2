//! A past that is played in virtual time through the engine of `serve`: what would have happened, and who would have been told.

pub(in crate::cli) mod report;

use std::collections::BTreeMap;

use jiff::Timestamp;
use statusquo_alert::{Effect, Engine, Incident, IncidentNumber, Input, Notice, Restored, Setup};
use statusquo_exchange::Name;

/// What has happened so far, while a past is played.
pub(in crate::cli) struct Played {
    engine: Engine,
    incidents: BTreeMap<IncidentNumber, Incident>,
    sent: Vec<Sent>,
}

/// A message that would have been sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::cli) struct Sent {
    /// About which incident.
    pub(in crate::cli) incident: IncidentNumber,
    /// To whom.
    pub(in crate::cli) receiver: Name,
    /// What it would have been about.
    pub(in crate::cli) notice: Notice,
    /// When.
    pub(in crate::cli) at: Timestamp,
}

impl Played {
    /// Nothing has happened yet, and this is how it is set.
    pub(in crate::cli) fn new(restored: Restored, setup: Setup, at: Timestamp) -> Self {
        let engine = Engine::restore(restored);
        let mut played = Self { engine, incidents: BTreeMap::new(), sent: Vec::new() };
        played.apply(Input::Configure(Box::new(setup)), at);
        played
    }

    /// Something happens.
    pub(in crate::cli) fn apply(&mut self, input: Input, now: Timestamp) {
        // Only commands can be refused.
        for effect in self.engine.apply(input, now).unwrap_or_default() {
            match effect {
                Effect::SaveIncident(incident) => drop(self.incidents.insert(incident.number, *incident)),
                Effect::Notify(told) => self.sent.push(Sent {
                    incident: told.brief.incident,
                    receiver: told.receiver,
                    notice: told.notice,
                    at: told.at,
                }),
                Effect::Recheck { .. }
                | Effect::SaveWatch(_)
                | Effect::DropWatch(_)
                | Effect::SaveSilence(_) => {}
            }
        }
    }

    /// Is an incident open?
    pub(in crate::cli) fn is_going_on(&self) -> bool {
        self.engine.incidents().any(Incident::is_open)
    }

    /// All has been played: takes over how the incidents stand.
    pub(in crate::cli) fn finish(&mut self) {
        self.incidents.extend(self.engine.incidents().map(|incident| (incident.number, incident.clone())));
    }

    /// The incidents, in order.
    pub(in crate::cli) fn incidents(&self) -> impl Iterator<Item = &Incident> {
        self.incidents.values()
    }

    /// What would have been sent of an incident.
    pub(in crate::cli) fn sent(&self, number: IncidentNumber) -> impl Iterator<Item = &Sent> {
        self.sent.iter().filter(move |sent| sent.incident == number)
    }
}
