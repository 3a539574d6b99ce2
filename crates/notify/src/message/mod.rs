//! What people are told, before it takes a receiver's form.

mod clock;
mod headline;
mod links;
mod sentences;

use std::fmt::Write as _;

use jiff::Timestamp;
use statusquo_alert::{Notice, Notification, State};
use url::Url;

use crate::Links;
use crate::plain::{clip, one_line};

pub(crate) use clock::clock;
pub(crate) use headline::{predicate, thread_title};

/// The longest title, in characters.
pub const TITLE: usize = 80;

/// What people are told: the same sentences for every receiver, the most important first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// The state that it speaks of, for mark and colour.
    pub state: State,
    /// What is the matter, in one line; without the mark.
    pub headline: String,
    /// The rest, in order, each a line of whole sentences.
    pub lines: Vec<Line>,
    /// Where to read on.
    pub links: Vec<Link>,
    /// What it is about, small: the target.
    pub footer: String,
}

/// One line of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// What it is for.
    pub part: Part,
    /// Whole sentences. Text between backticks is literal.
    pub text: String,
}

/// What a line is for, in the order of the lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// Since when, and what was seen.
    Since,
    /// Who suffers.
    Affected,
    /// What others say that is likely behind it.
    Likely,
    /// What the code, or the lack of one, means.
    Meaning,
    /// What to do.
    Next,
    /// The message comes late.
    Late,
}

/// Where to read on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// What is there.
    pub label: String,
    /// Its address.
    pub url: Url,
}

impl Message {
    /// Says what the notification says, as it was when it became owed; `now` only shows whether it comes late.
    #[must_use]
    pub fn of(notification: &Notification, links: &Links, now: Timestamp) -> Self {
        let links = links::links(notification, links);
        Self {
            state: state(notification),
            headline: clip(&headline::headline(notification), TITLE - 2),
            lines: sentences::lines(notification, now),
            footer: footer(notification, &links),
            links,
        }
    }

    /// Mark and headline: at most [`TITLE`] characters.
    #[must_use]
    pub fn title(&self) -> String {
        format!("{} {}", self.state.glyph(), self.headline)
    }

    /// The lines below the title, as plain text.
    #[must_use]
    pub fn body(&self) -> String {
        let lines: Vec<&str> = self.lines.iter().map(|line| line.text.as_str()).collect();
        lines.join("\n")
    }

    /// All of it as plain text, a line for each thing.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = self.title();
        for line in &self.lines {
            let _ = write!(text, "\n{}", line.text);
        }
        for link in &self.links {
            let _ = write!(text, "\n{}: {}", link.label, link.url);
        }
        if !self.footer.is_empty() {
            let _ = write!(text, "\n{}", self.footer);
        }
        text
    }
}

/// The state that a message speaks of.
const fn state(notification: &Notification) -> State {
    match notification.notice {
        Notice::Resolved | Notice::Test => State::Ok,
        Notice::Opened
        | Notice::Worsened
        | Notice::Reopened
        | Notice::Reminder
        | Notice::Acknowledged
        | Notice::Flapping => headline::open_state(&notification.brief),
    }
}

/// The target; and the incident, where no link names it.
fn footer(notification: &Notification, links: &[Link]) -> String {
    let target = clip(&one_line(&notification.brief.target), 200);
    match (notification.notice == Notice::Test, links.is_empty(), target.is_empty()) {
        (true, _, _) => String::new(),
        (false, false, _) => target,
        (false, true, true) => format!("Incident {}", notification.brief.incident),
        (false, true, false) => format!("Incident {}: {target}", notification.brief.incident),
    }
}
