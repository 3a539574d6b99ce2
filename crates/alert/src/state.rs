//! The states that people see, the same words on every surface.

use std::fmt;

/// The state of a monitor as shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    /// All is as expected.
    Ok,
    /// Answers, but not as it should.
    Degraded,
    /// Does not do its work.
    Failing,
    /// Nothing is known: not looked at yet, or we cannot see.
    Unknown,
    /// Somebody paused it.
    Paused,
}

impl State {
    /// All of them, best first.
    pub const ALL: [Self; 5] = [Self::Ok, Self::Degraded, Self::Failing, Self::Unknown, Self::Paused];

    /// The word for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Degraded => "degraded",
            Self::Failing => "failing",
            Self::Unknown => "unknown",
            Self::Paused => "paused",
        }
    }

    /// The state that [`as_str`](Self::as_str) names.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == word)
    }

    /// The mark that goes with the word, so that colour is never alone.
    #[must_use]
    pub const fn glyph(self) -> char {
        match self {
            Self::Ok => '●',
            Self::Degraded => '▲',
            Self::Failing => '■',
            Self::Unknown => '?',
            Self::Paused => '‖',
        }
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}
