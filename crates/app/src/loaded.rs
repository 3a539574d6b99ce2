//! A configuration ready for work: secrets are read, plans made, receivers set up.

use std::collections::BTreeMap;
use std::sync::Arc;

use anyhow::Context;
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};
use statusquo_alert::Setup;
use statusquo_exchange::Name;
use statusquo_notify::{Links, terminal};
use statusquo_serve::public::PublicSite;

use crate::config::{self, Config, Target};
use crate::following;
use crate::outlet::{Outlet, make};
use crate::probing::Plan;

/// A configuration ready for work.
#[derive(Debug)]
pub(crate) struct Loaded {
    pub(crate) config: Config,
    pub(crate) setup: Setup,
    pub(crate) plans: Vec<Arc<Plan>>,
    pub(crate) receivers: BTreeMap<Name, Outlet>,
    pub(crate) links: Links,
    pub(crate) logs: Vec<Arc<following::Plan>>,
    /// The public status page, if there is one.
    pub(crate) public: Option<PublicSite>,
    /// What senders of OTLP have to show.
    pub(crate) otlp_token: Option<SecretString>,
    /// SHA-256 of each heartbeat's token.
    tokens: BTreeMap<[u8; 32], Name>,
}

impl Loaded {
    /// Reads the secrets and makes everything ready; nothing is in force yet.
    pub(crate) async fn new(mut config: Config, style: terminal::Style) -> anyhow::Result<Self> {
        let mut resolved = config::resolve(&config).await?;
        let mut plans = Vec::new();
        let mut tokens = BTreeMap::new();
        for monitor in &mut config.monitors {
            let Some(target) = monitor.target.take() else { continue };
            let name = &monitor.policy.name;
            if let Target::Heartbeat(token) = target {
                if let Some(token) = token {
                    tokens.insert(digest(resolved.secrets.fill(&token).expose_secret()), name.clone());
                }
                continue;
            }
            let plan = Plan::new(monitor, &target, &mut resolved);
            plans.push(Arc::new(plan.with_context(|| format!("monitor `{name}`"))?));
        }
        let mut receivers = BTreeMap::new();
        let public = config.public_url.as_deref();
        for receiver in config.receivers.iter().filter(|receiver| receiver.channel.steps().is_empty()) {
            let name = &receiver.name;
            let made = make(receiver, &resolved.secrets, (public, style));
            receivers.insert(name.clone(), made.with_context(|| format!("receiver `{name}`"))?);
        }
        let base = config.public_url.clone().unwrap_or_else(|| format!("http://{}", config.listen));
        let links = url::Url::parse(&base).map(Links::to).unwrap_or_default();
        let logs =
            config.logs.iter().map(|log| following::Plan::new(log, config.requests.keeping).map(Arc::new));
        let logs = logs.collect::<anyhow::Result<Vec<_>>>()?;
        let public = crate::public_page::site(&config)?;
        let token = config.otlp.as_ref().and_then(|otlp| otlp.token.as_ref());
        let otlp_token = token.map(|token| resolved.secrets.fill(token));
        Ok(Self { setup: config.setup(), public, config, plans, receivers, links, logs, otlp_token, tokens })
    }

    /// The monitor whose heartbeat shows this token.
    pub(crate) fn monitor_of_token(&self, token: &str) -> Option<Name> {
        self.tokens.get(&digest(token)).cloned()
    }
}

/// Tokens are compared by their digests, so that the time it takes says nothing about them.
fn digest(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}
