//! A stream that remembers what came in: the bytes as they were, and when.

use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use bytes::Bytes;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::Instant;

/// Moments that are remembered before the final response begins; a target that drips more than this is timed
/// by its latest.
const MOMENTS: usize = 64;

/// What a [`Recorded`] stream has read so far.
#[derive(Debug, Clone)]
pub(crate) struct Tape(Arc<Mutex<Reel>>);

#[derive(Debug)]
struct Reel {
    bytes: Vec<u8>,
    /// How much to keep once the header section has ended.
    keep: usize,
    /// How many bytes may come before the header section has ended; `None` once it has.
    headers: Option<usize>,
    /// What else may come with it: control frames, and the first content.
    besides: usize,
    total: u64,
    /// At which offset a read began, and when it ended.
    moments: Vec<(u64, Instant)>,
    latest: Option<Instant>,
}

/// More came than a header section may have. Travels through hyper inside an [`io::Error`].
#[derive(Debug, thiserror::Error)]
#[error("the header section is larger than {0} bytes")]
pub(crate) struct HeadersTooLarge(pub(crate) usize);

impl Tape {
    /// A tape that keeps `keep` bytes, and ends the connection when more than `headers` bytes come, and `besides`
    /// other bytes, before the header section has ended.
    pub(crate) fn new(keep: usize, headers: usize, besides: usize) -> Self {
        Self(Arc::new(Mutex::new(Reel {
            bytes: Vec::new(),
            keep,
            headers: Some(headers),
            besides,
            total: 0,
            moments: Vec::new(),
            latest: None,
        })))
    }

    fn reel(&self) -> MutexGuard<'_, Reel> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The header section of the final response is complete: from now on only the content counts.
    pub(crate) fn head_is_complete(&self) {
        self.reel().headers = None;
    }

    /// Has the header section not ended although more came than it may have?
    pub(crate) fn is_head_too_large(&self) -> bool {
        let reel = self.reel();
        reel.headers.is_some_and(|limit| reel.total >= limit as u64)
    }

    /// Takes the bytes that were kept, in as much memory as they need.
    pub(crate) fn take_bytes(&self) -> Bytes {
        let mut bytes = std::mem::take(&mut self.reel().bytes);
        bytes.shrink_to_fit();
        Bytes::from(bytes)
    }

    /// A short, harmless sample of how the answer began, for people.
    pub(crate) fn sample(&self) -> String {
        let reel = self.reel();
        let start = reel.bytes.get(..40).unwrap_or(&reel.bytes);
        let more = if reel.total > start.len() as u64 { "…" } else { "" };
        format!("`{}{more}`", start.escape_ascii())
    }

    /// A copy of the bytes that were kept so far.
    pub(crate) fn copy(&self) -> Bytes {
        Bytes::copy_from_slice(&self.reel().bytes)
    }

    /// How many bytes came.
    pub(crate) fn total(&self) -> u64 {
        self.reel().total
    }

    /// When the byte at this offset came.
    pub(crate) fn came(&self, offset: u64) -> Option<Instant> {
        self.reel().moments.iter().take_while(|(start, _)| *start <= offset).last().map(|(_, at)| *at)
    }

    /// When the latest bytes came.
    pub(crate) fn latest(&self) -> Option<Instant> {
        self.reel().latest
    }
}

impl Reel {
    fn record(&mut self, read: &[u8]) {
        let now = Instant::now();
        self.latest = Some(now);
        if self.headers.is_some() && self.moments.len() < MOMENTS {
            self.moments.push((self.total, now));
        }
        self.total += read.len() as u64;
        let room = match self.headers {
            Some(_) => read.len(),
            None => self.keep.saturating_sub(self.bytes.len()).min(read.len()),
        };
        self.bytes.extend_from_slice(read.get(..room).unwrap_or(read));
    }

    fn over(&self) -> Option<HeadersTooLarge> {
        self.headers.filter(|&limit| self.total >= (limit + self.besides) as u64).map(HeadersTooLarge)
    }
}

/// A stream and the tape that runs along.
#[derive(Debug)]
pub(crate) struct Recorded<S> {
    stream: S,
    tape: Tape,
}

impl<S> Recorded<S> {
    pub(crate) fn new(stream: S, tape: Tape) -> Self {
        Self { stream, tape }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Recorded<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if let Some(over) = self.tape.reel().over() {
            return Poll::Ready(Err(io::Error::other(over)));
        }
        let before = buf.filled().len();
        let polled = Pin::new(&mut self.stream).poll_read(cx, buf);
        if let Some(read) = buf.filled().get(before..).filter(|read| !read.is_empty()) {
            self.tape.reel().record(read);
        }
        polled
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Recorded<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
