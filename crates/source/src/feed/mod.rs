//! What third parties say of themselves: their status pages, read by what they hold and not by where they are.
//!
//! The content comes from strangers. Every size is capped, nothing is fetched, no entity is expanded, and what is not
//! understood is *unknown*, never operational and never an outage.

mod better_stack;
mod incident_io;
mod instatus;
mod member;
mod news;
mod statuspage;
mod xml;

use jiff::Timestamp;
use serde_json::Value;
pub use statusquo_exchange::Health;

/// A longer content is refused.
pub const MOST_BYTES: usize = 4 << 20;
/// More components or incidents of one page are not kept.
const MOST_PARTS: usize = 1000;

/// What a page says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatusPage {
    /// In which form it says it.
    pub format: Format,
    /// What it says of the whole.
    pub health: Health,
    /// The parts, where it names them.
    pub components: Vec<Component>,
    /// What is not over yet.
    pub incidents: Vec<Reported>,
}

/// The form of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Atlassian Statuspage, `/api/v2/summary.json`; incident.io and others offer the same.
    Statuspage,
    /// Instatus, `/summary.json`.
    Instatus,
    /// incident.io, `/proxy/HOST`.
    IncidentIo,
    /// Better Stack, `/index.json`.
    BetterStack,
    /// RSS.
    Rss,
    /// Atom.
    Atom,
}

impl Format {
    /// The name that people know.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Statuspage => "Statuspage",
            Self::Instatus => "Instatus",
            Self::IncidentIo => "incident.io",
            Self::BetterStack => "Better Stack",
            Self::Rss => "RSS",
            Self::Atom => "Atom",
        }
    }
}

/// A part of what the third party offers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Component {
    /// Its name, with that of its group before it, if it has one: `API / Payments`.
    pub name: String,
    /// How it does.
    pub health: Health,
}

/// Something that a page reports and that is not over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reported {
    /// What.
    pub title: String,
    /// How bad.
    pub health: Health,
    /// Since when.
    pub since: Option<Timestamp>,
    /// The components that it names; empty: none, or all.
    pub components: Vec<String>,
    /// Where to read on; only `http` and `https`.
    pub link: Option<String>,
}

/// Why a page cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FeedError {
    /// It is too long.
    #[error("the page is longer than {} MiB", MOST_BYTES >> 20)]
    Long,
    /// It is HTML: a page for people.
    #[error("this is a page for people: give the address of its feed, for example /api/v2/summary.json")]
    Html,
    /// It is neither JSON nor XML that we know.
    #[error("this is no status page that we know")]
    Unknown,
    /// It begins like one and breaks.
    #[error("the page cannot be read: {0}")]
    Broken(String),
}

/// Reads a page.
///
/// # Errors
/// When it is not a status page that we know; whoever asked knows nothing then.
pub fn read(content: &[u8], now: Timestamp) -> Result<StatusPage, FeedError> {
    if content.len() > MOST_BYTES {
        return Err(FeedError::Long);
    }
    let content = content.strip_prefix(b"\xef\xbb\xbf").unwrap_or(content).trim_ascii();
    match content.first() {
        Some(b'{') => json(content),
        Some(b'<') => news::read(&String::from_utf8_lossy(content), now),
        Some(_) | None => Err(FeedError::Unknown),
    }
}

/// JSON, by its shape. Nesting is bounded by the parser.
fn json(content: &[u8]) -> Result<StatusPage, FeedError> {
    let json: Value =
        serde_json::from_slice(content).map_err(|error| FeedError::Broken(error.to_string()))?;
    let readers = [statuspage::read, instatus::read, incident_io::read, better_stack::read];
    let mut page = readers.iter().find_map(|read| read(&json)).ok_or(FeedError::Unknown)?;
    page.components.truncate(MOST_PARTS);
    page.incidents.truncate(MOST_PARTS);
    Ok(page)
}

impl StatusPage {
    /// The same page later, when it has not changed: news of a feed are over after a day.
    pub fn age(&mut self, now: Timestamp) {
        if matches!(self.format, Format::Rss | Format::Atom) {
            self.incidents.retain(|reported| reported.since.is_some_and(|at| news::is_young(at, now)));
            self.health = news::whole(&self.incidents);
        }
    }

    /// How these components do, by their names (with or without their group's), and what is reported of them. Without
    /// names it is the whole. A name that the page does not hold makes it unknown.
    #[must_use]
    pub fn of(&self, names: &[String]) -> (Health, Vec<&Reported>) {
        if names.is_empty() {
            return (self.health, self.incidents.iter().collect());
        }
        let is = |component: &str, name: &String| {
            component.eq_ignore_ascii_case(name)
                || component.rsplit(" / ").next().is_some_and(|last| last.eq_ignore_ascii_case(name))
        };
        let health = |name: &String| {
            let found = self.components.iter().filter(|component| is(&component.name, name));
            found.map(|component| component.health).max().unwrap_or(Health::Unknown)
        };
        let worst = names.iter().map(health).max().unwrap_or(Health::Unknown);
        let touches = |reported: &&Reported| {
            reported.components.is_empty()
                || reported.components.iter().any(|component| names.iter().any(|name| is(component, name)))
        };
        (worst, self.incidents.iter().filter(touches).collect())
    }
}
