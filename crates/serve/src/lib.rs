//! HTTP API, dashboard and metrics.
//!
//! The pipeline fills a [`Board`]; pages and the API read it, and ask the store for what is older. What people want
//! done goes to the pipeline as a [`Request`]. [`router`] makes the routes of a [`Context`], [`run`] serves them.

mod api;
mod assets;
mod auth;
mod board;
mod charts;
mod command;
mod context;
pub mod csv;
mod events;
mod history;
mod metrics;
mod negotiate;
mod pages;
mod problem;
pub mod public;
mod routes;
mod server;
mod traffic;
pub mod wire;
mod words;

pub use auth::{BadName, check_name, new_secret};
pub use board::{
    Board, Broken, Configured, Figures, Identity, LastProbe, MOST_BAD_LINES, MonitorView, Packed, PartyView,
    PlannedWork, Progress, Queue, RECENT, ReceiverView, Recent, ServiceView, SharedBoard, SloView, Snapshot,
    SourceView, Spent,
};
pub use command::{AskedCorrection, CallBack, Command, Refusal, Reply, Request};
pub use context::{Clock, Context, Site};
pub use pages::{ReferenceFile, reference_site};
pub use routes::router;
pub use server::run;
