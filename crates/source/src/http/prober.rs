//! The prober: asks one question, hop by hop, within one deadline.

use std::fmt::Write;
use std::net::IpAddr;
use std::sync::atomic::{AtomicU64, Ordering};

use http::HeaderValue;
use jiff::Timestamp;
use percent_encoding::percent_decode_str;
use secrecy::ExposeSecret;
use statusquo_exchange::{
    Exchange, ExchangeId, Failure, FailureKind, Name, Origin, Outcome, OwnFault, Request, Scheme, Version,
};
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout_at};

use super::fault::Fault;
use super::oauth::{self, Tokens};
use super::redirect::{self, Next};
use super::request::{self, Hop, Outgoing, Route};
use super::sight::{Sight, Step};
use super::spec::{Auth, ClientCredentials, HttpSpec, HttpVersion, Login};
use super::tls::{TlsClients, TlsSettings};
use super::wire::Stream;
use super::{dial, http1, http2, proxy, secret};
use crate::blind::Blind;
use crate::resolve::{ResolveError, Resolver};

/// Asks HTTP questions. One per process and location: it remembers TLS settings, chains and tokens.
#[derive(Debug)]
pub struct Prober {
    resolver: Resolver,
    location: Name,
    tls: TlsClients,
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

    fn next_id(&self) -> ExchangeId {
        let mut id = String::with_capacity(26);
        let count = self.asked.fetch_add(1, Ordering::Relaxed);
        // Writing to a string cannot fail.
        let _ = write!(id, "{:016x}-{count:x}", self.prefix);
        ExchangeId(id)
    }
}

impl Hop {
    fn first(spec: &HttpSpec) -> Self {
        Self { url: spec.url.clone(), method: spec.method.clone(), with_content: true, trusted: true }
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

/// One hop being asked.
struct Asking<'a> {
    prober: &'a Prober,
    spec: &'a HttpSpec,
    hop: &'a Hop,
    authorization: Option<&'a HeaderValue>,
    now: Timestamp,
}

impl Asking<'_> {
    /// Asks, and records how it ended.
    async fn exchange(&self, deadline: Instant) -> Result<Exchange, Blind> {
        let mut sight = Sight::new();
        let failure = match timeout_at(deadline, self.ask(&mut sight)).await {
            Ok(Ok(())) => None,
            Ok(Err(Fault::Target(kind, detail))) => Some((kind, detail)),
            Ok(Err(Fault::Own(blind))) => return Err(blind),
            Err(_) => Some(self.too_late(&sight)?),
        };
        let recording = sight.develop(failure);
        Ok(Exchange {
            id: self.prober.next_id(),
            at: self.now,
            origin: Origin::Probe {
                monitor: self.spec.monitor.clone(),
                location: self.prober.location.clone(),
            },
            scheme: Some(if self.is_https() { Scheme::Https } else { Scheme::Http }),
            request: sight.request.unwrap_or_else(|| self.unsent()),
            interim: recording.interim,
            outcome: recording.outcome,
            timing: recording.timing,
            tls: sight.tls,
            peer: sight.peer,
            raw_response: recording.raw,
        })
    }

    async fn ask(&self, sight: &mut Sight) -> Result<(), Fault> {
        let tunnelled = self.is_https() || self.spec.http == HttpVersion::Http2;
        let tcp = self.connect(tunnelled, sight).await?;
        let stream = if self.is_https() { self.secure(tcp, sight).await? } else { Stream::Plain(tcp) };
        let agreed = sight.tls.as_ref().and_then(|tls| tls.alpn.as_deref());
        let is_http2 = agreed == Some("h2") || (!self.is_https() && self.spec.http == HttpVersion::Http2);
        let version = if is_http2 { Version::Http2 } else { Version::Http11 };
        let proxy = self.spec.proxy.as_ref().filter(|_| !tunnelled);
        let Outgoing { request, record } =
            request::build(self.spec, self.hop, self.authorization, Route { version, proxy })?;
        sight.request = Some(record);
        sight.step = Step::Answer;
        if is_http2 {
            http2::ask(stream, request, self.spec.limits, sight).await
        } else {
            http1::ask(stream, request, self.spec.limits, sight).await
        }
    }

    /// A TCP connection to the target, through a tunnel where there is a proxy.
    async fn connect(&self, tunnelled: bool, sight: &mut Sight) -> Result<TcpStream, Fault> {
        let (host, port) = self.target();
        let Some(proxy) = &self.spec.proxy else { return self.dial(&host, port, sight).await };
        let dialled = self.dial(&proxy.host, proxy.port, sight).await;
        let mut stream = dialled.map_err(|fault| match fault {
            Fault::Target(kind, detail) => {
                Fault::target(FailureKind::ProxyFailed, format!("the proxy {}: {detail}", kind.in_words()))
            }
            Fault::Own(blind) => Fault::Own(blind),
        })?;
        if tunnelled {
            sight.step = Step::Tunnel;
            proxy::tunnel(&mut stream, proxy, &format!("{host}:{port}")).await?;
        }
        Ok(stream)
    }

    async fn dial(&self, host: &str, port: u16, sight: &mut Sight) -> Result<TcpStream, Fault> {
        let started = Instant::now();
        let bare = host.trim_start_matches('[').trim_end_matches(']');
        let stream = if let Ok(literal) = bare.parse::<IpAddr>() {
            sight.step = Step::Connect;
            let stream = dial::connect(&[literal], port).await?;
            sight.timing.connect = Some(started.elapsed());
            stream
        } else {
            let addresses = self.prober.resolver.resolve(host, self.spec.family).await.map_err(unresolved)?;
            let resolved = Instant::now();
            sight.timing.resolve = Some(resolved - started);
            sight.step = Step::Connect;
            let stream = dial::connect(&addresses, port).await?;
            sight.timing.connect = Some(resolved.elapsed());
            stream
        };
        sight.peer = stream.peer_addr().ok();
        Ok(stream)
    }

    async fn secure(&self, stream: TcpStream, sight: &mut Sight) -> Result<Stream, Fault> {
        let started = Instant::now();
        sight.step = Step::Tls;
        let settings = TlsSettings {
            host: self.hop.url.host_str().unwrap_or_default(),
            trust: &self.spec.trust,
            certificate: self.spec.client_certificate.as_ref().filter(|_| self.hop.trusted),
            http: self.spec.http,
        };
        let stream = self.prober.tls.connect(settings, stream, self.now, &mut sight.tls).await;
        sight.timing.tls = Some(started.elapsed());
        stream.map(|stream| Stream::Tls(Box::new(stream)))
    }

    /// Whom to connect to, were there no proxy.
    fn target(&self) -> (String, u16) {
        match &self.spec.connect_to {
            Some(instead) if self.hop.trusted => (instead.host.clone(), instead.port),
            Some(_) | None => (
                self.hop.url.host_str().unwrap_or_default().to_owned(),
                self.hop.url.port_or_known_default().unwrap_or(if self.is_https() { 443 } else { 80 }),
            ),
        }
    }

    fn is_https(&self) -> bool {
        self.hop.url.scheme() == "https"
    }

    /// What we meant to ask when it did not come to asking.
    fn unsent(&self) -> Request {
        Request {
            method: self.hop.method.as_str().to_owned(),
            target: secret::hide_in_url(&self.hop.url),
            version: None,
            fields: statusquo_exchange::Fields::new(),
            content: statusquo_exchange::Content::NotCaptured,
        }
    }

    /// What it means that the time is over.
    fn too_late(&self, sight: &Sight) -> Result<(FailureKind, String), Blind> {
        let limit = self.spec.timeout;
        let (kind, what) = match sight.step {
            Step::Resolve => {
                let host = self.hop.url.host_str().unwrap_or_default();
                return Err(Blind::new(
                    OwnFault::Resolver,
                    format!("no address for `{host}` within {limit:?}"),
                ));
            }
            Step::Connect if self.spec.proxy.is_some() => {
                (FailureKind::ProxyFailed, "no connection to the proxy")
            }
            Step::Connect => (FailureKind::ConnectTimeout, "no connection"),
            Step::Tunnel => (FailureKind::ProxyFailed, "no tunnel through the proxy"),
            Step::Tls => (FailureKind::Timeout, "no end of the TLS handshake"),
            Step::Answer if sight.head.is_some() => (FailureKind::Timeout, "no end of the content"),
            Step::Answer if sight.tape.as_ref().is_some_and(|tape| tape.total() > 0) => {
                (FailureKind::Timeout, "no end of the header section")
            }
            Step::Answer => (FailureKind::Timeout, "no answer"),
        };
        Ok((kind, format!("{what} within {limit:?}")))
    }
}

fn unresolved(error: ResolveError) -> Fault {
    match error {
        ResolveError::NotFound(detail) => Fault::target(FailureKind::NameNotFound, detail),
        ResolveError::AuthorityFailed(detail) => Fault::target(FailureKind::ResolveFailed, detail),
        ResolveError::Blind(blind) => Fault::Own(blind),
    }
}
