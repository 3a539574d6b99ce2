//! Answers and errors of an HTTP API of which only what the status code allows can be built; and a client that
//! retries by the same rules.
//!
//! ```
//! use statusquo_problem::{Answer, Checks, Content, Location, Problem};
//!
//! fn place_order(sku: &str, count: i64) -> Result<Answer, Problem> {
//!     let mut checks = Checks::new();
//!     checks.require(!sku.is_empty(), "sku", "must be given");
//!     checks.require((1..=99).contains(&count), "count", "must be from 1 to 99");
//!     checks.finish()?;
//!     let order = serde_json::json!({"id": 17, "sku": sku, "count": count});
//!     Ok(Answer::created(Location::path(["orders", "17"]), Content::json(&order)?))
//! }
//!
//! assert_eq!(place_order("a-17", 2).unwrap().status(), 201);
//! let response = place_order("", 0).unwrap_err().into_http();
//! assert_eq!(response.status(), 422);
//! assert_eq!(response.headers()["content-type"], "application/problem+json");
//! ```
//!
//! * [`Answer`] has a constructor for each status code below 400, [`Problem`] one for each above. Each takes what its
//!   status code demands, so that an answer that breaks the standard does not compile. They make `http` responses.
//! * [`Form`]: errors are problem details (RFC 9457), or an envelope; text for who wants nothing else.
//! * [`Mistakes`] and [`Checks`]: a 422 lists **all** that is wrong.
//!
//! What is behind features:
//!
#![cfg_attr(
    feature = "tower",
    doc = "* `tower`: [`RequestIdLayer`] and [`ProblemLayer`], which also mends errors of others."
)]
#![cfg_attr(
    not(feature = "tower"),
    doc = "* `tower`: layers for request ids and for the form of errors, which also mend errors of others."
)]
//! * `axum`: answers and problems are responses of axum; `Json`, `Query`, `Path` and `Form` whose rejections are
//!   problems; deadlines.
//! * `garde`, `validator`: what they find becomes a 422 with every field.
//! * `utoipa`: the errors as components of an OpenAPI document.
//! * `client`: retries that follow the catalogue, and reading of problems.
//! * `lint`: a layer for tests, which judges every response with Statusquo's rules.
//!
//! Status codes without a constructor are those that an API does not answer: 100, 102, 103 and 104 are interim and not
//! the service's to make; 203, 207, 208 and 226 belong to proxies, WebDAV and delta encoding; 305, 306 and 418 are
//! unused; 506 and 510 are experiments. The catalogue says so of each, and a test holds this list against it.

mod accept;
mod answer;
#[cfg(feature = "axum")]
pub mod axum;
#[cfg(feature = "client")]
pub mod client;
mod field;
mod form;
#[cfg(feature = "garde")]
pub mod garde;
#[cfg(feature = "tower")]
mod layer;
#[cfg(feature = "lint")]
pub mod lint;
mod mistake;
mod mistakes;
#[cfg(feature = "utoipa")]
pub mod openapi;
mod problem;
mod request_id;
mod scope;
#[cfg(feature = "validator")]
pub mod validator;

pub use answer::{Answer, Content, Part, Wanted};
pub use field::{
    Allow, Challenge, InvalidLocation, Limit, Location, RetryAfter, Takes, Throttle, Upgrade, Validator,
};
pub use form::{Form, Page};
#[cfg(feature = "tower")]
pub use layer::{ProblemLayer, ProblemService, RequestIdLayer, RequestIdService};
pub use mistake::{Mistake, Place};
pub use mistakes::{Checks, Mistakes};
pub use problem::{AsItIs, Cause, Kind, Problem};
pub use request_id::{RequestId, X_REQUEST_ID};

/// The examples of the README are run as tests.
#[cfg(doctest)]
#[cfg(feature = "axum")]
#[doc = include_str!("../README.md")]
mod readme {}
