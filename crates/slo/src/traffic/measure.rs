//! What is counted of an endpoint.

use crate::Answer;

/// What is counted of an endpoint in each stretch of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Measure {
    /// Requests that got this answer.
    Answer(Answer),
    /// Requests of which is known how long they took.
    Timed,
    /// Those of them that took longer than the service's latency threshold: exact, unlike what a histogram says.
    Slow,
    /// Bytes of the responses.
    Bytes,
}

/// Numbers of measures that are no answers lie above all of those.
const NOT_ANSWERS: i64 = 1 << 20;

impl Measure {
    /// As a number for the store.
    #[must_use]
    pub fn to_number(self) -> i64 {
        match self {
            Self::Answer(answer) => answer.to_number().into(),
            Self::Timed => NOT_ANSWERS,
            Self::Slow => NOT_ANSWERS + 1,
            Self::Bytes => NOT_ANSWERS + 2,
        }
    }

    /// The measure that [`to_number`](Self::to_number) wrote; `None` for one of a later version.
    #[must_use]
    pub fn from_number(number: i64) -> Option<Self> {
        match number - NOT_ANSWERS {
            0 => Some(Self::Timed),
            1 => Some(Self::Slow),
            2 => Some(Self::Bytes),
            _ => i32::try_from(number)
                .ok()
                .filter(|_| number < NOT_ANSWERS)
                .map(|number| Self::Answer(Answer::from_number(number))),
        }
    }
}
