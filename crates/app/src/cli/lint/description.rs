//! Holds exchanges against an API's own description, and the description against the standards.

use serde_json::Value;
use statusquo_catalogue::StatusCode;
use statusquo_exchange::{Content, Exchange};
use statusquo_lint::{Finding, Judge, Place, rule};
use statusquo_source::openapi::{Declared, Description, Operation, Status};

/// Codes that any server may answer, whatever its description says (RFC 9110, 15).
const ALWAYS: [u16; 8] = [304, 400, 404, 405, 406, 408, 429, 503];

/// What an exchange is wrong in, given how the API describes itself.
pub(crate) fn judge(judge: &Judge, description: &Description, exchange: &Exchange) -> Vec<Finding> {
    let Some(response) = exchange.response() else { return Vec::new() };
    let Some(operation) = description.operation(&exchange.request.method, path(&exchange.request.target))
    else {
        let found = other_methods(judge, description, exchange);
        return found.filter(|finding| !judge.is_suppressed(finding.rule, exchange)).into_iter().collect();
    };
    let Some(declared) = operation.declared(response.status) else {
        let message = format!("{} is not described for {}", response.status, operation.name());
        let is_gateways =
            ALWAYS.contains(&response.status.get()) || matches!(response.status.get(), 502 | 504);
        let found = made(judge, "status-undocumented", message, Place::StatusLine).filter(|_| !is_gateways);
        return found.filter(|finding| !judge.is_suppressed(finding.rule, exchange)).into_iter().collect();
    };
    let mut findings: Vec<Finding> = Vec::new();
    if response.fields.is_captured() {
        let lost =
            declared.fields.iter().filter(|field| field.is_required && !response.fields.has(&field.name));
        findings.extend(lost.filter_map(|field| {
            let message = format!("the description of {} demands `{}`", operation.name(), field.name);
            made(judge, "header-required-by-spec-missing", message, Place::StatusLine)
        }));
    }
    findings.extend(broken_schema(judge, description, declared, exchange));
    findings.extend(other_methods(judge, description, exchange));
    findings.extend(not_needed(judge, operation, exchange));
    findings.retain(|finding| !judge.is_suppressed(finding.rule, exchange));
    findings
}

fn made(judge: &Judge, id: &str, message: String, place: Place) -> Option<Finding> {
    let rule = rule(id)?;
    Some(Finding::new(rule, judge.level(rule)?, message, place))
}

/// A finding in an operation as a whole.
pub(super) fn made_of_operation(judge: &Judge, id: &str, message: String) -> Option<Finding> {
    made(judge, id, message, Place::StatusLine)
}

pub(crate) fn path(target: &str) -> &str {
    match target.split_once("://") {
        Some((_, rest)) => rest.find('/').and_then(|at| rest.get(at..)).unwrap_or("/"),
        None => target,
    }
}

/// Fields that OpenAPI describes elsewhere (OpenAPI 3.1, 4.8.12.1), or that recorders hide.
pub(crate) const ELSEWHERE: [&str; 4] = ["accept", "authorization", "content-type", "cookie"];

/// A request that lacks a field which it has to have, and succeeds all the same.
fn not_needed(judge: &Judge, operation: &Operation, exchange: &Exchange) -> Option<Finding> {
    let is_success = exchange.response()?.status.is_success() && exchange.request.fields.is_captured();
    let is_lacking = |name: &&String| {
        !exchange.request.fields.has(name) && !ELSEWHERE.contains(&name.to_ascii_lowercase().as_str())
    };
    let lacking = operation.required_fields.iter().filter(|_| is_success).find(is_lacking)?;
    let message = format!("{} demands `{lacking}`, and this one succeeds without it", operation.name());
    made(judge, "required-header-not-enforced", message, Place::RequestLine)
}

/// What the answer to OPTIONS says of the methods, against what is described. HEAD and OPTIONS come by themselves.
fn other_methods(judge: &Judge, description: &Description, exchange: &Exchange) -> Option<Finding> {
    let described = description.methods(path(&exchange.request.target));
    let response =
        exchange.response().filter(|_| exchange.request.method == "OPTIONS" && !described.is_empty())?;
    let allow = response.fields.text("allow").filter(|_| response.status.is_success())?;
    let by_themselves = ["", "HEAD", "OPTIONS"];
    let answered: Vec<&str> =
        allow.split(',').map(str::trim).filter(|method| !by_themselves.contains(method)).collect();
    let open: Vec<&str> = answered.iter().filter(|method| !described.contains(*method)).copied().collect();
    let is_shut = |method: &&str| !answered.contains(method) && !by_themselves.contains(method);
    let shut: Vec<&str> = described.iter().copied().filter(is_shut).collect();
    let message = match (open.as_slice(), shut.as_slice()) {
        ([], []) => return None,
        ([], shut) => format!("{} is described, and Allow does not list it", shut.join(", ")),
        (open, _) => format!("Allow lists {}, which is not described", open.join(", ")),
    };
    made(judge, "allow-differs-from-spec", message, Place::StatusLine)
}

fn broken_schema(
    judge: &Judge,
    description: &Description,
    declared: &Declared,
    exchange: &Exchange,
) -> Option<Finding> {
    let response = exchange.response()?;
    let Content::Whole(bytes) = &response.content else { return None };
    let media_type = response.fields.text("content-type")?.split(';').next()?.trim().to_ascii_lowercase();
    let content = declared.contents.iter().find(|content| fits(&content.media_type, &media_type))?;
    let value: Value = serde_json::from_slice(bytes).ok()?;
    let broken = description.breaks(content.schema.as_ref()?, &value);
    let first = broken.first()?;
    let more = if broken.len() > 1 { ", and more" } else { "" };
    made(judge, "content-breaks-schema", format!("{first}{more}"), Place::Content(0..bytes.len().min(1)))
}

/// Does a described media type or range fit?
fn fits(described: &str, found: &str) -> bool {
    let described = described.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    described == found
        || described == "*/*"
        || described.strip_suffix("/*").is_some_and(|main| found.starts_with(&format!("{main}/")))
}

/// What the description itself is wrong in: findings with the line of the operation.
pub(super) fn judge_itself(judge: &Judge, description: &Description) -> Vec<(usize, String, Finding)> {
    let mut all = Vec::new();
    for operation in &description.operations {
        let broken = broken(operation);
        all.extend(broken.into_iter().filter_map(|(id, message)| {
            let finding = made(judge, id, message, Place::StatusLine)?;
            Some((operation.line, operation.name(), finding))
        }));
    }
    all
}

fn broken(operation: &Operation) -> Vec<(&'static str, String)> {
    let mut broken = Vec::new();
    for declared in &operation.responses {
        if let Status::Code(code) = declared.status {
            broken.extend(of_code(operation, declared, code));
        }
    }
    let is_error = |declared: &Declared| match declared.status {
        Status::Code(code) => code.is_error(),
        Status::Class(class) => class >= 4,
        Status::Default => true,
    };
    if !operation.responses.iter().any(is_error) {
        broken.push(("described-no-error", format!("{} describes no error", operation.name())));
    }
    if operation.is_secured && operation.declared(StatusCode::new(401)).is_none() {
        broken.push((
            "described-security-without-401",
            format!("{} demands credentials and describes no 401", operation.name()),
        ));
    }
    broken
}

fn of_code(operation: &Operation, declared: &Declared, code: StatusCode) -> Vec<(&'static str, String)> {
    let mut broken = Vec::new();
    let name = operation.name();
    let has = |field: &str| declared.fields.iter().any(|declared| declared.name.eq_ignore_ascii_case(field));
    if !code.is_registered() {
        broken.push((
            "described-code-unregistered",
            format!("{name} describes {code}, which is not registered"),
        ));
    }
    let demanded = code.entry().into_iter().flat_map(statusquo_catalogue::Entry::must);
    for field in demanded.filter(|field| field.when.is_none() && !has(field.name)) {
        // Validators and ranges come and go with the request; these four never do.
        if ["WWW-Authenticate", "Allow", "Proxy-Authenticate", "Upgrade"].contains(&field.name) {
            broken.push((
                "described-without-required-field",
                format!("the {code} of {name} has no {}", field.name),
            ));
        }
    }
    let advised = match code.get() {
        429 | 503 => Some("Retry-After"),
        201 if operation.method == "POST" => Some("Location"),
        301 | 302 | 303 | 307 | 308 => Some("Location"),
        _ => None,
    };
    if let Some(field) = advised.filter(|field| !has(field)) {
        broken.push(("described-field-advised", format!("the {code} of {name} has no {field}")));
    }
    if matches!(code.get(), 204 | 205 | 304) && !declared.contents.is_empty() {
        broken.push(("described-content-forbidden", format!("the {code} of {name} has content")));
    }
    if code.is_error() && declared.contents.is_empty() && operation.method != "HEAD" {
        broken.push(("described-error-without-content", format!("the {code} of {name} has no content")));
    }
    broken
}
