//! Codes that nobody registered, and registered ones that somebody uses for something else.

use crate::{Entry, StatusCode};

mod table;

pub use table::UNOFFICIAL;

/// How far an unofficial code gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reach {
    /// Clients see it.
    OnTheWire,
    /// It stands in logs and metrics only.
    LogOnly,
    /// Logs have it, clients see another code.
    SentAs(StatusCode),
    /// It is a signal inside of one product.
    Internal,
    /// Some other kind of number that is taken for a status code.
    NotAStatus,
    /// Nobody uses it any more.
    Historical,
}

impl Reach {
    /// How far that is, in words.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::OnTheWire => "clients see it",
            Self::LogOnly => "in logs and metrics only",
            Self::SentAs(_) => "in logs; clients see another code",
            Self::Internal => "inside of one product only",
            Self::NotAStatus => "not a status code, but taken for one",
            Self::Historical => "no longer used",
        }
    }
}

/// A run of codes, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CodeRange {
    /// The first code.
    pub first: StatusCode,
    /// The last code.
    pub last: StatusCode,
}

impl CodeRange {
    pub(crate) const fn new(first: u16, last: u16) -> Self {
        Self { first: StatusCode::new(first), last: StatusCode::new(last) }
    }

    /// Is this code in the run?
    #[must_use]
    pub fn contains(self, code: StatusCode) -> bool {
        (self.first..=self.last).contains(&code)
    }
}

/// A status code as somebody uses it without registration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unofficial {
    /// The codes; most often one run of one code.
    pub codes: &'static [CodeRange],
    /// Who uses it: products and services.
    pub used_by: &'static str,
    /// What others call it.
    pub other_names: &'static [&'static str],
    /// How far it gets.
    pub reach: Reach,
    /// The registered codes that say the same, best first; empty if none does.
    pub closest: &'static [StatusCode],
    /// Note: how to tell it from the registered meaning of the same number, or from other uses.
    pub tell_apart: Option<&'static str>,
    /// What the catalogue says of it.
    pub entry: Entry,
}

impl Unofficial {
    /// Does it speak for this code?
    #[must_use]
    pub fn is_for(&self, code: StatusCode) -> bool {
        self.codes.iter().any(|range| range.contains(code))
    }
}
