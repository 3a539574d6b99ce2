//! The JSON Schema of the configuration, in the dialect that TOML editors read.
//!
//! Made from the table of keys. Taplo and its kin read draft-04: `definitions`, `enum` instead of `const`.

use serde_json::{Map, Value, json};

use super::keys::{Form, Key, ROOT, Table};
use super::node::Node;

/// The schema of the whole file.
pub(crate) fn schema() -> Value {
    let mut definitions = Map::new();
    let mut schema = table(&ROOT, &mut definitions);
    let definitions = Value::Object(definitions);
    if let Some(schema) = schema.as_object_mut() {
        schema.insert("$schema".to_owned(), json!("http://json-schema.org/draft-04/schema#"));
        schema.insert("title".to_owned(), json!("Statusquo configuration"));
        schema.insert("definitions".to_owned(), definitions);
    }
    schema
}

fn table(table: &Table, definitions: &mut Map<String, Value>) -> Value {
    let properties: Map<String, Value> =
        table.known(None).map(|key| (key.name.to_owned(), property(key, definitions))).collect();
    let mut schema = json!({
        "type": "object",
        "description": table.about,
        "additionalProperties": false,
        "properties": properties,
    });
    let required = table.known(None).filter(|key| key.required && key.only.is_empty());
    let required: Vec<&str> = required.map(|key| key.name).collect();
    // Draft-04 allows no empty list here.
    if let (Some(schema), false) = (schema.as_object_mut(), required.is_empty()) {
        schema.insert("required".to_owned(), json!(required));
    }
    schema
}

fn property(key: &Key, definitions: &mut Map<String, Value>) -> Value {
    let mut property = form(&key.form, definitions);
    let Some(object) = property.as_object_mut() else { return property };
    let only = match key.only {
        [] => String::new(),
        kinds => format!(" For: {}.", kinds.join(", ")),
    };
    object.insert("description".to_owned(), json!(format!("{}{only}", key.about)));
    let value = |toml: &str| Node::parse_value(toml).map(|node| node.to_json());
    if let Some(default) = key.default.and_then(value) {
        object.insert("default".to_owned(), default);
    }
    if let Some(example) = value(key.example) {
        object.insert("examples".to_owned(), json!([example]));
    }
    property
}

fn form(form: &Form, definitions: &mut Map<String, Value>) -> Value {
    const NAME: &str = "^[a-z0-9][a-z0-9._-]{0,99}$";
    let one_or_many = |one: Value| json!({ "oneOf": [one.clone(), { "type": "array", "items": one }] });
    match form {
        Form::Text | Form::Template | Form::Path => json!({ "type": "string" }),
        Form::Secret => json!({ "type": "string", "pattern": "\\$\\{(env|file|command):[^}]+\\}" }),
        Form::Url => json!({ "type": "string", "pattern": "^https?://" }),
        Form::Name => json!({ "type": "string", "pattern": NAME }),
        Form::Texts => one_or_many(json!({ "type": "string" })),
        Form::Names => one_or_many(json!({ "type": "string", "pattern": NAME })),
        Form::Duration(..) => json!({ "type": "string", "pattern": "^([0-9]+(ms|s|m|h|d))+$" }),
        Form::Size(..) => json!({ "type": "string", "pattern": "^[0-9]+ ?(B|kB|MB|KiB|MiB|GiB)$" }),
        Form::Count(least, most) => json!({ "type": "integer", "minimum": least, "maximum": most }),
        Form::Flag => json!({ "type": "boolean" }),
        Form::Word(words) => json!({ "type": "string", "enum": words }),
        Form::Words(words) => one_or_many(json!({ "type": "string", "enum": words })),
        // TOML's own times reach an editor's schema as strings.
        Form::Moment => json!({ "type": "string" }),
        Form::Fields => json!({ "type": "object", "additionalProperties": { "type": "string" } }),
        Form::Free => json!({ "type": "object" }),
        Form::Table(inner) => reference(inner, definitions),
        Form::Tables(inner) => json!({ "type": "array", "items": reference(inner, definitions) }),
    }
}

/// Draft-04 ignores what stands beside a `$ref`, so it is wrapped.
fn reference(inner: &Table, definitions: &mut Map<String, Value>) -> Value {
    if !definitions.contains_key(inner.path) {
        let schema = table(inner, definitions);
        definitions.insert(inner.path.to_owned(), schema);
    }
    json!({ "allOf": [{ "$ref": format!("#/definitions/{}", inner.path) }] })
}
