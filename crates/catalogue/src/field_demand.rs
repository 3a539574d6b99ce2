//! A field that belongs to an answer.

use crate::Source;

/// How strongly a field is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Strength {
    /// The standard requires it.
    Must,
    /// The standard asks for it unless there is a good reason not to.
    Should,
    /// The standard allows it, and it helps.
    May,
    /// No standard speaks of it here, good practice does.
    Advice,
}

impl Strength {
    /// All four, strongest first.
    pub const ALL: [Self; 4] = [Self::Must, Self::Should, Self::May, Self::Advice];

    /// One word: `must`, `should`, `may`, `advice`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Must => "must",
            Self::Should => "should",
            Self::May => "may",
            Self::Advice => "advice",
        }
    }
}

/// A field that has to come, or should come, with a status code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct FieldDemand {
    /// The field's name in its usual case.
    pub name: &'static str,
    /// How strongly it is asked for.
    pub strength: Strength,
    /// Under which condition it is asked for, as a note; `None`: always.
    pub when: Option<&'static str>,
    /// What it is for, as a note.
    pub why: &'static str,
    /// Who asks for it.
    pub source: Source,
}

impl FieldDemand {
    pub(crate) const fn must(name: &'static str, why: &'static str, source: Source) -> Self {
        Self { name, strength: Strength::Must, when: None, why, source }
    }

    pub(crate) const fn should(name: &'static str, why: &'static str, source: Source) -> Self {
        Self { name, strength: Strength::Should, when: None, why, source }
    }

    pub(crate) const fn may(name: &'static str, why: &'static str, source: Source) -> Self {
        Self { name, strength: Strength::May, when: None, why, source }
    }

    pub(crate) const fn advice(name: &'static str, why: &'static str) -> Self {
        Self { name, strength: Strength::Advice, when: None, why, source: Source::practice() }
    }

    /// The same demand, under a condition.
    pub(crate) const fn when(self, condition: &'static str) -> Self {
        Self { when: Some(condition), ..self }
    }
}
