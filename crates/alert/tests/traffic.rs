//! Attacks give one incident with the right verdict, ordinary traffic gives none: made-up logs with fixed seeds.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test")]

#[path = "traffic/attacks.rs"]
mod attacks;
#[path = "traffic/ours.rs"]
mod ours;
#[path = "traffic/quiet.rs"]
mod quiet;
#[path = "traffic/world.rs"]
mod world;
