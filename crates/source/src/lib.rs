//! Where exchanges come from: probes.

mod blind;
pub mod http;
mod resolve;
mod schedule;

pub use blind::Blind;
pub use resolve::{Family, ResolveError, Resolver};
pub use schedule::{Limits, Schedule, Start};
