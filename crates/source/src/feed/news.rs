//! RSS and Atom: news, from which the state has to be guessed. An item is not an open incident because it is young: it
//! says in words whether it is over, and where it does not, nothing is known.

use std::time::Duration;

use jiff::Timestamp;
use jiff::fmt::rfc2822;

use super::member::{line, web};
use super::xml::{Event, Pieces, attribute};
use super::{FeedError, Format, Health, Reported, StatusPage};

/// Older items are over, or nobody cares for the feed.
const YOUNG: Duration = Duration::from_secs(24 * 3600);
/// More items are not read: the newest come first.
const MOST_ITEMS: usize = 200;
/// More of an item's text is not looked at.
const MOST_TEXT: usize = 20_000;

/// One item as it stands in the feed.
#[derive(Debug, Default)]
struct Item {
    title: String,
    text: String,
    at: Option<Timestamp>,
    link: Option<String>,
}

/// Reads a feed.
pub(super) fn read(document: &str, now: Timestamp) -> Result<StatusPage, FeedError> {
    let (format, items) = items(document)?;
    let mut incidents: Vec<Reported> = Vec::new();
    let mut seen: Vec<String> = Vec::new();
    for item in items {
        let is_young = item.at.is_some_and(|at| is_young(at, now));
        let subject = subject(&item.title);
        // Several items of one title are updates of one story, the newest first.
        if !is_young || seen.contains(&subject) {
            continue;
        }
        seen.push(subject);
        let health = health(&item);
        if let (true, Some(title)) = (health != Health::Operational, line(&item.title)) {
            incidents.push(Reported {
                title,
                health,
                since: item.at,
                components: Vec::new(),
                link: item.link,
            });
        }
    }
    let health = whole(&incidents);
    Ok(StatusPage { format, health, components: Vec::new(), incidents })
}

/// Is an item of this moment still news?
pub(super) fn is_young(at: Timestamp, now: Timestamp) -> bool {
    now.duration_since(at).unsigned_abs() <= YOUNG
}

/// How the whole does: as its worst news say.
pub(super) fn whole(incidents: &[Reported]) -> Health {
    incidents.iter().map(|reported| reported.health).max().unwrap_or(Health::Operational)
}

/// The title without the words that change from update to update.
fn subject(title: &str) -> String {
    let lower = title.to_lowercase();
    // AWS puts what it is before what it is about.
    let prefixes = [
        "service is operating normally:",
        "informational message:",
        "performance issues:",
        "service disruption:",
    ];
    let lower = prefixes.iter().find_map(|prefix| lower.strip_prefix(prefix)).unwrap_or(&lower);
    let words = lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    let changing = ["resolved", "update", "investigating", "identified", "monitoring", "completed"];
    words.filter(|word| !changing.contains(word)).collect::<Vec<_>>().join(" ")
}

/// What the first telling word says: the newest update comes first in the text, and the title is the last to change.
fn health(item: &Item) -> Health {
    let text = format!("{} {}", item.text, item.title).to_lowercase();
    let first = WORDS
        .iter()
        .filter_map(|(word, health)| Some((find(&text, word)?, *health)))
        .min_by_key(|(at, _)| *at);
    let title = item.title.to_lowercase();
    if OVER.iter().any(|word| find(&title, word).is_some()) {
        return Health::Operational;
    }
    match first {
        None => Health::Unknown,
        // How bad an open one is stands anywhere in it.
        Some((_, Health::Degraded)) => {
            let outage = ["outage", "down", "unavailable", "disruption"]
                .iter()
                .any(|word| find(&text, word).is_some());
            if outage { Health::PartialOutage } else { Health::Degraded }
        }
        Some((_, health)) => health,
    }
}

const OVER: [&str; 5] = ["resolved", "completed", "operating normally", "restored", "fixed"];

const WORDS: [(&str, Health); 19] = [
    ("resolved", Health::Operational),
    ("completed", Health::Operational),
    ("operating normally", Health::Operational),
    ("fully operational", Health::Operational),
    ("restored", Health::Operational),
    ("postmortem", Health::Operational),
    ("scheduled", Health::Maintenance),
    ("maintenance", Health::Maintenance),
    ("in progress", Health::Maintenance),
    ("investigating", Health::Degraded),
    ("identified", Health::Degraded),
    ("monitoring", Health::Degraded),
    ("degraded", Health::Degraded),
    ("outage", Health::Degraded),
    ("disruption", Health::Degraded),
    ("unavailable", Health::Degraded),
    ("elevated error", Health::Degraded),
    ("increased error", Health::Degraded),
    ("performance issues", Health::Degraded),
];

/// Where whole words stand in a text: "unresolved" is not "resolved".
fn find(text: &str, word: &str) -> Option<usize> {
    let is_edge = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric());
    let mut from = 0;
    while let Some(found) = text.get(from..)?.find(word).map(|at| from + at) {
        let before = text.get(..found)?.chars().next_back();
        let after = text.get(found + word.len()..)?.chars().next();
        // "errors", "outages".
        if is_edge(before) && (is_edge(after) || after == Some('s')) {
            return Some(found);
        }
        from = found + word.len();
    }
    None
}

/// The items of an RSS or Atom document, newest first as feeds have them.
fn items(document: &str) -> Result<(Format, Vec<Item>), FeedError> {
    let mut pieces = Pieces::new(document);
    let (mut format, mut items) = (None, Vec::new());
    let mut item: Option<Item> = None;
    let mut open = "";
    while let Some(piece) = pieces.next().map_err(FeedError::Broken)? {
        match piece {
            Event::Start(name, attributes) => {
                if format.is_none() {
                    format = Some(root(name)?);
                }
                if matches!(name, "item" | "entry") {
                    item = Some(Item::default());
                }
                if let (Some(item), "link") = (&mut item, name) {
                    item.link = attribute(attributes, "href").as_deref().and_then(web).or(item.link.take());
                }
                open = name;
            }
            Event::Text(text) => {
                if let Some(item) = &mut item {
                    item.take(open, &text);
                }
            }
            Event::End(name) => {
                open = "";
                if matches!(name, "item" | "entry") {
                    items.extend(item.take());
                    if items.len() >= MOST_ITEMS {
                        break;
                    }
                }
            }
        }
    }
    Ok((format.ok_or(FeedError::Unknown)?, items))
}

fn root(name: &str) -> Result<Format, FeedError> {
    match name {
        "rss" | "RDF" => Ok(Format::Rss),
        "feed" => Ok(Format::Atom),
        name if name.eq_ignore_ascii_case("html") => Err(FeedError::Html),
        _ => Err(FeedError::Unknown),
    }
}

impl Item {
    /// Takes the text of one of its elements.
    fn take(&mut self, element: &str, text: &str) {
        match element {
            "title" => grow(&mut self.title, text),
            "description" | "summary" | "content" | "encoded" => grow(&mut self.text, &without_marks(text)),
            // Of an entry that is updated in place, the update counts.
            "pubDate" | "date" | "updated" => self.at = moment(text.trim()).or(self.at),
            "published" => self.at = self.at.or_else(|| moment(text.trim())),
            "link" => self.link = web(text).or(self.link.take()),
            _ => {}
        }
    }
}

fn grow(all: &mut String, more: &str) {
    let room = MOST_TEXT.saturating_sub(all.len());
    all.extend(more.chars().take(room));
}

/// HTML in an item, without its marks.
fn without_marks(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut is_mark = false;
    for character in text.chars() {
        match character {
            '<' => is_mark = true,
            '>' if is_mark => {
                is_mark = false;
                plain.push(' ');
            }
            character if !is_mark => plain.push(character),
            _ => {}
        }
    }
    plain
}

/// RSS writes dates as mail does, Atom as RFC 3339. Zones by letters are common in RSS.
fn moment(text: &str) -> Option<Timestamp> {
    let parser = rfc2822::DateTimeParser::new();
    let zoned = |text: &str| parser.parse_timestamp(text).ok();
    let named = [("PDT", "-0700"), ("PST", "-0800"), ("UTC", "+0000"), ("GMT", "+0000"), ("Z", "+0000")];
    text.parse().ok().or_else(|| zoned(text)).or_else(|| {
        let (zone, offset) = named.iter().find(|(zone, _)| text.ends_with(zone))?;
        zoned(&format!("{}{offset}", text.strip_suffix(zone)?))
    })
}
