//! The prober: asks one question, hop by hop, within one deadline.

use std::fmt::Write;
use std::sync::atomic::{AtomicU64, Ordering};

use http::HeaderValue;
use jiff::Timestamp;
use percent_encoding::percent_decode_str;
use secrecy::ExposeSecret;
use statusquo_exchange::{Exchange, ExchangeId, Failure, FailureKind, Name, Outcome, OwnFault};
use tokio::time::Instant;

use super::asking::Asking;
use super::fault::Fault;
use super::oauth::{self, Tokens};
use super::redirect::{self, Next};
use super::request::{self, Hop};
use super::spec::{Auth, ClientCredentials, HttpSpec, Login};
use super::tls::TlsClients;
use crate::blind::Blind;
use crate::resolve::Resolver;

/// Asks HTTP questions. One per process and location: it remembers TLS settings, chains and tokens.
#[derive(Debug)]
pub struct Prober {
    pub(crate) resolver: Resolver,
    pub(super) location: Name,
    pub(crate) tls: TlsClients,
    tokens: Tokens,
    /// What makes our ids unique among processes.
    prefix: u64,
    asked: AtomicU64,
}

/// What a probe found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Probed {
    /// One exchange per hop; the last one is judged.
    pub exchanges: Vec<Exchange>,
    /// Our own fault, which kept us from finding out: nothing is known about the target.
    pub blind: Option<Blind>,
}

impl Prober {
    /// A prober that works at this location.
    ///
    /// # Errors
    /// When the system gives no random bytes.
    pub fn new(resolver: Resolver, location: Name) -> Result<Self, Blind> {
        let prefix = getrandom::u64().map_err(|error| Blind::new(OwnFault::Resources, error.to_string()))?;
        Ok(Self {
            resolver,
            location,
            tls: TlsClients::new(),
            tokens: Tokens::default(),
            prefix,
            asked: AtomicU64::new(0),
        })
    }

    /// Asks what `spec` says. It is `now`.
    pub async fn probe(&self, spec: &HttpSpec, now: Timestamp) -> Probed {
        let authorization = match self.authorization(spec, now).await {
            Ok(authorization) => authorization,
            Err(blind) => return Probed { exchanges: Vec::new(), blind: Some(blind) },
        };
        let probed = self.hops(spec, authorization.as_ref(), now).await;
        let refused =
            probed.exchanges.iter().any(|exchange| exchange.status().is_some_and(|code| code.get() == 401));
        if let (Some(Auth::ClientCredentials(credentials)), true) = (&spec.auth, refused) {
            self.tokens.forget(credentials);
        }
        probed
    }

    async fn hops(&self, spec: &HttpSpec, authorization: Option<&HeaderValue>, now: Timestamp) -> Probed {
        let started = Instant::now();
        let deadline = started + spec.timeout;
        let mut hops = vec![Hop::first(spec)];
        let mut probed = Probed { exchanges: Vec::with_capacity(1), blind: None };
        while let Some(hop) = hops.last() {
            let at = now.checked_add(started.elapsed()).unwrap_or(now);
            let asking = Asking { prober: self, spec, hop, authorization, now: at };
            let mut exchange = match asking.exchange(deadline).await {
                Ok(exchange) => exchange,
                Err(blind) => return Probed { blind: Some(blind), ..probed },
            };
            let next = match &exchange.outcome {
                Outcome::Answered(response) => redirect::next(spec.redirects, &hops, response),
                Outcome::Failed { .. } => Next::Stay,
            };
            let next = match next {
                Next::Stay => None,
                Next::Go(hop) => Some(hop),
                Next::Loop(detail) => {
                    exchange = looping(exchange, detail);
                    None
                }
            };
            probed.exchanges.push(exchange);
            let Some(next) = next else { break };
            hops.push(next);
        }
        probed
    }

    /// The value of `Authorization`, if the target gets one.
    async fn authorization(&self, spec: &HttpSpec, now: Timestamp) -> Result<Option<HeaderValue>, Blind> {
        let value = match &spec.auth {
            Some(Auth::Basic(login)) => request::basic(login),
            Some(Auth::Bearer(token)) => request::bearer(token.expose_secret()),
            Some(Auth::ClientCredentials(credentials)) => self.token(spec, credentials, now).await,
            None => match login_of(&spec.url) {
                Some(login) => request::basic(&login),
                None => return Ok(None),
            },
        };
        match value {
            Ok(value) => Ok(Some(value)),
            Err(Fault::Own(blind)) => Err(blind),
            Err(Fault::Target(_, detail)) => Err(Blind::new(OwnFault::Credentials, detail)),
        }
    }

    async fn token(
        &self,
        spec: &HttpSpec,
        credentials: &ClientCredentials,
        now: Timestamp,
    ) -> Result<HeaderValue, Fault> {
        let slot = self.tokens.slot(credentials);
        // Others wait here for one fetch, each no longer than its own time.
        let kept = tokio::time::timeout(spec.timeout, slot.lock()).await;
        let mut kept = kept.map_err(|_| Fault::own(OwnFault::Credentials, "waited too long for a token"))?;
        if let Some(token) = kept.as_ref().filter(|token| token.is_good_at(now)) {
            return request::bearer(token.value.expose_secret());
        }
        let question = oauth::question(spec, credentials);
        let login = match &question.auth {
            Some(Auth::Basic(login)) => Some(request::basic(login)?),
            Some(Auth::Bearer(_) | Auth::ClientCredentials(_)) | None => None,
        };
        let answer = self.hops(&question, login.as_ref(), now).await;
        let exchange = match (answer.blind, answer.exchanges.last()) {
            (Some(blind), _) => return Err(blind.into()),
            (None, Some(exchange)) => exchange,
            (None, None) => {
                return Err(Fault::own(OwnFault::Credentials, "the token endpoint was not asked"));
            }
        };
        let token = kept.insert(oauth::token(exchange, now)?);
        request::bearer(token.value.expose_secret())
    }

    pub(super) fn next_id(&self) -> ExchangeId {
        let mut id = String::with_capacity(26);
        let count = self.asked.fetch_add(1, Ordering::Relaxed);
        // Writing to a string cannot fail.
        let _ = write!(id, "{:016x}-{count:x}", self.prefix);
        ExchangeId(id)
    }
}

/// User and password of a URL, which are sent as Basic credentials.
fn login_of(url: &url::Url) -> Option<Login> {
    let decode = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
    let user = decode(url.username());
    let password = decode(url.password().unwrap_or_default());
    (!user.is_empty() || !password.is_empty()).then(|| Login { user, password: password.into() })
}

/// The exchange whose answer would send us round and round.
fn looping(mut exchange: Exchange, detail: String) -> Exchange {
    if let Outcome::Answered(response) = exchange.outcome {
        let failure = Failure { kind: FailureKind::RedirectLoop, detail, after: exchange.timing.total };
        exchange.outcome = Outcome::Failed { failure, seen: Some(Box::new(response)) };
    }
    exchange
}
