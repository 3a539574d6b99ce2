//! One request, explained to people.

use serde_json::Value;
use statusquo_catalogue::StatusCode;

use crate::cli::{Screen, Tone};

/// The explanation that the API gives, as text: who, what, when, what they saw; whose turn; what to reply.
pub(super) fn text(screen: &Screen, told: &Value) -> String {
    let mark = match told.get("status").and_then(Value::as_u64).and_then(|code| u16::try_from(code).ok()) {
        Some(code) => screen.mark(StatusCode::new(code)),
        None => screen.no_answer(),
    };
    let mut lines = vec![format!("{mark} {}", screen.paint(Tone::Strong, &of(told, "sentence")))];
    lines.push(screen.wrap(&format!("Turn    {}", of(told, "turn")), 2));
    lines.push(screen.wrap(&format!("Retry   {}", of(told, "retry")), 2));
    if let Some(number) = told.get("incident").and_then(Value::as_u64) {
        lines.push(format!("  Part of incident {number}: statusquo incident show {number}"));
    }
    lines.push(screen.wrap(&format!("Reply   \"{}\"", of(told, "reply")), 2));
    lines.push(String::new());
    lines.push(hops(screen, told));
    for sentence in list(told, "unknown") {
        let sentence = format!("? {}", clean(sentence.as_str().unwrap_or_default()));
        lines.push(screen.paint(Tone::Quiet, &screen.wrap(&sentence, 0)));
    }
    lines.join("\n")
}

fn hops(screen: &Screen, told: &Value) -> String {
    let row = |hop: &Value| {
        let answer = match hop.get("status").and_then(Value::as_u64) {
            Some(code) => code.to_string(),
            None => of(hop, "failure").replace('_', " "),
        };
        let upstream = hop.get("upstream_status").and_then(Value::as_u64);
        let took = hop.get("duration_ms").and_then(Value::as_f64).map(|ms| format!("{ms:.0} ms"));
        vec![
            of(hop, "at"),
            of(hop, "service"),
            of(hop, "layer").replace('_', " "),
            format!("{} {}", of(hop, "method"), of(hop, "target")),
            upstream.map_or_else(|| answer.clone(), |code| format!("{answer} (behind it {code})")),
            took.unwrap_or_default(),
            of(hop, "client"),
        ]
    };
    let head = ["ended", "service", "seen by", "request", "answer", "took", "client"];
    screen.table(&head, &list(told, "hops").iter().map(row).collect::<Vec<_>>())
}

fn list<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    value.get(key).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

fn of(value: &Value, key: &str) -> String {
    clean(value.get(key).and_then(Value::as_str).unwrap_or_default())
}

/// Harmless for a terminal.
fn clean(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).collect()
}
