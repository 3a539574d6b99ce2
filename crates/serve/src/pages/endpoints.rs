//! All endpoints of a service, the worst first.

use axum::extract::{Query, State};
use axum::response::Response;
use http::{HeaderMap, Uri};
use maud::{Markup, html};
use serde_json::json;
use statusquo_problem::Problem;

use super::traffic::{heard_service, list, service_of, troubles, word};
use super::{Here, Look, Page, Part, Table, overview, parts, twin};
use crate::auth::Caller;
use crate::context::App;
use crate::negotiate::Form;
use crate::traffic::EndpointRow;
use crate::words;

/// Answers `/endpoints` and its twins.
pub(crate) async fn show(
    State(app): State<App>,
    caller: Caller,
    Query(look): Query<Look>,
    headers: HeaderMap,
    uri: Uri,
) -> Result<Response, Problem> {
    let form = Form::of(&uri, &headers);
    if form == Form::Html {
        return Ok(super::framed(&app, &caller, &page(&app, &look).await?));
    }
    let snapshot = app.snapshot();
    let rows = match service_of(&snapshot, &look) {
        Some(service) => app.endpoints(&service, look.range()).await?,
        None => Default::default(),
    };
    twin(
        form,
        || json!({ "endpoints": rows.iter().map(wire).collect::<Vec<_>>() }),
        || Table { head: &HEAD, rows: rows.iter().map(cells).collect() },
    )
}

const HEAD: [&str; 7] =
    ["method", "route", "requests", "client_errors", "server_errors", "main_error", "p95_ms"];

fn milliseconds(row: &EndpointRow) -> Option<f64> {
    row.latency.quantile(0.95).map(|microseconds| (microseconds / 10.0).round() / 100.0)
}

fn wire(row: &EndpointRow) -> serde_json::Value {
    json!({
        "method": &*row.name.method, "route": &*row.name.route, "slug": row.name.slug(), "requests": row.requests,
        "client_errors": row.client, "server_errors": row.server,
        "main_error": row.main_error.map(|(answer, _)| word(answer)), "p95_ms": milliseconds(row),
    })
}

fn cells(row: &EndpointRow) -> Vec<String> {
    vec![
        row.name.method.to_string(),
        row.name.route.to_string(),
        row.requests.to_string(),
        row.client.to_string(),
        row.server.to_string(),
        row.main_error.map(|(answer, _)| word(answer)).unwrap_or_default(),
        milliseconds(row).map(|ms| ms.to_string()).unwrap_or_default(),
    ]
}

/// The page.
pub(crate) async fn page(app: &App, look: &Look) -> Result<Page, Problem> {
    let (snapshot, now) = (app.snapshot(), app.now());
    let mut page = Page {
        headline: "No traffic yet".to_owned(),
        here: Here::Endpoints,
        path: "/endpoints".to_owned(),
        above: None,
        controls: None,
        parts: Vec::new(),
        twins: &[Form::Json, Form::Csv, Form::Text],
    };
    let Some(service) = heard_service(app, &snapshot, look).await? else {
        let ranges = parts::traffic_ranges(look.range(), "/endpoints", "");
        let is_followed = !snapshot.sources.is_empty();
        page.controls = Some(Part::live(
            "controls",
            if is_followed {
                ranges
            } else {
                html! {}
            },
        ));
        let advice = if is_followed { overview::waiting_for(&snapshot.sources) } else { nothing_yet() };
        page.parts.push(Part::live("endpoints", advice));
        return Ok(page);
    };
    let rows = app.endpoints(&service, look.range()).await?;
    let found: Vec<&EndpointRow> = rows.iter().filter(|row| is_wanted(row, look.q.as_deref())).collect();
    let troubled = troubles(&snapshot, &service, now).len();
    page.headline = match troubled {
        0 => format!("{}, none out of the usual", words::count(rows.len(), "endpoint")),
        some => format!("{some} of {} out of the usual", words::count(rows.len(), "endpoint")),
    };
    page.controls = Some(Part::live("controls", controls(&snapshot, &service, look)));
    let shown = look.show.unwrap_or(parts::ROWS);
    let few: Vec<&EndpointRow> = found.iter().copied().take(shown).collect();
    let seconds = app.usage(&service, None, look.range()).await?.seconds(now);
    page.parts.push(Part::live("find", find(look)));
    page.parts.push(Part::live("endpoints", html! {
        section.panel aria-labelledby="endpoints-title" {
            div.ph { h2 #endpoints-title { "Endpoints" } span.muted { (found.len()) " of " (rows.len()) ", the worst first" } }
            (list(&few, &service, seconds))
            @if found.len() > shown { p.more { a href={ "/endpoints?show=" (shown + 200) "&range=" (look.range().as_str()) } { "Show more" } } }
        }
    }));
    Ok(page)
}

fn is_wanted(row: &EndpointRow, words: Option<&str>) -> bool {
    let name = row.name.to_string().to_lowercase();
    words.is_none_or(|words| words.to_lowercase().split_whitespace().all(|word| name.contains(word)))
}

fn controls(snapshot: &crate::board::Snapshot, service: &statusquo_exchange::Name, look: &Look) -> Markup {
    let option = |name: &statusquo_exchange::Name| {
        (name.to_string(), format!("/endpoints?service={}", parts::segment(name.as_str())), name == service)
    };
    let services: Vec<_> = snapshot.services.keys().map(option).collect();
    html! {
        @if services.len() > 1 { (parts::choices("Service", &services)) }
        (parts::traffic_ranges(look.range(), "/endpoints", &format!("&service={}", parts::segment(service.as_str()))))
    }
}

fn find(look: &Look) -> Markup {
    html! {
        form.row role="search" aria-label="Endpoints" action="/endpoints" {
            label { "Find endpoints" input type="search" name="q" value=(look.q.as_deref().unwrap_or_default()) placeholder="POST /v1/orders"; }
            button.btn type="submit" { "Find" }
        }
    }
}

/// What to do when no traffic was seen yet.
pub(crate) fn nothing_yet() -> Markup {
    html! {
        section.panel.empty {
            h2 { "Show it your access log in one step" }
            (parts::copyable("tail -F access.log | statusquo serve --log -"))
            p { "or follow a file, also over its rotations:" }
            (parts::copyable("[[log]]\nname = \"shop\"\npath = \"/var/log/nginx/access.log\""))
            p.muted { "Waiting. The first request shows here at once." }
        }
    }
}
