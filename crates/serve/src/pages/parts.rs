//! Small parts that many pages share.

use jiff::Timestamp;
use maud::{Markup, html};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use statusquo_alert::{Incident, Phase, Severity, State, Subject};
use statusquo_catalogue::{Class, StatusCode};
use statusquo_slo::{Answer, Mark};

use crate::auth::Caller;
use crate::board::MonitorView;
use crate::history::Range;
use crate::public::Condition;
use crate::words;

/// All but the unreserved characters of RFC 3986, 2.3.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// A name as a segment of a path.
pub(crate) fn segment(name: &str) -> String {
    utf8_percent_encode(name, RESERVED).to_string()
}

/// The address of a monitor's page.
pub(crate) fn monitor_path(name: &str) -> String {
    format!("/monitors/{}", segment(name))
}

/// A moment: in UTC without scripts, in local time with.
pub(crate) fn time(at: Timestamp, now: Timestamp) -> Markup {
    let second = at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
    html! { time datetime=(second) title=(words::full(at)) { (words::clock(at, now)) } }
}

/// The mark of a state.
pub(crate) fn state_mark(state: State) -> Markup {
    let class = match state {
        State::Ok => "g2",
        State::Degraded => "g4",
        State::Failing => "g5",
        State::Unknown => "g0",
        State::Paused => "g3",
    };
    html! { span.gl.(class) aria-hidden="true" { (state.glyph()) } }
}

/// The class that colours the mark of a component's condition.
pub(crate) const fn condition_class(condition: Condition) -> &'static str {
    match condition {
        Condition::Operational => "g2",
        Condition::Maintenance => "g3",
        Condition::Unknown => "g0",
        Condition::Degraded | Condition::PartialOutage => "g4",
        Condition::MajorOutage => "g5",
    }
}

/// The mark of a state, and its word.
pub(crate) fn state_chip(state: State) -> Markup {
    let class = match state {
        State::Failing => "chip bad",
        State::Degraded => "chip warn",
        State::Ok | State::Unknown | State::Paused => "chip",
    };
    html! { span class=(class) { (state_mark(state)) (state.as_str()) } }
}

pub(crate) const fn class_of(class: Class) -> (&'static str, &'static str) {
    match class {
        Class::Informational => ("g1", ""),
        Class::Successful => ("g2", "t2"),
        Class::Redirection => ("g3", ""),
        Class::ClientError => ("g4", "t4"),
        Class::ServerError => ("g5", "t5"),
        Class::OutOfRange => ("g0", ""),
    }
}

/// A status code: mark, number, link to what it means.
pub(crate) fn code(code: StatusCode) -> Markup {
    let class = code.class();
    let (mark, text) = class_of(class);
    html! {
        a.code.(text) href={ "/codes/" (code) } title=(code.phrase()) {
            span.gl.(mark) aria-hidden="true" { (class.glyph()) } (code)
        }
    }
}

/// A status code where no link may be.
pub(crate) fn code_mark(code: StatusCode) -> Markup {
    let (mark, text) = class_of(code.class());
    html! { span.code.(text) { span.gl.(mark) aria-hidden="true" { (code.class().glyph()) } (code) } }
}

/// How a probe ended.
pub(crate) fn answer(of: Answer, mark: Mark) -> Markup {
    match of {
        Answer::Status(status) => code(status),
        Answer::Failure(kind) => html! {
            span.code title=(kind.in_words()) {
                span.gl.g0 aria-hidden="true" { "✕" } (kind.as_str().replace('_', " "))
            }
        },
        Answer::None => html! { span.muted { (mark_text(mark)) } },
    }
}

/// The word for what a probe meant.
pub(crate) const fn mark_text(mark: Mark) -> &'static str {
    match mark {
        Mark::Good => "good",
        Mark::Degraded => "degraded",
        Mark::Bad => "bad",
        Mark::Unknown => "unknown",
    }
}

/// The mark of an incident.
pub(crate) fn incident_mark(incident: &Incident) -> Markup {
    let class = match (incident.phase, incident.severity) {
        (Phase::Resolved, _) => "g2",
        (Phase::Open | Phase::Acknowledged, Severity::Degraded) => "g4",
        (Phase::Open | Phase::Acknowledged, Severity::Failing) => "g5",
    };
    html! { span.gl.(class) aria-hidden="true" { (words::phase_mark(incident)) } }
}

/// What an incident is about, as a link where there is one.
pub(crate) fn subject(incident: &Incident) -> Markup {
    match &incident.subject {
        Subject::Monitor(name) => html! { a href=(monitor_path(name.as_str())) { (incident.title) } },
        Subject::Traffic(_) => html! { (incident.title) },
        Subject::Own(_) => html! { a href="/settings" { "Statusquo itself" } },
    }
}

/// Choices of which one is in force, as links.
pub(crate) fn choices(label: &str, options: &[(String, String, bool)]) -> Markup {
    html! {
        div.seg role="group" aria-label=(label) {
            @for (text, address, is_here) in options {
                a href=(address) aria-current=[is_here.then_some("true")] { (text) }
            }
        }
    }
}

/// The choice of how far back to look.
pub(crate) fn ranges(here: Range, path: &str, rest: &str) -> Markup {
    let option = |range: Range| {
        let text = if range == Range::Now { "60 probes".to_owned() } else { spaced(range.as_str()) };
        (text, format!("{path}?range={}{rest}", range.as_str()), range == here)
    };
    choices("Time range", &Range::ALL.map(option))
}

/// The choice of how far back to look at real traffic: without one, it is six hours.
pub(crate) fn traffic_ranges(here: Range, path: &str, rest: &str) -> Markup {
    let here = if here == Range::Now { Range::Hours6 } else { here };
    let all = Range::ALL.into_iter().filter(|range| *range != Range::Now);
    let option = |range: Range| {
        (spaced(range.as_str()), format!("{path}?range={}{rest}", range.as_str()), range == here)
    };
    choices("Time range", &all.map(option).collect::<Vec<_>>())
}

/// `24 h` from `24h`.
fn spaced(range: &str) -> String {
    let (number, unit) = range.split_at(range.len().saturating_sub(1));
    format!("{number} {unit}")
}

/// A button that asks for a change.
pub(crate) fn button(caller: &Caller, action: &str, text: &str, class: &str) -> Markup {
    html! {
        form.inline method="post" action=(action) {
            input type="hidden" name="csrf" value=(caller.csrf);
            button.btn.(class) type="submit" { (text) }
        }
    }
}

/// Something to copy.
pub(crate) fn copyable(text: &str) -> Markup {
    html! { div.copy { code { (text) } button.btn.sm type="button" data-copy hidden { "Copy" } } }
}

/// A list of names and values.
pub(crate) fn facts(facts: &[(&str, Markup)]) -> Markup {
    html! { dl.facts { @for (name, value) in facts { div { dt { (name) } dd { (value) } } } } }
}

/// One key figure.
#[expect(clippy::needless_pass_by_value, reason = "they are made for this and for nothing else")]
pub(crate) fn figure(label: Markup, value: Markup, detail: Markup) -> Markup {
    html! { div.kpi { div.l { (label) } div.v { (value) } div.d { (detail) } } }
}

/// A value that is followed by its unit in smaller letters: `142 ms`.
pub(crate) fn with_unit(text: &str) -> Markup {
    match text.split_once(' ') {
        Some((value, unit)) => html! { (value) small { " " (unit) } },
        None => html! { (text) },
    }
}

/// Backticks in a text become code.
pub(crate) fn marked(text: &str) -> Markup {
    html! {
        @for (at, part) in text.split('`').enumerate() {
            @if at % 2 == 1 { code { (part) } } @else { (part) }
        }
    }
}

/// What is left of a certificate, in words and with its mark.
pub(crate) fn certificate(expires: Timestamp, now: Timestamp) -> (State, String) {
    let days = expires.duration_since(now).as_secs().div_euclid(86_400);
    match days {
        ..0 => (State::Failing, "expired".to_owned()),
        0 => (State::Failing, "less than a day left".to_owned()),
        1..14 => (State::Degraded, format!("{days} days left")),
        _ => (State::Ok, format!("{days} days left")),
    }
}

/// Links are shown as links only if they lead to the web: nothing else is followed from here.
pub(crate) fn web_link(address: &str, text: &str) -> Markup {
    let is_web = address.starts_with("https://") || address.starts_with("http://");
    html! { @if is_web { a href=(address) rel="noreferrer" { (text) } } @else { (address) } }
}

/// The version of a deploy, with where to read on.
pub(crate) fn deploy(deploy: &statusquo_alert::Deploy) -> Markup {
    match &deploy.url {
        Some(url) => web_link(url, &deploy.version),
        None => html! { (deploy.version) },
    }
}

/// The rows that are shown before *Show more*.
pub(crate) const ROWS: usize = 50;

/// Monitors, worst first.
pub(crate) fn worst_first<'a>(
    monitors: impl Iterator<Item = &'a std::sync::Arc<MonitorView>>,
) -> Vec<&'a std::sync::Arc<MonitorView>> {
    let mut sorted: Vec<_> = monitors.collect();
    sorted.sort_by(|one, other| one.urgency().cmp(&other.urgency()));
    sorted
}
