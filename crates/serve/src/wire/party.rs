//! Third parties, as JSON.

use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use crate::board::PartyView;

/// All third parties.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Parties {
    /// Those in trouble first.
    pub third_parties: Vec<PartyWire>,
}

/// A third party that we depend on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct PartyWire {
    /// Its name.
    pub name: String,
    /// What people call it.
    pub title: String,
    /// How it does, in one sentence.
    pub sentence: String,
    /// What its page says: `operational`, `maintenance`, `unknown`, `degraded`, `partial outage`, `major outage`.
    pub health: &'static str,
    /// Since when it is as it is.
    #[schema(value_type = String, format = DateTime)]
    pub since: Timestamp,
    /// Does its page say that all is well while we see that it is not?
    pub page_lags: bool,
    /// What we see ourselves that is wrong.
    pub seen: Option<String>,
    /// Our own calls of the last five minutes that failed …
    pub calls_failed: Option<u64>,
    /// … of so many; `null`: nobody tells us of calls to it.
    pub calls: Option<u64>,
    /// Where its page is.
    pub feed: String,
    /// In which form it speaks.
    pub format: Option<String>,
    /// When the page was read last.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub checked: Option<Timestamp>,
    /// Why it cannot be read now.
    pub unread: Option<String>,
    /// Its parts.
    pub components: Vec<PartyPartWire>,
    /// What it reports and is not over.
    pub reported: Vec<PartyReportWire>,
    /// Monitors and services that depend on it.
    pub needed_by: Vec<String>,
}

/// A part of what a third party offers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct PartyPartWire {
    /// Its name.
    pub name: String,
    /// How it does.
    pub health: &'static str,
}

/// Something that a third party reports.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct PartyReportWire {
    /// What.
    pub title: String,
    /// How bad.
    pub health: &'static str,
    /// Since when.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub since: Option<Timestamp>,
    /// Where to read on.
    pub link: Option<String>,
}

impl From<&PartyView> for PartyWire {
    fn from(view: &PartyView) -> Self {
        let state = &view.state;
        let parts = state.parts.iter();
        let reported = state.reported.iter();
        Self {
            name: state.name.to_string(),
            title: view.title.clone(),
            sentence: format!("{} {}", view.title, view.sentence()),
            health: state.health.as_str(),
            since: view.since(),
            page_lags: view.lags(),
            seen: view.seen.as_ref().map(|(seen, _)| seen.clone()),
            calls_failed: view.calls.map(|(failed, _)| failed),
            calls: view.calls.map(|(_, all)| all),
            feed: state.feed.clone(),
            format: state.format.clone(),
            checked: state.checked,
            unread: view.unread.as_ref().map(|(why, _)| why.clone()),
            components: parts
                .map(|part| PartyPartWire { name: part.name.clone(), health: part.health.as_str() })
                .collect(),
            reported: reported
                .map(|one| PartyReportWire {
                    title: one.title.clone(),
                    health: one.health.as_str(),
                    since: one.since,
                    link: one.link.clone(),
                })
                .collect(),
            needed_by: view.needed_by.iter().map(ToString::to_string).collect(),
        }
    }
}
