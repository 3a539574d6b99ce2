//! The overview: what is wrong, how badly, since when, and what to do next.

use axum::extract::{Query, State};
use axum::response::Response;
use http::{HeaderMap, Uri};
use jiff::Timestamp;
use maud::{Markup, html};
use statusquo_alert::{Incident, State as Shown, Subject};
use statusquo_catalogue::StatusCode;
use statusquo_exchange::Name;
use statusquo_problem::Problem;
use statusquo_slo::Mark;
use statusquo_store::Role;

use super::{Here, Look, Page, Part, incidents, monitors, parts, said, traffic};
use crate::auth::Caller;
use crate::board::{Snapshot, SourceView};
use crate::context::App;
use crate::negotiate::Form;
use crate::traffic::EndpointRow;
use crate::{wire, words};

/// Answers `/` and its twins.
pub(crate) async fn show(
    State(app): State<App>,
    caller: Caller,
    Query(look): Query<Look>,
    headers: HeaderMap,
    uri: Uri,
) -> Result<Response, Problem> {
    let form = Form::of(&uri, &headers);
    let snapshot = app.snapshot();
    match form {
        Form::Html => Ok(super::framed(&app, &caller, &page(&app, &caller, &look).await?)),
        Form::Json => Ok(super::json(&wire::StatusWire::from(&snapshot))),
        Form::Csv => monitors::table(&snapshot, form),
        Form::Text => Ok(super::respond(form, text(&snapshot, app.now()))),
        Form::Markdown => Err(super::no_such_form(form)),
    }
}

/// The page.
pub(crate) async fn page(app: &App, caller: &Caller, look: &Look) -> Result<Page, Problem> {
    let (snapshot, now) = (app.snapshot(), app.now());
    let mut page = Page {
        headline: said::overall(&snapshot),
        here: Here::Overview,
        path: "/".to_owned(),
        above: None,
        controls: None,
        parts: Vec::new(),
        twins: &[Form::Json, Form::Csv, Form::Text],
    };
    let service = traffic::heard_service(app, &snapshot, look).await?;
    if snapshot.monitors.is_empty() && service.is_none() {
        let ranges = parts::traffic_ranges(look.range(), "/", "");
        // What was read long ago is found by a longer range.
        page.controls = Some(Part::live(
            "controls",
            if snapshot.sources.is_empty() {
                html! {}
            } else {
                ranges
            },
        ));
        page.parts.push(Part::live("verdict", nothing_yet(&snapshot)));
        return Ok(page);
    }
    let ranges = if service.is_some() { parts::traffic_ranges } else { parts::ranges };
    page.controls = Some(Part::live("controls", ranges(look.range(), "/", "")));
    page.parts = vec![Part::live("verdict", verdict(&snapshot, caller, now))];
    match service {
        Some(service) => with_traffic(app, &mut page, look, &service).await?,
        None => page.parts.extend([
            Part::live("figures", figures(&snapshot, now)),
            Part::live("incidents", incidents::panel(&snapshot, now)),
        ]),
    }
    if !snapshot.monitors.is_empty() {
        page.parts.push(Part::live("monitors", monitors::panel(app, &snapshot, look, "/").await?));
    }
    if let Some(panel) = super::parties::panel(&snapshot, now) {
        page.parts.push(Part::live("parties", panel));
    }
    if let Some(panel) = super::public::panel(&snapshot, caller, now) {
        page.parts.push(Part::live("public", panel));
    }
    Ok(page)
}

/// Endpoints that the overview shows.
const ENDPOINTS: usize = 12;

/// What real traffic says: the most urgent endpoint, key figures, codes over time beside incidents, endpoints.
async fn with_traffic(app: &App, page: &mut Page, look: &Look, service: &Name) -> Result<(), Problem> {
    let (snapshot, now) = (app.snapshot(), app.now());
    let usage = app.usage(service, None, look.range()).await?;
    let rows = app.endpoints(service, look.range()).await?;
    let troubles = traffic::troubles(&snapshot, service, now);
    let all = words::count(rows.len(), "endpoint");
    if snapshot.monitors.is_empty() {
        page.headline = format!("{all}, none out of the usual");
    }
    if let Some(worst) = troubles.first() {
        page.headline = format!(
            "{} of {all} {} out of the usual",
            troubles.len(),
            if troubles.len() == 1 { "is" } else { "are" }
        );
        page.parts.push(Part::live("trouble", traffic::verdict(worst, service, now)));
    }
    let last = parts::figure(
        html! { "Out of the usual" },
        html! { (troubles.len()) small { " of " (rows.len()) } },
        html! { "endpoints, in the last 5 minutes" },
    );
    page.parts.push(Part::live("figures", traffic::figures(&usage, &last)));
    let shade_path =
        format!("/?range={}&service={}&", look.range().as_str(), parts::segment(service.as_str()));
    let deploys = traffic::deploys(&snapshot, service, &usage);
    page.parts.push(Part::live("heat", html! {
        div.grid.g21 { (traffic::codes(&usage, service, look.shade(), (&shade_path, &deploys), now)) div.stack { (incidents::panel(&snapshot, now)) } }
    }));
    let few: Vec<&EndpointRow> = rows.iter().take(ENDPOINTS).collect();
    let more = rows.len().saturating_sub(few.len());
    page.parts.push(Part::live("endpoints", html! {
        section.panel aria-labelledby="endpoints-title" {
            div.ph { h2 #endpoints-title { "Endpoints" } span.muted { (all) " of " (service) ", the worst first" } span.sp {}
                span.legend.hide-s { span { span.gl.g4 aria-hidden="true" { "▲" } "4xx above the line" } span { span.gl.g5 aria-hidden="true" { "■" } "5xx below" } } }
            (traffic::list(&few, service, usage.seconds(now)))
            @if more > 0 { p.more { a href={ "/endpoints?service=" (parts::segment(service.as_str())) } { "Show " (more) " more" } } }
        }
    }));
    Ok(())
}

/// What to do when there is nothing to show.
fn nothing_yet(snapshot: &Snapshot) -> Markup {
    if snapshot.sources.is_empty() { first_steps() } else { waiting_for(&snapshot.sources) }
}

/// How to watch something: first what needs no restart.
pub(super) fn first_steps() -> Markup {
    html! {
        section.panel.empty {
            h2 { "Watch your first URL in one step" }
            p { "Add it to the configuration file, which is read again as soon as it changes:" }
            (parts::copyable("[[monitor]]\nname = \"api\"\nurl = \"https://api.example.org/health\""))
            p { "or the access log of your API:" }
            (parts::copyable("[[log]]\nname = \"api\"\npath = \"/var/log/nginx/access.log\""))
            p { "or stop this server, and watch without any configuration:" }
            (parts::copyable("statusquo watch https://api.example.org/health"))
            p.muted { "Waiting. The first answer shows here at once." }
        }
    }
}

/// Sources that have told nothing yet.
pub(super) fn waiting_for(sources: &[SourceView]) -> Markup {
    html! {
        section.panel.empty {
            h2 { "Waiting for the first request" }
            p { "It shows here at once. Followed " (if sources.len() == 1 { "is" } else { "are" }) ":" }
            ul.pb { @for source in sources { li { b { (source.name) } " " span.muted { (source.target) } } } }
            p.muted { "How far they were read, and lines that were not understood, stand in the "
                a href="/settings" { "settings" } "." }
        }
    }
}

/// The most urgent incident, with what to do about it.
fn verdict(snapshot: &Snapshot, caller: &Caller, now: Timestamp) -> Markup {
    let Some(incident) = snapshot.open().first().copied() else { return all_is_well(snapshot, now) };
    let number = incident.number;
    let class = match incident.severity {
        statusquo_alert::Severity::Failing => "verdict",
        statusquo_alert::Severity::Degraded => "verdict warn",
    };
    html! {
        section class=(class) aria-label="Most urgent" {
            span.g aria-hidden="true" { (words::phase_mark(incident)) }
            h2 { (parts::subject(incident)) " " (words::predicate(incident)) }
            p { (situation(incident, now)) }
            div.act {
                a.btn.pri href={ "/incidents/" (number) } { "Open incident " (number) }
                @if incident.acknowledged.is_none() && caller.may(Role::Responder) {
                    (parts::button(caller, &format!("/incidents/{number}/acknowledge"), "Acknowledge", ""))
                }
                @if let Some(code) = code_of(incident) {
                    a.btn href={ "/codes/" (code) } { "Explain " (code) }
                }
            }
        }
    }
}

fn code_of(incident: &Incident) -> Option<StatusCode> {
    incident.cause.as_ref().and_then(|cause| cause.kind.status())
}

/// Since when, how bad, who, what it means, what next.
fn situation(incident: &Incident, now: Timestamp) -> Markup {
    let next = words::next_step(&incident.subject, incident.cause.as_ref());
    html! {
        "Since " (parts::time(incident.began, now)) ", " (said::extent(incident, now)) ". "
        @match &incident.acknowledged {
            Some((who, at)) => { b { (who) } " is on it since " (parts::time(*at, now)) ". " }
            None => "Nobody has taken it yet. "
        }
        @if !incident.affected.is_empty() {
            (words::count(incident.affected.len(), "other monitor")) " affected. "
        }
        @if let Some(likely) = words::likely(incident) { b { "Likely: " } (likely) ". " }
        @if let Some(code) = code_of(incident) { (words::code_meaning(code)) " " }
        b { "Next: " } (parts::marked(&words::full_sentence(&next)))
    }
}

fn all_is_well(snapshot: &Snapshot, now: Timestamp) -> Markup {
    let failing = snapshot.count(Shown::Failing) + snapshot.count(Shown::Degraded);
    let last = snapshot.incidents.first().and_then(|incident| Some((incident, incident.resolved?)));
    html! {
        @if failing > 0 {
            section.verdict.warn { span.g aria-hidden="true" { "▲" } h2 { "Looking again before anybody is told" }
                p { "A monitor has a bad answer that is not confirmed yet, or belongs to planned work." } }
        } @else if snapshot.count(Shown::Unknown) > 0 {
            section.verdict.calm { span.g aria-hidden="true" { "?" } h2 { "No incident is open" }
                p { "Unknown is not ok: these monitors were not looked at yet, or we could not see." } }
        } @else {
            section.verdict.calm { span.g.g2 aria-hidden="true" { "●" } h2 { "No incident is open" }
                p { @match last {
                    Some((incident, resolved)) => { "The last one, " a href={ "/incidents/" (incident.number) } { "incident " (incident.number) } ", ended " (parts::time(resolved, now)) "." }
                    None => "There was none since Statusquo began to watch."
                } " Nothing to do." }
            }
        }
    }
}

fn figures(snapshot: &Snapshot, now: Timestamp) -> Markup {
    let working = snapshot.monitors.iter().fold((0, 0), |(good, all), view| {
        let (a, b) = view.available();
        (good + a, all + b)
    });
    let mut medians: Vec<u32> = snapshot.monitors.iter().filter_map(|view| view.median_us()).collect();
    medians.sort_unstable();
    let slowest =
        snapshot.monitors.iter().filter_map(|view| Some((view.median_us()?, view))).max_by_key(|(us, _)| *us);
    let open = snapshot.open();
    let taken = open.iter().filter(|incident| incident.acknowledged.is_some()).count();
    let wrong = snapshot.count(Shown::Failing) + snapshot.count(Shown::Degraded);
    let expiring = snapshot
        .monitors
        .iter()
        .filter_map(|view| Some((view.certificate_expires?, view)))
        .min_by_key(|(expires, _)| *expires);
    html! {
        section.panel.kpis aria-label="Key figures" {
            (parts::figure(
                html! { "Monitors not ok" },
                html! { (wrong) small { " of " (words::grouped(snapshot.monitors.len() as u64)) } },
                html! { (snapshot.count(Shown::Unknown)) " unknown, " (snapshot.count(Shown::Paused)) " paused" },
            ))
            (parts::figure(
                html! { "Probes that worked" },
                parts::with_unit(&words::percent(working)),
                html! { (words::grouped(snapshot.recent(Mark::Bad) as u64)) " of the last " (words::grouped(working.1)) " failed" },
            ))
            (parts::figure(
                html! { "Usual answer time" },
                parts::with_unit(&medians.get(medians.len() / 2).map_or("unknown".to_owned(), |us| words::took(*us))),
                html! { @match slowest {
                    Some((us, view)) => { "slowest: " a.plain href=(parts::monitor_path(view.name.as_str())) { (view.title) } ", " (words::took(us)) }
                    None => "no answer yet"
                } },
            ))
            (parts::figure(
                html! { "Open incidents" },
                html! { (open.len()) },
                html! { @if open.is_empty() { "nobody has to act" } @else { (taken) " taken by somebody" } },
            ))
            (parts::figure(
                html! { "Next certificate" },
                match expiring {
                    Some((expires, _)) => parts::with_unit(&parts::certificate(expires, now).1),
                    None => html! { "—" },
                },
                html! { @match expiring {
                    Some((_, view)) => a.plain href=(parts::monitor_path(view.name.as_str())) { (view.title) },
                    None => "no monitor has one"
                } },
            ))
        }
    }
}

/// The overview as text, for a terminal.
fn text(snapshot: &Snapshot, now: Timestamp) -> String {
    let mut text = words::full_sentence(&said::overall(snapshot)) + "\n";
    for incident in snapshot.open() {
        let mark = words::phase_mark(incident);
        let next = words::next_step(&incident.subject, incident.cause.as_ref());
        let subject = match &incident.subject {
            Subject::Monitor(name) | Subject::Traffic(name) => name.as_str(),
            Subject::Own(_) => "statusquo",
        };
        text += &format!(
            "\n{mark} incident {} ({subject}): {}, {}\n  next: {next}\n",
            incident.number,
            words::sentence(incident),
            said::extent(incident, now)
        );
        if let Some(likely) = words::likely(incident) {
            text += &format!("  likely: {likely}\n");
        }
    }
    text.push('\n');
    text + &monitors::text(snapshot)
}
