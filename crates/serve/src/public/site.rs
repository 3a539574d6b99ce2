//! What the public status page is made of, as configured.

use bytes::Bytes;
use statusquo_exchange::Name;

/// What the public status page is made of, as configured.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PublicSite {
    /// Whose page it is.
    pub name: String,
    /// Where the public reaches it, without a slash at the end. Feeds and badges link to it.
    pub url: String,
    /// Where the name leads, if anywhere.
    pub home: Option<String>,
    /// A sentence below the name.
    pub about: Option<String>,
    /// A colour for the edge of the page, `#rrggbb`.
    pub accent: Option<String>,
    /// A picture beside the name.
    pub logo: Option<Logo>,
    /// What the public is told of, in this order.
    pub components: Vec<Component>,
}

/// A picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Logo {
    /// What it is: `image/svg+xml`, `image/png`.
    pub media_type: &'static str,
    /// Its content.
    pub content: Bytes,
}

/// Something that the public knows by a name, and the monitors that watch it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Component {
    /// Its name in addresses.
    pub name: Name,
    /// What the public calls it.
    pub title: String,
    /// A sentence on what it is.
    pub about: Option<String>,
    /// The group it stands in.
    pub group: Option<String>,
    /// Which monitors watch it. Never public.
    pub monitors: Vec<Name>,
}

impl PublicSite {
    /// The host of its address, for identities that outlive a change of paths (RFC 4151).
    pub(crate) fn authority(&self) -> &str {
        let rest = self.url.split_once("://").map_or(self.url.as_str(), |(_, rest)| rest);
        let host = rest.split(['/', ':']).next().unwrap_or_default();
        if host.is_empty() { "localhost" } else { host }
    }

    /// What the public calls a component.
    pub(crate) fn title_of(&self, name: &Name) -> Option<&str> {
        self.components
            .iter()
            .find(|component| component.name == *name)
            .map(|component| component.title.as_str())
    }
}
