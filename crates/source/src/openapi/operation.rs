//! One operation and how it says it answers.

use std::str::FromStr;

use serde_json::Value;
use statusquo_exchange::StatusCode;

/// A method of a path.
#[derive(Debug, Clone, PartialEq)]
pub struct Operation {
    /// The method, in capitals.
    pub method: String,
    /// The path template: `/orders/{id}`.
    pub path: String,
    /// The line of the document where it begins, counted from 1.
    pub line: usize,
    /// Does it demand credentials?
    pub is_secured: bool,
    /// Header fields that a request may have, with their schemas.
    pub fields: Vec<(String, Value)>,
    /// Those of them that it has to have.
    pub required_fields: Vec<String>,
    /// Parameters that its query has to have.
    pub required_queries: Vec<String>,
    /// The JSON content that a request has, if it has any.
    pub request: Option<RequestContent>,
    /// Its answers.
    pub responses: Vec<Declared>,
}

/// The JSON content of requests.
#[derive(Debug, Clone, PartialEq)]
pub struct RequestContent {
    /// Its media type: `application/json`.
    pub media_type: String,
    /// Its schema.
    pub schema: Value,
    /// The description's own examples of it.
    pub examples: Vec<Value>,
}

/// A declared answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Declared {
    /// For which status codes.
    pub status: Status,
    /// Its header fields.
    pub fields: Vec<DeclaredField>,
    /// Its contents by media type.
    pub contents: Vec<Content>,
}

/// A declared header field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeclaredField {
    /// Its name.
    pub name: String,
    /// Does it have to be there?
    pub is_required: bool,
}

/// A declared content.
#[derive(Debug, Clone, PartialEq)]
pub struct Content {
    /// Its media type or range: `application/json`, `text/*`.
    pub media_type: String,
    /// The schema of JSON content.
    pub schema: Option<Value>,
}

/// For which status codes an answer is declared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// This one.
    Code(StatusCode),
    /// A class: `4XX`.
    Class(u16),
    /// All that are not declared otherwise.
    Default,
}

impl FromStr for Status {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        if text == "default" {
            return Ok(Self::Default);
        }
        if let Some(class) = text.strip_suffix("XX").or_else(|| text.strip_suffix("xx")) {
            return class.parse().map(Self::Class).map_err(drop);
        }
        text.parse::<u16>().map(|number| Self::Code(StatusCode::new(number))).map_err(drop)
    }
}

impl Operation {
    /// Is it for such a request?
    #[must_use]
    pub fn matches(&self, method: &str, path: &str) -> bool {
        self.method == method && matches_template(&self.path, path)
    }

    /// How it says that it answers with this code: exactly, by class, or by default.
    #[must_use]
    pub fn declared(&self, code: StatusCode) -> Option<&Declared> {
        let rank = |declared: &&Declared| match declared.status {
            Status::Code(exact) if exact == code => Some(0),
            Status::Class(class) if class == code.get() / 100 => Some(1),
            Status::Default => Some(2),
            Status::Code(_) | Status::Class(_) => None,
        };
        self.responses.iter().filter(|declared| rank(declared).is_some()).min_by_key(rank)
    }

    /// `GET /orders/{id}`
    #[must_use]
    pub fn name(&self) -> String {
        format!("{} {}", self.method, self.path)
    }
}

/// Does a path fit a template? A parameter takes a whole segment or a part of one.
fn matches_template(template: &str, path: &str) -> bool {
    let trim = |text: &str| text.trim_end_matches('/').to_owned();
    let (template, path) = (trim(template), trim(path));
    let (mut wanted, mut given) = (template.split('/'), path.split('/'));
    loop {
        match (wanted.next(), given.next()) {
            (None, None) => return true,
            (Some(wanted), Some(given)) if matches_segment(wanted, given) => {}
            _ => return false,
        }
    }
}

fn matches_segment(template: &str, segment: &str) -> bool {
    let Some((before, rest)) = template.split_once('{') else { return template == segment };
    let after = rest.split_once('}').map_or("", |(_, after)| after);
    let inner = segment.strip_prefix(before);
    // Of several parameters in a segment only the outer words are compared.
    let after = after.rsplit('}').next().unwrap_or(after);
    inner.and_then(|inner| inner.strip_suffix(after)).is_some_and(|inner| !inner.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn templates_match_whole_segments_and_parts_of_them() {
        for (template, path, expect) in [
            ("/orders/{id}", "/orders/17", true),
            ("/orders/{id}", "/orders/17/", true),
            ("/orders/{id}", "/orders", false),
            ("/orders/{id}", "/orders/17/items", false),
            ("/files/{name}.json", "/files/a.json", true),
            ("/files/{name}.json", "/files/a.xml", false),
            ("/repos/{base}...{head}", "/repos/a...b", true),
            ("/", "/", true),
        ] {
            assert_eq!(matches_template(template, path), expect, "{template} {path}");
        }
    }
}
