//! Better Stack's `index.json`, in the form of JSON:API (betterstack.com/docs/uptime, "Status page JSON").

use serde_json::Value;

use super::member::{list, moment, text};
use super::{Component, Format, Health, Reported, StatusPage};

/// The page, if it has this shape.
pub(super) fn read(json: &Value) -> Option<StatusPage> {
    let health = word(json.get("data")?.get("attributes")?.get("aggregate_state")?.as_str()?);
    let included = list(json, "included");
    let of = |kind: &'static str| {
        let of_kind = move |part: &&Value| part.get("type").and_then(Value::as_str) == Some(kind);
        included.iter().filter(of_kind).filter_map(|part| part.get("attributes"))
    };
    let components = of("status_page_resource").filter_map(|attributes| {
        let name = text(attributes, "public_name")?;
        Some(Component { name, health: word(&text(attributes, "status").unwrap_or_default()) })
    });
    Some(StatusPage {
        format: Format::BetterStack,
        health,
        components: components.collect(),
        incidents: of("status_report").filter_map(reported).collect(),
    })
}

fn word(word: &str) -> Health {
    match word {
        "operational" | "resolved" => Health::Operational,
        "maintenance" => Health::Maintenance,
        "degraded" => Health::Degraded,
        "downtime" => Health::MajorOutage,
        _ => Health::Unknown,
    }
}

/// Reports stay in the list when they are over: then they have an end.
fn reported(attributes: &Value) -> Option<Reported> {
    let health = word(&text(attributes, "aggregate_state").unwrap_or_default());
    let is_over = attributes.get("ends_at").is_some_and(Value::is_string) || health == Health::Operational;
    let is_planned = text(attributes, "report_type").as_deref() == Some("maintenance");
    if is_over || is_planned {
        return None;
    }
    Some(Reported {
        title: text(attributes, "title")?,
        health,
        since: moment(attributes, "starts_at"),
        components: Vec::new(),
        link: None,
    })
}
