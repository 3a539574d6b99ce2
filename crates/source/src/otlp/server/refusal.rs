//! Why a message was not taken, in the words of HTTP and of gRPC.

use http::StatusCode;

use super::{JsonFault, Malformed};

/// Why a message was not taken.
#[derive(Debug)]
pub(super) enum Refusal {
    /// Nothing is taken at this path.
    NotFound(String),
    /// Messages are posted.
    Method,
    /// The token is missing or another one.
    Unauthorized,
    /// The content type is none of ours.
    MediaType,
    /// The compression is none of ours.
    Coding,
    /// It is larger than so many bytes.
    TooLarge(usize),
    /// It did not come in time.
    TooSlow,
    /// The connection ended within it.
    Cut,
    /// It should be compressed, and is not, or not to its end.
    NotGzip,
    /// Its frame has another length.
    Frame,
    /// It is no message.
    Malformed(Malformed),
    /// It is no JSON message.
    Json(JsonFault),
    /// There is no room for it now.
    Busy,
    /// It cannot be saved now.
    Unsaved,
}

/// Codes of gRPC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Code {
    InvalidArgument = 3,
    DeadlineExceeded = 4,
    ResourceExhausted = 8,
    Unimplemented = 12,
    Unavailable = 14,
    Unauthenticated = 16,
}

impl Refusal {
    /// The status code of HTTP.
    pub(super) const fn status(&self) -> StatusCode {
        match self {
            Self::NotFound(_) => StatusCode::NOT_FOUND,
            Self::Method => StatusCode::METHOD_NOT_ALLOWED,
            Self::Unauthorized => StatusCode::UNAUTHORIZED,
            Self::MediaType | Self::Coding => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::TooLarge(_) => StatusCode::PAYLOAD_TOO_LARGE,
            Self::TooSlow => StatusCode::REQUEST_TIMEOUT,
            Self::Cut | Self::NotGzip | Self::Frame | Self::Malformed(_) | Self::Json(_) => {
                StatusCode::BAD_REQUEST
            }
            Self::Busy => StatusCode::TOO_MANY_REQUESTS,
            Self::Unsaved => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    /// The code of gRPC. `RESOURCE_EXHAUSTED` without a time to wait is final (OTLP specification, "Failures").
    pub(super) const fn code(&self) -> Code {
        match self {
            Self::NotFound(_) | Self::Method | Self::MediaType | Self::Coding => Code::Unimplemented,
            Self::Unauthorized => Code::Unauthenticated,
            Self::TooLarge(_) => Code::ResourceExhausted,
            Self::TooSlow => Code::DeadlineExceeded,
            Self::Cut | Self::NotGzip | Self::Frame | Self::Malformed(_) | Self::Json(_) => {
                Code::InvalidArgument
            }
            Self::Busy | Self::Unsaved => Code::Unavailable,
        }
    }

    /// Seconds after which it may be sent again, if that can help.
    pub(super) const fn retry_after(&self) -> Option<u64> {
        match self {
            Self::Busy => Some(1),
            Self::Unsaved => Some(10),
            Self::NotFound(_)
            | Self::Method
            | Self::Unauthorized
            | Self::MediaType
            | Self::Coding
            | Self::TooLarge(_)
            | Self::TooSlow
            | Self::Cut
            | Self::NotGzip
            | Self::Frame
            | Self::Malformed(_)
            | Self::Json(_) => None,
        }
    }

    /// For people: what is wrong, and what to do.
    pub(super) fn sentence(&self) -> String {
        match self {
            Self::NotFound(path) => format!(
                "nothing is taken at `{path}`; OTLP goes to /v1/traces, /v1/metrics and /v1/logs, or over gRPC"
            ),
            Self::Method => "messages are sent with POST".to_owned(),
            Self::Unauthorized => {
                "send the token of this server, as `Authorization: Bearer TOKEN`".to_owned()
            }
            Self::MediaType => {
                "`Content-Type` has to be application/x-protobuf or application/json".to_owned()
            }
            Self::Coding => "content may be compressed with gzip, or not at all".to_owned(),
            Self::TooLarge(most) => {
                format!(
                    "the message has more than {} MiB once decompressed; send smaller batches",
                    most >> 20
                )
            }
            Self::TooSlow => "the content did not come in time".to_owned(),
            Self::Cut => "the connection ended before the content did".to_owned(),
            Self::NotGzip => "the content is not gzip, or ends within it".to_owned(),
            Self::Frame => "the frame has another length than it says, or more than one message".to_owned(),
            Self::Malformed(fault) => fault.to_string(),
            Self::Json(fault) => fault.to_string(),
            Self::Busy => {
                "too many messages are being worked on; send this one again a little later".to_owned()
            }
            Self::Unsaved => "nothing can be saved now; send this again later".to_owned(),
        }
    }

    /// Its word in figures.
    pub(super) const fn word(&self) -> &'static str {
        match self {
            Self::NotFound(_) => "not_found",
            Self::Method => "method",
            Self::Unauthorized => "unauthorized",
            Self::MediaType => "media_type",
            Self::Coding => "coding",
            Self::TooLarge(_) => "too_large",
            Self::TooSlow => "too_slow",
            Self::Cut => "cut",
            Self::NotGzip | Self::Frame | Self::Malformed(_) | Self::Json(_) => "malformed",
            Self::Busy => "busy",
            Self::Unsaved => "unsaved",
        }
    }
}
