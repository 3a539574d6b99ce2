//! The frame around each page.

use jiff::Timestamp;
use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::{Here, Page, Part, parts};
use crate::assets;
use crate::auth::{Caller, Via};
use crate::board::Snapshot;
use crate::negotiate::Form;
use crate::words;

const NAVIGATION: [(Here, &str, &str, &str); 11] = [
    (Here::Overview, "/", "Overview", "o"),
    (Here::Endpoints, "/endpoints", "Endpoints", "e"),
    (Here::Monitors, "/monitors", "Monitors", "m"),
    (Here::Incidents, "/incidents", "Incidents", "i"),
    (Here::Requests, "/requests", "Requests", "r"),
    (Here::Codes, "/codes", "Codes", "c"),
    (Here::Slos, "/slos", "SLOs", "b"),
    (Here::Lint, "/lint", "Lint", "l"),
    (Here::Alerts, "/alerts", "Alerts", "a"),
    (Here::Public, "/public", "Public", "p"),
    (Here::Settings, "/settings", "Settings", "s"),
];

const MARK: &str = r#"<svg viewBox="0 0 20 20" aria-hidden="true"><rect class="f2" x="1" y="9" width="4" height="10" rx="1"/><rect class="f3" x="6" y="12" width="4" height="7" rx="1"/><rect class="f4" x="11" y="6" width="4" height="13" rx="1"/><rect class="f5" x="16" y="1" width="3" height="18" rx="1"/></svg>"#;

pub(crate) fn head(title: &str) -> Markup {
    html! { head { (head_of_any(title)) script src=(assets::script().path) {} } }
}

/// What the heads of all pages have, with or without a script.
fn head_of_any(title: &str) -> Markup {
    html! {
        meta charset="utf-8";
        meta name="viewport" content="width=device-width,initial-scale=1";
        meta name="color-scheme" content="light dark";
        title { (title) }
        link rel="icon" href=(assets::icon().path) type="image/svg+xml";
        link rel="stylesheet" href=(assets::style().path);
    }
}

pub(crate) fn brand(snapshot: &Snapshot) -> Markup {
    let identity = &snapshot.identity;
    let title = if identity.title.is_empty() { "Statusquo" } else { &identity.title };
    html! {
        a.brand href="/" {
            (PreEscaped(MARK)) (title)
            @if !identity.environment.is_empty() { span.env { (identity.environment) } }
        }
    }
}

/// The ways of the reference when it stands alone.
const REFERENCE: [(&str, &str); 3] =
    [("/codes", "Codes"), ("/codes/look-alikes", "Look-alikes"), ("/lint", "Lint rules")];

/// A page of the reference that stands alone: no server behind it, no script in it.
pub(crate) fn alone(page: &Page) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head { (head_of_any(&format!("{} · Statusquo", page.headline))) }
            body {
                a.skip href="#main" { "Skip to content" }
                header.top { div.wrap {
                    a.brand href="/codes" { (PreEscaped(MARK)) "Statusquo" }
                    nav.main aria-label="Main" { @for (address, text) in REFERENCE {
                        a href=(address) aria-current=[(address == page.path).then_some("page")] { (text) }
                    } }
                } }
                main #main.wrap tabindex="-1" {
                    @if let Some(above) = &page.above { nav.bc aria-label="Where you are" { (above) } }
                    div.head { h1 #headline { (page.headline) } }
                    @for part in &page.parts { (framed(part)) }
                }
                footer.wrap {
                    @if page.twins.contains(&Form::Json) {
                        span { "This page as " a href={ (twin(&page.path, Form::Json)) } { (name(Form::Json)) } }
                    }
                    span { "Written by Statusquo " (env!("CARGO_PKG_VERSION")) }
                }
            }
        }
    }
}

/// A page within its frame.
pub(crate) fn layout(snapshot: &Snapshot, caller: &Caller, page: &Page, now: Timestamp) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            (head(&format!("{} · Statusquo", page.headline)))
            body {
                a.skip href="#main" { "Skip to content" }
                (top(snapshot, caller, page))
                main #main.wrap tabindex="-1" {
                    @if let Some(above) = &page.above { nav.bc aria-label="Where you are" { (above) } }
                    div.head {
                        h1 #headline { (page.headline) }
                        @if let Some(controls) = &page.controls { (framed(controls)) }
                        @if page.parts.iter().any(|part| part.is_live) {
                            button.btn #live type="button" aria-pressed="true" hidden { span.live {} span { "Live" } }
                        }
                    }
                    @for part in &page.parts { (framed(part)) }
                }
                (footer(snapshot, page, now))
                p.sr #announce aria-live="polite" {}
                (shortcuts())
            }
        }
    }
}

fn framed(part: &Part) -> Markup {
    html! { div id=(part.id) data-live=[part.is_live.then(|| format!("{:x}", part.hash()))] { (part.content) } }
}

/// How many incidents are open, beside the way to them.
pub(crate) fn open_incidents(snapshot: &Snapshot) -> Part {
    let open = snapshot.open().len();
    Part::live("open", html! { @if open > 0 { span.n { (open) span.sr { " open" } } } })
}

fn top(snapshot: &Snapshot, caller: &Caller, page: &Page) -> Markup {
    html! {
        header.top {
            div.wrap {
                (brand(snapshot))
                nav.main aria-label="Main" {
                    @for (here, address, text, key) in NAVIGATION {
                        a href=(address) data-key=(key) aria-current=[(here == page.here).then_some("page")] {
                            (text)
                            @if here == Here::Incidents { (framed(&open_incidents(snapshot))) }
                        }
                    }
                }
                form.search role="search" aria-label="Everything" action="/search" {
                    input type="search" name="q" aria-label="Search" aria-keyshortcuts="/"
                        placeholder="Code, path or words" autocomplete="off";
                    kbd.hide-s aria-hidden="true" { "/" }
                }
                button.btn.ic #theme type="button" aria-label="Switch between light and dark" hidden { "◐" }
                @if let Via::Session(_) = caller.via {
                    form.inline method="post" action="/sign-out" {
                        input type="hidden" name="csrf" value=(caller.csrf);
                        button.btn type="submit" title={ "Signed in as " (caller.who) } { "Sign out" }
                    }
                }
            }
        }
    }
}

fn footer(snapshot: &Snapshot, page: &Page, now: Timestamp) -> Markup {
    let figures = &snapshot.figures;
    let dropped = match figures.dropped() {
        0 => "nothing dropped".to_owned(),
        some => format!("{} dropped", words::grouped(some)),
    };
    html! {
        footer.wrap {
            span #updated { "Last update " (parts::time(now, now)) }
            span { (words::count(snapshot.monitors.len(), "monitor")) " · probes " (words::took(micros(figures.late))) " late at most · " (dropped) }
            span.hide-s { "Press " kbd { "?" } " for shortcuts" }
            @if !page.twins.is_empty() {
                span { "This page as "
                    @for (at, form) in page.twins.iter().enumerate() {
                        @if at > 0 { " · " }
                        a href={ (twin(&page.path, *form)) } { (name(*form)) }
                    }
                }
            }
            span { "Statusquo " (snapshot.identity.version) }
        }
    }
}

fn micros(duration: std::time::Duration) -> u32 {
    u32::try_from(duration.as_micros()).unwrap_or(u32::MAX)
}

fn twin(path: &str, form: Form) -> String {
    let path = if path == "/" { "/index" } else { path };
    format!("{path}{}", form.ending())
}

const fn name(form: Form) -> &'static str {
    match form {
        Form::Html => "HTML",
        Form::Json => "JSON",
        Form::Csv => "CSV",
        Form::Text => "text",
        Form::Markdown => "Markdown",
    }
}

fn shortcuts() -> Markup {
    let keys = [
        ("/", "search"),
        (
            "g then o e m i r c b l a p s",
            "overview, endpoints, monitors, incidents, requests, codes, SLOs, lint, alerts, public status, settings",
        ),
        ("j k Enter", "next row, previous row, open it"),
        ("[ ]", "longer range, shorter range"),
        ("l", "live updates on and off"),
        ("t", "light and dark"),
        ("?", "this list"),
    ];
    html! {
        dialog #keys aria-labelledby="keys-title" {
            h2 #keys-title { "Shortcuts" }
            dl.facts { @for (key, what) in keys { div { dt { kbd { (key) } } dd { (what) } } } }
            form method="dialog" {
                label.check { input #keys-off type="checkbox"; " Switch shortcuts off" }
                button.btn.pri { "Close" }
            }
        }
    }
}
