//! Real traffic, counted exactly: endpoint × status code × time.
//!
//! Lines and spans are counted where they are read, several readers at once, into a [`Batch`] each; only batches travel
//! on and are added to the [`Traffic`] of a service, which also learns the routes. What has to be watched minute by minute,
//! with the clients that failed, goes into [`Minutes`] on the way.

mod attribution;
mod batch;
mod minutes;
mod sign;
mod whole;

pub use batch::{Batch, Request};
pub use minutes::{Attributed, ClientMinute, EndpointMinute, Minute, Minutes};
pub use sign::{Sign, Signs};
pub use whole::{Cells, Endpoint, EndpointTally, Route, Traffic};
