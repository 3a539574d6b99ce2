//! Asks a running server over its HTTP API, with the same prober that watches targets.

use std::time::Duration;

use anyhow::{Context, bail};
use bytes::Bytes;
use http::Method;
use jiff::Timestamp;
use secrecy::SecretString;
use serde_json::Value;
use statusquo_catalogue::StatusCode;
use statusquo_exchange::{Exchange, Fields, Name, Outcome};
use statusquo_source::Resolver;
use statusquo_source::http::{Auth, HttpSpec, Limits, Prober, decoded};
use url::Url;

use super::args::{DEFAULT_SERVER, Global};

/// The environment variable that holds the API token.
const TOKEN: &str = "STATUSQUO_TOKEN";
/// A test message may take a while.
const TIMEOUT: Duration = Duration::from_secs(60);
/// Longer answers are refused.
const MOST_BYTES: usize = 16 << 20;

/// What was asked for, or why it is not there.
pub(super) enum Found {
    /// This is it.
    There(Value),
    /// The server does not have it, and says why.
    Not(String),
}

/// A running server, seen from the command line.
pub(super) struct Client {
    server: Url,
    token: Option<SecretString>,
    prober: Prober,
}

impl Client {
    /// The server that `--server` names.
    pub(super) fn new(global: &Global) -> anyhow::Result<Self> {
        let named = global.server.as_deref().unwrap_or(DEFAULT_SERVER);
        let server = Url::parse(named).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
        let server = server.with_context(|| {
            format!("--server `{named}` is not the URL of a server; write `http://host:port`")
        })?;
        let blind = |blind: statusquo_source::Blind| anyhow::anyhow!("{}", blind.detail);
        let prober = Prober::new(Resolver::system().map_err(blind)?, Name::from("here")).map_err(blind)?;
        let token = std::env::var(TOKEN).ok().filter(|token| !token.is_empty()).map(SecretString::from);
        Ok(Self { server, token, prober })
    }

    /// Reads something.
    pub(super) async fn get(&self, path: &[&str]) -> anyhow::Result<Value> {
        self.ask(Method::GET, (path, &[]), None).await
    }

    /// Reads something, by a query.
    pub(super) async fn get_with(&self, path: &[&str], query: &[(&str, &str)]) -> anyhow::Result<Value> {
        self.ask(Method::GET, (path, query), None).await
    }

    /// Reads something that is not JSON, as it is.
    pub(super) async fn content(&self, path: &[&str]) -> anyhow::Result<Vec<u8>> {
        let exchange = self.exchange(Method::GET, (path, &[]), None).await?;
        let is_good = |exchange: &Exchange| match &exchange.outcome {
            Outcome::Answered(response) => matches!(response.status.get(), 200..=299),
            Outcome::Failed { .. } => false,
        };
        if !is_good(&exchange) {
            self.understand(&exchange)?;
        }
        Ok(decoded(&exchange).map(|content| content.into_owned()).unwrap_or_default())
    }

    /// Asks for something to be done.
    pub(super) async fn post(&self, path: &[&str], content: &Value) -> anyhow::Result<Value> {
        self.ask(Method::POST, (path, &[]), Some(content)).await
    }

    /// Asks for something to be ended.
    pub(super) async fn delete(&self, path: &[&str]) -> anyhow::Result<Value> {
        self.ask(Method::DELETE, (path, &[]), None).await
    }

    /// Reads something that may not be there.
    pub(super) async fn find(&self, path: &[&str]) -> anyhow::Result<Found> {
        let exchange = self.exchange(Method::GET, (path, &[]), None).await?;
        match exchange.status().map(StatusCode::get) {
            Some(404) => {
                let said: Value = decoded(&exchange)
                    .ok()
                    .and_then(|content| serde_json::from_slice(&content).ok())
                    .unwrap_or_default();
                match said.get("detail").and_then(Value::as_str) {
                    Some(detail) => Ok(Found::Not(detail.to_owned())),
                    None => self.understand(&exchange).map(Found::There),
                }
            }
            Some(_) | None => self.understand(&exchange).map(Found::There),
        }
    }

    async fn ask(
        &self,
        method: Method,
        place: (&[&str], &[(&str, &str)]),
        content: Option<&Value>,
    ) -> anyhow::Result<Value> {
        self.understand(&self.exchange(method, place, content).await?)
    }

    async fn exchange(
        &self,
        method: Method,
        (path, query): (&[&str], &[(&str, &str)]),
        content: Option<&Value>,
    ) -> anyhow::Result<Exchange> {
        let mut url = self.server.clone();
        url.path_segments_mut()
            .ok()
            .context("--server cannot be asked")?
            .pop_if_empty()
            .extend(["api", "v1"])
            .extend(path);
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        let mut spec = HttpSpec::get(Name::from("cli"), url);
        spec.method = method;
        spec.timeout = TIMEOUT;
        spec.limits = Limits { content: MOST_BYTES, ..Limits::default() };
        spec.auth = self.token.clone().map(Auth::Bearer);
        spec.fields = Fields::new();
        spec.fields.push("accept", "application/json");
        if let Some(content) = content {
            spec.fields.push("content-type", "application/json");
            spec.content = Bytes::from(content.to_string());
        }
        let mut probed = self.prober.probe(&spec, Timestamp::now()).await;
        if let Some(blind) = probed.blind {
            bail!("we {}: {}", blind.fault.in_words(), blind.detail);
        }
        probed.exchanges.pop().context("the server was not asked")
    }

    fn understand(&self, exchange: &Exchange) -> anyhow::Result<Value> {
        let server = self.server.as_str().trim_end_matches('/');
        let response = match &exchange.outcome {
            Outcome::Answered(response) => response,
            Outcome::Failed { failure, .. } => bail!(
                "no Statusquo at {server}: it {}; start one with `statusquo serve`, or name another with --server",
                failure.kind.in_words()
            ),
        };
        let content = decoded(exchange).map(|content| content.into_owned()).unwrap_or_default();
        let said: Value = serde_json::from_slice(&content).unwrap_or_default();
        let status = response.status;
        match status.get() {
            200..=299 if content.is_empty() => Ok(Value::Null),
            200..=299 if said.is_null() => {
                bail!("{server} does not speak as Statusquo does; is it another server?")
            }
            200..=299 => Ok(said),
            401 => bail!(
                "{server} wants to know who asks: make a token in its settings, or with `statusquo token create NAME` \
                 where its data are while it is stopped, and put it into {TOKEN}"
            ),
            403 => bail!("{server} does not allow this: the token in {TOKEN} may do too little"),
            _ => match said.get("detail").or_else(|| said.get("title")).and_then(Value::as_str) {
                Some(detail) => bail!("{detail}"),
                None => bail!("{server} answers {status} {}", status.phrase()),
            },
        }
    }
}
