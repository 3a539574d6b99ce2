//! What the public was told, as those who are signed in see it; and the files of the public page.

use jiff::Timestamp;
use serde::Serialize;
use statusquo_store::{Announcement, AnnouncementKind, Update};
use utoipa::ToSchema;

/// What the public was told.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct AnnouncementsWire {
    /// The newest first.
    pub announcements: Vec<AnnouncementWire>,
}

/// An outage or planned work that the public was told of.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct AnnouncementWire {
    /// Its public number.
    pub number: u64,
    /// What users notice, in a line.
    pub title: String,
    /// `outage` or `work`.
    pub kind: &'static str,
    /// `none`, `minor`, `major`, `critical`; of outages only.
    pub impact: Option<&'static str>,
    /// The components that it concerns.
    pub components: Vec<String>,
    /// The incident that it speaks of.
    pub incident: Option<u64>,
    /// How far it is.
    pub stage: &'static str,
    /// When planned work begins.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub from: Option<Timestamp>,
    /// When it ends.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub until: Option<Timestamp>,
    /// What was said, the oldest first.
    pub updates: Vec<UpdateWire>,
}

/// One thing that was said.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct UpdateWire {
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// Who said it.
    pub by: String,
    /// How far it was.
    pub stage: &'static str,
    /// What users notice.
    pub text: String,
    /// What they can do meanwhile.
    pub workaround: Option<String>,
    /// When the public hears more.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub next_by: Option<Timestamp>,
}

/// The files of the public status page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct StatusFiles {
    /// By path.
    pub files: Vec<StatusFile>,
}

/// One of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct StatusFile {
    /// Its path on the public page.
    pub path: String,
    /// Where it lies in a folder, for a file host.
    pub place: String,
    /// What it is.
    pub media_type: &'static str,
    /// How long it is.
    pub bytes: usize,
}

impl From<&Announcement> for AnnouncementWire {
    fn from(announcement: &Announcement) -> Self {
        let (kind, impact, window) = match announcement.kind {
            AnnouncementKind::Outage(impact) => ("outage", Some(impact.as_str()), None),
            AnnouncementKind::Work { from, until } => ("work", None, Some((from, until))),
        };
        Self {
            number: announcement.number,
            title: announcement.title.clone(),
            kind,
            impact,
            components: announcement.components.iter().map(ToString::to_string).collect(),
            incident: announcement.incident.map(|number| number.0),
            stage: announcement.stage().as_str(),
            from: window.map(|(from, _)| from),
            until: window.map(|(_, until)| until),
            updates: announcement.updates.iter().map(UpdateWire::from).collect(),
        }
    }
}

impl From<&Update> for UpdateWire {
    fn from(update: &Update) -> Self {
        Self {
            at: update.at,
            by: update.by.0.clone(),
            stage: update.stage.as_str(),
            text: update.text.clone(),
            workaround: update.workaround.clone(),
            next_by: update.next_by,
        }
    }
}
