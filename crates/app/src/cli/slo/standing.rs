//! How objectives stand, for people.

use serde_json::Value;

use crate::cli::remote::{items, moment, table, text};
use crate::cli::{Screen, Tone};

/// All objectives.
pub(super) fn all(screen: &Screen, answer: &Value) -> String {
    let row = |slo: &Value| {
        vec![
            format!("{} {}", mark(screen, slo), text(slo, "name")),
            text(slo, "of"),
            format!("{} %", text(slo, "objective_percent")),
            text(slo, "period"),
            percent(number(slo, "left_ratio")),
            format!("{:.2}", number(slo, "burn_rate")),
            text(slo, "firing"),
        ]
    };
    let rows: Vec<_> = items(answer, "slos").iter().map(row).collect();
    table(
        screen,
        &["slo", "of", "objective", "period", "left", "burn rate", "firing"],
        &rows,
        "no objectives",
    )
}

/// One objective.
pub(super) fn one(screen: &Screen, slo: &Value) -> String {
    let (good, bad) = (number(slo, "good"), number(slo, "bad"));
    let title = format!("{} {}", mark(screen, slo), screen.paint(Tone::Strong, &text(slo, "title")));
    let mut lines = vec![
        title,
        format!("  {} % of {}, {}", text(slo, "objective_percent"), text(slo, "of"), text(slo, "period")),
        format!("  {bad:.0} of {:.0} events were bad; {} are allowed", good + bad, text(slo, "allowed")),
        format!(
            "  {} of the error budget is left; burn rate {:.2}",
            percent(number(slo, "left_ratio")),
            number(slo, "burn_rate")
        ),
    ];
    if !text(slo, "empty").is_empty() {
        lines.push(format!("  empty at {} if it goes on like this", moment(screen, slo, "empty")));
    }
    let pair = |window: &Value| {
        let fires = if window.get("firing").and_then(Value::as_bool) == Some(true) {
            screen.paint(Tone::Bad, "fires")
        } else {
            "calm".to_owned()
        };
        vec![
            format!(
                "{} h and {} min",
                number(window, "long_seconds") / 3600.0,
                number(window, "short_seconds") / 60.0
            ),
            text(window, "urgency"),
            format!("{:.1}", number(window, "threshold")),
            format!("{:.2}", number(window, "long_burn_rate")),
            format!("{:.2}", number(window, "short_burn_rate")),
            fires,
        ]
    };
    let rows: Vec<_> = items(slo, "windows").iter().map(pair).collect();
    lines.push(String::new());
    lines.push(table(screen, &["windows", "wakes", "threshold", "long", "short", "now"], &rows, ""));
    let spent = |spent: &Value| {
        vec![
            percent(number(spent, "share_ratio")),
            moment(screen, spent, "began"),
            text(spent, "bad"),
            moment(screen, spent, "forgotten"),
        ]
    };
    let rows: Vec<_> = items(slo, "spent").iter().map(spent).collect();
    lines.push(String::new());
    lines.push(table(
        screen,
        &["spent", "began", "bad", "comes back"],
        &rows,
        "nothing has burned it faster than it lasts",
    ));
    let corrections: Vec<_> = items(slo, "corrections").iter().map(|one| correction(screen, one)).collect();
    if !corrections.is_empty() {
        lines.push(String::new());
        lines.push(table(
            screen,
            &["correction", "from", "until", "bad", "why", "by", "now"],
            &corrections,
            "",
        ));
    }
    lines.join("\n")
}

fn correction(screen: &Screen, correction: &Value) -> Vec<String> {
    let is_withdrawn = !text(correction, "withdrawn").is_empty();
    vec![
        text(correction, "id"),
        moment(screen, correction, "from"),
        moment(screen, correction, "until"),
        text(correction, "bad"),
        text(correction, "why"),
        text(correction, "by"),
        if is_withdrawn { "counts again" } else { "does not count" }.to_owned(),
    ]
}

fn mark(screen: &Screen, slo: &Value) -> String {
    if !text(slo, "firing").is_empty() {
        screen.paint(Tone::Bad, "■")
    } else if number(slo, "left_ratio") < 0.0 {
        screen.paint(Tone::Warning, "▲")
    } else {
        screen.paint(Tone::Good, "●")
    }
}

fn number(value: &Value, key: &str) -> f64 {
    value.get(key).and_then(Value::as_f64).unwrap_or_default()
}

fn percent(share: f64) -> String {
    format!("{:.1} %", (share * 1000.0).floor() / 10.0)
}
