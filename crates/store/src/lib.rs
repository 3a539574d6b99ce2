//! What outlives a restart: SQLite, one writer, readers that never wait for it.
//!
//! [`Store::open`] starts the writer's thread. A [`Writer`] puts work into its bounded queue; a [`Reader`] asks on
//! connections of its own. All SQL of Statusquo is in this room.

mod announcements;
mod corrections;
mod error;
mod evidence;
mod folder;
mod health;
mod incidents;
mod journal;
mod judged;
mod outbox;
mod parties;
mod people;
mod reader;
mod records;
mod retention;
mod rows;
mod schema;
mod store;
mod tallies;
mod traffic;
mod width;
mod wire;
mod work;
mod writer;

pub use announcements::{Announcement, AnnouncementKind, Impact, Stage, Update};
pub use corrections::Corrected;
pub use error::StoreError;
pub use evidence::Evidence;
pub use health::ReceiverHealth;
pub use incidents::Page;
pub use judged::{BrokenRule, Judged};
pub use outbox::{Delivered, Due, Standing};
pub use parties::{PartyPart, PartyReport, PartyState};
pub use people::{Change, Role, Session, Token, User};
pub use reader::{Reader, Stored};
pub use records::Audited;
pub use retention::Retention;
pub use rows::{Kept, Wanted};
pub use store::Store;
pub use tallies::History;
pub use traffic::{
    Answered, Checkpoint, EndpointTotals, RecentTraffic, Resolution, ServiceTraffic, TrafficBatch,
};
pub use width::Width;
pub use writer::Writer;
