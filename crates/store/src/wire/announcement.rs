//! An announcement in the store.

use serde::{Deserialize, Serialize};
use statusquo_alert::{IncidentNumber, Who};
use statusquo_exchange::Name;

use super::{micros, moment, word};
use crate::StoreError;
use crate::announcements::{Announcement, AnnouncementKind, Impact, Stage, Update};

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct AnnouncementWire {
    number: u64,
    title: String,
    kind: KindWire,
    components: Vec<String>,
    incident: Option<u64>,
    updates: Vec<UpdateWire>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum KindWire {
    Outage(String),
    Work { from: i64, until: i64 },
}

#[derive(Debug, Serialize, Deserialize)]
struct UpdateWire {
    at: i64,
    by: String,
    stage: String,
    text: String,
    workaround: Option<String>,
    next_by: Option<i64>,
}

impl From<&Announcement> for AnnouncementWire {
    fn from(announcement: &Announcement) -> Self {
        Self {
            number: announcement.number,
            title: announcement.title.clone(),
            kind: match announcement.kind {
                AnnouncementKind::Outage(impact) => KindWire::Outage(impact.as_str().to_owned()),
                AnnouncementKind::Work { from, until } => {
                    KindWire::Work { from: micros(from), until: micros(until) }
                }
            },
            components: announcement.components.iter().map(Name::to_string).collect(),
            incident: announcement.incident.map(|number| number.0),
            updates: announcement.updates.iter().map(UpdateWire::from).collect(),
        }
    }
}

impl From<&Update> for UpdateWire {
    fn from(update: &Update) -> Self {
        Self {
            at: micros(update.at),
            by: update.by.0.clone(),
            stage: update.stage.as_str().to_owned(),
            text: update.text.clone(),
            workaround: update.workaround.clone(),
            next_by: update.next_by.map(micros),
        }
    }
}

impl TryFrom<AnnouncementWire> for Announcement {
    type Error = StoreError;

    fn try_from(wire: AnnouncementWire) -> Result<Self, StoreError> {
        Ok(Self {
            number: wire.number,
            title: wire.title,
            kind: match wire.kind {
                KindWire::Outage(impact) => AnnouncementKind::Outage(word(&impact, Impact::parse)?),
                KindWire::Work { from, until } => {
                    AnnouncementKind::Work { from: moment(from)?, until: moment(until)? }
                }
            },
            components: wire.components.into_iter().map(Name::from).collect(),
            incident: wire.incident.map(IncidentNumber),
            updates: wire.updates.into_iter().map(Update::try_from).collect::<Result<_, _>>()?,
        })
    }
}

impl TryFrom<UpdateWire> for Update {
    type Error = StoreError;

    fn try_from(wire: UpdateWire) -> Result<Self, StoreError> {
        Ok(Self {
            at: moment(wire.at)?,
            by: Who(wire.by),
            stage: word(&wire.stage, Stage::parse)?,
            text: wire.text,
            workaround: wire.workaround,
            next_by: wire.next_by.map(moment).transpose()?,
        })
    }
}
