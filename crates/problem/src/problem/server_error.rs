//! The constructors of server errors. Each takes what the catalogue demands of its status code.

use std::borrow::Cow;

use http::{StatusCode, header};

use super::{Cause, Problem};
use crate::{Location, RetryAfter};

impl Problem {
    /// 500: something of ours went wrong. The cause is logged, and nothing but the request's id is shown.
    ///
    /// ```
    /// # use statusquo_problem::Problem;
    /// fn load() -> Result<String, Problem> {
    ///     std::fs::read_to_string("/nowhere/orders").map_err(Problem::internal)
    /// }
    /// assert_eq!(load().unwrap_err().into_http().status(), 500);
    /// ```
    #[must_use]
    pub fn internal(cause: impl Into<Cause>) -> Self {
        Self::hidden(StatusCode::INTERNAL_SERVER_ERROR, Some(cause.into()))
    }

    /// 501: the server knows no such method or feature at all. When only this thing does not, that is a 405.
    #[must_use]
    pub fn not_implemented(detail: impl Into<Cow<'static, str>>) -> Self {
        Self::told(StatusCode::NOT_IMPLEMENTED, detail)
    }

    /// 502: a server behind us answered nonsense, or not at all. The cause is logged; the detail is for strangers.
    #[must_use]
    pub fn bad_gateway(cause: impl Into<Cause>, detail: impl Into<Cow<'static, str>>) -> Self {
        Self::told(StatusCode::BAD_GATEWAY, detail).because(cause)
    }

    /// 503: the service cannot answer for now, and knows when it may.
    #[must_use]
    pub fn unavailable(retry_after: RetryAfter, detail: impl Into<Cow<'static, str>>) -> Self {
        Self::told(StatusCode::SERVICE_UNAVAILABLE, detail)
            .demanded(header::RETRY_AFTER, retry_after.into_value())
    }

    /// 504: a server behind us did not answer in time.
    #[must_use]
    pub fn gateway_timeout(detail: impl Into<Cow<'static, str>>) -> Self {
        Self::told(StatusCode::GATEWAY_TIMEOUT, detail)
    }

    /// 505: this major version of HTTP is not spoken here; these are (RFC 9110, 15.6.6).
    #[must_use]
    pub fn version_not_supported(spoken: &[&str]) -> Self {
        let detail = format!("versions that are spoken here: {}", spoken.join(", "));
        Self::told(StatusCode::HTTP_VERSION_NOT_SUPPORTED, detail).member("supported", Vec::from(spoken))
    }

    /// 507: there is no room to store what was sent (RFC 4918, 11.5).
    #[must_use]
    pub fn insufficient_storage(detail: impl Into<Cow<'static, str>>) -> Self {
        Self::told(StatusCode::INSUFFICIENT_STORAGE, detail)
    }

    /// 508: an operation with `Depth: infinity` came back to where it was (RFC 5842, 7.2).
    #[must_use]
    pub fn loop_detected(detail: impl Into<Cow<'static, str>>) -> Self {
        Self::told(StatusCode::LOOP_DETECTED, detail)
    }

    /// 511: the network wants a sign-in first, here. For portals that intercept, not for origins (RFC 6585, 6).
    #[must_use]
    pub fn network_authentication_required(login: &Location) -> Self {
        let detail = format!("sign in at {login} first");
        Self::told(StatusCode::NETWORK_AUTHENTICATION_REQUIRED, detail).member("login", login.as_str())
    }
}
