//! What is likely behind an incident, in the store.

use serde::{Deserialize, Serialize};
use statusquo_alert::Likely;
use statusquo_exchange::Name;

use super::{micros, moment};
use crate::StoreError;

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum LikelyWire {
    Deploy { version: String, service: String, at: i64, url: Option<String> },
    ThirdParty { name: String, title: String, says: String, since: i64 },
}

impl From<&Likely> for LikelyWire {
    fn from(likely: &Likely) -> Self {
        match likely.clone() {
            Likely::Deploy { version, service, at, url } => {
                Self::Deploy { version, service: service.to_string(), at: micros(at), url }
            }
            Likely::ThirdParty { name, title, says, since } => {
                Self::ThirdParty { name: name.to_string(), title, says, since: micros(since) }
            }
        }
    }
}

impl TryFrom<LikelyWire> for Likely {
    type Error = StoreError;

    fn try_from(wire: LikelyWire) -> Result<Self, StoreError> {
        Ok(match wire {
            LikelyWire::Deploy { version, service, at, url } => {
                Self::Deploy { version, service: Name::from(service), at: moment(at)?, url }
            }
            LikelyWire::ThirdParty { name, title, says, since } => {
                Self::ThirdParty { name: Name::from(name), title, says, since: moment(since)? }
            }
        })
    }
}
