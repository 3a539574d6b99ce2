//! Reads what programs send.

use axum::body::{Body, HttpBody};
use axum::extract::{FromRequest, Request};
use serde::de::DeserializeOwned;
use statusquo_problem::axum::Json;
use statusquo_problem::{Checks, Problem};

/// JSON that was sent. Other types are refused: a page of another site cannot send `application/json` without asking
/// first (Fetch standard, CORS-safelisted request-header).
pub(crate) struct Asked<T>(pub(crate) T);

/// A content that nobody reads, which has to be JSON all the same.
#[derive(Debug, Default, serde::Deserialize)]
pub(crate) struct Nothing {}

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Asked<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        // Nothing at all is an empty object: `curl -X POST` with a content type is enough for a button.
        let request = request.map(|body| if body.is_end_stream() { Body::from("{}") } else { body });
        Json::from_request(request, state).await.map(|Json(asked)| Self(asked))
    }
}

/// A text of one line that people will read, without the white space around it; a mistake when it is empty or too long.
pub(super) fn line(checks: &mut Checks, name: &'static str, text: &str, longest: usize) -> String {
    let text = text.trim();
    let is_right = (1..=longest).contains(&text.chars().count()) && !text.chars().any(char::is_control);
    let detail = format!("`{name}` has 1 to {longest} characters, none of them control characters");
    checks.require(is_right, name, detail);
    text.to_owned()
}
