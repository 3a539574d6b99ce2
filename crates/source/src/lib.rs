//! Where exchanges come from: probes.

mod blind;
mod certificate;
mod dns;
pub mod feed;
pub mod follow;
pub mod http;
pub mod log;
mod looked;
pub mod openapi;
pub mod recording;
mod resolve;
mod schedule;
pub mod syslog;
mod tcp;

pub use blind::Blind;
pub use certificate::{CertificateSpec, certificate};
pub use dns::{DnsSpec, dns};
pub use looked::Looked;
pub use resolve::{Family, ResolveError, Resolver};
pub use schedule::{Limits, Schedule, Start};
pub use tcp::{TcpSpec, tcp};
