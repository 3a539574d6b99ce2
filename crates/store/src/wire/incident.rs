//! An incident in the store.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use statusquo_alert::{
    Entry, EntryKind, Escalated, Incident, IncidentNumber, Notice, Phase, Subject, Told, Who,
};
use statusquo_exchange::{Name, OwnFault};

use super::cause::{CauseWire, SeverityWire};
use super::{LikelyWire, micros, moment, word};
use crate::StoreError;

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct IncidentWire {
    number: u64,
    subject: SubjectWire,
    title: String,
    target: String,
    phase: String,
    severity: SeverityWire,
    cause: Option<CauseWire>,
    began: i64,
    opened: i64,
    resolved: Option<i64>,
    acknowledged: Option<(String, i64)>,
    bad: u32,
    of: u32,
    affected: Vec<String>,
    #[serde(default)]
    likely: Vec<LikelyWire>,
    runbook: Option<String>,
    timeline: Vec<(i64, EntryWire)>,
    told: BTreeMap<String, ToldWire>,
    /// Steps reached, and when; incidents from before there were steps have none.
    #[serde(default)]
    escalated: BTreeMap<String, (u32, i64)>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum SubjectWire {
    Monitor(String),
    Traffic(String),
    Own(String),
}

#[derive(Debug, Serialize, Deserialize)]
struct ToldWire {
    notice: String,
    severity: SeverityWire,
    at: i64,
    count: u32,
    reminders: u32,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum EntryWire {
    Opened(String),
    CauseChanged(String),
    Worsened(String),
    Recovering,
    FailedAgain(String),
    Resolved,
    ResolvedBy(String),
    Withdrawn(String),
    Reopened(String),
    Acknowledged(String),
    PassedOn(String),
    Escalated(String, u32),
    Note(String, String),
    Flapping,
    Told(String, String),
    Held(String),
    Released,
    Affects(String),
    Blind(String),
}

impl From<&Subject> for SubjectWire {
    fn from(subject: &Subject) -> Self {
        match subject {
            Subject::Monitor(name) => Self::Monitor(name.to_string()),
            Subject::Traffic(service) => Self::Traffic(service.to_string()),
            Subject::Own(fault) => Self::Own(fault.as_str().to_owned()),
        }
    }
}

impl TryFrom<SubjectWire> for Subject {
    type Error = StoreError;

    fn try_from(wire: SubjectWire) -> Result<Self, StoreError> {
        Ok(match wire {
            SubjectWire::Monitor(name) => Self::Monitor(Name::from(name)),
            SubjectWire::Traffic(service) => Self::Traffic(Name::from(service)),
            SubjectWire::Own(fault) => Self::Own(word(&fault, OwnFault::parse)?),
        })
    }
}

impl From<&EntryKind> for EntryWire {
    fn from(kind: &EntryKind) -> Self {
        match kind {
            EntryKind::Opened(text) => Self::Opened(text.clone()),
            EntryKind::CauseChanged(text) => Self::CauseChanged(text.clone()),
            EntryKind::Worsened(text) => Self::Worsened(text.clone()),
            EntryKind::Recovering => Self::Recovering,
            EntryKind::FailedAgain(text) => Self::FailedAgain(text.clone()),
            EntryKind::Resolved => Self::Resolved,
            EntryKind::ResolvedBy(who) => Self::ResolvedBy(who.0.clone()),
            EntryKind::Withdrawn(why) => Self::Withdrawn(why.clone()),
            EntryKind::Reopened(text) => Self::Reopened(text.clone()),
            EntryKind::Acknowledged(who) => Self::Acknowledged(who.0.clone()),
            EntryKind::PassedOn(who) => Self::PassedOn(who.0.clone()),
            EntryKind::Escalated(name, step) => Self::Escalated(name.to_string(), *step),
            EntryKind::Note(who, text) => Self::Note(who.0.clone(), text.clone()),
            EntryKind::Flapping => Self::Flapping,
            EntryKind::Told(name, notice) => Self::Told(name.to_string(), notice.as_str().to_owned()),
            EntryKind::Held(why) => Self::Held(why.clone()),
            EntryKind::Released => Self::Released,
            EntryKind::Affects(name) => Self::Affects(name.to_string()),
            EntryKind::Blind(fault) => Self::Blind(fault.as_str().to_owned()),
        }
    }
}

impl TryFrom<EntryWire> for EntryKind {
    type Error = StoreError;

    fn try_from(wire: EntryWire) -> Result<Self, StoreError> {
        Ok(match wire {
            EntryWire::Opened(text) => Self::Opened(text),
            EntryWire::CauseChanged(text) => Self::CauseChanged(text),
            EntryWire::Worsened(text) => Self::Worsened(text),
            EntryWire::Recovering => Self::Recovering,
            EntryWire::FailedAgain(text) => Self::FailedAgain(text),
            EntryWire::Resolved => Self::Resolved,
            EntryWire::ResolvedBy(who) => Self::ResolvedBy(Who(who)),
            EntryWire::Withdrawn(why) => Self::Withdrawn(why),
            EntryWire::Reopened(text) => Self::Reopened(text),
            EntryWire::Acknowledged(who) => Self::Acknowledged(Who(who)),
            EntryWire::PassedOn(who) => Self::PassedOn(Who(who)),
            EntryWire::Escalated(name, step) => Self::Escalated(Name::from(name), step),
            EntryWire::Note(who, text) => Self::Note(Who(who), text),
            EntryWire::Flapping => Self::Flapping,
            EntryWire::Told(name, notice) => Self::Told(Name::from(name), word(&notice, Notice::parse)?),
            EntryWire::Held(why) => Self::Held(why),
            EntryWire::Released => Self::Released,
            EntryWire::Affects(name) => Self::Affects(Name::from(name)),
            EntryWire::Blind(fault) => Self::Blind(word(&fault, OwnFault::parse)?),
        })
    }
}

impl From<&Incident> for IncidentWire {
    fn from(incident: &Incident) -> Self {
        let told = incident.told.iter().map(|(name, told)| {
            let wire = ToldWire {
                notice: told.notice.as_str().to_owned(),
                severity: told.severity.into(),
                at: micros(told.at),
                count: told.count,
                reminders: told.reminders,
            };
            (name.to_string(), wire)
        });
        Self {
            number: incident.number.0,
            subject: (&incident.subject).into(),
            title: incident.title.clone(),
            target: incident.target.clone(),
            phase: incident.phase.as_str().to_owned(),
            severity: incident.severity.into(),
            cause: incident.cause.as_ref().map(CauseWire::from),
            began: micros(incident.began),
            opened: micros(incident.opened),
            resolved: incident.resolved.map(micros),
            acknowledged: incident.acknowledged.as_ref().map(|(who, at)| (who.0.clone(), micros(*at))),
            bad: incident.bad,
            of: incident.of,
            affected: incident.affected.iter().map(Name::to_string).collect(),
            likely: incident.likely.iter().map(LikelyWire::from).collect(),
            runbook: incident.runbook.clone(),
            timeline: incident
                .timeline
                .iter()
                .map(|entry| (micros(entry.at), (&entry.kind).into()))
                .collect(),
            told: told.collect(),
            escalated: incident
                .escalated
                .iter()
                .map(|(name, reached)| (name.to_string(), (reached.step, micros(reached.at))))
                .collect(),
        }
    }
}

impl TryFrom<IncidentWire> for Incident {
    type Error = StoreError;

    fn try_from(wire: IncidentWire) -> Result<Self, StoreError> {
        let timeline =
            wire.timeline.into_iter().map(|(at, kind)| Ok(Entry { at: moment(at)?, kind: kind.try_into()? }));
        let told = wire.told.into_iter().map(|(name, told)| {
            let told = Told {
                notice: word(&told.notice, Notice::parse)?,
                severity: told.severity.into(),
                at: moment(told.at)?,
                count: told.count,
                reminders: told.reminders,
            };
            Ok((Name::from(name), told))
        });
        let escalated = wire
            .escalated
            .into_iter()
            .map(|(name, (step, at))| Ok((Name::from(name), Escalated { step, at: moment(at)? })));
        Ok(Self {
            number: IncidentNumber(wire.number),
            subject: wire.subject.try_into()?,
            title: wire.title,
            target: wire.target,
            phase: word(&wire.phase, phase)?,
            severity: wire.severity.into(),
            cause: wire.cause.map(TryInto::try_into).transpose()?,
            began: moment(wire.began)?,
            opened: moment(wire.opened)?,
            resolved: wire.resolved.map(moment).transpose()?,
            acknowledged: wire
                .acknowledged
                .map(|(who, at)| Ok::<_, StoreError>((Who(who), moment(at)?)))
                .transpose()?,
            bad: wire.bad,
            of: wire.of,
            affected: wire.affected.into_iter().map(Name::from).collect(),
            likely: wire.likely.into_iter().map(TryInto::try_into).collect::<Result<_, StoreError>>()?,
            runbook: wire.runbook,
            timeline: timeline.collect::<Result<_, StoreError>>()?,
            told: told.collect::<Result<_, StoreError>>()?,
            escalated: escalated.collect::<Result<_, StoreError>>()?,
        })
    }
}

fn phase(word: &str) -> Option<Phase> {
    [Phase::Open, Phase::Acknowledged, Phase::Resolved].into_iter().find(|phase| phase.as_str() == word)
}
