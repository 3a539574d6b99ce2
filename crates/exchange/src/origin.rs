//! Where an exchange was seen.

use std::borrow::Borrow;
use std::fmt;
use std::sync::Arc;

/// The name of a configured thing (monitor, location, receiver): cheap to clone, compared as text.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Name(Arc<str>);

impl Name {
    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<T: Into<Arc<str>>> From<T> for Name {
    fn from(text: T) -> Self {
        Self(text.into())
    }
}

impl Borrow<str> for Name {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// Where an exchange was seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// We asked, on behalf of a monitor, from a location.
    Probe {
        /// The monitor that wanted to know.
        monitor: Name,
        /// Where the probe ran.
        location: Name,
    },
    /// It was read from a recording: a file, a stream, a capture.
    Recording {
        /// What it was read from, for people: a file name, `-`.
        source: Name,
    },
}
