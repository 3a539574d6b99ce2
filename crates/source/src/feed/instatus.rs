//! Instatus' `summary.json` and `v2/components.json` (instatus.com/help/api/public).

use serde_json::Value;

use super::member::{link, list, moment, text};
use super::{Component, Format, Health, Reported, StatusPage};

/// The page, if it has this shape.
pub(super) fn read(json: &Value) -> Option<StatusPage> {
    let health = match json.get("page").and_then(|page| page.get("status")).and_then(Value::as_str) {
        Some("UP") => Health::Operational,
        Some("UNDERMAINTENANCE") => Health::Maintenance,
        Some("HASISSUES") => Health::Degraded,
        Some(_) => Health::Unknown,
        None => return None,
    };
    let incidents: Vec<Reported> = list(json, "activeIncidents").iter().filter_map(reported).collect();
    // "Has issues" says little; what it reports says how bad.
    let worst = incidents.iter().map(|reported| reported.health).max().filter(|worst| worst.is_trouble());
    let health = if health == Health::Degraded { worst.unwrap_or(health) } else { health };
    let components = list(json, "components").iter().filter_map(|part| {
        Some(Component { name: text(part, "name")?, health: word(&text(part, "status")?) })
    });
    Some(StatusPage { format: Format::Instatus, health, components: components.collect(), incidents })
}

fn word(word: &str) -> Health {
    match word {
        "OPERATIONAL" => Health::Operational,
        "UNDERMAINTENANCE" => Health::Maintenance,
        "DEGRADEDPERFORMANCE" | "MINOROUTAGE" => Health::Degraded,
        "PARTIALOUTAGE" => Health::PartialOutage,
        "MAJOROUTAGE" => Health::MajorOutage,
        _ => Health::Unknown,
    }
}

fn reported(incident: &Value) -> Option<Reported> {
    if text(incident, "status").as_deref() == Some("RESOLVED") {
        return None;
    }
    Some(Reported {
        title: text(incident, "name")?,
        health: word(&text(incident, "impact").unwrap_or_default()),
        since: moment(incident, "started"),
        components: Vec::new(),
        link: link(incident, "url"),
    })
}
