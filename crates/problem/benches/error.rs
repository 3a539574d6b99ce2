//! What an error response costs beside one that is written by hand with the same content and fields.
//!
//! `cargo bench -p statusquo-problem --all-features --bench error`

#![allow(clippy::print_stdout, clippy::unwrap_used, clippy::panic, reason = "a benchmark")]

use std::hint::black_box;
use std::time::Instant;

use axum::body::{Body, Bytes};
use axum::http::{HeaderValue, Request, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use statusquo_problem::{Form, Mistake, Mistakes, Problem, ProblemLayer, RequestIdLayer};
use tower::ServiceExt;

/// The best of so many rounds counts, so that what else the machine does counts little.
const ROUNDS: usize = 200;
const PER_ROUND: usize = 2000;
/// No more than this may lie between the two, in nanoseconds.
const MOST_NANOSECONDS: f64 = 1000.0;

#[derive(serde::Serialize)]
struct ByHand {
    r#type: &'static str,
    title: &'static str,
    status: u16,
    detail: String,
    code: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<ByHandError>,
}

#[derive(serde::Serialize)]
struct ByHandError {
    detail: &'static str,
    pointer: &'static str,
}

fn by_hand(
    status: StatusCode,
    title: &'static str,
    code: &'static str,
    detail: String,
    errors: Vec<ByHandError>,
) -> Response {
    let content = ByHand { r#type: "about:blank", title, status: status.as_u16(), detail, code, errors };
    let mut response = (status, Json(content)).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}

fn not_found_by_hand(id: u32) -> Response {
    by_hand(StatusCode::NOT_FOUND, "Not Found", "not_found", format!("there is no order {id}"), Vec::new())
}

fn not_found(id: u32) -> Response {
    Problem::not_found(format!("there is no order {id}")).into_response()
}

fn unprocessable_by_hand(_: u32) -> Response {
    let errors = vec![
        ByHandError { detail: "must be given", pointer: "#/sku" },
        ByHandError { detail: "must be 1 or more", pointer: "#/count" },
    ];
    let detail = "2 things are wrong".to_owned();
    by_hand(
        StatusCode::UNPROCESSABLE_ENTITY,
        "Unprocessable Content",
        "unprocessable_content",
        detail,
        errors,
    )
}

fn unprocessable(_: u32) -> Response {
    let mistakes =
        Mistakes::of(Mistake::new("sku", "must be given")).and(Mistake::new("count", "must be 1 or more"));
    Problem::unprocessable(mistakes).into_response()
}

fn internal_by_hand(_: u32) -> Response {
    by_hand(
        StatusCode::INTERNAL_SERVER_ERROR,
        "Internal Server Error",
        "internal_server_error",
        String::new(),
        Vec::new(),
    )
}

fn internal(_: u32) -> Response {
    Problem::internal("the disk is gone").into_response()
}

/// The nanoseconds of one of these.
fn cost(make: impl Fn(u32) -> Response) -> f64 {
    let round = |_| {
        let began = Instant::now();
        for id in 0..PER_ROUND as u32 {
            black_box(make(black_box(id)));
        }
        began.elapsed().as_secs_f64() * 1e9 / PER_ROUND as f64
    };
    (0..ROUNDS).map(round).fold(f64::MAX, f64::min)
}

/// The nanoseconds of one request through a service.
fn through(service: &Router) -> f64 {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let round = |_| {
        let began = Instant::now();
        for _ in 0..PER_ROUND {
            let request = Request::get("/orders/17").body(Body::from(Bytes::new())).unwrap();
            black_box(runtime.block_on(service.clone().oneshot(request)).unwrap());
        }
        began.elapsed().as_secs_f64() * 1e9 / PER_ROUND as f64
    };
    (0..ROUNDS / 10).map(round).fold(f64::MAX, f64::min)
}

fn main() {
    println!("| error | by hand | Problem | more |\n|---|---:|---:|---:|");
    let mut most = f64::MIN;
    for (name, theirs, ours) in [
        ("404 with a detail", cost(not_found_by_hand), cost(not_found)),
        ("422 with two mistakes", cost(unprocessable_by_hand), cost(unprocessable)),
        ("500 with an id", cost(internal_by_hand), cost(internal)),
    ] {
        println!("| {name} | {theirs:.0} ns | {ours:.0} ns | {:.0} ns |", ours - theirs);
        most = most.max(ours - theirs);
    }
    let bare = Router::new().route("/orders/{id}", get(|| async { not_found_by_hand(17) }));
    let ours = Router::new().route("/orders/{id}", get(|| async { not_found(17) }));
    let layered = ours.layer(ProblemLayer::new(Form::Problem)).layer(RequestIdLayer::new());
    let (theirs, ours) = (through(&bare), through(&layered));
    let name = "404 through axum, ours with both layers";
    println!("| {name} | {theirs:.0} ns | {ours:.0} ns | {:.0} ns |", ours - theirs);
    assert!(most < MOST_NANOSECONDS, "an error response may cost 1 µs more, not {most:.0} ns");
}
