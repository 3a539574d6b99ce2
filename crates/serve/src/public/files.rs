//! The files of the public status page, ready to be served or written down.

use std::collections::BTreeMap;
use std::io::Write;
use std::sync::{Arc, PoisonError, RwLock};

use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use sha2::{Digest, Sha256};

use super::view::View;
use super::{badge, feeds, markup};
use crate::wire::public as wire;

/// One file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// What it is.
    pub media_type: &'static str,
    /// Its content.
    pub content: Bytes,
    /// The same, compressed, where that is smaller.
    pub(crate) gzip: Option<Bytes>,
    /// A hash of the content: what an entity tag says.
    pub(crate) tag: String,
}

/// All files, by their path.
pub type Files = BTreeMap<String, File>;

/// The page that says that there is no such page.
pub(crate) const NOT_FOUND: &str = "/404.html";

const HTML: &str = "text/html; charset=utf-8";
const JSON: &str = "application/json";

impl File {
    pub(crate) fn new(media_type: &'static str, content: impl Into<Bytes>) -> Self {
        let content = content.into();
        let tag = Sha256::digest(&content).iter().take(8).map(|byte| format!("{byte:02x}")).collect();
        let gzip = compressed(&content).filter(|gzip| gzip.len() < content.len());
        Self { media_type, content, gzip, tag }
    }

    /// Where it lies in a folder: a page gets a folder of its own, as file hosts expect it.
    #[must_use]
    pub fn place(path: &str) -> String {
        let name = path.trim_matches('/');
        match name {
            "" => "index.html".to_owned(),
            page if !page.rsplit('/').next().unwrap_or_default().contains('.') => {
                format!("{page}/index.html")
            }
            file => file.to_owned(),
        }
    }
}

fn compressed(content: &[u8]) -> Option<Bytes> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(content).ok()?;
    encoder.finish().ok().map(Bytes::from)
}

/// All files of a view.
pub(super) fn all(view: &View) -> Files {
    let mut files = Files::new();
    let mut add = |path: String, media_type: &'static str, content: String| {
        files.insert(path, File::new(media_type, content));
    };
    add("/".to_owned(), HTML, markup::home(view));
    add("/incidents".to_owned(), HTML, markup::history(view));
    add(NOT_FOUND.to_owned(), HTML, markup::not_found(view));
    for story in &view.stories {
        add(story.path(), HTML, markup::story(view, story));
    }
    add("/feed.atom".to_owned(), "application/atom+xml; charset=utf-8", feeds::atom(view));
    add("/feed.rss".to_owned(), "application/rss+xml; charset=utf-8", feeds::rss(view));
    add("/feed.json".to_owned(), "application/feed+json", feeds::json(view));
    for (path, content) in wire::answers(view) {
        add(path, JSON, content);
    }
    for shown in &view.components {
        let name = crate::pages::segment(shown.name.as_str());
        add(format!("/badge/{name}.svg"), "image/svg+xml", badge::of(shown));
        add(format!("/components/{name}/uptime.csv"), "text/csv; charset=utf-8; header=present", csv(shown));
    }
    if let Some(logo) = &view.site.logo {
        files.insert("/logo".to_owned(), File::new(logo.media_type, logo.content.clone()));
    }
    files
}

/// The days of a component as a table.
fn csv(shown: &super::Shown) -> String {
    let mut text = "date,probes_that_worked,probes_known\r\n".to_owned();
    for day in &shown.days {
        let date = jiff::Timestamp::from_second(day.start).unwrap_or_default().strftime("%Y-%m-%d");
        text += &format!("{date},{},{}\r\n", day.good, day.known);
    }
    text
}

/// Where the files lie. What was put there last is served until something else is put there.
#[derive(Debug, Clone, Default)]
pub struct Shelf(Arc<RwLock<Arc<Files>>>);

impl Shelf {
    /// The files as they are now.
    #[must_use]
    pub fn files(&self) -> Arc<Files> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(super) fn put(&self, files: Files) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(files);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_have_folders_and_files_have_names() {
        let cases = [
            ("/", "index.html"),
            ("/incidents", "incidents/index.html"),
            ("/incidents/12", "incidents/12/index.html"),
            ("/api/v2/summary.json", "api/v2/summary.json"),
            ("/badge/sign.in.svg", "badge/sign.in.svg"),
        ];
        for (path, place) in cases {
            assert_eq!(File::place(path), place);
        }
    }
}
