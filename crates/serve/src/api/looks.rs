//! What the API shows.

use axum::extract::{Path, Query, State};
use axum::response::Response;
use serde::Deserialize;
use statusquo_exchange::Name;
use statusquo_problem::{Checks, Mistake, Place, Problem};
use statusquo_store::Role;

use crate::auth::Caller;
use crate::context::App;
use crate::history::Range;
use crate::negotiate::Form;
use crate::pages::{self, respond};
use crate::wire;

/// How Statusquo does.
pub(crate) async fn status(State(app): State<App>, _: Caller) -> Response {
    pages::json(&wire::StatusWire::from(&app.snapshot()))
}

/// The sources of real traffic, and how far they are.
pub(crate) async fn sources(State(app): State<App>, _: Caller) -> Response {
    let sources = app.snapshot().sources.iter().map(wire::SourceWire::from).collect();
    pages::json(&wire::Sources { sources })
}

/// Whose traffic is wanted.
#[derive(Debug, Deserialize)]
pub(crate) struct OfService {
    service: Option<String>,
}

/// What a service answers at this moment: the one that is named, or the main one.
pub(crate) async fn top(
    State(app): State<App>,
    _: Caller,
    Query(of): Query<OfService>,
) -> Result<Response, Problem> {
    let snapshot = app.snapshot();
    let service = match of.service.as_deref() {
        Some(name) if !snapshot.services.contains_key(name) => {
            return Err(Problem::not_found(format!("no traffic of a service `{name}` was seen")));
        }
        Some(name) => Some(name),
        None => snapshot.main_service().map(Name::as_str),
    };
    let top = service.and_then(|name| Some((name, snapshot.services.get(name)?)));
    let top = top.map(|(name, view)| wire::Top::of(name, view, app.now()));
    Ok(pages::json(&top.unwrap_or_else(|| wire::Top::nothing(app.now()))))
}

/// Third parties, and how they do.
pub(crate) async fn parties(State(app): State<App>, _: Caller) -> Response {
    pages::json(&pages::all_parties(&app.snapshot()))
}

/// All monitors, worst first.
pub(crate) async fn monitors(State(app): State<App>, _: Caller) -> Result<Response, Problem> {
    pages::monitor_table(&app.snapshot(), Form::Json)
}

/// One monitor.
pub(crate) async fn monitor(
    State(app): State<App>,
    _: Caller,
    Path(name): Path<String>,
) -> Result<Response, Problem> {
    let snapshot = app.snapshot();
    let view = snapshot.monitor(&name).ok_or_else(|| pages::unknown_monitor(&name))?;
    Ok(pages::json(&wire::MonitorWire::from(view.as_ref())))
}

/// Which probes are wanted.
#[derive(Debug, Deserialize)]
pub(crate) struct Wanted {
    range: Option<String>,
    limit: Option<usize>,
}

/// The newest probes of a monitor, and what was counted.
pub(crate) async fn samples(
    State(app): State<App>,
    _: Caller,
    Path(name): Path<String>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Problem> {
    let name = pages::known_monitor(&app, &name)?;
    let mut checks = Checks::new();
    let range = wanted.range.as_deref().map_or(Some(Range::Day), Range::parse);
    if range.is_none() {
        checks.note(Mistake::at(Place::Query("range".into()), "`range` is one of `1h`, `24h`, `7d`, `30d`"));
    }
    let limit = wanted.limit.unwrap_or(100);
    if limit > 1000 {
        checks.note(Mistake::at(Place::Query("limit".into()), "`limit` is at most 1000"));
    }
    checks.finish().map_err(Problem::bad_parameters)?;
    let range = range.unwrap_or(Range::Day);
    let samples = pages::samples(&app, name.as_str(), limit).await?;
    let history = app.history(&name, range).await?;
    let counted = history.bars.iter().filter(|(_, tally)| tally.total() > 0);
    Ok(pages::json(&wire::Samples {
        monitor: name.to_string(),
        samples: samples.iter().map(wire::ProbeWire::from).collect(),
        history: counted.map(|(from, tally)| wire::TallyWire::new(*from, tally)).collect(),
    }))
}

/// Where a list goes on.
#[derive(Debug, Deserialize)]
pub(crate) struct From {
    before: Option<u64>,
}

/// Incidents, the newest first.
pub(crate) async fn incidents(
    State(app): State<App>,
    _: Caller,
    Query(from): Query<From>,
) -> Result<Response, Problem> {
    let listed = pages::list_incidents(&app, from.before).await?;
    pages::incident_table(&listed, Form::Json, app.now())
}

/// One incident, with what was told of it.
pub(crate) async fn incident(
    State(app): State<App>,
    _: Caller,
    Path(number): Path<String>,
) -> Result<Response, Problem> {
    let number = pages::incident_number(&number)?;
    Ok(pages::json(&pages::incident_wire(&app, number).await?))
}

/// The moment that is asked about.
#[derive(Debug, Default, serde::Deserialize)]
pub(crate) struct Moment {
    at: Option<String>,
}

/// Why each receiver was told or not told of an incident, at a moment.
pub(crate) async fn why(
    State(app): State<App>,
    _: Caller,
    Path(number): Path<String>,
    Query(moment): Query<Moment>,
) -> Result<Response, Problem> {
    let number = pages::incident_number(&number)?;
    let at = pages::moment(moment.at.as_deref(), app.now())?;
    Ok(pages::json(&pages::why(&app, number, at).await?))
}

/// Silences in force or to come, and planned work.
pub(crate) async fn silences(State(app): State<App>, _: Caller) -> Response {
    let snapshot = app.snapshot();
    pages::json(&wire::Silences {
        silences: snapshot.silences.iter().map(wire::SilenceWire::from).collect(),
        planned: snapshot.planned.iter().map(wire::Planned::from).collect(),
    })
}

/// All receivers, and how they do.
pub(crate) async fn receivers(State(app): State<App>, _: Caller) -> Response {
    let receivers = app.snapshot().receivers.values().map(wire::ReceiverWire::from).collect();
    pages::json(&wire::Receivers { receivers })
}

/// One silence.
pub(crate) async fn silence(
    State(app): State<App>,
    _: Caller,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let snapshot = app.snapshot();
    let found = snapshot.silences.iter().find(|silence| silence.id.0.to_string() == id);
    let found = found.ok_or_else(|| Problem::not_found(format!("there is no silence `{id}`")))?;
    Ok(pages::json(&wire::SilenceWire::from(found)))
}

/// Deeds of one answer.
const AUDITED: usize = 1000;

/// Who changed what.
pub(crate) async fn audit(State(app): State<App>, caller: Caller) -> Result<Response, Problem> {
    caller.require(Role::Admin)?;
    let audited = app.ask(|reader| reader.audit(AUDITED)).await?;
    let deeds =
        audited.into_iter().map(|line| wire::DeedWire { at: line.at, who: line.who, what: line.what });
    Ok(pages::json(&wire::AuditWire { deeds: deeds.collect() }))
}

/// Kept requests, the newest first.
pub(crate) async fn requests(
    State(app): State<App>,
    _: Caller,
    Query(asked): Query<pages::AskedRequests>,
) -> Result<Response, Problem> {
    Ok(pages::json(&pages::requests_wire(&pages::list_requests(&app, &asked).await?)))
}

/// One request, explained.
pub(crate) async fn request(
    State(app): State<App>,
    _: Caller,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    Ok(pages::json(&pages::request_wire(&app, &id).await?))
}

/// Rules that answers of monitors break.
pub(crate) async fn lint(State(app): State<App>, _: Caller) -> Response {
    pages::json(&pages::lint_findings(&app.snapshot()))
}

/// The whole catalogue.
pub(crate) async fn codes(_: Caller) -> Response {
    pages::json(&pages::all_codes())
}

/// One code, in all the meanings that it has.
pub(crate) async fn code(_: Caller, Path(code): Path<String>) -> Result<Response, Problem> {
    let codes = wire::CodeWire::all_of(pages::known_code(&code)?);
    Ok(pages::json(&wire::Codes { codes, usage: Vec::new() }))
}

/// A kept exchange, as it was kept.
pub(crate) async fn exchange(
    State(app): State<App>,
    _: Caller,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let wanted = id.clone();
    let kept = app.ask(move |reader| reader.evidence(&wanted)).await?;
    let kept = kept.ok_or_else(|| Problem::not_found(format!("no exchange `{id}` was kept")))?;
    Ok(respond(Form::Json, kept.json))
}

/// All objectives and their error budgets.
pub(crate) async fn slos(State(app): State<App>, _: Caller) -> Response {
    pages::json(&pages::all_slos(&app.snapshot()))
}

/// One objective and its error budget.
pub(crate) async fn slo(
    State(app): State<App>,
    _: Caller,
    Path(name): Path<String>,
) -> Result<Response, Problem> {
    Ok(pages::json(&pages::one_slo(&app.snapshot(), &name)?))
}
