//! The routes, and what concerns all of them.

mod elsewhere;
mod orders;
mod trouble;

use std::time::Duration;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request};
use axum::middleware::{Next, from_fn};
use axum::response::Response;
use axum::routing::{any, get, post};
use statusquo_problem::axum::{DeadlineLayer, not_found};
use statusquo_problem::{Form, Problem, ProblemLayer, RequestIdLayer, RetryAfter};

const LONGEST_TARGET_BYTES: usize = 8000;
const LONGEST_FIELD_BYTES: usize = 4096;
const MOST_CONTENT_BYTES: usize = 4096;

/// The whole service.
pub(crate) fn app(form: Form) -> Router {
    routes()
        .fallback(not_found)
        .layer(DefaultBodyLimit::max(MOST_CONTENT_BYTES))
        .layer(from_fn(limits))
        .layer(DeadlineLayer::of_service(Duration::from_secs(5), RetryAfter::seconds(10)))
        .layer(ProblemLayer::new(form))
        .layer(RequestIdLayer::new())
}

fn routes() -> Router {
    Router::new()
        .route("/orders", get(orders::list).post(orders::place))
        .route(
            "/orders/{id}",
            get(orders::show).put(orders::replace).patch(orders::change).delete(orders::cancel),
        )
        .route("/orders/{id}/payment", post(orders::pay))
        .route("/jobs/{id}", get(orders::job))
        .route("/drafts/clear", post(orders::clear_draft))
        .route("/invoices/{id}", get(orders::invoice))
        .route("/reports", get(elsewhere::reports))
        .route("/shop", get(elsewhere::moved_for_good))
        .route("/orders/latest", get(elsewhere::latest))
        .route("/warehouse/orders", post(elsewhere::moved_for_now))
        .route("/v0/orders", post(elsewhere::moved_with_method))
        .route("/feed", get(elsewhere::feed))
        .route("/account", get(trouble::account))
        .route("/quota", get(trouble::quota))
        .route("/stock", get(trouble::stock))
        .route("/labels", post(trouble::labels))
        .route("/books/{country}", get(trouble::book))
        .route("/uploads", post(trouble::upload))
        .route("/tree", any(trouble::tree))
        .route("/panic", get(trouble::panics))
}

/// What holds for every request.
async fn limits(request: Request, next: Next) -> Result<Response, Problem> {
    let target = request.uri().to_string();
    if target.len() > LONGEST_TARGET_BYTES {
        return Err(Problem::uri_too_long(format!("targets have at most {LONGEST_TARGET_BYTES} bytes here")));
    }
    let fields = request.headers();
    if let Some((name, _)) = fields.iter().find(|(_, value)| value.len() > LONGEST_FIELD_BYTES) {
        return Err(Problem::header_fields_too_large(Some(name)));
    }
    if request.version() == http::Version::HTTP_3 {
        return Err(Problem::version_not_supported(&["HTTP/1.1", "HTTP/2"]));
    }
    if fields.get("host").is_some_and(|host| host == "other.example") {
        return Err(Problem::misdirected_request("this is not the server of `other.example`"));
    }
    if fields.get("expect").is_some_and(|value| value != "100-continue") {
        return Err(Problem::expectation_failed("nothing but `100-continue` can be expected here"));
    }
    Ok(next.run(request).await)
}
