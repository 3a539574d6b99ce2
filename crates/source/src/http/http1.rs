//! One question over HTTP/1.1: hyper speaks it, in the task that asks.

use std::error::Error;
use std::io;

use bytes::Bytes;
use http_body_util::BodyExt;
use hyper::body::Incoming;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use statusquo_exchange::FailureKind;
use tokio::io::AsyncWriteExt;
use tokio::time::Instant;

use super::content::RequestContent;
use super::fault::Fault;
use super::sight::Sight;
use super::spec::{Limits, Sending};
use super::tape::{Recorded, Tape};
use super::wire::{Driven, Stream, closed, io_fault};

/// hyper's smallest read buffer.
const SMALLEST_BUFFER: usize = 8 << 10;

/// Asks. Lenient where the standard lets a recipient be: what is odd is seen on the tape.
pub(crate) async fn ask(
    stream: Stream,
    request: http::Request<Bytes>,
    (limits, sending): (Limits, Sending),
    sight: &mut Sight,
) -> Result<(), Fault> {
    let mut stream = stream;
    let tape = Tape::new(limits.raw, limits.headers, 0);
    sight.tape = Some(tape.clone());
    if sending == Sending::AfterEmptyLine {
        stream.write_all(b"\r\n").await.map_err(|error| io_fault(&error, &tape))?;
    }
    let (mut sender, connection) = http1::Builder::new()
        .max_buf_size(limits.headers.max(SMALLEST_BUFFER))
        .allow_obsolete_multiline_headers_in_responses(true)
        .allow_spaces_after_header_name_in_responses(true)
        .ignore_invalid_headers_in_responses(true)
        .handshake(TokioIo::new(Recorded::new(stream, tape.clone())))
        .await
        .map_err(|error| fault_of(&error, &tape))?;
    sight.sent = Some(Instant::now());
    let mut driven = Driven::new(connection);
    let request = request.map(|content| match sending {
        Sending::HoldingBack(patience) => {
            let held = RequestContent::held_back(content, patience, tape.clone());
            sight.held_back = Some(held.gone());
            held
        }
        Sending::AtOnce | Sending::AfterEmptyLine => RequestContent::at_once(content),
    });
    let response = driven.alongside(sender.send_request(request)).await;
    let response = response.map_err(|error| fault_of(&error, &tape))?;
    receive(response, &mut driven, limits, sight).await.map_err(|error| fault_of(&error, &tape))
}

/// Reads the content up to its cap, and the trailers.
async fn receive<C: Future + Unpin>(
    response: http::Response<Incoming>,
    driven: &mut Driven<C>,
    limits: Limits,
    sight: &mut Sight,
) -> Result<(), hyper::Error> {
    let (parts, mut content) = response.into_parts();
    sight.head_came(parts);
    while let Some(frame) = driven.alongside(content.frame()).await {
        match frame?.into_data() {
            Ok(bytes) if !sight.take_in(&bytes, limits.content) => return Ok(()),
            Ok(_) => {}
            Err(frame) => sight.trailers = frame.into_trailers().ok(),
        }
    }
    sight.whole = true;
    Ok(())
}

/// What an error of hyper's means.
fn fault_of(error: &hyper::Error, tape: &Tape) -> Fault {
    let causes = || std::iter::successors(error.source(), |cause| (*cause).source());
    if let Some(fault) =
        causes().find_map(|cause| cause.downcast_ref::<io::Error>()).map(|io| io_fault(io, tape))
    {
        return fault;
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
