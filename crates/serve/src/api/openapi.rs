//! The description of the API (OpenAPI 3.1): schemas from the wire types, operations from one table.

use std::sync::LazyLock;

use axum::response::Response;
use serde_json::{Map, Value, json};
use statusquo_problem::openapi::{ProblemDetails, ProblemError};
use utoipa::OpenApi;

use crate::negotiate::Form;
use crate::pages::respond;
use crate::wire;

#[derive(OpenApi)]
#[openapi(components(schemas(
    ProblemDetails,
    ProblemError,
    wire::StatusWire,
    wire::Monitors,
    wire::MonitorWire,
    wire::Samples,
    wire::Incidents,
    wire::IncidentWire,
    wire::Whys,
    wire::Silences,
    wire::AskedSilence,
    wire::AskedNote,
    wire::Done,
    wire::Receivers,
    wire::AskedCorrection,
    wire::Corrections,
    wire::Sources,
    wire::Top,
    wire::Deploys,
    wire::AskedDeploy,
    wire::Parties,
    wire::Tested,
    wire::Codes,
    wire::LintWire,
    wire::Slos,
    wire::AuditWire,
    wire::Tokens,
    wire::AskedToken,
    wire::MadeToken,
    wire::AnnouncementsWire,
    wire::StatusFiles,
    wire::RequestWire,
    wire::Requests
)))]
struct Schemas;

/// One operation: method, path below `/api/v1`, what it does, what is sent, what is answered.
struct Operation(&'static str, &'static str, &'static str, Option<&'static str>, &'static str);

const OPERATIONS: &[Operation] = &[
    Operation("get", "/status", "How Statusquo does", None, "StatusWire"),
    Operation("get", "/monitors", "All monitors, worst first", None, "Monitors"),
    Operation("get", "/monitors/{name}", "One monitor", None, "MonitorWire"),
    Operation("get", "/monitors/{name}/samples", "Its newest probes, and what was counted", None, "Samples"),
    Operation("post", "/monitors/{name}/pause", "Stops it", Some(""), "Done"),
    Operation("post", "/monitors/{name}/resume", "Starts it again", Some(""), "Done"),
    Operation("post", "/monitors/{name}/run", "Probes now", Some(""), "Done"),
    Operation("get", "/incidents", "Incidents, the newest first", None, "Incidents"),
    Operation("get", "/incidents/{number}", "One incident, with what was told of it", None, "IncidentWire"),
    Operation("post", "/incidents/{number}/acknowledge", "Takes it: reminders stop", Some(""), "Done"),
    Operation("post", "/incidents/{number}/pass-on", "Passes it on: the next step is told", Some(""), "Done"),
    Operation("get", "/incidents/{number}/why", "Why it was told or not told, at `?at=`", None, "Whys"),
    Operation("post", "/incidents/{number}/notes", "Adds a remark", Some("AskedNote"), "Done"),
    Operation("post", "/incidents/{number}/resolve", "Ends it by hand", Some(""), "Done"),
    Operation("get", "/silences", "Silences and planned work", None, "Silences"),
    Operation("post", "/silences", "Holds messages for a while", Some("AskedSilence"), "Done"),
    Operation("get", "/silences/{id}", "One silence", None, "SilenceWire"),
    Operation("delete", "/silences/{id}", "Ends a silence", None, "Done"),
    Operation("get", "/receivers", "All receivers, and how they do", None, "Receivers"),
    Operation("post", "/receivers/{name}/test", "Sends a test message", Some(""), "Tested"),
    Operation("get", "/sources", "Sources of real traffic, and how far they are", None, "Sources"),
    Operation("get", "/top", "What a service answers at this moment", None, "Top"),
    Operation("get", "/deploys", "Deploys, the newest first", None, "Deploys"),
    Operation(
        "post",
        "/deploys",
        "Notes that a version of a service was put to work",
        Some("AskedDeploy"),
        "Done",
    ),
    Operation(
        "get",
        "/third-parties",
        "Third parties that we depend on, those in trouble first",
        None,
        "Parties",
    ),
    Operation("get", "/requests", "Kept requests of the real traffic, the newest first", None, "Requests"),
    Operation(
        "get",
        "/requests/{id}",
        "One request, explained: by its id or its trace's",
        None,
        "RequestWire",
    ),
    Operation("get", "/lint", "Rules that answers of monitors break", None, "LintWire"),
    Operation("get", "/slos", "All objectives and their error budgets", None, "Slos"),
    Operation("get", "/slos/{name}", "One objective and its error budget", None, "SloWire"),
    Operation("get", "/slos/{name}/corrections", "What was taken out of its account", None, "Corrections"),
    Operation(
        "post",
        "/slos/{name}/corrections",
        "Takes a stretch or an incident out of its account",
        Some("AskedCorrection"),
        "Done",
    ),
    Operation("get", "/slos/{name}/corrections/{id}", "One correction", None, "CorrectionWire"),
    Operation("delete", "/slos/{name}/corrections/{id}", "Lets it count again", None, "Done"),
    Operation("get", "/codes", "The whole catalogue of status codes", None, "Codes"),
    Operation("get", "/codes/{code}", "One status code, in all its meanings", None, "Codes"),
    Operation("get", "/exchanges/{id}", "A kept exchange, in the form of docs/exchange.md", None, ""),
    Operation("get", "/audit", "Who changed what, the newest first; for admins", None, "AuditWire"),
    Operation("get", "/tokens", "All API tokens, without their secrets; for admins", None, "Tokens"),
    Operation(
        "post",
        "/tokens",
        "Makes a token, and tells its secret this once; for admins",
        Some("AskedToken"),
        "MadeToken",
    ),
    Operation("get", "/tokens/{name}", "One token; for admins", None, "TokenWire"),
    Operation("delete", "/tokens/{name}", "Revokes a token; for admins", None, "Done"),
    Operation(
        "get",
        "/announcements",
        "What the public was told, the newest first",
        None,
        "AnnouncementsWire",
    ),
    Operation("get", "/status-page", "The files of the public status page", None, "StatusFiles"),
    Operation("get", "/status-page/{path}", "One of them, as the public gets it", None, ""),
    Operation("post", "/heartbeats/{token}", "A job says that it ran", None, "Done"),
];

static DESCRIPTION: LazyLock<String> = LazyLock::new(|| describe().to_string());

/// Serves the description.
pub(crate) async fn openapi() -> Response {
    respond(Form::Json, DESCRIPTION.clone())
}

fn describe() -> Value {
    let mut whole = serde_json::to_value(Schemas::openapi()).unwrap_or_default();
    let mut paths: Map<String, Value> = Map::new();
    for operation in OPERATIONS {
        let path = paths.entry(operation.1).or_insert_with(|| json!({}));
        if let Some(path) = path.as_object_mut() {
            path.insert(operation.0.to_owned(), operation.describe());
        }
    }
    if let Some(whole) = whole.as_object_mut() {
        whole.insert("openapi".to_owned(), json!("3.1.0"));
        whole
            .insert("info".to_owned(), json!({ "title": "Statusquo", "version": env!("CARGO_PKG_VERSION") }));
        whole.insert("servers".to_owned(), json!([{ "url": "/api/v1" }]));
        whole.insert("paths".to_owned(), Value::Object(paths));
        whole.insert("security".to_owned(), json!([{ "token": [] }, {}]));
        let token = json!({ "token": { "type": "http", "scheme": "bearer" } });
        if let Some(components) = whole.get_mut("components").and_then(Value::as_object_mut) {
            components.insert("securitySchemes".to_owned(), token);
        }
    }
    whole
}

fn schema(name: &str) -> Value {
    match name {
        "" => json!({ "type": "object" }),
        name => json!({ "$ref": format!("#/components/schemas/{name}") }),
    }
}

impl Operation {
    fn describe(&self) -> Value {
        let Self(method, path, summary, asked, answer) = self;
        let names = path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
        let parameters: Vec<Value> = names
            .map(|name| json!({ "name": name, "in": "path", "required": true, "schema": { "type": "string" } }))
            .collect();
        let problem = json!({
            "description": "What went wrong (RFC 9457)",
            "content": { "application/problem+json": { "schema": schema("ProblemDetails") } }
        });
        let good = json!({
            "description": summary,
            "content": { "application/json": { "schema": schema(answer) } }
        });
        let status = match (*method, *path) {
            (_, path) if path.ends_with("/run") => "202",
            ("post", "/silences" | "/deploys" | "/tokens" | "/slos/{name}/corrections") => "201",
            _ => "200",
        };
        let id: String = format!("{method}{}", path.replace(['{', '}'], "").replace('/', "_"));
        let mut operation = json!({
            "operationId": id, "summary": summary, "parameters": parameters,
            "responses": { status: good, "default": problem }
        });
        if let (Some(asked), Some(operation)) = (asked, operation.as_object_mut()) {
            let content = json!({ "application/json": { "schema": schema(asked) } });
            operation.insert("requestBody".to_owned(), json!({ "required": true, "content": content }));
        }
        operation
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_schema_that_is_named_is_described() {
        let whole = describe();
        let text = whole.to_string();
        for reference in text.split("#/components/schemas/").skip(1) {
            let name = reference.split('"').next().unwrap();
            assert!(whole["components"]["schemas"].get(name).is_some(), "{name}");
        }
        assert_eq!(whole["openapi"], "3.1.0");
    }
}
