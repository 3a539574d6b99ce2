//! Why a receiver was told or not told, as JSON.

use jiff::Timestamp;
use serde::Serialize;
use statusquo_alert::{Because, Why};
use utoipa::ToSchema;

use crate::words;

/// What each receiver knew of an incident at a moment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Whys {
    /// The incident.
    pub incident: u64,
    /// The moment.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// The receivers, by name.
    pub receivers: Vec<WhyWire>,
}

/// What one receiver knew, and why it was told no more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct WhyWire {
    /// Its name.
    pub receiver: String,
    /// The last notice that it had been told: `opened`, `reminder` …
    pub told: Option<&'static str>,
    /// When it had been told that.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub told_at: Option<Timestamp>,
    /// Why nothing else: `not_begun`, `not_sure`, `held`, `flapping`, `recovering`, `taken`, `not_its_turn`, `over`,
    /// `nothing_new`.
    pub because: &'static str,
    /// The same as a sentence.
    pub text: String,
}

impl From<&Why> for WhyWire {
    fn from(why: &Why) -> Self {
        Self {
            receiver: why.receiver.to_string(),
            told: why.told.map(|(notice, _)| notice.as_str()),
            told_at: why.told.map(|(_, at)| at),
            because: match why.because {
                Because::NotBegun => "not_begun",
                Because::NotSure(_) => "not_sure",
                Because::Held(_) => "held",
                Because::Flapping => "flapping",
                Because::Recovering => "recovering",
                Because::Taken(_) => "taken",
                Because::NotItsTurn(_) => "not_its_turn",
                Because::Over => "over",
                Because::NothingNew => "nothing_new",
            },
            text: words::why(why),
        }
    }
}
