//! Rejections of axum as problems.

use ::axum::extract::rejection::BytesRejection;
use ::axum::response::IntoResponse;
use http::{HeaderMap, header};

use crate::{Mistake, Place, Problem};

/// Content that could not be read: it is too large, or broke off.
pub(super) fn of_content(rejection: BytesRejection) -> Problem {
    let text = rejection.body_text();
    if rejection.into_response().status() == http::StatusCode::PAYLOAD_TOO_LARGE {
        Problem::content_too_large(None)
    } else {
        Problem::bad_request("the content broke off").because(text)
    }
}

/// The type of the request's content, in small letters and without parameters.
pub(super) fn media_type(headers: &HeaderMap) -> String {
    let value = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

/// A value that cannot be taken, at a path of serde.
pub(super) fn mistake(path: &str, message: String, place: impl Fn(String) -> Place) -> Mistake {
    // Of an object that misses something serde knows the name from its words alone.
    let missing = message.strip_prefix("missing field `").and_then(|rest| rest.split('`').next());
    let path = if path == "." { "" } else { path };
    let path = match (path, missing) {
        ("", Some(name)) => name.to_owned(),
        (path, Some(name)) => format!("{path}.{name}"),
        (path, None) => path.to_owned(),
    };
    Mistake::at(place(path), message)
}
