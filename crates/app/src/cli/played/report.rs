//! How an incident that would have been is told.

use serde_json::{Value, json};
use statusquo_alert::{Diagnosis, EntryKind, Incident, Severity, Subject, TrafficCause};

use super::{Played, Sent};
use crate::cli::{Screen, Tone};

/// How the past that was played is spoken of.
pub(in crate::cli) struct Manner {
    /// The schema of its JSON.
    pub(in crate::cli) schema: &'static str,
    /// Where it ends.
    pub(in crate::cli) end: &'static str,
    /// Are there receivers, or is everybody told?
    pub(in crate::cli) has_receivers: bool,
}

/// The columns of a table of incidents.
pub(in crate::cli) const COLUMNS: [&str; 6] =
    ["opened", "resolved", "verdict", "where", "what speaks for it", "clients"];

fn about(incident: &Incident) -> Option<&TrafficCause> {
    incident.cause.as_ref().and_then(|cause| cause.kind.traffic())
}

/// One incident, for programs.
pub(in crate::cli) fn value(incident: &Incident, played: &Played, manner: &Manner) -> Value {
    let traffic = about(incident);
    let family = || incident.cause.as_ref().map(|cause| cause.kind.family().as_str());
    let reopened =
        incident.timeline.iter().filter(|entry| matches!(entry.kind, EntryKind::Reopened(_))).count();
    json!({
        "schema": manner.schema,
        "incident": incident.number.0,
        "began": incident.began.to_string(),
        "opened": incident.opened.to_string(),
        "resolved": incident.resolved.map(|at| at.to_string()),
        "reopened": reopened,
        "service": incident.title,
        "kind": traffic.map(|traffic| traffic.kind.as_str()).or_else(family),
        "verdict": traffic.and_then(|traffic| traffic.diagnosis).map(Diagnosis::as_str),
        "severity": incident.severity.as_str(),
        "endpoint": traffic.and_then(|traffic| traffic.endpoint.as_deref()),
        "clients": traffic.map(|traffic| traffic.clients.as_slice()).unwrap_or_default(),
        "evidence": evidence(incident),
        "sentence": sentence(incident),
        "first": first(incident),
        "sent": played.sent(incident.number).map(|sent| message(sent, manner)).collect::<Vec<_>>(),
    })
}

/// One message, for programs.
pub(in crate::cli) fn message(sent: &Sent, manner: &Manner) -> Value {
    let mut message = json!({ "at": sent.at.to_string(), "notice": sent.notice.as_str() });
    if let Some(members) = message.as_object_mut().filter(|_| manner.has_receivers) {
        members.insert("receiver".to_owned(), sent.receiver.as_str().into());
    }
    message
}

/// What it was opened for, if that is not what it says by now.
fn first(incident: &Incident) -> Option<&str> {
    let opened = incident.timeline.iter().find_map(|entry| {
        if let EntryKind::Opened(sentence) = &entry.kind { Some(sentence.as_str()) } else { None }
    })?;
    incident.cause.as_ref().is_some_and(|cause| cause.sentence != opened).then_some(opened)
}

/// What speaks for it: of a monitor, how many of its probes were bad.
fn evidence(incident: &Incident) -> Vec<String> {
    match about(incident) {
        Some(traffic) => traffic.evidence.clone(),
        None if incident.of > 0 => vec![format!("{} of {} probes were bad", incident.bad, incident.of)],
        None => Vec::new(),
    }
}

/// `POST /v1/orders answers 5xx to 1 request in 14, usually 0.01 %`
pub(in crate::cli) fn sentence(incident: &Incident) -> String {
    let what = incident.cause.as_ref().map_or("", |cause| cause.sentence.as_str());
    let is_of_traffic = matches!(incident.subject, Subject::Traffic(_)) && !incident.target.is_empty();
    let who = if is_of_traffic { incident.target.as_str() } else { incident.title.as_str() };
    format!("{who} {what}").trim_end().to_owned()
}

/// One incident, for people; `more` are lines that its teller adds.
pub(in crate::cli) fn text(screen: &Screen, incident: &Incident, manner: &Manner, more: &[String]) -> String {
    let (mark, tone) = match incident.severity {
        Severity::Degraded => ("▲", Tone::Warning),
        Severity::Failing => ("■", Tone::Bad),
    };
    let mut text = format!("{} {}\n", screen.paint(tone, mark), sentence(incident));
    for line in details(incident, manner).iter().chain(more) {
        text += &format!("    {line}\n");
    }
    text
}

fn details(incident: &Incident, manner: &Manner) -> Vec<String> {
    let until = incident.resolved.map_or(manner.end.to_owned(), |at| at.to_string());
    let mut lines = vec![format!("from {} to {until}", incident.began)];
    let traffic = about(incident);
    lines.extend(first(incident).map(|first| format!("at first: {first}")));
    match (traffic.and_then(|traffic| traffic.diagnosis), evidence(incident).join("; ")) {
        (Some(diagnosis), evidence) => {
            lines.push(format!("likely {}: {evidence}", diagnosis.as_str()));
            lines.push(format!("next: {}", diagnosis.next_step()));
        }
        (None, evidence) if !evidence.is_empty() => lines.push(format!("because: {evidence}")),
        (None, _) => {}
    }
    if let Some(traffic) = traffic.filter(|traffic| !traffic.clients.is_empty()) {
        lines.push(format!("clients: {}", named(&traffic.clients)));
    }
    lines
}

/// `opened to ops at …`
pub(in crate::cli) fn words(sent: &Sent) -> String {
    format!("{} to {} at {}", sent.notice.as_str(), sent.receiver, sent.at)
}

/// The text, or that there is nothing.
pub(in crate::cli) fn or_nothing(text: &str) -> &str {
    if text.is_empty() { "nothing" } else { text }
}

fn named(clients: &[String]) -> String {
    const NAMED: usize = 5;
    let first: Vec<&str> = clients.iter().take(NAMED).map(String::as_str).collect();
    match clients.len().saturating_sub(NAMED) {
        0 => first.join(", "),
        more => format!("{} and {more} more", first.join(", ")),
    }
}

/// The cells of an incident's row, as [`COLUMNS`] names them.
pub(in crate::cli) fn row(incident: &Incident) -> Vec<String> {
    let traffic = about(incident);
    let place = traffic.and_then(|traffic| traffic.endpoint.clone());
    let cause = || incident.cause.as_ref().map_or("-", |cause| cause.kind.family().as_str());
    vec![
        incident.opened.to_string(),
        incident.resolved.map_or("open".to_owned(), |at| at.to_string()),
        match traffic {
            Some(traffic) => traffic.diagnosis.map_or("-", Diagnosis::as_str).to_owned(),
            None => cause().to_owned(),
        },
        place.unwrap_or_else(|| incident.title.clone()),
        evidence(incident).join("; "),
        traffic.map(|traffic| named(&traffic.clients)).unwrap_or_default(),
    ]
}

/// A table in Markdown.
pub(in crate::cli) fn table(head: &[&str], rows: impl Iterator<Item = Vec<String>>) -> String {
    let mut text = format!("| {} |\n|{}\n", head.join(" | "), "---|".repeat(head.len()));
    for cells in rows {
        let cells: Vec<String> =
            cells.iter().map(|cell| cell.replace('|', "\\|").replace('\n', " ")).collect();
        text += &format!("| {} |\n", cells.join(" | "));
    }
    text
}

/// `no incident`, `1 incident`, `3 incidents`
pub(in crate::cli) fn counted(count: usize) -> String {
    match count {
        0 => "no incident".to_owned(),
        count => crate::cli::screen::count(count, "incident"),
    }
}
