//! One probe's result in few bytes: what is kept of every probe, good or bad.

use std::time::Duration;

use jiff::Timestamp;
use statusquo_catalogue::StatusCode;
use statusquo_exchange::{Exchange, FailureKind, Outcome, Timing};

/// How an exchange ended, in two bytes: the exact status code, or the failure that took its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Answer {
    /// A whole response with this status code.
    Status(StatusCode),
    /// No (whole) response.
    Failure(FailureKind),
    /// Neither: something without status codes (TCP, DNS, a heartbeat), or we could not look.
    None,
}

impl Answer {
    /// What this exchange ended with.
    #[must_use]
    pub fn of(exchange: &Exchange) -> Self {
        match &exchange.outcome {
            Outcome::Answered(response) => Self::Status(response.status),
            Outcome::Failed { failure, .. } => Self::Failure(failure.kind),
        }
    }

    /// As one number for the store: the status code, 0 for none, or minus one minus the index of the failure in
    /// [`FailureKind::ALL`].
    #[must_use]
    pub fn to_number(self) -> i32 {
        match self {
            Self::Status(code) => i32::from(code.get()),
            Self::None => 0,
            Self::Failure(kind) => {
                let index = FailureKind::ALL.iter().position(|&k| k == kind).unwrap_or_default();
                -1 - i32::try_from(index).unwrap_or_default()
            }
        }
    }

    /// The answer that [`to_number`](Self::to_number) wrote; anything else is `None`.
    #[must_use]
    pub fn from_number(number: i32) -> Self {
        if number > 0 {
            return u16::try_from(number).map_or(Self::None, |code| Self::Status(StatusCode::new(code)));
        }
        usize::try_from(-1 - i64::from(number))
            .ok()
            .and_then(|index| FailureKind::ALL.get(index).copied())
            .map_or(Self::None, Self::Failure)
    }
}

/// What a probe meant for its monitor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Mark {
    /// All expectations held.
    Good,
    /// Answered, but not as it should.
    Degraded,
    /// Did not do its work.
    Bad,
    /// We could not look.
    Unknown,
}

impl Mark {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Good, Self::Degraded, Self::Bad, Self::Unknown];

    /// As a number for the store.
    #[must_use]
    pub const fn to_number(self) -> u8 {
        match self {
            Self::Good => 0,
            Self::Degraded => 1,
            Self::Bad => 2,
            Self::Unknown => 3,
        }
    }

    /// The mark that [`to_number`](Self::to_number) wrote.
    #[must_use]
    pub fn from_number(number: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|mark| mark.to_number() == number)
    }
}

/// The phases of a probe in microseconds, at most an hour each; `None` is "did not happen".
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Phases {
    /// Resolving the name.
    pub resolve: Option<u32>,
    /// Establishing the connection.
    pub connect: Option<u32>,
    /// The TLS handshake.
    pub tls: Option<u32>,
    /// Waiting for the first byte.
    pub wait: Option<u32>,
    /// From the first byte to the last.
    pub transfer: Option<u32>,
    /// All of it.
    pub total: u32,
}

impl From<&Timing> for Phases {
    fn from(timing: &Timing) -> Self {
        let us = |d: Duration| u32::try_from(d.as_micros()).unwrap_or(u32::MAX).min(3_600_000_000);
        Self {
            resolve: timing.resolve.map(us),
            connect: timing.connect.map(us),
            tls: timing.tls.map(us),
            wait: timing.wait.map(us),
            transfer: timing.transfer.map(us),
            total: us(timing.total),
        }
    }
}

/// One probe's result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sample {
    /// When the probe began.
    pub at: Timestamp,
    /// How the last exchange of the probe ended.
    pub answer: Answer,
    /// What it meant.
    pub mark: Mark,
    /// How long it took.
    pub phases: Phases,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_survives_being_a_number() {
        let all = FailureKind::ALL.into_iter().map(Answer::Failure);
        let codes = (1..1000).map(|c| Answer::Status(StatusCode::new(c)));
        for answer in all.chain(codes).chain([Answer::None]) {
            assert_eq!(Answer::from_number(answer.to_number()), answer);
        }
    }

    /// Stores are full of these numbers: new failures are added at the end of [`FailureKind::ALL`].
    #[test]
    fn the_numbers_of_failures_and_marks_never_change() {
        let words: Vec<_> = (1..=18)
            .map(|number| match Answer::from_number(-number) {
                Answer::Failure(kind) => kind.as_str(),
                Answer::Status(_) | Answer::None => "",
            })
            .collect();
        let expect = "name_not_found resolve_failed connect_refused connect_timeout connect_failed proxy_failed \
                      tls_handshake certificate_expired certificate_not_yet_valid certificate_name \
                      certificate_untrusted timeout connection_closed protocol headers_too_large \
                      content_too_large redirect_loop client_closed";
        assert_eq!(words.join(" "), expect);
        assert_eq!(Mark::ALL.map(Mark::to_number), [0, 1, 2, 3]);
    }
}
