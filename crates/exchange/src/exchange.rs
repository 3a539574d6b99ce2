//! One request and how it ended.

use std::fmt;
use std::net::SocketAddr;

use bytes::Bytes;
use jiff::Timestamp;
use statusquo_catalogue::StatusCode;

use crate::{Content, Failure, Fields, Origin, Timing, Tls};

/// One request and how it ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exchange {
    /// Unique within a store; for a recording, what the recording calls it.
    pub id: ExchangeId,
    /// When it began.
    pub at: Timestamp,
    /// Where it was seen.
    pub origin: Origin,
    /// `http` or `https`, if known.
    pub scheme: Option<Scheme>,
    /// What was asked.
    pub request: Request,
    /// The interim (1xx) responses, in order (RFC 9110, 15.2). A 101 is a final response.
    pub interim: Vec<Response>,
    /// How it ended.
    pub outcome: Outcome,
    /// How long it took.
    pub timing: Timing,
    /// The TLS facts, if it ran over TLS.
    pub tls: Option<Tls>,
    /// Who answered, if known.
    pub peer: Option<SocketAddr>,
    /// The bytes of the response as they came off the connection (after TLS), up to a cap, when the recorder
    /// kept them (HTTP/1 only).
    pub raw_response: Option<Bytes>,
}

impl Exchange {
    /// The final response, complete or not.
    #[must_use]
    pub fn response(&self) -> Option<&Response> {
        match &self.outcome {
            Outcome::Answered(response) => Some(response),
            Outcome::Failed { seen, .. } => seen.as_deref(),
        }
    }

    /// The failure that took the (complete) response's place.
    #[must_use]
    pub fn failure(&self) -> Option<&Failure> {
        match &self.outcome {
            Outcome::Answered(_) => None,
            Outcome::Failed { failure, .. } => Some(failure),
        }
    }

    /// The status code of the answer, when there was a whole answer.
    #[must_use]
    pub fn status(&self) -> Option<StatusCode> {
        match &self.outcome {
            Outcome::Answered(response) => Some(response.status),
            Outcome::Failed { .. } => None,
        }
    }
}

/// Identifies an exchange.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ExchangeId(pub String);

impl fmt::Display for ExchangeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// The two URI schemes of HTTP (RFC 9110, 4.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Scheme {
    /// `http`
    Http,
    /// `https`
    Https,
}

impl Scheme {
    /// `http` or `https`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::Https => "https",
        }
    }
}

/// How an exchange ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// A whole response came.
    Answered(Response),
    /// No whole response came.
    Failed {
        /// Why.
        failure: Failure,
        /// What was seen of the response before that: header section and the beginning of the content.
        seen: Option<Box<Response>>,
    },
}

/// What was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// The method, as sent (methods are case-sensitive: RFC 9110, 9.1).
    pub method: String,
    /// The target as an absolute URI where known, else as it was on the request line.
    pub target: String,
    /// The protocol version used.
    pub version: Option<Version>,
    /// The header fields.
    pub fields: Fields,
    /// The content.
    pub content: Content,
}

/// A response, interim or final.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Response {
    /// The protocol version on the status line, or the connection's.
    pub version: Option<Version>,
    /// The status code, as it came.
    pub status: StatusCode,
    /// The reason phrase of HTTP/1, if the recorder kept it.
    pub reason: Option<Bytes>,
    /// The header fields.
    pub fields: Fields,
    /// The content.
    pub content: Content,
    /// The trailer fields.
    pub trailers: Fields,
}

/// A protocol version, as a label.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Version {
    /// HTTP/0.9
    Http09,
    /// HTTP/1.0
    Http10,
    /// HTTP/1.1
    Http11,
    /// HTTP/2
    Http2,
    /// HTTP/3
    Http3,
}

impl Version {
    /// `HTTP/1.1`, `HTTP/2` and so on.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Http09 => "HTTP/0.9",
            Self::Http10 => "HTTP/1.0",
            Self::Http11 => "HTTP/1.1",
            Self::Http2 => "HTTP/2",
            Self::Http3 => "HTTP/3",
        }
    }

    /// The version that a label names; understands `HTTP/2.0`, `h2`, `http/1.1` and `1.1` as well.
    #[must_use]
    pub fn parse(label: &str) -> Option<Self> {
        let label = label.to_ascii_lowercase();
        match label.strip_prefix("http/").unwrap_or(&label) {
            "0.9" => Some(Self::Http09),
            "1.0" => Some(Self::Http10),
            "1.1" => Some(Self::Http11),
            "2" | "2.0" | "h2" | "h2c" => Some(Self::Http2),
            "3" | "3.0" | "h3" => Some(Self::Http3),
            _ => None,
        }
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}
