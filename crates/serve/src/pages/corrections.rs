//! What was taken out of the account of an objective: the list, and the forms that do it.

use axum::Form as UrlEncoded;
use axum::extract::{Path, State};
use axum::response::Redirect;
use jiff::Timestamp;
use maud::{Markup, html};
use serde::Deserialize;
use statusquo_exchange::Name;
use statusquo_problem::{Mistake, Mistakes, Problem};
use statusquo_store::{Corrected, Role};

use super::{parts, slos};
use crate::api;
use crate::auth::Caller;
use crate::board::SloView;
use crate::command::Command;
use crate::context::App;
use crate::wire::AskedCorrection;
use crate::words;

/// What the form sends.
#[derive(Debug, Deserialize)]
pub(crate) struct Filled {
    #[serde(default)]
    csrf: String,
    #[serde(default)]
    why: String,
    /// A number, or nothing.
    #[serde(default)]
    incident: String,
    #[serde(default)]
    from: String,
    #[serde(default)]
    until: String,
}

/// The form that takes a stretch or an incident out.
pub(crate) async fn correct(
    State(app): State<App>,
    caller: Caller,
    Path(name): Path<String>,
    UrlEncoded(filled): UrlEncoded<Filled>,
) -> Result<Redirect, Problem> {
    caller.check_csrf(&filled.csrf)?;
    caller.require(Role::Admin)?;
    slos::one(&app.snapshot(), &name)?;
    let incident = match filled.incident.trim() {
        "" => None,
        number => Some(super::one_incident(&app, super::incident_number(number)?).await?),
    };
    let asked = filled.asked()?;
    let correction = api::checked_correction(Name::from(name.as_str()), &asked, incident.as_ref(), app.now());
    app.command(Command::Correct(correction?, caller.who)).await?;
    Ok(Redirect::to(&slos::path(&name)))
}

/// The button that lets it count again.
pub(crate) async fn withdraw(
    State(app): State<App>,
    caller: Caller,
    Path((name, id)): Path<(String, String)>,
    UrlEncoded(filled): UrlEncoded<Filled>,
) -> Result<Redirect, Problem> {
    caller.check_csrf(&filled.csrf)?;
    caller.require(Role::Admin)?;
    let id = id.parse().map_err(|_| Problem::not_found("the objective has no such correction"))?;
    app.command(Command::Withdraw(Name::from(name.as_str()), id, caller.who)).await?;
    Ok(Redirect::to(&slos::path(&name)))
}

impl Filled {
    fn asked(&self) -> Result<AskedCorrection, Mistakes> {
        let moment = |field: &str, text: &str| match text.trim() {
            "" => Ok(None),
            text => text.parse::<Timestamp>().map(Some).map_err(|_| {
                let detail = format!("`{text}` is no moment; write `2026-11-23T14:02:00Z`");
                Mistakes::of(Mistake::new(field.to_owned(), detail))
            }),
        };
        Ok(AskedCorrection {
            from: moment("from", &self.from)?,
            until: moment("until", &self.until)?,
            incident: None,
            why: self.why.clone(),
        })
    }
}

/// What was taken out, and for those who may the form that does it.
pub(crate) fn panel(view: &SloView, caller: &Caller, now: Timestamp) -> Markup {
    let path = slos::path(view.slo.name.as_str());
    let may = caller.may(Role::Admin);
    html! {
        section.panel aria-labelledby="h-corrections" {
            div.ph { h2 #h-corrections { "Corrections" } span.muted { "what does not count: a test, a vendor's fault; the data stay as they are" } }
            @if view.corrections.is_empty() { div.pb { p { "Everything counts." } } }
            @else { ul.list { @for corrected in &view.corrections { li data-row { (one(corrected, now))
                @if may && corrected.withdrawn.is_none() {
                    (parts::button(caller, &format!("{path}/corrections/{}/withdraw", corrected.id), "Let it count again", "sm"))
                } } } } }
            @if may { (form(&path, caller)) }
        }
    }
}

fn one(corrected: &Corrected, now: Timestamp) -> Markup {
    let moment = |seconds| Timestamp::from_second(seconds).unwrap_or(now);
    let (from, until) = (moment(corrected.correction.from), moment(corrected.correction.until));
    let counted = corrected.correction.counted;
    html! {
        span { (parts::time(from, now)) ", " (words::lasting(words::between(from, until)))
            @if let Some(number) = corrected.incident { ", " a href={ "/incidents/" (number) } { "incident " (number) } }
            ": " (corrected.why) }
        span.s2 { (words::grouped(counted.bad)) " bad of " (words::grouped(counted.valid()))
            ", taken out by " (corrected.by.0) " " (parts::time(corrected.at, now))
            @if let Some((at, by)) = &corrected.withdrawn { "; counts again since " (parts::time(*at, now)) ", by " (by.0) } }
    }
}

fn form(path: &str, caller: &Caller) -> Markup {
    html! {
        div.pb { form.row method="post" action={ (path) "/corrections" } {
            input type="hidden" name="csrf" value=(caller.csrf);
            label { "Incident" input type="text" name="incident" inputmode="numeric" pattern="[0-9]*" size="6"; }
            label { "or from" input type="text" name="from" placeholder="2026-11-23T14:02:00Z" size="22"; }
            label { "to" input type="text" name="until" placeholder="2026-11-23T14:31:00Z" size="22"; }
            label { "Why" input type="text" name="why" required maxlength="500" placeholder="A load test"; }
            button.btn type="submit" { "Do not count it" }
        } }
    }
}
