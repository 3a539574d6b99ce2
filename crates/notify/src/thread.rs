//! What the messages of one incident have in common at receivers that keep incidents of their own.

use statusquo_alert::{Notice, Notification, Subject};
use url::Url;

use crate::Message;

/// The name of the incident at the receiver, the same from its start to its end: receivers put messages of one name
/// together. The beginning is part of it, since with a new store numbers begin anew.
pub(crate) fn name(notification: &Notification) -> String {
    let brief = &notification.brief;
    match notification.notice {
        Notice::Test => format!("statusquo-{}", notification.key),
        Notice::Opened
        | Notice::Worsened
        | Notice::Reopened
        | Notice::Reminder
        | Notice::Acknowledged
        | Notice::Flapping
        | Notice::Resolved => format!("statusquo-incident-{}-{}", brief.incident, brief.began.as_second()),
    }
}

/// What it is about, as a stable word: the name of the monitor or service, or the fault of our own.
pub(crate) fn subject(notification: &Notification) -> &str {
    match &notification.brief.subject {
        Subject::Monitor(name) | Subject::Traffic(name) => name.as_str(),
        Subject::Own(fault) => fault.as_str(),
    }
}

/// The page of the incident, if people can reach one.
pub(crate) fn page(message: &Message) -> Option<&Url> {
    message.links.first().map(|link| &link.url)
}
