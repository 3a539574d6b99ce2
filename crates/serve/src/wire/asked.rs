//! What programs send to the API.

use serde::Deserialize;
use utoipa::ToSchema;

/// A remark for an incident's timeline.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AskedNote {
    /// The remark.
    pub text: String,
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
