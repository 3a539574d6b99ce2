//! The constructors of client errors. Each takes what the catalogue demands of its status code.

use std::borrow::Cow;

use http::{HeaderName, HeaderValue, StatusCode, header};
use serde_json::Value;

use super::{Problem, Shown};
use crate::{Allow, Challenge, Location, Mistakes, Takes, Throttle, Upgrade};

impl Problem {
    /// 400: the request cannot be understood at all.
    #[must_use]
    pub fn bad_request(detail: impl Into<Cow<'static, str>>) -> Self {
        Self::told(StatusCode::BAD_REQUEST, detail)
    }

    /// 400: parameters of the query or fields of the header section are not what they should be; **all** are listed.
    #[must_use]
    pub fn bad_parameters(mistakes: impl Into<Mistakes>) -> Self {
        Self::listing(StatusCode::BAD_REQUEST, mistakes.into())
    }

    /// 401: who asks is not known. The challenge says how to sign in (RFC 9110, 15.5.2).
    #[must_use]
    pub fn unauthorized(challenge: Challenge, detail: impl Into<Cow<'static, str>>) -> Self {
        let problem = Self::told(StatusCode::UNAUTHORIZED, detail);
        challenge
            .into_lines()
            .into_iter()
            .fold(problem, |problem, line| problem.demanded(header::WWW_AUTHENTICATE, line))
    }

    /// 402: something has to be paid first.
    #[must_use]
    pub fn payment_required(detail: impl Into<Cow<'static, str>>) -> Self {
        Self::told(StatusCode::PAYMENT_REQUIRED, detail)
    }

    /// 403: who asks is known, and may not. To hide that the thing exists, use [`Problem::not_found`].
    #[must_use]
    pub fn forbidden(detail: impl Into<Cow<'static, str>>) -> Self {
        Self::told(StatusCode::FORBIDDEN, detail)
    }

    /// 404: there is no such thing, or none that may be known of.
    #[must_use]
    pub fn not_found(detail: impl Into<Cow<'static, str>>) -> Self {
        Self::told(StatusCode::NOT_FOUND, detail)
    }

    /// 405: the thing exists and does not know the method. `Allow` lists those that it knows (RFC 9110, 15.5.6).
    #[must_use]
    pub fn method_not_allowed(allow: Allow, detail: impl Into<Cow<'static, str>>) -> Self {
        Self::told(StatusCode::METHOD_NOT_ALLOWED, detail).demanded(header::ALLOW, allow.into_value())
    }

    /// 406: there is no form that the client accepts; here are those that there are (RFC 9110, 15.5.7).
    #[must_use]
    pub fn not_acceptable(available: &[&str], detail: impl Into<Cow<'static, str>>) -> Self {
        Self::told(StatusCode::NOT_ACCEPTABLE, detail).member("available", Vec::from(available))
    }

    /// 407: the proxy does not know who asks (RFC 9110, 15.5.8). An origin answers 401.
    #[must_use]
    pub fn proxy_authentication_required(challenge: Challenge, detail: impl Into<Cow<'static, str>>) -> Self {
        let problem = Self::told(StatusCode::PROXY_AUTHENTICATION_REQUIRED, detail);
        challenge
            .into_lines()
            .into_iter()
            .fold(problem, |problem, line| problem.demanded(header::PROXY_AUTHENTICATE, line))
    }

    /// 408: the client was too slow to send its request; the connection ends (RFC 9110, 15.5.9). When the service is
    /// slow, that is a 503 or 504.
    #[must_use]
    pub fn request_timeout(detail: impl Into<Cow<'static, str>>) -> Self {
        Self::told(StatusCode::REQUEST_TIMEOUT, detail)
            .demanded(header::CONNECTION, HeaderValue::from_static("close"))
    }

    /// 409: the request contradicts how things are now, and may be right later.
    #[must_use]
    pub fn conflict(detail: impl Into<Cow<'static, str>>) -> Self {
        Self::told(StatusCode::CONFLICT, detail)
    }

    /// 410: it was here and was removed on purpose, for good.
    #[must_use]
    pub fn gone(detail: impl Into<Cow<'static, str>>) -> Self {
        Self::told(StatusCode::GONE, detail)
    }

    /// 411: the request has to say how long its content is.
    #[must_use]
    pub fn length_required(detail: impl Into<Cow<'static, str>>) -> Self {
        Self::told(StatusCode::LENGTH_REQUIRED, detail)
    }

    /// 412: a condition of the request does not hold, such as If-Match.
    #[must_use]
    pub fn precondition_failed(detail: impl Into<Cow<'static, str>>) -> Self {
        Self::told(StatusCode::PRECONDITION_FAILED, detail)
    }

    /// 413: the content is larger than what is taken: this many bytes, where that is known.
    #[must_use]
    pub fn content_too_large(limit_bytes: impl Into<Option<u64>>) -> Self {
        let limit = limit_bytes.into();
        let detail = limit.map_or_else(
            || Cow::Borrowed("the content is larger than what is taken here"),
            |bytes| Cow::Owned(format!("at most {bytes} bytes are taken here")),
        );
        let problem = Self::told(StatusCode::PAYLOAD_TOO_LARGE, detail);
        match limit {
            Some(bytes) => problem.member("limit_bytes", bytes),
            None => problem,
        }
    }

    /// 414: the target is longer than what is taken.
    #[must_use]
    pub fn uri_too_long(detail: impl Into<Cow<'static, str>>) -> Self {
        Self::told(StatusCode::URI_TOO_LONG, detail)
    }

    /// 415: content of this type, or coded like this, is not taken; here is what is (RFC 9110, 15.5.16).
    #[must_use]
    pub fn unsupported_media_type(takes: Takes, detail: impl Into<Cow<'static, str>>) -> Self {
        let (name, value) = takes.into_line();
        Self::told(StatusCode::UNSUPPORTED_MEDIA_TYPE, detail).demanded(name, value)
    }

    /// 416: the range lies outside of these bytes (RFC 9110, 15.5.17).
    #[must_use]
    pub fn range_not_satisfiable(complete_bytes: u64) -> Self {
        let detail = format!("there are {complete_bytes} bytes, and none of those that were asked for");
        let problem = Self::told(StatusCode::RANGE_NOT_SATISFIABLE, detail);
        match HeaderValue::from_str(&format!("bytes */{complete_bytes}")) {
            Ok(value) => problem.demanded(header::CONTENT_RANGE, value),
            Err(_) => problem,
        }
    }

    /// 417: Expect asks for something that cannot be met.
    #[must_use]
    pub fn expectation_failed(detail: impl Into<Cow<'static, str>>) -> Self {
        Self::told(StatusCode::EXPECTATION_FAILED, detail)
    }

    /// 421: the request came over a connection to another host.
    #[must_use]
    pub fn misdirected_request(detail: impl Into<Cow<'static, str>>) -> Self {
        Self::told(StatusCode::MISDIRECTED_REQUEST, detail)
    }

    /// 422: the content can be read, and says something that cannot be done. **All** of its mistakes are listed.
    #[must_use]
    pub fn unprocessable(mistakes: impl Into<Mistakes>) -> Self {
        Self::listing(StatusCode::UNPROCESSABLE_ENTITY, mistakes.into())
    }

    fn listing(status: StatusCode, mistakes: Mistakes) -> Self {
        let all = mistakes.into_vec();
        let detail = match all.as_slice() {
            [one] => Cow::Owned(one.to_string()),
            many => Cow::Owned(format!("{} things are wrong", many.len())),
        };
        let mut problem = Self::told(status, detail);
        if let Shown::Told { mistakes, .. } = &mut problem.0.shown {
            *mistakes = all;
        }
        problem
    }

    /// 423: it is locked (RFC 4918, 11.3).
    #[must_use]
    pub fn locked(detail: impl Into<Cow<'static, str>>) -> Self {
        Self::told(StatusCode::LOCKED, detail)
    }

    /// 424: it failed since something before it failed (RFC 4918, 11.4): for one of several in a 207.
    #[must_use]
    pub fn failed_dependency(detail: impl Into<Cow<'static, str>>) -> Self {
        Self::told(StatusCode::FAILED_DEPENDENCY, detail)
    }

    /// 425: the request came in early data of TLS, which may be repeated by an attacker (RFC 8470, 5.2).
    #[must_use]
    pub fn too_early(detail: impl Into<Cow<'static, str>>) -> Self {
        Self::told(StatusCode::TOO_EARLY, detail)
    }

    /// 426: another protocol is needed, one of these (RFC 9110, 15.5.22).
    #[must_use]
    pub fn upgrade_required(upgrade: Upgrade, detail: impl Into<Cow<'static, str>>) -> Self {
        Self::told(StatusCode::UPGRADE_REQUIRED, detail)
            .demanded(header::UPGRADE, upgrade.into_value())
            .demanded(header::CONNECTION, HeaderValue::from_static("upgrade"))
    }

    /// 428: the request has to have a condition, so that nothing is overwritten unseen. The detail says which
    /// (RFC 6585, 3).
    #[must_use]
    pub fn precondition_required(detail: impl Into<Cow<'static, str>>) -> Self {
        Self::told(StatusCode::PRECONDITION_REQUIRED, detail)
    }

    /// 429: the client asks too often. It is told when to come back, and which limit it was (RFC 6585, 4).
    #[must_use]
    pub fn too_many_requests(throttle: impl Into<Throttle>, detail: impl Into<Cow<'static, str>>) -> Self {
        let throttle = throttle.into().into_lines();
        throttle
            .into_iter()
            .fold(Self::told(StatusCode::TOO_MANY_REQUESTS, detail), |problem, (name, value)| {
                problem.demanded(name, value)
            })
    }

    /// 431: the header section is too large; this field is, unless it is all of them together (RFC 6585, 5).
    #[must_use]
    pub fn header_fields_too_large(field: Option<&HeaderName>) -> Self {
        let status = StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE;
        match field {
            Some(name) => Self::told(status, format!("the field `{name}` is too large"))
                .member("field", Value::from(name.as_str())),
            None => Self::told(status, "the fields are too large together"),
        }
    }

    /// 451: the law forbids it; this is who blocks it (RFC 7725, 4).
    #[must_use]
    pub fn unavailable_for_legal_reasons(
        blocked_by: &Location,
        detail: impl Into<Cow<'static, str>>,
    ) -> Self {
        let problem = Self::told(StatusCode::UNAVAILABLE_FOR_LEGAL_REASONS, detail);
        match HeaderValue::from_str(&format!("<{blocked_by}>; rel=\"blocked-by\"")) {
            Ok(link) => problem.demanded(header::LINK, link),
            Err(_) => problem,
        }
    }
}
