//! Which events are good, bad or excluded.

use statusquo_catalogue::{CodeSet, Event};
use statusquo_exchange::FailureKind;

use crate::Answer;

/// What an objective promises of each event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Indicator {
    /// It is answered, and not with an error of the service.
    Availability(Codes),
    /// It is answered within this time; what is not answered well is bad as well.
    Latency {
        /// The longest time that is good, in microseconds.
        within_us: u32,
        /// Which answers count at all.
        codes: Codes,
    },
}

/// Status codes that count otherwise than the catalogue says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Codes {
    /// These are bad …
    pub bad: CodeSet,
    /// … these are good …
    pub good: CodeSet,
    /// … and these count on neither side.
    pub excluded: CodeSet,
}

impl Default for Codes {
    fn default() -> Self {
        Self { bad: CodeSet::NONE, good: CodeSet::NONE, excluded: CodeSet::NONE }
    }
}

impl Codes {
    /// How an answer counts. What the catalogue says of its code
    /// ([`slo_event`](statusquo_catalogue::StatusCode::slo_event)) holds unless a set names it; a client that went away
    /// says nothing of the service, and any other failure is bad.
    #[must_use]
    pub fn classify(&self, answer: Answer) -> Event {
        match answer {
            Answer::Status(code) if self.excluded.contains(code) => Event::Excluded,
            Answer::Status(code) if self.bad.contains(code) => Event::Bad,
            Answer::Status(code) if self.good.contains(code) => Event::Good,
            Answer::Status(code) => code.slo_event(),
            Answer::Failure(FailureKind::ClientClosed) | Answer::None => Event::Excluded,
            Answer::Failure(_) => Event::Bad,
        }
    }
}

impl Indicator {
    /// Which codes count how.
    #[must_use]
    pub const fn codes(&self) -> &Codes {
        match self {
            Self::Availability(codes) | Self::Latency { codes, .. } => codes,
        }
    }

    /// What so many equal answers are, of which so many took longer than the promise allows.
    #[must_use]
    pub fn count(&self, answer: Answer, requests: u64, slow: u64) -> super::Counted {
        let slow = match self {
            Self::Availability(_) => 0,
            Self::Latency { .. } => slow.min(requests),
        };
        match self.codes().classify(answer) {
            Event::Good => super::Counted { good: requests - slow, bad: slow },
            Event::Bad => super::Counted { good: 0, bad: requests },
            Event::Excluded => super::Counted::default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use statusquo_catalogue::StatusCode;

    use super::*;
    use crate::budget::Counted;

    fn status(code: u16) -> Answer {
        Answer::Status(StatusCode::new(code))
    }

    #[test]
    fn the_catalogue_decides_unless_somebody_says_otherwise() {
        let codes = Codes {
            bad: "429".parse().unwrap(),
            good: "503".parse().unwrap(),
            excluded: "404".parse().unwrap(),
        };
        for (answer, plain, own) in [
            (status(200), Event::Good, Event::Good),
            (status(400), Event::Good, Event::Good),
            (status(404), Event::Good, Event::Excluded),
            (status(429), Event::Good, Event::Bad),
            (status(500), Event::Bad, Event::Bad),
            (status(503), Event::Bad, Event::Good),
            (status(499), Event::Excluded, Event::Excluded),
            (Answer::Failure(FailureKind::Timeout), Event::Bad, Event::Bad),
            (Answer::Failure(FailureKind::ClientClosed), Event::Excluded, Event::Excluded),
        ] {
            assert_eq!(Codes::default().classify(answer), plain, "{answer:?}");
            assert_eq!(codes.classify(answer), own, "{answer:?}");
        }
    }

    #[test]
    fn slow_answers_break_a_promise_of_latency_and_no_other() {
        let latency = Indicator::Latency { within_us: 300_000, codes: Codes::default() };
        assert_eq!(latency.count(status(200), 10, 3), Counted { good: 7, bad: 3 });
        assert_eq!(latency.count(status(503), 10, 0), Counted { good: 0, bad: 10 });
        let availability = Indicator::Availability(Codes::default());
        assert_eq!(availability.count(status(200), 10, 3), Counted { good: 10, bad: 0 });
        assert_eq!(availability.count(status(499), 10, 3), Counted::default());
    }
}
