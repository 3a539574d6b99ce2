//! One request over one open connection: hyper speaks HTTP, in the task that asks.

use std::error::Error;
use std::future::poll_fn;
use std::io;
use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::client::conn::{http1, http2};
use hyper_util::rt::TokioIo;
use statusquo_exchange::{FailureKind, Response};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::task::AbortHandle;
use tokio::time::Instant;
use tokio_rustls::client::TlsStream;

use super::dial;
use super::fault::Fault;
use super::sight::{Sight, response_of};
use super::spec::Limits;
use super::tape::{HeadersTooLarge, Recorded, Tape};
use super::tls;

/// hyper's smallest read buffer.
const SMALLEST_BUFFER: usize = 8 << 10;

/// An open connection.
#[derive(Debug)]
pub(crate) enum Stream {
    Plain(TcpStream),
    Tls(Box<TlsStream<TcpStream>>),
}

/// Asks over HTTP/1.1. Lenient where the standard lets a recipient be: what is odd is seen on the tape.
pub(crate) async fn http1(
    stream: Stream,
    request: http::Request<Full<Bytes>>,
    limits: Limits,
    sight: &mut Sight,
) -> Result<(), Fault> {
    let tape = Tape::new(limits.raw, limits.headers, 0);
    sight.tape = Some(tape.clone());
    let (mut sender, connection) = http1::Builder::new()
        .max_buf_size(limits.headers.max(SMALLEST_BUFFER))
        .allow_obsolete_multiline_headers_in_responses(true)
        .allow_spaces_after_header_name_in_responses(true)
        .ignore_invalid_headers_in_responses(true)
        .handshake(TokioIo::new(Recorded::new(stream, tape.clone())))
        .await
        .map_err(|error| fault_of(&error, &tape))?;
    sight.sent = Some(Instant::now());
    let mut driven = Driven(Some(connection));
    let response = driven.alongside(sender.send_request(request)).await;
    let response = response.map_err(|error| fault_of(&error, &tape))?;
    receive(response, &mut driven, limits, sight).await.map_err(|error| fault_of(&error, &tape))
}

/// Asks over HTTP/2.
pub(crate) async fn http2(
    stream: Stream,
    mut request: http::Request<Full<Bytes>>,
    limits: Limits,
    sight: &mut Sight,
) -> Result<(), Fault> {
    const WINDOW: u32 = 64 << 10;
    // Content may come in the same breath as the header section, up to the window; so may control frames.
    let tape = Tape::new(0, limits.headers, 2 * WINDOW as usize);
    sight.tape = Some(tape.clone());
    let leash = Leash::default();
    let _end = End(leash.clone());
    let (mut sender, connection) = http2::Builder::new(leash)
        .initial_stream_window_size(WINDOW)
        .initial_connection_window_size(WINDOW)
        .max_header_list_size(u32::try_from(limits.headers).unwrap_or(u32::MAX))
        .handshake(TokioIo::new(Recorded::new(stream, tape.clone())))
        .await
        .map_err(|error| fault_of(&error, &tape))?;
    note_interim(&mut request, limits.headers, Arc::clone(&sight.interim));
    sight.sent = Some(Instant::now());
    let mut driven = Driven(Some(connection));
    let response = driven.alongside(sender.send_request(request)).await;
    let response = response.map_err(|error| fault_of(&error, &tape))?;
    receive(response, &mut driven, limits, sight).await.map_err(|error| fault_of(&error, &tape))
}

/// Has the interim responses of HTTP/2 noted, up to a cap: a compressed header section can grow a thousandfold.
fn note_interim(request: &mut http::Request<Full<Bytes>>, cap: usize, into: Arc<Mutex<Vec<Response>>>) {
    hyper::ext::on_informational(request, move |response| {
        let mut seen = into.lock().unwrap_or_else(PoisonError::into_inner);
        let size = |response: &Response| {
            response.fields.lines().map(|line| line.name.len() + line.value.len() + 32).sum::<usize>()
        };
        if seen.iter().map(size).sum::<usize>() < cap {
            seen.push(response_of(response.status(), response.headers()));
        }
    });
}

/// Reads the content up to its cap, and the trailers.
async fn receive<C: Future + Unpin>(
    response: http::Response<Incoming>,
    driven: &mut Driven<C>,
    limits: Limits,
    sight: &mut Sight,
) -> Result<(), hyper::Error> {
    if let Some(tape) = &sight.tape {
        tape.head_is_complete();
    }
    let (parts, mut content) = response.into_parts();
    sight.head = Some((parts, Instant::now()));
    while let Some(frame) = driven.alongside(content.frame()).await {
        let frame = match frame?.into_data() {
            Ok(bytes) => {
                let room = limits.content - sight.content.len();
                sight.content.extend_from_slice(bytes.get(..room).unwrap_or(&bytes));
                if bytes.len() > room {
                    return Ok(());
                }
                continue;
            }
            Err(frame) => frame,
        };
        sight.trailers = frame.into_trailers().ok();
    }
    sight.whole = true;
    Ok(())
}

/// hyper's side of a connection, driven by the task that waits for its results.
struct Driven<C>(Option<C>);

impl<C: Future + Unpin> Driven<C> {
    async fn alongside<F: Future>(&mut self, waited_for: F) -> F::Output {
        let mut waited_for = pin!(waited_for);
        poll_fn(|cx| {
            if self.0.as_mut().is_some_and(|connection| Pin::new(connection).poll(cx).is_ready()) {
                // How it ended is told to whoever waits for the response or the content.
                self.0 = None;
            }
            waited_for.as_mut().poll(cx)
        })
        .await
    }
}

/// Runs what hyper wants to have run for HTTP/2.
#[derive(Debug, Clone, Default)]
struct Leash(Arc<Mutex<Vec<AbortHandle>>>);

/// Ends what runs on the leash together with the probe: nothing outlives its deadline.
struct End(Leash);

impl Drop for End {
    fn drop(&mut self) {
        for task in self.0.0.lock().unwrap_or_else(PoisonError::into_inner).drain(..) {
            task.abort();
        }
    }
}

impl<F> hyper::rt::Executor<F> for Leash
where
    F: Future<Output = ()> + Send + 'static,
{
    fn execute(&self, future: F) {
        let task = tokio::spawn(future).abort_handle();
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(task);
    }
}

/// What an error of hyper's means.
fn fault_of(error: &hyper::Error, tape: &Tape) -> Fault {
    let causes = || std::iter::successors(error.source(), |cause| (*cause).source());
    if let Some(fault) =
        causes().find_map(|cause| cause.downcast_ref::<io::Error>()).map(|io| io_fault(io, tape))
    {
        return fault;
    }
    if let Some(h2) = causes().find_map(|cause| cause.downcast_ref::<h2::Error>()) {
        return h2_fault(h2, tape);
    }
    if error.is_parse_too_large() {
        return Fault::target(
            FailureKind::HeadersTooLarge,
            "the header section has more fields or bytes than we accept",
        );
    }
    if error.is_incomplete_message() || error.is_canceled() || error.is_closed() {
        return closed(tape);
    }
    Fault::target(FailureKind::Protocol, format!("not valid HTTP: {error}; it began {}", tape.sample()))
}

fn io_fault(error: &io::Error, tape: &Tape) -> Fault {
    use io::ErrorKind as E;
    if let Some(HeadersTooLarge(limit)) = error.get_ref().and_then(|inner| inner.downcast_ref()) {
        return Fault::target(
            FailureKind::HeadersTooLarge,
            format!("the header section has more than {limit} bytes"),
        );
    }
    if let Some(tls) = tls::tls_error(error) {
        return match tls {
            // In TLS 1.3 a server tells after the handshake that it wants (another) client certificate.
            rustls::Error::AlertReceived(alert) if tape.total() == 0 => {
                Fault::target(FailureKind::TlsHandshake, tls::refused_with(*alert))
            }
            other => Fault::target(FailureKind::Protocol, format!("TLS broke: {other}")),
        };
    }
    if let Some(own) = dial::own_fault(error) {
        return Fault::own(own, dial::words(error));
    }
    match error.kind() {
        E::TimedOut => Fault::target(FailureKind::Timeout, "the connection went silent"),
        E::InvalidData | E::InvalidInput => Fault::target(
            FailureKind::Protocol,
            format!("not valid HTTP: {}; it began {}", dial::words(error), tape.sample()),
        ),
        E::ConnectionReset => Fault::target(FailureKind::ConnectionClosed, format!("reset {}", after(tape))),
        _ => closed(tape),
    }
}

fn h2_fault(error: &h2::Error, tape: &Tape) -> Fault {
    if let Some(io) = error.get_io() {
        return io_fault(io, tape);
    }
    if !error.is_remote() && tape.is_head_too_large() {
        let detail = "the header section has more bytes than we accept";
        return Fault::target(FailureKind::HeadersTooLarge, detail);
    }
    let kind = if error.is_remote() { FailureKind::ConnectionClosed } else { FailureKind::Protocol };
    Fault::target(kind, format!("{error}, {}", after(tape)))
}

fn closed(tape: &Tape) -> Fault {
    Fault::target(FailureKind::ConnectionClosed, format!("closed {}", after(tape)))
}

/// How far the answer had come.
fn after(tape: &Tape) -> String {
    match tape.total() {
        0 => "without a byte of an answer".to_owned(),
        1 => "after 1 byte of the answer".to_owned(),
        bytes => format!("after {bytes} bytes of the answer"),
    }
}

impl AsyncRead for Stream {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_read(cx, buf),
            Self::Tls(stream) => Pin::new(stream).poll_read(cx, buf),
        }
    }
}

impl AsyncWrite for Stream {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_write(cx, bytes),
            Self::Tls(stream) => Pin::new(stream).poll_write(cx, bytes),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_flush(cx),
            Self::Tls(stream) => Pin::new(stream).poll_flush(cx),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_shutdown(cx),
            Self::Tls(stream) => Pin::new(stream).poll_shutdown(cx),
        }
    }
}
