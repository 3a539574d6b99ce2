//! The layers: ids of requests, errors of others mended, forms negotiated, panics.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test")]

use axum::Router;
use axum::body::Body;
use axum::http::{Request, Response, StatusCode, header};
use axum::response::{Html, IntoResponse};
use axum::routing::get;
use http_body_util::BodyExt;
use serde_json::Value;
use statusquo_problem::{AsItIs, Form, Problem, ProblemLayer, RequestId, RequestIdLayer};
use tower::ServiceExt;

fn app(form: Form) -> Router {
    let router = Router::new()
        .route("/problem", get(|| async { Problem::not_found("there is no order 17") }))
        .route("/bare", get(|| async { StatusCode::FORBIDDEN }))
        .route("/text", get(|| async { (StatusCode::CONFLICT, "it has\tchanged") }))
        .route("/insides", get(|| async { (StatusCode::BAD_GATEWAY, "10.0.0.7 refused") }))
        .route("/page", get(|| async { (StatusCode::NOT_FOUND, Html("<h1>404</h1>")) }))
        .route("/again", get(|| async { (StatusCode::CONFLICT, axum::Extension(AsItIs), Html("<form>")) }))
        .route("/json", get(|| async { (StatusCode::CONFLICT, axum::Json(serde_json::json!({"own": 1}))) }))
        .route("/fine", get(|| async { "fine" }))
        .route("/long", get(|| async { (StatusCode::CONFLICT, "a".repeat(5000)) }))
        .route("/kept", get(kept))
        .route("/panic", get(panics))
        .route("/id", get(|id: RequestId| async move { id.to_string() }));
    router.layer(ProblemLayer::new(form).page(page)).layer(RequestIdLayer::new())
}

fn page(problem: &Problem, id: Option<&RequestId>) -> String {
    format!("<title>{}</title>{}", problem.status(), id.unwrap())
}

async fn kept() -> impl IntoResponse {
    let fields = [
        (header::RETRY_AFTER, "30"),
        (header::SET_COOKIE, "a=b"),
        (header::CACHE_CONTROL, "max-age=5"),
        (header::VARY, "origin"),
        (header::ETAG, "\"a\""),
        (header::CONTENT_ENCODING, "identity"),
    ];
    (StatusCode::SERVICE_UNAVAILABLE, fields)
}

async fn panics() -> &'static str {
    panic!("the key is {}", "secret")
}

async fn ask(form: Form, method: &str, path: &str, fields: &[(&str, &str)]) -> (Response<()>, String) {
    let mut request = Request::builder().method(method).uri(path);
    for (name, value) in fields {
        request = request.header(*name, *value);
    }
    let response = app(form).oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
    let (head, body) = response.into_parts();
    let content = body.collect().await.unwrap().to_bytes();
    (Response::from_parts(head, ()), String::from_utf8(content.to_vec()).unwrap())
}

async fn json(path: &str) -> (Response<()>, Value) {
    let (response, content) = ask(Form::Problem, "GET", path, &[]).await;
    assert_eq!(response.headers()[header::CONTENT_TYPE], "application/problem+json", "{content}");
    (response, serde_json::from_str(&content).unwrap())
}

#[tokio::test]
async fn errors_of_others_are_mended() {
    let (_, bare) = json("/bare").await;
    assert_eq!(
        (&bare["status"], &bare["detail"]),
        (&403.into(), &"the server understood the request and refuses it; signing in again with the same rights does not help".into())
    );
    let (_, text) = json("/text").await;
    assert_eq!(text["detail"], "it has changed");
    let (_, page) = json("/page").await;
    assert!(page["detail"].as_str().unwrap().starts_with("the server "), "{page}");
    let (_, insides) = json("/insides").await;
    assert!(!insides.to_string().contains("10.0.0.7"), "{insides}");
    let (_, long) = json("/long").await;
    assert!(long.to_string().len() < 1000, "{long}");
    let (response, missing) = json("/nowhere").await;
    assert_eq!((response.status().as_u16(), &missing["code"]), (404, &"not_found".into()));
}

#[tokio::test]
async fn what_has_a_shape_is_left_as_it_is() {
    let (response, content) = ask(Form::Problem, "GET", "/json", &[]).await;
    assert_eq!(
        (response.headers()[header::CONTENT_TYPE].to_str().unwrap(), &*content),
        ("application/json", "{\"own\":1}")
    );
    let (response, content) = ask(Form::Problem, "GET", "/fine", &[]).await;
    assert_eq!((response.status(), &*content), (StatusCode::OK, "fine"));
}

#[tokio::test]
async fn fields_stay_and_those_of_the_old_content_go() {
    let (response, _) = json("/kept").await;
    let headers = response.headers();
    for (name, value) in [("retry-after", "30"), ("set-cookie", "a=b"), ("cache-control", "max-age=5")] {
        assert_eq!(headers[name], value);
    }
    let vary: Vec<_> = headers.get_all(header::VARY).iter().collect();
    assert_eq!(vary, ["origin", "accept"]);
    assert!(!headers.contains_key(header::ETAG) && !headers.contains_key(header::CONTENT_ENCODING));
}

#[tokio::test]
async fn a_405_keeps_its_allow() {
    let (response, content) = ask(Form::Envelope, "DELETE", "/fine", &[]).await;
    assert_eq!(response.status(), StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(response.headers()[header::ALLOW], "GET,HEAD");
    let json: Value = serde_json::from_str(&content).unwrap();
    assert_eq!(json["error"]["code"], "method_not_allowed");
    assert_eq!(
        json["error"]["message"],
        "the server has this resource, but not for the method that the client used"
    );
    let length = response.headers().get(header::CONTENT_LENGTH);
    assert!(length.is_none_or(|length| length == &content.len().to_string()), "{length:?}");
}

#[tokio::test]
async fn head_has_no_content() {
    for path in ["/problem", "/bare", "/nowhere"] {
        let (response, content) = ask(Form::Problem, "HEAD", path, &[]).await;
        assert!(response.status().is_client_error() && content.is_empty(), "{path} {content}");
    }
}

#[tokio::test]
async fn a_panic_is_an_internal_error_without_its_words() {
    let (response, problem) = json("/panic").await;
    assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
    assert!(!problem.to_string().contains("secret"));
    assert_eq!(problem["request_id"], response.headers()["x-request-id"].to_str().unwrap());
}

#[tokio::test]
async fn a_harmless_id_is_kept_and_any_other_replaced() {
    for (sent, is_kept) in [("01HXZ-8f3c", true), ("a b", false), ("<x>", false), (&"a".repeat(200), false)] {
        let (response, content) = ask(Form::Problem, "GET", "/id", &[("x-request-id", sent)]).await;
        assert_eq!(response.headers()["x-request-id"], *content);
        assert_eq!(content == sent, is_kept, "{sent}");
    }
    let twice = [("x-request-id", "a"), ("x-request-id", "b")];
    let (_, content) = ask(Form::Problem, "GET", "/id", &twice).await;
    assert_eq!(content.len(), 32);
}

#[tokio::test]
async fn the_client_chooses_the_form() {
    for (accept, form, media) in [
        ("application/problem+json", Form::Envelope, "application/problem+json"),
        ("application/json", Form::Envelope, "application/json"),
        ("text/plain", Form::Envelope, "text/plain; charset=utf-8"),
        ("application/json", Form::Problem, "application/problem+json"),
    ] {
        for path in ["/problem", "/bare"] {
            let fields = [("accept", accept), ("x-request-id", "r1")];
            let (response, content) = ask(form, "GET", path, &fields).await;
            assert_eq!(response.headers()[header::CONTENT_TYPE], media, "{content}");
            assert_eq!(response.headers()[header::VARY], "accept");
            assert!(content.contains("r1"), "{content}");
        }
    }
}

#[tokio::test]
async fn a_scope_does_not_stay_behind() {
    let _ = ask(Form::Envelope, "GET", "/problem", &[("x-request-id", "r1")]).await;
    let _ = ask(Form::Envelope, "GET", "/panic", &[("x-request-id", "r2")]).await;
    let response = Problem::not_found("outside").into_http();
    assert_eq!(response.headers()[header::CONTENT_TYPE], "application/problem+json");
    assert!(!response.headers().contains_key("x-request-id"));
}

#[tokio::test]
async fn browsers_get_the_page_of_the_house_and_what_is_meant_as_it_is_stays() {
    let browser = [("accept", "text/html,*/*;q=0.8"), ("x-request-id", "a-17")];
    for (path, status) in
        [("/problem", 404), ("/page", 404), ("/text", 409), ("/panic", 500), ("/nowhere", 404)]
    {
        let (response, content) = ask(Form::Problem, "GET", path, &browser).await;
        assert_eq!(response.status().as_u16(), status, "{path}");
        assert_eq!(response.headers()[header::CONTENT_TYPE], "text/html; charset=utf-8", "{path}");
        let reason = StatusCode::from_u16(status).unwrap();
        assert_eq!(content, format!("<title>{reason}</title>a-17"), "{path}");
    }
    let (response, content) = ask(Form::Problem, "GET", "/again", &browser).await;
    assert_eq!((response.status().as_u16(), content.as_str()), (409, "<form>"));
}
