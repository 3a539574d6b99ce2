//! Reads what programs send.

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use http::{StatusCode, header};
use serde::de::DeserializeOwned;

use crate::problem::{Mistake, Problem};

/// JSON that was sent. Other types are refused: a page of another site cannot send `application/json` without asking
/// first (Fetch standard, CORS-safelisted request-header).
pub(crate) struct Asked<T>(pub(crate) T);

/// A content that nobody reads, which has to be JSON all the same.
#[derive(Debug, Default, serde::Deserialize)]
pub(crate) struct Nothing {}

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Asked<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let kind = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let essence = kind.and_then(|kind| kind.split(';').next()).map(str::trim).unwrap_or_default();
        if !essence.eq_ignore_ascii_case("application/json") {
            let detail = "send JSON, and say so: `Content-Type: application/json`";
            return Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, detail)
                .with(header::HeaderName::from_static("accept-post"), "application/json"));
        }
        let content = Bytes::from_request(request, state).await.map_err(|rejected| {
            let status = axum::response::IntoResponse::into_response(rejected).status();
            Problem::new(status, "the content is larger than the 64 KiB that are taken here, or broke off")
        })?;
        // Nothing at all is an empty object: `curl -X POST` with a content type is enough for a button.
        let content: &[u8] = if content.is_empty() { b"{}" } else { &content };
        let json: serde_json::Value = serde_json::from_slice(content).map_err(|error| {
            Problem::new(StatusCode::BAD_REQUEST, format!("the content is not JSON: {error}"))
        })?;
        serde_json::from_value(json).map(Self).map_err(|error| {
            let text = error.to_string();
            let key = text.split('`').nth(1).unwrap_or_default();
            Problem::invalid(vec![Mistake::new(&format!("/{key}"), text.clone())])
        })
    }
}
