//! The public status page as JSON: our own summary, and the API that status pages have in common
//! (`/api/v2`, as Statuspage documents it), so that existing clients work.

use jiff::Timestamp;
use serde_json::{Value, json};
use statusquo_store::Stage;

use crate::public::{Condition, Said, Shown, Story, View};
use crate::words;

/// All answers, with their paths.
pub(crate) fn answers(view: &View) -> Vec<(String, String)> {
    let page = page(view);
    let status = status(view);
    let components = components(view);
    let open: Vec<Value> = view.outages().map(|story| incident(view, story)).collect();
    let planned = view.planned();
    let works = |keep: &dyn Fn(&Story) -> bool| -> Vec<Value> {
        planned.iter().filter(|story| keep(story)).map(|story| incident(view, story)).collect()
    };
    let is_active = |story: &Story| story.is_under_way(view.at);
    let all = |is_work: bool| -> Vec<Value> {
        let of_kind = view.stories.iter().filter(|story| story.window().is_some() == is_work);
        of_kind.take(50).map(|story| incident(view, story)).collect()
    };
    let files = [
        ("/summary.json", summary(view)),
        (
            "/api/v2/summary.json",
            json!({ "page": page, "status": status, "components": components, "incidents": open,
                    "scheduled_maintenances": works(&|_| true) }),
        ),
        ("/api/v2/status.json", json!({ "page": page, "status": status })),
        ("/api/v2/components.json", json!({ "page": page, "components": components })),
        ("/api/v2/incidents.json", json!({ "page": page, "incidents": all(false) })),
        ("/api/v2/incidents/unresolved.json", json!({ "page": page, "incidents": open })),
        ("/api/v2/scheduled-maintenances.json", json!({ "page": page, "scheduled_maintenances": all(true) })),
        (
            "/api/v2/scheduled-maintenances/active.json",
            json!({ "page": page, "scheduled_maintenances": works(&is_active) }),
        ),
        (
            "/api/v2/scheduled-maintenances/upcoming.json",
            json!({ "page": page, "scheduled_maintenances": works(&|story| !is_active(story)) }),
        ),
    ];
    files.into_iter().map(|(path, content)| (path.to_owned(), content.to_string())).collect()
}

/// Our own: short, and it knows what is unknown.
fn summary(view: &View) -> Value {
    let component = |shown: &Shown| {
        json!({
            "name": shown.name.as_str(), "title": shown.title, "group": shown.group,
            "state": shown.condition.words().replace(' ', "_"), "since": shown.since.map(moment),
        })
    };
    let told = |story: &Story| {
        let last = story.said.last();
        json!({
            "number": story.number, "title": story.title, "stage": story.stage().as_str(),
            "impact": story.impact().as_str(), "url": format!("{}{}", view.site.url, story.path()),
            "since": moment(story.began()), "updated_at": moment(story.changed()),
            "text": last.map(|said| said.text.as_str()),
            "workaround": last.and_then(|said| said.workaround.as_deref()),
            "next_update_by": last.and_then(|said| said.next_by).map(moment),
            "from": story.window().map(|(from, _)| moment(from)),
            "until": story.window().map(|(_, until)| moment(until)),
        })
    };
    json!({
        "schema": "public/1",
        "name": view.site.name, "url": view.site.url, "updated_at": moment(view.at),
        "indicator": view.worst().indicator().as_str(), "sentence": view.headline(),
        "components": view.components.iter().map(component).collect::<Vec<_>>(),
        "incidents": view.outages().map(told).collect::<Vec<_>>(),
        "planned": view.planned().into_iter().map(told).collect::<Vec<_>>(),
    })
}

fn page(view: &View) -> Value {
    json!({ "id": view.site.authority(), "name": view.site.name, "url": view.site.url, "time_zone": "Etc/UTC",
            "updated_at": moment(view.at) })
}

fn status(view: &View) -> Value {
    let worst = view.worst();
    let indicator = if worst == Condition::Maintenance { "maintenance" } else { worst.indicator().as_str() };
    json!({ "indicator": indicator, "description": words::full_sentence(&view.headline()).trim_end_matches('.') })
}

/// Components and their groups, which are components too.
fn components(view: &View) -> Vec<Value> {
    let mut all = Vec::new();
    for (group, members) in view.groups() {
        let group_id = group.map(group_id);
        if let (Some(group), Some(id)) = (group, &group_id) {
            let worst = members.iter().map(|shown| shown.condition).max().unwrap_or(Condition::Unknown);
            let mut value = component(view, (id, group, None), worst, all.len());
            if let Some(fields) = value.as_object_mut() {
                fields.insert("group".to_owned(), json!(true));
                let ids: Vec<&str> = members.iter().map(|shown| shown.name.as_str()).collect();
                fields.insert("components".to_owned(), json!(ids));
            }
            all.push(value);
        }
        for shown in members {
            let named = (shown.name.as_str(), shown.title.as_str(), shown.about.as_deref());
            let mut value = component(view, named, shown.condition, all.len());
            if let Some(fields) = value.as_object_mut() {
                fields.insert("group_id".to_owned(), json!(group_id));
            }
            all.push(value);
        }
    }
    all
}

fn group_id(group: &str) -> String {
    format!("group-{}", group.to_lowercase().replace(|letter: char| !letter.is_ascii_alphanumeric(), "-"))
}

fn component(
    view: &View,
    (id, name, about): (&str, &str, Option<&str>),
    condition: Condition,
    position: usize,
) -> Value {
    json!({
        "id": id, "name": name, "status": condition.statuspage(), "description": about,
        "created_at": moment(Timestamp::UNIX_EPOCH), "updated_at": moment(view.at), "position": position + 1,
        "showcase": true, "start_date": null, "group_id": null, "page_id": view.site.authority(),
        "group": false, "only_show_if_degraded": false,
    })
}

fn incident(view: &View, story: &Story) -> Value {
    let id = story.number.to_string();
    let first_with =
        |stage: Stage| story.said.iter().find(|said| said.stage == stage).map(|said| moment(said.at));
    let update = |said: &Said| {
        let mut body = said.text.clone();
        if let Some(workaround) = &said.workaround {
            body += &format!("\n\nWorkaround: {workaround}");
        }
        json!({
            "id": said.id, "status": said.stage.as_str(), "body": body, "incident_id": id,
            "created_at": moment(said.at), "updated_at": moment(said.at), "display_at": moment(said.at),
            "affected_components": null, "deliver_notifications": false, "custom_tweet": null, "tweet_id": null,
        })
    };
    let touched =
        view.components.iter().filter(|shown| story.components.iter().any(|(name, _)| *name == shown.name));
    let components: Vec<Value> = touched
        .enumerate()
        .map(|(at, shown)| {
            component(view, (shown.name.as_str(), &shown.title, shown.about.as_deref()), shown.condition, at)
        })
        .collect();
    let impact = if story.window().is_some() { "maintenance" } else { story.impact().as_str() };
    let mut value = json!({
        "id": id, "name": story.title, "status": story.stage().as_str(), "impact": impact,
        "created_at": moment(story.began()), "updated_at": moment(story.changed()),
        "started_at": moment(story.began()), "monitoring_at": first_with(Stage::Monitoring),
        "resolved_at": story.ended().map(moment),
        "shortlink": format!("{}{}", view.site.url, story.path()), "page_id": view.site.authority(),
        "incident_updates": story.said.iter().rev().map(update).collect::<Vec<_>>(),
        "components": components, "reminder_intervals": null,
    });
    if let (Some((from, until)), Some(fields)) = (story.window(), value.as_object_mut()) {
        fields.insert("scheduled_for".to_owned(), json!(moment(from)));
        fields.insert("scheduled_until".to_owned(), json!(moment(until)));
    }
    value
}

/// With milliseconds, as clients of that API expect them.
fn moment(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%S.000Z").to_string()
}
