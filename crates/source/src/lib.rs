//! Where exchanges come from: probes, recordings, access logs, OpenTelemetry; and what they are held against:
//! descriptions, schemas.

mod blind;
mod certificate;
mod dns;
pub mod feed;
pub mod follow;
pub mod http;
mod json_schema;
pub mod log;
mod looked;
pub mod openapi;
pub mod otlp;
pub mod recording;
mod resolve;
mod schedule;
pub mod syslog;
mod tcp;

pub use blind::Blind;
pub use certificate::{CertificateSpec, certificate};
pub use dns::{DnsSpec, dns};
pub use json_schema::JsonSchema;
pub use looked::Looked;
pub use resolve::{Family, ResolveError, Resolver};
pub use schedule::{Limits, Schedule, Start};
pub use tcp::{TcpSpec, tcp};
