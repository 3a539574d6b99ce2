//! Whether a request may be sent again.

/// Whether a client that acts by itself may send the request again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Retry {
    /// There is nothing to repeat.
    NotNeeded,
    /// Go on to where the answer points.
    Follow,
    /// Ask for the outcome; do not send the request again.
    Poll,
    /// Yes, whatever the method: the request was not acted upon.
    AnyMethod,
    /// Yes, whatever the method, after `Retry-After`, or else with growing pauses.
    AfterDelay,
    /// Yes, with growing pauses, if the method is idempotent; look first if it is not.
    IdempotentOnly,
    /// Not as it is: something in the request has to change first.
    AfterChange,
    /// No.
    Never,
}

impl Retry {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::NotNeeded,
        Self::Follow,
        Self::Poll,
        Self::AnyMethod,
        Self::AfterDelay,
        Self::IdempotentOnly,
        Self::AfterChange,
        Self::Never,
    ];

    /// A word or three: `not needed`, `follow`, `idempotent only`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::NotNeeded => "not needed",
            Self::Follow => "follow",
            Self::Poll => "poll",
            Self::AnyMethod => "any method",
            Self::AfterDelay => "after a delay",
            Self::IdempotentOnly => "idempotent only",
            Self::AfterChange => "after a change",
            Self::Never => "never",
        }
    }

    /// The decision in words.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::NotNeeded => "nothing to repeat",
            Self::Follow => "go on to where the answer points",
            Self::Poll => "ask for the outcome, do not send the request again",
            Self::AnyMethod => "yes, with any method: the request was not acted upon",
            Self::AfterDelay => "after Retry-After; without it 1 s doubling to 60 s, with jitter",
            Self::IdempotentOnly => "idempotent methods only, 1 s doubling to 60 s, with jitter",
            Self::AfterChange => "not unchanged",
            Self::Never => "no",
        }
    }

    /// May a client that acts by itself send the same request again?
    ///
    /// `idempotent` says whether the request's method is (GET, HEAD, PUT, DELETE, OPTIONS, TRACE, QUERY), or
    /// whether an idempotency key protects it.
    #[must_use]
    pub const fn is_allowed(self, idempotent: bool) -> bool {
        match self {
            Self::AnyMethod | Self::AfterDelay => true,
            Self::IdempotentOnly => idempotent,
            Self::NotNeeded | Self::Follow | Self::Poll | Self::AfterChange | Self::Never => false,
        }
    }
}
