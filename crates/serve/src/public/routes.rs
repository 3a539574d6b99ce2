//! Serves what lies on the shelf.

use std::sync::LazyLock;

use axum::Router;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use sha2::{Digest, Sha256};

use super::files::{File, NOT_FOUND, Shelf};
use super::markup;

/// Fresh for a quarter of a minute; shown while a newer one is fetched, and for a day when we cannot be reached
/// (RFC 5861).
const CACHE: &str = "public, max-age=15, stale-while-revalidate=60, stale-if-error=86400";

/// Our own style and pictures, and nothing else: no script, no form, no frame.
static POLICY: LazyLock<String> = LazyLock::new(|| {
    let hash = BASE64_STANDARD.encode(Sha256::digest(markup::STYLE));
    format!(
        "default-src 'none'; style-src 'sha256-{hash}'; img-src 'self'; base-uri 'none'; form-action 'none'; \
         frame-ancestors 'none'"
    )
});

/// The routes of the public status page.
pub fn router(shelf: Shelf) -> Router {
    Router::new().fallback(serve).with_state(shelf)
}

async fn serve(State(shelf): State<Shelf>, request: Request) -> Response {
    let mut response = answer(&shelf, &request);
    if request.method() == Method::HEAD {
        *response.body_mut() = axum::body::Body::empty();
    }
    let headers = response.headers_mut();
    let mut set = |name: HeaderName, value: &'static str| {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    };
    set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(header::REFERRER_POLICY, "strict-origin-when-cross-origin");
    set(header::VARY, "accept-encoding");
    headers
        .extend(HeaderValue::from_str(&POLICY).ok().map(|policy| (header::CONTENT_SECURITY_POLICY, policy)));
    response
}

fn answer(shelf: &Shelf, request: &Request) -> Response {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        let allow = [(header::ALLOW, "GET, HEAD"), (header::CACHE_CONTROL, "no-store")];
        return (StatusCode::METHOD_NOT_ALLOWED, allow, "only GET and HEAD are answered here\n")
            .into_response();
    }
    let files = shelf.files();
    if files.is_empty() {
        let soon = [(header::RETRY_AFTER, "2"), (header::CACHE_CONTROL, "no-store")];
        return (StatusCode::SERVICE_UNAVAILABLE, soon, "the page is being made; try again in a moment\n")
            .into_response();
    }
    let path = request.uri().path();
    let path = if path.len() > 1 { path.trim_end_matches('/') } else { path };
    match files.get(path).filter(|_| path != NOT_FOUND) {
        Some(file) => found(file, request.headers()),
        None => match files.get(NOT_FOUND) {
            Some(page) => {
                (StatusCode::NOT_FOUND, head(page, &page.tag), page.content.clone()).into_response()
            }
            None => StatusCode::NOT_FOUND.into_response(),
        },
    }
}

fn found(file: &File, asked: &HeaderMap) -> Response {
    let gzip = file.gzip.as_ref().filter(|_| takes_gzip(asked));
    // Each encoding is a representation of its own (RFC 9110, 8.8.3.3).
    let tag = if gzip.is_some() { format!("{}-gz", file.tag) } else { file.tag.clone() };
    let fields = head(file, &tag);
    if is_known(asked, &tag) {
        return (StatusCode::NOT_MODIFIED, fields).into_response();
    }
    match gzip {
        Some(gzip) => (fields, [(header::CONTENT_ENCODING, "gzip")], gzip.clone()).into_response(),
        None => (fields, file.content.clone()).into_response(),
    }
}

fn head(file: &File, tag: &str) -> HeaderMap {
    let mut fields = HeaderMap::new();
    fields.insert(header::CONTENT_TYPE, HeaderValue::from_static(file.media_type));
    fields.insert(header::CACHE_CONTROL, HeaderValue::from_static(CACHE));
    fields.extend(HeaderValue::from_str(&format!("\"{tag}\"")).ok().map(|tag| (header::ETAG, tag)));
    if !file.media_type.starts_with("text/html") {
        // Badges, feeds and JSON are for everybody's pages.
        fields.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
        let name = HeaderName::from_static("cross-origin-resource-policy");
        fields.insert(name, HeaderValue::from_static("cross-origin"));
    }
    fields
}

/// Does the client have what this tag names (RFC 9110, 13.1.2)?
fn is_known(asked: &HeaderMap, tag: &str) -> bool {
    let lines = asked.get_all(header::IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    let mut tags = lines.flat_map(|line| line.split(',')).map(str::trim);
    tags.any(|known| known == "*" || known.trim_start_matches("W/").trim_matches('"') == tag)
}

fn takes_gzip(asked: &HeaderMap) -> bool {
    let lines = asked.get_all(header::ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    let mut codings = lines.flat_map(|line| line.split(','));
    codings.any(|coding| {
        let mut parts = coding.split(';').map(str::trim);
        let is_gzip = parts.next().is_some_and(|name| name.eq_ignore_ascii_case("gzip"));
        is_gzip && !parts.any(|weight| matches!(weight, "q=0" | "q=0.0" | "q=0.00" | "q=0.000"))
    })
}
