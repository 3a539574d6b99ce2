//! The parameters of a query.

use ::axum::extract::FromRequestParts;
use http::request::Parts;
use serde::de::DeserializeOwned;

use super::rejection::mistake;
use crate::{Place, Problem};

/// The parameters of a query. Those that are not what they should be are a 400, with the name.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Query<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let query = parts.uri.query().unwrap_or_default();
        parse(query.as_bytes()).map(Self).map_err(|(path, message)| {
            Problem::bad_parameters(mistake(&path, message, |name| Place::Query(name.into())))
        })
    }
}

/// What is written in pairs, or what is wrong with it, and where.
pub(super) fn parse<T: DeserializeOwned>(pairs: &[u8]) -> Result<T, (String, String)> {
    let reader = serde_urlencoded::Deserializer::new(form_urlencoded::parse(pairs));
    serde_path_to_error::deserialize(reader)
        .map_err(|error| (error.path().to_string(), error.into_inner().to_string()))
}
