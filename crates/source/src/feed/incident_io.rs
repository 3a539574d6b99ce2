//! incident.io's own form, `/proxy/HOST`: what its pages load. (Its `/api/v2/summary.json` is Statuspage's.)

use serde_json::Value;

use super::member::{list, moment, text};
use super::statuspage::component as word;
use super::{Component, Format, Health, Reported, StatusPage};

/// The page, if it has this shape.
pub(super) fn read(json: &Value) -> Option<StatusPage> {
    let summary = json.get("summary")?;
    let all = summary.get("components")?.as_array()?;
    let affected = list(summary, "affected_components");
    let of = |id: &str, list: &[Value]| {
        let part = list.iter().find(|part| part.get("component_id").and_then(Value::as_str) == Some(id));
        part.and_then(|part| text(part, "status")).map(|status| word(&status))
    };
    // A component that is not affected is well: only those are listed.
    let components = all.iter().take(super::MOST_PARTS).filter_map(|part| {
        let health = of(part.get("id")?.as_str()?, affected).unwrap_or(Health::Operational);
        Some(Component { name: text(part, "name")?, health })
    });
    let components: Vec<Component> = components.collect();
    let incidents: Vec<Reported> = list(summary, "ongoing_incidents").iter().filter_map(reported).collect();
    let worst = components.iter().map(|part| part.health).chain(incidents.iter().map(|one| one.health)).max();
    Some(StatusPage {
        format: Format::IncidentIo,
        health: worst.unwrap_or(Health::Operational),
        components,
        incidents,
    })
}

fn reported(incident: &Value) -> Option<Reported> {
    let touched = list(incident, "component_impacts");
    let worst = touched.iter().filter_map(|part| Some(word(&text(part, "status")?))).max();
    Some(Reported {
        title: text(incident, "name")?,
        health: worst.unwrap_or(Health::Degraded),
        since: moment(incident, "published_at"),
        components: Vec::new(),
        link: super::member::link(incident, "url"),
    })
}
