//! What a replay prints.

use anyhow::Context;
use serde_json::{Value, json};
use statusquo_alert::{CauseKind, Diagnosis, EntryKind, Incident, Severity, TrafficCause};

use super::history::History;
use crate::cli::logs::reading::Counted;
use crate::cli::{Screen, Tone};

fn about(incident: &Incident) -> Option<&TrafficCause> {
    incident.cause.as_ref().and_then(|cause| cause.kind.traffic())
}

/// One incident, for programs.
fn one(incident: &Incident, history: &History) -> Value {
    let traffic = about(incident);
    let sent: Vec<Value> = history
        .sent(incident.number)
        .map(|sent| json!({ "at": sent.at.to_string(), "notice": sent.notice.as_str() }))
        .collect();
    let reopened =
        incident.timeline.iter().filter(|entry| matches!(entry.kind, EntryKind::Reopened(_))).count();
    json!({
        "schema": "replay/1",
        "incident": incident.number.0,
        "began": incident.began.to_string(),
        "opened": incident.opened.to_string(),
        "resolved": incident.resolved.map(|at| at.to_string()),
        "reopened": reopened,
        "service": incident.title,
        "kind": traffic.map(|traffic| traffic.kind.as_str()),
        "verdict": traffic.and_then(|traffic| traffic.diagnosis).map(Diagnosis::as_str),
        "severity": severity(incident.severity),
        "endpoint": traffic.and_then(|traffic| traffic.endpoint.as_deref()),
        "clients": traffic.map(|traffic| traffic.clients.as_slice()).unwrap_or_default(),
        "evidence": traffic.map(|traffic| traffic.evidence.as_slice()).unwrap_or_default(),
        "sentence": sentence(incident),
        "sent": sent,
    })
}

const fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Degraded => "degraded",
        Severity::Failing => "failing",
    }
}

/// `POST /v1/orders answers 5xx to 1 request in 14, usually 0.01 %`
fn sentence(incident: &Incident) -> String {
    let what = incident.cause.as_ref().map_or("", |cause| cause.sentence.as_str());
    let who = if incident.target.is_empty() { incident.title.as_str() } else { incident.target.as_str() };
    format!("{who} {what}")
}

/// One incident a line.
pub(super) fn jsonl(history: &History) -> anyhow::Result<String> {
    let lines: Vec<String> = history
        .incidents()
        .map(|incident| serde_json::to_string(&one(incident, history)).context("cannot write JSON"))
        .collect::<anyhow::Result<_>>()?;
    Ok(lines.join("\n"))
}

/// All of it, for programs.
pub(super) fn json(counted: &Counted, history: &History) -> Value {
    let span = history.span();
    json!({
        "schema": "replay/1",
        "lines": counted.lines,
        "not_understood": counted.not_understood,
        "requests": counted.requests(),
        "from": span.map(|(from, _)| from.to_string()),
        "until": span.map(|(_, until)| until.to_string()),
        "incidents": history.incidents().map(|incident| one(incident, history)).collect::<Vec<_>>(),
    })
}

/// For people.
pub(super) fn text(screen: &Screen, counted: &Counted, history: &History) -> String {
    let mut text = String::new();
    for incident in history.incidents() {
        let (mark, tone) = match incident.severity {
            Severity::Degraded => ("▲", Tone::Warning),
            Severity::Failing => ("■", Tone::Bad),
        };
        text += &format!("{} {}\n", screen.paint(tone, mark), sentence(incident));
        for line in details(incident, history) {
            text += &format!("    {line}\n");
        }
        text.push('\n');
    }
    text + &summary(counted, history)
}

fn details(incident: &Incident, history: &History) -> Vec<String> {
    let until = incident.resolved.map_or("the end of the log".to_owned(), |at| at.to_string());
    let mut lines = vec![format!("from {} to {until}", incident.began)];
    if let Some(traffic) = about(incident) {
        if let Some(diagnosis) = traffic.diagnosis {
            lines.push(format!("likely {}: {}", diagnosis.as_str(), traffic.evidence.join("; ")));
            lines.push(format!("next: {}", diagnosis.next_step()));
        }
        if !traffic.clients.is_empty() {
            lines.push(format!("clients: {}", named(&traffic.clients)));
        }
    }
    let sent = history.sent(incident.number).map(|sent| format!("{} at {}", sent.notice.as_str(), sent.at));
    lines.push(format!("sent: {}", sent.collect::<Vec<_>>().join(", ")));
    lines
}

fn named(clients: &[String]) -> String {
    const NAMED: usize = 5;
    let first: Vec<&str> = clients.iter().take(NAMED).map(String::as_str).collect();
    match clients.len().saturating_sub(NAMED) {
        0 => first.join(", "),
        more => format!("{} and {more} more", first.join(", ")),
    }
}

fn summary(counted: &Counted, history: &History) -> String {
    let count = history.incidents().count();
    let incidents = match count {
        0 => "no incident".to_owned(),
        1 => "1 incident".to_owned(),
        more => format!("{more} incidents"),
    };
    let span = history.span().map_or(String::new(), |(from, until)| format!(" from {from} to {until}"));
    format!("{incidents} in {} requests{span}", counted.requests())
}

/// A table for a page.
pub(super) fn markdown(counted: &Counted, history: &History) -> String {
    let mut text = format!(
        "{}\n\n| opened | resolved | verdict | where | what speaks for it | clients |\n|---|---|---|---|---|---|\n",
        summary(counted, history)
    );
    for incident in history.incidents() {
        let Some(CauseKind::Traffic(traffic)) = incident.cause.as_ref().map(|cause| &cause.kind) else {
            continue;
        };
        let cells = [
            incident.opened.to_string(),
            incident.resolved.map_or("open".to_owned(), |at| at.to_string()),
            traffic.diagnosis.map_or("-", Diagnosis::as_str).to_owned(),
            traffic.endpoint.clone().unwrap_or_else(|| incident.title.clone()),
            traffic.evidence.join("; "),
            named(&traffic.clients),
        ];
        let cells = cells.map(|cell| cell.replace('|', "\\|").replace('\n', " "));
        text += &format!("| {} |\n", cells.join(" | "));
    }
    text
}
