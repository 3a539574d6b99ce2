//! What a probe that speaks no HTTP saw.

use std::net::SocketAddr;
use std::time::Duration;

use jiff::Timestamp;
use statusquo_exchange::{Failure, FailureKind, OwnFault, Timing, Tls};
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout};

use crate::http::{Fault, dial, unresolved};
use crate::{Blind, Family, Resolver};

/// What a probe that speaks no HTTP saw. Neither failure nor blindness: all went well.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Looked {
    /// When it began.
    pub at: Timestamp,
    /// What went wrong with the target.
    pub failure: Option<Failure>,
    /// What went wrong with us: nothing is known about the target.
    pub blind: Option<Blind>,
    /// How long it took.
    pub timing: Timing,
    /// The TLS facts, where there was TLS; also when the chain is not valid.
    pub tls: Option<Tls>,
    /// Who answered.
    pub peer: Option<SocketAddr>,
    /// What was found, by name: `answer` (one for each record), `banner`.
    pub facts: Vec<(String, String)>,
}

/// Where to connect.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Target<'a> {
    pub(crate) host: &'a str,
    pub(crate) port: u16,
    pub(crate) family: Family,
    /// Instead of what the host's name resolves to.
    pub(crate) connect_to: Option<SocketAddr>,
}

/// How far a probe has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    Resolve,
    Connect,
    Tls,
    Answer,
}

/// A probe under way.
#[derive(Debug)]
pub(crate) struct Looking {
    pub(crate) step: Step,
    pub(crate) looked: Looked,
    started: Instant,
}

impl Looking {
    pub(crate) fn new(now: Timestamp) -> Self {
        let looked = Looked {
            at: now,
            failure: None,
            blind: None,
            timing: Timing::default(),
            tls: None,
            peer: None,
            facts: Vec::new(),
        };
        Self { step: Step::Resolve, looked, started: Instant::now() }
    }

    /// Does this within the time allowed, and says what came of it.
    pub(crate) async fn within(
        mut self,
        limit: Duration,
        act: impl AsyncFnOnce(&mut Self) -> Result<(), Fault>,
    ) -> Looked {
        let ended = timeout(limit, act(&mut self)).await;
        let result = ended.unwrap_or_else(|_| Err(self.too_late(limit)));
        let mut looked = self.looked;
        looked.timing.total = self.started.elapsed();
        match result {
            Ok(()) => {}
            Err(Fault::Target(kind, detail)) => {
                looked.failure = Some(Failure { kind, detail, after: looked.timing.total });
            }
            Err(Fault::Own(blind)) => looked.blind = Some(blind),
        }
        looked
    }

    pub(crate) fn elapsed(&self) -> Duration {
        self.started.elapsed()
    }

    /// A TCP connection to the target.
    pub(crate) async fn reach(
        &mut self,
        resolver: &Resolver,
        target: Target<'_>,
    ) -> Result<TcpStream, Fault> {
        let started = Instant::now();
        let stream = if let Some(instead) = target.connect_to {
            self.step = Step::Connect;
            let stream = dial::connect(&[instead.ip()], instead.port()).await?;
            self.looked.timing.connect = Some(started.elapsed());
            stream
        } else {
            let addresses = resolver.resolve(target.host, target.family).await.map_err(unresolved)?;
            let resolved = Instant::now();
            self.looked.timing.resolve = Some(resolved - started);
            self.step = Step::Connect;
            let stream = dial::connect(&addresses, target.port).await?;
            self.looked.timing.connect = Some(resolved.elapsed());
            stream
        };
        self.looked.peer = stream.peer_addr().ok();
        self.step = Step::Answer;
        Ok(stream)
    }

    fn too_late(&self, limit: Duration) -> Fault {
        let (kind, what) = match self.step {
            Step::Resolve => return Fault::own(OwnFault::Resolver, format!("no address within {limit:?}")),
            Step::Connect => (FailureKind::ConnectTimeout, "no connection"),
            Step::Tls => (FailureKind::Timeout, "no end of the TLS handshake"),
            Step::Answer => (FailureKind::Timeout, "no answer"),
        };
        Fault::target(kind, format!("{what} within {limit:?}"))
    }
}
