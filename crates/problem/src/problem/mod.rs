//! An error that a service answers.

mod client_error;
mod kind;
mod log;
mod server_error;
mod wire;

pub use kind::Kind;

use std::borrow::Cow;
use std::error::Error;
use std::fmt;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode, header};
use serde_json::Value;
use statusquo_catalogue::Caching;

use crate::form::Form;
use crate::request_id::{RequestId, X_REQUEST_ID};
use crate::scope::Scope;
use crate::{Mistake, Mistakes};

/// What lies behind a problem; it is logged and never shown.
pub type Cause = Box<dyn Error + Send + Sync>;

/// An error that a service answers: a status code of 400 or above, and all that belongs to it.
///
/// There is one constructor for each status code, and it takes what the code demands:
///
/// ```
/// use statusquo_problem::{Allow, Challenge, Problem, RetryAfter};
/// use http::Method;
///
/// let problem = Problem::not_found("there is no order 17");
/// let problem = Problem::unauthorized(Challenge::bearer("orders"), "send a token");
/// let problem = Problem::method_not_allowed(Allow::of([Method::GET]), "orders are only read here");
/// let problem = Problem::unavailable(RetryAfter::seconds(30), "the warehouse is being counted");
/// assert_eq!(problem.into_http().headers()["retry-after"], "30");
/// ```
///
/// What the status code does not allow cannot be written. A 401 without a challenge:
///
/// ```compile_fail
/// statusquo_problem::Problem::unauthorized("send a token");
/// ```
///
/// A 405 that does not say what is allowed, a 429 or 503 that does not say when to come back:
///
/// ```compile_fail
/// statusquo_problem::Problem::method_not_allowed("orders are only read here");
/// ```
/// ```compile_fail
/// statusquo_problem::Problem::too_many_requests("slow down");
/// ```
/// ```compile_fail
/// statusquo_problem::Problem::unavailable("busy");
/// ```
///
/// A 422 that does not say what to mend, a 426 that does not say to what to upgrade, a 416 without the length:
///
/// ```compile_fail
/// statusquo_problem::Problem::unprocessable("wrong");
/// ```
/// ```compile_fail
/// statusquo_problem::Problem::upgrade_required("use HTTP/2");
/// ```
/// ```compile_fail
/// statusquo_problem::Problem::range_not_satisfiable("no such bytes");
/// ```
///
/// An internal error that tells strangers something, or an error with the status code of a success:
///
/// ```compile_fail
/// let cause = std::io::Error::other("db-7 at 10.0.0.7 is gone");
/// statusquo_problem::Problem::internal(cause, "db-7 at 10.0.0.7 is gone");
/// ```
/// ```compile_fail
/// statusquo_problem::Problem::new(http::StatusCode::OK, "it failed");
/// ```
///
/// Its cause is for the log: 5xx are errors there, others with a cause are told at the level `debug`. The response
/// has the media type and form that the `ProblemLayer` chose, the request's id, and is not
/// stored by caches unless a field says so.
pub struct Problem(Box<Parts>);

struct Parts {
    status: StatusCode,
    shown: Shown,
    fields: Vec<(HeaderName, HeaderValue)>,
    cause: Option<Cause>,
}

/// What a stranger may read.
enum Shown {
    /// Nothing but that it went wrong.
    Nothing,
    Told {
        detail: Cow<'static, str>,
        kind: Option<Kind>,
        mistakes: Vec<Mistake>,
        members: Vec<(Cow<'static, str>, Value)>,
    },
}

/// Names that a member of the API's own cannot have: they mean something already.
const TAKEN: &[&str] = &["type", "title", "status", "detail", "instance", "code", "errors", "request_id"];
/// Fields that are ours or the server's to set.
const OURS: [HeaderName; 6] = [
    header::CONTENT_TYPE,
    header::CONTENT_LENGTH,
    header::CONTENT_ENCODING,
    header::TRANSFER_ENCODING,
    header::CONNECTION,
    X_REQUEST_ID,
];

impl Problem {
    fn told(status: StatusCode, detail: impl Into<Cow<'static, str>>) -> Self {
        let detail = detail.into();
        let shown = Shown::Told { detail, kind: None, mistakes: Vec::new(), members: Vec::new() };
        Self(Box::new(Parts { status, shown, fields: Vec::new(), cause: None }))
    }

    fn hidden(status: StatusCode, cause: Option<Cause>) -> Self {
        Self(Box::new(Parts { status, shown: Shown::Nothing, fields: Vec::new(), cause }))
    }

    /// What somebody else answered: the status code is theirs, and so are the fields.
    #[cfg(feature = "tower")]
    pub(crate) fn mended(status: StatusCode, detail: Option<String>) -> Self {
        match detail {
            Some(detail) => Self::told(status, detail),
            None => Self::hidden(status, None),
        }
    }

    fn demanded(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.0.fields.push((name, value));
        self
    }

    /// Says of which kind it is. An internal error has none.
    #[must_use]
    pub fn of(mut self, new: Kind) -> Self {
        if let Shown::Told { kind, .. } = &mut self.0.shown {
            *kind = Some(new);
        }
        self
    }

    /// Adds a member of the API's own (RFC 9457, 3.2), or replaces it; in the envelope it stands beside `code`. An
    /// internal error has none, and names that mean something already are left alone.
    #[must_use]
    pub fn member(mut self, name: impl Into<Cow<'static, str>>, value: impl Into<Value>) -> Self {
        let name = name.into();
        if let Shown::Told { members, .. } = &mut self.0.shown
            && !TAKEN.contains(&name.as_ref())
            && !matches!(name.as_ref(), "message" | "details")
        {
            members.retain(|(known, _)| *known != name);
            members.push((name, value.into()));
        }
        self
    }

    /// Adds a header field. What says how the content is to be read is set by us and left alone, and so is
    /// Cache-Control where the status code forbids caches to store (428, 429, 431, 511).
    #[must_use]
    pub fn field(mut self, name: HeaderName, value: HeaderValue) -> Self {
        let is_never_stored = name == header::CACHE_CONTROL && self.caching() == Some(Caching::Never);
        if !OURS.contains(&name) && !is_never_stored {
            self.0.fields.push((name, value));
        }
        self
    }

    /// Keeps what lies behind it, for the log.
    #[must_use]
    pub fn because(mut self, cause: impl Into<Cause>) -> Self {
        self.0.cause = Some(cause.into());
        self
    }

    /// The status code.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.0.status
    }

    /// What exactly went wrong, as far as it is shown.
    #[must_use]
    pub fn detail(&self) -> Option<&str> {
        match &self.0.shown {
            Shown::Told { detail, .. } => Some(detail),
            Shown::Nothing => None,
        }
    }

    /// All that is wrong with the request.
    #[must_use]
    pub fn mistakes(&self) -> &[Mistake] {
        match &self.0.shown {
            Shown::Told { mistakes, .. } => mistakes,
            Shown::Nothing => &[],
        }
    }

    fn caching(&self) -> Option<Caching> {
        let code = statusquo_catalogue::StatusCode::new(self.0.status.as_u16());
        code.registered().map(|entry| entry.caching)
    }

    /// The response, in the form that the layers say is wanted; and what there is to log is logged.
    #[must_use]
    pub fn into_http(self) -> Response<Bytes> {
        self.write(Scope::current())
    }

    /// The response to a request with these fields, for services without layers. The id is that of the field
    /// `X-Request-Id`, if it is harmless.
    #[must_use]
    pub fn into_http_for(self, form: Form, request: &HeaderMap) -> Response<Bytes> {
        let id = request.get(X_REQUEST_ID).and_then(|value| RequestId::parse(value.to_str().ok()?));
        self.write(Scope { media: form.wanted(None, request), is_negotiated: true, request_id: id })
    }

    fn write(self, mut scope: Scope) -> Response<Bytes> {
        if scope.request_id.is_none() && self.0.status.is_server_error() {
            scope.request_id = Some(RequestId::generate());
        }
        self.log(scope.request_id.as_ref());
        let mut response = Response::new(wire::content(&self, &scope).into());
        *response.status_mut() = self.0.status;
        let fields = response.headers_mut();
        fields.reserve(self.0.fields.len() + 5);
        for (name, value) in self.0.fields {
            fields.append(name, value);
        }
        fields.insert(header::CONTENT_TYPE, scope.media.content_type());
        if !fields.contains_key(header::CACHE_CONTROL) {
            fields.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        }
        fields.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        if scope.is_negotiated {
            fields.append(header::VARY, HeaderValue::from_static("accept"));
        }
        if let Some(id) = &scope.request_id {
            fields.insert(X_REQUEST_ID, id.value().clone());
        }
        // Every other text and page is taken for somebody else's, and mended.
        if scope.media.is_for_people() {
            response.extensions_mut().insert(AsItIs);
        }
        response
    }
}

/// As an extension of a response: it is meant as it is, and the `ProblemLayer` does not mend it. For pages and texts
/// that are answers to people with the status code of an error, such as a form that is shown again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AsItIs;

impl fmt::Debug for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Parts { status, fields, cause, .. } = &*self.0;
        let mut shown = f.debug_struct("Problem");
        shown.field("status", status).field("detail", &self.detail()).field("mistakes", &self.mistakes());
        shown.field("fields", fields).field("cause", cause).finish()
    }
}

/// What a stranger may read.
impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let code = statusquo_catalogue::StatusCode::new(self.0.status.as_u16());
        match self.detail() {
            Some(detail) => write!(f, "{code} {}: {detail}", code.phrase()),
            None => write!(f, "{code} {}", code.phrase()),
        }
    }
}

impl Error for Problem {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.0.cause.as_deref().map(|cause| cause as &(dyn Error + 'static))
    }
}

impl From<Mistakes> for Problem {
    fn from(mistakes: Mistakes) -> Self {
        Self::unprocessable(mistakes)
    }
}

/// Our own content could not be written: an internal error.
impl From<serde_json::Error> for Problem {
    fn from(error: serde_json::Error) -> Self {
        Self::internal(error)
    }
}
