//! Where a message leads.

use statusquo_alert::{Notice, Notification, Subject};
use url::Url;

use super::Link;
use crate::Links;

/// Incident, monitor, code and runbook, as far as there are such pages.
pub(super) fn links(notification: &Notification, links: &Links) -> Vec<Link> {
    let brief = &notification.brief;
    if notification.notice == Notice::Test {
        return link("Dashboard", links.page(&[""])).into_iter().collect();
    }
    let number = brief.incident.to_string();
    let monitor = match &brief.subject {
        Subject::Monitor(name) => links.page(&["monitors", name.as_str()]),
        Subject::Traffic(_) | Subject::Own(_) => None,
    };
    let code = brief.cause.as_ref().and_then(|cause| cause.kind.status()).map(|code| code.to_string());
    let about = code.as_ref().map(|code| format!("About {code}")).unwrap_or_default();
    let code = code.and_then(|code| links.page(&["codes", &code]));
    let all = [
        link(&format!("Incident {number}"), links.page(&["incidents", &number])),
        link("Monitor", monitor),
        link(&about, code),
        link("Runbook", brief.runbook.as_deref().and_then(web)),
    ];
    all.into_iter().flatten().collect()
}

fn link(label: &str, url: Option<Url>) -> Option<Link> {
    Some(Link { label: label.to_owned(), url: url? })
}

/// A link for a browser; anything else (`javascript:`, a path, a remark) is none.
pub(super) fn web(text: &str) -> Option<Url> {
    Url::parse(text).ok().filter(|url| matches!(url.scheme(), "http" | "https"))
}
