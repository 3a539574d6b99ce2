//! A service level objective as somebody wrote it down.

use statusquo_exchange::Name;

use super::{ErrorBudget, Indicator, Objective, Period, Policy};

/// A service level objective: what is promised, of what, for how long.
#[derive(Debug, Clone, PartialEq)]
pub struct Slo {
    /// Its name: its identity in the store and in links.
    pub name: Name,
    /// What people call it.
    pub title: String,
    /// Whose events count.
    pub scope: Scope,
    /// Which of them are good.
    pub indicator: Indicator,
    /// How many have to be.
    pub objective: Objective,
    /// For how long.
    pub period: Period,
    /// Who is told when it burns too fast; everybody who is told of traffic when there is none.
    pub receivers: Vec<Name>,
}

/// Whose events count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scope {
    /// The probes of a monitor.
    Monitor(Name),
    /// The requests to a service, all or some of them.
    Service {
        /// Which service.
        service: Name,
        /// Only this method.
        method: Option<String>,
        /// Only this route, as it is shown: `/orders/{id}`; a `*` at the end stands for any end.
        route: Option<String>,
    },
}

impl Slo {
    /// Its budget, counted from a moment in seconds since 1970, watched by the workbook's four pairs.
    #[must_use]
    pub fn budget(&self, start: i64) -> ErrorBudget {
        let days = u32::try_from(self.period.longest_seconds() / 86_400).unwrap_or(30);
        let policy = Policy::workbook(self.objective, days);
        ErrorBudget::new(self.indicator.clone(), policy, self.period.clone(), start)
    }
}

impl Scope {
    /// Do the requests of this endpoint count?
    #[must_use]
    pub fn covers(&self, of_service: &str, of_method: &str, of_route: &str) -> bool {
        match self {
            Self::Monitor(_) => false,
            Self::Service { service, method, route } => {
                service.as_str() == of_service
                    && method.as_ref().is_none_or(|method| method.eq_ignore_ascii_case(of_method))
                    && route.as_ref().is_none_or(|route| is_route(route, of_route))
            }
        }
    }
}

/// Is this route meant by a pattern? Parameters match whatever they are called: a learned route says `{int}` where a
/// description says `{id}`. `*` at the end stands for any end.
#[must_use]
pub fn is_route(pattern: &str, route: &str) -> bool {
    if let Some(start) = pattern.strip_suffix('*') {
        return route.starts_with(start);
    }
    let (mut wanted, mut found) = (pattern.split('/'), route.split('/'));
    loop {
        match (wanted.next(), found.next()) {
            (None, None) => return true,
            (Some(wanted), Some(found)) if wanted == found => {}
            (Some(wanted), Some(found)) if is_parameter(wanted) && is_parameter(found) => {}
            (Some(_) | None, _) => return false,
        }
    }
}

fn is_parameter(segment: &str) -> bool {
    segment.starts_with('{') && segment.ends_with('}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scope_covers_what_it_names_and_nothing_else() {
        let scope = |method: Option<&str>, route: Option<&str>| Scope::Service {
            service: Name::from("shop"),
            method: method.map(str::to_owned),
            route: route.map(str::to_owned),
        };
        for (scope, method, route, covered) in [
            (scope(None, None), "GET", "/", true),
            (scope(Some("post"), None), "POST", "/orders", true),
            (scope(Some("POST"), None), "GET", "/orders", false),
            (scope(None, Some("/orders/{id}")), "GET", "/orders/{int}", true),
            (scope(None, Some("/orders/{id}")), "GET", "/orders/latest", false),
            (scope(None, Some("/orders/{id}")), "GET", "/orders/{int}/lines", false),
            (scope(None, Some("/orders*")), "GET", "/orders/{int}/lines", true),
        ] {
            assert_eq!(scope.covers("shop", method, route), covered, "{scope:?} {method} {route}");
            assert!(!scope.covers("other", method, route));
        }
    }
}
