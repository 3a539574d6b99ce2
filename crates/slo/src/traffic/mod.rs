//! Real traffic, counted exactly: endpoint × status code × time.
//!
//! Lines and spans are counted where they are read, several readers at once, into a [`Batch`] each; only batches travel
//! on and are added to the [`Traffic`] of a service, which also learns the routes.

mod batch;
mod hash;
mod whole;

pub use batch::{Batch, Request};
pub use whole::{Cells, Endpoint, EndpointTally, Route, Traffic};
