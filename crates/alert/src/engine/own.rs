//! Incidents about ourselves: what we cannot see, and since when.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use jiff::Timestamp;
use statusquo_exchange::{Name, OwnFault};

use super::Engine;
use crate::time::since;
use crate::{Entry, EntryKind, Incident, IncidentNumber, Phase, Severity, Subject};

/// A fault of our own has to be gone for so long before people are told that it is over.
const OWN_RECOVERY: Duration = Duration::from_secs(60);

/// A fault of our own: who suffers from it, and since when nobody does any more.
#[derive(Debug, Clone, Default)]
pub(super) struct OwnWatch {
    pub(super) reported: bool,
    pub(super) blind: BTreeSet<Name>,
    pub(super) incident: Option<IncidentNumber>,
    clear_since: Option<Timestamp>,
}

impl Engine {
    /// Keeps the books of who cannot be seen for which fault.
    pub(super) fn note_faults(&mut self, name: &Name) {
        let Some(watch) = self.watches.get(name) else { return };
        let faults: Vec<OwnFault> = watch.faults().collect();
        for (fault, own) in &mut self.own {
            if !faults.contains(fault) {
                own.blind.remove(name);
            }
        }
        for fault in faults {
            self.own.entry(fault).or_default().blind.insert(name.clone());
        }
    }

    /// Opens and ends the incidents about ourselves. A single monitor that cannot see once is not news.
    pub(super) fn judge_own_faults(&mut self, now: Timestamp) {
        let faults: Vec<OwnFault> = self.own.keys().copied().collect();
        for fault in faults {
            let Some(own) = self.own.get_mut(&fault) else { continue };
            let watches = &self.watches;
            let repeatedly = |name: &Name| watches.get(name).is_some_and(|watch| watch.blind_in_a_row > 1);
            let persistent = own.blind.iter().any(repeatedly);
            let there = own.reported || own.blind.len() > 1 || persistent;
            let gone = !own.reported && own.blind.is_empty();
            match own.incident {
                None if there => self.open_own(fault, now),
                None => {}
                Some(number) if gone => {
                    let clear_since = *own.clear_since.get_or_insert(now);
                    if since(clear_since, now) >= OWN_RECOVERY {
                        own.incident = None;
                        own.clear_since = None;
                        self.end_own(number, now);
                    }
                }
                Some(number) => {
                    own.clear_since = None;
                    let blind: Vec<Name> = own.blind.iter().cloned().collect();
                    if let Some(incident) = self.incidents.get_mut(&number) {
                        let before = incident.affected.len();
                        incident.affected.extend(blind);
                        incident.affected.sort_unstable();
                        incident.affected.dedup();
                        if incident.affected.len() > before {
                            self.pending.incidents.insert(number);
                        }
                    }
                }
            }
        }
    }

    pub(super) fn open_own(&mut self, fault: OwnFault, now: Timestamp) {
        self.newest += 1;
        let number = IncidentNumber(self.newest);
        let own = self.own.entry(fault).or_default();
        own.incident = Some(number);
        own.clear_since = None;
        let incident = Incident {
            number,
            subject: Subject::Own(fault),
            title: "Statusquo".to_owned(),
            target: String::new(),
            phase: Phase::Open,
            severity: Severity::Failing,
            cause: None,
            began: now,
            opened: now,
            resolved: None,
            acknowledged: None,
            bad: 0,
            of: 0,
            affected: own.blind.iter().cloned().collect(),
            likely: Vec::new(),
            runbook: None,
            timeline: vec![Entry { at: now, kind: EntryKind::Opened(fault.in_words().to_owned()) }],
            told: BTreeMap::new(),
            escalated: BTreeMap::new(),
        };
        self.incidents.insert(number, incident);
        self.pending.incidents.insert(number);
    }

    pub(super) fn end_own(&mut self, number: IncidentNumber, now: Timestamp) {
        if let Ok(incident) = self.open_incident(number) {
            incident.phase = Phase::Resolved;
            incident.resolved = Some(now);
            incident.timeline.push(Entry { at: now, kind: EntryKind::Resolved });
        }
    }
}
