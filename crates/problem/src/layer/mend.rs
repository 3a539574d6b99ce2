//! Errors of others get our form.

use bytes::Bytes;
use http::{HeaderMap, HeaderName, Response, StatusCode, header};
use http_body::Body;

use super::problem_layer::{tell_id, vary};
use super::read::read;
use crate::Problem;
use crate::problem::AsItIs;
use crate::scope::Scope;

/// A text that is longer is not a message.
const LONGEST_MESSAGE_BYTES: usize = 1024;

/// Fields that speak of the content that was replaced (RFC 9110, 8).
const OF_CONTENT: [HeaderName; 9] = [
    header::CONTENT_LENGTH,
    header::CONTENT_TYPE,
    header::CONTENT_ENCODING,
    header::CONTENT_LANGUAGE,
    header::CONTENT_DISPOSITION,
    header::TRANSFER_ENCODING,
    header::ETAG,
    header::LAST_MODIFIED,
    header::ACCEPT_RANGES,
];

/// The response, in our form if it is an error without one.
pub(super) async fn mend<B>(mut response: Response<B>, scope: &Scope, is_head: bool) -> Response<B>
where
    B: Body + From<Bytes>,
{
    let status = response.status();
    let is_error = status.is_client_error() || status.is_server_error();
    if !is_error || response.extensions().get::<AsItIs>().is_some() || !is_shapeless(&response) {
        tell_id(&mut response, scope);
        return response;
    }
    let is_text = media_type(response.headers()).is_some_and(|media| media == "text/plain");
    let (head, body) = response.into_parts();
    let text = if is_text { message(body).await } else { None };
    let problem = if status.is_client_error() {
        Problem::mended(status, Some(text.unwrap_or_else(|| meaning(status))))
    } else {
        // What a server error says may speak of our insides.
        let problem = Problem::mended(status, None);
        text.into_iter().fold(problem, Problem::because)
    };
    let made = scope.within(|| problem.into_http());
    let (made, content) = made.into_parts();
    let mut headers = head.headers;
    for name in OF_CONTENT {
        headers.remove(name);
    }
    for (name, value) in &made.headers {
        if *name != header::VARY && !(*name == header::CACHE_CONTROL && headers.contains_key(name)) {
            headers.insert(name, value.clone());
        }
    }
    let mut response = Response::new(B::from(if is_head { Bytes::new() } else { content }));
    *response.status_mut() = head.status;
    *response.version_mut() = head.version;
    *response.extensions_mut() = head.extensions;
    *response.headers_mut() = headers;
    vary(&mut response);
    response
}

/// Is there nothing that a program could read: no content, text, or a page?
fn is_shapeless<B: Body>(response: &Response<B>) -> bool {
    match media_type(response.headers()) {
        None => true,
        Some(media) => media == "text/plain" || media == "text/html" || response.body().is_end_stream(),
    }
}

fn media_type(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(header::CONTENT_TYPE)?.to_str().unwrap_or_default();
    value.split(';').next().map(|media| media.trim().to_ascii_lowercase()).filter(|media| !media.is_empty())
}

/// What the catalogue says of the status code, as a detail.
fn meaning(status: StatusCode) -> String {
    let code = statusquo_catalogue::StatusCode::new(status.as_u16());
    let meaning = code.entry().map_or_else(|| code.phrase(), |entry| entry.meaning).trim_end_matches('.');
    let mut chars = meaning.chars();
    chars.next().map(|first| first.to_lowercase().collect::<String>() + chars.as_str()).unwrap_or_default()
}

/// What it says, if that is short.
async fn message<B: Body>(body: B) -> Option<String> {
    // The length is a promise; the bound holds even if it is not kept.
    if body.size_hint().lower() > LONGEST_MESSAGE_BYTES as u64 {
        return None;
    }
    let (content, is_whole) = read(body, LONGEST_MESSAGE_BYTES).await;
    let text = String::from_utf8(content).ok().filter(|_| is_whole)?;
    let shown: String = text.trim().chars().map(|char| if char.is_control() { ' ' } else { char }).collect();
    (!shown.is_empty()).then_some(shown)
}
