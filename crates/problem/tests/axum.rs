//! Extractors and deadlines for axum.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test")]

use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::DefaultBodyLimit;
use axum::http::{HeaderMap, Request, header};
use axum::routing::{get, post};
use http_body_util::BodyExt;
use serde::Deserialize;
use serde_json::Value;
use statusquo_problem::axum::{DeadlineLayer, Form, Json, Path, Query};
use statusquo_problem::{ProblemLayer, RetryAfter};
use tower::ServiceExt;

#[derive(Deserialize, serde::Serialize)]
struct Order {
    items: Vec<Item>,
}

#[derive(Deserialize, serde::Serialize)]
struct Item {
    count: u32,
}

#[derive(Deserialize)]
struct Page {
    page: u32,
}

fn app() -> Router {
    Router::new()
        .route(
            "/json",
            post(|Json(order): Json<Order>| async move { Json(order) }).patch(|_: Json<Order>| async {}),
        )
        .route("/query", get(|Query(asked): Query<Page>| async move { asked.page.to_string() }))
        .route("/path/{id}", get(|Path(id): Path<u32>| async move { id.to_string() }))
        .route("/wrong/{id}", get(|_: Path<(u32, u32)>| async {}))
        .route("/form", post(|Form(asked): Form<Page>| async move { asked.page.to_string() }))
        .layer(DefaultBodyLimit::max(100))
        .layer(ProblemLayer::default())
}

async fn ask(app: Router, request: Request<Body>) -> (u16, HeaderMap, Value) {
    let response = app.oneshot(request).await.unwrap();
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    let content = response.into_body().collect().await.unwrap().to_bytes();
    (status, headers, serde_json::from_slice(&content).unwrap_or_default())
}

fn send(method: &str, path: &str, media: &str, content: &str) -> Request<Body> {
    let request = Request::builder().method(method).uri(path).header(header::CONTENT_TYPE, media);
    request.body(Body::from(content.to_owned())).unwrap()
}

#[tokio::test]
async fn json_is_refused_with_a_problem() {
    let long = format!("{{\"items\":[{}]}}", vec!["{\"count\":1}"; 50].join(","));
    for (media, content, status, pointer, detail) in [
        ("application/json", r#"{"items":[{"count":1}]}"#, 200, "", ""),
        ("application/merge-patch+json; charset=utf-8", r#"{"items":[]}"#, 200, "", ""),
        ("text/plain", "{}", 415, "", "say so"),
        ("application/json", r#"{"items":["#, 400, "", "line 1, column 10"),
        ("application/json", r#"{"items":[]} x"#, 400, "", "no JSON"),
        ("application/json", "", 400, "", "no JSON"),
        (
            "application/json",
            r#"{"items":[{"count":-1}]}"#,
            422,
            "#/items/0/count",
            "invalid value: integer `-1`",
        ),
        ("application/json", r#"{"items":[{}]}"#, 422, "#/items/0/count", "missing field"),
        ("application/json", "{}", 422, "#/items", "missing field"),
        ("application/json", &long, 413, "", "larger"),
    ] {
        let (found, _, problem) = ask(app(), send("POST", "/json", media, content)).await;
        assert_eq!(found, status, "{content} {problem}");
        assert!(problem["detail"].as_str().unwrap_or_default().contains(detail), "{problem}");
        let found = problem.pointer("/errors/0/pointer").and_then(Value::as_str).unwrap_or_default();
        assert_eq!(found, pointer, "{problem}");
    }
}

#[tokio::test]
async fn a_415_says_what_is_taken_in_the_field_of_the_method() {
    let (_, headers, _) = ask(app(), send("POST", "/json", "text/plain", "x")).await;
    assert_eq!(headers["accept-post"], "application/json");
    let (_, headers, _) = ask(app(), send("PATCH", "/json", "text/plain", "x")).await;
    assert_eq!(headers["accept-patch"], "application/json");
}

#[tokio::test]
async fn parameters_are_refused_with_their_names() {
    let get = |path: &str| Request::get(path).body(Body::empty()).unwrap();
    let (status, _, problem) = ask(app(), get("/query?page=first")).await;
    assert_eq!((status, problem.pointer("/errors/0/parameter")), (400, Some(&"page".into())), "{problem}");
    let (status, _, problem) = ask(app(), get("/query")).await;
    assert_eq!((status, problem.pointer("/errors/0/parameter")), (400, Some(&"page".into())), "{problem}");
    let (status, ..) = ask(app(), get("/path/first")).await;
    assert_eq!(status, 404);
    let (status, _, problem) = ask(app(), get("/wrong/1")).await;
    assert_eq!((status, problem.get("detail")), (500, None));
    let form = send("POST", "/form", "application/x-www-form-urlencoded", "page=x");
    let (status, _, problem) = ask(app(), form).await;
    assert_eq!((status, problem.pointer("/errors/0/pointer")), (422, Some(&"#/page".into())), "{problem}");
    let (status, headers, _) = ask(app(), send("POST", "/form", "text/plain", "page=x")).await;
    assert_eq!(
        (status, headers["accept-post"].to_str().unwrap()),
        (415, "application/x-www-form-urlencoded")
    );
}

async fn slow() -> &'static str {
    tokio::time::sleep(Duration::from_secs(60)).await;
    "late"
}

async fn read(content: Bytes) -> String {
    tokio::time::sleep(Duration::from_secs(60)).await;
    content.len().to_string()
}

/// A content of which nothing comes.
struct Silence;

impl http_body::Body for Silence {
    type Data = Bytes;
    type Error = std::convert::Infallible;

    fn poll_frame(
        self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Result<http_body::Frame<Bytes>, Self::Error>>> {
        std::task::Poll::Pending
    }
}

#[tokio::test(start_paused = true)]
async fn a_deadline_blames_who_was_slow() {
    let within = Duration::from_secs(5);
    for (layer, expect) in [
        (DeadlineLayer::of_service(within, RetryAfter::seconds(7)), 503),
        (DeadlineLayer::of_gateway(within), 504),
    ] {
        let app = || {
            let router = Router::new().route("/slow", get(slow)).route("/read", post(read));
            router.layer(layer).layer(ProblemLayer::default())
        };
        let get = Request::get("/slow").body(Body::empty()).unwrap();
        let (status, headers, problem) = ask(app(), get).await;
        assert_eq!(status, expect, "{problem}");
        assert_eq!(headers.get("retry-after").is_some_and(|value| value == "7"), status == 503);
        let post = Request::post("/read").body(Body::from("all of it")).unwrap();
        assert_eq!(ask(app(), post).await.0, expect);
        let post = Request::post("/read").body(Body::new(Silence)).unwrap();
        let (status, headers, _) = ask(app(), post).await;
        assert_eq!((status, headers["connection"].to_str().unwrap()), (408, "close"));
    }
}
