//! Access logs: lines of text or JSON, each a request that somebody answered.
//!
//! All text formats are patterns of one small language, the users' own included ([`Pattern`]); JSON is read by the names
//! of its members ([`JsonLines`]). [`Format::detect`] finds out which it is.

mod detect;
mod entry;
mod json;
mod pattern;
mod time;

pub use detect::{Detected, Format};
pub use entry::{Entry, Fault, NotUnderstood};
pub use json::JsonLines;
pub use pattern::{Pattern, PatternError};
