//! JSON that was sent, and JSON that is answered.

use ::axum::body::Bytes;
use ::axum::extract::{FromRequest, Request};
use ::axum::response::{IntoResponse, Response};
use http::Method;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::error::Category;

use super::rejection::{media_type, mistake, of_content};
use crate::{Answer, Content, Place, Problem, Takes};

/// JSON that was sent, or is answered with a 200.
///
/// What is refused: another media type (415), too much (413), what is no JSON (400), and JSON that is not what it should
/// be (422, with the place).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Json<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Json<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let media = media_type(request.headers());
        if media != "application/json" && !(media.starts_with("application/") && media.ends_with("+json")) {
            return Err(other_type(request.method(), &media));
        }
        let content = Bytes::from_request(request, state).await.map_err(of_content)?;
        parse(&content).map(Self)
    }
}

fn other_type(method: &Method, media: &str) -> Problem {
    let takes = Takes::media_types(method, &["application/json"]);
    let detail = match media {
        "" => "say what you send: `Content-Type: application/json`",
        _ => "send JSON, and say so: `Content-Type: application/json`",
    };
    Problem::unsupported_media_type(takes, detail)
}

fn parse<T: DeserializeOwned>(content: &[u8]) -> Result<T, Problem> {
    let reader = &mut serde_json::Deserializer::from_slice(content);
    let value = serde_path_to_error::deserialize(&mut *reader).map_err(|error| {
        let path = error.path().to_string();
        let error = error.into_inner();
        let (line, column) = (error.line(), error.column());
        match error.classify() {
            Category::Data => {
                let place = |path: String| Place::Content(path.into());
                Problem::unprocessable(mistake(&path, without_place(&error), place))
            }
            Category::Syntax | Category::Eof | Category::Io => no_json(line, column),
        }
    })?;
    reader.end().map_err(|error| no_json(error.line(), error.column()))?;
    Ok(value)
}

fn no_json(line: usize, column: usize) -> Problem {
    Problem::bad_request(format!("the content is no JSON from line {line}, column {column} on"))
}

/// The words of an error; the place in the text tells less than the path.
fn without_place(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let place = format!(" at line {} column {}", error.line(), error.column());
    text.strip_suffix(&place).map(str::to_owned).unwrap_or(text)
}

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        match Content::json(&self.0) {
            Ok(content) => Answer::ok(content).into_response(),
            Err(error) => Problem::internal(error).into_response(),
        }
    }
}
