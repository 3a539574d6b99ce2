//! What each HTTP status code means and demands.
//!
//! The whole IANA registry, and the unofficial codes that one meets in logs: for each the meaning in a plain
//! sentence, who has to act, which fields belong to it, whether caches may store it, whether the request may
//! be sent again, what to do next, which codes it is easily taken for, and where all that is written.
//!
//! All of it is constant data: no dependencies, no `std`, and no allocation to look anything up.
//!
//! ```
//! use statusquo_catalogue::{Actor, Event, StatusCode};
//!
//! let code = StatusCode::new(502);
//! let entry = code.entry().unwrap();
//! assert_eq!(entry.phrase, "Bad Gateway");
//! assert_eq!(entry.actor, Actor::Upstream);
//! assert_eq!(code.slo_event(), Event::Bad);
//! ```
//!
//! * [`StatusCode`]: any number, with its [`Class`], its [`Entry`] and the usual questions.
//! * [`CodeSet`]: `2xx,404`, for expectations and filters.
//! * [`REGISTERED`], [`UNOFFICIAL`] and [`search`]: the whole catalogue.
//! * [`CONFUSIONS`], [`CONTRADICTIONS`], [`GRPC_CODES`], [`PROXY_ERRORS`]: what cuts across it.

#![no_std]

extern crate alloc;

mod actor;
mod alert_weight;
mod caching;
mod class;
mod code_set;
mod confusion;
mod content_rule;
mod contradiction;
mod date;
mod entry;
mod event;
mod field_demand;
mod grpc;
mod look_alike;
mod proxy_error;
mod registered;
mod retry;
mod search;
mod source;
mod state;
mod status_code;
mod unofficial;

pub use actor::Actor;
pub use alert_weight::AlertWeight;
pub use caching::Caching;
pub use class::{Class, ParseClassError};
pub use code_set::{CodeSet, CodeSetFault, ParseCodeSetError};
pub use confusion::{CONFUSIONS, Confusion, Side, confusions};
pub use content_rule::ContentRule;
pub use contradiction::{CONTRADICTIONS, Contradiction, Methods, contradictions};
pub use date::Date;
pub use entry::Entry;
pub use event::Event;
pub use field_demand::{FieldDemand, Strength};
pub use grpc::{GRPC_CODES, GrpcCode, grpc_code};
pub use look_alike::LookAlike;
pub use proxy_error::{PROXY_ERRORS, ProxyError, ProxyErrorStatus, proxy_error};
pub use registered::{REGISTERED, REGISTRY_UPDATED};
pub use retry::Retry;
pub use search::search;
pub use source::{Document, Source};
pub use state::State;
pub use status_code::{ParseStatusCodeError, StatusCode};
pub use unofficial::{CodeRange, Reach, UNOFFICIAL, Unofficial};

/// The examples of the README are run as tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
mod readme {}
