//! Takes messages over HTTP and gRPC and answers them.
//!
//! Both protocols are spoken on every port: gRPC is HTTP/2 with a content type of its own. A message is answered with
//! success when what it says is safe, and not before.

mod answer;
mod body;
mod content;
mod figures;
mod grpc;
mod http;
mod refusal;

use std::sync::Arc;
use std::time::Duration;

use ::http::{Request, Response, header};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest as _, Sha256};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;

use super::{JsonFault, Malformed, Signal};
use answer::Answer;
pub use figures::Figures;
use refusal::Refusal;

/// A connection that says nothing for so long is closed.
const SILENCE: Duration = Duration::from_secs(30);
/// Flow control of HTTP/2: a message of usual size comes without waiting.
const WINDOW_BYTES: u32 = 1 << 20;

/// How much is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of a message, decompressed.
    pub message: usize,
    /// Bytes of all messages that are being worked on.
    pub waiting: usize,
    /// Connections at the same time; more wait until one is closed.
    pub connections: usize,
    /// A message has to come within this time.
    pub patience: Duration,
}

impl Default for Limits {
    /// The specification recommends 64 MiB for a message.
    fn default() -> Self {
        Self { message: 64 << 20, waiting: 192 << 20, connections: 1024, patience: Duration::from_secs(30) }
    }
}

/// What became of a message.
#[derive(Debug)]
pub enum Reception {
    /// What it says is safe, all but what could not be counted.
    Taken {
        /// How many spans, data points or log records could not be counted.
        rejected: u64,
        /// Why.
        why: String,
    },
    /// It is no message.
    Malformed(Malformed),
    /// There is no room for it now.
    Busy,
    /// It cannot be saved now.
    Unsaved,
}

/// Takes messages.
pub trait Receive: Send + Sync + 'static {
    /// Takes a message in the binary form; it is safe when this ends with [`Reception::Taken`].
    fn receive(&self, signal: Signal, message: Vec<u8>) -> impl Future<Output = Reception> + Send;
}

/// A port on which messages come.
#[derive(Debug)]
pub struct Listener {
    socket: TcpListener,
    limits: Limits,
    figures: Arc<Figures>,
    token: Option<Digest>,
}

/// The SHA-256 of a token: tokens are compared by it, so that the time it takes says nothing about them.
type Digest = [u8; 32];

impl Listener {
    /// A port that is open already. Ports that share figures share the room for what waits.
    #[must_use]
    pub const fn new(socket: TcpListener, limits: Limits, figures: Arc<Figures>) -> Self {
        Self { socket, limits, figures, token: None }
    }

    /// Takes only what comes with this token, as `Authorization: Bearer TOKEN`.
    #[must_use]
    pub fn with_token(self, token: Option<&SecretString>) -> Self {
        let token = token.map(|token| Sha256::digest(token.expose_secret().as_bytes()).into());
        Self { token, ..self }
    }

    /// Takes messages until it is dropped.
    pub async fn run<R: Receive>(self, receiver: Arc<R>) {
        let places = Arc::new(Semaphore::new(self.limits.connections));
        let taking =
            Arc::new(Taking { receiver, limits: self.limits, figures: self.figures, token: self.token });
        loop {
            let Ok(place) = places.clone().acquire_owned().await else { return };
            match self.socket.accept().await {
                Ok((stream, _)) => {
                    let taking = taking.clone();
                    tokio::spawn(async move {
                        taking.connection(stream).await;
                        drop(place);
                    });
                }
                Err(error) => {
                    tracing::warn!(%error, "a connection for OTLP was not accepted");
                    // No more files, most likely: some have to be closed first.
                    tokio::time::sleep(Duration::from_millis(100)).await;
                }
            }
        }
    }
}

/// What all connections of a port share.
struct Taking<R> {
    receiver: Arc<R>,
    limits: Limits,
    figures: Arc<Figures>,
    token: Option<Digest>,
}

impl<R: Receive> Taking<R> {
    async fn connection(self: Arc<Self>, stream: TcpStream) {
        let mut builder = auto::Builder::new(TokioExecutor::new());
        builder.http1().timer(TokioTimer::new()).header_read_timeout(SILENCE);
        builder
            .http2()
            .timer(TokioTimer::new())
            .keep_alive_interval(SILENCE)
            .initial_stream_window_size(WINDOW_BYTES)
            .initial_connection_window_size(WINDOW_BYTES * 4);
        let service = service_fn(|request: Request<Incoming>| {
            let taking = self.clone();
            async move { Ok::<_, std::convert::Infallible>(taking.answer(request).await) }
        });
        if let Err(error) = builder.serve_connection(TokioIo::new(stream), service).await {
            tracing::debug!(error, "a connection for OTLP ended badly");
        }
    }

    async fn answer(&self, request: Request<Incoming>) -> Response<Answer> {
        if grpc::is_asked(&request) {
            let signal = Signal::of_method(request.uri().path());
            let taken = self.take_grpc(signal, request).await;
            self.figures.note(signal, taken.as_ref().err());
            return grpc::answer(taken);
        }
        let (signal, kind) = (Signal::of_path(request.uri().path()), content::Kind::of(&request));
        let taken = self.take_http(signal, kind, request).await;
        self.figures.note(signal, taken.as_ref().err());
        http::answer(signal.zip(kind), taken)
    }

    async fn take_http(
        &self,
        signal: Option<Signal>,
        kind: Option<content::Kind>,
        request: Request<Incoming>,
    ) -> Result<Partly, Refusal> {
        let signal = signal.ok_or_else(|| Refusal::NotFound(request.uri().path().to_owned()))?;
        if request.method() != ::http::Method::POST {
            return Err(Refusal::Method);
        }
        self.admit(&request)?;
        let kind = kind.ok_or(Refusal::MediaType)?;
        let coding = content::Coding::of(&request, "content-encoding").ok_or(Refusal::Coding)?;
        let (message, mut room) = self.read(request.into_body()).await?;
        let message = body::decoded(message, coding, self.limits.message, &mut room)?;
        let message = match kind {
            content::Kind::Protobuf => message,
            content::Kind::Json => super::encode_json(signal, &message).map_err(Refusal::Json)?,
        };
        self.hand_over(signal, message).await
    }

    async fn take_grpc(&self, signal: Option<Signal>, request: Request<Incoming>) -> Result<Partly, Refusal> {
        let signal = signal.ok_or_else(|| Refusal::NotFound(request.uri().path().to_owned()))?;
        self.admit(&request)?;
        let coding = content::Coding::of(&request, "grpc-encoding").ok_or(Refusal::Coding)?;
        let (framed, mut room) = self.read(request.into_body()).await?;
        let (message, is_coded) = grpc::unframed(framed)?;
        let coding = if is_coded { coding } else { content::Coding::None };
        let message = body::decoded(message, coding, self.limits.message, &mut room)?;
        self.hand_over(signal, message).await
    }

    fn admit(&self, request: &Request<Incoming>) -> Result<(), Refusal> {
        let Some(wanted) = &self.token else { return Ok(()) };
        let shown = request.headers().get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let shown = shown.and_then(|value| value.split_once(' '));
        let token =
            shown.filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer")).map(|(_, token)| token.trim());
        let shown: Option<Digest> = token.map(|token| Sha256::digest(token.as_bytes()).into());
        if shown.as_ref() == Some(wanted) { Ok(()) } else { Err(Refusal::Unauthorized) }
    }

    async fn read(&self, content: Incoming) -> Result<(Vec<u8>, figures::Room<'_>), Refusal> {
        let mut room = figures::Room::new(&self.figures, self.limits.waiting);
        let read = body::read(content, self.limits.message, &mut room);
        let message =
            tokio::time::timeout(self.limits.patience, read).await.map_err(|_| Refusal::TooSlow)??;
        Ok((message, room))
    }

    async fn hand_over(&self, signal: Signal, message: Vec<u8>) -> Result<Partly, Refusal> {
        match self.receiver.receive(signal, message).await {
            Reception::Taken { rejected, why } => Ok(Partly { signal, rejected, why }),
            Reception::Malformed(fault) => Err(Refusal::Malformed(fault)),
            Reception::Busy => Err(Refusal::Busy),
            Reception::Unsaved => Err(Refusal::Unsaved),
        }
    }
}

/// A message that was taken, and what of it could not be counted.
#[derive(Debug)]
struct Partly {
    signal: Signal,
    rejected: u64,
    why: String,
}
