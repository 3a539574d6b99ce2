//! What people ask of the engine, obeyed or refused.

use jiff::Timestamp;
use statusquo_exchange::Name;

use super::Engine;
use super::alarms::service;
use crate::time::later;
use crate::{
    Command, CommandError, Entry, EntryKind, Incident, IncidentNumber, Phase, Scope, Silence, SilenceId,
    Subject, Who,
};

impl Engine {
    pub(super) fn obey(&mut self, command: Command, who: Who, now: Timestamp) -> Result<(), CommandError> {
        match command {
            Command::Acknowledge(number) => {
                let incident = self.open_incident(number)?;
                incident.phase = Phase::Acknowledged;
                incident.acknowledged = Some((who.clone(), now));
                incident.timeline.push(Entry { at: now, kind: EntryKind::Acknowledged(who) });
            }
            Command::PassOn(number) => self.pass_on(number, who, now)?,
            Command::Note(number, text) => {
                let text = text.trim();
                if text.is_empty() {
                    return Err(CommandError::Empty("the note"));
                }
                let incident = self.incidents.get_mut(&number).ok_or(CommandError::NoIncident(number.0))?;
                incident.timeline.push(Entry { at: now, kind: EntryKind::Note(who, text.to_owned()) });
                self.pending.incidents.insert(number);
            }
            Command::Resolve(number) => self.resolve_by_hand(number, who, now)?,
            Command::Silence { scope, lasting, comment } => {
                self.silence(scope, (now, later(now, lasting)), (comment, who))?;
            }
            Command::Plan { scope, from, until, comment } => {
                self.silence(scope, (from, until), (comment, who))?;
            }
            Command::EndSilence(id) => {
                let silence = self.silences.get_mut(&id).filter(|silence| silence.until > now);
                silence.ok_or(CommandError::NoSilence(id.0))?.until = now;
                self.pending.silences.insert(id);
            }
            Command::Pause(name) => self.pause(&name, true, &who, now)?,
            Command::Resume(name) => self.pause(&name, false, &who, now)?,
        }
        Ok(())
    }

    pub(super) fn open_incident(&mut self, number: IncidentNumber) -> Result<&mut Incident, CommandError> {
        let incident = self.incidents.get_mut(&number).ok_or(CommandError::NoIncident(number.0))?;
        if !incident.is_open() {
            return Err(CommandError::Resolved(number.0));
        }
        self.pending.incidents.insert(number);
        Ok(incident)
    }

    pub(super) fn resolve_by_hand(
        &mut self,
        number: IncidentNumber,
        who: Who,
        now: Timestamp,
    ) -> Result<(), CommandError> {
        let incident = self.open_incident(number)?;
        incident.phase = Phase::Resolved;
        incident.resolved = Some(now);
        incident.timeline.push(Entry { at: now, kind: EntryKind::ResolvedBy(who) });
        match incident.subject.clone() {
            Subject::Monitor(name) => {
                if let Some(watch) = self.watches.get_mut(&name) {
                    watch.start_afresh();
                    watch.refresh(now);
                    self.pending.watches.insert(name);
                }
            }
            // What still speaks for it is known, and raises no other one until it is over.
            Subject::Traffic(_) => {}
            Subject::Own(fault) => self.own.entry(fault).or_default().incident = None,
        }
        Ok(())
    }

    /// Is there a monitor of this name, or a service with an incident?
    fn is_known(&self, name: &Name) -> bool {
        let mut services = self.incidents.values().filter_map(service);
        self.watches.contains_key(name) || services.any(|service| service == name)
    }

    pub(super) fn silence(
        &mut self,
        scope: Scope,
        (from, until): (Timestamp, Timestamp),
        (comment, by): (String, Who),
    ) -> Result<(), CommandError> {
        if until <= from {
            return Err(CommandError::Empty("the length of a silence"));
        }
        if let Scope::Monitors(names) = &scope
            && let Some(unknown) = names.iter().find(|name| !self.is_known(name))
        {
            return Err(CommandError::NoMonitor(unknown.clone()));
        }
        self.newest_silence += 1;
        let id = SilenceId(self.newest_silence);
        let silence = Silence { id, scope, from, until, by, comment };
        self.silences.insert(id, silence);
        self.pending.silences.insert(id);
        Ok(())
    }

    pub(super) fn pause(
        &mut self,
        name: &Name,
        paused: bool,
        who: &Who,
        now: Timestamp,
    ) -> Result<(), CommandError> {
        let watch = self.watches.get_mut(name).ok_or_else(|| CommandError::NoMonitor(name.clone()))?;
        if watch.paused == paused {
            return Ok(());
        }
        watch.paused = paused;
        watch.watched_since = now;
        watch.start_afresh();
        watch.refresh(now);
        for own in self.own.values_mut() {
            own.blind.remove(name);
        }
        self.pending.watches.insert(name.clone());
        if paused {
            self.withdraw(name, &format!("{who} paused the monitor"), now);
        }
        Ok(())
    }
}
