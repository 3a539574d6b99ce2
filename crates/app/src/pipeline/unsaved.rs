//! What the store does not have yet: coalesced, so that it stays small however long the disk is full.

use std::collections::{BTreeMap, VecDeque};

use statusquo_alert::{Effect, Incident, IncidentNumber, Notification, Silence, SilenceId, WatchRecord};
use statusquo_exchange::Name;

/// More messages than this are not kept for the store; they have been sent from memory by then.
const MOST_NOTIFICATIONS: usize = 10_000;

/// The newest version of each record, and all messages, that the store does not have yet.
#[derive(Debug, Default)]
pub(crate) struct Unsaved {
    watches: BTreeMap<Name, Option<WatchRecord>>,
    incidents: BTreeMap<IncidentNumber, Box<Incident>>,
    silences: BTreeMap<SilenceId, Silence>,
    notifications: VecDeque<Box<Notification>>,
    /// Messages that had to be forgotten.
    pub(crate) dropped: u64,
}

impl Unsaved {
    pub(crate) fn is_empty(&self) -> bool {
        self.watches.is_empty()
            && self.incidents.is_empty()
            && self.silences.is_empty()
            && self.notifications.is_empty()
    }

    /// Adds what is newer than all that is here.
    pub(crate) fn add(&mut self, effect: Effect) {
        match effect {
            Effect::Recheck { .. } => {}
            Effect::SaveWatch(record) => drop(self.watches.insert(record.monitor.clone(), Some(record))),
            Effect::DropWatch(name) => drop(self.watches.insert(name, None)),
            Effect::SaveIncident(incident) => drop(self.incidents.insert(incident.number, incident)),
            Effect::SaveSilence(silence) => drop(self.silences.insert(silence.id, silence)),
            Effect::Notify(notification) => self.notifications.push_back(notification),
        }
        if self.notifications.len() > MOST_NOTIFICATIONS {
            self.notifications.pop_front();
            self.dropped += 1;
        }
    }

    /// Puts back what could not be saved: it is older than all that is here.
    pub(crate) fn put_back(&mut self, effects: Vec<Effect>) {
        let newer = std::mem::take(self);
        self.dropped = newer.dropped;
        for effect in effects.into_iter().chain(newer.into_effects()) {
            self.add(effect);
        }
    }

    /// All of it, as one transaction.
    pub(crate) fn take(&mut self) -> Vec<Effect> {
        let dropped = self.dropped;
        let effects = std::mem::take(self).into_effects();
        self.dropped = dropped;
        effects
    }

    fn into_effects(self) -> Vec<Effect> {
        let watches = self.watches.into_iter().map(|(name, record)| match record {
            Some(record) => Effect::SaveWatch(record),
            None => Effect::DropWatch(name),
        });
        let incidents = self.incidents.into_values().map(Effect::SaveIncident);
        let silences = self.silences.into_values().map(Effect::SaveSilence);
        let notifications = self.notifications.into_iter().map(Effect::Notify);
        watches.chain(incidents).chain(silences).chain(notifications).collect()
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use statusquo_alert::{State, WatchState};

    use super::*;

    fn watch(name: &str, second: i64) -> Effect {
        Effect::SaveWatch(WatchRecord {
            monitor: Name::from(name),
            state: WatchState::Up,
            shown: State::Ok,
            since: Timestamp::from_second(second).unwrap(),
            incident: None,
            paused: false,
            last_beat: None,
            changes: Vec::new(),
        })
    }

    #[test]
    fn only_the_newest_version_of_a_record_is_kept() {
        let mut unsaved = Unsaved::default();
        unsaved.add(watch("a", 1));
        unsaved.add(watch("a", 2));
        let failed = unsaved.take();
        assert_eq!(failed, [watch("a", 2)]);
        unsaved.add(watch("a", 3));
        unsaved.put_back(failed);
        assert_eq!(unsaved.take(), [watch("a", 3)]);
        unsaved.add(watch("a", 4));
        unsaved.add(Effect::DropWatch(Name::from("a")));
        assert_eq!(unsaved.take(), [Effect::DropWatch(Name::from("a"))]);
        assert!(unsaved.is_empty());
    }
}
