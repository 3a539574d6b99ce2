//! The pages that frameworks show to developers.

use std::ops::Range;

use super::{Anchor, Sign, text::Text};

pub(super) const ANCHORS: &[Anchor] = &[
    Anchor::new("Werkzeug Debugger", Sign::DebugPage("Werkzeug"), words),
    Anchor::new("__debugger__", Sign::DebugPage("Werkzeug"), words),
    Anchor::new("DEBUG = True", Sign::DebugPage("Django"), words),
    Anchor::new("Using the URLconf defined in", Sign::DebugPage("Django"), words),
    Anchor::new("Whoops\\Exception", Sign::DebugPage("Whoops"), words),
    Anchor::new("Whoops! There was an error", Sign::DebugPage("Whoops"), words),
    Anchor::new("window.ignite", Sign::DebugPage("Laravel Ignition"), words),
    Anchor::new("Symfony Exception", Sign::DebugPage("Symfony"), words),
    Anchor::new("tracy-debug", Sign::DebugPage("Tracy"), words),
    Anchor::new("Server Error in '", Sign::DebugPage("ASP.NET"), yellow_page),
    Anchor::new("ASP.NET Version:", Sign::DebugPage("ASP.NET"), words),
    Anchor::new(
        "An unhandled exception occurred while processing the request",
        Sign::DebugPage("ASP.NET Core"),
        words,
    ),
    Anchor::new("Action Controller: Exception caught", Sign::DebugPage("Rails"), words),
    Anchor::new("Rails.root: ", Sign::DebugPage("Rails"), words),
    Anchor::new("Whitelabel Error Page", Sign::DebugPage("Spring"), with_trace),
];

/// The words are enough: production pages do not have them.
fn words(text: Text<'_>, at: usize) -> Option<Range<usize>> {
    Some(text.whole(at, text.next(at, 12).len()))
}

/// The page without details says how to turn them on, and shows nothing.
fn yellow_page(text: Text<'_>, at: usize) -> Option<Range<usize>> {
    let next = text.next(at, 8192);
    let has = |words: &[u8]| memchr::memmem::find(next, words).is_some();
    (has(b"Stack Trace:") || has(b"Source Error:")).then(|| text.whole(at, 17))
}

/// Spring's page is shown in production too, but then it has no stack trace.
fn with_trace(text: Text<'_>, at: usize) -> Option<Range<usize>> {
    memchr::memmem::find(text.next(at, 4096), b".java:").and(Some(text.whole(at, 21)))
}
