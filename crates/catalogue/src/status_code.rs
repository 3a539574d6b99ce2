//! The status code itself.

use core::{error, fmt, str};

use crate::{Caching, Class, ContentRule, Entry, Event, Unofficial, registered, unofficial::UNOFFICIAL};

/// A status code as it was on the wire or in a log. **Any number is one**: bad HTTP is data here.
///
/// ```
/// use statusquo_catalogue::{Class, StatusCode};
///
/// let code: StatusCode = "503".parse().unwrap();
/// assert_eq!(code.class(), Class::ServerError);
/// assert_eq!(code.phrase(), "Service Unavailable");
/// assert_eq!(StatusCode::new(477).phrase(), "Client Error (unregistered)");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StatusCode(u16);

impl StatusCode {
    /// The status code with this number.
    #[must_use]
    pub const fn new(number: u16) -> Self {
        Self(number)
    }

    /// The number.
    #[must_use]
    pub const fn get(self) -> u16 {
        self.0
    }

    /// The class, by the first digit.
    #[must_use]
    pub const fn class(self) -> Class {
        match self.0 {
            100..=199 => Class::Informational,
            200..=299 => Class::Successful,
            300..=399 => Class::Redirection,
            400..=499 => Class::ClientError,
            500..=599 => Class::ServerError,
            0..=99 | 600.. => Class::OutOfRange,
        }
    }

    /// What the catalogue says of it: the registered entry, or else the unofficial one that fits best.
    ///
    /// An unofficial entry may speak for a range; `entry.code` is then the first of the range.
    #[must_use]
    pub fn entry(self) -> Option<&'static Entry> {
        self.registered().or_else(|| self.unofficial().next().map(|unofficial| &unofficial.entry))
    }

    /// The entry of the registry.
    #[must_use]
    pub fn registered(self) -> Option<&'static Entry> {
        registered::find(self)
    }

    /// What others use it for, registered or not; the narrowest range first.
    pub fn unofficial(self) -> impl Iterator<Item = &'static Unofficial> {
        UNOFFICIAL.iter().filter(move |unofficial| unofficial.is_for(self))
    }

    /// The current phrase. A code that nobody has given one has its class's name, marked as unregistered.
    #[must_use]
    pub fn phrase(self) -> &'static str {
        self.entry().map_or_else(|| self.class().phrase_of_unregistered(), |entry| entry.phrase)
    }

    /// Is it in the registry, be it as unused?
    #[must_use]
    pub fn is_registered(self) -> bool {
        self.registered().is_some()
    }

    /// 1xx: the final answer is still to come.
    #[must_use]
    pub const fn is_informational(self) -> bool {
        matches!(self.class(), Class::Informational)
    }

    /// 2xx.
    #[must_use]
    pub const fn is_success(self) -> bool {
        matches!(self.class(), Class::Successful)
    }

    /// 3xx.
    #[must_use]
    pub const fn is_redirection(self) -> bool {
        matches!(self.class(), Class::Redirection)
    }

    /// 4xx.
    #[must_use]
    pub const fn is_client_error(self) -> bool {
        matches!(self.class(), Class::ClientError)
    }

    /// 5xx.
    #[must_use]
    pub const fn is_server_error(self) -> bool {
        matches!(self.class(), Class::ServerError)
    }

    /// 4xx, 5xx, or out of range, which clients treat like 5xx (RFC 9110, 15).
    #[must_use]
    pub const fn is_error(self) -> bool {
        matches!(self.class(), Class::ClientError | Class::ServerError | Class::OutOfRange)
    }

    /// Is it a right answer to a health check?
    ///
    /// Every 2xx is. A 304 is too: only a check that sent a validator gets it, and the server had to look at
    /// the resource to say so. Other 3xx are not: a check that does not follow them has not seen the
    /// service, and one that does has another final answer. Whoever expects a redirect says so.
    #[must_use]
    pub const fn is_healthy(self) -> bool {
        matches!(self.0, 200..=299 | 304)
    }

    /// How it counts for a service level objective unless somebody says otherwise.
    ///
    /// 5xx and numbers out of range are failures. 4xx are not: the service did its work and said so. Codes
    /// that say "the client or the connection ended it" are excluded.
    #[must_use]
    pub fn slo_event(self) -> Event {
        match self.entry() {
            Some(entry) => entry.event,
            None => match self.class() {
                Class::Informational | Class::Successful | Class::Redirection | Class::ClientError => {
                    Event::Good
                }
                Class::ServerError | Class::OutOfRange => Event::Bad,
            },
        }
    }

    /// Must a response with this code come without content, whatever the method? (RFC 9110, 6.4.1)
    ///
    /// So must each response to HEAD, and a 2xx to CONNECT, which only the method tells.
    #[must_use]
    pub fn forbids_content(self) -> bool {
        self.is_informational() || self.registered().is_some_and(|e| e.content == ContentRule::Forbidden)
    }

    /// May caches store it although no field says for how long? (RFC 9110, 15.1)
    #[must_use]
    pub fn is_heuristically_cacheable(self) -> bool {
        self.registered().is_some_and(|entry| entry.caching == Caching::ByDefault)
    }
}

impl From<u16> for StatusCode {
    fn from(number: u16) -> Self {
        Self(number)
    }
}

impl From<StatusCode> for u16 {
    fn from(code: StatusCode) -> Self {
        code.0
    }
}

/// At least three digits: `503`, `000`.
impl fmt::Display for StatusCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 < 100 { write!(f, "{:03}", self.0) } else { fmt::Display::fmt(&self.0, f) }
    }
}

impl str::FromStr for StatusCode {
    type Err = ParseStatusCodeError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if let Some(offset) = text.bytes().position(|byte| !byte.is_ascii_digit()) {
            return Err(ParseStatusCodeError::NotADigit { offset });
        }
        if text.len() != 3 {
            return Err(ParseStatusCodeError::Length { found: text.len() });
        }
        let number = text.bytes().fold(0, |number, byte| number * 10 + u16::from(byte - b'0'));
        Ok(Self(number))
    }
}

/// The text is not a status code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ParseStatusCodeError {
    /// It has something other than digits.
    NotADigit {
        /// Where, in bytes.
        offset: usize,
    },
    /// It has more or fewer than three digits.
    Length {
        /// How many.
        found: usize,
    },
}

impl fmt::Display for ParseStatusCodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotADigit { offset } => {
                write!(f, "a status code has three digits; there is something else at offset {offset}")
            }
            Self::Length { found } => write!(f, "a status code has three digits, not {found}"),
        }
    }
}

impl error::Error for ParseStatusCodeError {}
