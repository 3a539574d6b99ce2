//! Reads content, up to a bound.

use std::future::poll_fn;
use std::pin::pin;

use bytes::Buf;
use http_body::Body;

/// The content, up to so many bytes, and whether that is all of it.
pub(crate) async fn read<B: Body>(body: B, most_bytes: usize) -> (Vec<u8>, bool) {
    let mut body = pin!(body);
    let mut content = Vec::new();
    while let Some(frame) = poll_fn(|context| body.as_mut().poll_frame(context)).await {
        let Ok(frame) = frame else { return (content, false) };
        let Ok(mut data) = frame.into_data() else { continue };
        if content.len() + data.remaining() > most_bytes {
            return (content, false);
        }
        while data.has_remaining() {
            content.extend_from_slice(data.chunk());
            let length = data.chunk().len();
            data.advance(length);
        }
    }
    (content, true)
}
