//! Holds incidents against what others say: deploys, third parties.

use jiff::Timestamp;
use statusquo_exchange::Name;

use super::Engine;
use crate::{Entry, EntryKind, Incident, IncidentNumber, Who};

impl Engine {
    /// The monitors and services that are said to depend on a third party.
    pub fn needs(&self, party: &Name) -> impl Iterator<Item = Name> {
        let dependency = self.background.dependencies.iter().find(|dependency| dependency.name == *party);
        let names = dependency.map(|dependency| dependency.monitors.iter().chain(&dependency.services));
        names.into_iter().flatten().cloned()
    }

    /// Says of open incidents what is likely behind them: of those that have changed, or of all.
    pub(super) fn look_behind(&mut self, everything: bool, now: Timestamp) {
        let open = |incident: &&Incident| incident.is_open();
        let numbers: Vec<IncidentNumber> = match everything {
            true => self.incidents.values().filter(open).map(|incident| incident.number).collect(),
            false => self.pending.incidents.iter().copied().collect(),
        };
        for number in numbers {
            let Some(incident) = self.incidents.get_mut(&number).filter(|incident| incident.is_open()) else {
                continue;
            };
            let likely = self.background.likely(incident);
            if likely == incident.likely {
                continue;
            }
            for new in likely.iter().filter(|likely| !incident.likely.contains(likely)) {
                let text = format!("likely: {}", new.sentence(incident.began));
                incident
                    .timeline
                    .push(Entry { at: now, kind: EntryKind::Note(Who("Statusquo".to_owned()), text) });
            }
            incident.likely = likely;
            self.pending.incidents.insert(number);
        }
    }
}
