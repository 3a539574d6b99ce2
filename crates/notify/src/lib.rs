//! Tells people: one notifier per module.
//!
//! A [`Notification`](statusquo_alert::Notification) is rendered once, to a [`Message`], and each notifier puts
//! that message into its receiver's form. So the sentences are the same everywhere. Sending never fails with an
//! error: what came of it is a [`Delivery`], which says whether to try again. What people answer through their
//! receivers (a button, a digit, a text message) comes back as a [`Call`], whose signature is checked here.

pub mod alertmanager;
mod backoff;
mod call;
mod client;
pub mod command;
mod delivery;
pub mod discord;
pub mod email;
mod links;
pub mod message;
pub mod ntfy;
pub mod opsgenie;
pub mod pagerduty;
mod plain;
mod receiver;
mod setup;
pub mod slack;
pub mod teams;
pub mod telegram;
pub mod terminal;
mod thread;
pub mod twilio;
pub mod webhook;

pub use backoff::next_attempt;
pub use call::{Asked, Call, Outcome, Refused, Reply};
pub use delivery::Delivery;
pub use links::Links;
pub use message::Message;
pub use receiver::Receiver;
pub use setup::SetupError;
