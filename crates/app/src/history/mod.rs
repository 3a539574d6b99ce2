//! The past as the store keeps it, in the form in which it came: for detectors that go on after a restart, and for the
//! back-test, which plays it again.

mod events;
mod minutes;
mod service;

pub(crate) use events::{Kept, events};
pub(crate) use minutes::{declared, minutes, watched_layer};
pub(crate) use service::{Names, Service};
