//! What applications may tell, and which requests are kept one by one.

use std::net::SocketAddr;
use std::time::Duration;

use statusquo_slo::kept::Keeping;
use statusquo_store::Retention;

use super::section::Section;
use super::template::Template;
use super::values;

/// Where and how OpenTelemetry's messages are taken.
#[derive(Debug, Clone)]
pub(crate) struct Otlp {
    /// The port for OTLP over HTTP.
    pub(crate) http: SocketAddr,
    /// The port for OTLP over gRPC.
    pub(crate) grpc: SocketAddr,
    /// What senders have to show.
    pub(crate) token: Option<Template>,
    /// Bytes of a message at most.
    pub(crate) max_message_bytes: u64,
}

/// Which requests of the real traffic are kept one by one.
#[derive(Debug, Clone)]
pub(crate) struct Requests {
    /// Which.
    pub(crate) keeping: Keeping,
    /// How long.
    keep: Duration,
    /// How many.
    most: u32,
}

impl Requests {
    /// The retention with what is said here.
    pub(crate) fn retention(&self, others: Retention) -> Retention {
        Retention { requests: self.keep, most_requests: self.most.into(), ..others }
    }
}

/// Reads `[otlp]`.
pub(super) fn otlp(section: &Section<'_>) -> Option<Otlp> {
    let address = |name| {
        let text = section.text(name)?;
        let address = values::socket(section.reading, &text)?;
        if !address.ip().is_loopback() && !section.has("token") {
            let title = format!("on `{address}` anybody who reaches it could send what they like");
            section.reading.report(&text.span, title, "add a token: token = \"${env:OTLP_TOKEN}\"");
        }
        Some(address)
    };
    let (http, grpc, token) = (address("listen"), address("grpc"), section.secret("token"));
    Some(Otlp { http: http?, grpc: grpc?, token, max_message_bytes: section.size("max_message")? })
}

/// Reads `[requests]`.
pub(super) fn requests(section: &Section<'_>) -> Option<Requests> {
    let (sample, slow_after) = (section.count("sample"), section.duration("slow_after"));
    let (keep, most) = (section.duration("keep"), section.count("most"));
    let slow_us = u32::try_from(slow_after?.as_micros()).unwrap_or(u32::MAX);
    let keeping = Keeping { sample: sample?, slow_us, ..Keeping::default() };
    Some(Requests { keeping, keep: keep?, most: most? })
}
