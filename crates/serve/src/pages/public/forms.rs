//! Forms that tell the public something.

use maud::{Markup, html};
use statusquo_alert::{Incident, Subject};
use statusquo_store::{Announcement, Stage};

use crate::auth::Caller;
use crate::public::{View, stage_word};

/// When the public hears more: what is sent, and what it is called.
const NEXT: [(&str, &str); 6] = [
    ("15m", "in 15 minutes"),
    ("30m", "in half an hour"),
    ("1h", "in an hour"),
    ("2h", "in 2 hours"),
    ("4h", "in 4 hours"),
    ("24h", "tomorrow"),
];

/// The longest texts.
pub(super) const LONGEST_TITLE: usize = 120;
pub(super) const LONGEST_TEXT: usize = 4000;

/// The form for the next update.
pub(super) fn next(caller: &Caller, one: &Announcement) -> Markup {
    let id = one.number;
    html! {
        form.form.pb method="post" action={ "/public/" (id) } aria-label={ "Next update of: " (one.title) } {
            input type="hidden" name="csrf" value=(caller.csrf);
            label { "How far is it" select name="stage" { @for stage in one.stages() {
                option value=(stage.as_str()) selected[*stage == one.stage()] { (stage_word(*stage)) } } } }
            (texts())
            (next_by())
            button.btn.pri type="submit" { "Tell the public" }
        }
    }
}

/// The two forms for something new.
pub(super) fn new(caller: &Caller, view: &View, incident: Option<&Incident>) -> Markup {
    html! {
        div.grid.g11 {
            section.panel aria-labelledby="outage-title" {
                div.ph { h2 #outage-title { "Tell of an outage" } span.muted { "in the words of your users" } }
                form.form.pb method="post" action="/public" {
                    (head(caller, "outage"))
                    @if let Some(incident) = incident { input type="hidden" name="incident" value=(incident.number); p.muted { "Speaks of incident " (incident.number) ", which stays internal." } }
                    label { "What users notice, in a line" input type="text" name="title" required maxlength=(LONGEST_TITLE) placeholder="Some orders fail"; }
                    (components(view, incident))
                    label { "How much does not work" select name="impact" {
                        option value="minor" { "Slower or worse than usual" } option value="major" selected { "A part of it" } option value="critical" { "All of it" } option value="none" { "Nothing: this only informs" } } }
                    label { "How far is it" select name="stage" { @for stage in Stage::OUTAGE.iter().take(3) { option value=(stage.as_str()) { (stage_word(*stage)) } } } }
                    (texts())
                    (next_by())
                    button.btn.pri type="submit" { "Tell the public" }
                }
            }
            section.panel aria-labelledby="work-title" {
                div.ph { h2 #work-title { "Announce planned work" } span.muted { "messages of its monitors are held meanwhile" } }
                form.form.pb method="post" action="/public" {
                    (head(caller, "work"))
                    label { "What is done, in a line" input type="text" name="title" required maxlength=(LONGEST_TITLE) placeholder="The database moves to new machines"; }
                    (components(view, None))
                    label { "From (UTC)" input type="datetime-local" name="from" required; }
                    label { "Until (UTC)" input type="datetime-local" name="until" required; }
                    (texts())
                    button.btn.pri type="submit" { "Announce" }
                }
            }
        }
    }
}

fn head(caller: &Caller, kind: &str) -> Markup {
    html! {
        input type="hidden" name="csrf" value=(caller.csrf);
        input type="hidden" name="kind" value=(kind);
    }
}

/// Those that the incident's monitor watches are chosen already.
fn components(view: &View, incident: Option<&Incident>) -> Markup {
    let monitor = incident.and_then(|incident| match &incident.subject {
        Subject::Monitor(name) => Some(name),
        Subject::Traffic(_) | Subject::Own(_) => None,
    });
    html! {
        fieldset { legend { "Which components" }
            @for component in &view.site.components {
                label.check { input type="checkbox" name="components" value=(component.name)
                    checked[monitor.is_some_and(|name| component.monitors.contains(name))]; " " (component.title) }
            }
        }
    }
}

fn texts() -> Markup {
    html! {
        label { "What users notice now" textarea name="text" required rows="3" maxlength=(LONGEST_TEXT) placeholder="Some orders fail with error 503." {} }
        label { "What they can do meanwhile (may be empty)" input type="text" name="workaround" maxlength=(LONGEST_TEXT) placeholder="Try again after a minute."; }
    }
}

fn next_by() -> Markup {
    html! {
        label { "They hear more, at the latest," select name="next" required {
            @for (value, text) in NEXT { option value=(value) selected[value == "30m"] { (text) } } } }
    }
}
