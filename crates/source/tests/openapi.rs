//! OpenAPI documents are read as far as answers go.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test")]

use serde_json::json;
use statusquo_exchange::StatusCode;
use statusquo_source::openapi::{Description, Status};

const ORDERS: &str = r##"
openapi: 3.1.0
info: {title: Orders, version: "1"}
servers: [{url: "https://api.example/v1/"}]
security: [{token: []}]
paths:
  /orders/{id}:
    parameters:
      - {name: id, in: path, required: true, schema: {type: integer}}
      - {name: X-Tenant, in: header, required: true, schema: {type: string}}
    get:
      responses:
        "200":
          description: ok
          headers: {ETag: {required: true, schema: {type: string}}}
          content: {application/json: {schema: {$ref: "#/components/schemas/Order"}}}
        "404": {$ref: "#/components/responses/NotFound"}
        5XX: {description: ours}
  /orders/latest:
    get:
      security: []
      responses: {default: {description: any}}
components:
  schemas:
    Order: {type: object, required: [id], properties: {id: {type: integer}, next: {$ref: "#/components/schemas/Order"}}}
  responses:
    NotFound: {description: none, content: {application/problem+json: {}}}
"##;

#[test]
fn operations_answers_and_references_are_found() {
    assert!(Description::detect(ORDERS.as_bytes()));
    let description = Description::read(ORDERS).unwrap();
    let order = description.operation("GET", "/v1/orders/17?x=y").unwrap();
    assert_eq!((order.name().as_str(), order.line, order.is_secured), ("GET /orders/{id}", 7, true));
    assert_eq!(order.required_fields, ["X-Tenant"]);
    let ok = order.declared(StatusCode::new(200)).unwrap();
    assert!(ok.fields[0].is_required);
    assert_eq!(
        order.declared(StatusCode::new(404)).unwrap().contents[0].media_type,
        "application/problem+json"
    );
    assert_eq!(order.declared(StatusCode::new(503)).unwrap().status, Status::Class(5));
    assert!(order.declared(StatusCode::new(429)).is_none());
    let latest = description.operation("GET", "/orders/latest").unwrap();
    assert_eq!((latest.path.as_str(), latest.is_secured), ("/orders/latest", false));
    assert!(
        description.operation("DELETE", "/v1/orders/17").is_none() && description.has_path("/v1/orders/17")
    );
    let schema = ok.contents[0].schema.as_ref().unwrap();
    assert!(description.breaks(schema, &json!({"id": 1, "next": {"id": 2}})).is_empty());
    let faults = description.breaks(schema, &json!({"id": 1, "next": {"id": "2"}}));
    assert_eq!(faults.len(), 1);
    assert!(faults[0].starts_with("/next/id: "), "{faults:?}");
}

#[test]
fn what_is_no_openapi_document_is_refused_with_a_reason() {
    let why = |text| Description::read(text).unwrap_err().to_string();
    assert_eq!(why("swagger: '2.0'"), "not an OpenAPI 3 document: it has no `openapi` member");
    assert_eq!(why("openapi: 4.0.0"), "not an OpenAPI 3 document: its version is 4.0.0");
    assert!(why("{").starts_with("neither JSON nor YAML: "));
}
