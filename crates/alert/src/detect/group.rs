//! Answers that are watched together.

use statusquo_catalogue::StatusCode;
use statusquo_exchange::FailureKind;
use statusquo_slo::Answer;

/// Answers that are watched together: they have causes of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Group {
    /// 401, 403, 407: who may do what.
    Auth,
    /// 404 and 410: what there is.
    NotFound,
    /// 429: how often.
    Limited,
    /// Any other 4xx: how it was asked.
    Request,
    /// 5xx, or no answer at all.
    Server,
}

impl Group {
    /// All of them, in order.
    pub const ALL: [Self; 5] = [Self::Auth, Self::NotFound, Self::Limited, Self::Request, Self::Server];

    /// The group of an answer; `None` for what nobody has to look into. 416 is what players and download tools get by
    /// nature, 408 and 499 are clients that went away.
    #[must_use]
    pub fn of(answer: Answer) -> Option<Self> {
        match answer {
            Answer::Status(code) => Self::of_code(code.get()),
            Answer::Failure(FailureKind::ClientClosed) | Answer::None => None,
            Answer::Failure(_) => Some(Self::Server),
        }
    }

    fn of_code(code: u16) -> Option<Self> {
        match code {
            401 | 403 | 407 => Some(Self::Auth),
            404 | 410 => Some(Self::NotFound),
            429 => Some(Self::Limited),
            408 | 416 | 444 | 460 | 494..=499 => None,
            400..=499 => Some(Self::Request),
            // Not implemented, and a version that is not spoken: the client's doing.
            501 | 505 => None,
            500..=599 => Some(Self::Server),
            _ => None,
        }
    }

    /// The word for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Auth => "401 or 403",
            Self::NotFound => "404",
            Self::Limited => "429",
            Self::Request => "4xx",
            Self::Server => "5xx",
        }
    }
}

/// Does this answer say that there is no capacity?
pub(super) fn is_overload(answer: Answer) -> bool {
    match answer {
        Answer::Status(code) => code == StatusCode::new(503) || code == StatusCode::new(504),
        Answer::Failure(kind) => kind == FailureKind::Timeout,
        Answer::None => false,
    }
}
