//! Orders, their jobs and their invoices.

use axum::http::{HeaderMap, HeaderValue, Method, header};
use serde::Deserialize;
use serde_json::{Value, json};
use statusquo_problem::axum::{Json, Path, Query};
use statusquo_problem::{
    Answer, Checks, Content, Kind, Location, Problem, RetryAfter, Takes, Validator, Wanted,
};

const OUT_OF_STOCK: Kind = Kind {
    code: "out_of_stock",
    title: "The article is out of stock",
    uri: Some("https://api.example/problems/out-of-stock"),
};

#[derive(Deserialize)]
pub(super) struct Page {
    page: Option<u32>,
}

#[derive(Deserialize)]
pub(super) struct Order {
    sku: String,
    count: i64,
}

fn order(id: u32) -> Result<Content, Problem> {
    Ok(Content::json(&json!({"id": id, "sku": "a-17", "count": 2}))?)
}

fn version(id: u32) -> Validator {
    Validator::strong(&format!("order-{id}-1")).unwrap_or_else(|| Validator::modified(std::time::UNIX_EPOCH))
}

fn fresh(answer: Answer) -> Answer {
    answer.field(header::CACHE_CONTROL, HeaderValue::from_static("private, max-age=60"))
}

/// 200, 400, 406
pub(super) async fn list(headers: HeaderMap, Query(asked): Query<Page>) -> Result<Answer, Problem> {
    if headers.get(header::ACCEPT).is_some_and(|accept| accept == "text/csv") {
        return Err(Problem::not_acceptable(&["application/json"], "orders are JSON"));
    }
    let page = asked.page.unwrap_or(1);
    Ok(fresh(Answer::ok(Content::json(&json!({"page": page, "orders": [{"id": 17}]}))?)))
}

fn check(order: &Order) -> Result<(), Problem> {
    let mut checks = Checks::new();
    checks.require(!order.sku.is_empty(), "sku", "must be given");
    checks.require((1..=99).contains(&order.count), "count", "must be from 1 to 99");
    Ok(checks.finish()?)
}

/// 201, 400, 409, 413, 415, 422
pub(super) async fn place(Json(asked): Json<Order>) -> Result<Answer, Problem> {
    check(&asked)?;
    if asked.sku == "sold-out" {
        return Err(Problem::conflict("there is none left of `sold-out`").of(OUT_OF_STOCK).member("left", 0));
    }
    Ok(Answer::created(Location::path(["orders", "17"]), order(17)?).validator(version(17)))
}

/// 200, 304, 404, 410
pub(super) async fn show(Path(id): Path<u32>, headers: HeaderMap) -> Result<Answer, Problem> {
    match id {
        16 => Err(Problem::gone("order 16 was removed at its buyer's wish")),
        17 => Ok(fresh(Answer::ok(order(17)?)).unless_known(version(17), &headers)),
        _ => Err(Problem::not_found(format!("there is no order {id}"))),
    }
}

/// 200, 412, 428
pub(super) async fn replace(
    Path(id): Path<u32>,
    headers: HeaderMap,
    Json(asked): Json<Order>,
) -> Result<Answer, Problem> {
    match headers.get(header::IF_MATCH) {
        None => return Err(Problem::precondition_required("say with `If-Match` which version you replace")),
        Some(tag) if tag != &format!("\"order-{id}-1\"") => {
            return Err(Problem::precondition_failed("the order has changed since"));
        }
        Some(_) => {}
    }
    check(&asked)?;
    Ok(Answer::ok(order(id)?).validator(version(id)))
}

/// 200, 415 for PATCH
pub(super) async fn change(
    Path(id): Path<u32>,
    headers: HeaderMap,
    content: axum::body::Bytes,
) -> Result<Answer, Problem> {
    const MERGE: &str = "application/merge-patch+json";
    if headers.get(header::CONTENT_TYPE).is_none_or(|media| media != MERGE) {
        let takes = Takes::media_types(&Method::PATCH, &[MERGE]);
        return Err(Problem::unsupported_media_type(takes, "send a merge patch"));
    }
    let patch: Value = serde_json::from_slice(&content)
        .map_err(|error| Problem::bad_request("the content is no JSON").because(error))?;
    tracing::debug!(%patch, "an order is changed");
    Ok(Answer::ok(order(id)?))
}

/// 204, 423
pub(super) async fn cancel(Path(id): Path<u32>) -> Result<Answer, Problem> {
    if id == 18 { Err(Problem::locked("order 18 is being packed")) } else { Ok(Answer::no_content()) }
}

/// 202, 402
pub(super) async fn pay(Path(id): Path<u32>) -> Result<Answer, Problem> {
    if id == 18 {
        return Err(Problem::payment_required("the card was declined"));
    }
    let job = json!({"job": "j-1", "state": "running"});
    Ok(Answer::accepted(Location::path(["jobs", "j-1"]), RetryAfter::seconds(2), Content::json(&job)?))
}

/// 303
pub(super) async fn job(Path(id): Path<String>) -> Answer {
    tracing::debug!(id, "a job is done");
    Answer::see_other(Location::path(["orders", "17"]))
}

/// 205
pub(super) async fn clear_draft() -> Answer {
    Answer::reset_content()
}

/// 200, 206, 304, 416
pub(super) async fn invoice(Path(id): Path<u32>, headers: HeaderMap) -> Result<Answer, Problem> {
    let wanted = Wanted::of(&headers, Content::text(format!("Invoice {id}: 2 pieces of a-17\n")))?;
    Ok(fresh(Answer::wanted(wanted)).unless_known(version(id), &headers))
}
