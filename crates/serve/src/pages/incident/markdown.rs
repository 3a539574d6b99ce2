//! An incident as Markdown, to paste into a report.

use jiff::Timestamp;

use super::Shown;
use crate::pages::said;
use crate::words;

/// An incident as Markdown.
pub(super) fn write(shown: &Shown, now: Timestamp) -> String {
    let incident = &shown.incident;
    let mut text = format!(
        "# Incident {}: {}\n\n{}, {}.\n\n",
        incident.number,
        line(&words::sentence(incident)),
        words::full_sentence(incident.phase.as_str()).trim_end_matches('.'),
        said::extent(incident, now),
    );
    let next = words::next_step(&incident.subject, incident.cause.as_ref());
    let mut facts = vec![("Target", incident.target.clone()), ("Began", words::full(incident.began))];
    facts.extend(incident.resolved.map(|end| ("Ended", words::full(end))));
    facts.extend(
        incident.acknowledged.as_ref().map(|(who, at)| ("Taken", format!("{who}, {}", words::full(*at)))),
    );
    facts.extend(words::likely(incident).map(|likely| ("Likely", likely)));
    facts.push(("Next step", next));
    facts.extend(incident.runbook.clone().map(|runbook| ("Runbook", runbook)));
    for (name, value) in facts.iter().filter(|(_, value)| !value.is_empty()) {
        text += &format!("- **{name}**: {}\n", line(value));
    }
    let story = &shown.story;
    let deploys = story
        .deploys
        .iter()
        .map(|deploy| format!("{} {} of {}", words::full(deploy.at), deploy.version, deploy.service));
    let evidence = incident.cause.as_ref().and_then(|cause| cause.kind.traffic());
    let evidence = evidence.map(|traffic| traffic.evidence.clone()).unwrap_or_default();
    for (title, lines) in [
        ("What speaks for it", evidence),
        ("What the failing requests share", story.shares().collect()),
        ("What it cost", story.spent.clone()),
        ("Deploys", deploys.collect()),
    ] {
        if !lines.is_empty() {
            text += &format!("\n## {title}\n\n");
            lines.iter().for_each(|one| text += &format!("- {}\n", line(one)));
        }
    }
    text += "\n## Timeline\n\n";
    for entry in &incident.timeline {
        let said = wire_text(entry);
        text += &format!("- {} {}\n", words::full(entry.at), line(&said));
    }
    text += "\n## Who was told\n\n";
    for message in &shown.deliveries {
        text += &format!(
            "- {} {}: {} ({}, {})\n",
            words::full(message.at),
            line(message.receiver.as_str()),
            words::notice(message.notice),
            message.standing.as_str(),
            words::count(message.attempts as usize, "failed attempt"),
        );
    }
    text
}

fn wire_text(entry: &statusquo_alert::Entry) -> String {
    let wire = crate::wire::EntryWire::from(entry);
    match (wire.kind, wire.who) {
        ("note", Some(who)) => format!("{who}: {}", wire.text),
        _ => wire.text,
    }
}

/// On one line, and without what Markdown or HTML would take for markup.
fn line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '\\' | '*' | '_' | '[' | ']' | '<' | '>' | '|' | '#' => {
                line.push('\\');
                line.push(letter);
            }
            letter if letter.is_control() => line.push(' '),
            letter => line.push(letter),
        }
    }
    line
}
