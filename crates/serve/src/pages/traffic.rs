//! Real traffic on the overview and on the pages of endpoints: figures, codes over time, the list of endpoints.

use jiff::Timestamp;
use maud::{Markup, html};
use statusquo_alert::Deploy;
use statusquo_exchange::Name;
use statusquo_problem::Problem;
use statusquo_slo::Answer;

use super::{Look, parts};
use crate::board::Snapshot;
use crate::charts::{Shade, heat, spark, strip};
use crate::context::App;
use crate::traffic::{EndpointRow, Kind, Trouble, Usage};
use crate::words;

/// A chart names so many deploys, the newest.
const MOST_DEPLOYS: usize = 20;

/// The address of an endpoint's page.
pub(crate) fn endpoint_path(service: &Name, slug: &str) -> String {
    format!("/endpoints/{}?service={}", parts::segment(slug), parts::segment(service.as_str()))
}

/// The service that is looked at: the one that is named, else the busiest.
pub(crate) fn service_of(snapshot: &Snapshot, look: &Look) -> Option<Name> {
    let named = look.service.as_deref().map(Name::from).filter(|name| snapshot.services.contains_key(name));
    named.or_else(|| snapshot.main_service().cloned())
}

/// The service that is looked at, once something was heard of it: now, or within what is shown. One whose log is followed
/// is known before.
pub(crate) async fn heard_service(
    app: &App,
    snapshot: &Snapshot,
    look: &Look,
) -> Result<Option<Name>, Problem> {
    let Some(service) = service_of(snapshot, look) else { return Ok(None) };
    let is_heard = snapshot.services.get(&service).is_some_and(|view| !view.seen_until.is_empty());
    let is_kept = is_heard || !app.endpoints(&service, look.range()).await?.is_empty();
    Ok(is_kept.then_some(service))
}

/// The deploys of a service within what is shown, the oldest first.
pub(crate) fn deploys<'a>(snapshot: &'a Snapshot, service: &Name, usage: &Usage) -> Vec<&'a Deploy> {
    let span = usage.grid.span();
    let within = |deploy: &&Deploy| deploy.service == *service && span.contains(&deploy.at.as_second());
    let mut all: Vec<&Deploy> = snapshot.deploys.iter().filter(within).take(MOST_DEPLOYS).collect();
    all.reverse();
    all
}

/// What is out of the usual at this moment, the worst first.
pub(crate) fn troubles(snapshot: &Snapshot, service: &Name, now: Timestamp) -> Vec<Trouble> {
    snapshot.services.get(service).map(|view| Trouble::of(view, now)).unwrap_or_default()
}

/// The worst of it, with what to do.
pub(crate) fn verdict(trouble: &Trouble, service: &Name, now: Timestamp) -> Markup {
    let code = match trouble.answer {
        Answer::Status(code) => Some(code),
        Answer::Failure(_) | Answer::None => None,
    };
    html! {
        section.verdict aria-label="Most urgent endpoint" {
            span.g aria-hidden="true" { "■" }
            h2 { a href=(endpoint_path(service, &trouble.endpoint.slug())) { code { (trouble.endpoint) } } " " (trouble.predicate()) }
            p { "Since " (parts::time(trouble.since, now)) ". In the last 5 minutes " (words::grouped(trouble.share.0)) " of "
                (words::grouped(trouble.share.1)) " requests, usually " (words::share(trouble.usual.0, trouble.usual.1)) ". "
                @if let Some(code) = code { (words::code_meaning(code)) " " b { "Next: " } (parts::marked(&words::full_sentence(words::code_next_step(code)))) } }
            div.act {
                a.btn.pri href=(endpoint_path(service, &trouble.endpoint.slug())) { "Look at it" }
                @if let Some(code) = code { a.btn href={ "/codes/" (code) } { "Explain " (code) } }
            }
        }
    }
}

/// Requests, the server's errors, the client's errors, latency.
pub(crate) fn figures(usage: &Usage, last: &Markup) -> Markup {
    let (all, client, server) = (usage.requests(), usage.of(Kind::Client), usage.of(Kind::Server));
    let before = usage.week_before;
    let share_before =
        |part: fn(&crate::traffic::Before) -> u64| before.map(|before| (part(&before), before.requests));
    let p95 = usage.all_latency().quantile(0.95);
    html! {
        section.panel.kpis aria-label="Key figures" {
            (figure(&html! { "Requests" }, &words::compact(all), &change((all, 1), before.map(|before| (before.requests, 1))), &spark(&floats(&usage.by_column(None)), "s2")))
            (figure(&html! { span.gl.g5 aria-hidden="true" { "■" } "Server errors" }, &words::share(server, all), &change((server, all), share_before(|before| before.server)), &spark(&floats(&usage.by_column(Some(Kind::Server))), "s5")))
            (figure(&html! { span.gl.g4 aria-hidden="true" { "▲" } "Client errors" }, &words::share(client, all), &change((client, all), share_before(|before| before.client)), &spark(&floats(&usage.by_column(Some(Kind::Client))), "s4")))
            (figure(&html! { "p95 latency" }, &p95.map_or("unknown".to_owned(), words::took_f64), &html! { "95 of 100 are faster" }, &spark(&quantiles(usage), "s6")))
            (last)
        }
    }
}

fn figure(label: &Markup, value: &str, detail: &Markup, chart: &Markup) -> Markup {
    html! { div.kpi { div.l { (label) } div.v { (parts::with_unit(value)) } div.d { (detail) } (chart) } }
}

#[expect(clippy::cast_precision_loss, reason = "counts of a column")]
fn floats(counts: &[u64]) -> Vec<Option<f64>> {
    // The last column is not over.
    let whole = counts.len().saturating_sub(1);
    counts.iter().take(whole).map(|count| Some(*count as f64)).collect()
}

fn quantiles(usage: &Usage) -> Vec<Option<f64>> {
    usage.latency_shown().iter().map(|latency| latency.quantile(0.95)).collect()
}

/// How a share stands against the week before.
#[expect(clippy::cast_precision_loss, reason = "for people")]
fn change((part, whole): (u64, u64), before: Option<(u64, u64)>) -> Markup {
    let Some((old, of)) = before.filter(|(old, of)| *old > 0 && *of > 0) else {
        return html! { (words::grouped(part)) @if before.is_none() { ", no week to compare with yet" } };
    };
    let ratio = (part as f64 / whole.max(1) as f64) / (old as f64 / of as f64);
    html! { @match ratio {
        ratio if ratio >= 2.0 => { b.up { "↑ " (format!("{ratio:.1}")) "×" } " against last week" },
        ratio if (0.9..1.1).contains(&ratio) => "about as last week",
        ratio => { (format!("{:+.0} %", (ratio - 1.0) * 100.0)) " against last week" },
    } }
}

/// Codes over time.
pub(crate) fn codes(
    usage: &Usage,
    service: &Name,
    shade: Shade,
    (path, deploys): (&str, &[&Deploy]),
    now: Timestamp,
) -> Markup {
    let requests = format!("/requests?service={}", parts::segment(service.as_str()));
    let option =
        |text: &str, word: &str, of: Shade| (text.to_owned(), format!("{path}shade={word}"), shade == of);
    let options = [option("Unusual", "unusual", Shade::Unusual), option("Volume", "volume", Shade::Volume)];
    html! {
        section.panel aria-labelledby="heat-title" {
            div.ph { h2 #heat-title { "Status codes over time" } span.muted { (usage.grid.words()) } span.sp {}
                span.legend.hide-s { @if shade == Shade::Unusual { "as usual" } @else { "few" }
                    span.ramp aria-hidden="true" { i.i1 {} i.i2 {} i.i3 {} i.i4 {} i.i5 {} }
                    @if shade == Shade::Unusual { "8× usual" } @else { "many" } }
                (parts::choices("Shade by", &options)) }
            div.pb {
                @if usage.rows.is_empty() { p.muted { "No request in this time." } } @else { (heat(usage, shade, (&requests, deploys), now)) }
                @if !deploys.is_empty() { p { "Deploys: " @for (at, deploy) in deploys.iter().enumerate() {
                    @if at > 0 { ", " } (parts::deploy(deploy)) " " (parts::time(deploy.at, now)) } "." } }
                details.data { summary { "Show as a table" } (table(usage, now)) }
                p.muted { span.keys hidden { "Arrow keys walk through the cells, " kbd { "Enter" } " lists the requests of one. " } "Usual is the median of these columns; only what chance does not explain is called unusual." }
            }
        }
    }
}

/// At most so many columns of the table: the finer ones are in the CSV.
const COLUMNS: usize = 12;

fn table(usage: &Usage, now: Timestamp) -> Markup {
    let together = usage.grid.columns.div_ceil(COLUMNS);
    html! {
        div.tw { table { thead { tr { th scope="col" { "From" } @for row in &usage.rows { th.num scope="col" { (word(row.answer)) } } } }
            tbody { @for at in (0..usage.grid.columns).step_by(together) { tr { th scope="row" { (parts::time(usage.grid.begin(at), now)) }
                @for row in &usage.rows { td.num { (words::grouped(row.counts.iter().skip(at).take(together).sum())) } } } } } } }
    }
}

/// An answer in a word.
pub(crate) fn word(answer: Answer) -> String {
    match answer {
        Answer::Status(code) => code.to_string(),
        Answer::Failure(kind) => kind.as_str().replace('_', " "),
        Answer::None => "unknown".to_owned(),
    }
}

/// Endpoints, the worst first.
pub(crate) fn list(rows: &[&EndpointRow], service: &Name, seconds: i64) -> Markup {
    html! {
        table.stackable.eps { thead { tr {
            th scope="col" { "Endpoint" } th.num scope="col" { "Traffic" } th scope="col" { "Errors, 2 h" }
            th.num scope="col" { "4xx" } th.num scope="col" { "5xx" } th scope="col" { "Main error" } th.num scope="col" { "p95" } } }
            tbody { @for row in rows { (endpoint(row, service, seconds)) } }
        }
    }
}

fn endpoint(row: &EndpointRow, service: &Name, seconds: i64) -> Markup {
    html! {
        tr {
            td.w { a.ep href=(endpoint_path(service, &row.name.slug())) { span.m { (row.name.method) } code { (row.name.route) } } }
            td.num { (words::rate(row.requests, seconds)) }
            td.st { (strip(&row.strip, &row.name.to_string())) }
            td.num { (words::share(row.client, row.requests)) }
            td.num { (words::share(row.server, row.requests)) }
            td { @match row.main_error {
                Some((Answer::Status(code), count)) => { (parts::code(code)) " " span.muted { (words::compact(count)) } },
                Some((answer, count)) => { (word(answer)) " " span.muted { (words::compact(count)) } },
                None => span.muted { "none" },
            } }
            td.num { (row.latency.quantile(0.95).map_or("—".to_owned(), words::took_f64)) }
        }
    }
}
