//! How grave a finding is, and who says so.

use std::fmt;
use std::str::FromStr;

/// How grave a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// Good practice, or something that is allowed and costs something.
    Advice,
    /// The cited standard says SHOULD, or the combination makes no sense by its words.
    Should,
    /// The cited standard says MUST, or the message is malformed.
    Must,
}

impl Level {
    /// `must`, `should` or `advice`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Must => "must",
            Self::Should => "should",
            Self::Advice => "advice",
        }
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for Level {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        [Self::Must, Self::Should, Self::Advice].into_iter().find(|level| level.as_str() == text).ok_or(())
    }
}

/// Whose opinion decides the levels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Profile {
    /// The standards alone.
    Rfc,
    /// The standards, raised where a guide to status codes in production demands more.
    #[default]
    Guide,
    /// The RESTful API guidelines of Zalando, where they differ.
    Zalando,
}

impl Profile {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Rfc, Self::Guide, Self::Zalando];

    /// `rfc`, `guide` or `zalando`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Rfc => "rfc",
            Self::Guide => "guide",
            Self::Zalando => "zalando",
        }
    }
}

impl FromStr for Profile {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|profile| profile.as_str() == text).ok_or(())
    }
}

/// The level of a rule in each profile; `None` means that it is off there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Levels {
    /// By the standards alone.
    pub rfc: Option<Level>,
    /// By the guide.
    pub guide: Option<Level>,
    /// By Zalando's guidelines.
    pub zalando: Option<Level>,
}

impl Levels {
    /// The level in a profile.
    #[must_use]
    pub const fn of(&self, profile: Profile) -> Option<Level> {
        match profile {
            Profile::Rfc => self.rfc,
            Profile::Guide => self.guide,
            Profile::Zalando => self.zalando,
        }
    }
}
