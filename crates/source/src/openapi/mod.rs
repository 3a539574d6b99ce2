//! OpenAPI descriptions (3.0 and 3.1): which operations an API says it has, and how it says they answer.

mod made;
mod operation;
mod read;
mod sample;

use std::collections::BTreeSet;

use jsonschema::Validator;
use serde_json::Value;

use crate::json_schema::faults;

pub use made::{Broken, Made};
pub use operation::{Content, Declared, DeclaredField, Operation, RequestContent, Status};

/// What an API says of itself.
#[derive(Debug)]
pub struct Description {
    /// Its operations, in the order of the document.
    pub operations: Vec<Operation>,
    /// Path prefixes of its servers, without trailing slash; the empty one if it names none.
    pub prefixes: Vec<String>,
    /// The whole document, which schemas refer to.
    document: Value,
}

/// Why a document is no OpenAPI description.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DescriptionError {
    /// It is neither JSON nor YAML.
    #[error("neither JSON nor YAML: {0}")]
    Syntax(String),
    /// It is something else.
    #[error("not an OpenAPI 3 document: {0}")]
    Form(String),
}

impl Description {
    /// Does a text look like an OpenAPI document?
    #[must_use]
    pub fn detect(text: &[u8]) -> bool {
        let head = String::from_utf8_lossy(text.get(..text.len().min(2048)).unwrap_or_default()).into_owned();
        let is_key = |line: &str| {
            let line = line.trim_start_matches(['{', ' ', '\t']);
            line.starts_with("openapi:") || line.starts_with("\"openapi\"") || line.starts_with("'openapi'")
        };
        head.lines().any(is_key) || head.trim_start().starts_with("{\"openapi\"")
    }

    /// Reads a document.
    ///
    /// # Errors
    ///
    /// When it is no OpenAPI 3 document.
    pub fn read(text: &str) -> Result<Self, DescriptionError> {
        read::read(text)
    }

    /// The operation that a request belongs to. Literal segments go before templates (OpenAPI 3.1, 4.8.8.2).
    #[must_use]
    pub fn operation(&self, method: &str, path: &str) -> Option<&Operation> {
        let path = path.split(['?', '#']).next().unwrap_or_default();
        let inner = self.prefixes.iter().filter_map(|prefix| path.strip_prefix(prefix.as_str()));
        let found = inner
            .flat_map(|path| self.operations.iter().filter(move |operation| operation.matches(method, path)));
        found.min_by_key(|operation| operation.path.matches('{').count())
    }

    /// The methods that are described for a path.
    #[must_use]
    pub fn methods(&self, path: &str) -> BTreeSet<&str> {
        let path = path.split(['?', '#']).next().unwrap_or_default();
        let inner = self.prefixes.iter().filter_map(|prefix| path.strip_prefix(prefix.as_str()));
        let all =
            |path| self.operations.iter().filter(move |operation| operation.matches(&operation.method, path));
        inner.flat_map(all).map(|operation| operation.method.as_str()).collect()
    }

    /// Is this path described, with whatever method?
    #[must_use]
    pub fn has_path(&self, path: &str) -> bool {
        let path = path.split(['?', '#']).next().unwrap_or_default();
        let inner = self.prefixes.iter().filter_map(|prefix| path.strip_prefix(prefix.as_str()));
        inner
            .into_iter()
            .any(|path| self.operations.iter().any(|operation| operation.matches(&operation.method, path)))
    }

    /// What of a JSON value breaks a schema of this document: the first three faults, with their places.
    #[must_use]
    pub fn breaks(&self, schema: &Value, value: &Value) -> Vec<String> {
        let Some(validator) = self.validator(schema) else { return Vec::new() };
        faults(&validator, value)
    }

    /// A schema with the definitions that it refers to. What the validator does not understand judges nothing.
    fn validator(&self, schema: &Value) -> Option<Validator> {
        let mut whole = schema.as_object()?.clone();
        let components = self.document.get("components").cloned().unwrap_or_default();
        whole.insert("components".to_owned(), components);
        let options = jsonschema::options().with_draft(jsonschema::Draft::Draft202012);
        options.build(&Value::Object(whole)).ok()
    }
}
