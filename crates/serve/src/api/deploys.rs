//! Deploys: what was put to work, and when.

use std::time::Duration;

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::{StatusCode, header};
use jiff::Timestamp;
use statusquo_alert::{Deploy, Who};
use statusquo_exchange::Name;
use statusquo_problem::{Checks, Mistakes, Problem};
use statusquo_store::Role;

use super::asked::{Asked, line};
use crate::auth::Caller;
use crate::command::Command;
use crate::context::App;
use crate::pages;
use crate::wire::{AskedDeploy, DeployWire, Deploys, Done};

/// Longer names and versions are refused.
const LONGEST: usize = 100;
/// Longer addresses are refused.
const LONGEST_URL: usize = 2000;
/// Older deploys say nothing of what happens now.
const OLDEST: Duration = Duration::from_secs(30 * 86_400);
/// Clocks differ.
const AHEAD: Duration = Duration::from_secs(300);

/// The newest deploys.
pub(crate) async fn deploys(State(app): State<App>, _: Caller) -> Response {
    pages::json(&Deploys { deploys: app.snapshot().deploys.iter().map(DeployWire::from).collect() })
}

/// Somebody put a version to work.
pub(crate) async fn deployed(
    State(app): State<App>,
    caller: Caller,
    Asked(asked): Asked<AskedDeploy>,
) -> Result<Response, Problem> {
    caller.require(Role::Responder)?;
    let deploy = checked(asked, caller.who.clone(), app.now())?;
    let message = format!("deploy {} of {} is noted", deploy.version, deploy.service);
    app.command(Command::Deployed(deploy)).await?;
    let place = [(header::LOCATION, "/api/v1/deploys")];
    Ok((StatusCode::CREATED, place, pages::json(&Done { message })).into_response())
}

/// The deploy, or all that is wrong with it.
fn checked(asked: AskedDeploy, by: Who, now: Timestamp) -> Result<Deploy, Mistakes> {
    let mut checks = Checks::new();
    let service = line(&mut checks, "service", &asked.service, LONGEST);
    let version = line(&mut checks, "version", &asked.version, LONGEST);
    let at = asked.at.unwrap_or(now);
    let age = now.duration_since(at);
    let is_timely =
        if age.is_negative() { age.unsigned_abs() <= AHEAD } else { age.unsigned_abs() <= OLDEST };
    checks.require(is_timely, "at", "`at` is at most 30 days ago, and not in the future");
    let is_web = |url: &String| {
        (url.starts_with("https://") || url.starts_with("http://"))
            && url.len() <= LONGEST_URL
            && !url.contains(|c: char| c.is_control() || c.is_whitespace())
    };
    let detail = "`url` is an `http` or `https` URL of at most 2000 characters";
    checks.require(asked.url.as_ref().is_none_or(is_web), "url", detail);
    checks.finish()?;
    Ok(Deploy { service: Name::from(service), version, at: at.min(now), url: asked.url, by })
}
