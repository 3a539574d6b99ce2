//! Whether a response carries content.

/// Whether a response with a certain status code carries content.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ContentRule {
    /// There must be none; a body here breaks the connection for the next response.
    Forbidden,
    /// May be there or not.
    Optional,
    /// A reader needs it to know what to do: result, reason, limit.
    Expected,
    /// Without it the answer has no meaning.
    Required,
}

impl ContentRule {
    /// All four.
    pub const ALL: [Self; 4] = [Self::Forbidden, Self::Optional, Self::Expected, Self::Required];

    /// One word: `forbidden`, `optional`, `expected`, `required`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Forbidden => "forbidden",
            Self::Optional => "optional",
            Self::Expected => "expected",
            Self::Required => "required",
        }
    }

    /// The rule in words.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Forbidden => "never any content",
            Self::Optional => "content may be there",
            Self::Expected => "content should be there",
            Self::Required => "content has to be there",
        }
    }
}
