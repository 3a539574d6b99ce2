//! The errors as components of an OpenAPI document.
//!
//! ```
//! use statusquo_problem::openapi::{ProblemDetails, Problems};
//! use utoipa::OpenApi;
//!
//! #[utoipa::path(get, path = "/orders/{id}", params(("id" = u32, Path,)),
//!     responses((status = 200, description = "The order"), Problems))]
//! fn order() {}
//!
//! #[derive(OpenApi)]
//! #[openapi(paths(order), components(schemas(ProblemDetails)))]
//! struct Document;
//! # assert!(Document::openapi().to_json().unwrap().contains("application/problem+json"));
//! ```

use std::collections::BTreeMap;

use utoipa::openapi::{ContentBuilder, Ref, RefOr, Response, ResponseBuilder};
use utoipa::{IntoResponses, ToSchema};

/// Problem details (RFC 9457).
#[derive(Debug, ToSchema)]
#[allow(dead_code, reason = "describes what is written elsewhere")]
pub struct ProblemDetails {
    /// Identifies the kind of problem; `about:blank` when it is no more than the status code says.
    #[schema(rename = "type", format = "uri-reference")]
    r#type: String,
    /// What its kind is called.
    title: String,
    /// The status code.
    #[schema(minimum = 400, maximum = 599)]
    status: u16,
    /// What exactly went wrong. An internal error does not say.
    detail: Option<String>,
    /// The name for programs.
    code: String,
    /// All that is wrong with the request.
    errors: Option<Vec<ProblemError>>,
    /// What to tell support.
    request_id: Option<String>,
}

/// One thing that is wrong with a request.
#[derive(Debug, ToSchema)]
#[allow(dead_code, reason = "describes what is written elsewhere")]
pub struct ProblemError {
    /// What is wrong.
    detail: String,
    /// Where in the content, as a JSON pointer in a fragment.
    pointer: Option<String>,
    /// In which parameter of the query or path.
    parameter: Option<String>,
    /// In which header field.
    header: Option<String>,
}

/// The envelope of an error.
#[derive(Debug, ToSchema)]
#[allow(dead_code, reason = "describes what is written elsewhere")]
pub struct ErrorEnvelope {
    error: EnvelopedError,
}

/// An error within its envelope.
#[derive(Debug, ToSchema)]
#[allow(dead_code, reason = "describes what is written elsewhere")]
pub struct EnvelopedError {
    /// The name for programs.
    code: String,
    /// What exactly went wrong.
    message: String,
    /// All that is wrong with the request.
    details: Vec<EnvelopeDetail>,
    /// What to tell support.
    request_id: Option<String>,
}

/// One thing that is wrong with a request.
#[derive(Debug, ToSchema)]
#[allow(dead_code, reason = "describes what is written elsewhere")]
pub struct EnvelopeDetail {
    /// Where: `items[0].name`.
    field: String,
    /// What is wrong.
    message: String,
}

/// The errors of an operation, as problem details.
#[derive(Debug, Clone, Copy)]
pub struct Problems;

/// The errors of an operation, in the envelope.
#[derive(Debug, Clone, Copy)]
pub struct Envelopes;

impl IntoResponses for Problems {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        errors("application/problem+json", &ProblemDetails::name())
    }
}

impl IntoResponses for Envelopes {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        errors("application/json", &ErrorEnvelope::name())
    }
}

fn errors(media_type: &str, schema: &str) -> BTreeMap<String, RefOr<Response>> {
    let response = |description: &str| {
        let content = ContentBuilder::new().schema(Some(Ref::from_schema_name(schema))).build();
        RefOr::T(ResponseBuilder::new().description(description).content(media_type, content).build())
    };
    BTreeMap::from([
        ("4XX".to_owned(), response("The request is at fault")),
        ("5XX".to_owned(), response("The service is at fault")),
    ])
}
