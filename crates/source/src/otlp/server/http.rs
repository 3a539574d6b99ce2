//! Answers over HTTP.

use ::http::{HeaderValue, Response, StatusCode, header};
use serde_json::{Value, json};

use super::answer::Answer;
use super::content::Kind;
use super::refusal::Refusal;
use super::{Partly, Signal};
use crate::otlp::wire::{put_bytes, put_number};

/// The answer in the form of the message: what was taken, or a problem.
pub(super) fn answer(asked: Option<(Signal, Kind)>, taken: Result<Partly, Refusal>) -> Response<Answer> {
    let (status, media_type, content) = match (&taken, asked) {
        (Ok(partly), Some((_, Kind::Json))) => {
            (StatusCode::OK, Kind::Json.media_type(), partly.json().to_string().into_bytes())
        }
        (Ok(partly), Some((_, Kind::Protobuf)) | None) => {
            (StatusCode::OK, Kind::Protobuf.media_type(), partly.protobuf())
        }
        (Err(refusal), Some((_, Kind::Protobuf))) => {
            (refusal.status(), Kind::Protobuf.media_type(), refusal.protobuf())
        }
        (Err(refusal), Some((_, Kind::Json))) => {
            (refusal.status(), Kind::Json.media_type(), refusal.problem().to_string().into_bytes())
        }
        (Err(refusal), None) => {
            (refusal.status(), "application/problem+json", refusal.problem().to_string().into_bytes())
        }
    };
    let mut response = Response::new(Answer::new(content));
    *response.status_mut() = status;
    let fields = response.headers_mut();
    fields.insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
    fields.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    fields.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    if let Err(refusal) = taken {
        if let Some(seconds) = refusal.retry_after() {
            fields.insert(header::RETRY_AFTER, seconds.into());
        }
        if let Some((name, value)) = refusal.offer() {
            fields.insert(name, HeaderValue::from_static(value));
        }
    }
    response
}

impl Partly {
    /// An `Export…ServiceResponse`; nothing at all when all was counted.
    pub(super) fn protobuf(&self) -> Vec<u8> {
        let mut message = Vec::new();
        if self.rejected > 0 {
            let mut partly = Vec::new();
            put_number(&mut partly, 1, self.rejected);
            put_bytes(&mut partly, 2, self.why.as_bytes());
            put_bytes(&mut message, 1, &partly);
        }
        message
    }

    fn json(&self) -> Value {
        if self.rejected == 0 {
            return json!({});
        }
        let rejected = match self.signal {
            Signal::Traces => "rejectedSpans",
            Signal::Metrics => "rejectedDataPoints",
            Signal::Logs => "rejectedLogRecords",
        };
        json!({ "partialSuccess": { rejected: self.rejected.to_string(), "errorMessage": self.why } })
    }
}

impl Refusal {
    /// A `google.rpc.Status`.
    pub(super) fn protobuf(&self) -> Vec<u8> {
        let mut message = Vec::new();
        put_number(&mut message, 1, self.code() as u64);
        put_bytes(&mut message, 2, self.sentence().as_bytes());
        message
    }

    /// A problem (RFC 9457) that is a `google.rpc.Status` too: `code` and `message`.
    fn problem(&self) -> Value {
        let status = self.status();
        json!({
            "type": format!("https://www.rfc-editor.org/rfc/rfc9110#status.{}", status.as_u16()),
            "title": status.canonical_reason(),
            "status": status.as_u16(),
            "detail": self.sentence(),
            "code": self.code() as u8,
            "message": self.sentence(),
        })
    }

    /// What would be taken instead.
    const fn offer(&self) -> Option<(header::HeaderName, &'static str)> {
        match self {
            Self::Method => Some((header::ALLOW, "POST")),
            Self::Unauthorized => Some((header::WWW_AUTHENTICATE, "Bearer realm=\"otlp\"")),
            Self::MediaType => Some((header::ACCEPT, "application/x-protobuf, application/json")),
            Self::Coding => Some((header::ACCEPT_ENCODING, "gzip")),
            // The rest of the content would be read as the next request.
            Self::TooLarge(_) | Self::TooSlow | Self::Busy => Some((header::CONNECTION, "close")),
            Self::NotFound(_)
            | Self::Cut
            | Self::NotGzip
            | Self::Frame
            | Self::Malformed(_)
            | Self::Json(_)
            | Self::Unsaved => None,
        }
    }
}
