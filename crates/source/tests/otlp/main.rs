//! OpenTelemetry's protocol: what messages say, and how they are answered.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::wildcard_enum_match_arm,
    reason = "in tests, what should not happen may panic"
)]

mod answers;
mod grpc;
mod hostile;
mod messages;
mod support;
