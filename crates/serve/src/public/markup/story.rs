//! One outage or planned work: its own page, and how it stands in lists.

use jiff::Timestamp;
use maud::{Markup, html};
use statusquo_store::Impact;

use super::{framed, moment, near};
use crate::public::story::{Story, stage_word};
use crate::public::view::View;

/// The page of an outage or of planned work.
pub(in crate::public) fn story(view: &View, story: &Story) -> String {
    let (mark, class) = mark_of(story);
    let content = html! {
        section.v.(class) {
            i.g aria-hidden="true" { (mark) }
            h1 { (story.title) }
            p { (stage_word(story.stage())) ". " (concerns(story)) }
            @match (story.window(), story.ended()) {
                (Some((from, until)), _) => p.m { (moment(from)) " to " (moment(until)) },
                (None, Some(ended)) => p.m { (moment(story.began())) " to " (moment(ended)) },
                (None, None) => p.m { "Since " (moment(story.began())) },
            }
        }
        h2 { "Updates, newest first" }
        // Its own page does not change with the time of day: it says each day in full.
        div.p { ul { li { (updates(story, usize::MAX, Timestamp::UNIX_EPOCH)) } } }
    };
    framed(view, &format!("{} · {}", story.title, view.site.name), &content)
}

/// The newest update in the words of the verdict.
pub(super) fn latest(story: &Story) -> Markup {
    html! { @if let Some(said) = story.said.last() {
        p { (said.text) }
        @if let Some(workaround) = &said.workaround { p { "Meanwhile: " (workaround) } }
        @if let Some(next) = said.next_by { p { "Next update by " (near(next, said.at)) "." } }
    } }
}

/// Updates, the newest first.
pub(super) fn updates(story: &Story, most: usize, now: Timestamp) -> Markup {
    html! { ol { @for said in story.said.iter().rev().take(most) {
        li.u id={ "u" (said.id) } {
            p { b { (stage_word(said.stage)) } " " span.m { (near(said.at, now)) } }
            p { (said.text) }
            @if let Some(workaround) = &said.workaround { p { "Meanwhile: " (workaround) } }
            @if let Some(next) = said.next_by.filter(|_| !said.stage.is_last()) { p.m { "Next update by " (near(next, said.at)) } }
        }
    } } }
}

/// What is over, in a line.
pub(super) fn line(story: &Story) -> Markup {
    let (mark, class) = mark_of(story);
    html! {
        h3 { i.g.(class) aria-hidden="true" { (mark) } " " a href=(story.path()) { (story.title) } }
        p.m { (moment(story.began())) @if let Some(ended) = story.ended() { ", " (stage_word(story.stage()).to_lowercase()) " " (moment(ended)) } ". " (concerns(story)) }
    }
}

fn mark_of(story: &Story) -> (char, &'static str) {
    match (story.is_open(), story.window().is_some(), story.impact()) {
        (false, _, _) => ('●', "ok"),
        (true, true, _) | (true, false, Impact::None) => ('◆', "un"),
        (true, false, Impact::Minor | Impact::Major) => ('▲', "wa"),
        (true, false, Impact::Critical) => ('■', "ba"),
    }
}

fn concerns(story: &Story) -> Markup {
    let names: Vec<&str> = story.components.iter().map(|(_, title)| title.as_str()).collect();
    html! { @if !names.is_empty() { "Concerns " (names.join(", ")) "." } }
}
