//! Layers that know the request when an error is written.

mod mend;
mod problem_layer;
mod read;
mod request_id_layer;

pub use problem_layer::{ProblemLayer, ProblemService};
pub use request_id_layer::{RequestIdLayer, RequestIdService};

#[cfg(feature = "lint")]
pub(crate) use read::read;

use std::pin::Pin;

/// A future of a layer.
type Boxed<T> = Pin<Box<dyn Future<Output = T> + Send>>;
