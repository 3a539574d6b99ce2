//! The store through its doors, on real files.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::redundant_clone,
    reason = "in tests, what should not happen may panic, and cases look alike"
)]

mod announcements;
mod corrections;
mod decisions;
mod evidence;
mod full;
mod kill;
mod opening;
mod outbox;
mod parties;
mod people;
mod probes;
mod rows;
mod support;
mod traffic;
