//! The public status page: what everybody may see, served on a listener of its own.
//!
//! [`Keeper`] makes all its files whenever something has changed, from a `View` that holds nothing internal, and puts
//! them on a [`Shelf`]. [`router`] serves what lies there and asks nothing else: no store, no pipeline, no session.
//! Whatever else breaks, the last page stays up, with its time.

mod badge;
mod condition;
mod days;
mod feeds;
mod files;
mod keeper;
mod markup;
mod routes;
mod site;
mod story;
mod view;

pub(crate) use condition::Condition;
pub use files::{File, Files, Shelf};
pub use keeper::Keeper;
pub use routes::router;
pub use site::{Component, Logo, PublicSite};
pub(crate) use story::{Said, Story, stage_word};
pub(crate) use view::{Shown, View};

/// So many days of history are shown.
pub(crate) const DAYS: usize = 90;
/// So many announcements are at hand, besides those that are open.
pub const ANNOUNCEMENTS: usize = 200;
