//! The linter within tests.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test")]

use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use axum::routing::{get, post};
use http_body_util::BodyExt;
use statusquo_lint::{Judge, Level};
use statusquo_problem::lint::LintLayer;
use statusquo_problem::{Answer, Content, ProblemLayer};
use tower::{Layer, ServiceExt};

fn app() -> Router {
    Router::new()
        .route("/bare", get(|| async { StatusCode::UNAUTHORIZED }))
        .route("/lies", get(|| async { ([(header::CONTENT_TYPE, "application/json")], "{\"a\":") }))
        .route("/echo", post(|content: String| async { Answer::ok(Content::text(content)) }))
        .layer(ProblemLayer::default())
}

async fn words_of_panic(layer: LintLayer, request: Request<Body>) -> Option<String> {
    let answer = tokio::spawn(layer.layer(app()).oneshot(request)).await;
    let panic = answer.err()?.into_panic();
    Some(panic.downcast_ref::<String>().cloned().unwrap_or_default())
}

fn ask(path: &str) -> Request<Body> {
    Request::get(path).header("host", "api.example").body(Body::empty()).unwrap()
}

#[tokio::test]
async fn a_finding_fails_the_test_and_says_where_and_why() {
    let words = words_of_panic(LintLayer::new(), ask("/bare")).await.unwrap();
    for part in ["GET /bare -> 401", "must[unauthorized-missing-challenge]", "| HTTP/1.1 401", "= fix: "] {
        assert!(words.contains(part), "{part} is not in\n{words}");
    }
    let words = words_of_panic(LintLayer::new(), ask("/lies")).await.unwrap();
    assert!(words.contains("must[json-invalid]") && words.contains("{\"a\":"), "{words}");
}

#[tokio::test]
async fn levels_and_rules_can_be_chosen() {
    let mut judge = Judge::default();
    assert!(judge.set("unauthorized-missing-challenge", None));
    assert_eq!(words_of_panic(LintLayer::new().with(judge), ask("/bare")).await, None);
    let strict = LintLayer::new().at(Level::Advice);
    assert!(words_of_panic(strict, ask("/lies")).await.unwrap().contains("json-invalid"));
}

#[tokio::test]
async fn what_passes_through_is_unchanged() {
    let request = Request::post("/echo").header("host", "api.example").body(Body::from("all of it")).unwrap();
    let response = LintLayer::new().layer(app()).oneshot(request).await.unwrap();
    assert_eq!(response.into_body().collect().await.unwrap().to_bytes(), "all of it");
}
