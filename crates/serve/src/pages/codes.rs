//! The reference: all status codes.

use axum::extract::{Query, State};
use axum::response::Response;
use http::{HeaderMap, Uri};
use maud::{Markup, html};
use statusquo_catalogue::{CONFUSIONS, Class, Confusion, Entry, REGISTERED, UNOFFICIAL};
use statusquo_problem::Problem;

use super::code_usage::{self, CodeUsages};
use super::{Here, Look, Page, Part, Table, parts, twin};
use crate::auth::Caller;
use crate::context::App;
use crate::negotiate::Form;
use crate::wire;

/// Answers `/codes` and its twins.
pub(crate) async fn show(
    State(app): State<App>,
    caller: Caller,
    Query(look): Query<Look>,
    headers: HeaderMap,
    uri: Uri,
) -> Result<Response, Problem> {
    let form = Form::of(&uri, &headers);
    let usages = code_usage::of(&app, &look).await?;
    if form == Form::Html {
        return Ok(super::framed(&app, &caller, &page(&look, usages.as_ref())));
    }
    twin(
        form,
        || wire::Codes { usage: usages.as_ref().map(CodeUsages::wire).unwrap_or_default(), ..all() },
        || Table { head: &HEAD, rows: rows(usages.as_ref()) },
    )
}

/// The whole catalogue as JSON.
pub(crate) fn all() -> wire::Codes {
    let registered = REGISTERED.iter().map(wire::CodeWire::from);
    let codes = registered.chain(UNOFFICIAL.iter().map(wire::CodeWire::from)).collect();
    wire::Codes { codes, usage: Vec::new() }
}

const HEAD: [&str; 6] = ["code", "phrase", "state", "who_acts", "meaning", "requests"];

fn rows(usages: Option<&CodeUsages>) -> Vec<Vec<String>> {
    let entries = REGISTERED.iter().chain(UNOFFICIAL.iter().map(|unofficial| &unofficial.entry));
    let cells = |entry: &Entry| {
        let words = [entry.phrase, entry.state.name(), entry.actor.name(), entry.meaning];
        let requests = usages.map(|usages| usages.requests(entry.code).to_string()).unwrap_or_default();
        std::iter::once(entry.code.to_string()).chain(words.map(str::to_owned)).chain([requests]).collect()
    };
    entries.map(cells).collect()
}

fn page(look: &Look, usages: Option<&CodeUsages>) -> Page {
    let words = look.q.as_deref().unwrap_or_default().trim();
    let headline = if words.is_empty() {
        "Every status code, and what to do about it".to_owned()
    } else {
        format!("Status codes for “{words}”")
    };
    Page {
        headline,
        here: Here::Codes,
        path: "/codes".to_owned(),
        above: None,
        controls: usages.map(|_| Part::still("controls", parts::traffic_ranges(look.range(), "/codes", ""))),
        parts: vec![Part::still(
            "codes",
            if words.is_empty() {
                html! { section.panel { (search_form("")) } @if let Some(usages) = usages { (usages.table()) } (by_class()) }
            } else {
                found(words)
            },
        )],
        twins: &[Form::Json, Form::Csv, Form::Text],
    }
}

fn search_form(words: &str) -> Markup {
    html! {
        form.row.pb role="search" aria-label="The reference" action="/codes" {
            label.sr for="code-words" { "Search the reference" }
            input #code-words type="search" name="q" value=(words) placeholder="A code, a class, a header field or words: 429, 5xx, Retry-After, rate limit";
            button.btn type="submit" { "Search" }
        }
    }
}

fn found(words: &str) -> Markup {
    let entries: Vec<_> = statusquo_catalogue::search(words).take(40).collect();
    html! {
        section.panel { (search_form(words))
            @if entries.is_empty() { p.pb { "Nothing in the reference speaks of that. " a href="/codes" { "See all codes" } } }
            @else { (list(entries.into_iter())) }
        }
    }
}

/// All codes, class by class.
pub(super) fn by_class() -> Markup {
    html! {
        @for class in Class::ALL {
            @let entries: Vec<_> = REGISTERED.iter().filter(|entry| entry.code.class() == class).collect();
            @if !entries.is_empty() {
                section.panel aria-labelledby={ "class-" (class) } {
                    div.ph { h2 id={ "class-" (class) } { span.gl.(parts::class_of(class).0) aria-hidden="true" { (class.glyph()) } " " a href={ "/codes/" (class) } { (class) " " (class.name()) } }
                        span.muted { (class.meaning()) " The problem is " (class.whose_problem()) "." } }
                    (list(entries.into_iter()))
                }
            }
        }
        section.panel {
            p.pb { a href="/codes/look-alikes" { "Codes that are easily taken for each other" } }
        }
        section.panel aria-labelledby="unofficial" {
            div.ph { h2 #unofficial { "Not registered, and met in logs" } span.muted { "marked as such everywhere" } }
            (list(UNOFFICIAL.iter().map(|unofficial| &unofficial.entry)))
        }
    }
}

/// The page of a class.
pub(super) fn of_class(class: Class) -> Page {
    let registered = REGISTERED.iter().filter(move |entry| entry.code.class() == class);
    let others = UNOFFICIAL.iter().map(|unofficial| &unofficial.entry);
    let others: Vec<_> = others.filter(move |entry| entry.code.class() == class).collect();
    let content = html! {
        section.panel { div.pb {
            p.lead { (class.meaning()) }
            (parts::facts(&[
                ("The problem", html! { "is " (class.whose_problem()) }),
                ("Next step", html! { (class.next_step()) }),
            ]))
        } }
        section.panel aria-labelledby="registered" { div.ph { h2 #registered { "Registered" } } (list(registered)) }
        @if !others.is_empty() {
            section.panel aria-labelledby="unofficial" {
                div.ph { h2 #unofficial { "Not registered, and met in logs" } }
                (list(others.into_iter()))
            }
        }
    };
    reference(format!("{class} {}", class.name()), format!("/codes/{class}"), content)
}

/// The page of codes that are easily taken for each other, side by side.
pub(super) fn look_alikes() -> Page {
    let content = html! {
        @for (number, group) in CONFUSIONS.iter().enumerate() {
            section.panel aria-labelledby={ "group-" (number) } {
                div.ph { h2 id={ "group-" (number) } { (group.question) } }
                div.pb { (sides(group)) }
            }
        }
    };
    reference(
        "Codes that are easily taken for each other".to_owned(),
        "/codes/look-alikes".to_owned(),
        content,
    )
}

/// The codes of a group, each with what it says.
pub(super) fn sides(group: &Confusion) -> Markup {
    html! {
        dl.facts { @for side in group.sides { div { dt { (parts::code(side.code)) } dd { (side.says) } } } }
        @if !group.advice.is_empty() { p.muted { (group.advice) } }
    }
}

fn reference(headline: String, path: String, content: Markup) -> Page {
    let name = path.rsplit('/').next().unwrap_or_default().to_owned();
    Page {
        headline,
        here: Here::Codes,
        path,
        above: Some(html! { a href="/codes" { "Codes" } " / " (name) }),
        controls: None,
        parts: vec![Part::still("codes", content)],
        twins: &[],
    }
}

fn list(entries: impl Iterator<Item = &'static Entry>) -> Markup {
    html! {
        ul.list.cd { @for entry in entries {
            li data-row {
                (parts::code(entry.code))
                span { a.ep href={ "/codes/" (entry.code) } { (entry.phrase) }
                    @if entry.state != statusquo_catalogue::State::Assigned { " " span.tag { (entry.state.name()) } } }
                span.r { (entry.actor.words()) }
                span.s2 { (entry.meaning) }
            }
        } }
    }
}
