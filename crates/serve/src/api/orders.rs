//! What programs ask to be done.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use http::{StatusCode, header};
use statusquo_alert::{Command as Order, SilenceId};
use statusquo_exchange::Name;
use statusquo_problem::{Mistake, Problem};
use statusquo_store::Role;

use super::asked::{Asked, Nothing};
use crate::auth::Caller;
use crate::command::{Command, Refusal, Reply};
use crate::context::App;
use crate::pages;
use crate::wire::{AskedNote, AskedSilence, Done, Tested};

async fn order(app: &App, caller: Caller, order: Order, message: String) -> Result<Response, Problem> {
    caller.require(Role::Responder)?;
    app.command(Command::Engine(order, caller.who)).await?;
    Ok(pages::json(&Done { message }))
}

/// "I am on it".
pub(crate) async fn acknowledge(
    State(app): State<App>,
    caller: Caller,
    Path(number): Path<String>,
    _: Asked<Nothing>,
) -> Result<Response, Problem> {
    let number = pages::incident_number(&number)?;
    order(&app, caller, Order::Acknowledge(number), format!("incident {number} is acknowledged")).await
}

/// "Somebody else shall do it".
pub(crate) async fn pass_on(
    State(app): State<App>,
    caller: Caller,
    Path(number): Path<String>,
    _: Asked<Nothing>,
) -> Result<Response, Problem> {
    let number = pages::incident_number(&number)?;
    order(&app, caller, Order::PassOn(number), format!("incident {number} is passed on")).await
}

/// Adds a remark.
pub(crate) async fn note(
    State(app): State<App>,
    caller: Caller,
    Path(number): Path<String>,
    Asked(note): Asked<AskedNote>,
) -> Result<Response, Problem> {
    let number = pages::incident_number(&number)?;
    if note.text.trim().is_empty() {
        return Err(Problem::unprocessable(Mistake::new("text", "a note has a text")));
    }
    order(&app, caller, Order::Note(number, note.text), format!("noted on incident {number}")).await
}

/// Ends an incident by hand.
pub(crate) async fn resolve(
    State(app): State<App>,
    caller: Caller,
    Path(number): Path<String>,
    _: Asked<Nothing>,
) -> Result<Response, Problem> {
    let number = pages::incident_number(&number)?;
    order(&app, caller, Order::Resolve(number), format!("incident {number} is resolved")).await
}

/// Stops a monitor.
pub(crate) async fn pause(
    State(app): State<App>,
    caller: Caller,
    Path(name): Path<String>,
    _: Asked<Nothing>,
) -> Result<Response, Problem> {
    let name = pages::known_monitor(&app, &name)?;
    order(&app, caller, Order::Pause(name.clone()), format!("monitor {name} is paused")).await
}

/// Starts it again.
pub(crate) async fn resume(
    State(app): State<App>,
    caller: Caller,
    Path(name): Path<String>,
    _: Asked<Nothing>,
) -> Result<Response, Problem> {
    let name = pages::known_monitor(&app, &name)?;
    order(&app, caller, Order::Resume(name.clone()), format!("monitor {name} goes on")).await
}

/// Probes now.
pub(crate) async fn run(
    State(app): State<App>,
    caller: Caller,
    Path(name): Path<String>,
    _: Asked<Nothing>,
) -> Result<Response, Problem> {
    caller.require(Role::Responder)?;
    let name = pages::known_monitor(&app, &name)?;
    app.command(Command::RunNow(name.clone(), caller.who)).await?;
    let done = Done { message: format!("monitor {name} is probed now; its page shows the answer") };
    // Where to ask for the outcome (RFC 9110, 15.3.3).
    let place = [(header::LOCATION, pages::samples_path(name.as_str()))];
    Ok((StatusCode::ACCEPTED, place, pages::json(&done)).into_response())
}

/// Holds messages for a while.
pub(crate) async fn add_silence(
    State(app): State<App>,
    caller: Caller,
    Asked(asked): Asked<AskedSilence>,
) -> Result<Response, Problem> {
    caller.require(Role::Responder)?;
    let names: Vec<&str> = asked.monitors.iter().map(String::as_str).collect();
    let silence = pages::silence(&app, &names, &asked.lasting, asked.comment)?;
    let which = if names.is_empty() { "all monitors".to_owned() } else { names.join(", ") };
    let reply = app.command(Command::Engine(silence, caller.who)).await?;
    let done = pages::json(&Done { message: format!("{which}: silent for {}", asked.lasting.trim()) });
    match reply {
        Reply::Silence(id) => {
            let place = [(header::LOCATION, format!("/api/v1/silences/{}", id.0))];
            Ok((StatusCode::CREATED, place, done).into_response())
        }
        Reply::Done | Reply::Text(_) | Reply::Correction(_) | Reply::Content { .. } => Ok(done),
    }
}

/// Ends a silence.
pub(crate) async fn end_silence(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let id = id.parse().map_err(|_| Problem::not_found(format!("there is no silence `{id}`")))?;
    order(&app, caller, Order::EndSilence(SilenceId(id)), format!("silence {id} is over")).await
}

/// Sends a test message, and says what came of it.
pub(crate) async fn test_receiver(
    State(app): State<App>,
    caller: Caller,
    Path(name): Path<String>,
    _: Asked<Nothing>,
) -> Result<Response, Problem> {
    caller.require(Role::Responder)?;
    let name = Name::from(name);
    if !app.snapshot().receivers.contains_key(&name) {
        return Err(Problem::not_found(format!("there is no receiver `{name}`")));
    }
    let tested = match app.command(Command::TestReceiver(name, caller.who)).await {
        Ok(Reply::Done | Reply::Silence(_) | Reply::Correction(_) | Reply::Content { .. }) => {
            Tested { delivered: true, answer: "taken".to_owned() }
        }
        Ok(Reply::Text(answer)) => Tested { delivered: true, answer },
        Err(Refusal::Failed(answer)) => Tested { delivered: false, answer },
        Err(refusal) => return Err(refusal.into()),
    };
    Ok(pages::json(&tested))
}
