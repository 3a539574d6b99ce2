//! What the catalogue says of a status code, as JSON.

use serde::Serialize;
use statusquo_catalogue::{Entry, StatusCode, Unofficial};
use utoipa::ToSchema;

/// What is known of a status code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct CodeWire {
    /// The code.
    pub code: u16,
    /// Its phrase.
    pub phrase: &'static str,
    /// Its class: `4xx`.
    pub class: &'static str,
    /// `assigned`, `temporary`, `unused`, `obsoleted`, `deprecated`, `unofficial`.
    pub state: &'static str,
    /// What it says.
    pub meaning: &'static str,
    /// Whose turn it is: `client`, `server` …
    pub actor: &'static str,
    /// What they have to do.
    pub who_acts: &'static str,
    /// May the request be sent again?
    pub retry: &'static str,
    /// May caches store it?
    pub caching: &'static str,
    /// Does it carry content?
    pub content: &'static str,
    /// `good`, `bad`, `excluded`: how it counts for objectives.
    pub event: &'static str,
    /// When it is the right answer.
    pub use_when: &'static str,
    /// When it is not.
    pub not_when: &'static str,
    /// What a client does with it.
    pub client_action: &'static str,
    /// What whoever runs the API does next.
    pub next_step: &'static str,
    /// What support says to the customer.
    pub support_reply: &'static str,
    /// What it may give away.
    pub security: Option<&'static str>,
    /// The fields that belong to it.
    pub fields: Vec<FieldWire>,
    /// Codes that it is easily taken for.
    pub look_alikes: Vec<LookAlikeWire>,
    /// The lint rules that speak of it by its number.
    pub rules: Vec<&'static str>,
    /// What it was called before.
    pub former_phrases: &'static [&'static str],
    /// Who uses it, if it is not registered.
    pub used_by: Option<&'static str>,
    /// Where that is written.
    pub source: String,
}

/// A field that belongs to a code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct FieldWire {
    /// Its name.
    pub name: &'static str,
    /// `must`, `should`, `may`, `advice`.
    pub strength: &'static str,
    /// Under which condition.
    pub when: Option<&'static str>,
    /// What it is for.
    pub why: &'static str,
    /// Who asks for it.
    pub source: String,
}

/// A code that another is easily taken for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct LookAlikeWire {
    /// The code.
    pub code: u16,
    /// What tells them apart.
    pub difference: &'static str,
}

/// How often real traffic was answered with a code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct CodeUsageWire {
    /// The code.
    pub code: u16,
    /// The service that answered.
    pub service: String,
    /// How often.
    pub requests: u64,
    /// At which endpoints, the busiest first.
    pub endpoints: Vec<EndpointUsageWire>,
}

/// How often an endpoint answered with a code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct EndpointUsageWire {
    /// The method.
    pub method: String,
    /// The path of its route.
    pub route: String,
    /// How often.
    pub requests: u64,
}

impl From<&'static Entry> for CodeWire {
    fn from(entry: &'static Entry) -> Self {
        let field = |field: &'static statusquo_catalogue::FieldDemand| FieldWire {
            name: field.name,
            strength: field.strength.name(),
            when: field.when,
            why: field.why,
            source: field.source.to_string(),
        };
        let alike = |other: &'static statusquo_catalogue::LookAlike| LookAlikeWire {
            code: other.code.get(),
            difference: other.difference,
        };
        Self {
            code: entry.code.get(),
            phrase: entry.phrase,
            class: entry.code.class().range_text(),
            state: entry.state.name(),
            meaning: entry.meaning,
            actor: entry.actor.name(),
            who_acts: entry.who_acts,
            retry: entry.retry.words(),
            caching: entry.caching.words(),
            content: entry.content.words(),
            event: entry.event.name(),
            use_when: entry.use_when,
            not_when: entry.not_when,
            client_action: entry.client_action,
            next_step: entry.next_step,
            support_reply: entry.support_reply,
            security: entry.security,
            fields: entry.fields.iter().map(field).collect(),
            look_alikes: entry.look_alikes.iter().map(alike).collect(),
            rules: statusquo_lint::rules_of(entry.code).map(|rule| rule.id).collect(),
            former_phrases: entry.former_phrases,
            used_by: None,
            source: entry.source.to_string(),
        }
    }
}

impl From<&'static Unofficial> for CodeWire {
    fn from(unofficial: &'static Unofficial) -> Self {
        Self { used_by: Some(unofficial.used_by), ..Self::from(&unofficial.entry) }
    }
}

impl CodeWire {
    /// All that is known of a code: the registered meaning first, then the others.
    #[must_use]
    pub fn all_of(code: StatusCode) -> Vec<Self> {
        let registered = code.registered().map(Self::from);
        registered.into_iter().chain(code.unofficial().map(Self::from)).collect()
    }
}
