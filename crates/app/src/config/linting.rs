//! Reads how answers are judged: `[lint]`, with what the house demands, allows and calls an error.

use std::ops::Range;
use std::path::PathBuf;

use statusquo_alert::{Expectations, StatusExpectation};
use statusquo_catalogue::CodeSet;
use statusquo_lint::{EndpointPattern, HouseRule, Level, Profile, RULES, Suppression};

use super::expectations::expectations;
use super::node::{Entry, Node};
use super::section::{Reading, Section, Text, suggestion};
use super::values;

/// The rule that is broken by an error of another shape than the house's.
pub(crate) const ERROR_SHAPE: &str = "error-not-of-house-shape";

/// How answers are judged.
#[derive(Debug, Clone, Default)]
pub(crate) struct Linting {
    /// Whose demands count.
    pub(crate) profile: Profile,
    /// Other levels for single rules; `None` turns them off.
    pub(crate) levels: Vec<(&'static str, Option<Level>)>,
    /// A rule of this level or above that answers begin to break is worth an incident; none without it.
    pub(crate) alerts_from: Option<Level>,
    /// What is known and not to be shown.
    pub(crate) suppressions: Vec<Suppression>,
    /// What the house demands beyond the standards.
    pub(crate) rules: Vec<Demand>,
    /// What the house's errors look like.
    pub(crate) error: Option<ErrorShape>,
}

/// What the house demands beyond the standards.
#[derive(Debug, Clone)]
pub(crate) struct Demand {
    /// The rule.
    pub(crate) rule: HouseRule,
    /// Where; everywhere if it is empty.
    pub(crate) endpoints: Vec<EndpointPattern>,
    /// With which status codes; any without it.
    pub(crate) codes: Option<CodeSet>,
    /// What is expected there.
    pub(crate) expectations: Expectations,
}

/// What the house's errors look like.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ErrorShape {
    /// The file with the JSON Schema.
    pub(crate) schema: PathBuf,
    /// Where the file is named.
    pub(crate) span: Range<usize>,
    /// How grave it is when an error has another shape.
    pub(crate) level: Level,
    /// Of which status codes.
    pub(crate) codes: CodeSet,
}

/// Reads `[lint]`.
pub(super) fn linting(section: &Section<'_>) -> Option<Linting> {
    let reading = section.reading;
    let profile = section.word("profile").and_then(|word| word.parse().ok()).unwrap_or_default();
    let node = section.value("level").map(|(_, node)| node);
    let entries = node.as_ref().map(Node::entries).unwrap_or_default();
    let levels = entries.iter().filter_map(|entry| rule_level(reading, entry)).collect();
    let rules = section.tables("rule", demand);
    let own: Vec<&str> = rules.iter().map(|demand| demand.rule.id.as_str()).chain([ERROR_SHAPE]).collect();
    let suppressions = section.tables("suppress", |section| suppression(section, &own));
    let error = if section.has("error") { section.table("error", error_shape) } else { None };
    let alerts_from = section.word("alert").and_then(|word| word.parse().ok());
    Some(Linting { profile, levels, alerts_from, suppressions, rules, error })
}

fn rule_level(reading: &Reading<'_>, entry: &Entry) -> Option<(&'static str, Option<Level>)> {
    let Some(rule) = RULES.iter().find(|rule| rule.id == entry.key) else {
        no_such_rule(reading, &Text { value: entry.key.clone(), span: entry.span.clone() }, &[]);
        return None;
    };
    let level = match entry.node.text() {
        Some("off") => Some(None),
        Some(word) => word.parse().ok().map(Some),
        None => None,
    };
    if level.is_none() {
        reading.report(&entry.node.span, "not a level", "write `off`, `advice`, `should` or `must`");
    }
    Some((rule.id, level?))
}

fn no_such_rule(reading: &Reading<'_>, id: &Text, own: &[&str]) {
    let ids: Vec<&str> = RULES.iter().map(|rule| rule.id).chain(own.iter().copied()).collect();
    // There are hundreds: only the nearest is named.
    let near = suggestion(&id.value, &ids);
    let near = near.split_once(" Known here").map(|(near, _)| near.to_owned());
    let advice = near.unwrap_or_else(|| "`statusquo explain WORDS` finds rules".to_owned());
    reading.report(&id.span, format!("there is no rule `{}`", id.value), advice);
}

fn suppression(section: &Section<'_>, own: &[&str]) -> Option<Suppression> {
    let (endpoints, codes) = (endpoints(section), codes(section));
    // It is for those who read the file.
    section.text("because");
    let is_known = |id: &Text| {
        let is_known = own.contains(&id.value.as_str()) || RULES.iter().any(|rule| rule.id == id.value);
        if !is_known {
            no_such_rule(section.reading, id, own);
        }
        is_known
    };
    let rules: Vec<String> = section.texts("rule").into_iter().filter(is_known).map(|id| id.value).collect();
    (!rules.is_empty()).then_some(Suppression { rules, endpoints, codes })
}

fn endpoints(section: &Section<'_>) -> Vec<EndpointPattern> {
    let read = |text: Text| {
        let wrong = |why| {
            let title = format!("`{}` is not an endpoint: {why}", text.value);
            section.reading.report(
                &text.span,
                title,
                "for example `GET /v1/orders/{id}`, `/health`, `/v1/*`",
            );
        };
        text.value.parse::<EndpointPattern>().map_err(wrong).ok()
    };
    section.texts("endpoint").into_iter().filter_map(read).collect()
}

fn codes(section: &Section<'_>) -> Option<CodeSet> {
    section.text("code").and_then(|text| values::codes(section.reading, &text))
}

fn level(section: &Section<'_>) -> Level {
    section.word("level").and_then(|word| word.parse().ok()).unwrap_or(Level::Must)
}

fn demand(section: &Section<'_>) -> Option<Demand> {
    let name = section.name("name");
    let taken = name.as_ref().is_some_and(|name| {
        name.as_str() == ERROR_SHAPE || RULES.iter().any(|rule| rule.id == name.as_str())
    });
    if taken {
        let advice = "give yours another name; `[lint.level]` changes ours";
        section.reading.report(&section.span_of("name"), "there is a rule of this name already", advice);
    }
    let (endpoints, codes, level) = (endpoints(section), codes(section), level(section));
    let of = |key| section.text(key).map(|text| text.value);
    let (summary, reason, fix) = (of("says"), of("because"), of("fix"));
    let expectations =
        Expectations { status: StatusExpectation::In(Box::new(CodeSet::any())), ..expectations(section) };
    if expectations.fields.is_empty() && expectations.others.is_empty() {
        let title = "this rule demands nothing that can be understood";
        section.reading.report(&section.span, title, "add `expect_header`, `expect_json` or their like");
    }
    let summary = summary?;
    let rule = HouseRule {
        id: name.filter(|_| !taken)?.to_string(),
        level,
        reason: reason.unwrap_or_else(|| "It is a rule of this house.".to_owned()),
        fix: fix.unwrap_or_else(|| summary.clone()),
        summary,
    };
    Some(Demand { rule, endpoints, codes, expectations })
}

fn error_shape(section: &Section<'_>) -> Option<ErrorShape> {
    let (level, codes) = (level(section), codes(section));
    let schema = section.text("schema")?;
    Some(ErrorShape { schema: PathBuf::from(schema.value), span: schema.span, level, codes: codes? })
}
