//! What a replay prints.

use anyhow::Context;
use serde_json::{Value, json};

use super::history::History;
use crate::cli::Screen;
use crate::cli::logs::reading::Counted;
use crate::cli::played::report::{self, COLUMNS, Manner};

/// A log names nobody who is told.
const MANNER: Manner = Manner { schema: "replay/1", end: "the end of the log", has_receivers: false };

/// One incident a line.
pub(super) fn jsonl(history: &History) -> anyhow::Result<String> {
    let line = |incident| serde_json::to_string(&report::value(incident, history.played(), &MANNER));
    let lines: Vec<String> = history
        .incidents()
        .map(|incident| line(incident).context("cannot write JSON"))
        .collect::<anyhow::Result<_>>()?;
    Ok(lines.join("\n"))
}

/// All of it, for programs.
pub(super) fn json(counted: &Counted, history: &History) -> Value {
    let span = history.span();
    let incidents = history.incidents().map(|incident| report::value(incident, history.played(), &MANNER));
    json!({
        "schema": MANNER.schema,
        "lines": counted.lines,
        "not_understood": counted.not_understood,
        "requests": counted.requests(),
        "from": span.map(|(from, _)| from.to_string()),
        "until": span.map(|(_, until)| until.to_string()),
        "incidents": incidents.collect::<Vec<_>>(),
    })
}

/// For people.
pub(super) fn text(screen: &Screen, counted: &Counted, history: &History) -> String {
    let mut text = String::new();
    for incident in history.incidents() {
        let sent = history.played().sent(incident.number);
        let sent: Vec<String> = sent.map(|sent| format!("{} at {}", sent.notice.as_str(), sent.at)).collect();
        text += &report::text(screen, incident, &MANNER, &[format!("sent: {}", sent.join(", "))]);
        text.push('\n');
    }
    text + &summary(counted, history)
}

fn summary(counted: &Counted, history: &History) -> String {
    let incidents = report::counted(history.incidents().count());
    let span = history.span().map_or(String::new(), |(from, until)| format!(" from {from} to {until}"));
    format!("{incidents} in {} requests{span}", counted.requests())
}

/// A table for a page.
pub(super) fn markdown(counted: &Counted, history: &History) -> String {
    let table = report::table(&COLUMNS, history.incidents().map(report::row));
    format!("{}\n\n{table}", summary(counted, history))
}
