//! `monitor`, `incident`, `silence`, `deploy` and `alert`: thin clients of a running server's API.

use serde_json::{Value, json};
use statusquo_alert::State;

use super::args::{Alert, Deploy, Global, Incident, Monitor, Silence};
use super::client::Client;
use super::output::Printed;
use super::{Exit, Screen, Tone};
use crate::config::duration;

/// Runs `statusquo monitor`.
pub(crate) async fn monitor(global: &Global, command: &Monitor) -> anyhow::Result<Exit> {
    let client = Client::new(global)?;
    match command {
        Monitor::List => {
            let answer = client.get(&["monitors"]).await?;
            show(global, &answer, |screen| monitors(screen, &answer))
        }
        Monitor::Run(named) => {
            done(global, &client.post(&["monitors", &named.name, "run"], &json!({})).await?)
        }
        Monitor::Pause(named) => {
            done(global, &client.post(&["monitors", &named.name, "pause"], &json!({})).await?)
        }
        Monitor::Resume(named) => {
            done(global, &client.post(&["monitors", &named.name, "resume"], &json!({})).await?)
        }
    }
}

/// Runs `statusquo incident`.
pub(crate) async fn incident(global: &Global, command: &Incident) -> anyhow::Result<Exit> {
    let client = Client::new(global)?;
    let path =
        |number: u64, what: &'static str| ["incidents".to_owned(), number.to_string(), what.to_owned()];
    let post = async |number: u64, what: &'static str, content: Value| {
        let path = path(number, what);
        let path: Vec<&str> = path.iter().map(String::as_str).collect();
        done(global, &client.post(&path, &content).await?)
    };
    match command {
        Incident::List { all } => {
            let answer = client.get(&["incidents"]).await?;
            show(global, &answer, |screen| incidents(screen, &answer, *all))
        }
        Incident::Show(numbered) => {
            let number = numbered.number.to_string();
            let mut answer = client.get(&["incidents", &number]).await?;
            let told = client.get(&["incidents", &number, "why"]).await?;
            if let Some(members) = answer.as_object_mut() {
                members.insert("why".to_owned(), told.get("receivers").cloned().unwrap_or_default());
            }
            show(global, &answer, |screen| one_incident(screen, &answer))
        }
        Incident::Ack(numbered) => post(numbered.number, "acknowledge", json!({})).await,
        Incident::Pass(numbered) => post(numbered.number, "pass-on", json!({})).await,
        Incident::Why { number, at } => {
            let at = at.map(|at| at.to_string()).unwrap_or_default();
            let answer = client.get_with(&["incidents", &number.to_string(), "why"], &[("at", &at)]).await?;
            show(global, &answer, |_| whys(&answer))
        }
        Incident::Note { number, text } => post(*number, "notes", json!({ "text": text })).await,
        Incident::Resolve(numbered) => post(numbered.number, "resolve", json!({})).await,
    }
}

/// Runs `statusquo silence`.
pub(crate) async fn silence(global: &Global, command: &Silence) -> anyhow::Result<Exit> {
    let client = Client::new(global)?;
    match command {
        Silence::Add { monitors, lasting, comment } => {
            let content = json!({ "monitors": monitors, "for": duration(*lasting), "comment": comment });
            done(global, &client.post(&["silences"], &content).await?)
        }
        Silence::List => {
            let answer = client.get(&["silences"]).await?;
            show(global, &answer, |screen| silences(screen, &answer))
        }
        Silence::End(numbered) => {
            done(global, &client.delete(&["silences", &numbered.number.to_string()]).await?)
        }
    }
}

/// Runs `statusquo deploy`.
pub(crate) async fn deploy(global: &Global, deploy: &Deploy) -> anyhow::Result<Exit> {
    let Deploy { service, version, url, at } = deploy;
    let mut content = json!({ "service": service, "version": version });
    if let Some(members) = content.as_object_mut() {
        members.extend(url.as_ref().map(|url| ("url".to_owned(), json!(url))));
        members.extend(at.map(|at| ("at".to_owned(), json!(at.to_string()))));
    }
    done(global, &Client::new(global)?.post(&["deploys"], &content).await?)
}

/// Runs `statusquo alert`.
pub(crate) async fn alert(global: &Global, command: &Alert) -> anyhow::Result<Exit> {
    match command {
        Alert::Preview(flags) => super::preview::run(global, flags),
        Alert::Test { receiver } => {
            let answer = Client::new(global)?.post(&["receivers", receiver, "test"], &json!({})).await?;
            let delivered = answer.get("delivered").and_then(Value::as_bool).unwrap_or(true);
            show(global, &answer, |screen| {
                let (mark, tone) = if delivered { ("●", Tone::Good) } else { ("■", Tone::Bad) };
                let says = text(&answer, "answer");
                format!("{} {receiver}: {says}", screen.paint(tone, mark))
            })?;
            Ok(if delivered { Exit::Clean } else { Exit::Found })
        }
    }
}

/// Prints an answer: as text, or as the JSON that the server sent.
pub(super) fn show(
    global: &Global,
    answer: &Value,
    text: impl Fn(&Screen) -> String,
) -> anyhow::Result<Exit> {
    Printed::text(global, text).json(|| answer.clone()).write()?;
    Ok(Exit::Clean)
}

/// Says that something was done; the server's own words come first.
pub(super) fn done(global: &Global, answer: &Value) -> anyhow::Result<Exit> {
    let said = answer.get("message").and_then(Value::as_str).unwrap_or("done").to_owned();
    show(global, answer, |_| said.clone())
}

fn monitors(screen: &Screen, answer: &Value) -> String {
    let row = |monitor: &Value| {
        let word = text(monitor, "state");
        let mark = State::parse(&word).map(|state| screen.state(state)).unwrap_or_default();
        vec![
            format!("{mark} {word}"),
            text(monitor, "name"),
            text(monitor, "target"),
            moment(screen, monitor, "since"),
        ]
    };
    table(
        screen,
        &["state", "name", "target", "since"],
        &items(answer, "monitors").iter().map(row).collect::<Vec<_>>(),
        "no monitors",
    )
}

fn incidents(screen: &Screen, answer: &Value, all: bool) -> String {
    let shown =
        items(answer, "incidents").iter().filter(|incident| all || text(incident, "phase") != "resolved");
    let row = |incident: &Value| {
        vec![
            text(incident, "number"),
            text(incident, "phase"),
            text(incident, "sentence"),
            moment(screen, incident, "began"),
        ]
    };
    table(
        screen,
        &["number", "phase", "what", "since"],
        &shown.map(row).collect::<Vec<_>>(),
        "no open incidents",
    )
}

fn one_incident(screen: &Screen, answer: &Value) -> String {
    let title = format!("incident {}, {}", text(answer, "number"), text(answer, "phase"));
    let mut lines = vec![screen.paint(Tone::Strong, &title), screen.wrap(&text(answer, "sentence"), 2)];
    for entry in items(answer, "timeline") {
        let parts = [moment(screen, entry, "at"), text(entry, "who"), text(entry, "text")];
        let parts: Vec<&str> = parts.iter().map(String::as_str).filter(|part| !part.is_empty()).collect();
        lines.push(format!("  {}", parts.join("  ")));
    }
    lines.extend(items(answer, "why").iter().map(why));
    lines.join("\n")
}

/// What each receiver knew, and why it was told no more.
fn whys(answer: &Value) -> String {
    let lines: Vec<String> = items(answer, "receivers").iter().map(why).collect();
    if lines.is_empty() { "no receiver is to be told of it".to_owned() } else { lines.join("\n") }
}

fn why(one: &Value) -> String {
    format!("  {}: {}", text(one, "receiver"), text(one, "text"))
}

fn silences(screen: &Screen, answer: &Value) -> String {
    let row = |silence: &Value| {
        let monitors =
            items(silence, "monitors").iter().filter_map(Value::as_str).collect::<Vec<_>>().join(", ");
        let monitors = if monitors.is_empty() { "all".to_owned() } else { monitors };
        vec![
            text(silence, "id"),
            monitors,
            moment(screen, silence, "until"),
            text(silence, "by"),
            text(silence, "comment"),
        ]
    };
    let rows: Vec<_> = items(answer, "silences").iter().map(row).collect();
    table(screen, &["number", "monitors", "until", "by", "why"], &rows, "no silences in force")
}

pub(super) fn table(screen: &Screen, head: &[&str], rows: &[Vec<String>], none: &str) -> String {
    if rows.is_empty() { none.to_owned() } else { screen.table(head, rows) }
}

/// The list below a key; none if there is no such list.
pub(super) fn items<'a>(answer: &'a Value, key: &str) -> &'a [Value] {
    answer.get(key).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

/// The text or number below a key, made harmless for a terminal; empty if there is none.
pub(super) fn text(answer: &Value, key: &str) -> String {
    let text = match answer.get(key) {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Number(number)) => number.to_string(),
        Some(Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_)) | None => String::new(),
    };
    text.chars().filter(|c| !c.is_control()).collect()
}

/// The moment below a key, in the chosen time zone.
pub(super) fn moment(screen: &Screen, answer: &Value, key: &str) -> String {
    let text = text(answer, key);
    text.parse().map_or(text, |at| screen.time(at))
}
