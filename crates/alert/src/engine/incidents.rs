//! From the steps of a monitor's machine to its incident.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::Timestamp;
use statusquo_exchange::Name;

use super::Engine;
use crate::time::since;
use crate::watch::Step;
use crate::{Cause, Effect, Entry, EntryKind, Incident, IncidentNumber, Phase, Severity, Subject};

impl Engine {
    pub(super) fn take(&mut self, name: &Name, steps: Vec<Step>, now: Timestamp) {
        for step in steps {
            match step {
                Step::Recheck(location, at) => {
                    self.pending.rechecks.push(Effect::Recheck { monitor: name.clone(), location, at });
                }
                Step::Open { cause, severity, began } => self.open(name, cause, severity, (began, now)),
                Step::Worsen { cause } => self.worsen(name, cause, now),
                Step::ChangeCause { cause } => {
                    self.log(name, EntryKind::CauseChanged(cause.sentence), now);
                }
                Step::Recover => self.log(name, EntryKind::Recovering, now),
                Step::FailAgain { cause } => self.log(name, EntryKind::FailedAgain(cause.sentence), now),
                Step::Resolve => self.end(name, EntryKind::Resolved, now),
                Step::Blind(fault) => self.log(name, EntryKind::Blind(fault), now),
            }
        }
        if self.watches.get_mut(name).is_some_and(|watch| watch.refresh(now)) {
            self.pending.watches.insert(name.clone());
        }
    }

    pub(super) fn open(
        &mut self,
        name: &Name,
        cause: Cause,
        severity: Severity,
        (began, now): (Timestamp, Timestamp),
    ) {
        let Some(watch) = self.watches.get_mut(name) else { return };
        let started_flapping = watch.note_change(now);
        let last = watch.incident.and_then(|number| self.incidents.get_mut(&number));
        let sentence = cause.sentence.clone();
        let number = match last {
            // Restored as failing, or still open from before the monitor was changed: the same incident.
            Some(incident) if incident.is_open() => {
                incident.severity = incident.severity.max(severity);
                incident.cause = Some(cause);
                incident.number
            }
            Some(incident) if is_same_again(incident, &cause, watch.policy.reopen_within, now) => {
                incident.phase = Phase::Open;
                incident.resolved = None;
                incident.acknowledged = None;
                incident.escalated.clear();
                incident.severity = severity;
                incident.cause = Some(cause);
                incident.timeline.push(Entry { at: now, kind: EntryKind::Reopened(sentence) });
                incident.number
            }
            _ => {
                self.newest += 1;
                let number = IncidentNumber(self.newest);
                let incident = Incident {
                    number,
                    subject: Subject::Monitor(name.clone()),
                    title: watch.policy.title.clone(),
                    target: watch.policy.target.clone(),
                    phase: Phase::Open,
                    severity,
                    cause: Some(cause),
                    began,
                    opened: now,
                    resolved: None,
                    acknowledged: None,
                    bad: watch.bad,
                    of: watch.of,
                    affected: Vec::new(),
                    likely: Vec::new(),
                    runbook: watch.policy.runbook.clone(),
                    timeline: vec![Entry { at: now, kind: EntryKind::Opened(sentence) }],
                    told: BTreeMap::new(),
                    escalated: BTreeMap::new(),
                };
                self.incidents.insert(number, incident);
                number
            }
        };
        watch.incident = Some(number);
        self.pending.watches.insert(name.clone());
        self.pending.incidents.insert(number);
        if started_flapping {
            self.log(name, EntryKind::Flapping, now);
        }
        self.tell_parent(name, now);
    }

    /// A failing parent's incident names the monitors that fail with it.
    pub(super) fn tell_parent(&mut self, name: &Name, now: Timestamp) {
        let parent = self.watches.get(name).and_then(|watch| watch.policy.parent.clone());
        let Some(number) = parent.and_then(|parent| self.watches.get(&parent)?.incident) else { return };
        let Some(incident) = self.incidents.get_mut(&number).filter(|incident| incident.is_open()) else {
            return;
        };
        if !incident.affected.contains(name) {
            incident.affected.push(name.clone());
            incident.timeline.push(Entry { at: now, kind: EntryKind::Affects(name.clone()) });
            self.pending.incidents.insert(number);
        }
    }

    pub(super) fn worsen(&mut self, name: &Name, cause: Cause, now: Timestamp) {
        let sentence = cause.sentence.clone();
        let number = self.watches.get(name).and_then(|watch| watch.incident);
        if let Some(incident) = number.and_then(|number| self.incidents.get_mut(&number)) {
            incident.severity = Severity::Failing;
            incident.cause = Some(cause);
        }
        self.log(name, EntryKind::Worsened(sentence), now);
        self.pending.watches.insert(name.clone());
    }

    pub(super) fn end(&mut self, name: &Name, how: EntryKind, now: Timestamp) {
        let Some(watch) = self.watches.get_mut(name) else { return };
        let Some(number) = watch.incident else { return };
        self.pending.watches.insert(name.clone());
        let Some(incident) = self.incidents.get_mut(&number).filter(|incident| incident.is_open()) else {
            return;
        };
        watch.note_change(now);
        incident.phase = Phase::Resolved;
        incident.resolved = Some(now);
        incident.timeline.push(Entry { at: now, kind: how });
        self.pending.incidents.insert(number);
    }

    /// Adds a line to the timeline of the monitor's open incident, if it has one.
    pub(super) fn log(&mut self, name: &Name, kind: EntryKind, now: Timestamp) {
        let Some(number) = self.watches.get(name).and_then(|watch| watch.incident) else { return };
        let Some(incident) = self.incidents.get_mut(&number).filter(|incident| incident.is_open()) else {
            return;
        };
        incident.timeline.push(Entry { at: now, kind });
        self.pending.incidents.insert(number);
    }

    pub(super) fn withdraw(&mut self, name: &Name, why: &str, now: Timestamp) {
        let number = match self.watches.get(name) {
            Some(watch) => watch.incident,
            None => self.restored.get(name).and_then(|record| record.incident),
        };
        let Some(number) = number else { return };
        let Some(incident) = self.incidents.get_mut(&number).filter(|incident| incident.is_open()) else {
            return;
        };
        incident.phase = Phase::Resolved;
        incident.resolved = Some(now);
        incident.timeline.push(Entry { at: now, kind: EntryKind::Withdrawn(why.to_owned()) });
        self.pending.incidents.insert(number);
    }
}

fn is_same_again(incident: &Incident, cause: &Cause, within: Duration, now: Timestamp) -> bool {
    let same_family = incident.cause.as_ref().is_some_and(|last| last.kind.family() == cause.kind.family());
    let lately = incident.resolved.is_some_and(|at| since(at, now) < within);
    same_family && lately && !was_ended_by_hand(incident)
}

/// Did somebody end it, rather than that it was over?
pub(super) fn was_ended_by_hand(incident: &Incident) -> bool {
    matches!(incident.end(), Some(EntryKind::ResolvedBy(_) | EntryKind::Withdrawn(_)))
}
