//! The widths of time in which probes are counted.

use jiff::Timestamp;

/// The widths of time in which probes are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Width {
    /// Five minutes.
    Minutes5,
    /// An hour.
    Hour,
    /// A day, in UTC.
    Day,
}

impl Width {
    /// All of them, the narrowest first.
    pub const ALL: [Self; 3] = [Self::Minutes5, Self::Hour, Self::Day];

    /// How wide it is.
    #[must_use]
    pub const fn seconds(self) -> i64 {
        match self {
            Self::Minutes5 => 300,
            Self::Hour => 3600,
            Self::Day => 86_400,
        }
    }

    /// Where the stretch that holds this moment begins, in seconds since 1970.
    #[must_use]
    pub fn start_of(self, at: Timestamp) -> i64 {
        self.floor(at.as_microsecond().div_euclid(1_000_000))
    }

    /// Where the stretch that holds this second begins.
    pub(crate) const fn floor(self, second: i64) -> i64 {
        second - second.rem_euclid(self.seconds())
    }
}
