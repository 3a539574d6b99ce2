//! How much an answer weighs in an alert.

/// How much an unusual number of these answers weighs, as a default for alerts on an API.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AlertWeight {
    /// Normal at any rate.
    None,
    /// Worth a line in a report.
    Info,
    /// Worth a look in working hours.
    Low,
    /// Worth a ticket today.
    Medium,
    /// Worth waking somebody, if it lasts.
    High,
}

impl AlertWeight {
    /// All five, lightest first.
    pub const ALL: [Self; 5] = [Self::None, Self::Info, Self::Low, Self::Medium, Self::High];

    /// One word: `none`, `info`, `low`, `medium`, `high`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Info => "info",
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }

    /// The weight in words.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::None => "normal at any rate",
            Self::Info => "worth a line in a report",
            Self::Low => "worth a look in working hours",
            Self::Medium => "worth a ticket today",
            Self::High => "worth waking somebody, if it lasts",
        }
    }
}
