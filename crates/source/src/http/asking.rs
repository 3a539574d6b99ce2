//! One hop: from a name to a recorded exchange, step by step.

use std::net::IpAddr;

use http::HeaderValue;
use jiff::Timestamp;
use statusquo_exchange::{
    Content, Exchange, FailureKind, Fields, Origin, OwnFault, Request, Scheme, Version,
};
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout_at};

use super::fault::Fault;
use super::prober::Prober;
use super::request::{self, Hop, Outgoing, Route};
use super::sight::{Sight, Step};
use super::spec::{HttpSpec, HttpVersion};
use super::tls::TlsSettings;
use super::wire::Stream;
use super::{dial, http1, http2, proxy, secret};
use crate::blind::Blind;
use crate::resolve::ResolveError;

/// One hop being asked.
pub(crate) struct Asking<'a> {
    pub(crate) prober: &'a Prober,
    pub(crate) spec: &'a HttpSpec,
    pub(crate) hop: &'a Hop,
    pub(crate) authorization: Option<&'a HeaderValue>,
    pub(crate) now: Timestamp,
}

impl Asking<'_> {
    /// Asks, and records how it ended.
    pub(crate) async fn exchange(&self, deadline: Instant) -> Result<Exchange, Blind> {
        let mut sight = Sight::new();
        let failure = match timeout_at(deadline, self.ask(&mut sight)).await {
            Ok(Ok(())) => None,
            Ok(Err(Fault::Target(kind, detail))) => Some((kind, detail)),
            Ok(Err(Fault::Own(blind))) => return Err(blind),
            Err(_) => Some(self.too_late(&sight)?),
        };
        let recording = sight.develop(failure);
        let request = sight.asked().unwrap_or_else(|| self.unsent());
        Ok(Exchange {
            id: self.prober.next_id(),
            at: self.now,
            origin: Origin::Probe {
                monitor: self.spec.monitor.clone(),
                location: self.prober.location.clone(),
            },
            scheme: Some(if self.is_https() { Scheme::Https } else { Scheme::Http }),
            request,
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
            http1::ask(stream, request, (self.spec.limits, self.spec.sending), sight).await
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
            fields: Fields::new(),
            content: Content::NotCaptured,
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

/// What it means for a probe that the name of its target was not resolved.
pub(crate) fn unresolved(error: ResolveError) -> Fault {
    match error {
        ResolveError::NotFound(detail) => Fault::target(FailureKind::NameNotFound, detail),
        ResolveError::AuthorityFailed(detail) => Fault::target(FailureKind::ResolveFailed, detail),
        ResolveError::Blind(blind) => Fault::Own(blind),
    }
}
