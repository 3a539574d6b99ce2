//! The public pages: HTML with its style inside, no script, no cookie, nothing from elsewhere.

mod bars;
mod history;
mod home;
mod story;

pub(super) use history::history;
pub(super) use home::home;
pub(super) use story::story;

use jiff::Timestamp;
use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::condition::Condition;
use super::view::View;

/// The style of all pages. Its hash stands in the content security policy.
pub(super) const STYLE: &str = include_str!("style.css");

/// A page within its frame.
fn framed(view: &View, title: &str, content: &Markup) -> String {
    let site = &view.site;
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width,initial-scale=1";
                meta name="color-scheme" content="light dark";
                @if let Some(accent) = &site.accent { meta name="theme-color" content=(accent); }
                title { (title) }
                link rel="alternate" type="application/atom+xml" href="/feed.atom" title="Updates";
                @if site.logo.is_some() { link rel="icon" href="/logo"; }
                style { (PreEscaped(STYLE)) }
            }
            body {
                a.s href="#main" { "Skip to content" }
                @if let Some(accent) = &site.accent { (edge(accent)) }
                div.w {
                    (top(view))
                    main #main { (content) }
                    (bottom(view))
                }
            }
        }
    };
    page.into_string()
}

/// A line in the colour of the house. An attribute, since the policy allows no other style than ours.
fn edge(accent: &str) -> Markup {
    html! { svg width="100%" height="4" aria-hidden="true" display="block" { rect width="100%" height="4" fill=(accent) {} } }
}

fn top(view: &View) -> Markup {
    let site = &view.site;
    html! {
        header {
            @if site.logo.is_some() { img src="/logo" alt="" height="32"; }
            b { @match &site.home { Some(home) => a href=(home) rel="noreferrer" { (site.name) }, None => (site.name) } }
            span.m { @if let Some(about) = &site.about { (about) } }
            nav aria-label="Main" { a href="/" { "Status" } a href="/incidents" { "History" } a href="/feed.atom" { "Subscribe" } }
        }
    }
}

fn bottom(view: &View) -> Markup {
    html! {
        footer.m {
            span { "Updated " (moment(view.at)) }
            span { "Feeds: " a href="/feed.atom" { "Atom" } " " a href="/feed.rss" { "RSS" } " " a href="/feed.json" { "JSON" } }
            span { "For programs: " a href="/summary.json" { "summary" } " " a href="/api/v2/summary.json" { "v2 API" } }
        }
    }
}

/// The page that says that there is no such page.
pub(super) fn not_found(view: &View) -> String {
    let content = html! {
        section.v.un { i.g aria-hidden="true" { "?" } h1 { "There is no such page" }
            p { "Go to the " a href="/" { "present status" } " or to " a href="/incidents" { "what was before" } "." } }
    };
    framed(view, &format!("No such page · {}", view.site.name), &content)
}

/// A moment in UTC, for people and for programs.
fn moment(at: Timestamp) -> Markup {
    html! { time datetime=(at.strftime("%Y-%m-%dT%H:%M:%SZ")) { (at.strftime("%-d %b %Y, %H:%M UTC")) } }
}

/// The same without the day where that is today.
fn near(at: Timestamp, now: Timestamp) -> Markup {
    html! { time datetime=(at.strftime("%Y-%m-%dT%H:%M:%SZ")) { (crate::words::clock(at, now)) " UTC" } }
}

/// The mark of a condition, which the words beside it repeat.
fn mark(condition: Condition) -> Markup {
    let (mark, class) = condition.mark();
    html! { i.g.(class) aria-hidden="true" { (mark) } }
}
