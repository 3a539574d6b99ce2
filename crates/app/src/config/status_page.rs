//! Reads `[status_page]` and `[[component]]`.

use std::net::SocketAddr;
use std::path::PathBuf;

use statusquo_exchange::Name;

use super::section::Section;
use super::values;

/// How the public status page looks, and where it is.
#[derive(Debug, Clone, Default)]
pub(crate) struct StatusPage {
    /// Where it listens; `None`: it is only written down by `status export`.
    pub(crate) listen: Option<SocketAddr>,
    /// Whose page it is.
    pub(crate) name: String,
    /// Where the public reaches it.
    pub(crate) url: Option<String>,
    /// Where its name leads.
    pub(crate) home: Option<String>,
    /// A sentence below the name.
    pub(crate) about: Option<String>,
    /// The colour of its edge.
    pub(crate) accent: Option<String>,
    /// A picture beside the name.
    pub(crate) logo: Option<PathBuf>,
}

/// Something that the public knows by a name.
#[derive(Debug, Clone)]
pub(crate) struct Component {
    /// Its name in addresses.
    pub(crate) name: Name,
    /// What the public calls it.
    pub(crate) title: String,
    /// A sentence on what it is.
    pub(crate) about: Option<String>,
    /// The group it stands in.
    pub(crate) group: Option<String>,
    /// Which monitors watch it.
    pub(crate) monitors: Vec<Name>,
}

/// Reads `[status_page]`.
pub(super) fn read(section: &Section<'_>) -> Option<StatusPage> {
    let text = |name| section.text(name).map(|text| text.value);
    let url = |name| section.text(name).and_then(|text| values::url(section.reading, &text));
    let accent = section.text("accent").filter(|text| {
        let is_colour = is_colour(&text.value);
        if !is_colour {
            section.reading.report(&text.span, "not a colour", "write `#rrggbb`, for example `#1f56b3`");
        }
        is_colour
    });
    Some(StatusPage {
        listen: section.text("listen").and_then(|text| values::socket(section.reading, &text)),
        name: text("name").unwrap_or_default(),
        url: url("url"),
        home: url("home"),
        about: text("about"),
        accent: accent.map(|text| text.value),
        logo: text("logo").map(PathBuf::from),
    })
}

fn is_colour(text: &str) -> bool {
    text.strip_prefix('#')
        .is_some_and(|digits| digits.len() == 6 && digits.bytes().all(|b| b.is_ascii_hexdigit()))
}

/// Reads one `[[component]]`.
pub(super) fn component(section: &Section<'_>) -> Option<Component> {
    let text = |name| section.text(name).map(|text| text.value);
    let name = section.name("name");
    let (title, about, group) = (text("title"), text("about"), text("group"));
    let monitors = section.names("monitors").into_iter().map(|(name, _)| name).collect();
    let name = name?;
    let title = title.unwrap_or_else(|| name.to_string());
    Some(Component { name, title, about, group, monitors })
}
