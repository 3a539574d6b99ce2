//! The configuration: TOML in, typed values out, every problem at once.
//!
//! Two steps, kept apart. [`Config::parse`] reads text and touches nothing else; secrets stay references.
//! Resolving them reads the environment and files and runs commands, once per load.
//! The table in [`keys`] is the one truth about what may be written: the reader, the JSON Schema and
//! `docs/configuration.md` all come from it.

mod amount;
mod dependency;
mod detect;
mod expectations;
mod file;
mod in_force;
mod keys;
mod linting;
mod load;
mod log;
mod maintenance;
mod monitor;
mod node;
mod openslo;
mod otlp;
mod problem;
mod receiver;
mod reference;
mod request;
mod resolve;
mod schema;
mod secrets;
mod section;
mod slo;
mod status_page;
mod target;
mod template;
mod values;
mod watcher;
mod whole;

pub(crate) use amount::{duration, parse_duration};
pub(crate) use dependency::Dependency;
pub(crate) use detect::Watched;
pub(crate) use file::Config;
pub(crate) use in_force::{diff, to_json, to_toml};
pub(crate) use linting::{Demand, ERROR_SHAPE, ErrorShape, Linting};
pub(crate) use load::{LoadError, load};
pub(crate) use log::{Log, Origin as LogOrigin};
pub(crate) use monitor::Monitor;
pub(crate) use otlp::Otlp;
pub(crate) use problem::{Broken, Problem};
pub(crate) use receiver::{Address, Channel, Encryption, Hook, Mail, Phone, Receiver, SlackWay};
pub(crate) use reference::reference;
pub(crate) use resolve::{Resolved, client_certificate, family, resolve, trust};
pub(crate) use schema::schema;
pub(crate) use secrets::Secrets;
pub(crate) use status_page::{Component, StatusPage};
pub(crate) use target::{Route, Target};
pub(crate) use template::Template;
pub(crate) use watcher::Watcher;

/// The commented configuration that `statusquo config init` writes.
pub(crate) const EXAMPLE: &str = include_str!("../../../../examples/statusquo.toml");
