//! Search: a code, a monitor, an incident, a request, or words.

use axum::extract::{Query, State};
use axum::response::Redirect;
use serde::Deserialize;

use super::parts;
use crate::auth::Caller;
use crate::context::App;

/// What is looked for.
#[derive(Debug, Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    q: String,
}

/// Leads to what is looked for.
pub(crate) async fn search(State(app): State<App>, _: Caller, Query(asked): Query<Asked>) -> Redirect {
    Redirect::to(&place(&app, asked.q.trim()))
}

/// Does it look like the id of a request? Those are long, and have digits and no spaces.
fn is_id(words: &str) -> bool {
    words.len() >= 8
        && words.bytes().any(|byte| byte.is_ascii_digit())
        && words.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b':'))
}

fn place(app: &App, words: &str) -> String {
    let snapshot = app.snapshot();
    if let Some(number) = words.strip_prefix('#').and_then(|number| number.parse::<u64>().ok()) {
        return format!("/incidents/{number}");
    }
    if super::code::parse(words).is_ok() {
        return format!("/codes/{words}");
    }
    if let Some(place) = endpoint(&snapshot, words) {
        return place;
    }
    if snapshot.monitor(words).is_some() {
        return parts::monitor_path(words);
    }
    if is_id(words) {
        return format!("/requests/{}", parts::segment(words));
    }
    let lower = words.to_lowercase();
    let is_in = |text: &str| text.to_lowercase().contains(&lower);
    let any = snapshot
        .monitors
        .iter()
        .any(|view| is_in(view.name.as_str()) || is_in(&view.title) || is_in(&view.target));
    let list = if any && !words.is_empty() { "/monitors" } else { "/codes" };
    format!("{list}?q={}", parts::segment(words))
}

/// `POST /v1/orders` and `/v1/orders` lead to the endpoint, or to those that have it in their name.
fn endpoint(snapshot: &crate::board::Snapshot, words: &str) -> Option<String> {
    let path = words.split_whitespace().next_back().filter(|path| path.starts_with('/'))?;
    let is_it = |name: &statusquo_slo::traffic::EndpointName| {
        name.to_string().eq_ignore_ascii_case(words) || &*name.route == words
    };
    for (service, view) in snapshot.services.iter() {
        let mut found = view.endpoints.keys().filter(|name| is_it(name));
        if let (Some(name), None) = (found.next(), found.next()) {
            return Some(super::traffic::endpoint_path(service, &name.slug()));
        }
    }
    (!path.is_empty() && !snapshot.services.is_empty())
        .then(|| format!("/endpoints?q={}", parts::segment(words)))
}
