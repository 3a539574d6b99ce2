//! Requests that are kept one by one: those that went wrong, and a sample of the rest.
//!
//! Counting is exact and never asks what is kept; keeping is bounded and never asks what is counted. Which requests
//! belong to the sample depends on their id alone ([`Keeping::is_sampled`]): all who saw a request keep it or none, and of
//! an id that is not found can be said whether it would have been.

mod absent;
mod id;
mod keeping;
mod layer;
mod redact;
mod row;
mod shared;
mod story;

pub use absent::{Searched, absent};
pub use id::Id;
pub use keeping::Keeping;
pub use layer::Layer;
pub use redact::{redacted_target, redacted_text};
pub use row::{Row, Why};
pub use shared::{Shared, shared};
pub use story::{Sight, Story};
