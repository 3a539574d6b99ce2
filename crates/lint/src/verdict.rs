//! What a rule says of an exchange.

use crate::Place;

/// What a rule says of an exchange; an `Err` of [`Lack`] says that it cannot judge.
pub(crate) type Opinion = Result<Verdict, Lack>;

/// What a rule says of an exchange.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It does not speak of such exchanges.
    Silent,
    /// It speaks of them, and this one is right.
    Clean,
    /// This one is wrong, there.
    Flagged(Vec<Flag>),
}

impl Verdict {
    /// Flagged when `wrong`, else clean.
    pub(crate) fn flag_if(wrong: bool, flag: impl FnOnce() -> Flag) -> Self {
        if wrong { Self::Flagged(vec![flag()]) } else { Self::Clean }
    }

    /// Flagged when there is a flag, else clean.
    pub(crate) fn from_flags(flags: Vec<Flag>) -> Self {
        if flags.is_empty() { Self::Clean } else { Self::Flagged(flags) }
    }
}

impl From<Flag> for Verdict {
    fn from(flag: Flag) -> Self {
        Self::Flagged(vec![flag])
    }
}

/// One thing that is wrong, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Flag {
    pub(crate) place: Place,
    /// What is wrong here in particular; without it, the first sentence of the rule's page.
    pub(crate) message: Option<String>,
    /// What to write instead; without it, the page's "How to fix".
    pub(crate) fix: Option<String>,
    /// Is it an advice, whatever the profile makes of the rule?
    pub(crate) is_advice: bool,
}

impl Flag {
    pub(crate) const fn at(place: Place) -> Self {
        Self { place, message: None, fix: None, is_advice: false }
    }

    /// Says that this is an advice where the rule in general is graver: its sentence is weaker here. A level that somebody
    /// chose for the rule still counts.
    pub(crate) const fn advising(mut self, is_advice: bool) -> Self {
        self.is_advice = is_advice;
        self
    }

    /// Says what is wrong here in particular: lower case, no full stop.
    pub(crate) fn saying(mut self, message: impl Into<String>) -> Self {
        self.message = Some(message.into());
        self
    }

    /// Says what to write instead, such as `allow: GET, HEAD`.
    pub(crate) fn fix(mut self, fix: impl Into<String>) -> Self {
        self.fix = Some(fix.into());
        self
    }
}

/// What was not recorded, so that a rule cannot judge. Never a pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Lack {
    /// There is no final response, or only a part of it.
    Response,
    /// The request, or its header fields.
    Request,
    /// The response's header fields.
    Fields,
    /// The (whole) content of the response.
    Content,
    /// The (whole) content of the request.
    RequestContent,
    /// The bytes of the response as they came.
    Raw,
    /// The protocol version.
    Version,
    /// `http` or `https`.
    Scheme,
    /// How long it took.
    Timing,
}
