//! A connection to a mail server that cannot be abused.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use lettre::transport::smtp::client::AsyncTokioStream;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio_rustls::client::TlsStream;

/// More than this is not read from a mail server in one conversation.
const MOST: usize = 64 * 1024;

/// A connection to a mail server that hands over a limited number of bytes and, unless it began with TLS, never more
/// than a line at once. So what somebody slips in behind the answer to `STARTTLS` is not read before TLS begins: it
/// breaks the handshake instead of being taken for an answer under TLS (RFC 3207, 4.2; USENIX Security 2021, "Why
/// TLS is better without STARTTLS").
#[derive(Debug)]
pub(super) struct Guard {
    wire: Wire,
    left: usize,
}

#[derive(Debug)]
enum Wire {
    Plain(TcpStream),
    Tls(Box<TlsStream<TcpStream>>),
}

impl Guard {
    pub(super) const fn plain(stream: TcpStream) -> Self {
        Self { wire: Wire::Plain(stream), left: MOST }
    }

    pub(super) fn tls(stream: TlsStream<TcpStream>) -> Self {
        Self { wire: Wire::Tls(Box::new(stream)), left: MOST }
    }

    fn writer(self: Pin<&mut Self>) -> Pin<&mut (dyn AsyncWrite + Send + Unpin)> {
        Pin::new(match &mut self.get_mut().wire {
            Wire::Plain(stream) => stream,
            Wire::Tls(stream) => stream,
        })
    }
}

/// How many bytes to read: to the end of the line, or all that are there.
fn poll_line(stream: &TcpStream, cx: &mut Context<'_>) -> Poll<io::Result<usize>> {
    let mut seen = [0; 1024];
    let mut seen = ReadBuf::new(&mut seen);
    let there = ready!(stream.poll_peek(cx, &mut seen))?;
    let line = seen.filled().iter().position(|&byte| byte == b'\n');
    Poll::Ready(Ok(line.map_or(there, |end| end + 1)))
}

impl AsyncRead for Guard {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let guard = self.get_mut();
        if guard.left == 0 {
            return Poll::Ready(Err(io::Error::other("the mail server says too much")));
        }
        let mut most = guard.left.min(buffer.remaining());
        if let Wire::Plain(stream) = &guard.wire {
            most = most.min(ready!(poll_line(stream, cx))?);
        }
        let mut part = ReadBuf::new(buffer.initialize_unfilled_to(most));
        match &mut guard.wire {
            Wire::Plain(stream) => ready!(Pin::new(stream).poll_read(cx, &mut part))?,
            Wire::Tls(stream) => ready!(Pin::new(stream.as_mut()).poll_read(cx, &mut part))?,
        }
        let read = part.filled().len();
        buffer.advance(read);
        guard.left -= read;
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Guard {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.writer().poll_write(cx, bytes)
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.writer().poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.writer().poll_shutdown(cx)
    }
}

impl AsyncTokioStream for Guard {
    fn peer_addr(&self) -> io::Result<SocketAddr> {
        match &self.wire {
            Wire::Plain(stream) => stream.peer_addr(),
            Wire::Tls(stream) => stream.get_ref().0.peer_addr(),
        }
    }
}
