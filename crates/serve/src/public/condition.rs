//! How a component is, in the words of status pages.

use jiff::Timestamp;
use statusquo_alert::State;
use statusquo_store::Impact;

use super::site::Component;
use super::story::Story;
use crate::board::{PlannedWork, Snapshot};

/// How a component is, the best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Condition {
    Operational,
    Maintenance,
    Unknown,
    Degraded,
    PartialOutage,
    MajorOutage,
}

impl Condition {
    /// The words for it.
    pub(crate) const fn words(self) -> &'static str {
        match self {
            Self::Operational => "operational",
            Self::Maintenance => "under maintenance",
            Self::Unknown => "unknown",
            Self::Degraded => "degraded",
            Self::PartialOutage => "partial outage",
            Self::MajorOutage => "major outage",
        }
    }

    /// What is said of a component, after its title.
    pub(crate) const fn predicate(self) -> &'static str {
        match self {
            Self::Operational => "is operational",
            Self::Maintenance => "is under maintenance",
            Self::Unknown => "cannot be seen at the moment",
            Self::Degraded => "does not work as well as usual",
            Self::PartialOutage => "has a partial outage",
            Self::MajorOutage => "has a major outage",
        }
    }

    /// Its mark, and the class that colours it.
    pub(crate) const fn mark(self) -> (char, &'static str) {
        match self {
            Self::Operational => ('●', "ok"),
            Self::Maintenance => ('◆', "un"),
            Self::Unknown => ('?', "un"),
            Self::Degraded | Self::PartialOutage => ('▲', "wa"),
            Self::MajorOutage => ('■', "ba"),
        }
    }

    /// The word for it in the API that others have made usual. It has none for what nobody knows; "operational" would
    /// be a lie, so it is the mildest of the others.
    pub(crate) const fn statuspage(self) -> &'static str {
        match self {
            Self::Operational => "operational",
            Self::Maintenance => "under_maintenance",
            Self::Unknown | Self::Degraded => "degraded_performance",
            Self::PartialOutage => "partial_outage",
            Self::MajorOutage => "major_outage",
        }
    }

    /// How bad it is for the whole.
    pub(crate) const fn indicator(self) -> Impact {
        match self {
            Self::Operational | Self::Maintenance => Impact::None,
            Self::Unknown | Self::Degraded => Impact::Minor,
            Self::PartialOutage => Impact::Major,
            Self::MajorOutage => Impact::Critical,
        }
    }

    /// What people have said it is.
    const fn said(impact: Impact) -> Self {
        match impact {
            Impact::None => Self::Operational,
            Impact::Minor => Self::Degraded,
            Impact::Major => Self::PartialOutage,
            Impact::Critical => Self::MajorOutage,
        }
    }
}

/// How a component is, and since when: the worse of what monitors see and what people have said. Planned work that is
/// under way explains what monitors see.
pub(super) fn judge(
    component: &Component,
    snapshot: &Snapshot,
    stories: &[Story],
    now: Timestamp,
) -> (Condition, Option<Timestamp>) {
    let about = |story: &&Story| story.components.iter().any(|(name, _)| *name == component.name);
    let said = stories
        .iter()
        .filter(about)
        .filter_map(|story| Some((Condition::said(story.impact_now()?), Some(story.began()))));
    let worst_said = said.max_by_key(|(condition, _)| *condition);
    let is_worked_on = stories.iter().filter(about).any(|story| story.is_under_way(now))
        || snapshot.planned.iter().any(|work| covers(work, component, now));
    let seen = if is_worked_on { (Condition::Maintenance, None) } else { seen(component, snapshot) };
    match worst_said {
        Some(said) if said.0 > seen.0 => said,
        Some(_) | None => seen,
    }
}

/// Is planned work of the configuration under way that covers one of its monitors?
fn covers(work: &PlannedWork, component: &Component, now: Timestamp) -> bool {
    let is_now = work.next.is_some_and(|(from, until)| from <= now && now < until);
    let concerns =
        work.monitors.is_empty() || component.monitors.iter().any(|name| work.monitors.contains(name));
    is_now && concerns && !component.monitors.is_empty()
}

/// What its monitors see. Some failing is a partial outage, all a major one; what one of them cannot see is not known.
fn seen(component: &Component, snapshot: &Snapshot) -> (Condition, Option<Timestamp>) {
    let views: Vec<_> =
        component.monitors.iter().filter_map(|name| snapshot.monitor(name.as_str())).collect();
    let watched: Vec<_> = views.iter().filter(|view| view.state != State::Paused).collect();
    let with = |state: State| watched.iter().filter(move |view| view.state == state);
    let since = |state: State| with(state).map(|view| view.since).min();
    let failing = with(State::Failing).count();
    if failing > 0 {
        let all = failing == watched.len();
        let condition = if all { Condition::MajorOutage } else { Condition::PartialOutage };
        return (condition, since(State::Failing));
    }
    if let Some(since) = since(State::Degraded) {
        return (Condition::Degraded, Some(since));
    }
    if watched.is_empty() || with(State::Unknown).count() > 0 {
        return (Condition::Unknown, since(State::Unknown));
    }
    (Condition::Operational, None)
}
