//! Deploys, as JSON.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use statusquo_alert::Deploy;
use utoipa::ToSchema;

/// A deploy that somebody tells of.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AskedDeploy {
    /// The service that was deployed, as logs, OTLP and monitors call it; at most 100 characters.
    pub service: String,
    /// Its version; at most 100 characters.
    pub version: String,
    /// When; without it: now. At most 30 days ago, and not in the future.
    #[schema(value_type = Option<String>, format = DateTime)]
    #[serde(default)]
    pub at: Option<Timestamp>,
    /// Where people read on: an `http` or `https` URL of at most 2000 characters.
    #[serde(default)]
    pub url: Option<String>,
}

/// Deploys.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Deploys {
    /// The newest first, at most 200.
    pub deploys: Vec<DeployWire>,
}

/// A deploy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct DeployWire {
    /// The service.
    pub service: String,
    /// Its version.
    pub version: String,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// Where people read on.
    pub url: Option<String>,
    /// Who said so.
    pub by: String,
}

impl From<&Deploy> for DeployWire {
    fn from(deploy: &Deploy) -> Self {
        let Deploy { service, version, at, url, by } = deploy;
        Self {
            service: service.to_string(),
            version: version.clone(),
            at: *at,
            url: url.clone(),
            by: by.0.clone(),
        }
    }
}
