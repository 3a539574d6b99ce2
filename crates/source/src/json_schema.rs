//! JSON Schema: holds values against a schema of the user's own.

use std::fmt;

use jsonschema::{ValidationError, Validator};
use serde_json::Value;

/// Faults beyond these are not told.
const MOST_TOLD: usize = 3;
/// No more of a fault is told, in characters.
const LONGEST_TOLD: usize = 160;

/// A schema that values are held against.
pub struct JsonSchema {
    validator: Validator,
}

impl fmt::Debug for JsonSchema {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JsonSchema").finish_non_exhaustive()
    }
}

impl JsonSchema {
    /// Reads a schema, of whatever draft it says it is.
    ///
    /// # Errors
    ///
    /// When it is no JSON, or no schema; in words.
    pub fn read(text: &str) -> Result<Self, String> {
        let schema: Value = serde_json::from_str(text).map_err(|why| format!("not JSON: {why}"))?;
        let validator =
            jsonschema::validator_for(&schema).map_err(|why| format!("not a JSON Schema: {}", told(&why)))?;
        Ok(Self { validator })
    }

    /// What of a value breaks the schema: the first three faults, with their places.
    #[must_use]
    pub fn breaks(&self, value: &Value) -> Vec<String> {
        faults(&self.validator, value)
    }
}

/// The first faults of a value, with their places.
pub(crate) fn faults(validator: &Validator, value: &Value) -> Vec<String> {
    validator.iter_errors(value).take(MOST_TOLD).map(|error| told(&error)).collect()
}

fn told(error: &ValidationError<'_>) -> String {
    let place = error.instance_path().to_string();
    let text: String = error.to_string().chars().take(LONGEST_TOLD).collect();
    if place.is_empty() { text } else { format!("{place}: {text}") }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_value_is_held_against_the_schema_with_the_place_of_each_fault() {
        let schema = r#"{"type":"object","required":["code"],"properties":{"code":{"type":"string"}}}"#;
        let schema = JsonSchema::read(schema).unwrap();
        assert_eq!(schema.breaks(&json!({ "code": "busy" })), Vec::<String>::new());
        assert_eq!(schema.breaks(&json!({})), ["\"code\" is a required property"]);
        assert_eq!(schema.breaks(&json!({ "code": 1 })), ["/code: 1 is not of type \"string\""]);
    }

    #[test]
    fn what_is_no_schema_is_refused() {
        assert!(JsonSchema::read("{").unwrap_err().starts_with("not JSON: "));
        assert!(JsonSchema::read(r#"{"type":"thing"}"#).unwrap_err().starts_with("not a JSON Schema: "));
    }
}
