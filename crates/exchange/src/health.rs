//! How something does by its own account: the words of status pages.

/// How something does, as its page says. In this order it gets worse.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Health {
    /// As it should.
    Operational,
    /// Planned work.
    Maintenance,
    /// The page does not say it in words that we know.
    Unknown,
    /// Slow or faulty.
    Degraded,
    /// Some of it does not work.
    PartialOutage,
    /// It does not work.
    MajorOutage,
}

impl Health {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::Operational,
        Self::Maintenance,
        Self::Unknown,
        Self::Degraded,
        Self::PartialOutage,
        Self::MajorOutage,
    ];

    /// The word for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Operational => "operational",
            Self::Maintenance => "maintenance",
            Self::Unknown => "unknown",
            Self::Degraded => "degraded",
            Self::PartialOutage => "partial outage",
            Self::MajorOutage => "major outage",
        }
    }

    /// The health that [`as_str`](Self::as_str) names.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|health| health.as_str() == word)
    }

    /// Is something wrong, by its own account?
    #[must_use]
    pub const fn is_trouble(self) -> bool {
        matches!(self, Self::Degraded | Self::PartialOutage | Self::MajorOutage)
    }
}
