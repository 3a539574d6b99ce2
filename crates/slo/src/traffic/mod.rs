//! Real traffic, counted exactly: endpoint × status code × time.
//!
//! Lines and spans are counted where they are read, several readers at once, into a [`Batch`] each; only batches travel
//! on and are added to the [`Traffic`] of a service, which also learns the routes, or, while it comes in, to its [`Live`],
//! which has the last two hours at hand and hands on what has to be saved. What has to be watched minute by minute, with
//! the clients that failed, goes into [`Minutes`] on the way.

mod attribution;
mod batch;
mod chunk;
mod durations;
mod index;
mod live;
mod measure;
mod minutes;
mod name;
mod pending;
mod recent;
mod series;
mod sign;
mod usual;
mod whole;

pub use batch::{Batch, Request};
pub use chunk::Chunk;
pub use live::{Counted, Harvest, Known, LATENCY_SECONDS, Live};
pub use measure::Measure;
pub use minutes::{Attributed, ClientMinute, EndpointMinute, Minute, Minutes, client_hash};
pub use name::EndpointName;
pub use recent::{RECENT_SECONDS, Recent};
pub use series::Series;
pub use sign::{Sign, Signs};
pub use usual::{Usual, UsualCount};
pub use whole::{Cells, Endpoint, EndpointTally, Route, Traffic};
