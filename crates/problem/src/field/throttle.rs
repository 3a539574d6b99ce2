//! A limit that was used up.

use std::time::Duration;

use http::{HeaderName, HeaderValue, header};

use super::{RetryAfter, quoted, value};

/// A limit on requests: so many in each window (draft-ietf-httpapi-ratelimit-headers-10).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limit {
    name: String,
    quota: u64,
    window: Duration,
}

/// When a client that asks too often may come back, and which limit it has used up.
///
/// ```
/// use std::time::Duration;
/// use statusquo_problem::{Limit, Problem, RetryAfter};
///
/// let limit = Limit::new("per-minute", 100, Duration::from_secs(60));
/// let problem = Problem::too_many_requests(limit.used_up(RetryAfter::seconds(30)), "100 a minute are served");
/// let response = problem.into_http();
/// assert_eq!(response.headers()["retry-after"], "30");
/// assert_eq!(response.headers()["ratelimit-policy"], "\"per-minute\";q=100;w=60");
/// assert_eq!(response.headers()["ratelimit"], "\"per-minute\";r=0;t=30");
/// ```
///
/// Where strangers must not learn the limit, a [`RetryAfter`] will do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Throttle {
    retry_after: RetryAfter,
    limit: Option<Limit>,
}

const POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");
const LEFT: HeaderName = HeaderName::from_static("ratelimit");

impl Limit {
    /// So many requests in each window.
    #[must_use]
    pub fn new(name: impl Into<String>, quota: u64, window: Duration) -> Self {
        Self { name: name.into(), quota, window }
    }

    /// There are none left; come back then.
    #[must_use]
    pub const fn used_up(self, retry_after: RetryAfter) -> Throttle {
        Throttle { retry_after, limit: Some(self) }
    }

    /// The fields for an answer: the limit, how many requests are left, and when it is renewed.
    #[must_use]
    pub fn fields(&self, left: u64, renewed_in: Duration) -> [(HeaderName, HeaderValue); 2] {
        let [policy, left] = [
            format!("{};q={};w={}", quoted(&self.name), self.quota, self.window.as_secs().max(1)),
            format!("{};r={left};t={}", quoted(&self.name), renewed_in.as_secs()),
        ];
        [(POLICY, value(&policy)), (LEFT, value(&left))]
    }
}

impl Throttle {
    pub(crate) fn into_lines(self) -> Vec<(HeaderName, HeaderValue)> {
        let mut lines = Vec::with_capacity(3);
        if let Some(limit) = &self.limit {
            // The limit is renewed when the client may come back: the two never contradict each other.
            let wait = self.retry_after.wait_seconds().map_or(limit.window, Duration::from_secs);
            lines.extend(limit.fields(0, wait));
        }
        lines.push((header::RETRY_AFTER, self.retry_after.into_value()));
        lines
    }
}

impl From<RetryAfter> for Throttle {
    fn from(retry_after: RetryAfter) -> Self {
        Self { retry_after, limit: None }
    }
}
