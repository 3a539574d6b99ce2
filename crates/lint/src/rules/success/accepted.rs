//! 202, and how to learn what came of it.

use super::{has_segment, is_surely_empty, status};
use crate::case::Case;
use crate::error_shape::squash;
use crate::json::{Kind, Value};
use crate::known::Known;
use crate::verdict::{Lack, Opinion, Verdict};

/// Fields that lead to a status monitor.
const MONITORS: &[Known] = &[
    Known::Location,
    Known::OperationLocation,
    Known::ContentLocation,
    Known::AzureAsyncoperation,
    Known::Link,
];
/// Endpoints that take messages and promise nothing more, or must not tell what comes of it.
const SINKS: &[&str] = &[
    "analytics",
    "beacon",
    "callback",
    "callbacks",
    "collect",
    "envelope",
    "event",
    "events",
    "forgot-password",
    "forgot_password",
    "hook",
    "hooks",
    "inbox",
    "ingest",
    "intake",
    "log",
    "logs",
    "magic-link",
    "mcp",
    "metrics",
    "notify",
    "password",
    "password-reset",
    "ping",
    "publish",
    "push",
    "report",
    "reports",
    "reset-password",
    "rum",
    "series",
    "spans",
    "telemetry",
    "traces",
    "track",
    "webhook",
    "webhooks",
    "write",
];
/// Collections of work that goes on in the background.
const JOBS: &[&str] = &[
    "async",
    "batches",
    "builds",
    "deployments",
    "executions",
    "exports",
    "imports",
    "jobs",
    "operations",
    "operationresults",
    "operationstatuses",
    "runs",
    "tasks",
];
/// What work that goes on is called.
const GOING_ON: &[&str] = &[
    "accepted",
    "created",
    "executing",
    "inprogress",
    "notstarted",
    "pending",
    "processing",
    "provisioning",
    "queued",
    "running",
    "scheduled",
    "started",
    "starting",
    "submitted",
];

pub(super) fn without_monitor(case: &Case<'_>) -> Opinion {
    // A client that reads asks again; a sink tells nobody what comes of a message.
    if matches!(case.method()?, "GET" | "HEAD" | "OPTIONS") || has_segment(case, SINKS) {
        return Ok(Verdict::Silent);
    }
    if case.fields()?.has_any(MONITORS) || has_work_field(case)? || is_told(case)? {
        return Ok(Verdict::Clean);
    }
    Ok(status().into())
}

/// Does a field hold the identifier of what was begun, such as `X-Message-Id`?
fn has_work_field(case: &Case<'_>) -> Result<bool, Lack> {
    let words = ["job", "task", "operation", "execution", "message", "batch", "run"];
    Ok(case.fields()?.every().any(|line| {
        let name = squash(line.name);
        name.ends_with("id") && words.iter().any(|word| name.contains(word)) || name.ends_with("location")
    }))
}

/// Does the content tell how it stands, or where to ask?
fn is_told(case: &Case<'_>) -> Result<bool, Lack> {
    if is_surely_empty(case)? {
        return Ok(false);
    }
    if let Some(json) = case.valid_json()? {
        return Ok(names_work(json.root(), 0));
    }
    // Of pages and other documents only a bare word such as `Accepted` is sure to tell nothing.
    let content = case.content()?;
    let is_plain = case.media_type()?.is_some_and(|media| media.is("text/plain"));
    let is_word =
        |byte: &u8| byte.is_ascii_alphabetic() || matches!(byte, b' ' | b'.' | b'!' | b'"' | b'\r' | b'\n');
    Ok(!(is_plain && content.len() < 64 && content.iter().all(is_word)))
}

/// Is there an identifier, a state or an address in it?
fn names_work(value: Value<'_, '_>, depth: u8) -> bool {
    let is_address = |text: &str| text.starts_with('/') || text.contains("://");
    match value.kind() {
        Kind::String => value.as_str().is_some_and(|text| is_address(&text)),
        Kind::Object | Kind::Array => value.children().any(|child| {
            child.key().is_some_and(|key| is_work(&squash(key.as_bytes()))) && !child.is_empty()
                || depth < 3 && names_work(child, depth + 1)
        }),
        Kind::Number | Kind::True | Kind::False | Kind::Null => false,
    }
}

/// Is it what an identifier, a state or an address is called?
fn is_work(key: &str) -> bool {
    let ends =
        ["id", "ids", "uuid", "url", "uri", "href", "link", "links", "token", "reference", "number", "key"];
    let parts =
        ["status", "state", "job", "task", "operation", "progress", "queue", "ticket", "self", "execution"];
    ends.iter().any(|end| key.ends_with(end)) || parts.iter().any(|part| key.contains(part)) || key == "name"
}

pub(super) fn to_safe_method(case: &Case<'_>) -> Opinion {
    let method = case.method()?;
    Ok(Verdict::flag_if(matches!(method, "GET" | "HEAD"), || {
        status().saying(format!("{method} asks for what there is, and 202 says that something will be done"))
    }))
}

pub(super) fn monitor_without_retry_after(case: &Case<'_>) -> Opinion {
    if !is_unfinished_job(case)? {
        return Ok(Verdict::Silent);
    }
    Ok(Verdict::flag_if(!case.fields()?.has(Known::RetryAfter), || status().fix("retry-after: 5")))
}

/// Did somebody ask for a job that says of itself that it is not done?
pub(in crate::rules) fn is_unfinished_job(case: &Case<'_>) -> Result<bool, Lack> {
    if case.method()? != "GET" || !has_segment(case, JOBS) {
        return Ok(false);
    }
    let Some(json) = case.valid_json()? else { return Ok(false) };
    let job = json.root();
    let state = job.get_any(&["status", "state"]).and_then(|state| state.as_str());
    let is_going_on = state.is_some_and(|state| GOING_ON.contains(&squash(state.as_bytes()).as_str()));
    Ok(is_going_on || job.get("done").is_some_and(|done| done.kind() == Kind::False))
}
