//! OpenTelemetry's protocol (OTLP): what applications say themselves of the requests that they answer and make.
//!
//! Messages are read by a reader of our own: of each only the fields that concern HTTP, without a copy, unknown ones
//! skipped ([`read`]). JSON is turned into the binary form first, so that there is one meaning for both. [`Listener`]
//! takes messages over HTTP and gRPC and answers them.
//!
//! Sources: opentelemetry-proto 1.x (`opentelemetry/proto/*/v1/*.proto`), the OTLP specification, and the semantic
//! conventions for HTTP, stable (1.23) and old names.

mod any;
mod attributes;
mod cumulative;
mod json;
mod logs;
mod metrics;
mod resource;
mod saved;
mod server;
mod signal;
mod told;
mod traces;
mod weight;
mod wire;

pub use cumulative::{Counted, Cumulative, Increase, SavedSeries, Undo};
pub use json::{JsonFault, encode as encode_json};
pub use metrics::{Bucket, Durations, Point};
pub use resource::Resource;
pub use server::{Figures, Limits, Listener, Receive, Reception};
pub use signal::Signal;
pub use told::{Side, Told};
pub use wire::Malformed;

/// What a message holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Held {
    /// Spans, data points or log records in all.
    pub items: u64,
    /// Those that tell of no HTTP request; they are taken and left out.
    pub others: u64,
    /// Those that cannot be counted: they tell of a request, but not when.
    pub rejected: u64,
}

/// What a part of a message says.
#[derive(Debug)]
pub enum Said<'a> {
    /// One request: a span or a log record.
    Request(Told<'a>),
    /// How long many requests that are alike took: a data point of a histogram.
    Durations(Durations<'a>),
    /// A log record whose text may be a line of an access log.
    Line(&'a [u8]),
}

/// Reads a message: a whole `Export…ServiceRequest` in the binary form.
///
/// # Errors
/// [`Malformed`] when the bytes are not such a message. What was said before that is to be forgotten.
pub fn read<'a>(
    signal: Signal,
    message: &'a [u8],
    each: &mut dyn FnMut(&Resource<'a>, Said<'a>),
) -> Result<Held, Malformed> {
    match signal {
        Signal::Traces => traces::read(message, each),
        Signal::Metrics => metrics::read(message, each),
        Signal::Logs => logs::read(message, each),
    }
}
