//! Tells people: one notifier per module.
//!
//! A [`Notification`](statusquo_alert::Notification) is rendered once, to a [`Message`], and each notifier puts
//! that message into its receiver's form. So the sentences are the same everywhere. Sending never fails with an
//! error: what came of it is a [`Delivery`], which says whether to try again.

mod backoff;
mod client;
mod delivery;
pub mod email;
mod links;
pub mod message;
mod plain;
mod receiver;
mod setup;
pub mod slack;
pub mod terminal;
pub mod webhook;

pub use backoff::next_attempt;
pub use delivery::Delivery;
pub use links::Links;
pub use message::Message;
pub use receiver::Receiver;
pub use setup::SetupError;
