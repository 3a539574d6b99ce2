//! Atlassian Statuspage's `summary.json` (metastatuspage.com/api), which others offer as well.

use serde_json::Value;

use super::member::{link, list, moment, text};
use super::{Component, Format, Health, Reported, StatusPage};

/// The page, if it has this shape.
pub(super) fn read(json: &Value) -> Option<StatusPage> {
    let health = indicator(json.get("status")?.get("indicator")?.as_str()?);
    let parts = list(json, "components");
    let group = |id: &str| {
        let named = parts.iter().find(|part| part.get("id").and_then(Value::as_str) == Some(id));
        named.and_then(|part| text(part, "name"))
    };
    let components = parts.iter().filter(|part| part.get("group").and_then(Value::as_bool) != Some(true));
    let components = components.filter_map(|part| {
        let name = text(part, "name")?;
        let group = part.get("group_id").and_then(Value::as_str).and_then(group);
        let name = group.map_or_else(|| name.clone(), |group| format!("{group} / {name}"));
        Some(Component { name, health: component(&text(part, "status").unwrap_or_default()) })
    });
    Some(StatusPage {
        format: Format::Statuspage,
        health,
        components: components.take(super::MOST_PARTS).collect(),
        incidents: list(json, "incidents").iter().filter_map(reported).collect(),
    })
}

fn indicator(word: &str) -> Health {
    match word {
        "none" => Health::Operational,
        "maintenance" => Health::Maintenance,
        "minor" => Health::Degraded,
        "major" => Health::PartialOutage,
        "critical" => Health::MajorOutage,
        _ => Health::Unknown,
    }
}

pub(super) fn component(word: &str) -> Health {
    match word {
        "operational" => Health::Operational,
        "under_maintenance" => Health::Maintenance,
        "degraded_performance" => Health::Degraded,
        "partial_outage" => Health::PartialOutage,
        "major_outage" | "full_outage" => Health::MajorOutage,
        _ => Health::Unknown,
    }
}

/// An incident that is not over. One without impact is news, not trouble.
fn reported(incident: &Value) -> Option<Reported> {
    let is_over =
        matches!(text(incident, "status").as_deref(), Some("resolved" | "postmortem" | "completed"));
    if is_over {
        return None;
    }
    Some(Reported {
        title: text(incident, "name")?,
        health: indicator(&text(incident, "impact").unwrap_or_default()),
        since: moment(incident, "started_at").or_else(|| moment(incident, "created_at")),
        components: list(incident, "components").iter().filter_map(|part| text(part, "name")).collect(),
        link: link(incident, "shortlink"),
    })
}
