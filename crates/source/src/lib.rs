//! Where exchanges come from: probes.

mod blind;
pub mod http;
mod resolve;

pub use blind::Blind;
pub use resolve::{Family, ResolveError, Resolver};
