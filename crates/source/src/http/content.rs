//! The content of a request on its way out: at once, or when the server asks for it.

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use hyper::body::{Body, Frame, SizeHint};
use tokio::time::{Sleep, sleep};

use super::head;
use super::tape::Tape;

/// The content of a request on its way out.
#[derive(Debug)]
pub(crate) struct RequestContent {
    /// `None` once it has gone.
    content: Option<Bytes>,
    held: Option<Held>,
    gone: Gone,
}

/// Has the content gone out?
#[derive(Debug, Clone, Default)]
pub(crate) struct Gone(Arc<AtomicBool>);

/// Until when content is held back.
#[derive(Debug)]
struct Held {
    /// On which a 100 would be.
    tape: Tape,
    patience: Pin<Box<Sleep>>,
}

impl Gone {
    pub(crate) fn has_gone(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

impl RequestContent {
    pub(crate) fn at_once(content: Bytes) -> Self {
        Self {
            content: Some(content).filter(|content| !content.is_empty()),
            held: None,
            gone: Gone::default(),
        }
    }

    /// Waits for a 100 on the tape, or for the end of the patience.
    pub(crate) fn held_back(content: Bytes, patience: Duration, tape: Tape) -> Self {
        let held = Held { tape, patience: Box::pin(sleep(patience)) };
        Self { held: Some(held), ..Self::at_once(content) }
    }

    pub(crate) fn gone(&self) -> Gone {
        self.gone.clone()
    }
}

impl Held {
    /// hyper asks again whenever it has read something, so that a 100 needs no waker of its own. After a final response
    /// nobody waits for the content any more.
    fn poll_released(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let heads = head::read(&self.tape.copy());
        if heads.interim.iter().any(|interim| interim.status.get() == 100) {
            return Poll::Ready(());
        }
        if heads.last.is_some() { Poll::Pending } else { self.patience.as_mut().poll(cx) }
    }
}

impl Body for RequestContent {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        if self.held.as_mut().is_some_and(|held| held.poll_released(cx).is_pending()) {
            return Poll::Pending;
        }
        let content = self.content.take();
        self.gone.0.store(true, Ordering::Relaxed);
        Poll::Ready(content.map(|content| Ok(Frame::data(content))))
    }

    fn is_end_stream(&self) -> bool {
        self.content.is_none()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.content.as_ref().map_or(0, |content| content.len() as u64))
    }
}
