//! Heartbeats: jobs that say that they ran. The token in the address is the secret.

use axum::extract::{Path, State};
use axum::response::Response;
use statusquo_problem::Problem;

use crate::command::Command;
use crate::context::App;
use crate::pages::json;
use crate::wire::Done;

/// The job ran.
pub(crate) async fn beat(State(app): State<App>, Path(token): Path<String>) -> Result<Response, Problem> {
    tell(&app, token, None).await
}

/// The job ran, and this came of it: `fail`, or its exit code.
pub(crate) async fn beat_with_result(
    State(app): State<App>,
    Path((token, result)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let exit_code = match result.as_str() {
        "fail" => 1,
        code => code
            .parse()
            .map_err(|_| Problem::not_found("a heartbeat ends with `fail` or with an exit code"))?,
    };
    tell(&app, token, Some(exit_code)).await
}

async fn tell(app: &App, token: String, exit_code: Option<i32>) -> Result<Response, Problem> {
    app.command(Command::Beat { token, exit_code }).await?;
    Ok(json(&Done { message: "noted".to_owned() }))
}
