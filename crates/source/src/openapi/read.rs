//! Reads an OpenAPI document, as far as answers go.

use serde_json::{Map, Value};

use super::{
    Content, Declared, DeclaredField, Description, DescriptionError, Operation, RequestContent, Status,
};

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
            let parameters = self.parameters(item, operation);
            let required = |place| {
                let all = named(&parameters, place).filter(|(_, parameter)| is_required(parameter));
                all.map(|(name, _)| name).collect()
            };
            let schema = |parameter: &Value| parameter.get("schema").cloned().unwrap_or_default();
            Some(Operation {
                method: method.to_ascii_uppercase(),
                path: path.to_owned(),
                line,
                is_secured: self.is_secured(operation),
                fields: named(&parameters, "header").map(|(name, one)| (name, schema(one))).collect(),
                required_fields: required("header"),
                required_queries: required("query"),
                request: self.request(operation),
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

    /// Those of the path and of the operation.
    fn parameters<'v>(&'v self, item: &'v Value, operation: &'v Map<String, Value>) -> Vec<&'v Value> {
        let all = [item.get("parameters"), operation.get("parameters")];
        let all = all.into_iter().flatten().filter_map(Value::as_array).flatten();
        all.map(|parameter| self.resolve(parameter)).collect()
    }

    /// The JSON content of requests.
    fn request(&self, operation: &Map<String, Value>) -> Option<RequestContent> {
        let contents = self.resolve(operation.get("requestBody")?).get("content")?.as_object()?;
        let is_json = |media_type: &str| media_type == "application/json" || media_type.ends_with("+json");
        let plain =
            |media_type: &str| media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        let (media_type, content) = contents.iter().find(|(media_type, _)| is_json(&plain(media_type)))?;
        let named = content.get("examples").and_then(Value::as_object);
        let named = named.into_iter().flat_map(Map::values);
        let named = named.filter_map(|example| self.resolve(example).get("value"));
        Some(RequestContent {
            media_type: media_type.clone(),
            schema: content.get("schema")?.clone(),
            examples: content.get("example").into_iter().chain(named).cloned().collect(),
        })
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

/// The parameters in a place, by name.
fn named<'v>(parameters: &[&'v Value], place: &str) -> impl Iterator<Item = (String, &'v Value)> {
    let text = |parameter: &'v Value, member| parameter.get(member).and_then(Value::as_str);
    let there = parameters.iter().filter(move |parameter| text(parameter, "in") == Some(place));
    there.filter_map(move |parameter| Some((text(parameter, "name")?.to_owned(), *parameter)))
}

fn is_required(parameter: &Value) -> bool {
    parameter.get("required").and_then(Value::as_bool) == Some(true)
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
