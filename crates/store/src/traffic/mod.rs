//! Real traffic: what endpoints answered, and how far the sources were read.
//!
//! What comes in is appended to a journal, in one transaction with the checkpoints of its sources, so that each request is
//! counted exactly once. Every five minutes the journal is rolled up into chunks by ten seconds, minutes and hours, and
//! into histograms. Chunks and histograms lie by time first: a roll-up writes a few pages side by side, and what is too old
//! is deleted in one stretch.

mod endpoints;
mod over_time;
mod reading;
mod resolution;
mod rolling;
mod saving;

pub use endpoints::Answered;
pub use over_time::RecentTraffic;
pub use reading::{EndpointTotals, ServiceTraffic};
pub use resolution::Resolution;
pub use saving::{Checkpoint, TrafficBatch};

pub(crate) use endpoints::{answered, known, services};
pub(crate) use over_time::{over_time, recent};
pub(crate) use reading::{by_endpoint, of_endpoint, series};
pub(crate) use rolling::Rolling;
pub(crate) use saving::{checkpoints, save};
