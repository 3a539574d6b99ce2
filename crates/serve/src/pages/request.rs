//! One request, for whoever is asked about it: who, what, when, what they saw, whose turn it is, what to reply.

use axum::extract::{Path, State};
use axum::response::Response;
use http::HeaderMap;
use jiff::Timestamp;
use maud::{Markup, html};
use statusquo_problem::Problem;
use statusquo_slo::Mark;
use statusquo_slo::kept::{Searched, absent};
use statusquo_store::{Kept, Wanted};

use super::{Here, Page, Part, parts};
use crate::auth::Caller;
use crate::board::Snapshot;
use crate::context::App;
use crate::negotiate::Form;
use crate::wire::{RequestWire, called};
use crate::words;

/// Requests of the same client so long before and after are shown beside it.
const AROUND_US: i64 = 300_000_000;
/// So many of them.
const MOST_AROUND: usize = 12;
/// The request itself is among those of its client, once for each layer.
const OWN: usize = 8;

/// A request with what belongs to it.
struct Found {
    told: RequestWire,
    kept: Vec<Kept>,
    around: Vec<Kept>,
}

/// Answers `/requests/{id}` and its twins.
pub(crate) async fn show(
    State(app): State<App>,
    caller: Caller,
    Path(name): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    // An id may end like the name of a file; only what ends like a twin is one.
    let (id, form) =
        Form::split(&name).map_or((name.as_str(), Form::wanted(&headers)), |(id, form)| (id, form));
    match form {
        Form::Html => Ok(super::framed(&app, &caller, &page(&app, id).await?)),
        Form::Json => Ok(super::json(&find(&app, id).await?.told)),
        Form::Text => Ok(super::respond(form, text(&find(&app, id).await?.told))),
        Form::Csv | Form::Markdown => Err(super::no_such_form(form)),
    }
}

/// A request, explained, as JSON.
pub(crate) async fn wire(app: &App, id: &str) -> Result<RequestWire, Problem> {
    Ok(find(app, id).await?.told)
}

async fn find(app: &App, id: &str) -> Result<Found, Problem> {
    let wanted = id.to_owned();
    let (kept, around, oldest_us) = app
        .ask(move |reader| {
            let kept = reader.rows_of(&wanted)?;
            let around = match kept.iter().find(|kept| !kept.row.client.is_empty()) {
                Some(kept) => reader.rows(&same_client(kept), MOST_AROUND + OWN)?,
                None => Vec::new(),
            };
            Ok((kept, around, reader.oldest_row()?))
        })
        .await?;
    let snapshot = app.snapshot();
    let Some(mut told) = RequestWire::tell(id, &kept) else {
        let searched =
            Searched { keeping: snapshot.keeping, oldest_us, left_out: snapshot.requests_left_out };
        return Err(Problem::not_found(format!(
            "no request `{id}` is kept. {}",
            absent(id, &searched).join(" ")
        )));
    };
    told.incident = incident_of(&snapshot, &kept);
    let around = around.into_iter().filter(|other| kept.iter().all(|kept| kept.number != other.number));
    let around = around.take(MOST_AROUND).collect();
    Ok(Found { told, kept, around })
}

fn same_client(kept: &Kept) -> Wanted {
    Wanted {
        from_us: Some(kept.row.at_us.saturating_sub(AROUND_US)),
        to_us: Some(kept.row.at_us.saturating_add(AROUND_US)),
        client: Some(kept.row.client.to_string()),
        ..Wanted::default()
    }
}

/// The incident that was open at that moment and is about the same service or host.
fn incident_of(snapshot: &Snapshot, kept: &[Kept]) -> Option<u64> {
    let is_about = |incident: &statusquo_alert::Incident, kept: &Kept| {
        let at = Timestamp::from_microsecond(kept.row.at_us).unwrap_or_default();
        let is_then = incident.began <= at && incident.resolved.is_none_or(|resolved| at <= resolved);
        let host = &*kept.row.host;
        let is_there = incident.title == kept.service.as_str()
            || (!host.is_empty() && incident.target.contains(&format!("//{host}")));
        is_then && is_there
    };
    let found = snapshot.incidents.iter().find(|incident| kept.iter().any(|kept| is_about(incident, kept)));
    found.map(|incident| incident.number.0)
}

/// The page.
pub(crate) async fn page(app: &App, id: &str) -> Result<Page, Problem> {
    let (found, now) = (find(app, id).await?, app.now());
    let told = &found.told;
    let content = html! {
        section.panel.three {
            div { h2 { "Whose turn it is" }
                p { (told.turn) }
                p { @match told.incident {
                    Some(number) => { "Part of " a href={ "/incidents/" (number) } { "incident " (number) } "." },
                    None => { "Part of no incident that is known." },
                } }
            }
            div { h2 { "What to reply" } (parts::copyable(&told.reply)) }
            div { h2 { "May the client send it again?" } p { (told.retry) }
                @if let Some(code) = told.status {
                    p { (parts::code(code.into())) " " (words::code_meaning(code.into())) }
                } }
        }
        (hops(&found.kept, now))
        section.panel { div.ph { h2 { "What is not known" } }
            ul.pb { @for sentence in &told.unknown { li { (sentence) } } } }
        @if !found.around.is_empty() {
            section.panel { div.ph { h2 { "The same client" } span.muted { "five minutes before and after, as far as requests were kept" } }
                (super::requests::rows(&found.around, now)) }
        }
    };
    Ok(Page {
        headline: told.sentence.clone(),
        here: Here::Requests,
        path: format!("/requests/{}", parts::segment(id)),
        above: Some(html! { a href="/requests" { "Requests" } " / " (id) }),
        controls: None,
        parts: vec![Part::still("request", content)],
        twins: &[Form::Json, Form::Text],
    })
}

/// Hop by hop: who was done with it when, and how.
fn hops(kept: &[Kept], now: Timestamp) -> Markup {
    html! {
        section.panel { div.ph { h2 { "Hop by hop" } span.muted { "in the order in which they were done" } }
            ul.list.cd { @for kept in kept { (hop(kept, now)) } } }
    }
}

fn hop(kept: &Kept, now: Timestamp) -> Markup {
    let row = &kept.row;
    let at = Timestamp::from_microsecond(row.at_us).unwrap_or_default();
    let facts: [(&str, &str); 5] = [
        ("host", &row.host),
        ("client", &row.client),
        ("agent", &row.user_agent),
        ("error", &row.error),
        ("route", &row.route),
    ];
    html! {
        li data-row {
            span { (parts::answer(row.answer, Mark::Unknown)) }
            span { b { (kept.service) } " " span.muted { (row.layer.in_words()) } " " code { (row.method) " " (row.target) } }
            span.r { @if let Some(us) = row.duration_us { (words::took(us)) " · " } (parts::time(at, now)) }
            span.s2 {
                @for (name, value) in facts.iter().filter(|(_, value)| !value.is_empty()) { (name) " " code { (value) } " · " }
                @if let Some(code) = row.upstream { "behind it " (parts::code(code.into())) " · " }
                "kept because " (row.why.in_words()) " · "
                a href={ "/requests/" (parts::segment(&called(kept.number, row))) } { (called(kept.number, row)) }
            }
        }
    }
}

fn text(told: &RequestWire) -> String {
    let mut text = format!(
        "{}\n  Turn    {}\n  Retry   {}\n  Reply   {}\n",
        told.sentence, told.turn, told.retry, told.reply
    );
    if let Some(number) = told.incident {
        text += &format!("  Part of incident {number}\n");
    }
    for hop in &told.hops {
        let answer =
            hop.status.map_or_else(|| hop.failure.unwrap_or("no answer").to_owned(), |code| code.to_string());
        text +=
            &format!("  {} {} {} {} {} {answer}\n", hop.at, hop.service, hop.layer, hop.method, hop.target);
    }
    for sentence in &told.unknown {
        text += &format!("  Unknown {sentence}\n");
    }
    text.replace(|c: char| c.is_control() && c != '\n', " ")
}
