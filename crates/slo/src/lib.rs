//! Tallies of exchanges and their latency.
//!
//! A pure room: what was counted, how it adds up, what it says.

mod sample;

pub use sample::{Answer, Mark, Phases, Sample};
