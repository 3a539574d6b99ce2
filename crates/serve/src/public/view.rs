//! All that the public status page shows, and nothing else.

use std::collections::BTreeSet;

use jiff::Timestamp;
use statusquo_exchange::Name;

use super::condition::{self, Condition};
use super::days::{Day, Days};
use super::site::PublicSite;
use super::story::Story;
use crate::board::Snapshot;
use crate::words;

/// All that the public status page shows.
#[derive(Debug)]
pub(crate) struct View {
    pub(crate) site: std::sync::Arc<PublicSite>,
    /// When it was true.
    pub(crate) at: Timestamp,
    pub(crate) components: Vec<Shown>,
    /// The newest first.
    pub(crate) stories: Vec<Story>,
}

/// A component, as the public sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Shown {
    pub(crate) name: Name,
    pub(crate) title: String,
    pub(crate) about: Option<String>,
    pub(crate) group: Option<String>,
    pub(crate) condition: Condition,
    pub(crate) since: Option<Timestamp>,
    pub(crate) days: Vec<Day>,
}

impl View {
    pub(super) fn new(
        site: &std::sync::Arc<PublicSite>,
        snapshot: &Snapshot,
        days: &Days,
        now: Timestamp,
    ) -> Self {
        let stories: Vec<Story> =
            snapshot.announcements.iter().map(|announcement| Story::of(announcement, site)).collect();
        let shown = |component: &super::Component| {
            let (condition, since) = condition::judge(component, snapshot, &stories, now);
            Shown {
                name: component.name.clone(),
                title: component.title.clone(),
                about: component.about.clone(),
                group: component.group.clone(),
                condition,
                since,
                days: days.of(&component.monitors, now),
            }
        };
        let components = site.components.iter().map(shown).collect();
        Self { site: site.clone(), at: now, components, stories }
    }

    /// The present state without history, for the pages of those who are signed in; `None`: there is no public page.
    pub(crate) fn now(snapshot: &Snapshot, now: Timestamp) -> Option<Self> {
        let site = snapshot.public.as_ref()?;
        Some(Self::new(site, snapshot, &Days::default(), now))
    }

    /// The worst of all components.
    pub(crate) fn worst(&self) -> Condition {
        let all = self.components.iter().map(|component| component.condition);
        all.max().unwrap_or(Condition::Unknown)
    }

    /// How all of it is, in one sentence without a full stop.
    pub(crate) fn headline(&self) -> String {
        let worst = self.worst();
        let is_bad = |shown: &&Shown| shown.condition > Condition::Operational;
        let bad: Vec<&Shown> = self.components.iter().filter(is_bad).collect();
        match bad.as_slice() {
            _ if self.components.is_empty() => "Nothing is shown here yet".to_owned(),
            [] => "All systems are operational".to_owned(),
            [one] => format!("{} {}", one.title, one.condition.predicate()),
            many if worst == Condition::Maintenance => {
                format!("{} under maintenance", are(many.len()))
            }
            many if worst == Condition::Unknown => format!("{} not known at the moment", are(many.len())),
            many => {
                let troubled = many.iter().filter(|shown| shown.condition > Condition::Unknown).count();
                let of = words::count(self.components.len(), "component");
                format!("{troubled} of {of} {} trouble", if troubled == 1 { "has" } else { "have" })
            }
        }
    }

    /// Outages that last, the newest first.
    pub(crate) fn outages(&self) -> impl Iterator<Item = &Story> {
        self.stories.iter().filter(|story| story.is_open() && story.window().is_none())
    }

    /// Planned work that is not done, the next first.
    pub(crate) fn planned(&self) -> Vec<&Story> {
        let open = self.stories.iter().filter(|story| story.is_open() && story.window().is_some());
        let mut planned: Vec<&Story> = open.collect();
        planned.sort_by_key(|story| story.window());
        planned
    }

    /// What is over, the newest first.
    pub(crate) fn past(&self) -> impl Iterator<Item = &Story> {
        self.stories.iter().filter(|story| !story.is_open())
    }

    /// The groups in the order of the configuration, with their components; those without one come first.
    pub(crate) fn groups(&self) -> Vec<(Option<&str>, Vec<&Shown>)> {
        let mut seen = BTreeSet::new();
        let mut names: Vec<Option<&str>> = vec![None];
        for group in self.components.iter().filter_map(|shown| shown.group.as_deref()) {
            if seen.insert(group) {
                names.push(Some(group));
            }
        }
        let of = |group: Option<&str>| {
            self.components.iter().filter(|shown| shown.group.as_deref() == group).collect::<Vec<_>>()
        };
        names.into_iter().map(|group| (group, of(group))).filter(|(_, all)| !all.is_empty()).collect()
    }
}

fn are(many: usize) -> String {
    format!("{many} components are")
}
