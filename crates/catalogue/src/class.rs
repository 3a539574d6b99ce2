//! The classes of status codes.

use core::{error, fmt, str};

/// The class of a status code: its first digit.
///
/// ```
/// use statusquo_catalogue::{Class, StatusCode};
///
/// assert_eq!(StatusCode::new(503).class(), Class::ServerError);
/// assert_eq!("4xx".parse(), Ok(Class::ClientError));
/// assert_eq!(Class::ServerError.glyph(), '■');
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// 1xx: the final answer is still to come.
    Informational,
    /// 2xx: the request was understood and accepted.
    Successful,
    /// 3xx: the client has to go elsewhere, or already holds the answer.
    Redirection,
    /// 4xx: the request is at fault.
    ClientError,
    /// 5xx: the server is at fault.
    ServerError,
    /// Outside 100 to 599: not a valid status code.
    OutOfRange,
}

impl Class {
    /// All six, in order.
    pub const ALL: [Self; 6] = [
        Self::Informational,
        Self::Successful,
        Self::Redirection,
        Self::ClientError,
        Self::ServerError,
        Self::OutOfRange,
    ];

    /// The mark that stands before a code of this class, so that colour is never alone.
    #[must_use]
    pub const fn glyph(self) -> char {
        match self {
            Self::Informational => '○',
            Self::Successful => '●',
            Self::Redirection => '◆',
            Self::ClientError => '▲',
            Self::ServerError => '■',
            Self::OutOfRange => '✕',
        }
    }

    /// The same mark for terminals without Unicode. 1xx and 2xx share one; the number tells them apart.
    #[must_use]
    pub const fn ascii_glyph(self) -> char {
        match self {
            Self::Informational | Self::Successful => '.',
            Self::Redirection => '>',
            Self::ClientError => '!',
            Self::ServerError => '#',
            Self::OutOfRange => 'x',
        }
    }

    /// The name, as RFC 9110 has it: `Client Error`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Informational => "Informational",
            Self::Successful => "Successful",
            Self::Redirection => "Redirection",
            Self::ClientError => "Client Error",
            Self::ServerError => "Server Error",
            Self::OutOfRange => "Out of Range",
        }
    }

    /// The name for a code of this class that nobody has given a phrase.
    #[must_use]
    pub(crate) const fn phrase_of_unregistered(self) -> &'static str {
        match self {
            Self::Informational => "Informational (unregistered)",
            Self::Successful => "Successful (unregistered)",
            Self::Redirection => "Redirection (unregistered)",
            Self::ClientError => "Client Error (unregistered)",
            Self::ServerError => "Server Error (unregistered)",
            Self::OutOfRange => "Out of Range (unregistered)",
        }
    }

    /// The codes of the class in short: `5xx`; `other` for what is out of range.
    #[must_use]
    pub const fn range_text(self) -> &'static str {
        match self {
            Self::Informational => "1xx",
            Self::Successful => "2xx",
            Self::Redirection => "3xx",
            Self::ClientError => "4xx",
            Self::ServerError => "5xx",
            Self::OutOfRange => "other",
        }
    }

    /// What the class says, in one sentence.
    #[must_use]
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::Informational => {
                "The server has received the request and works on it; the final answer follows."
            }
            Self::Successful => "The server has received, understood and accepted the request.",
            Self::Redirection => "The client has to take one more step, often at another address.",
            Self::ClientError => {
                "The client has sent something that the server cannot or will not act on as it is."
            }
            Self::ServerError => "The server has failed at a request that looks right.",
            Self::OutOfRange => {
                "The server has sent a number that is no status code; clients treat it like a 5xx."
            }
        }
    }

    /// Whose problem an answer of this class is, in words.
    #[must_use]
    pub const fn whose_problem(self) -> &'static str {
        match self {
            Self::Informational | Self::Successful => "nobody's",
            Self::Redirection => "nobody's, unless it leads in a circle or to the wrong place",
            Self::ClientError => "the client's, unless many clients meet it at once",
            Self::ServerError => "the server's, or that of something it depends on",
            Self::OutOfRange => "the server's, or that of whatever wrote the number down",
        }
    }

    /// What to do by default when many answers of this class appear.
    #[must_use]
    pub const fn next_step(self) -> &'static str {
        match self {
            Self::Informational => "nothing; look at the final answer",
            Self::Successful => "nothing; watch that no error hides inside",
            Self::Redirection => "check that the targets are right and that clients learn the new address",
            Self::ClientError => "find out which clients send it and what changed for them",
            Self::ServerError => "treat it as an incident: look at the last deploy and at the dependencies",
            Self::OutOfRange => "find what writes the number; no client can know what it means",
        }
    }
}

impl fmt::Display for Class {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.range_text())
    }
}

impl str::FromStr for Class {
    type Err = ParseClassError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|class| class.range_text().eq_ignore_ascii_case(text))
            .ok_or(ParseClassError)
    }
}

/// The text is not a class of status codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ParseClassError;

impl fmt::Display for ParseClassError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a class of status codes is one of `1xx`, `2xx`, `3xx`, `4xx`, `5xx`, `other`")
    }
}

impl error::Error for ParseClassError {}
