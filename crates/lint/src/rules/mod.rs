//! The rules, by theme: a file with the checks and a file with their pages.

mod browser;
mod caching;
mod client_error;
mod conditional;
mod credentials;
mod error_content;
mod fields;
mod framing;
mod interim;
mod life_cycle;
mod probed;
mod range;
mod redirect;
mod robustness;
mod server_error;
mod status;
mod success;
mod waiting;
mod zalando;

pub(crate) use probed::{MARKUP, NO_SUCH};

use crate::page::{self, Parsed};
use crate::rule::{Check, Rule};

/// A theme: its name, its pages, its checks. Rules that judge several exchanges have a page here and no check.
struct Theme {
    name: &'static str,
    pages: &'static str,
    checks: &'static [Check],
}

const THEMES: &[Theme] = &[
    Theme { name: "status", pages: include_str!("status.md"), checks: status::CHECKS },
    Theme { name: "interim", pages: include_str!("interim.md"), checks: interim::CHECKS },
    Theme { name: "success", pages: include_str!("success.md"), checks: success::CHECKS },
    Theme { name: "range", pages: include_str!("range.md"), checks: range::CHECKS },
    Theme { name: "redirect", pages: include_str!("redirect.md"), checks: redirect::CHECKS },
    Theme { name: "conditional", pages: include_str!("conditional.md"), checks: conditional::CHECKS },
    Theme { name: "credentials", pages: include_str!("credentials.md"), checks: credentials::CHECKS },
    Theme { name: "client-error", pages: include_str!("client_error.md"), checks: client_error::CHECKS },
    Theme { name: "waiting", pages: include_str!("waiting.md"), checks: waiting::CHECKS },
    Theme { name: "server-error", pages: include_str!("server_error.md"), checks: server_error::CHECKS },
    Theme { name: "error-content", pages: include_str!("error_content.md"), checks: error_content::CHECKS },
    Theme { name: "caching", pages: include_str!("caching.md"), checks: caching::CHECKS },
    Theme { name: "framing", pages: include_str!("framing.md"), checks: framing::CHECKS },
    Theme { name: "fields", pages: include_str!("fields.md"), checks: fields::CHECKS },
    Theme { name: "browser", pages: include_str!("browser.md"), checks: browser::CHECKS },
    Theme { name: "description", pages: include_str!("description.md"), checks: &[] },
    Theme { name: "life-cycle", pages: include_str!("life_cycle.md"), checks: life_cycle::CHECKS },
    Theme { name: "zalando", pages: include_str!("zalando.md"), checks: zalando::CHECKS },
    Theme { name: "robustness", pages: include_str!("robustness.md"), checks: robustness::CHECKS },
];

/// Every rule that has a page.
pub(crate) fn all() -> Vec<Rule> {
    THEMES
        .iter()
        .flat_map(|theme| page::parse(theme.pages).flatten().map(|parsed| rule(theme, parsed)))
        .collect()
}

fn rule(theme: &'static Theme, parsed: Parsed) -> Rule {
    Rule {
        id: parsed.id,
        theme: theme.name,
        levels: parsed.levels,
        source: parsed.source,
        page: parsed.page,
        basis: parsed.basis,
        check: checks(theme).find(|check| check.id == parsed.id).copied(),
    }
}

/// The checks of a theme, and those of all themes that need special requests.
fn checks(theme: &'static Theme) -> impl Iterator<Item = &'static Check> {
    theme.checks.iter().chain(probed::CHECKS)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::Basis;

    #[test]
    fn every_page_can_be_read_and_every_check_has_its_page() {
        let mut seen = BTreeSet::new();
        for theme in THEMES {
            let pages: Vec<_> =
                page::parse(theme.pages).map(|parsed| parsed.unwrap_or_else(|why| panic!("{why}"))).collect();
            for parsed in &pages {
                assert!(seen.insert(parsed.id), "{} has two pages", parsed.id);
                let has_check = checks(theme).any(|check| check.id == parsed.id);
                let needs_check = matches!(parsed.basis, Basis::Exchange | Basis::Wire);
                assert!(has_check || !needs_check, "{} has a page and no check", parsed.id);
            }
            for check in theme.checks {
                assert!(pages.iter().any(|parsed| parsed.id == check.id), "{} has no page", check.id);
            }
        }
    }
}
