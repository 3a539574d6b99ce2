//! From what has changed to what has to be done: records to save, messages that are owed.

use std::collections::BTreeSet;

use jiff::Timestamp;
use statusquo_exchange::Name;

use super::Engine;
use crate::escalation::told_by;
use crate::ledger::{Circumstances, owed, told_after};
use crate::time::since;
use crate::{Effect, Entry, EntryKind, Incident, IncidentNumber, Notification, Subject};

impl Engine {
    /// Why nobody is told of this monitor now, if that is so.
    #[must_use]
    pub fn held_by(&self, monitor: &str, now: Timestamp) -> Option<String> {
        let planned = self.maintenance.iter().find_map(|work| {
            work.holds_until(monitor, now)
                .map(|until| format!("maintenance `{}` until {until:.0}", work.name))
        });
        let silenced = || {
            let silence = self.silences.values().find(|silence| silence.holds(monitor, now))?;
            Some(format!("silence {} by {} until {:.0}", silence.id.0, silence.by, silence.until))
        };
        planned.or_else(silenced).or_else(|| self.held_by_parent(monitor, now))
    }

    /// A child waits until its parent has been well for long enough that its own probes know as well.
    fn held_by_parent(&self, monitor: &str, now: Timestamp) -> Option<String> {
        let child = self.watches.get(monitor)?;
        let settling = child.policy.every.saturating_add(child.policy.timeout);
        let mut next = child.policy.parent.clone();
        // A bound instead of a memory of where we have been: configuration refuses cycles, restarts may not.
        for _ in 0..16 {
            let parent = self.watches.get(&next?)?;
            let settled = parent.up_since.is_none_or(|at| since(at, now) >= settling);
            if !parent.is_well() || (parent.incident.is_some() && !settled) {
                return Some(format!("`{}`, which it depends on, is failing", parent.policy.title));
            }
            next = parent.policy.parent.clone();
        }
        None
    }

    /// Turns what has changed into effects, and computes what is owed to whom.
    pub(super) fn settle(&mut self, everything: bool, now: Timestamp) -> Vec<Effect> {
        let mut pending = std::mem::take(&mut self.pending);
        let dirty: Vec<IncidentNumber> = if everything {
            self.incidents.keys().copied().collect()
        } else {
            pending.incidents.iter().copied().collect()
        };
        let mut notifications = Vec::new();
        for number in dirty {
            let told = self.settle_one(number, now);
            if !told.is_empty() {
                pending.incidents.insert(number);
            }
            notifications.extend(told);
        }
        pending.incidents.append(&mut self.pending.incidents);
        let mut effects = pending.rechecks;
        effects.extend(pending.dropped.into_iter().map(Effect::DropWatch));
        let watches = pending.watches.iter().filter_map(|name| self.watches.get(name));
        effects.extend(watches.map(|watch| Effect::SaveWatch(watch.record())));
        let incidents = pending.incidents.iter().filter_map(|number| self.incidents.get(number));
        effects.extend(incidents.map(|incident| Effect::SaveIncident(Box::new(incident.clone()))));
        let silences = pending.silences.iter().filter_map(|id| self.silences.get(id));
        effects.extend(silences.map(|silence| Effect::SaveSilence(silence.clone())));
        effects.extend(notifications.into_iter().map(|told| Effect::Notify(Box::new(told))));
        effects
    }

    pub(super) fn settle_one(&mut self, number: IncidentNumber, now: Timestamp) -> Vec<Notification> {
        self.note_held(number, now);
        let Some(incident) = self.incidents.get(&number) else { return Vec::new() };
        let circumstances = self.circumstances(incident, now);
        self.escalate(number, circumstances, now);
        let Some(incident) = self.incidents.get(&number) else { return Vec::new() };
        let addressees = self.addressees(incident);
        let mut notifications = Vec::new();
        for receiver in addressees {
            let wishes = self.receivers.get(&receiver);
            let Some(incident) = self.incidents.get_mut(&number) else { continue };
            let before = incident.told.get(&receiver);
            let Some(notice) = owed(incident, before, wishes, circumstances, now) else { continue };
            let told = told_after(incident, before, notice, now);
            // The beginning is part of it: with a new store numbers begin anew, and receivers remember keys.
            let began = incident.began.as_second();
            let key = format!("incident-{}-{began}-{receiver}-{}", number.0, told.count);
            incident.told.insert(receiver.clone(), told);
            incident.timeline.push(Entry { at: now, kind: EntryKind::Told(receiver.clone(), notice) });
            notifications.push(Notification { key, receiver, notice, at: now, brief: incident.brief() });
        }
        notifications
    }

    pub(super) fn circumstances(&self, incident: &Incident, now: Timestamp) -> Circumstances {
        let (Subject::Monitor(name) | Subject::Traffic(name)) = &incident.subject else {
            return Circumstances::default();
        };
        let watch = self.watches.get(name).filter(|watch| watch.incident == Some(incident.number));
        Circumstances {
            held: self.held_by(name.as_str(), now).is_some(),
            recovering: watch.is_some_and(|watch| watch.is_recovering()),
            flapping: watch.is_some_and(|watch| watch.is_flapping()),
        }
    }

    /// Those who are to be told, and those who were told of the start and are owed the end.
    pub(super) fn addressees(&self, incident: &Incident) -> Vec<Name> {
        let mut all: Vec<Name> = Vec::new();
        for name in self.configured(incident) {
            match self.receivers.get(name).filter(|receiver| !receiver.steps.is_empty()) {
                Some(steps) => {
                    all.extend(told_by(&steps.steps, incident.escalated.get(name).copied()).cloned());
                }
                None => all.push(name.clone()),
            }
        }
        // Whoever stands in several steps is told once.
        let mut seen = BTreeSet::new();
        all.retain(|name| seen.insert(name.clone()));
        let others = incident.told.keys().filter(|name| !seen.contains(*name));
        all.extend(others.filter(|_| !incident.is_open()).cloned());
        all
    }
}
