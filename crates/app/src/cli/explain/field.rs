//! What the catalogue and the rules say of a field.

use serde_json::{Value, json};
use statusquo_catalogue::{Entry, FieldDemand, REGISTERED};
use statusquo_lint::{RULES, Rule};

use super::rule;
use crate::cli::{Screen, Tone};

/// A field with all that is known of it.
pub(super) struct Field {
    name: &'static str,
    demands: Vec<(&'static Entry, &'static FieldDemand)>,
    rules: Vec<&'static Rule>,
}

impl Field {
    /// The field with this name, in any case, if some status code asks for it.
    pub(super) fn find(name: &str) -> Option<Self> {
        let all = REGISTERED.iter().flat_map(|entry| entry.fields.iter().map(move |field| (entry, field)));
        let demands: Vec<_> = all.filter(|(_, field)| field.name.eq_ignore_ascii_case(name)).collect();
        let (_, first) = demands.first()?;
        let mentions = |rule: &&Rule| rule.page.summary.contains(first.name);
        Some(Self { name: first.name, rules: RULES.iter().filter(mentions).collect(), demands })
    }

    /// All of it.
    pub(super) fn text(&self, screen: &Screen) -> String {
        let mut lines = vec![screen.paint(Tone::Strong, self.name)];
        for (entry, field) in &self.demands {
            let when = field.when.map(|when| format!(" ({when})")).unwrap_or_default();
            let text = format!(
                "{} {}: {}{when}; {}; {}",
                entry.code,
                entry.phrase,
                field.strength.name(),
                field.why,
                field.source
            );
            lines.push(screen.wrap(&text, 2));
        }
        if !self.rules.is_empty() {
            lines.push(screen.paint(Tone::Quiet, "Rules"));
            lines.extend(self.rules.iter().map(|found| screen.wrap(&rule::line(found), 2)));
        }
        lines.join("\n")
    }

    /// All of it, for programs.
    pub(super) fn json(&self) -> Value {
        let demand = |(entry, field): &(&Entry, &FieldDemand)| {
            json!({
                "code": entry.code.get(), "strength": field.strength.name(), "when": field.when, "why": field.why,
                "source": field.source.to_string(),
            })
        };
        json!({
            "name": self.name,
            "codes": self.demands.iter().map(demand).collect::<Vec<_>>(),
            "rules": self.rules.iter().map(|rule| rule.id).collect::<Vec<_>>(),
        })
    }
}
