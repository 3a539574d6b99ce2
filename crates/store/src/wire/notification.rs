//! A message in the outbox.

use serde::{Deserialize, Serialize};
use statusquo_alert::{Brief, IncidentNumber, Notice, Notification, Who};
use statusquo_exchange::Name;

use super::cause::{CauseWire, SeverityWire};
use super::incident::SubjectWire;
use super::{LikelyWire, micros, moment, word};
use crate::StoreError;

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct NotificationWire {
    key: String,
    receiver: String,
    notice: String,
    at: i64,
    incident: u64,
    subject: SubjectWire,
    title: String,
    target: String,
    severity: SeverityWire,
    cause: Option<CauseWire>,
    began: i64,
    resolved: Option<i64>,
    #[serde(default)]
    resolved_by: Option<String>,
    acknowledged: Option<(String, i64)>,
    bad: u32,
    of: u32,
    affected: Vec<String>,
    #[serde(default)]
    likely: Vec<LikelyWire>,
    runbook: Option<String>,
}

impl From<&Notification> for NotificationWire {
    fn from(notification: &Notification) -> Self {
        let brief = &notification.brief;
        Self {
            key: notification.key.clone(),
            receiver: notification.receiver.to_string(),
            notice: notification.notice.as_str().to_owned(),
            at: micros(notification.at),
            incident: brief.incident.0,
            subject: (&brief.subject).into(),
            title: brief.title.clone(),
            target: brief.target.clone(),
            severity: brief.severity.into(),
            cause: brief.cause.as_ref().map(CauseWire::from),
            began: micros(brief.began),
            resolved: brief.resolved.map(micros),
            resolved_by: brief.resolved_by.as_ref().map(|who| who.0.clone()),
            acknowledged: brief.acknowledged.as_ref().map(|(who, at)| (who.0.clone(), micros(*at))),
            bad: brief.bad,
            of: brief.of,
            affected: brief.affected.iter().map(Name::to_string).collect(),
            likely: brief.likely.iter().map(LikelyWire::from).collect(),
            runbook: brief.runbook.clone(),
        }
    }
}

impl TryFrom<NotificationWire> for Notification {
    type Error = StoreError;

    fn try_from(wire: NotificationWire) -> Result<Self, StoreError> {
        let brief = Brief {
            incident: IncidentNumber(wire.incident),
            subject: wire.subject.try_into()?,
            title: wire.title,
            target: wire.target,
            severity: wire.severity.into(),
            cause: wire.cause.map(TryInto::try_into).transpose()?,
            began: moment(wire.began)?,
            resolved: wire.resolved.map(moment).transpose()?,
            resolved_by: wire.resolved_by.map(Who),
            acknowledged: wire
                .acknowledged
                .map(|(who, at)| Ok::<_, StoreError>((Who(who), moment(at)?)))
                .transpose()?,
            bad: wire.bad,
            of: wire.of,
            affected: wire.affected.into_iter().map(Name::from).collect(),
            likely: wire.likely.into_iter().map(TryInto::try_into).collect::<Result<_, StoreError>>()?,
            runbook: wire.runbook,
        };
        Ok(Self {
            key: wire.key,
            receiver: Name::from(wire.receiver),
            notice: word(&wire.notice, Notice::parse)?,
            at: moment(wire.at)?,
            brief,
        })
    }
}
