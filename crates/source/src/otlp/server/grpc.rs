//! gRPC: HTTP/2 with frames of five bytes before each message, and the outcome in trailer fields.

use base64::Engine;
use http::{HeaderMap, HeaderName, HeaderValue, Request, Response, header};
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

use super::Partly;
use super::answer::Answer;
use super::refusal::{Code, Refusal};
use crate::otlp::wire::{put_bytes, put_number};

const STATUS: HeaderName = HeaderName::from_static("grpc-status");
const MESSAGE: HeaderName = HeaderName::from_static("grpc-message");
const DETAILS: HeaderName = HeaderName::from_static("grpc-status-details-bin");
const ACCEPTED: HeaderName = HeaderName::from_static("grpc-accept-encoding");

/// All but what may stand in `grpc-message` as it is: printable ASCII without the percent sign.
const RESERVED: &AsciiSet = &CONTROLS.add(b'%');

/// Does somebody speak gRPC?
pub(super) fn is_asked<B>(request: &Request<B>) -> bool {
    let content_type = request.headers().get(header::CONTENT_TYPE);
    content_type.is_some_and(|value| {
        let value = value.as_bytes();
        value
            .strip_prefix(b"application/grpc")
            .is_some_and(|rest| matches!(rest.first(), None | Some(b'+' | b';')))
    })
}

/// The one message of a frame, and whether it is compressed.
pub(super) fn unframed(mut framed: Vec<u8>) -> Result<(Vec<u8>, bool), Refusal> {
    let Some(&[flag, a, b, c, d]) = framed.first_chunk::<5>() else { return Err(Refusal::Frame) };
    let length = u32::from_be_bytes([a, b, c, d]) as usize;
    if framed.len() != length + 5 || flag > 1 {
        return Err(Refusal::Frame);
    }
    framed.drain(..5);
    Ok((framed, flag == 1))
}

/// The answer: a message and the outcome, or the outcome alone.
pub(super) fn answer(taken: Result<Partly, Refusal>) -> Response<Answer> {
    let (answer, fields) = match taken {
        Ok(partly) => {
            let message = partly.protobuf();
            let mut content = vec![0];
            content.extend_from_slice(&u32::try_from(message.len()).unwrap_or(u32::MAX).to_be_bytes());
            content.extend_from_slice(&message);
            let outcome = HeaderMap::from_iter([(STATUS, HeaderValue::from_static("0"))]);
            (Answer::with_trailers(content, outcome), HeaderMap::new())
        }
        Err(refusal) => (Answer::default(), outcome(&refusal)),
    };
    let mut response = Response::new(answer);
    *response.headers_mut() = fields;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/grpc"));
    response
}

fn outcome(refusal: &Refusal) -> HeaderMap {
    let mut fields = HeaderMap::new();
    let code = refusal.code();
    fields.insert(STATUS, HeaderValue::from(code as u16));
    let sentence = utf8_percent_encode(&refusal.sentence(), RESERVED).to_string();
    fields.extend(HeaderValue::from_str(&sentence).ok().map(|value| (MESSAGE, value)));
    if let Some(seconds) = refusal.retry_after() {
        let details = base64::engine::general_purpose::STANDARD_NO_PAD.encode(retry(refusal, code, seconds));
        fields.extend(HeaderValue::from_str(&details).ok().map(|value| (DETAILS, value)));
    }
    if matches!(refusal, Refusal::Coding) {
        fields.insert(ACCEPTED, HeaderValue::from_static("gzip, identity"));
    }
    fields
}

/// A `google.rpc.Status` that carries a `google.rpc.RetryInfo`.
fn retry(refusal: &Refusal, code: Code, seconds: u64) -> Vec<u8> {
    let (mut delay, mut when, mut any, mut status) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    put_number(&mut delay, 1, seconds);
    put_bytes(&mut when, 1, &delay);
    put_bytes(&mut any, 1, b"type.googleapis.com/google.rpc.RetryInfo");
    put_bytes(&mut any, 2, &when);
    put_number(&mut status, 1, code as u64);
    put_bytes(&mut status, 2, refusal.sentence().as_bytes());
    put_bytes(&mut status, 3, &any);
    status
}
