//! What is expected of a probe's answer, and the verdict on it.

use std::time::Duration;

use regex::bytes::Regex;
use serde_json_path::JsonPath;
use statusquo_catalogue::CodeSet;

/// All that is expected of a probe's answer.
#[derive(Debug, Clone, Default)]
pub struct Expectations {
    /// The status code.
    pub status: StatusExpectation,
    /// Header fields.
    pub fields: Vec<FieldExpectation>,
    /// Text, patterns, JSON, latency, certificate.
    pub others: Vec<Expectation>,
}

/// What is expected of the status code.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum StatusExpectation {
    /// What is right for a health check: the catalogue's `is_healthy`.
    #[default]
    Healthy,
    /// One of these: in a box, since nearly all monitors expect what is healthy.
    In(Box<CodeSet>),
}

/// What is expected of a header field.
#[derive(Debug, Clone)]
pub enum FieldExpectation {
    /// It is there.
    Present(String),
    /// It is not there.
    Absent(String),
    /// One of its lines has exactly this value.
    Equals(String, String),
    /// One of its lines matches.
    Matches(String, Regex),
}

/// What is expected besides status code and fields.
#[derive(Debug, Clone)]
pub enum Expectation {
    /// The content has this text.
    Contains(String),
    /// The content does not have this text.
    Lacks(String),
    /// The content matches.
    Matches(Regex),
    /// A JSON path selects something that fits.
    Json(JsonExpectation),
    /// Slower than this is degraded.
    DegradedAfter(Duration),
    /// Slower than this is failing.
    FailingAfter(Duration),
    /// At least so many days are left on each certificate of the chain.
    CertificateDays(u32),
}

/// What is expected of the content as JSON.
#[derive(Debug, Clone)]
pub struct JsonExpectation {
    /// Where to look (RFC 9535).
    pub path: JsonPath,
    /// The path as it was written.
    pub text: String,
    /// What has to be there; `None`: at least one node, whatever it is.
    pub equals: Option<serde_json::Value>,
}
