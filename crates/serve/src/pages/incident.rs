//! One incident: what happened, who was told, what to do.

mod markdown;
mod postmortem;
mod why;

use axum::extract::{Path, Query, State};
use axum::response::Response;
use http::HeaderMap;
use jiff::Timestamp;
use maud::{Markup, html};
use statusquo_alert::{Entry, EntryKind, Incident, IncidentNumber, Likely, Subject};
use statusquo_exchange::Exchange;
use statusquo_problem::Problem;
use statusquo_store::{Delivered, Role, Standing};

use super::{Here, Page, Part, parts, said};
use crate::auth::Caller;
use crate::board::Snapshot;
use crate::context::App;
use crate::negotiate::Form;
use crate::{wire, words};

use postmortem::Story;
pub(crate) use why::{moment, of as why_of};

/// What the address may ask for.
#[derive(Debug, Default, serde::Deserialize)]
pub(crate) struct Asked {
    /// The moment of "why was this (not) sent?".
    at: Option<String>,
}

/// All that is shown of an incident.
pub(crate) struct Shown {
    pub(crate) incident: Incident,
    pub(crate) deliveries: Vec<Delivered>,
    /// The exchange that shows what was wrong.
    pub(crate) evidence: Option<Exchange>,
    /// What a report needs beside the timeline.
    pub(crate) story: Story,
}

/// Answers `/incidents/{n}` and its twins.
pub(crate) async fn show(
    State(app): State<App>,
    caller: Caller,
    Path(name): Path<String>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let (name, form) =
        Form::split(&name).map_or((name.as_str(), Form::wanted(&headers)), |(name, form)| (name, form));
    let wanted = number(name)?;
    if form == Form::Html {
        return Ok(super::framed(&app, &caller, &page(&app, &caller, wanted, asked.at.as_deref()).await?));
    }
    let shown = find(&app, wanted).await?;
    match form {
        Form::Json => Ok(super::json(&wire_of(&shown))),
        Form::Markdown | Form::Text => Ok(super::respond(form, markdown::write(&shown, app.now()))),
        Form::Html | Form::Csv => Err(super::no_such_form(form)),
    }
}

/// The number in an address.
pub(crate) fn number(text: &str) -> Result<IncidentNumber, Problem> {
    let number = text.parse().map(IncidentNumber);
    number.map_err(|_| Problem::not_found(format!("there is no incident `{text}`")))
}

/// An incident with all that belongs to it.
pub(crate) async fn find(app: &App, number: IncidentNumber) -> Result<Shown, Problem> {
    let at_hand = app.snapshot().incident(number).map(|incident| (**incident).clone());
    let found = app
        .ask(move |reader| {
            let incident = match at_hand {
                Some(incident) => Some(incident),
                None => reader.incident(number)?,
            };
            let Some(incident) = incident else { return Ok(None) };
            let id = incident.cause.as_ref().and_then(|cause| cause.evidence.clone());
            let evidence = id.map(|id| reader.evidence(&id.0)).transpose()?.flatten();
            let evidence = evidence.and_then(|kept| wire::parse_exchange(&kept.json).ok());
            let deliveries = reader.deliveries(number)?;
            Ok(Some(Shown { deliveries, incident, evidence, story: Story::default() }))
        })
        .await?;
    let mut shown = found.ok_or_else(|| Problem::not_found(format!("there is no incident {number}")))?;
    shown.story = postmortem::of(app, &shown.incident).await?;
    Ok(shown)
}

/// An incident alone.
pub(crate) async fn one(app: &App, number: IncidentNumber) -> Result<Incident, Problem> {
    if let Some(incident) = app.snapshot().incident(number) {
        return Ok((**incident).clone());
    }
    let found = app.ask(move |reader| reader.incident(number)).await?;
    found.ok_or_else(|| Problem::not_found(format!("there is no incident {number}")))
}

/// An incident as JSON, with what was told of it.
pub(crate) async fn wire(app: &App, number: IncidentNumber) -> Result<wire::IncidentWire, Problem> {
    Ok(wire_of(&find(app, number).await?))
}

fn wire_of(shown: &Shown) -> wire::IncidentWire {
    let mut incident = wire::IncidentWire::from(&shown.incident);
    incident.deliveries = shown.deliveries.iter().map(wire::DeliveryWire::from).collect();
    incident
}

/// The page.
pub(crate) async fn page(
    app: &App,
    caller: &Caller,
    number: IncidentNumber,
    at: Option<&str>,
) -> Result<Page, Problem> {
    let (shown, now) = (find(app, number).await?, app.now());
    let incident = &shown.incident;
    let mut all = vec![
        Part::live("situation", situation(incident, now)),
        Part::live("traffic", traffic(incident)),
        Part::live("story", story(&shown.story, now)),
        Part::live(
            "told",
            html! {
                div.grid.g11 { (timeline(incident, now)) (deliveries(&shown.deliveries, now)) }
            },
        ),
    ];
    let snapshot = app.snapshot();
    let told: Vec<_> = snapshot.announcements.iter().filter(|one| one.incident == Some(number)).collect();
    if !told.is_empty() {
        all.push(Part::live("public", html! { @for one in told {
            section.panel { div.ph { h2 { "What the public was told" } span.muted { (one.title) } span.sp {} a href={ "/public#a" (one.number) } { "Next update" } }
                div.pb { (super::public::updates(one, now)) } }
        } }));
    }
    let whys = why::whys(app, &shown, why::moment(at, now)?);
    all.push(Part::still("why", why::section(&whys, now)));
    if caller.may(Role::Responder) {
        all.push(Part::live("forms", forms(caller, incident, snapshot.public.is_some())));
    }
    if let Some(evidence) = &shown.evidence {
        all.push(Part::still("evidence", html! {
            section.panel { div.ph { h2 { "The answer that shows it" } span.muted { "redacted before it was kept" } }
                div.pb { (super::monitor::exchange(evidence, now)) } }
        }));
    }
    Ok(Page {
        headline: words::sentence(incident),
        here: Here::Incidents,
        path: format!("/incidents/{number}"),
        above: Some(html! { a href="/incidents" { "Incidents" } " / " (number) }),
        controls: Some(Part::live(
            "controls",
            html! {
                span class={ "chip " @if incident.is_open() { "bad" } } { (parts::incident_mark(incident)) (incident.phase.as_str()) }
            },
        )),
        parts: all,
        twins: &[Form::Json, Form::Markdown, Form::Text],
    })
}

/// What speaks for what an incident says of real traffic, and which clients it comes from.
fn traffic(incident: &Incident) -> Markup {
    let Some(traffic) = incident.cause.as_ref().and_then(|cause| cause.kind.traffic()) else {
        return html! {};
    };
    html! {
        section.panel {
            div.ph { h2 { "What speaks for it" }
                @if let Some(diagnosis) = traffic.diagnosis { span.muted { "likely " (diagnosis.as_str()) } } }
            div.pb {
                ul { @for evidence in &traffic.evidence { li { (words::full_sentence(evidence)) } } }
                @if !traffic.clients.is_empty() {
                    p { "Clients: " @for (at, client) in traffic.clients.iter().enumerate() {
                        @if at > 0 { ", " } code { (client) } } "." }
                }
            }
        }
    }
}

/// What the failing requests share, what it cost, what was deployed.
fn story(story: &Story, now: Timestamp) -> Markup {
    html! {
        @if !story.shared.is_empty() { section.panel { div.ph { h2 { "What the failing requests share" } }
            ul.pb { @for one in story.shares() { li { (words::full_sentence(&one)) } } } } }
        @if !story.spent.is_empty() { section.panel { div.ph { h2 { "What it cost" } }
            ul.pb { @for one in &story.spent { li { (words::full_sentence(one)) } } } } }
        @if !story.deploys.is_empty() { section.panel { div.ph { h2 { "Deploys around it" } }
            ul.pb { @for deploy in &story.deploys { li { (parts::deploy(deploy)) " of " (deploy.service) ", " (parts::time(deploy.at, now)) } } } } }
    }
}

/// What is happening, what it means, what to do next.
fn situation(incident: &Incident, now: Timestamp) -> Markup {
    let code = incident.cause.as_ref().and_then(|cause| cause.kind.status());
    let class = if incident.is_open() { "panel three urgent" } else { "panel three" };
    html! {
        section class=(class) {
            div { h2 { "What is happening" }
                p { (parts::subject(incident)) " " (words::predicate(incident)) ". "
                    "It began " (parts::time(incident.began, now)) " and " @if incident.is_open() { "lasts " }
                    (said::extent(incident, now)) "." }
                @if !incident.target.is_empty() { p.muted { code { (incident.target) } } }
                @for likely in &incident.likely { p { b { "Likely: " } (likely_link(likely, incident)) "." } }
                @if !incident.affected.is_empty() { p { "Affected: "
                    @for (at, name) in incident.affected.iter().enumerate() {
                        @if at > 0 { ", " } a href=(parts::monitor_path(name.as_str())) { (name) } } } }
            }
            div { h2 { @match code { Some(code) => { "What " (code) " means" } None => "What it means" } }
                @match code {
                    Some(code) => p { (words::code_meaning(code)) " " a href={ "/codes/" (code) } { "More on " (code) } },
                    None => p { (words::full_sentence(meaning(incident))) },
                }
                @if let Some(pause) = incident.cause.as_ref().and_then(|cause| cause.retry_after) {
                    p { "The target asks to come back after " (words::lasting(pause)) "." }
                }
            }
            div { h2 { "Next step" }
                ol {
                    li { (parts::marked(&words::full_sentence(&words::next_step(&incident.subject, incident.cause.as_ref())))) }
                    @if let Some(runbook) = &incident.runbook { li { "Runbook: " (parts::web_link(runbook, runbook)) } }
                    @if incident.is_open() && incident.acknowledged.is_none() { li { "Acknowledge it, so that others know and reminders stop." } }
                }
            }
        }
    }
}

/// What is likely behind it, with where to read on.
fn likely_link(likely: &Likely, incident: &Incident) -> Markup {
    let sentence = likely.sentence(incident.began);
    match likely {
        Likely::Deploy { url: Some(url), .. } => parts::web_link(url, &sentence),
        Likely::Deploy { url: None, .. } => html! { (sentence) },
        Likely::ThirdParty { name, .. } => html! { a href={ "/third-parties#party-" (name) } { (sentence) } },
    }
}

const fn meaning(incident: &Incident) -> &'static str {
    match &incident.subject {
        Subject::Own(_) => {
            "we cannot see or tell; it says nothing about your targets, whose states are frozen"
        }
        Subject::Monitor(_) | Subject::Traffic(_) => match &incident.cause {
            Some(cause) => match &cause.kind {
                statusquo_alert::CauseKind::Failure(_) => {
                    "no whole answer came, so there is no status code; the fault lies with the target or the way to it"
                }
                statusquo_alert::CauseKind::Expectation { .. } | statusquo_alert::CauseKind::Status(_) => {
                    "an answer came, and it is not what this monitor expects"
                }
                statusquo_alert::CauseKind::CertificateExpiring { .. } => {
                    "clients refuse the connection once the certificate has expired"
                }
                statusquo_alert::CauseKind::HeartbeatMissed => {
                    "the job did not report in time; it may not have run"
                }
                statusquo_alert::CauseKind::HeartbeatFailed { .. } => "the job ran, and said that it failed",
                statusquo_alert::CauseKind::Traffic(_) => {
                    "the traffic of real clients is out of the usual; what speaks for it stands below"
                }
            },
            None => "the monitor is not as it should be",
        },
    }
}

fn timeline(incident: &Incident, now: Timestamp) -> Markup {
    html! {
        section.panel aria-labelledby="timeline-title" {
            div.ph { h2 #timeline-title { "Timeline" } }
            ol.line.pb { @for entry in &incident.timeline { (line(entry, now)) } }
        }
    }
}

fn line(entry: &Entry, now: Timestamp) -> Markup {
    let text = words::full_sentence(&words::entry(&entry.kind));
    html! {
        li { (parts::time(entry.at, now))
            @match &entry.kind {
                EntryKind::Note(who, note) => p { b { (who) } ": " span.note { (note) } },
                EntryKind::Opened(_) | EntryKind::CauseChanged(_) | EntryKind::Worsened(_) | EntryKind::Recovering
                | EntryKind::FailedAgain(_) | EntryKind::Resolved | EntryKind::ResolvedBy(_)
                | EntryKind::Withdrawn(_) | EntryKind::Reopened(_) | EntryKind::Acknowledged(_)
                | EntryKind::Flapping | EntryKind::Told(..) | EntryKind::Held(_) | EntryKind::Affects(_)
                | EntryKind::PassedOn(_) | EntryKind::Escalated(..) | EntryKind::Released
                | EntryKind::Blind(_) => p { (text) },
            }
        }
    }
}

fn deliveries(deliveries: &[Delivered], now: Timestamp) -> Markup {
    html! {
        section.panel aria-labelledby="told-title" {
            div.ph { h2 #told-title { "Who was told" } span.muted { (words::count(deliveries.len(), "message")) } }
            @if deliveries.is_empty() {
                p.pb.muted { "Nobody was told: no receiver wants it, or messages are held." }
            } @else { (delivery_list(deliveries, now, None)) }
        }
    }
}

/// Messages, and what became of them.
pub(crate) fn delivery_list(
    deliveries: &[Delivered],
    now: Timestamp,
    incidents: Option<&Snapshot>,
) -> Markup {
    let title = |number| {
        let all = &incidents?.incidents;
        all.iter().find(|incident| incident.number == number).map(|incident| &incident.title)
    };
    html! {
        ul.list { @for message in deliveries {
            @let (class, mark, word) = standing(message.standing);
            li {
                span.gl.(class) aria-hidden="true" { (mark) }
                span { b { (message.receiver) } ", " (words::notice(message.notice))
                    @if incidents.is_some() { " of " a href={ "/incidents/" (message.incident) } { "incident " (message.incident) } }
                    @if let Some(title) = title(message.incident) { ": " (title) } }
                span.r { (parts::time(message.at, now)) }
                span.s2 { (word)
                    @if let Some(ended) = message.ended { " " (parts::time(ended, now)) }
                    @if message.attempts > 0 { ", after " (words::count(message.attempts as usize, "failed attempt")) }
                    @if let Some(answer) = &message.answer { ": " (answer) }
                }
            }
        } }
    }
}

const fn standing(standing: Standing) -> (&'static str, &'static str, &'static str) {
    match standing {
        Standing::Pending => ("g4", "▲", "waiting"),
        Standing::Sent => ("g2", "●", "taken"),
        Standing::Superseded => ("g3", "◆", "not sent"),
        Standing::Dead => ("g5", "■", "given up"),
    }
}

fn forms(caller: &Caller, incident: &Incident, has_public_page: bool) -> Markup {
    let path = format!("/incidents/{}", incident.number);
    html! {
        section.panel aria-label="Act" { div.pb.act {
            @if incident.is_open() {
                @if incident.acknowledged.is_none() { (parts::button(caller, &format!("{path}/acknowledge"), "Acknowledge", "pri")) }
                @if !incident.escalated.is_empty() { (parts::button(caller, &format!("{path}/pass-on"), "Pass on", "")) }
                (parts::button(caller, &format!("{path}/silence"), "Silence for 1 h", ""))
                @if has_public_page { a.btn href={ "/public?incident=" (incident.number) "#new" } { "Tell the public" } }
                (parts::button(caller, &format!("{path}/resolve"), "Resolve by hand", ""))
            }
            form.row method="post" action={ (path) "/notes" } {
                input type="hidden" name="csrf" value=(caller.csrf);
                label.sr for="note" { "Note" }
                input #note type="text" name="text" required maxlength="2000" placeholder="What you found, for those who come after you";
                button.btn type="submit" { "Add note" }
            }
        } }
    }
}
