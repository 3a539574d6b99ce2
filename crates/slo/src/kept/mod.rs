//! Requests as they were seen: by whom.

mod layer;

pub use layer::Layer;
