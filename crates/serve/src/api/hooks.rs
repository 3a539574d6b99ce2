//! Receivers that answer: Slack tells of pressed buttons, Twilio of digits and replies. Their signatures are the key.

use axum::body::Bytes;
use axum::extract::{Path, RawQuery, State};
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, StatusCode, header};
use statusquo_exchange::Name;
use statusquo_problem::Problem;

use crate::command::{CallBack, Command, Reply};
use crate::context::App;

/// A receiver's service calls back.
pub(crate) async fn called_back(
    State(app): State<App>,
    Path(receiver): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    content: Bytes,
) -> Result<Response, Problem> {
    let content =
        String::from_utf8(content.to_vec()).map_err(|_| Problem::bad_request("the content is not UTF-8"))?;
    let fields = headers
        .iter()
        .filter(|(name, _)| name.as_str().starts_with("x-"))
        .filter_map(|(name, value)| Some((name.as_str().to_owned(), value.to_str().ok()?.to_owned())))
        .collect();
    let call = CallBack { query: query.unwrap_or_default(), fields, content };
    Ok(match app.command(Command::CalledBack(Name::from(receiver), call)).await? {
        Reply::Content { media_type, content } => {
            ([(header::CONTENT_TYPE, media_type)], content).into_response()
        }
        Reply::Done | Reply::Text(_) | Reply::Silence(_) | Reply::Correction(_) => {
            StatusCode::OK.into_response()
        }
    })
}
