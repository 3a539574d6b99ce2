//! What went wrong with a request, for machines (RFC 9457) and for people.

use axum::response::{IntoResponse, Response};
use http::{HeaderName, HeaderValue, StatusCode, header};
use statusquo_alert::CommandError;
use statusquo_store::StoreError;

use crate::command::Refusal;

/// What went wrong with a request. As a response it has no content yet: the outermost layer writes it, as
/// `application/problem+json` or as a page, by what the client accepts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Problem {
    pub(crate) status: StatusCode,
    /// What exactly, as a sentence without a full stop.
    pub(crate) detail: String,
    /// All that is wrong with the content, by field.
    pub(crate) errors: Vec<Mistake>,
    pub(crate) fields: Vec<(HeaderName, HeaderValue)>,
}

/// One thing that is wrong with what was sent.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
pub(crate) struct Mistake {
    /// Where, as a JSON pointer or the name of a form's field.
    pub(crate) pointer: String,
    /// What is wrong.
    pub(crate) detail: String,
}

impl Problem {
    pub(crate) fn new(status: StatusCode, detail: impl Into<String>) -> Self {
        Self { status, detail: detail.into(), errors: Vec::new(), fields: Vec::new() }
    }

    pub(crate) fn not_found(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, detail)
    }

    pub(crate) fn invalid(errors: Vec<Mistake>) -> Self {
        let detail = match errors.as_slice() {
            [one] => one.detail.clone(),
            many => format!("{} values cannot be accepted", many.len()),
        };
        Self { errors, ..Self::new(StatusCode::UNPROCESSABLE_ENTITY, detail) }
    }

    /// Adds a header field.
    pub(crate) fn with(mut self, name: HeaderName, value: &str) -> Self {
        self.fields.extend(HeaderValue::from_str(value).ok().map(|value| (name, value)));
        self
    }

    pub(crate) fn retry_after(self, seconds: u64) -> Self {
        self.with(header::RETRY_AFTER, &seconds.to_string())
    }
}

impl Mistake {
    pub(crate) fn new(pointer: &str, detail: impl Into<String>) -> Self {
        Self { pointer: pointer.to_owned(), detail: detail.into() }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        response.headers_mut().extend(self.fields.iter().cloned());
        response.extensions_mut().insert(self);
        response
    }
}

/// What a store that cannot be read means for who asked: ours to mend, and no details for strangers.
impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        tracing::error!(%error, "the store cannot be read");
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "the store cannot be read now").retry_after(10)
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        let text = refusal.to_string();
        match refusal {
            Refusal::Engine(error) => error.into(),
            Refusal::UnknownToken
            | Refusal::NoReceiver(_)
            | Refusal::NoObjective(_)
            | Refusal::NoCorrection(_) => Self::not_found(text),
            Refusal::NotBelieved(_) => Self::new(StatusCode::FORBIDDEN, text),
            Refusal::Failed(_) => Self::new(StatusCode::BAD_GATEWAY, text),
            Refusal::Busy => Self::new(StatusCode::SERVICE_UNAVAILABLE, text).retry_after(5),
        }
    }
}

impl From<CommandError> for Problem {
    fn from(error: CommandError) -> Self {
        let text = error.to_string();
        match error {
            CommandError::Resolved(_) | CommandError::NobodyLeft(_) => Self::new(StatusCode::CONFLICT, text),
            CommandError::Empty(what) => Self::invalid(vec![Mistake::new(&format!("/{what}"), text)]),
            CommandError::NoIncident(_) | CommandError::NoMonitor(_) | CommandError::NoSilence(_) => {
                Self::not_found(text)
            }
            // The enum may grow: then it is told in its words.
            _ => Self::new(StatusCode::CONFLICT, text),
        }
    }
}
