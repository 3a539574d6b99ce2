//! "Why was this (not) sent?", for any moment of an incident.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use maud::{Markup, html};
use statusquo_alert::{Incident, IncidentNumber, Subject};
use statusquo_exchange::Name;
use statusquo_problem::Problem;

use super::{Shown, find};
use crate::context::App;
use crate::pages::parts;
use crate::wire::{WhyWire, Whys};

/// What each receiver knew at a moment, and why it was told no more.
pub(crate) async fn of(app: &App, number: IncidentNumber, at: Timestamp) -> Result<Whys, Problem> {
    let shown = find(app, number).await?;
    Ok(whys(app, &shown, at))
}

pub(super) fn whys(app: &App, shown: &Shown, at: Timestamp) -> Whys {
    let incident = &shown.incident;
    let all = statusquo_alert::why(incident, &receivers(app, incident), at);
    Whys { incident: incident.number.0, at, receivers: all.iter().map(WhyWire::from).collect() }
}

/// Those who are told of the incident's subject by the present configuration.
fn receivers(app: &App, incident: &Incident) -> Vec<Name> {
    match &incident.subject {
        Subject::Monitor(name) => {
            app.snapshot().monitor(name.as_str()).map(|monitor| monitor.receivers.clone()).unwrap_or_default()
        }
        Subject::Traffic(_) => app.snapshot().receivers.keys().cloned().collect(),
        Subject::Own(_) => Vec::new(),
    }
}

/// The moment that somebody asks about: RFC 3339, or as a browser's form writes it, in UTC.
pub(crate) fn moment(text: Option<&str>, now: Timestamp) -> Result<Timestamp, Problem> {
    let Some(text) = text.map(str::trim).filter(|text| !text.is_empty()) else { return Ok(now) };
    let local = || text.parse::<DateTime>().ok()?.to_zoned(TimeZone::UTC).ok().map(|zoned| zoned.timestamp());
    text.parse()
        .ok()
        .or_else(local)
        .ok_or_else(|| Problem::not_found(format!("`{text}` is no moment: write it as 2026-11-23T14:05:00Z")))
}

/// The part of the page.
pub(super) fn section(whys: &Whys, now: Timestamp) -> Markup {
    let value = whys.at.to_zoned(TimeZone::UTC).strftime("%Y-%m-%dT%H:%M:%S").to_string();
    html! {
        section.panel aria-labelledby="why-title" {
            div.ph { h2 #why-title { "Why was this (not) sent?" } span.muted { "as of " (parts::time(whys.at, now)) } }
            div.pb {
                @if whys.receivers.is_empty() { p.muted { "No receiver is to be told of it." } }
                @else { ul.plain-list { @for one in &whys.receivers { li { b { (one.receiver) } ": " (one.text) "." } } } }
                form.row method="get" action={ "/incidents/" (whys.incident) } {
                    label { "Another moment (UTC) "
                        input type="datetime-local" name="at" step="1" value=(value); }
                    button.btn type="submit" { "Ask" }
                }
            }
        }
    }
}
