//! No content at all.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

use ::axum::body::Bytes;
use http_body::Frame;

/// No content at all, and nothing said of its length.
///
/// Axum adds `Content-Length: 0` to each content whose length is known. With 1xx and 204 that is forbidden (RFC 9110,
/// 8.6), and with a 304 it would say that the thing itself is empty.
pub(super) struct Nothing;

impl http_body::Body for Nothing {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        Poll::Ready(None)
    }

    fn is_end_stream(&self) -> bool {
        true
    }
}
