//! Access logs: lines of text or JSON, each a request that somebody answered.
//!
//! All text formats are patterns of one small language, the users' own included ([`Pattern`]); JSON is read by the names
//! of its members ([`JsonLines`]), which are learned from the first lines where they are unusual, as are the columns of
//! text formats that nobody named. [`Format::detect`] finds out which it is.

mod columns;
mod detect;
mod directive;
mod docker;
mod duration;
mod entry;
mod escape;
mod front;
mod goaccess;
mod json;
mod known;
mod learn;
mod names;
mod pairs;
mod part;
mod pattern;
mod peel;
mod scan;
mod short;
mod table;
mod template;
mod time;

pub use detect::{Detected, Format};
pub use docker::unwrapped;
pub use entry::{Entry, Fault, NotUnderstood};
pub use json::JsonLines;
pub use part::Filling;
pub use pattern::{Pattern, PatternError};
