//! Reads content, capped and decompressed.

use std::io::Read;

use flate2::read::MultiGzDecoder;
use http_body_util::BodyExt;
use hyper::body::{Body, Incoming};

use super::content::Coding;
use super::figures::Room;
use super::refusal::Refusal;

/// Decompressed at once, so that room is asked for before it is used.
const STEP_BYTES: usize = 64 << 10;

/// Reads content as it came.
pub(super) async fn read(
    mut content: Incoming,
    most: usize,
    room: &mut Room<'_>,
) -> Result<Vec<u8>, Refusal> {
    let read = read_within(&mut content, most, room).await;
    if matches!(read, Err(Refusal::TooLarge(_) | Refusal::Busy)) {
        discard(content, most).await;
    }
    read
}

async fn read_within(content: &mut Incoming, most: usize, room: &mut Room<'_>) -> Result<Vec<u8>, Refusal> {
    // What is announced to be too large need not be kept.
    if content.size_hint().lower() > most as u64 {
        return Err(Refusal::TooLarge(most));
    }
    let mut read = Vec::new();
    while let Some(frame) = content.frame().await {
        let Ok(bytes) = frame.map_err(|_| Refusal::Cut)?.into_data() else { continue };
        if read.len() + bytes.len() > most {
            return Err(Refusal::TooLarge(most));
        }
        room.take(bytes.len())?;
        read.extend_from_slice(&bytes);
    }
    Ok(read)
}

/// Reads on without keeping anything: who is still sending does not look for an answer, and a connection that is closed
/// under its hands loses it.
async fn discard(mut content: Incoming, most: usize) {
    let mut left = most.saturating_mul(4);
    while let Some(Ok(frame)) = content.frame().await {
        let length = frame.data_ref().map_or(0, bytes::Bytes::len);
        let Some(less) = left.checked_sub(length) else { return };
        left = less;
    }
}

/// Decompresses content; the cap is for what comes out of it.
pub(super) fn decoded(
    content: Vec<u8>,
    coding: Coding,
    most: usize,
    room: &mut Room<'_>,
) -> Result<Vec<u8>, Refusal> {
    if coding == Coding::None {
        return Ok(content);
    }
    let mut decoder = MultiGzDecoder::new(content.as_slice());
    let mut all = Vec::new();
    loop {
        let before = all.len();
        let step = decoder.by_ref().take(STEP_BYTES as u64).read_to_end(&mut all);
        step.map_err(|_| Refusal::NotGzip)?;
        if all.len() == before {
            return Ok(all);
        }
        if all.len() > most {
            return Err(Refusal::TooLarge(most));
        }
        room.take(all.len() - before)?;
    }
}
