//! Reads an OpenAPI document, as far as answers go.

use serde_json::{Map, Value};

use super::{Content, Declared, DeclaredField, Description, DescriptionError, Operation, Status};

const METHODS: [&str; 9] = ["get", "put", "post", "delete", "options", "head", "patch", "trace", "query"];
/// References to references are followed so far.
const DEEPEST: usize = 16;

pub(super) fn read(text: &str) -> Result<Description, DescriptionError> {
    let document: Value = if text.trim_start().starts_with('{') {
        serde_json::from_str(text).map_err(|why| DescriptionError::Syntax(why.to_string()))?
    } else {
        serde_saphyr::from_str(text).map_err(|why| DescriptionError::Syntax(why.to_string()))?
    };
    let version = document.get("openapi").map(plain).unwrap_or_default();
    if !version.starts_with("3.") {
        let found = if version.is_empty() {
            "it has no `openapi` member".to_owned()
        } else {
            format!("its version is {version}")
        };
        return Err(DescriptionError::Form(found));
    }
    let reader = Reader { document: &document, text };
    let operations = reader.operations();
    let prefixes = reader.prefixes();
    Ok(Description { operations, prefixes, document })
}

struct Reader<'a> {
    document: &'a Value,
    text: &'a str,
}

impl Reader<'_> {
    fn operations(&self) -> Vec<Operation> {
        let Some(paths) = self.document.get("paths").and_then(Value::as_object) else { return Vec::new() };
        paths.iter().flat_map(|(path, item)| self.of_path(path, self.resolve(item))).collect()
    }

    fn of_path(&self, path: &str, item: &Value) -> Vec<Operation> {
        let line = self.line_of(path);
        let one = |method: &&str| {
            let operation = item.get(*method)?.as_object()?;
            Some(Operation {
                method: method.to_ascii_uppercase(),
                path: path.to_owned(),
                line,
                is_secured: self.is_secured(operation),
                required_fields: self.required_fields(item, operation),
                responses: self.responses(operation),
            })
        };
        METHODS.iter().filter_map(one).collect()
    }

    /// The line where a path stands as a key: YAML and JSON values do not know their places.
    fn line_of(&self, path: &str) -> usize {
        let quoted = [format!("\"{path}\":"), format!("'{path}':"), format!("{path}:")];
        let is_it = |line: &str| quoted.iter().any(|key| line.trim_start().starts_with(key.as_str()));
        self.text.lines().position(is_it).map_or(1, |at| at + 1)
    }

    /// An empty requirement among several makes credentials optional (OpenAPI 3.1, 4.8.30).
    fn is_secured(&self, operation: &Map<String, Value>) -> bool {
        let own =
            operation.get("security").or_else(|| self.document.get("security")).and_then(Value::as_array);
        let is_empty = |requirement: &Value| requirement.as_object().is_none_or(Map::is_empty);
        own.is_some_and(|all| !all.is_empty() && !all.iter().any(is_empty))
    }

    fn required_fields(&self, item: &Value, operation: &Map<String, Value>) -> Vec<String> {
        let of = |value: Option<&Value>| value.and_then(Value::as_array).cloned().unwrap_or_default();
        let all = of(item.get("parameters")).into_iter().chain(of(operation.get("parameters")));
        let required = |parameter: Value| {
            let parameter = self.resolve(&parameter).clone();
            let is_field = parameter.get("in").and_then(Value::as_str) == Some("header");
            let is_required = parameter.get("required").and_then(Value::as_bool) == Some(true);
            parameter
                .get("name")
                .and_then(Value::as_str)
                .filter(|_| is_field && is_required)
                .map(str::to_owned)
        };
        all.filter_map(required).collect()
    }

    fn responses(&self, operation: &Map<String, Value>) -> Vec<Declared> {
        let Some(responses) = operation.get("responses").and_then(Value::as_object) else {
            return Vec::new();
        };
        let one = |(status, response): (&String, &Value)| {
            let response = self.resolve(response);
            let status: Status = status.parse().ok()?;
            Some(Declared { status, fields: self.fields(response), contents: contents(response) })
        };
        responses.iter().filter_map(one).collect()
    }

    fn fields(&self, response: &Value) -> Vec<DeclaredField> {
        let Some(fields) = response.get("headers").and_then(Value::as_object) else { return Vec::new() };
        let one = |(name, field): (&String, &Value)| {
            let is_required = self.resolve(field).get("required").and_then(Value::as_bool) == Some(true);
            DeclaredField { name: name.clone(), is_required }
        };
        fields.iter().map(one).collect()
    }

    /// What a reference within the document leads to.
    fn resolve<'v>(&'v self, value: &'v Value) -> &'v Value {
        let mut value = value;
        for _ in 0..DEEPEST {
            let reference = value.get("$ref").and_then(Value::as_str).and_then(|text| text.strip_prefix('#'));
            match reference.and_then(|pointer| self.document.pointer(pointer)) {
                Some(next) => value = next,
                None => break,
            }
        }
        value
    }

    fn prefixes(&self) -> Vec<String> {
        let servers = self.document.get("servers").and_then(Value::as_array);
        let urls =
            servers.into_iter().flatten().filter_map(|server| server.get("url").and_then(Value::as_str));
        let path = |url: &str| {
            let rest = url
                .split_once("://")
                .map_or(url, |(_, rest)| rest.find('/').map_or("", |at| rest.get(at..).unwrap_or("")));
            rest.trim_end_matches('/').to_owned()
        };
        let mut prefixes: Vec<String> = urls.map(path).collect();
        // Behind a proxy the prefix may have been taken off.
        prefixes.push(String::new());
        prefixes.dedup();
        prefixes
    }
}

fn contents(response: &Value) -> Vec<Content> {
    let Some(contents) = response.get("content").and_then(Value::as_object) else { return Vec::new() };
    let one = |(media_type, content): (&String, &Value)| Content {
        media_type: media_type.clone(),
        schema: content.get("schema").cloned(),
    };
    contents.iter().map(one).collect()
}

/// `3.1` in YAML may be a number.
fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
