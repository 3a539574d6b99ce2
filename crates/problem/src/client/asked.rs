//! What was asked, how it ended, and what may be asked again.

use http::{HeaderMap, HeaderName, Method, Request, StatusCode};

/// The field that makes a POST harmless to repeat (draft-ietf-httpapi-idempotency-key-header).
const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// What was asked, as far as it decides whether to ask again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Asked<'a> {
    /// The method.
    pub method: &'a Method,
    /// Has the request an `Idempotency-Key`?
    pub has_key: bool,
    /// How often it was sent by now.
    pub attempts: u32,
}

/// How one attempt ended.
#[derive(Debug, Clone, Copy)]
pub enum Ending<'a> {
    /// With an answer.
    Answered(StatusCode, &'a HeaderMap),
    /// Without one: the connection was refused or broke, or the time was up. Nobody knows whether the request was acted
    /// upon.
    Failed,
}

/// Which requests may be sent again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Leave {
    /// Those with an idempotent method alone (RFC 9110, 9.2.2).
    Idempotent,
    /// Those as well that have an `Idempotency-Key`.
    #[default]
    WithKey,
    /// All: whoever says so knows that the service takes the same POST twice and acts once.
    Everything,
}

impl<'a> Asked<'a> {
    /// What this request asks, which was sent so often by now.
    #[must_use]
    pub fn of<B>(request: &'a Request<B>, attempts: u32) -> Self {
        let has_key = request.headers().contains_key(IDEMPOTENCY_KEY);
        Self { method: request.method(), has_key, attempts }
    }

    /// May it be sent again, as far as its method goes?
    #[must_use]
    pub fn is_repeatable(self, leave: Leave) -> bool {
        // QUERY is safe (RFC 10008), and has no constant in `http`.
        let is_idempotent = self.method.is_idempotent() || self.method.as_str() == "QUERY";
        match leave {
            Leave::Idempotent => is_idempotent,
            Leave::WithKey => is_idempotent || self.has_key,
            Leave::Everything => true,
        }
    }
}
