//! Routes: path templates, never raw paths.
//!
//! Where nobody says what the route of a request is, it is learned from the paths that were answered. First each
//! segment that looks like an identifier is masked ([`mask`]); what is left is a tree of literal segments, in which
//! [`Routes`] finds the places where names of things stand rather than words of the API.

mod learn;
mod mask;
mod sweep;
mod tree;
mod values;

pub use learn::{Learned, Routes};
pub use mask::{mask, mask_usual};

/// Which route; stays the same for as long as the routes live.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RouteId(u32);
