//! What HTTP/1 and HTTP/2 have in common: the open connection, who drives it, and what its errors mean.

use std::future::poll_fn;
use std::io;
use std::pin::{Pin, pin};
use std::task::{Context, Poll};

use statusquo_exchange::FailureKind;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio_rustls::client::TlsStream;

use super::dial;
use super::fault::Fault;
use super::tape::{HeadersTooLarge, Tape};
use super::tls;

/// An open connection.
#[derive(Debug)]
pub(crate) enum Stream {
    Plain(TcpStream),
    Tls(Box<TlsStream<TcpStream>>),
}

/// The library's side of a connection, driven by the task that waits for its results.
pub(crate) struct Driven<C>(Option<C>);

impl<C: Future + Unpin> Driven<C> {
    pub(crate) fn new(connection: C) -> Self {
        Self(Some(connection))
    }

    /// Waits for something that comes over this connection.
    pub(crate) async fn alongside<F: Future>(&mut self, waited_for: F) -> F::Output {
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

/// What an I/O error on an open connection means.
#[expect(clippy::wildcard_enum_match_arm, reason = "the standard library's kinds, which grow")]
pub(crate) fn io_fault(error: &io::Error, tape: &Tape) -> Fault {
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

/// The connection ended too early.
pub(crate) fn closed(tape: &Tape) -> Fault {
    Fault::target(FailureKind::ConnectionClosed, format!("closed {}", after(tape)))
}

/// How far the answer had come.
pub(crate) fn after(tape: &Tape) -> String {
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
