//! What the components say is what is written.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test")]

use std::collections::BTreeSet;

use serde_json::Value;
use statusquo_problem::openapi::{Envelopes, ErrorEnvelope, ProblemDetails, Problems};
use statusquo_problem::{Mistake, Mistakes, Place, Problem};
use utoipa::OpenApi;

#[utoipa::path(get, path = "/a", responses((status = 200, description = "fine"), Problems))]
#[expect(dead_code, reason = "described alone")]
fn a() {}

#[utoipa::path(get, path = "/b", responses((status = 200, description = "fine"), Envelopes))]
#[expect(dead_code, reason = "described alone")]
fn b() {}

#[derive(OpenApi)]
#[openapi(paths(a, b), components(schemas(ProblemDetails, ErrorEnvelope)))]
struct Document;

#[test]
fn each_member_that_is_written_is_described() {
    let document: Value = serde_json::from_str(&Document::openapi().to_json().unwrap()).unwrap();
    let described = |schema: &str| -> BTreeSet<String> {
        document["components"]["schemas"][schema]["properties"].as_object().unwrap().keys().cloned().collect()
    };
    let places = [Place::Content("a".into()), Place::Query("b".into()), Place::Field("c".into())];
    let mistakes = Mistakes::collect(places.into_iter().map(|place| Mistake::at(place, "wrong"))).unwrap();
    let problem: Value = serde_json::from_slice(Problem::unprocessable(mistakes).into_http().body()).unwrap();
    for member in problem.as_object().unwrap().keys() {
        assert!(described("ProblemDetails").contains(member), "{member}");
    }
    for error in problem["errors"].as_array().unwrap() {
        for member in error.as_object().unwrap().keys() {
            assert!(described("ProblemError").contains(member), "{member}");
        }
    }
    assert_eq!(
        described("EnvelopedError").into_iter().collect::<Vec<_>>(),
        ["code", "details", "message", "request_id"]
    );
}

#[test]
fn operations_answer_errors_of_both_classes() {
    let document: Value = serde_json::from_str(&Document::openapi().to_json().unwrap()).unwrap();
    for (path, media, schema) in
        [("/a", "application/problem+json", "ProblemDetails"), ("/b", "application/json", "ErrorEnvelope")]
    {
        for class in ["4XX", "5XX"] {
            let found =
                &document["paths"][path]["get"]["responses"][class]["content"][media]["schema"]["$ref"];
            assert_eq!(found, &format!("#/components/schemas/{schema}"));
        }
    }
}
