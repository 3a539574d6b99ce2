//! One question over HTTP/2, in the task that asks. It is `h2` that speaks, not hyper, because hyper does not
//! show the interim responses of HTTP/2.

use std::future::{Future, poll_fn};
use std::io;
use std::pin::Pin;
use std::task::Poll;

use bytes::Bytes;
use h2::RecvStream;
use h2::client::ResponseFuture;
use http::Response;
use statusquo_exchange::FailureKind;
use tokio::time::Instant;

use super::dial;
use super::fault::Fault;
use super::sight::{Sight, response_of};
use super::spec::Limits;
use super::tape::{Recorded, Tape};
use super::wire::{Driven, Stream, after, io_fault};

/// How much content may be under way.
const WINDOW: u32 = 64 << 10;

/// Asks.
pub(crate) async fn ask(
    stream: Stream,
    request: http::Request<Bytes>,
    limits: Limits,
    sight: &mut Sight,
) -> Result<(), Fault> {
    // Content may come in the same breath as the header section, up to the window; so may control frames.
    let tape = Tape::new(0, limits.headers, 2 * WINDOW as usize);
    sight.tape = Some(tape.clone());
    let stream = Recorded::new(stream, tape.clone());
    converse(stream, request, limits, sight).await.map_err(|error| fault_of(&error, &tape))
}

async fn converse(
    stream: Recorded<Stream>,
    request: http::Request<Bytes>,
    limits: Limits,
    sight: &mut Sight,
) -> Result<(), h2::Error> {
    let (sender, connection) = h2::client::Builder::new()
        .enable_push(false)
        .initial_window_size(WINDOW)
        .initial_connection_window_size(WINDOW)
        .max_header_list_size(u32::try_from(limits.headers).unwrap_or(u32::MAX))
        .handshake::<_, Bytes>(stream)
        .await?;
    let mut driven = Driven::new(connection);
    let mut sender = driven.alongside(sender.ready()).await?;
    let (parts, content) = request.into_parts();
    sight.sent = Some(Instant::now());
    let (mut answer, mut upload) =
        sender.send_request(http::Request::from_parts(parts, ()), content.is_empty())?;
    if !content.is_empty() {
        upload.send_data(content, true)?;
    }
    let response = driven.alongside(final_response(&mut answer, limits, sight)).await?;
    receive(response, &mut driven, limits, sight).await
}

/// Waits for the final response, and notes the interim ones.
async fn final_response(
    answer: &mut ResponseFuture,
    limits: Limits,
    sight: &mut Sight,
) -> Result<Response<RecvStream>, h2::Error> {
    poll_fn(|cx| {
        while let Poll::Ready(Some(interim)) = answer.poll_informational(cx) {
            let interim = interim?;
            sight.note_interim(response_of(interim.status(), interim.headers()), limits.headers);
        }
        Pin::new(&mut *answer).poll(cx)
    })
    .await
}

/// Reads the content up to its cap, and the trailers.
async fn receive<C: Future + Unpin>(
    response: Response<RecvStream>,
    driven: &mut Driven<C>,
    limits: Limits,
    sight: &mut Sight,
) -> Result<(), h2::Error> {
    let (parts, mut content) = response.into_parts();
    sight.head_came(parts);
    while let Some(bytes) = driven.alongside(content.data()).await {
        let bytes = bytes?;
        if !sight.take_in(&bytes, limits.content) {
            return Ok(());
        }
        content.flow_control().release_capacity(bytes.len())?;
    }
    sight.trailers = driven.alongside(content.trailers()).await?;
    sight.whole = true;
    Ok(())
}

/// What an error of h2's means. It keeps of an I/O error the kind and the text alone.
fn fault_of(error: &h2::Error, tape: &Tape) -> Fault {
    if !error.is_remote() && tape.is_head_too_large() {
        let detail = "the header section has more bytes than we accept";
        return Fault::target(FailureKind::HeadersTooLarge, detail);
    }
    match error.get_io() {
        // Not a byte came through TLS: in TLS 1.3 a server tells after the handshake what it missed in it.
        Some(io) if io.kind() == io::ErrorKind::InvalidData && tape.total() == 0 => {
            Fault::target(FailureKind::TlsHandshake, dial::words(io))
        }
        Some(io) => io_fault(io, tape),
        None if error.is_remote() => {
            Fault::target(FailureKind::ConnectionClosed, format!("{error}, {}", after(tape)))
        }
        None => Fault::target(
            FailureKind::Protocol,
            format!("not valid HTTP/2: {error}; it began {}", tape.sample()),
        ),
    }
}
