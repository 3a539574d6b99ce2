//! What a query selects by its labels.

use std::sync::LazyLock;

use regex::Regex;
use statusquo_catalogue::{CodeSet, StatusCode};

/// `name="value"`, with the operators that PromQL has; quotation marks may be escaped, as in JSON.
static MATCHER: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r#"([A-Za-z_][\w.]*)\s*(=~|!~|!=|=|:)\s*\\?["']([^"'\\]*(?:\\\\.[^"'\\]*)*)\\?["']"#).ok()
});

const SERVICE: &[&str] = &["service", "service_name", "service.name", "job", "app"];
const METHOD: &[&str] = &["method", "http_method", "http.method", "http_request_method"];
const ROUTE: &[&str] = &["route", "handler", "endpoint", "http_route", "http.route", "path", "uri"];
const CODE: &[&str] = &[
    "code",
    "status",
    "status_code",
    "http_code",
    "http_status_code",
    "http.status_code",
    "http_response_status_code",
    "response_code",
];

/// What the queries of an indicator select.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Selected {
    pub(super) service: Option<String>,
    pub(super) method: Option<String>,
    pub(super) route: Option<String>,
    pub(super) bad: CodeSet,
    pub(super) good: CodeSet,
    pub(super) excluded: CodeSet,
    pub(super) within_seconds: Option<f64>,
}

impl Default for Selected {
    fn default() -> Self {
        let none = CodeSet::NONE;
        Self {
            service: None,
            method: None,
            route: None,
            bad: none.clone(),
            good: none.clone(),
            excluded: none,
            within_seconds: None,
        }
    }
}

impl Selected {
    /// Takes what the query of all events says.
    pub(super) fn total(&mut self, query: &str) {
        if let Some(codes) = self.take(query) {
            self.excluded = answered().difference(&codes);
        }
    }

    /// Takes what the query of bad events says.
    pub(super) fn bad(&mut self, query: &str) {
        if let Some(codes) = self.take(query) {
            self.good = answered().difference(&codes);
            self.bad = codes;
        }
    }

    /// Takes what the query of good events says.
    pub(super) fn good(&mut self, query: &str) {
        if let Some(codes) = self.take(query) {
            self.bad = answered().difference(&codes);
            self.good = codes;
        }
    }

    /// The codes that a query selects, if it selects by code at all.
    fn take(&mut self, query: &str) -> Option<CodeSet> {
        let mut codes: Option<CodeSet> = None;
        for found in MATCHER.as_ref()?.captures_iter(query) {
            let (Some(name), Some(operator), Some(value)) = (found.get(1), found.get(2), found.get(3)) else {
                continue;
            };
            let (name, operator, value) = (name.as_str(), operator.as_str(), value.as_str());
            let is_exact = matches!(operator, "=" | ":");
            match name {
                "le" if is_exact => self.within_seconds = value.parse().ok().or(self.within_seconds),
                name if SERVICE.contains(&name) && is_exact => self.service = Some(value.to_owned()),
                name if METHOD.contains(&name) && is_exact => self.method = Some(value.to_uppercase()),
                name if ROUTE.contains(&name) && is_exact => self.route = Some(value.to_owned()),
                name if CODE.contains(&name) => {
                    let these = selected(operator, &value.replace("\\\\", "\\"))?;
                    codes = Some(
                        codes.map_or(these.clone(), |codes| codes.difference(&answered().difference(&these))),
                    );
                }
                _ => {}
            }
        }
        codes
    }
}

fn answered() -> CodeSet {
    CodeSet::of(100, 599)
}

/// The codes that a matcher lets through.
fn selected(operator: &str, value: &str) -> Option<CodeSet> {
    let pattern = match operator {
        "=~" | "!~" => value.to_owned(),
        _ => regex::escape(value),
    };
    let pattern = Regex::new(&format!("^(?:{pattern})$")).ok()?;
    let is_negative = operator.starts_with('!');
    let through = |code: &StatusCode| pattern.is_match(&code.to_string()) != is_negative;
    Some((100..=599).map(StatusCode::new).filter(through).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_what_the_labels_let_through() {
        for (query, expect) in [
            (r#"sum(rate(http_requests_total{job="api",code=~"5.."}[1m]))"#, Some("5xx")),
            (r#"http_requests_total{status_code!~\"5..|429\"}"#, Some("100-428,430-499")),
            (r#"requests{code="503"}"#, Some("503")),
            (r#"requests{code=~"[45]..",code!="404"}"#, Some("400-403,405-599")),
            ("rate(requests[5m])", None),
        ] {
            let found = Selected::default().take(query);
            assert_eq!(found.map(|codes| codes.to_string()).as_deref(), expect, "{query}");
        }
    }
}
