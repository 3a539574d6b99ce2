//! What a small service on axum answers, for `tests/recordings`: `cargo run -p statusquo-serve --example bare-axum PORT`.
//!
//! It is left as the framework has it, mistakes included: the judge is to meet what people run.

#![allow(clippy::unwrap_used, reason = "an example may fail")]

use axum::extract::Path;
use axum::http::StatusCode;
use axum::http::header::{ETAG, LOCATION, RETRY_AFTER, SET_COOKIE, WWW_AUTHENTICATE};
use axum::response::{Html, IntoResponse, Redirect};
use axum::routing::get;
use axum::{Json, Router};
use serde::{Deserialize, Serialize};

/// What is bought.
#[derive(Serialize, Deserialize)]
struct Order {
    total: u32,
}

async fn made(Json(order): Json<Order>) -> impl IntoResponse {
    (StatusCode::CREATED, [(LOCATION, "/orders/2")], Json(order))
}

async fn one(Path(number): Path<u32>) -> Result<Json<Order>, StatusCode> {
    if number == 1 { Ok(Json(Order { total: 12 })) } else { Err(StatusCode::NOT_FOUND) }
}

async fn nothing() -> StatusCode {
    StatusCode::NO_CONTENT
}

fn router() -> Router {
    Router::new()
        .route("/", get(|| async { Html("<!doctype html><title>orders</title><h1>orders</h1>") }))
        .route("/orders", get(|| async { ([(ETAG, "\"1\"")], Json([Order { total: 12 }])) }).post(made))
        .route("/orders/{number}", get(one).put(nothing).delete(nothing))
        .route("/private", get(|| async { (StatusCode::UNAUTHORIZED, [(WWW_AUTHENTICATE, "Bearer")]) }))
        .route("/token", get(|| async { StatusCode::UNAUTHORIZED }))
        .route("/admin", get(|| async { (StatusCode::FORBIDDEN, "not for you") }))
        .route("/moved", get(|| async { Redirect::permanent("/orders") }))
        .route("/found", get(|| async { Redirect::to("/orders") }))
        .route("/empty", get(nothing))
        .route("/conflict", get(|| async { (StatusCode::CONFLICT, "changed by somebody else") }))
        .route("/gone", get(|| async { StatusCode::GONE }))
        .route("/limited", get(|| async { (StatusCode::TOO_MANY_REQUESTS, [(RETRY_AFTER, "30")]) }))
        .route("/crash", get(|| async { (StatusCode::INTERNAL_SERVER_ERROR, "no such table: orders") }))
        .route("/down", get(|| async { StatusCode::SERVICE_UNAVAILABLE }))
        .route("/login", get(|| async { ([(SET_COOKIE, "sid=31d4d96e; HttpOnly; SameSite=Lax")], "ok") }))
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let port: u16 = std::env::args().nth(1).and_then(|port| port.parse().ok()).unwrap_or(0);
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", port)).await.unwrap();
    axum::serve(listener, router()).await.unwrap();
}
