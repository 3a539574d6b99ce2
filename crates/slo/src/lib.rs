//! Tallies of exchanges and their latency.
//!
//! A pure room: what was counted, how it adds up, what it says.

mod bounds;
pub mod budget;
pub mod change;
mod coarse;
mod counts;
mod hash;
mod histogram;
pub mod kept;
mod packed;
pub mod route;
mod sample;
mod short;
pub mod statistics;
mod tally;
pub mod traffic;
mod varint;

pub use histogram::{Estimate, Histogram, Malformed};
pub use sample::{Answer, Mark, Phases, Sample};
pub use tally::Tally;
