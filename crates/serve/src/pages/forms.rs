//! What forms on pages ask for.

use std::time::Duration;

use axum::Form as UrlEncoded;
use axum::extract::{Path, State};
use axum::response::{Redirect, Response};
use serde::Deserialize;
use statusquo_alert::{Command as Asked, Scope, SilenceId, Subject};
use statusquo_exchange::Name;
use statusquo_problem::{Checks, Problem};
use statusquo_store::Role;

use super::alerts::{self, Outcome};
use super::{incident, monitors, parts};
use crate::auth::Caller;
use crate::command::{Command, Refusal, Reply};
use crate::context::App;
use crate::words;

/// What all forms send, and the texts of some.
#[derive(Debug, Deserialize)]
pub(crate) struct Filled {
    /// Nothing at all is as wrong as another's.
    #[serde(default)]
    csrf: String,
    #[serde(default)]
    text: String,
    #[serde(default)]
    monitors: String,
    #[serde(default)]
    lasting: String,
    #[serde(default)]
    comment: String,
}

fn allow(caller: &Caller, filled: &Filled) -> Result<(), Problem> {
    caller.check_csrf(&filled.csrf)?;
    caller.require(Role::Responder)
}

/// A button or form on an incident's page.
pub(crate) async fn act_on_incident(
    State(app): State<App>,
    caller: Caller,
    Path((number, act)): Path<(String, String)>,
    UrlEncoded(filled): UrlEncoded<Filled>,
) -> Result<Redirect, Problem> {
    allow(&caller, &filled)?;
    let number = incident::number(&number)?;
    let asked = match act.as_str() {
        "acknowledge" => Asked::Acknowledge(number),
        "pass-on" => Asked::PassOn(number),
        "notes" => Asked::Note(number, filled.text),
        "resolve" => Asked::Resolve(number),
        "silence" => {
            let shown = incident::find(&app, number).await?;
            let scope = match &shown.incident.subject {
                Subject::Monitor(name) | Subject::Traffic(name) => Scope::Monitors(vec![name.clone()]),
                Subject::Own(_) => {
                    return Err(Problem::not_found("only monitors and services can be silenced"));
                }
            };
            let comment = format!("incident {number}");
            Asked::Silence { scope, lasting: Duration::from_secs(3600), comment }
        }
        _ => return Err(Problem::not_found("incidents know no such act")),
    };
    app.command(Command::Engine(asked, caller.who)).await?;
    Ok(Redirect::to(&format!("/incidents/{number}")))
}

/// A button on a monitor's page.
pub(crate) async fn act_on_monitor(
    State(app): State<App>,
    caller: Caller,
    Path((name, act)): Path<(String, String)>,
    UrlEncoded(filled): UrlEncoded<Filled>,
) -> Result<Redirect, Problem> {
    allow(&caller, &filled)?;
    let name = monitors::known(&app, &name)?;
    let path = parts::monitor_path(name.as_str());
    let command = match act.as_str() {
        "pause" => Command::Engine(Asked::Pause(name), caller.who),
        "resume" => Command::Engine(Asked::Resume(name), caller.who),
        "run" => Command::RunNow(name, caller.who),
        _ => return Err(Problem::not_found("monitors know no such act")),
    };
    app.command(command).await?;
    Ok(Redirect::to(&path))
}

/// The form that adds a silence.
pub(crate) async fn add_silence(
    State(app): State<App>,
    caller: Caller,
    UrlEncoded(filled): UrlEncoded<Filled>,
) -> Result<Redirect, Problem> {
    allow(&caller, &filled)?;
    let names: Vec<&str> =
        filled.monitors.split(',').map(str::trim).filter(|name| !name.is_empty()).collect();
    let asked = silence(&app, &names, &filled.lasting, filled.comment)?;
    app.command(Command::Engine(asked, caller.who)).await?;
    Ok(Redirect::to("/alerts"))
}

/// The command for a silence, or all that is wrong with what was asked.
pub(crate) fn silence(app: &App, names: &[&str], lasting: &str, comment: String) -> Result<Asked, Problem> {
    let snapshot = app.snapshot();
    let mut checks = Checks::new();
    for (at, name) in names.iter().enumerate() {
        let is_known = snapshot.monitor(name).is_some();
        checks.require(is_known, format!("monitors[{at}]"), format!("there is no monitor `{name}`"));
    }
    let length = words::parse_lasting(lasting);
    let detail = format!("`{lasting}` is not a length of time; write `1h`, `30m` or `1h 30m`");
    checks.require(length.is_some(), "for", detail);
    checks.finish()?;
    let scope = match names {
        [] => Scope::All,
        names => Scope::Monitors(names.iter().map(|name| Name::from(*name)).collect()),
    };
    Ok(Asked::Silence { scope, lasting: length.unwrap_or_default(), comment })
}

/// The button that ends a silence.
pub(crate) async fn end_silence(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<u64>,
    UrlEncoded(filled): UrlEncoded<Filled>,
) -> Result<Redirect, Problem> {
    allow(&caller, &filled)?;
    app.command(Command::Engine(Asked::EndSilence(SilenceId(id)), caller.who)).await?;
    Ok(Redirect::to("/alerts"))
}

/// The button that sends a test. Shows at once what came of it.
pub(crate) async fn test_receiver(
    State(app): State<App>,
    caller: Caller,
    Path(name): Path<String>,
    UrlEncoded(filled): UrlEncoded<Filled>,
) -> Result<Response, Problem> {
    allow(&caller, &filled)?;
    let name = Name::from(name);
    let command = Command::TestReceiver(name.clone(), caller.who.clone());
    let outcome = match app.command(command).await {
        Ok(Reply::Done | Reply::Silence(_) | Reply::Correction(_) | Reply::Content { .. }) => {
            Outcome { is_good: true, text: format!("{name} took the test message") }
        }
        Ok(Reply::Text(answer)) => {
            Outcome { is_good: true, text: format!("{name} took the test message and answered: {answer}") }
        }
        Err(Refusal::Failed(why)) => {
            Outcome { is_good: false, text: format!("{name} did not take the test message: {why}") }
        }
        Err(refusal) => return Err(refusal.into()),
    };
    let page = alerts::page(&app, &caller, Some(outcome)).await?;
    Ok(super::framed(&app, &caller, &page))
}
