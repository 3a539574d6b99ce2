//! Which requests are kept.

use super::{Id, Why};
use crate::Answer;

/// Which requests are kept one by one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Keeping {
    /// Of the ordinary ones, one in so many; none with 0.
    pub sample: u32,
    /// What takes longer than so many microseconds is slow.
    pub slow_us: u32,
    /// Makes the sample another one.
    pub seed: u64,
}

impl Default for Keeping {
    fn default() -> Self {
        Self { sample: 1000, slow_us: 10_000_000, seed: 0 }
    }
}

/// Of client errors that are part of every day, so many times more are kept than of successes.
const MORE_OF_ERRORS: u32 = 10;

impl Keeping {
    /// Why a request is kept, if it is: all failures and server errors, client errors that are not part of every day, slow
    /// ones, and a sample of the rest. `is_broken_off`: it failed after its status code was sent.
    #[must_use]
    pub fn why(&self, answer: Answer, duration_us: Option<u32>, id: Option<Id>) -> Option<Why> {
        let code = match answer {
            Answer::Status(code) => code.get(),
            Answer::Failure(_) | Answer::None => return Some(Why::NoAnswer),
        };
        let sample = match code {
            500.. | 0..100 => return Some(Why::ServerError),
            400..500 if is_every_day(code) => self.sample.div_ceil(MORE_OF_ERRORS),
            400..500 => return Some(Why::Unusual),
            100..400 => self.sample,
        };
        if duration_us.is_some_and(|duration| duration >= self.slow_us) {
            return Some(Why::Slow);
        }
        id.filter(|id| self.is_one_in(sample, *id)).map(|_| Why::Sample)
    }

    /// Does a request with this id belong to the sample of ordinary ones? If it does and is not found, it was never seen.
    #[must_use]
    pub const fn is_sampled(&self, id: Id) -> bool {
        self.is_one_in(self.sample, id)
    }

    const fn is_one_in(&self, many: u32, id: Id) -> bool {
        many > 0 && id.dice(self.seed) <= u64::MAX / many as u64
    }
}

/// Client errors that every public API answers all day long; one of another kind is worth to be looked at.
const fn is_every_day(code: u16) -> bool {
    matches!(code, 400 | 401 | 403 | 404 | 405 | 409 | 412 | 422 | 429)
}

#[cfg(test)]
mod tests {
    use statusquo_exchange::{FailureKind, StatusCode};

    use super::*;

    fn why(code: u16, duration_us: u32) -> Option<Why> {
        let never = Keeping { sample: 0, ..Keeping::default() };
        never.why(Answer::Status(StatusCode::new(code)), Some(duration_us), Id::of(b"a"))
    }

    #[test]
    fn what_went_wrong_is_kept_and_what_is_ordinary_is_not() {
        for code in [500, 502, 503, 504, 599, 600, 99, 0] {
            assert_eq!(why(code, 1), Some(Why::ServerError), "{code}");
        }
        for code in [402, 406, 408, 410, 413, 415, 418, 431, 451, 499] {
            assert_eq!(why(code, 1), Some(Why::Unusual), "{code}");
        }
        for code in [200, 204, 304, 400, 401, 403, 404, 429] {
            assert_eq!(why(code, 1), None, "{code}");
            assert_eq!(why(code, 10_000_000), Some(Why::Slow), "{code}");
        }
        let left = Keeping::default().why(Answer::Failure(FailureKind::ClientClosed), None, None);
        assert_eq!(left, Some(Why::NoAnswer));
    }

    #[test]
    fn the_sample_has_its_share_and_does_not_depend_on_how_an_id_is_written() {
        let keeping = Keeping { sample: 100, seed: 7, ..Keeping::default() };
        let ids = (0..100_000_u32).filter_map(|n| Id::of(format!("req-{n}").as_bytes()));
        let sampled = ids.filter(|id| keeping.is_sampled(*id)).count();
        assert!((900..1100).contains(&sampled), "{sampled} of 100,000");
        assert_eq!(Id::of(b"4BF92F35-77B3"), Id::of(b" 4bf92f3577b3"));
        assert_eq!((Id::of(b""), Id::of(b" - ")), (None, None));
    }
}
