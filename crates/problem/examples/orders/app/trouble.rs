//! What goes wrong.

use std::io;
use std::time::Duration;

use axum::http::{HeaderMap, header};
use serde::Deserialize;
use statusquo_problem::axum::{Path, Query};
use statusquo_problem::{Answer, Challenge, Content, Limit, Location, Problem, RetryAfter};

#[derive(Deserialize)]
pub(super) struct Asked {
    shelf: Option<String>,
}

/// 200, 401, 403, 425
pub(super) async fn account(headers: HeaderMap) -> Result<Answer, Problem> {
    if headers.contains_key("early-data") {
        return Err(Problem::too_early("ask again when the connection is made"));
    }
    match headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()) {
        None => Err(Problem::unauthorized(Challenge::bearer("orders"), "send a token")),
        Some("Bearer expired") => {
            let challenge = Challenge::bearer_rejected("orders", "the token has expired");
            Err(Problem::unauthorized(challenge, "the token has expired"))
        }
        Some("Bearer guest") => Err(Problem::forbidden("guests have no account")),
        Some(_) => {
            let kept = axum::http::HeaderValue::from_static("no-store");
            Ok(Answer::ok(Content::text("yours\n")).field(header::CACHE_CONTROL, kept))
        }
    }
}

/// 429
pub(super) async fn quota() -> Problem {
    let limit = Limit::new("per-minute", 100, Duration::from_secs(60));
    Problem::too_many_requests(limit.used_up(RetryAfter::seconds(30)), "100 requests a minute are served")
}

/// 408, 500, 502, 503, 504, 507
pub(super) async fn stock(Query(asked): Query<Asked>) -> Problem {
    match asked.shelf.as_deref() {
        Some("closed") => Problem::unavailable(RetryAfter::seconds(60), "the stock is being counted"),
        Some("far") => Problem::gateway_timeout("the warehouse did not answer in time"),
        Some("garbled") => {
            let cause = io::Error::new(io::ErrorKind::InvalidData, "warehouse-3.internal sent no JSON");
            Problem::bad_gateway(cause, "the warehouse does not answer as it should")
        }
        Some("full") => Problem::insufficient_storage("there is no room for another reservation"),
        Some("slow") => Problem::request_timeout("the request was not complete within 5 s"),
        _ => Problem::internal(io::Error::other("password of db-7.internal is wrong")),
    }
}

/// 501
pub(super) async fn labels() -> Problem {
    Problem::not_implemented("labels cannot be printed yet")
}

/// 451
pub(super) async fn book(Path(country): Path<String>) -> Problem {
    let blocker = Location::path(["legal", "court"]);
    Problem::unavailable_for_legal_reasons(&blocker, format!("a court in {country} forbids the book"))
}

/// 411
pub(super) async fn upload(headers: HeaderMap) -> Result<Answer, Problem> {
    if headers.contains_key(header::CONTENT_LENGTH) {
        Ok(Answer::no_content())
    } else {
        Err(Problem::length_required("say how much you send"))
    }
}

/// 508
pub(super) async fn tree() -> Problem {
    Problem::loop_detected("the tree holds itself")
}

/// 500
pub(super) async fn panics() -> Problem {
    panic!("the key of db-7.internal is missing")
}
