//! One status code: the reference page.

use axum::extract::{Path, Query, State};
use axum::response::Response;
use http::HeaderMap;
use jiff::tz::TimeZone;
use maud::{Markup, html};
use statusquo_catalogue::{
    Class, Confusion, ContentRule, Date, Entry, Source, StatusCode, Unofficial, confusions,
};
use statusquo_lint::{Rule, rules_of};
use statusquo_problem::Problem;

use super::{Here, Look, Page, Part, code_usage, codes, lint, parts};
use crate::auth::Caller;
use crate::board::Snapshot;
use crate::context::App;
use crate::negotiate::Form;
use crate::{wire, words};

/// Answers `/codes/{n}` and its twins.
pub(crate) async fn show(
    State(app): State<App>,
    caller: Caller,
    Path(name): Path<String>,
    Query(look): Query<Look>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let (name, form) =
        Form::split(&name).map_or((name.as_str(), Form::wanted(&headers)), |(name, form)| (name, form));
    let special = match name {
        "look-alikes" => Some(codes::look_alikes()),
        class => class.parse::<Class>().ok().map(codes::of_class),
    };
    if let Some(page) = special {
        let is_page = form == Form::Html;
        return if is_page {
            Ok(super::framed(&app, &caller, &page))
        } else {
            Err(super::no_such_form(form))
        };
    }
    let code = any(name)?;
    match form {
        Form::Html => {
            let mut page = page(code, &app.snapshot(), today(&app));
            if let Some(usages) = code_usage::of(&app, &look).await? {
                page.controls = Some(Part::still(
                    "controls",
                    parts::traffic_ranges(look.range(), &format!("/codes/{code}"), ""),
                ));
                page.parts.push(Part::still("usage", usages.of_code(code)));
            }
            Ok(super::framed(&app, &caller, &page))
        }
        Form::Json => {
            let codes = wire::CodeWire::all_of(parse(name)?);
            Ok(super::json(&wire::Codes { codes, usage: Vec::new() }))
        }
        Form::Text => Ok(super::respond(form, text(parse(name)?))),
        Form::Csv | Form::Markdown => Err(super::no_such_form(form)),
    }
}

fn today(app: &App) -> Date {
    let today = app.now().to_zoned(TimeZone::UTC).date();
    Date::new(today.year().unsigned_abs(), today.month().unsigned_abs(), today.day().unsigned_abs())
}

/// Any code: answers have numbers that nobody knows, and these are links too.
fn any(text: &str) -> Result<StatusCode, Problem> {
    let number = text.parse().ok().filter(|_| text.len() >= 3);
    number.map(StatusCode::new).ok_or_else(|| unknown(text))
}

fn unknown(text: &str) -> Problem {
    Problem::not_found(format!("no status code `{text}` is known here"))
}

/// A code that the catalogue knows.
pub(crate) fn parse(text: &str) -> Result<StatusCode, Problem> {
    let code: Option<StatusCode> = text.parse().ok();
    code.filter(|code| code.entry().is_some()).ok_or_else(|| unknown(text))
}

fn text(code: StatusCode) -> String {
    let mut text = String::new();
    for entry in wire::CodeWire::all_of(code) {
        text += &format!(
            "{} {}\n  {}\n  Who acts  {}: {}\n  Retry     {}\n  Server    {}\n  Not       {}\n  Source    {}\n",
            code,
            entry.phrase,
            entry.meaning,
            entry.actor,
            entry.who_acts,
            entry.retry,
            entry.next_step,
            entry.not_when,
            entry.source
        );
    }
    text
}

/// The page of a code.
pub(super) fn page(code: StatusCode, snapshot: &Snapshot, today: Date) -> Page {
    let others: Vec<_> = code.unofficial().collect();
    let headline = format!("{code} {}", code.phrase());
    Page {
        headline,
        here: Here::Codes,
        path: format!("/codes/{code}"),
        above: Some(html! { a href="/codes" { "Codes" } " / " (of_class(code.class())) " / " (code) }),
        controls: None,
        parts: vec![Part::still(
            "code",
            html! {
                @if let Some(entry) = code.registered() { (sheet(entry, None, snapshot, today)) }
            @if code.entry().is_none() { (unheard_of(code)) (seen(code, snapshot)) }
                @for other in others { (sheet(&other.entry, Some(other), snapshot, today)) }
            },
        )],
        twins: if code.entry().is_some() { &[Form::Json, Form::Text] } else { &[] },
    }
}

/// A number that is in no register that we know: its class says how to treat it (RFC 9110, 15).
fn unheard_of(code: StatusCode) -> Markup {
    let class = code.class();
    html! {
        section.panel { div.pb {
            p.lead { "Nobody whom we know uses this code. Clients treat it by its class: " (class.meaning()) }
            (parts::facts(&[
                ("Class", html! { (class) " " (class.name()) }),
                ("The problem", html! { "is " (class.whose_problem()) }),
                ("Objectives", html! { (code.slo_event().words()) }),
                ("Next step", html! { (class.next_step()) }),
            ]))
        } }
    }
}

/// In the order of use: what it is, who acts, in your monitors, when to use it, look-alikes, what client and server
/// do, an example, its history.
fn sheet(
    entry: &'static Entry,
    unofficial: Option<&'static Unofficial>,
    snapshot: &Snapshot,
    today: Date,
) -> Markup {
    let class = entry.code.class();
    html! {
        section.panel {
            @if let Some(unofficial) = unofficial {
                div.ph { h2 { span.gl.(parts::class_of(class).0) aria-hidden="true" { (class.glyph()) } " " (entry.title()) }
                    span.tag { "not registered" } span.muted { "used by " (unofficial.used_by) } }
            }
            div.pb { p.lead { (entry.meaning) } (facts(entry, unofficial)) }
        }
        (seen(entry.code, snapshot))
        div.grid.g11 {
            section.panel { div.ph { h2 { "When to use it" } } div.pb { p { (entry.use_when) } h3 { "When not" } p { (entry.not_when) } } }
            (look_alikes(entry))
        }
        div.grid.g11 {
            section.panel { div.ph { h2 { "What the client does" } } div.pb {
                p { b { (words::full_sentence(entry.retry.words())) } " " (words::full_sentence(entry.client_action)) }
                p { (entry.idempotency) } h3 { "What support may answer" } (parts::copyable(entry.support_reply)) } }
            section.panel { div.ph { h2 { "What the server sends" } } (fields(entry)) }
        }
        div.grid.g11 {
            section.panel { div.ph { h2 { "What whoever runs it does" } } div.pb {
                p { b { (words::full_sentence(entry.next_step)) } } p { "Watch: " (entry.alert_note) "." }
                @if let Some(security) = entry.security { h3 { "Security" } p { (security) } } } }
            section.panel { div.ph { h2 { "An example" } } div.pb { pre tabindex="0" { (example(entry)) } } }
        }
        (judged(entry.code))
        (history(entry, unofficial, today))
    }
}

/// Where the code's class is spoken of; what is no status code has none.
fn of_class(class: Class) -> Markup {
    html! { @match class {
        Class::OutOfRange => (class),
        Class::Informational | Class::Successful | Class::Redirection | Class::ClientError | Class::ServerError =>
            a href={ "/codes/" (class) } { (class) },
    } }
}

/// The rules of the linter that speak of it.
fn judged(code: StatusCode) -> Markup {
    let rules: Vec<&Rule> = rules_of(code).collect();
    html! {
        @if !rules.is_empty() {
            section.panel { div.ph { h2 { "What the linter looks at" } }
                ul.list.bare { @for rule in rules { (lint::row(rule)) } } }
        }
    }
}

fn facts(entry: &'static Entry, unofficial: Option<&'static Unofficial>) -> Markup {
    let mut facts = vec![
        ("Class", html! { (entry.code.class()) " " (entry.code.class().name()) }),
        ("Who acts", html! { b { (entry.actor.name()) } ": " (entry.who_acts) }),
        ("Retry", html! { (entry.retry.words()) }),
        ("Caches", html! { (entry.caching.words()) @if let Some(note) = entry.caching_note { ": " (note) } }),
        ("Content", html! { (entry.content.words()) ": " (entry.content_note) }),
        ("Objectives", html! { (entry.event.words()) }),
        ("Source", source(entry.source)),
    ];
    if let Some(unofficial) = unofficial {
        facts.push(("Reach", html! { (unofficial.reach.words()) }));
        if !unofficial.closest.is_empty() {
            facts.push(("Better", html! { @for code in unofficial.closest { (parts::code(*code)) " " } }));
        }
        facts.extend(unofficial.tell_apart.map(|note| ("Tell apart", html! { (note) })));
    }
    parts::facts(&facts)
}

fn source(source: Source) -> Markup {
    html! { @match source.url() {
        Some(url) => a href=(url) rel="noreferrer" { (source) },
        None => (source),
    } }
}

/// Which monitors answer it now.
fn seen(code: StatusCode, snapshot: &Snapshot) -> Markup {
    let answers = |view: &&std::sync::Arc<crate::board::MonitorView>| {
        view.recent.iter().any(|recent| recent.answer == statusquo_slo::Answer::Status(code))
    };
    let some: Vec<_> = snapshot.monitors.iter().filter(answers).take(11).collect();
    html! {
        @if !some.is_empty() {
            section.panel { div.ph { h2 { "In your monitors" } span.muted { "among the last 60 probes of each" } }
                p.pb { @for (at, view) in some.iter().enumerate().take(10) { @if at > 0 { ", " } a href=(parts::monitor_path(view.name.as_str())) { (view.title) } }
                    @if some.len() > 10 { " and more" } } }
        }
    }
}

fn look_alikes(entry: &'static Entry) -> Markup {
    let groups: Vec<&Confusion> = confusions(entry.code).collect();
    html! {
        section.panel { div.ph { h2 { "Easily taken for" } }
            div.pb {
                @if entry.look_alikes.is_empty() && groups.is_empty() { p.muted { "No other code." } }
                @if !entry.look_alikes.is_empty() { dl.facts { @for other in entry.look_alikes {
                    div { dt { (parts::code(other.code)) } dd { (other.difference) } } } } }
                @for group in groups { h3 { (group.question) } (codes::sides(group)) }
            }
        }
    }
}

fn fields(entry: &'static Entry) -> Markup {
    html! {
        @if entry.fields.is_empty() { p.pb.muted { "No field belongs to it in particular." } } @else {
            ul.list.bare { @for field in entry.fields { li {
                span { code { (field.name) } " " span.tag { (field.strength.name()) } }
                span.r { (source(field.source)) }
                span.s2 { (field.why) @if let Some(when) = field.when { ", when: " (when) } }
            } } }
        }
    }
}

/// A response as it could be.
fn example(entry: &'static Entry) -> String {
    let mut text = format!("HTTP/1.1 {} {}\n", entry.code, entry.phrase);
    for field in entry.fields.iter().take(4) {
        text += &format!("{}: {}\n", field.name, sample_value(field.name));
    }
    if entry.code.is_error() && entry.content != ContentRule::Forbidden {
        text += &format!(
            "Content-Type: application/problem+json\n\n{{\"title\": \"{}\", \"status\": {}, \"detail\": \"…\", \"request_id\": \"req_8f3c1a90\"}}\n",
            entry.phrase, entry.code
        );
    }
    text
}

fn sample_value(field: &str) -> &'static str {
    match field.to_ascii_lowercase().as_str() {
        "retry-after" => "30",
        "location" => "/v1/orders/42",
        "www-authenticate" => "Bearer realm=\"api\"",
        "proxy-authenticate" => "Basic realm=\"proxy\"",
        "allow" => "GET, HEAD, POST",
        "etag" => "\"v2\"",
        "cache-control" => "no-store",
        "content-range" => "bytes 0-499/1234",
        "accept-post" | "accept-patch" | "accept" | "content-type" => "application/json",
        "upgrade" => "websocket",
        "connection" => "upgrade",
        "date" => "Mon, 23 Nov 2026 14:02:07 GMT",
        "vary" => "Accept",
        _ => "…",
    }
}

fn history(entry: &'static Entry, unofficial: Option<&'static Unofficial>, today: Date) -> Markup {
    html! {
        section.panel { div.ph { h2 { "History" } } div.pb {
            p { (words::full_sentence(&entry.state.describe(today).to_string())) }
            @if !entry.former_phrases.is_empty() { p { "Once called " (entry.former_phrases.join(", ")) "." } }
            @if let Some(names) = unofficial.map(|unofficial| unofficial.other_names).filter(|names| !names.is_empty()) { p { "Also called " (names.join(", ")) "." } }
        } }
    }
}
