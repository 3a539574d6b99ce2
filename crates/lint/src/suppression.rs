//! Findings that are known and not to be shown.

use statusquo_catalogue::CodeSet;
use statusquo_exchange::Exchange;

use crate::EndpointPattern;

/// Findings that are known and not to be shown: of these rules, at these endpoints, with these status codes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suppression {
    /// The ids of the rules.
    pub rules: Vec<String>,
    /// Where; everywhere if it is empty.
    pub endpoints: Vec<EndpointPattern>,
    /// With which status codes; any without it.
    pub codes: Option<CodeSet>,
}

impl Suppression {
    /// Does it speak of a finding of this rule in this exchange?
    #[must_use]
    pub fn covers(&self, rule: &str, exchange: &Exchange) -> bool {
        self.rules.iter().any(|own| own == rule) && meant(&self.endpoints, self.codes.as_ref(), exchange)
    }
}

/// Is an exchange of these endpoints, with one of these status codes?
#[must_use]
pub fn meant(endpoints: &[EndpointPattern], codes: Option<&CodeSet>, exchange: &Exchange) -> bool {
    let (method, target) = (exchange.request.method.as_str(), exchange.request.target.as_str());
    let is_there = endpoints.is_empty() || endpoints.iter().any(|one| one.matches(method, target));
    let is_such = |codes: &CodeSet| exchange.status().is_some_and(|code| codes.contains(code));
    is_there && codes.is_none_or(is_such)
}
