//! A form that was sent.

use ::axum::body::Bytes;
use ::axum::extract::{FromRequest, Request};
use http::Method;
use serde::de::DeserializeOwned;

use super::query::parse;
use super::rejection::{media_type, mistake, of_content};
use crate::{Place, Problem, Takes};

const MEDIA_TYPE: &str = "application/x-www-form-urlencoded";

/// A form that was sent, or for a GET stands in the query.
///
/// What is refused: another media type (415), too much (413), and values that are not what they should be (422; in a
/// query 400).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Form<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Form<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let (head, body) = request.into_parts();
        if matches!(head.method, Method::GET | Method::HEAD) {
            let query = head.uri.query().unwrap_or_default();
            return parse(query.as_bytes()).map(Self).map_err(|(path, message)| {
                Problem::bad_parameters(mistake(&path, message, |name| Place::Query(name.into())))
            });
        }
        if media_type(&head.headers) != MEDIA_TYPE {
            let takes = Takes::media_types(&head.method, &[MEDIA_TYPE]);
            return Err(Problem::unsupported_media_type(takes, "send a form, and say so"));
        }
        let content =
            Bytes::from_request(Request::from_parts(head, body), state).await.map_err(of_content)?;
        parse(&content).map(Self).map_err(|(path, message)| {
            Problem::unprocessable(mistake(&path, message, |name| Place::Content(name.into())))
        })
    }
}
