//! What the linter found in the answers of monitors, by rule.

use std::collections::BTreeMap;

use axum::extract::{Path, Query, State};
use axum::response::Response;
use http::{HeaderMap, Uri};
use jiff::Timestamp;
use maud::{Markup, html};
use statusquo_lint::{Level, Profile, RULES, Rule, rule};
use statusquo_problem::Problem;

use super::{Here, Look, Page, Part, Table, parts, twin};
use crate::auth::Caller;
use crate::board::{Broken, MonitorView, Snapshot};
use crate::context::App;
use crate::negotiate::Form;
use crate::wire::{LintWire, RuleWire};
use crate::words;

const HEAD: [&str; 6] = ["level", "rule", "monitor", "count", "message", "source"];

/// A rule with the monitors that break it.
type ByRule<'a> = BTreeMap<(std::cmp::Reverse<Level>, &'static str), Vec<(&'a MonitorView, &'a Broken)>>;

fn by_rule(snapshot: &Snapshot) -> ByRule<'_> {
    let mut rules = ByRule::new();
    for view in &snapshot.monitors {
        for broken in &view.findings {
            let key = (std::cmp::Reverse(broken.level), broken.rule.id);
            rules.entry(key).or_default().push((view.as_ref(), broken));
        }
    }
    rules
}

/// Answers `/lint` and its twins.
pub(crate) async fn show(
    State(app): State<App>,
    caller: Caller,
    Query(look): Query<Look>,
    headers: HeaderMap,
    uri: Uri,
) -> Result<Response, Problem> {
    let form = Form::of(&uri, &headers);
    let snapshot = app.snapshot();
    if form == Form::Html {
        return Ok(super::framed(&app, &caller, &page(&app, &look)));
    }
    twin(form, || found(&snapshot), || Table { head: &HEAD, rows: rows(&snapshot) })
}

/// What was found, for programs.
pub(crate) fn found(snapshot: &Snapshot) -> LintWire {
    LintWire::new(snapshot.monitors.iter().map(AsRef::as_ref))
}

fn rows(snapshot: &Snapshot) -> Vec<Vec<String>> {
    let row = |(view, broken): &(&MonitorView, &Broken)| {
        let count = broken.count.to_string();
        [
            broken.level.as_str(),
            broken.rule.id,
            view.name.as_str(),
            &count,
            &broken.message,
            broken.rule.source,
        ]
        .map(str::to_owned)
        .to_vec()
    };
    by_rule(snapshot).values().flatten().map(row).collect()
}

/// The page.
pub(crate) fn page(app: &App, look: &Look) -> Page {
    let snapshot = app.snapshot();
    let rules = by_rule(&snapshot);
    Page {
        headline: headline(&snapshot, &rules),
        here: Here::Lint,
        path: "/lint".to_owned(),
        above: None,
        controls: None,
        parts: vec![
            Part::live("findings", findings(&rules, look.show.unwrap_or(parts::ROWS), app.now())),
            Part::still("rules", all_rules()),
        ],
        twins: &[Form::Json, Form::Csv, Form::Text],
    }
}

fn headline(snapshot: &Snapshot, rules: &ByRule<'_>) -> String {
    let broken: std::collections::BTreeSet<&str> =
        rules.values().flatten().map(|(view, _)| view.name.as_str()).collect();
    let gravest = rules.keys().next().map(|(level, _)| level.0);
    match (gravest, rules.len()) {
        (None, _) if snapshot.monitors.is_empty() => {
            "Nothing is watched yet, so there is nothing to judge".to_owned()
        }
        (None, _) => "Every answer so far is as the standards want it".to_owned(),
        (Some(level), count) => {
            let rules = if count == 1 { "1 rule is".to_owned() } else { format!("{count} rules are") };
            format!(
                "{rules} broken by {} of {} monitors; the gravest is a “{level}”",
                broken.len(),
                snapshot.monitors.len()
            )
        }
    }
}

/// *Show more* adds so many.
const MORE: usize = 200;
/// Monitors of one rule that are shown before the rest is counted.
const OF_ONE_RULE: usize = 5;

/// So many monitors at most, of each rule some of those that break it.
fn findings(rules: &ByRule<'_>, shown: usize, now: Timestamp) -> Markup {
    let of_one = OF_ONE_RULE.max(shown / rules.len().max(1));
    let is_cut = rules.values().any(|broken| broken.len() > of_one);
    html! {
        @for ((level, id), broken) in rules {
            @let rule = rule(id);
            section.panel aria-labelledby={ "rule-" (id) } {
                div.ph { h2 id={ "rule-" (id) } { (level.0) " " a href={ "/lint/" (id) } { (id) } }
                    @if let Some(rule) = rule { span.muted { (rule.page.summary) ". " (rule.source) } } }
                ul.list.bare { @for (view, broken) in broken.iter().take(of_one) {
                    li data-row { span { a.ep href=(parts::monitor_path(view.name.as_str())) { (view.title) } }
                        span.r { (broken.count) " times, last " (parts::time(broken.last, now)) }
                        span.s2 { (broken.message) } }
                } }
                @if broken.len() > of_one { p.pb.muted { "and " (words::count(broken.len() - of_one, "other monitor")) } }
            }
        }
        @if is_cut { p.more { a href={ "/lint?show=" (shown.saturating_add(MORE)) } { "Show more" } } }
    }
}

fn all_rules() -> Markup {
    html! {
        section.panel aria-labelledby="all-rules" {
            div.ph { h2 #all-rules { "All rules" } span.muted { (RULES.len()) " rules; each page has the reason, the source and examples" } }
            details.pb { summary { "Show them" }
                ul.list.bare { @for rule in RULES.iter() { (row(rule)) } }
            }
        }
    }
}

/// A rule in a list: its id, what it demands, its level.
pub(super) fn row(rule: &Rule) -> Markup {
    html! {
        li data-row { span { a.ep href={ "/lint/" (rule.id) } { (rule.id) } }
            span.r { (rule.levels.of(Profile::Guide).map_or("off", Level::as_str)) }
            span.s2 { (rule.page.summary) } }
    }
}

/// All rules, family by family.
pub(super) fn by_theme() -> Markup {
    let themes = RULES.chunk_by(|one, next| one.theme == next.theme);
    html! {
        @for rules in themes {
            @if let Some(first) = rules.first() {
                section.panel aria-labelledby={ "theme-" (first.theme) } {
                    div.ph { h2 id={ "theme-" (first.theme) } { (words::full_sentence(&first.theme.replace('-', " ")).trim_end_matches('.')) } span.muted { (rules.len()) " rules" } }
                    ul.list.bare { @for rule in rules { (row(rule)) } }
                }
            }
        }
    }
}

/// Answers `/lint/{rule}` and its twins.
pub(crate) async fn rule_page(
    State(app): State<App>,
    caller: Caller,
    Path(name): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let split = Form::split(&name);
    let (id, form) = split.map_or_else(|| (name.as_str(), Form::wanted(&headers)), |(id, form)| (id, form));
    let rule = rule(id).ok_or_else(|| Problem::not_found(format!("there is no rule `{id}`")))?;
    match form {
        Form::Html => Ok(super::framed(&app, &caller, &of_rule(rule))),
        Form::Json => Ok(super::json(&RuleWire::from(rule))),
        Form::Text | Form::Markdown => Ok(super::respond(form, format!("## {}", rule.page.markdown))),
        Form::Csv => Err(super::no_such_form(form)),
    }
}

/// The page of a rule.
pub(super) fn of_rule(rule: &Rule) -> Page {
    Page {
        headline: rule.page.summary.to_owned(),
        here: Here::Lint,
        path: format!("/lint/{}", rule.id),
        above: Some(html! { a href="/lint" { "Lint" } " / " (rule.id) }),
        controls: None,
        parts: vec![Part::still("rule", explained(rule))],
        twins: &[Form::Json, Form::Text],
    }
}

fn explained(rule: &Rule) -> Markup {
    let level = |profile| rule.levels.of(profile).map_or("off", Level::as_str);
    html! {
        section.panel aria-labelledby="why" {
            div.ph { h2 #why { "Why" } span.muted { (rule.source) } }
            p.pb { (parts::marked(rule.page.reason)) }
            p.pb { "Level: " @for profile in Profile::ALL { (profile.as_str()) " " (level(profile)) "; " } "changed in " code { "[lint.level]" } "." }
        }
        section.panel aria-labelledby="fix" { div.ph { h2 #fix { "How to fix" } } p.pb { (parts::marked(rule.page.fix)) } }
        @for (title, examples) in [("Flagged", &rule.page.flagged), ("Clean", &rule.page.clean)] {
            @for example in examples {
                section.panel { div.ph { h2 { (title) } } pre.pb tabindex="0" { (example.text) } }
            }
        }
    }
}
