//! The parameters of a path.

use ::axum::extract::FromRequestParts;
use ::axum::extract::rejection::PathRejection;
use http::request::Parts;
use serde::de::DeserializeOwned;

use crate::Problem;

/// The parameters of a path. A path whose parameters are not what they should be leads to nothing: that is a 404.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Path<T>(pub T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Path<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let path = ::axum::extract::Path::from_request_parts(parts, state).await;
        path.map(|::axum::extract::Path(value)| Self(value)).map_err(|rejection| refused(&rejection))
    }
}

fn refused(rejection: &PathRejection) -> Problem {
    // Parameters that the route does not have are a mistake of ours.
    if rejection.status().is_server_error() {
        Problem::internal(rejection.body_text())
    } else {
        Problem::not_found("there is nothing at this path").because(rejection.body_text())
    }
}
