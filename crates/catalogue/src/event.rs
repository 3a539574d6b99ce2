//! How an answer counts for a service level objective.

/// How an answer counts for a service level objective unless somebody says otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Event {
    /// The service did what it promised; a client's error, told to the client, is that too.
    Good,
    /// The service failed.
    Bad,
    /// Says nothing about the service: the client or the connection ended it.
    Excluded,
}

impl Event {
    /// All three.
    pub const ALL: [Self; 3] = [Self::Good, Self::Bad, Self::Excluded];

    /// One word: `good`, `bad`, `excluded`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Bad => "bad",
            Self::Excluded => "excluded",
        }
    }

    /// The answer to "does it count against the objective?".
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Good => "not a failure, unless you say so",
            Self::Bad => "a failure: it spends the error budget",
            Self::Excluded => "not counted, but worth an alert when its share rises",
        }
    }
}
