//! A problem as the content of a response.

use serde::Serialize;

use super::{Kind, Problem, Shown};
use crate::form::Media;
use crate::request_id::RequestId;
use crate::scope::Scope;
use crate::{Mistake, Place};

/// The least that content takes: it is seldom moved.
const USUAL_BYTES: usize = 256;

/// The content in the media type that the scope wants.
pub(super) fn content(problem: &Problem, scope: &Scope) -> Vec<u8> {
    let id = scope.request_id.as_ref().map(RequestId::as_str);
    match scope.media {
        Media::Problem => details(problem, id),
        Media::Envelope => envelope(problem, id),
        Media::Text => text(problem, id),
        Media::Page(page) => page(problem, scope.request_id.as_ref()).into_bytes(),
    }
}

fn phrase(problem: &Problem) -> &'static str {
    statusquo_catalogue::StatusCode::new(problem.status().as_u16()).phrase()
}

fn kind(problem: &Problem) -> Option<Kind> {
    match problem.0.shown {
        Shown::Told { kind, .. } => kind,
        Shown::Nothing => None,
    }
}

/// The name for programs: that of the kind, or else the phrase, `not_found`.
fn code(problem: &Problem) -> String {
    let of_phrase = || {
        let letters = phrase(problem).chars();
        let snake = |char: char| if char == ' ' || char == '-' { '_' } else { char.to_ascii_lowercase() };
        letters.filter(|char| char.is_ascii_alphanumeric() || " -".contains(*char)).map(snake).collect()
    };
    kind(problem).map_or_else(of_phrase, |kind| kind.code.to_owned())
}

/// Problem details (RFC 9457).
fn details(problem: &Problem, request_id: Option<&str>) -> Vec<u8> {
    let kind = kind(problem);
    let of_own = kind.and_then(|kind| Some((kind.uri?, kind.title)));
    let (uri, title) = of_own.unwrap_or_else(|| ("about:blank", phrase(problem)));
    let mut object = Object::new();
    object.member("type", uri);
    object.member("title", title);
    object.member("status", &problem.status().as_u16());
    if let Some(detail) = problem.detail() {
        object.member("detail", detail);
    }
    object.member("code", &code(problem));
    if !problem.mistakes().is_empty() {
        object.list("errors", problem.mistakes(), |mistake| {
            let mut error = Object::new();
            error.member("detail", &*mistake.message);
            match &mistake.place {
                place @ Place::Content(_) => error.member("pointer", &place.pointer()),
                Place::Query(name) | Place::Path(name) => error.member("parameter", &**name),
                Place::Field(name) => error.member("header", &**name),
            }
            error.finish()
        });
    }
    own_members(problem, &mut object);
    if let Some(id) = request_id {
        object.member("request_id", id);
    }
    object.finish()
}

/// `{"error": {"code", "message", "details": [{"field", "message"}], "request_id"}}`
fn envelope(problem: &Problem, request_id: Option<&str>) -> Vec<u8> {
    let mut error = Object::new();
    error.member("code", &code(problem));
    let title = kind(problem).map_or_else(|| phrase(problem), |kind| kind.title);
    error.member("message", problem.detail().unwrap_or(title));
    error.list("details", problem.mistakes(), |mistake: &Mistake| {
        let mut detail = Object::new();
        detail.member("field", mistake.place.name());
        detail.member("message", &*mistake.message);
        detail.finish()
    });
    own_members(problem, &mut error);
    if let Some(id) = request_id {
        error.member("request_id", id);
    }
    let mut object = Object::new();
    object.raw("error", &error.finish());
    object.finish()
}

fn own_members(problem: &Problem, object: &mut Object) {
    if let Shown::Told { members, .. } = &problem.0.shown {
        for (name, value) in members {
            object.member(name, value);
        }
    }
}

fn text(problem: &Problem, request_id: Option<&str>) -> Vec<u8> {
    let mut text = format!("{problem}\n");
    for mistake in problem.mistakes() {
        text.push_str(&format!("- {mistake}\n"));
    }
    if let Some(id) = request_id {
        text.push_str(&format!("request id: {id}\n"));
    }
    text.into_bytes()
}

/// A JSON object that is being written. Each member costs one pass over its text, and nothing is kept twice.
struct Object(Vec<u8>);

impl Object {
    fn new() -> Self {
        let mut bytes = Vec::with_capacity(USUAL_BYTES);
        bytes.push(b'{');
        Self(bytes)
    }

    fn member<T: Serialize + ?Sized>(&mut self, name: &str, value: &T) {
        self.name(name);
        // Text, numbers and JSON values are written into memory: there is nothing that could fail.
        if serde_json::to_writer(&mut self.0, value).is_err() {
            self.0.extend_from_slice(b"null");
        }
    }

    fn raw(&mut self, name: &str, json: &[u8]) {
        self.name(name);
        self.0.extend_from_slice(json);
    }

    fn list<T>(&mut self, name: &str, elements: &[T], write: impl Fn(&T) -> Vec<u8>) {
        self.name(name);
        self.0.push(b'[');
        for (number, element) in elements.iter().enumerate() {
            if number > 0 {
                self.0.push(b',');
            }
            self.0.extend_from_slice(&write(element));
        }
        self.0.push(b']');
    }

    fn name(&mut self, name: &str) {
        if self.0.len() > 1 {
            self.0.push(b',');
        }
        let written = serde_json::to_writer(&mut self.0, name);
        debug_assert!(written.is_ok(), "text is written into memory");
        self.0.push(b':');
    }

    fn finish(mut self) -> Vec<u8> {
        self.0.push(b'}');
        self.0
    }
}
