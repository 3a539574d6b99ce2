//! Contents that are made from schemas: one that fits, and some with a known fault.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test")]

use serde_json::{Value, json};
use statusquo_source::openapi::{Description, Made};

/// What is made for a POST with this schema, and these definitions.
fn made(content: &Value, schemas: &Value) -> Result<Made, String> {
    let document = json!({
        "openapi": "3.1.0",
        "paths": { "/orders": { "post": { "requestBody": { "content": { "application/json": content } } } } },
        "components": { "schemas": schemas },
    });
    let description = Description::read(&document.to_string()).unwrap();
    let operation = description.operation("POST", "/orders").unwrap();
    description.made(operation.request.as_ref().unwrap())
}

fn of_schema(schema: &Value) -> Result<Made, String> {
    made(&json!({ "schema": schema }), &Value::Null)
}

fn broken(made: &Made) -> Vec<(Value, Vec<&str>)> {
    let one = made.broken.iter().map(|broken| {
        let members = broken.members.iter().map(String::as_str).collect();
        (broken.value.clone(), members)
    });
    one.collect()
}

#[test]
fn one_member_is_missing_then_one_is_wrong_then_both() {
    let schema = json!({
        "type": "object",
        "required": ["item", "count"],
        "properties": { "count": { "type": "integer" }, "item": { "type": "string" }, "note": { "type": "string" } },
    });
    let made = of_schema(&schema).unwrap();
    assert_eq!((&made.valid, made.is_example), (&json!({ "item": "statusquo", "count": 1 }), false));
    assert_eq!(made.other, Some(json!({ "item": "statusquo", "count": 2 })));
    let wrong = json!({ "statusquo": true });
    assert_eq!(
        broken(&made),
        [
            (json!({ "count": 1 }), vec!["item"]),
            (json!({ "item": "statusquo", "count": wrong }), vec!["count"]),
            (json!({ "count": wrong }), vec!["item", "count"]),
        ]
    );
    assert_eq!(of_schema(&schema).unwrap(), made, "the same schema gives the same contents");
}

#[test]
fn the_descriptions_own_example_goes_first_when_it_fits() {
    let schema =
        json!({ "type": "object", "required": ["id"], "properties": { "id": { "type": "integer" } } });
    let of = |example: Value| {
        let made = made(&json!({ "schema": schema, "example": example }), &Value::Null).unwrap();
        (made.valid, made.is_example)
    };
    assert_eq!(of(json!({ "id": 9, "more": true })), (json!({ "id": 9, "more": true }), true));
    assert_eq!(of(json!({ "id": "nine" })), (json!({ "id": 1 }), false));
}

#[test]
fn what_is_made_fits_formats_limits_references_and_alternatives() {
    let schemas = json!({
        "Base": { "type": "object", "required": ["at", "mail"], "properties": {
            "at": { "type": "string", "format": "date-time" },
            "mail": { "type": ["null", "string"], "format": "email" },
        } },
        "Kind": { "type": "string", "enum": ["small", "large"] },
    });
    let schema = json!({
        "allOf": [{ "$ref": "#/components/schemas/Base" }],
        "required": ["kind", "tags", "price", "way", "secret"],
        "properties": {
            "kind": { "$ref": "#/components/schemas/Kind" },
            "tags": { "type": "array", "minItems": 2, "items": { "type": "string", "maxLength": 4 } },
            "price": { "type": "number", "exclusiveMinimum": 4, "multipleOf": 0.5 },
            "way": { "oneOf": [{ "type": "string", "pattern": "^[0-9]{9}$" }, { "type": "boolean" }] },
            "secret": { "type": "string", "minLength": 12 },
        },
    });
    let made = made(&json!({ "schema": schema }), &schemas).unwrap();
    assert_eq!(
        made.valid,
        json!({
            "at": "2026-01-01T00:00:00Z", "mail": "statusquo@example.com", "kind": "small", "tags": ["stat", "stat"],
            "price": 5, "way": false, "secret": "statusquoooo",
        })
    );
    assert_eq!(made.broken.len(), 3);
}

#[test]
fn what_openapi_says_otherwise_than_json_schema_is_understood() {
    let schema = json!({
        "type": "object",
        "required": ["id", "count", "nullable"],
        "properties": {
            "id": { "type": "string", "readOnly": true },
            "count": { "type": "integer", "minimum": 5, "exclusiveMinimum": true },
            "nullable": { "type": "string", "nullable": true },
        },
    });
    let made = of_schema(&schema).unwrap();
    assert_eq!(made.valid, json!({ "count": 6, "nullable": "statusquo" }));
    assert!(made.broken.iter().all(|broken| !broken.members.contains(&"id".to_owned())));
}

#[test]
fn what_cannot_be_made_is_said() {
    for (schema, why) in [
        (json!({ "type": "array" }), "its content is no JSON object"),
        (json!({ "type": "object" }), "its schema demands nothing"),
        (
            json!({ "type": "object", "required": ["a"], "properties": { "a": { "pattern": "^[0-9]+$" } } }),
            "no content could be made",
        ),
        (json!({ "type": "thing" }), "the schema of its content is not understood"),
        (json!(true), "the schema of its content is no object"),
        (json!({ "$ref": "#/components/schemas/Endless" }), "the schema of its content is not understood"),
    ] {
        let found = of_schema(&schema).unwrap_err();
        assert!(found.starts_with(why), "{found}");
    }
    let endless = json!({ "Endless": { "type": "object", "required": ["next"], "properties": { "next": { "$ref": "#/components/schemas/Endless" } } } });
    let found = made(&json!({ "schema": { "$ref": "#/components/schemas/Endless" } }), &endless).unwrap_err();
    assert!(found.starts_with("no content could be made"), "{found}");
}

#[test]
fn one_member_alone_has_no_second_fault() {
    let schema =
        json!({ "type": "object", "required": ["id"], "properties": { "id": { "type": "integer" } } });
    let made = of_schema(&schema).unwrap();
    assert_eq!(broken(&made).iter().map(|(_, members)| members.len()).collect::<Vec<_>>(), [1, 1]);
}
