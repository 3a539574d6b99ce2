//! What a preview prints.

use anyhow::Context;
use serde_json::{Value, json};
use statusquo_alert::Incident;

use super::Preview;
use super::compare::Then;
use crate::cli::played::report::{self, COLUMNS, Manner, or_nothing};
use crate::cli::screen::count;
use crate::cli::{Screen, Tone};

const MANNER: Manner = Manner { schema: "preview/1", end: "the end", has_receivers: true };

/// One incident that would have been, for programs.
fn would_be(preview: &Preview, incident: &Incident) -> Value {
    let mut value = report::value(incident, &preview.played, &MANNER);
    if let Some(members) = value.as_object_mut() {
        let sent = preview.sent(incident).map(|sent| report::message(sent, &MANNER));
        members.insert("sent".to_owned(), sent.collect());
        let then: Vec<Value> = preview.then(incident).map(was).collect();
        members.insert("then".to_owned(), then.into());
    }
    value
}

/// One incident that was, for programs.
fn was(then: &Then) -> Value {
    let sent = then.sent.iter().map(|(receiver, notice, at)| {
        json!({ "at": at.to_string(), "notice": notice.as_str(), "receiver": receiver.as_str() })
    });
    json!({
        "incident": then.incident.number.0,
        "opened": then.incident.opened.to_string(),
        "resolved": then.incident.resolved.map(|at| at.to_string()),
        "sentence": report::sentence(&then.incident),
        "sent": sent.collect::<Vec<_>>(),
    })
}

/// One that was and would not be any more, for programs.
fn only_then(preview: &Preview, then: &Then) -> Value {
    let mut value = was(then);
    if let Some(members) = value.as_object_mut() {
        members.insert("schema".to_owned(), MANNER.schema.into());
        members.insert("only_then".to_owned(), true.into());
        members.insert("unknown_since".to_owned(), then.why_not(preview.probes_from).into());
    }
    value
}

/// One incident a line: those that would have been, then those that were and would not be.
pub(super) fn jsonl(preview: &Preview) -> anyhow::Result<String> {
    let would_be = preview.incidents().map(|incident| would_be(preview, incident));
    let all = would_be.chain(preview.not_any_more().map(|then| only_then(preview, then)));
    let lines: Vec<String> = all
        .map(|value| serde_json::to_string(&value).context("cannot write JSON"))
        .collect::<anyhow::Result<_>>()?;
    Ok(lines.join("\n"))
}

/// All of it, for programs.
pub(super) fn json(preview: &Preview) -> Value {
    json!({
        "schema": MANNER.schema,
        "from": preview.from.to_string(),
        "until": preview.until.to_string(),
        "messages": messages(preview),
        "messages_then": preview.then.iter().map(|then| then.sent.len()).sum::<usize>(),
        "incidents": preview.incidents().map(|incident| would_be(preview, incident)).collect::<Vec<_>>(),
        "only_then": preview.not_any_more().map(|then| only_then(preview, then)).collect::<Vec<_>>(),
        "notes": preview.notes,
    })
}

fn messages(preview: &Preview) -> usize {
    preview.incidents().map(|incident| preview.sent(incident).count()).sum()
}

/// For people.
pub(super) fn text(screen: &Screen, preview: &Preview) -> String {
    let mut text = String::new();
    for incident in preview.incidents() {
        let more: Vec<String> = match preview.then(incident).map(told_then).collect::<Vec<_>>() {
            then if then.is_empty() => vec!["then: nothing was sent of it".to_owned()],
            then => then,
        };
        let sent = preview.sent(incident).map(report::words).collect::<Vec<_>>().join(", ");
        let sent = std::iter::once(format!("sent: {}", or_nothing(&sent)));
        let more: Vec<String> = sent.chain(more).collect();
        text += &report::text(screen, incident, &MANNER, &more);
        text.push('\n');
    }
    let (unknown, over): (Vec<&Then>, Vec<&Then>) =
        preview.not_any_more().partition(|then| then.why_not(preview.probes_from).is_some());
    if !over.is_empty() {
        let lines: Vec<String> = over.into_iter().map(|then| one_then(screen, then, "")).collect();
        text += &format!("not any more:\n{}\n\n", lines.join("\n"));
    }
    if !unknown.is_empty() {
        let why =
            |then: &Then| then.why_not(preview.probes_from).map_or(String::new(), |why| format!(": {why}"));
        let lines: Vec<String> = unknown.into_iter().map(|then| one_then(screen, then, &why(then))).collect();
        text += &format!("not known:\n{}\n\n", lines.join("\n"));
    }
    text + &summary(preview)
}

fn one_then(screen: &Screen, then: &Then, why: &str) -> String {
    let mark = screen.paint(Tone::Quiet, "○");
    format!("{mark} {}{why}\n    {}", report::sentence(&then.incident), told_then(then))
}

/// `then: incident 12 at …, sent: opened to ops at …`
fn told_then(then: &Then) -> String {
    let sent =
        then.sent.iter().map(|(receiver, notice, at)| format!("{} to {receiver} at {at}", notice.as_str()));
    let sent = sent.collect::<Vec<_>>().join(", ");
    format!(
        "then: incident {} at {}, sent: {}",
        then.incident.number,
        then.incident.opened,
        or_nothing(&sent)
    )
}

/// `2 incidents and 5 messages from … to …; then 3 incidents and 6 messages`
fn summary(preview: &Preview) -> String {
    let then: usize = preview.then.iter().map(|then| then.sent.len()).sum();
    format!(
        "{} and {} from {} to {}; then {} and {}",
        report::counted(preview.incidents().count()),
        count(messages(preview), "message"),
        preview.from,
        preview.until,
        report::counted(preview.then.len()),
        count(then, "message")
    )
}

/// A table for a page.
pub(super) fn markdown(preview: &Preview) -> String {
    let head: Vec<&str> = COLUMNS.into_iter().chain(["sent", "sent then"]).collect();
    let row = |incident: &Incident| {
        let mut cells = report::row(incident);
        cells.push(preview.sent(incident).map(report::words).collect::<Vec<_>>().join(", "));
        cells.push(preview.then(incident).map(told_then).collect::<Vec<_>>().join("; "));
        cells
    };
    let over = preview.not_any_more().map(|then| {
        let mut cells = report::row(&then.incident);
        cells.push(
            then.why_not(preview.probes_from).map_or("nothing".to_owned(), |why| format!("not known: {why}")),
        );
        cells.push(told_then(then));
        cells
    });
    let rows = preview.incidents().map(row).chain(over);
    format!("{}\n\n{}", summary(preview), report::table(&head, rows))
}
