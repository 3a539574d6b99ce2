//! What programs send to the API.

use jiff::Timestamp;
use serde::Deserialize;
use utoipa::ToSchema;

/// A remark for an incident's timeline.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AskedNote {
    /// The remark.
    pub text: String,
}

/// A stretch that is to be taken out of the account of an objective.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AskedCorrection {
    /// The first moment; without it, the beginning of the incident.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub from: Option<Timestamp>,
    /// The last moment; without it, the end of the incident, or now.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub until: Option<Timestamp>,
    /// The incident that is meant.
    #[serde(default)]
    pub incident: Option<u64>,
    /// Why.
    pub why: String,
}

/// A silence.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AskedSilence {
    /// The monitors, by name; empty or missing: all.
    #[serde(default)]
    pub monitors: Vec<String>,
    /// For how long from now: `1h`, `30m`, `1h 30m`, `PT1H`.
    #[serde(rename = "for")]
    pub lasting: String,
    /// Why.
    #[serde(default)]
    pub comment: String,
}
