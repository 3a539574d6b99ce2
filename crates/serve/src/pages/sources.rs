//! Where real traffic comes from, and how far the reading is.

use jiff::Timestamp;
use maud::{Markup, html};

use super::parts;
use crate::board::{Snapshot, SourceView};
use crate::words;

/// The sources, what they met, and lines that were not understood.
pub(super) fn table(snapshot: &Snapshot, now: Timestamp) -> Markup {
    html! {
        section.panel aria-labelledby="sources-title" {
            div.ph { h2 #sources-title { "Sources of real traffic" }
                span.muted { "each request is counted once, also over restarts" } }
            div.tw tabindex="0" role="group" aria-label="Sources" { table { thead { tr {
                th scope="col" { "Source" } th scope="col" { "Service" } th scope="col" { "Format" }
                th scope="col" { "Newest request" } th.num scope="col" { "Not read yet" } th.num scope="col" { "Lines" }
                th.num scope="col" { "Not understood" } th.num scope="col" { "Dropped" }
            } }
            tbody { @for source in snapshot.sources.iter() { (row(source, now)) } } } }
            @for source in snapshot.sources.iter() { (remarks(source)) }
        }
    }
}

fn row(source: &SourceView, now: Timestamp) -> Markup {
    let progress = &source.progress;
    let newest = progress.seen_until.and_then(|second| Timestamp::from_second(second).ok());
    html! { tr {
        td { b { (source.name) } " " span.muted { (source.target) } }
        td { (source.service) " " span.muted { (source.layer.as_str()) } }
        td { @match &source.format { Some(format) => { (format) }, None => { span.muted { "not known yet" } } } }
        td { @match newest { Some(at) => { (parts::time(at, now)) }, None => { span.muted { "none" } } } }
        td.num { (parts::with_unit(&words::bytes(progress.behind_bytes))) }
        td.num { (words::grouped(progress.lines)) }
        td.num { (words::grouped(progress.not_understood)) }
        td.num { (words::grouped(progress.dropped)) }
    } }
}

/// What people should know, and lines that were not understood.
fn remarks(source: &SourceView) -> Markup {
    let progress = &source.progress;
    html! {
        @for trap in &source.traps { p.pb { "▲ " b { (source.name) } ": " (trap) } }
        @if progress.long_lines > 0 {
            p.pb.muted { (source.name) ": " (words::grouped(progress.long_lines)) " lines were longer than 64 KiB and were cut" }
        }
        @if !progress.bad.is_empty() {
            details.pb { summary { (source.name) ": lines that were not understood" }
                ul.list { @for (why, line) in &progress.bad { li { span {} span { (why) " " code { (line) } } span.r {} } } } }
        }
    }
}
