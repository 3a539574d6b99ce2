//! An announcement, as far as it is public.

use jiff::Timestamp;
use statusquo_exchange::Name;
use statusquo_store::{Announcement, AnnouncementKind, Impact, Stage, Update};

use super::site::PublicSite;

/// An announcement, as far as it is public: without who wrote it, and without the incident behind it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Story {
    pub(crate) number: u64,
    pub(crate) title: String,
    pub(crate) kind: AnnouncementKind,
    /// Names and titles; those that are no longer configured are left out.
    pub(crate) components: Vec<(Name, String)>,
    /// The oldest first; never empty.
    pub(crate) said: Vec<Said>,
}

/// One thing that was said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Said {
    /// Identifies it for ever.
    pub(crate) id: String,
    pub(crate) at: Timestamp,
    pub(crate) stage: Stage,
    pub(crate) text: String,
    pub(crate) workaround: Option<String>,
    pub(crate) next_by: Option<Timestamp>,
}

impl Story {
    pub(super) fn of(announcement: &Announcement, site: &PublicSite) -> Self {
        let known = |name: &Name| Some((name.clone(), site.title_of(name)?.to_owned()));
        let said = |(at, update): (usize, &Update)| Said {
            id: format!("{}-{}", announcement.number, at + 1),
            at: update.at,
            stage: update.stage,
            text: update.text.clone(),
            workaround: update.workaround.clone(),
            next_by: update.next_by,
        };
        Self {
            number: announcement.number,
            title: announcement.title.clone(),
            kind: announcement.kind,
            components: announcement.components.iter().filter_map(known).collect(),
            said: announcement.updates.iter().enumerate().map(said).collect(),
        }
    }

    pub(crate) fn stage(&self) -> Stage {
        self.said.last().map_or(Stage::Investigating, |said| said.stage)
    }

    pub(crate) fn is_open(&self) -> bool {
        !self.stage().is_last()
    }

    pub(crate) fn began(&self) -> Timestamp {
        self.said.first().map_or(Timestamp::UNIX_EPOCH, |said| said.at)
    }

    pub(crate) fn changed(&self) -> Timestamp {
        self.said.last().map_or(Timestamp::UNIX_EPOCH, |said| said.at)
    }

    /// When it was over.
    pub(crate) fn ended(&self) -> Option<Timestamp> {
        (!self.is_open()).then(|| self.changed())
    }

    /// The window of planned work.
    pub(crate) const fn window(&self) -> Option<(Timestamp, Timestamp)> {
        match self.kind {
            AnnouncementKind::Work { from, until } => Some((from, until)),
            AnnouncementKind::Outage(_) => None,
        }
    }

    /// How bad an outage is while it lasts.
    pub(crate) fn impact_now(&self) -> Option<Impact> {
        match self.kind {
            AnnouncementKind::Outage(impact) if self.is_open() => Some(impact),
            AnnouncementKind::Outage(_) | AnnouncementKind::Work { .. } => None,
        }
    }

    /// How bad it was or is.
    pub(crate) const fn impact(&self) -> Impact {
        match self.kind {
            AnnouncementKind::Outage(impact) => impact,
            AnnouncementKind::Work { .. } => Impact::None,
        }
    }

    /// Is it planned work that people said has begun, or whose time has come?
    pub(crate) fn is_under_way(&self, now: Timestamp) -> bool {
        let Some((from, until)) = self.window() else { return false };
        match self.stage() {
            Stage::InProgress => true,
            Stage::Scheduled => from <= now && now < until,
            Stage::Completed
            | Stage::Investigating
            | Stage::Identified
            | Stage::Monitoring
            | Stage::Resolved => false,
        }
    }

    /// Its page.
    pub(crate) fn path(&self) -> String {
        format!("/incidents/{}", self.number)
    }
}

/// The public word for a stage.
pub(crate) const fn stage_word(stage: Stage) -> &'static str {
    match stage {
        Stage::Investigating => "Investigating",
        Stage::Identified => "Cause found",
        Stage::Monitoring => "Mended, watching",
        Stage::Resolved => "Resolved",
        Stage::Scheduled => "Planned",
        Stage::InProgress => "Under way",
        Stage::Completed => "Completed",
    }
}
