//! What a third party's status page said last, in the store.

use serde::{Deserialize, Serialize};
use statusquo_exchange::{Health, Name};

use super::{micros, moment, word};
use crate::{PartyPart, PartyReport, PartyState, StoreError};

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct PartyWire {
    feed: String,
    etag: Option<String>,
    last_modified: Option<String>,
    format: Option<String>,
    health: String,
    since: i64,
    checked: Option<i64>,
    parts: Vec<(String, String)>,
    reported: Vec<ReportWire>,
}

#[derive(Debug, Serialize, Deserialize)]
struct ReportWire {
    title: String,
    health: String,
    since: Option<i64>,
    link: Option<String>,
}

impl From<&PartyState> for PartyWire {
    fn from(state: &PartyState) -> Self {
        let reported = state.reported.iter().map(|one| ReportWire {
            title: one.title.clone(),
            health: one.health.as_str().to_owned(),
            since: one.since.map(micros),
            link: one.link.clone(),
        });
        let parts = state.parts.iter().map(|part| (part.name.clone(), part.health.as_str().to_owned()));
        Self {
            feed: state.feed.clone(),
            etag: state.etag.clone(),
            last_modified: state.last_modified.clone(),
            format: state.format.clone(),
            health: state.health.as_str().to_owned(),
            since: micros(state.since),
            checked: state.checked.map(micros),
            parts: parts.collect(),
            reported: reported.collect(),
        }
    }
}

impl PartyWire {
    /// The state of the third party with this name.
    pub(crate) fn of(self, name: Name) -> Result<PartyState, StoreError> {
        let health = |text: &str| word(text, Health::parse);
        let reported = self.reported.into_iter().map(|one| {
            Ok(PartyReport {
                health: health(&one.health)?,
                title: one.title,
                since: one.since.map(moment).transpose()?,
                link: one.link,
            })
        });
        let parts = self.parts.into_iter().map(|(name, how)| Ok(PartyPart { health: health(&how)?, name }));
        Ok(PartyState {
            name,
            feed: self.feed,
            etag: self.etag,
            last_modified: self.last_modified,
            format: self.format,
            health: health(&self.health)?,
            since: moment(self.since)?,
            checked: self.checked.map(moment).transpose()?,
            parts: parts.collect::<Result<_, StoreError>>()?,
            reported: reported.collect::<Result<_, StoreError>>()?,
        })
    }
}
