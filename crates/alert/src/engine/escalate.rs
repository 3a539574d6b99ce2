//! Who is told next, and who is held back: what time alone changes for an incident.

use jiff::Timestamp;
use statusquo_exchange::Name;

use super::Engine;
use crate::ledger::Circumstances;
use crate::{CommandError, Entry, EntryKind, Escalated, Incident, IncidentNumber, Phase, Subject, Who};

impl Engine {
    /// The receivers that an incident's subject names; some of them are steps.
    pub(super) fn configured<'a>(&'a self, incident: &'a Incident) -> &'a [Name] {
        match &incident.subject {
            Subject::Monitor(name) => {
                self.watches.get(name).map_or(&[], |watch| watch.policy.receivers.as_slice())
            }
            Subject::Traffic(_) => named(incident).unwrap_or(&self.traffic_receivers),
            Subject::Own(_) => &self.own_receivers,
        }
    }

    /// Takes the steps whose time has come. A silence or a maintenance stops the clock.
    pub(super) fn escalate(&mut self, number: IncidentNumber, now_is: Circumstances, now: Timestamp) {
        let Some(incident) = self.incidents.get(&number) else { return };
        if incident.phase != Phase::Open || now_is.held || now_is.recovering {
            return;
        }
        let mut taken = Vec::new();
        for name in self.configured(incident) {
            let steps = self.receivers.get(name).map_or(&[][..], |receiver| &receiver.steps);
            match incident.escalated.get(name) {
                None if !steps.is_empty() => taken.push((name.clone(), 0)),
                Some(reached) if !now_is.flapping => {
                    taken.extend(reached.due(steps, now).map(|step| (name.clone(), step)));
                }
                None | Some(_) => {}
            }
        }
        for (name, step) in taken {
            self.reach(number, name, step, now);
        }
    }

    fn reach(&mut self, number: IncidentNumber, name: Name, step: u32, now: Timestamp) {
        let Some(incident) = self.incidents.get_mut(&number) else { return };
        incident.escalated.insert(name.clone(), Escalated { step, at: now });
        if step > 0 {
            incident.timeline.push(Entry { at: now, kind: EntryKind::Escalated(name, step + 1) });
        }
        self.pending.incidents.insert(number);
    }

    /// "Somebody else shall do it": the next step at once, whoever had taken it.
    pub(super) fn pass_on(
        &mut self,
        number: IncidentNumber,
        who: Who,
        now: Timestamp,
    ) -> Result<(), CommandError> {
        self.open_incident(number)?;
        let Some(incident) = self.incidents.get(&number) else { return Ok(()) };
        let mut next = Vec::new();
        for (name, reached) in &incident.escalated {
            let steps = self.receivers.get(name).map_or(&[][..], |receiver| &receiver.steps);
            next.extend(reached.next(steps).map(|(step, _)| (name.clone(), step)));
        }
        if next.is_empty() {
            return Err(CommandError::NobodyLeft(number.0));
        }
        let incident = self.open_incident(number)?;
        incident.phase = Phase::Open;
        incident.acknowledged = None;
        incident.timeline.push(Entry { at: now, kind: EntryKind::PassedOn(who) });
        for (name, step) in next {
            self.reach(number, name, step, now);
        }
        Ok(())
    }

    /// Writes into the timeline when messages begin to be held back, why, and when they no longer are.
    pub(super) fn note_held(&mut self, number: IncidentNumber, now: Timestamp) {
        let Some(incident) = self.incidents.get(&number).filter(|incident| incident.is_open()) else {
            return;
        };
        let (Subject::Monitor(name) | Subject::Traffic(name)) = &incident.subject else { return };
        let reason = self.held_by(name.as_str(), now);
        let last = incident.timeline.iter().rev().find_map(|entry| match &entry.kind {
            EntryKind::Held(why) => Some(Some(why)),
            EntryKind::Released => Some(None),
            EntryKind::Opened(_)
            | EntryKind::CauseChanged(_)
            | EntryKind::Worsened(_)
            | EntryKind::Recovering
            | EntryKind::FailedAgain(_)
            | EntryKind::Resolved
            | EntryKind::ResolvedBy(_)
            | EntryKind::Withdrawn(_)
            | EntryKind::Reopened(_)
            | EntryKind::Acknowledged(_)
            | EntryKind::PassedOn(_)
            | EntryKind::Escalated(..)
            | EntryKind::Note(..)
            | EntryKind::Flapping
            | EntryKind::Told(..)
            | EntryKind::Affects(_)
            | EntryKind::Blind(_) => None,
        });
        if last.flatten() == reason.as_ref() {
            return;
        }
        let Some(incident) = self.incidents.get_mut(&number) else { return };
        let kind = match reason {
            Some(reason) => EntryKind::Held(reason),
            None => {
                for reached in incident.escalated.values_mut() {
                    reached.at = now;
                }
                EntryKind::Released
            }
        };
        incident.timeline.push(Entry { at: now, kind });
        self.pending.incidents.insert(number);
    }
}

/// The receivers that are named by what an incident about traffic was opened for, if it names some.
fn named(incident: &Incident) -> Option<&[Name]> {
    let traffic = incident.cause.as_ref()?.kind.traffic()?;
    Some(traffic.receivers.as_slice()).filter(|receivers| !receivers.is_empty())
}
