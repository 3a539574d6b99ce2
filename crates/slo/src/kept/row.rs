//! A request that is kept.

use crate::Answer;

use super::Layer;

/// A request that is kept, without what is nobody's business: see [`redacted_target`](super::redacted_target).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// When it ended, in microseconds since 1970 in UTC.
    pub at_us: i64,
    /// Who saw it.
    pub layer: Layer,
    /// Why it is kept.
    pub why: Why,
    /// The method.
    pub method: Box<str>,
    /// The target, redacted.
    pub target: Box<str>,
    /// The route, where whoever saw it knows it; else empty.
    pub route: Box<str>,
    /// How it ended.
    pub answer: Answer,
    /// What a server behind the one that saw it answered.
    pub upstream: Option<u16>,
    /// How long it took, in microseconds.
    pub duration_us: Option<u32>,
    /// Bytes of the response.
    pub bytes: u64,
    /// The host that was asked.
    pub host: Box<str>,
    /// The client's address.
    pub client: Box<str>,
    /// The User-Agent, redacted.
    pub user_agent: Box<str>,
    /// What went wrong, as whoever saw it calls it.
    pub error: Box<str>,
    /// The request's id.
    pub request_id: Box<str>,
    /// The trace's id, in hexadecimal.
    pub trace_id: Box<str>,
}

/// Why a request is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Why {
    /// It got no (whole) answer.
    NoAnswer,
    /// Its answer is a server error.
    ServerError,
    /// Its answer is a client error of a kind that is not part of every day.
    Unusual,
    /// It took long.
    Slow,
    /// It stands for the ordinary ones.
    Sample,
}

impl Why {
    /// All of them, gravest first.
    pub const ALL: [Self; 5] = [Self::NoAnswer, Self::ServerError, Self::Unusual, Self::Slow, Self::Sample];

    /// As a number for the store.
    #[must_use]
    pub const fn to_number(self) -> u8 {
        match self {
            Self::NoAnswer => 1,
            Self::ServerError => 2,
            Self::Unusual => 3,
            Self::Slow => 4,
            Self::Sample => 5,
        }
    }

    /// The reason that [`to_number`](Self::to_number) wrote.
    #[must_use]
    pub fn from_number(number: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|why| why.to_number() == number)
    }

    /// The stable word for it in JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NoAnswer => "no_answer",
            Self::ServerError => "server_error",
            Self::Unusual => "unusual",
            Self::Slow => "slow",
            Self::Sample => "sample",
        }
    }

    /// For people, behind "kept because".
    #[must_use]
    pub const fn in_words(self) -> &'static str {
        match self {
            Self::NoAnswer => "it got no whole answer",
            Self::ServerError => "all server errors are kept",
            Self::Unusual => "this client error is unusual",
            Self::Slow => "it was slow",
            Self::Sample => "it belongs to the sample of ordinary requests",
        }
    }
}
