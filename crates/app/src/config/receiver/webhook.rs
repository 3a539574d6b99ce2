//! Webhooks as configured.

use std::path::PathBuf;

use statusquo_notify::webhook::{Template as Content, WORDS};

use super::super::request;
use super::super::section::{Section, suggestion};
use super::super::template::Template;

/// Where a message is posted, and as what.
#[derive(Debug, Clone)]
pub(crate) struct Hook {
    /// Where to.
    pub(crate) url: Template,
    /// What the messages are signed with: the secret, and the old one while it is being changed.
    pub(crate) secrets: Vec<Template>,
    /// More header fields.
    pub(crate) headers: Vec<(String, Template)>,
    /// The content, where it is not our own JSON.
    pub(crate) content: Option<Content>,
    /// The certificate authority to trust instead of the usual ones.
    pub(crate) ca: Option<PathBuf>,
}

impl Hook {
    /// What may refer to secrets.
    pub(super) fn templates(&self) -> Vec<&Template> {
        let fields = self.headers.iter().map(|(_, value)| value);
        fields.chain(&self.secrets).chain([&self.url]).collect()
    }
}

/// Reads what `type = "webhook"` has.
pub(super) fn read(section: &Section<'_>) -> Option<Hook> {
    let url = super::url(section);
    let secrets = [section.secret("secret"), section.secret("old_secret")].into_iter().flatten().collect();
    let headers =
        section.value("headers").map(|(_, node)| request::headers(section, &node)).unwrap_or_default();
    let content = content(section);
    Some(Hook { url: url?, secrets, headers, content, ca: super::ca(section) })
}

fn content(section: &Section<'_>) -> Option<Content> {
    let media_type = section.text("content_type")?.value;
    let text = section.text("template")?;
    Content::parse(&text.value, &media_type)
        .map_err(|wrong| {
            let advice = match wrong.title.strip_prefix("unknown word `") {
                Some(word) => suggestion(word.trim_end_matches('`'), &WORDS),
                None => "for example: '{\"text\": \"{{title}}\"}'".to_owned(),
            };
            section.reading.report(&section.reading.inside(&text, wrong.at), wrong.title, advice);
        })
        .ok()
}
