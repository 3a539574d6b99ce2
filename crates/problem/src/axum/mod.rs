//! For services with axum.
//!
//! ```
//! use axum::Router;
//! use axum::routing::get;
//! use statusquo_problem::axum::Query;
//! use statusquo_problem::{Answer, Content, Form, Problem, ProblemLayer, RequestIdLayer};
//!
//! #[derive(serde::Deserialize)]
//! struct Page {
//!     page: u32,
//! }
//!
//! async fn orders(Query(asked): Query<Page>) -> Result<Answer, Problem> {
//!     Ok(Answer::ok(Content::json(&vec![asked.page])?))
//! }
//!
//! // The last layer is the outermost.
//! let app: Router = Router::new()
//!     .route("/orders", get(orders))
//!     .layer(ProblemLayer::new(Form::Problem))
//!     .layer(RequestIdLayer::new());
//! ```
//!
//! * [`Answer`] and [`Problem`] are responses. A handler that returns `Result<Answer, Problem>` uses `?`.
//! * [`Json`], [`Query`], [`Path`] and [`Form`] are axum's, with problems as their rejections.
//! * The [`ProblemLayer`](crate::ProblemLayer) mends axum's own 404 and 405 (with the `Allow` that axum knows), its
//!   rejections and panics; no fallback is needed. [`not_found`] is there for routers that want one.
//! * [`DeadlineLayer`]: 408, 503 or 504, by whose time was used up.

mod deadline;
mod form;
mod json;
mod nothing;
mod path;
mod query;
mod rejection;

pub use deadline::{DeadlineLayer, DeadlineService};
pub use form::Form;
pub use json::Json;
pub use path::Path;
pub use query::Query;

use ::axum::body::Body;
use ::axum::response::{IntoResponse, Response};

use self::nothing::Nothing;
use crate::{Answer, Problem, RequestId};

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        self.into_http().map(Body::from)
    }
}

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        let has_length = !self.status().is_informational() && !matches!(self.status().as_u16(), 204 | 304);
        self.into_http().map(|content| if has_length { Body::from(content) } else { Body::new(Nothing) })
    }
}

/// The id that the [`RequestIdLayer`](crate::RequestIdLayer) gave the request; a new one where there is no such layer.
impl<S: Send + Sync> ::axum::extract::FromRequestParts<S> for RequestId {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut http::request::Parts, _: &S) -> Result<Self, Self::Rejection> {
        Ok(parts.extensions.get::<Self>().cloned().unwrap_or_else(Self::generate))
    }
}

/// A fallback: there is nothing here.
pub async fn not_found(target: http::Uri) -> Problem {
    Problem::not_found(format!("there is nothing at `{}`", target.path()))
}
