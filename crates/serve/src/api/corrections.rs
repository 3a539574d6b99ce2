//! Corrections of error budgets: stretches that somebody takes out of the account, and puts back.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use http::{StatusCode, header};
use jiff::Timestamp;
use statusquo_alert::{Incident, IncidentNumber};
use statusquo_exchange::Name;
use statusquo_problem::{Checks, Mistakes, Problem};
use statusquo_store::Role;

use super::asked::{Asked, line};
use crate::auth::Caller;
use crate::command::{AskedCorrection, Command, Reply};
use crate::context::App;
use crate::pages;
use crate::wire::{self, Corrections, Done};

/// Longer reasons are refused.
const LONGEST: usize = 500;

/// The corrections of an objective, the newest first.
pub(crate) async fn corrections(
    State(app): State<App>,
    _: Caller,
    Path(name): Path<String>,
) -> Result<Response, Problem> {
    let slo = pages::one_slo(&app.snapshot(), &name)?;
    Ok(pages::json(&Corrections { corrections: slo.corrections }))
}

/// Takes a stretch out of the account of an objective.
pub(crate) async fn correct(
    State(app): State<App>,
    caller: Caller,
    Path(name): Path<String>,
    Asked(asked): Asked<wire::AskedCorrection>,
) -> Result<Response, Problem> {
    caller.require(Role::Admin)?;
    pages::one_slo(&app.snapshot(), &name)?;
    let incident = match asked.incident {
        Some(number) => Some(pages::one_incident(&app, IncidentNumber(number)).await?),
        None => None,
    };
    let correction = checked(Name::from(name.as_str()), &asked, incident.as_ref(), app.now());
    let reply = app.command(Command::Correct(correction?, caller.who)).await?;
    let done = pages::json(&Done { message: format!("it does not count for {name} any more") });
    match reply {
        Reply::Correction(id) => {
            let place = [(header::LOCATION, format!("/api/v1{}/corrections/{id}", pages::slo_path(&name)))];
            Ok((StatusCode::CREATED, place, done).into_response())
        }
        Reply::Done | Reply::Text(_) | Reply::Silence(_) | Reply::Content { .. } => Ok(done),
    }
}

/// One correction of an objective.
pub(crate) async fn correction(
    State(app): State<App>,
    _: Caller,
    Path((name, id)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let slo = pages::one_slo(&app.snapshot(), &name)?;
    let found = slo.corrections.iter().find(|correction| correction.id.to_string() == id);
    found.map(pages::json).ok_or_else(|| unknown(&id))
}

/// Lets it count again. That it did not stays known.
pub(crate) async fn withdraw(
    State(app): State<App>,
    caller: Caller,
    Path((name, id)): Path<(String, String)>,
) -> Result<Response, Problem> {
    caller.require(Role::Admin)?;
    let id = id.parse().map_err(|_| unknown(&id))?;
    app.command(Command::Withdraw(Name::from(name.as_str()), id, caller.who)).await?;
    Ok(pages::json(&Done { message: format!("it counts for {name} again") }))
}

fn unknown(id: &str) -> Problem {
    Problem::not_found(format!("the objective has no correction `{id}`"))
}

/// What is to be taken out, or all that is wrong with what was asked. An incident lasts from its beginning to its end; one
/// that is not over, up to now.
pub(crate) fn checked(
    slo: Name,
    asked: &wire::AskedCorrection,
    incident: Option<&Incident>,
    now: Timestamp,
) -> Result<AskedCorrection, Mistakes> {
    let mut checks = Checks::new();
    let from = asked.from.or_else(|| incident.map(|incident| incident.began));
    let until = asked.until.or_else(|| incident.map(|incident| incident.resolved.unwrap_or(now)));
    let why = line(&mut checks, "why", &asked.why, LONGEST);
    let is_stretch = from.is_some() && until.is_some();
    checks.require(is_stretch, "from", "name an `incident`, or `from` and `until`");
    let (from, until) = (from.unwrap_or(now).as_second(), until.unwrap_or(now).as_second() + 1);
    checks.require(from < until, "until", "`until` is after `from`");
    let detail = "`until` is not in the future: plan maintenance for what is to come";
    checks.require(until <= now.as_second() + 1, "until", detail);
    let incident = incident.map(|incident| incident.number);
    checks.finish()?;
    Ok(AskedCorrection { slo, from, until, why, incident })
}
