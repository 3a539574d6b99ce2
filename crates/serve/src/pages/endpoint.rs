//! One endpoint: what it answers, what that means, what to do.

use axum::extract::{Path, Query, State};
use axum::response::Response;
use http::HeaderMap;
use jiff::Timestamp;
use maud::{Markup, html};
use serde_json::json;
use statusquo_exchange::Name;
use statusquo_problem::Problem;
use statusquo_slo::Answer;
use statusquo_slo::traffic::EndpointName;

use super::traffic::{codes, figures, service_of, troubles, word};
use super::{Here, Look, Page, Part, csv, failing, parts, slos};
use crate::auth::Caller;
use crate::charts::latency_of;
use crate::context::App;
use crate::negotiate::Form;
use crate::traffic::{Kind, Trouble, Usage};
use crate::words;

/// Answers `/endpoints/{slug}` and its twins.
pub(crate) async fn show(
    State(app): State<App>,
    caller: Caller,
    Path(slug): Path<String>,
    Query(look): Query<Look>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let (slug, form) =
        Form::split(&slug).map_or((slug.as_str(), Form::wanted(&headers)), |(slug, form)| (slug, form));
    if form == Form::Html {
        return Ok(super::framed(&app, &caller, &page(&app, slug, &look).await?));
    }
    let (service, name) = find(&app, slug, &look).await?;
    let usage = app.usage(&service, Some(&name), look.range()).await?;
    match form {
        Form::Json => Ok(super::json(&wire(&service, &name, &usage))),
        Form::Csv => Ok(super::respond(form, csv(&["from", "answer", "count"], &cells(&usage)))),
        Form::Html | Form::Text | Form::Markdown => Err(super::no_such_form(form)),
    }
}

/// The endpoint that is called so, of the service that is named or of any.
async fn find(app: &App, slug: &str, look: &Look) -> Result<(Name, EndpointName), Problem> {
    let snapshot = app.snapshot();
    let first = service_of(&snapshot, look);
    let services = first.iter().chain(snapshot.services.keys().filter(|name| Some(*name) != first.as_ref()));
    for service in services {
        let rows = app.endpoints(service, look.range()).await?;
        let at_hand = snapshot.services.get(service).and_then(|view| view.by_slug(slug));
        let found = at_hand.or_else(|| rows.iter().map(|row| &row.name).find(|name| name.slug() == slug));
        if let Some(name) = found {
            return Ok((service.clone(), name.clone()));
        }
    }
    Err(Problem::not_found(format!("no endpoint `{slug}` was asked lately")))
}

fn wire(service: &Name, name: &EndpointName, usage: &Usage) -> serde_json::Value {
    let answers: serde_json::Map<String, serde_json::Value> =
        usage.rows.iter().map(|row| (word(row.answer), json!(row.counts))).collect();
    json!({
        "service": service.as_str(), "method": &*name.method, "route": &*name.route,
        "from": usage.grid.begin(0), "column_seconds": usage.grid.width, "requests": usage.requests(),
        "answers": answers, "p95_ms": usage.all_latency().quantile(0.95).map(|us| us / 1000.0),
    })
}

fn cells(usage: &Usage) -> Vec<Vec<String>> {
    let mut all = Vec::new();
    for row in &usage.rows {
        for (at, count) in row.counts.iter().enumerate().filter(|(_, count)| **count > 0) {
            let from = usage.grid.begin(at).strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
            all.push(vec![from, word(row.answer), count.to_string()]);
        }
    }
    all
}

/// The page.
pub(crate) async fn page(app: &App, slug: &str, look: &Look) -> Result<Page, Problem> {
    let (service, name) = find(app, slug, look).await?;
    let (snapshot, now) = (app.snapshot(), app.now());
    let usage = app.usage(&service, Some(&name), look.range()).await?;
    let trouble = troubles(&snapshot, &service, now).into_iter().find(|trouble| trouble.endpoint == name);
    let path = format!("/endpoints/{}", parts::segment(&name.slug()));
    let rest = format!("&service={}", parts::segment(service.as_str()));
    let shade_path = format!("{path}?range={}{rest}&", look.range().as_str());
    let last = html! { div.kpi { div.l { "p99 latency" } (slow(&usage)) } };
    let headline = match &trouble {
        Some(trouble) => format!("{name} {}", trouble.predicate()),
        None => format!("{name} answers as usual"),
    };
    let deploys = super::traffic::deploys(&snapshot, &service, &usage);
    let mut all = vec![
        Part::live("situation", situation(trouble.as_ref(), &usage, now)),
        Part::live("figures", figures(&usage, &last)),
        Part::live("heat", codes(&usage, &service, look.shade(), (&shade_path, &deploys), now)),
    ];
    if let Some(chart) = latency_of(&usage) {
        all.push(Part::live("latency", html! {
            section.panel aria-labelledby="latency-title" { div.ph { h2 #latency-title { "Latency" } span.muted { "solid: half of all requests; dashed: 95 of 100" } }
                div.pb { (chart) } }
        }));
    }
    if let Some(budgets) = slos::of_endpoint(&snapshot, &service, &name) {
        all.push(Part::live("budgets", budgets));
    }
    let failing = failing::latest(app, &service, &name).await?;
    if let Some(failing) = failing::panel(&failing, &service, &name, now) {
        all.push(Part::live("failing", failing));
    }
    Ok(Page {
        headline,
        here: Here::Endpoints,
        path: path.clone(),
        above: Some(
            html! { a href={ "/endpoints?service=" (parts::segment(service.as_str())) } { "Endpoints" } " / " (service) " / " (name) },
        ),
        controls: Some(Part::still("controls", parts::traffic_ranges(look.range(), &path, &rest))),
        parts: all,
        twins: &[Form::Json, Form::Csv],
    })
}

/// What is happening, what the code means, what to do next.
fn situation(trouble: Option<&Trouble>, usage: &Usage, now: Timestamp) -> Markup {
    let worst = usage.most(Kind::Server).or_else(|| usage.most(Kind::Client));
    let answer = trouble.map(|trouble| trouble.answer).or(worst.map(|row| row.answer));
    let code = match answer {
        Some(Answer::Status(code)) => Some(code),
        Some(Answer::Failure(_) | Answer::None) | None => None,
    };
    html! {
        section class={ "panel three" @if trouble.is_some() { " urgent" } } {
            div { h2 { "What is happening" }
                @match trouble {
                    Some(trouble) => p { (words::full_sentence(&trouble.predicate())) " It began " (parts::time(trouble.since, now)) "; usually it is " (words::share(trouble.usual.0, trouble.usual.1)) " of all requests." },
                    None => p { "Nothing out of the usual in the last 5 minutes." @if let Some(row) = worst { " The most frequent error is " (word(row.answer)) ", " (words::grouped(row.total)) " times." } },
                } }
            div { h2 { @match code { Some(code) => { "What " (code) " means" } None => "What it means" } }
                @match code {
                    Some(code) => p { (words::code_meaning(code)) " " a href={ "/codes/" (code) } { "More on " (code) } },
                    None => p { "There is no error to explain." },
                } }
            div { h2 { "Next step" }
                @match (code, trouble.is_some()) {
                    (Some(code), true) => p { (parts::marked(&words::full_sentence(words::code_next_step(code)))) },
                    _ => p { "Nothing to do." },
                } }
        }
    }
}

/// The slowest of a hundred, and the one in the middle.
fn slow(usage: &Usage) -> Markup {
    let latency = usage.all_latency();
    html! { div.v { (parts::with_unit(&latency.quantile(0.99).map_or("unknown".to_owned(), words::took_f64))) } div.d { "99 of 100 are faster; half take " (latency.quantile(0.5).map_or("unknown".to_owned(), words::took_f64)) } }
}
