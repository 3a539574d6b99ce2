//! What an error says.

use std::borrow::Cow;

use http::{HeaderMap, header};
use serde_json::{Map, Value};

use crate::{Mistake, Place, X_REQUEST_ID};

/// What an error says, in the form of RFC 9457 or of the envelope. It comes from strangers: every text is cut, every
/// list is bounded, and nothing in it is believed to be more than words.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Told {
    /// The identifier of its kind (`type`); none when it is `about:blank`.
    pub kind: Option<String>,
    /// Its name for programs.
    pub code: Option<String>,
    /// What its kind is called.
    pub title: Option<String>,
    /// What exactly went wrong.
    pub message: Option<String>,
    /// All that is wrong with the request.
    pub mistakes: Vec<Mistake>,
    /// What to tell support.
    pub request_id: Option<String>,
}

impl Told {
    /// More content is not read.
    pub const LONGEST_CONTENT_BYTES: usize = 64 << 10;
    /// A text is cut after so many characters.
    pub const LONGEST_TEXT: usize = 1024;
    /// No more mistakes are listed.
    pub const MOST_MISTAKES: usize = 100;

    /// What an error says; `None` when it is not JSON of a form that is known, or too large.
    ///
    /// ```
    /// use statusquo_problem::client::Told;
    /// use http::HeaderMap;
    ///
    /// let mut headers = HeaderMap::new();
    /// headers.insert("content-type", "application/json".parse().unwrap());
    /// let content = br#"{"error":{"code":"no_order","message":"there is no order 17","request_id":"r1"}}"#;
    /// let told = Told::parse(&headers, content).unwrap();
    /// assert_eq!(told.code.as_deref(), Some("no_order"));
    /// ```
    #[must_use]
    pub fn parse(headers: &HeaderMap, content: &[u8]) -> Option<Self> {
        let media = headers.get(header::CONTENT_TYPE)?.to_str().ok()?.split(';').next()?.trim();
        let is_json =
            media.eq_ignore_ascii_case("application/json") || media.to_ascii_lowercase().ends_with("+json");
        if !is_json || content.len() > Self::LONGEST_CONTENT_BYTES {
            return None;
        }
        let Value::Object(root) = serde_json::from_slice(content).ok()? else { return None };
        let mut told = match root.get("error") {
            Some(Value::Object(error)) => Self::of_envelope(error),
            _ => Self::of_problem(&root),
        };
        let is_known = told.code.is_some() || told.title.is_some() || told.message.is_some();
        let field = || headers.get(X_REQUEST_ID).and_then(|value| value.to_str().ok()).map(cut);
        told.request_id = told.request_id.or_else(field);
        is_known.then_some(told)
    }

    fn of_problem(root: &Map<String, Value>) -> Self {
        Self {
            kind: text(root, "type").filter(|kind| kind != "about:blank"),
            code: text(root, "code"),
            title: text(root, "title"),
            message: text(root, "detail"),
            mistakes: mistakes(root.get("errors"), mistake_of_problem),
            request_id: text(root, "request_id").or_else(|| text(root, "instance")),
        }
    }

    fn of_envelope(error: &Map<String, Value>) -> Self {
        Self {
            kind: None,
            code: text(error, "code"),
            title: None,
            message: text(error, "message"),
            mistakes: mistakes(error.get("details"), |detail| {
                let message = text(detail, "message")?;
                Some(Mistake::new(text(detail, "field").unwrap_or_default(), message))
            }),
            request_id: text(error, "request_id"),
        }
    }
}

fn mistakes(list: Option<&Value>, of: impl Fn(&Map<String, Value>) -> Option<Mistake>) -> Vec<Mistake> {
    let elements = list.and_then(Value::as_array).into_iter().flatten();
    elements.filter_map(|element| of(element.as_object()?)).take(Told::MOST_MISTAKES).collect()
}

fn mistake_of_problem(error: &Map<String, Value>) -> Option<Mistake> {
    let message = text(error, "detail")?;
    let named = |name: &str| text(error, name).map(Cow::Owned);
    let place = named("parameter").map(Place::Query).or_else(|| named("header").map(Place::Field));
    let pointer = || text(error, "pointer").map(|pointer| path(&pointer)).unwrap_or_default();
    Some(Mistake::at(place.unwrap_or_else(|| Place::Content(pointer().into())), message))
}

/// `#/items/0/name` as `items[0].name`.
fn path(pointer: &str) -> String {
    let mut path = String::new();
    for step in pointer.trim_start_matches('#').split('/').filter(|step| !step.is_empty()) {
        let step = step.replace("~1", "/").replace("~0", "~");
        if step.bytes().all(|byte| byte.is_ascii_digit()) {
            path.push_str(&format!("[{step}]"));
        } else {
            path.push_str(if path.is_empty() { "" } else { "." });
            path.push_str(&step);
        }
    }
    path
}

fn text(object: &Map<String, Value>, name: &str) -> Option<String> {
    object.get(name)?.as_str().filter(|text| !text.is_empty()).map(cut)
}

/// No longer than it may be, and without what a terminal would obey.
fn cut(text: &str) -> String {
    let harmless = |char: char| if char.is_control() { ' ' } else { char };
    text.chars().take(Told::LONGEST_TEXT).map(harmless).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Form, Problem};

    fn parse(media: &str, content: &[u8]) -> Option<Told> {
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_TYPE, media.parse().unwrap());
        headers.insert(X_REQUEST_ID, "of-the-field".parse().unwrap());
        Told::parse(&headers, content)
    }

    #[test]
    fn what_we_write_we_can_read() {
        let mistakes = crate::Mistakes::of(Mistake::new("items[0].name", "must be given"))
            .and(Mistake::new("count", "must be 1 or more"));
        let response = Problem::unprocessable(mistakes.clone()).into_http();
        let told = Told::parse(response.headers(), response.body()).unwrap();
        assert_eq!(told.mistakes, mistakes.as_slice());
        assert_eq!(told.code.as_deref(), Some("unprocessable_content"));
        assert_eq!(Form::default(), Form::Problem);
    }

    #[test]
    fn strangers_cannot_make_us_read_without_end() {
        assert_eq!(parse("text/html", b"<p>sorry</p>"), None);
        assert_eq!(parse("application/json", b"[]"), None);
        assert_eq!(parse("application/json", b"{}"), None);
        assert_eq!(parse("application/json", &vec![b' '; Told::LONGEST_CONTENT_BYTES + 1]), None);
        assert_eq!(parse("application/json", "[".repeat(60_000).as_bytes()), None);
        let long = format!("{{\"title\":\"{}\\u001b[31m\",\"detail\":\"a\\u001b[31mb\"}}", "a".repeat(5000));
        let told = parse("application/problem+json", long.as_bytes()).unwrap();
        assert_eq!(told.title.unwrap().chars().count(), Told::LONGEST_TEXT);
        assert_eq!(told.message.as_deref(), Some("a [31mb"));
        assert_eq!(told.request_id.as_deref(), Some("of-the-field"));
        let many = format!("{{\"title\":\"x\",\"errors\":[{}]}}", ["{\"detail\":\"y\"}"; 500].join(","));
        let told = parse("application/problem+json", many.as_bytes()).unwrap();
        assert_eq!(told.mistakes.len(), Told::MOST_MISTAKES);
    }
}
