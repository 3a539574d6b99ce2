//! What to do after an attempt.

use std::fmt;
use std::time::Duration;

use http::StatusCode;
use statusquo_catalogue::Retry;

/// What to do after an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// Wait so long, and ask again.
    Wait(Duration),
    /// Take what there is.
    GiveUp(Reason),
}

/// Why a request is not sent again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// It was answered, and not with an error.
    Answered,
    /// The catalogue says that the same request will not do better.
    NotRepeatable(StatusCode, Retry),
    /// The method is not idempotent, and nobody gave leave.
    NoLeave,
    /// It was sent often enough.
    Attempts,
    /// The service wants to be left alone for longer than we wait.
    TooLong(Duration),
    /// Too many other requests are being sent again.
    Budget,
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Answered => f.write_str("it was answered"),
            Self::NotRepeatable(status, retry) => {
                write!(f, "a {} is not repeated: {}", status.as_u16(), retry.words())
            }
            Self::NoLeave => f.write_str("the method is not idempotent, and there is no idempotency key"),
            Self::Attempts => f.write_str("it was sent often enough"),
            Self::TooLong(wait) => write!(f, "the service wants {} s of quiet", wait.as_secs()),
            Self::Budget => f.write_str("too many requests are being repeated"),
        }
    }
}
