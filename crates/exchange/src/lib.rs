//! The record of one HTTP request and how it ended.
//!
//! An [`Exchange`] is what every room speaks of: a probe makes one, a log line is one, the linter judges
//! one. It keeps what was on the wire as it was (field lines in order and case, raw status code), because
//! bad HTTP is data here and never an error.

mod content;
mod exchange;
mod failure;
mod fields;
mod health;
mod http1;
mod origin;
mod own_fault;
mod timing;
mod tls;

pub use content::Content;
pub use exchange::{Exchange, ExchangeId, Outcome, Request, Response, Scheme, Version};
pub use failure::{Failure, FailureKind};
pub use fields::{FieldLine, Fields};
pub use health::Health;
pub use http1::NoResponse;
pub use origin::{Name, Origin};
pub use own_fault::OwnFault;
pub use statusquo_catalogue::StatusCode;
pub use timing::Timing;
pub use tls::{Certificate, Tls};
