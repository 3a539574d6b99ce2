//! What is known of a monitor, in the store.

use serde::{Deserialize, Serialize};
use statusquo_alert::{IncidentNumber, State, WatchRecord, WatchState};
use statusquo_exchange::Name;

use super::cause::SeverityWire;
use super::{micros, moment, word};
use crate::StoreError;

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct WatchWire {
    monitor: String,
    state: StateWire,
    shown: String,
    since: i64,
    incident: Option<u64>,
    paused: bool,
    last_beat: Option<i64>,
    changes: Vec<i64>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum StateWire {
    New,
    Up,
    Suspect,
    Down(SeverityWire),
    Recovering(SeverityWire),
}

impl From<&WatchRecord> for WatchWire {
    fn from(record: &WatchRecord) -> Self {
        let state = match record.state {
            WatchState::New => StateWire::New,
            WatchState::Up => StateWire::Up,
            WatchState::Suspect => StateWire::Suspect,
            WatchState::Down(severity) => StateWire::Down(severity.into()),
            WatchState::Recovering(severity) => StateWire::Recovering(severity.into()),
        };
        Self {
            monitor: record.monitor.to_string(),
            state,
            shown: record.shown.as_str().to_owned(),
            since: micros(record.since),
            incident: record.incident.map(|number| number.0),
            paused: record.paused,
            last_beat: record.last_beat.map(micros),
            changes: record.changes.iter().copied().map(micros).collect(),
        }
    }
}

impl TryFrom<WatchWire> for WatchRecord {
    type Error = StoreError;

    fn try_from(wire: WatchWire) -> Result<Self, StoreError> {
        let state = match wire.state {
            StateWire::New => WatchState::New,
            StateWire::Up => WatchState::Up,
            StateWire::Suspect => WatchState::Suspect,
            StateWire::Down(severity) => WatchState::Down(severity.into()),
            StateWire::Recovering(severity) => WatchState::Recovering(severity.into()),
        };
        Ok(Self {
            monitor: Name::from(wire.monitor),
            state,
            shown: word(&wire.shown, State::parse)?,
            since: moment(wire.since)?,
            incident: wire.incident.map(IncidentNumber),
            paused: wire.paused,
            last_beat: wire.last_beat.map(moment).transpose()?,
            changes: wire.changes.into_iter().map(moment).collect::<Result<_, _>>()?,
        })
    }
}
