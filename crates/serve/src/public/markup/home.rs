//! The first page: how all of it is, each component with its history, what was said.

use jiff::{Timestamp, ToSpan};
use maud::{Markup, html};

use super::story::{latest, updates};
use super::{framed, mark, moment, near};
use crate::public::condition::Condition;
use crate::public::days::available;
use crate::public::story::Story;
use crate::public::view::{Shown, View};
use crate::words;

/// What ended longer ago stands in the history alone.
const LATELY: i64 = 14;
/// Updates of an outage that the first page shows; its own page has them all.
const UPDATES: usize = 5;

/// The first page.
pub(in crate::public) fn home(view: &View) -> String {
    let content = html! {
        (verdict(view))
        @for (group, components) in view.groups() {
            @if let Some(group) = group { h2 { (group) } } @else { h2 { "Components" } }
            ul.p { @for shown in components { (component(shown, view.at)) } }
        }
        (told(view))
        (planned(view))
        (past(view))
    };
    framed(view, &format!("{} · {}", view.headline(), view.site.name), &content)
}

/// One sentence, and what was said last of the newest outage.
fn verdict(view: &View) -> Markup {
    let (mark, class) = view.worst().mark();
    let since = view.components.iter().filter(|shown| shown.condition > Condition::Unknown);
    let since = since.filter_map(|shown| shown.since).min();
    html! {
        section.v.(class) {
            i.g aria-hidden="true" { (mark) }
            h1 { (view.headline()) }
            @match (view.outages().next(), since) {
                (Some(story), _) => { (latest(story)) }
                (None, Some(since)) => p { "Our monitoring sees it since " (near(since, view.at)) ". We will say more here." },
                (None, None) => {},
            }
            p.m { "Updated " (near(view.at, view.at)) }
        }
    }
}

fn component(shown: &Shown, now: Timestamp) -> Markup {
    html! {
        li.c {
            h3 { (mark(shown.condition)) " " (shown.title) }
            span.r { (shown.condition.words())
                @if let Some(since) = shown.since { span.m { " since " (near(since, now)) } } }
            @if let Some(about) = &shown.about { span.m { (about) } }
            (super::bars::bars(&shown.title, &shown.days))
            span.m { (shown.days.len()) " days" }
            span.m.r { a href={ "/components/" (crate::pages::segment(shown.name.as_str())) "/uptime.csv" }
                aria-label={ (shown.title) ": " (words::percent(available(&shown.days))) ", days as a table" } { (words::percent(available(&shown.days))) } }
        }
    }
}

/// Outages that last, with their updates.
fn told(view: &View) -> Markup {
    let outages: Vec<&Story> = view.outages().collect();
    html! { @if !outages.is_empty() {
        h2 { "Updates" }
        ul.p { @for story in outages {
            li { h3 { a href=(story.path()) { (story.title) } } (updates(story, UPDATES, view.at))
                @if story.said.len() > UPDATES { p { a href=(story.path()) { "All " (story.said.len()) " updates" } } } }
        } }
    } }
}

fn planned(view: &View) -> Markup {
    let planned = view.planned();
    html! { @if !planned.is_empty() {
        h2 { "Planned work" }
        ul.p { @for story in planned {
            li { h3 { i.g.un aria-hidden="true" { "◆" } " " a href=(story.path()) { (story.title) } }
                @if let Some((from, until)) = story.window() { p.m { (moment(from)) " to " (moment(until)) } }
                (updates(story, 1, view.at)) }
        } }
    } }
}

fn past(view: &View) -> Markup {
    let oldest = view.at.checked_sub((LATELY * 24).hours()).unwrap_or(view.at);
    let lately: Vec<&Story> = view.past().filter(|story| story.changed() >= oldest).collect();
    html! {
        h2 { "Past incidents" }
        ul.p {
            @for story in &lately { li { (super::story::line(story)) } }
            @if lately.is_empty() { li.m { "None in the last " (LATELY) " days." } }
        }
        p.m { a href="/incidents" { "All that was before" } }
    }
}
