//! The public status page, for programs of those who run it.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use http::header;
use statusquo_problem::Problem;

use crate::auth::Caller;
use crate::context::App;
use crate::pages;
use crate::public::File;
use crate::wire;

/// What the public was told, the newest first.
pub(crate) async fn announcements(State(app): State<App>, _: Caller) -> Response {
    let announcements = app.snapshot().announcements.iter().map(wire::AnnouncementWire::from).collect();
    pages::json(&wire::AnnouncementsWire { announcements })
}

/// The files of the public status page.
pub(crate) async fn status_page(State(app): State<App>, _: Caller) -> Result<Response, Problem> {
    let files = app.context.shelf.files();
    if files.is_empty() {
        return Err(Problem::not_found(
            "there is no public status page; add components to the configuration",
        ));
    }
    let file = |(path, file): (&String, &File)| wire::StatusFile {
        path: path.clone(),
        place: File::place(path),
        media_type: file.media_type,
        bytes: file.content.len(),
    };
    Ok(pages::json(&wire::StatusFiles { files: files.iter().map(file).collect() }))
}

/// One of them, as the public gets it. A page of it is shown here as what it is, and not as one of ours.
pub(crate) async fn status_page_file(
    State(app): State<App>,
    _: Caller,
    Path(place): Path<String>,
) -> Result<Response, Problem> {
    let files = app.context.shelf.files();
    let found = files.iter().find(|(path, _)| File::place(path) == place);
    let (_, file) = found.ok_or_else(|| Problem::not_found(format!("the public page has no `{place}`")))?;
    let fields = [(header::CONTENT_TYPE, file.media_type), (header::CONTENT_SECURITY_POLICY, "sandbox")];
    Ok((fields, file.content.clone()).into_response())
}
