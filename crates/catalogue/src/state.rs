//! Where a status code stands in the registry.

use core::fmt;

use crate::Date;

/// Where a status code stands in IANA's registry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    /// Registered, and in use.
    Assigned,
    /// Registered for a time, while its specification is written.
    Temporary {
        /// The day of registration.
        registered: Date,
        /// The last day, unless it is extended again.
        valid_until: Date,
    },
    /// Registered so that nobody uses it.
    Unused,
    /// Registered, but its specification is obsolete or historic.
    Obsoleted,
    /// Registered, but its specification says not to use it any more.
    Deprecated,
    /// Not registered: somebody uses it all the same.
    Unofficial,
}

impl State {
    /// One word: `assigned`, `temporary`, `unused`, `obsoleted`, `deprecated`, `unofficial`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Assigned => "assigned",
            Self::Temporary { .. } => "temporary",
            Self::Unused => "unused",
            Self::Obsoleted => "obsoleted",
            Self::Deprecated => "deprecated",
            Self::Unofficial => "unofficial",
        }
    }

    /// The state in words, as it is on the day `today`.
    ///
    /// ```
    /// use statusquo_catalogue::{Date, StatusCode};
    ///
    /// let state = StatusCode::new(104).registered().unwrap().state;
    /// let words = state.describe(Date::new(2026, 11, 23)).to_string();
    /// assert_eq!(words, "registered for a time from 2024-11-13, lapsed on 2026-11-13 unless it was extended");
    /// ```
    pub fn describe(self, today: impl Into<Date>) -> impl fmt::Display {
        let today = today.into();
        fmt::from_fn(move |f| match self {
            Self::Assigned => f.write_str("registered"),
            Self::Temporary { registered, valid_until } if today > valid_until => write!(
                f,
                "registered for a time from {registered}, lapsed on {valid_until} unless it was extended"
            ),
            Self::Temporary { registered, valid_until } => {
                write!(f, "registered for a time, from {registered} to {valid_until}")
            }
            Self::Unused => f.write_str("registered as unused: not to be sent"),
            Self::Obsoleted => f.write_str("registered, obsolete"),
            Self::Deprecated => f.write_str("registered, deprecated: not to be sent"),
            Self::Unofficial => f.write_str("not registered"),
        })
    }
}
