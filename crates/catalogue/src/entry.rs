//! What the catalogue says of one status code.

use core::fmt;

use crate::{
    Actor, AlertWeight, Caching, ContentRule, Event, FieldDemand, LookAlike, Retry, Source, State,
    StatusCode, Strength,
};

/// What the catalogue says of one status code.
///
/// Texts are of two kinds. **Sentences** start with a capital and end with a full stop: `meaning`,
/// `use_when`, `not_when`, `idempotency`, `support_reply`, `security`. **Notes** start in lower case, have
/// no full stop and fit after a colon: all others. All are plain ASCII, so that they fit into an SMS.
///
/// ```
/// use statusquo_catalogue::{Retry, StatusCode};
///
/// let entry = StatusCode::new(503).entry().unwrap();
/// assert_eq!(
///     entry.alert_line().to_string(),
///     "503: the server cannot answer for now; callers may retry later, and are not at fault."
/// );
/// assert_eq!(entry.retry, Retry::AfterDelay);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry {
    /// The code; the first one if the entry speaks for a range.
    pub code: StatusCode,
    /// The current phrase.
    pub phrase: &'static str,
    /// What it was called before, or is still called by old software.
    pub former_phrases: &'static [&'static str],
    /// Where it stands in the registry.
    pub state: State,
    /// Where it is defined.
    pub source: Source,
    /// Sentence: what it says, beginning with `The server` or `The client`.
    pub meaning: &'static str,
    /// Sentences: when it is the right answer.
    pub use_when: &'static str,
    /// Sentences: when it is not.
    pub not_when: &'static str,
    /// Who has to act.
    pub actor: Actor,
    /// Note: what they have to do.
    pub who_acts: &'static str,
    /// Does it carry content?
    pub content: ContentRule,
    /// Note: which content.
    pub content_note: &'static str,
    /// The fields that belong to it, strongest demand first.
    pub fields: &'static [FieldDemand],
    /// May caches store it?
    pub caching: Caching,
    /// Note: what is special about that, if anything.
    pub caching_note: Option<&'static str>,
    /// May the request be sent again?
    pub retry: Retry,
    /// Note: what a client does with it.
    pub client_action: &'static str,
    /// Sentence: what is known of the request's effect, and so of sending it again.
    pub idempotency: &'static str,
    /// How much many of them weigh.
    pub alert: AlertWeight,
    /// Note: what to watch.
    pub alert_note: &'static str,
    /// Note: what whoever runs the API does next, as an imperative.
    pub next_step: &'static str,
    /// Sentence: what support says to the customer.
    pub support_reply: &'static str,
    /// Sentence: what it may give away, or what an attacker may do with it.
    pub security: Option<&'static str>,
    /// The codes that it is easily taken for.
    pub look_alikes: &'static [LookAlike],
    /// How it counts for a service level objective by default.
    pub event: Event,
}

impl Entry {
    /// The fields that the standard requires.
    pub fn must(&self) -> impl Iterator<Item = &'static FieldDemand> {
        self.fields.iter().filter(|field| field.strength == Strength::Must)
    }

    /// The fields that should come along, or may and help.
    pub fn should(&self) -> impl Iterator<Item = &'static FieldDemand> {
        self.fields.iter().filter(|field| field.strength != Strength::Must)
    }

    /// Number and phrase: `503 Service Unavailable`.
    pub fn title(&self) -> impl fmt::Display {
        fmt::from_fn(move |f| write!(f, "{} {}", self.code, self.phrase))
    }

    /// The line for an alert: number, colon, and the meaning in lower case.
    pub fn alert_line(&self) -> impl fmt::Display {
        fmt::from_fn(move |f| {
            write!(f, "{}: ", self.code)?;
            let mut chars = self.meaning.chars();
            chars.next().map_or(Ok(()), |first| write!(f, "{}{}", first.to_lowercase(), chars.as_str()))
        })
    }

    /// Where the HTTP working group's own edition of RFC 9110 explains it.
    #[must_use]
    pub fn httpwg_url(&self) -> Option<impl fmt::Display> {
        let is_core = self.source.document == crate::Document::Rfc(9110);
        is_core.then(|| {
            fmt::from_fn(|f| write!(f, "https://httpwg.org/specs/rfc9110.html#status.{}", self.code))
        })
    }
}
