//! Logs that arrive as syslog messages (RFC 3164 and 5424), over UDP and TCP (RFC 5426 and 6587).
//!
//! nginx and HAProxy send their access logs this way. What does not fit into the queue is dropped and counted for UDP; over
//! TCP the sender is slowed down.

mod frames;
mod listener;
mod message;

pub use listener::{Listener, Transport};
pub use message::content;
