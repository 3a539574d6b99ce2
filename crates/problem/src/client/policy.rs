//! When a request is sent again.

use std::time::{Duration, SystemTime};

use http::{HeaderMap, StatusCode, header};
use statusquo_catalogue::Retry;

use super::{Asked, Decision, Ending, Leave, Reason};

/// When a request is sent again: what the catalogue says of the status code, within these bounds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Policy {
    /// How often a request is sent at most, the first time included.
    pub most_attempts: u32,
    /// The longest that the first pause may be; each one after it may be twice as long.
    pub first_pause: Duration,
    /// The longest that any pause of our own may be.
    pub longest_pause: Duration,
    /// A `Retry-After` that asks for more is not waited for. It is never cut short: whoever comes back too early is
    /// part of the trouble.
    pub longest_retry_after: Duration,
    /// Which requests may be sent again.
    pub leave: Leave,
}

/// Four attempts; pauses of 1 s doubling to 60 s, as the catalogue has them; two minutes of `Retry-After`.
impl Default for Policy {
    fn default() -> Self {
        Self {
            most_attempts: 4,
            first_pause: Duration::from_secs(1),
            longest_pause: Duration::from_secs(60),
            longest_retry_after: Duration::from_secs(120),
            leave: Leave::default(),
        }
    }
}

impl Policy {
    /// What to do after an attempt. The randomness spreads the clients: 0 is the
    /// shortest pause, `u64::MAX` the longest.
    #[must_use]
    pub fn decide(&self, asked: Asked<'_>, ending: Ending<'_>, now: SystemTime, random: u64) -> Decision {
        if let Some(reason) = refusal(ending) {
            return Decision::GiveUp(reason);
        }
        if !asked.is_repeatable(self.leave) {
            return Decision::GiveUp(Reason::NoLeave);
        }
        if asked.attempts >= self.most_attempts {
            return Decision::GiveUp(Reason::Attempts);
        }
        // Full jitter: anything from nothing to the whole pause. After Retry-After too, or else all clients that were
        // refused at once would be back at once.
        let jitter = share(self.pause(asked.attempts), random);
        match ending {
            Ending::Answered(_, headers) => match retry_after(headers, now) {
                Some(wait) if wait > self.longest_retry_after => Decision::GiveUp(Reason::TooLong(wait)),
                Some(wait) => Decision::Wait(wait.saturating_add(jitter)),
                None => Decision::Wait(jitter),
            },
            Ending::Failed => Decision::Wait(jitter),
        }
    }

    /// The longest pause after so many attempts.
    fn pause(&self, attempts: u32) -> Duration {
        let factor = 1_u32.checked_shl(attempts.saturating_sub(1)).unwrap_or(u32::MAX);
        self.first_pause.saturating_mul(factor).min(self.longest_pause)
    }
}

/// Why an ending is nothing to repeat, whatever the request.
fn refusal(ending: Ending<'_>) -> Option<Reason> {
    let Ending::Answered(status, _) = ending else { return None };
    if !statusquo_catalogue::StatusCode::new(status.as_u16()).is_error() {
        return Some(Reason::Answered);
    }
    let retry = retry_of(status);
    (!retry.is_allowed(true)).then_some(Reason::NotRepeatable(status, retry))
}

/// What the catalogue says; a code that it does not know is treated like the x00 of its class, and one of no class like
/// a 500 (RFC 9110, 15).
fn retry_of(status: StatusCode) -> Retry {
    let code = statusquo_catalogue::StatusCode::new(status.as_u16());
    let class = || statusquo_catalogue::StatusCode::new(status.as_u16().min(500) / 100 * 100).entry();
    code.entry().or_else(class).map_or(Retry::Never, |entry| entry.retry)
}

/// For how long the service wants to be left alone, in either form (RFC 9110, 10.2.3). What cannot be read is not there.
fn retry_after(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    let text = headers.get(header::RETRY_AFTER)?.to_str().ok()?.trim();
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(Duration::from_secs(text.parse().unwrap_or(u64::MAX)));
    }
    let moment = httpdate::parse_http_date(text).ok()?;
    Some(moment.duration_since(now).unwrap_or_default())
}

/// A random share of a pause.
fn share(pause: Duration, random: u64) -> Duration {
    // More than 584 years are not waited for.
    let nanoseconds = pause.as_nanos().min(u128::from(u64::MAX));
    let nanoseconds = (nanoseconds * (u128::from(random) + 1)) >> 64;
    Duration::from_nanos(u64::try_from(nanoseconds).unwrap_or(u64::MAX))
}
