//! Whether caches may store an answer.

/// Whether a cache may store a response of its own accord (RFC 9110, 15.1; RFC 9111, 3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Caching {
    /// May be stored even if no field says for how long.
    ByDefault,
    /// May be stored only if a field such as `Cache-Control: max-age` says so.
    IfExplicit,
    /// Must not be stored, whatever the fields say.
    Never,
    /// Renews a stored response instead of being stored.
    Renews,
    /// Not a final response, or not a response: the question does not arise.
    NotApplicable,
}

impl Caching {
    /// All five.
    pub const ALL: [Self; 5] =
        [Self::ByDefault, Self::IfExplicit, Self::Never, Self::Renews, Self::NotApplicable];

    /// One word or three: `by default`, `if explicit`, `never`, `renews`, `not applicable`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::ByDefault => "by default",
            Self::IfExplicit => "if explicit",
            Self::Never => "never",
            Self::Renews => "renews",
            Self::NotApplicable => "not applicable",
        }
    }

    /// The rule in words.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::ByDefault => {
                "caches may store it for a time they guess, unless Cache-Control or Expires say otherwise"
            }
            Self::IfExplicit => "caches may store it only if Cache-Control or Expires say for how long",
            Self::Never => "caches must not store it",
            Self::Renews => "renews the response that the cache already holds",
            Self::NotApplicable => "never stored: it is not a final response",
        }
    }
}
