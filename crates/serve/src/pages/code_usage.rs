//! How often each code was answered by real traffic, and at which endpoints.

use std::collections::BTreeMap;

use maud::{Markup, html};
use statusquo_catalogue::StatusCode;
use statusquo_exchange::Name;
use statusquo_problem::Problem;
use statusquo_slo::Answer;
use statusquo_slo::traffic::EndpointName;

use super::traffic::{endpoint_path, service_of};
use super::{Look, parts};
use crate::context::App;
use crate::traffic::EndpointRow;
use crate::wire::{CodeUsageWire, EndpointUsageWire};
use crate::words;

/// Endpoints that are named beside a code.
const NAMED: usize = 3;

/// What real traffic was answered with in a range.
pub(super) struct CodeUsages {
    service: Name,
    /// All requests, whatever they got.
    requests: u64,
    by_code: BTreeMap<StatusCode, CodeUsage>,
}

/// One code.
#[derive(Default)]
struct CodeUsage {
    requests: u64,
    /// The busiest first.
    endpoints: Vec<(EndpointName, u64)>,
}

/// What the service that is looked at answered; `None`: there is none.
pub(super) async fn of(app: &App, look: &Look) -> Result<Option<CodeUsages>, Problem> {
    let Some(service) = service_of(&app.snapshot(), look) else { return Ok(None) };
    let rows = app.endpoints(&service, look.range()).await?;
    Ok(Some(CodeUsages::new(service, &rows)))
}

impl CodeUsages {
    fn new(service: Name, rows: &[EndpointRow]) -> Self {
        let mut by_code: BTreeMap<StatusCode, CodeUsage> = BTreeMap::new();
        for row in rows {
            for (answer, count) in &row.answers {
                let Answer::Status(code) = answer else { continue };
                let usage = by_code.entry(*code).or_default();
                usage.requests += count;
                usage.endpoints.push((row.name.clone(), *count));
            }
        }
        for usage in by_code.values_mut() {
            usage.endpoints.sort_by(|one, other| other.1.cmp(&one.1).then_with(|| one.0.cmp(&other.0)));
        }
        Self { service, requests: rows.iter().map(|row| row.requests).sum(), by_code }
    }

    /// How often this code was answered.
    pub(super) fn requests(&self, code: StatusCode) -> u64 {
        self.by_code.get(&code).map_or(0, |usage| usage.requests)
    }

    /// For programs.
    pub(super) fn wire(&self) -> Vec<CodeUsageWire> {
        let endpoint = |(name, requests): &(EndpointName, u64)| EndpointUsageWire {
            method: name.method.to_string(),
            route: name.route.to_string(),
            requests: *requests,
        };
        let one = |(code, usage): (&StatusCode, &CodeUsage)| CodeUsageWire {
            code: code.get(),
            service: self.service.to_string(),
            requests: usage.requests,
            endpoints: usage.endpoints.iter().map(endpoint).collect(),
        };
        self.by_code.iter().map(one).collect()
    }

    /// All codes, with the endpoints that answer them most.
    pub(super) fn table(&self) -> Markup {
        html! {
            section.panel aria-labelledby="usage-title" {
                div.ph { h2 #usage-title { "In your traffic" } span.muted { (self.service) ", " (words::count(self.by_code.len(), "code")) } }
                @if self.by_code.is_empty() { p.pb.muted { "No request in this time." } } @else {
                table.stackable { thead { tr { th scope="col" { "Code" } th.num scope="col" { "Requests" } th.num scope="col" { "Share" } th scope="col" { "Mostly by" } } }
                    tbody { @for (code, usage) in &self.by_code { tr data-row {
                        td { (parts::code(*code)) " " (code.phrase()) }
                        td.num { a.ep href=(self.requests_path(*code)) { (words::grouped(usage.requests)) } }
                        td.num { (words::share(usage.requests, self.requests)) }
                        td { (self.endpoints(usage, NAMED)) } } } }
                } }
            }
        }
    }

    /// The endpoints that answer a code.
    pub(super) fn of_code(&self, code: StatusCode) -> Markup {
        let Some(usage) = self.by_code.get(&code) else {
            return html! { section.panel aria-labelledby="usage-title" { div.ph { h2 #usage-title { "In your traffic" } }
            p.pb.muted { (self.service) " did not answer it in this time." } } };
        };
        html! {
            section.panel aria-labelledby="usage-title" {
                div.ph { h2 #usage-title { "In your traffic" } span.muted { (words::grouped(usage.requests)) " requests to " (self.service) ", " (words::share(usage.requests, self.requests)) " of all" }
                    span.sp {} a href=(self.requests_path(code)) { "Kept requests" } }
                ul.list.bare { @for (name, count) in usage.endpoints.iter().take(parts::ROWS) { li data-row {
                    span { a.ep href=(endpoint_path(&self.service, &name.slug())) { code { (name) } } }
                    span.r { (words::grouped(*count)) } } } }
            }
        }
    }

    fn endpoints(&self, usage: &CodeUsage, most: usize) -> Markup {
        let more = usage.endpoints.len().saturating_sub(most);
        html! {
            @for (at, (name, count)) in usage.endpoints.iter().take(most).enumerate() {
                @if at > 0 { ", " }
                a href=(endpoint_path(&self.service, &name.slug())) { (name) } " " span.muted { (words::compact(*count)) } }
            @if more > 0 { span.muted { ", and " (more) " more" } }
        }
    }

    fn requests_path(&self, code: StatusCode) -> String {
        format!("/requests?service={}&code={code}", parts::segment(self.service.as_str()))
    }
}
