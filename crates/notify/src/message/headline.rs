//! The one line that everybody reads.

use statusquo_alert::{Brief, Cause, CauseKind, Notice, Notification, Severity, Subject};

use super::clock::{between, words};
use crate::plain::{clip, one_line};

/// A name longer than this would leave no room for what is wrong.
const NAME: usize = 40;

/// What is the matter, in one line.
pub(super) fn headline(notification: &Notification) -> String {
    let brief = &notification.brief;
    let name = name(brief);
    match notification.notice {
        Notice::Opened => opened(brief),
        Notice::Worsened => changed(brief, "now"),
        Notice::Reopened => changed(brief, "again"),
        Notice::Reminder => changed(brief, "still"),
        Notice::Acknowledged => match &brief.acknowledged {
            Some((who, _)) => format!("{name}: {} is on it", one_line(&who.0)),
            None => format!("{name}: somebody is on it"),
        },
        Notice::Flapping => format!("{name} keeps changing, now {}", severity(brief)),
        Notice::Resolved => {
            let end = brief.resolved.unwrap_or(notification.at);
            format!("{name} is well again after {}", words(between(brief.began, end)))
        }
        Notice::Test => format!("Test: messages reach {}", one_line(notification.receiver.as_str())),
    }
}

/// The title that all messages of an incident share in a mailbox: that of its start.
pub(crate) fn thread_title(brief: &Brief) -> String {
    let glyph = match (&brief.subject, brief.severity) {
        (Subject::Own(_), _) => statusquo_alert::State::Unknown,
        (Subject::Monitor(_), Severity::Failing) => statusquo_alert::State::Failing,
        (Subject::Monitor(_), Severity::Degraded) => statusquo_alert::State::Degraded,
    }
    .glyph();
    clip(&format!("{glyph} {}", opened(brief)), super::TITLE)
}

/// `Orders answers 503 Service Unavailable`, `Orders is degraded: answers 429 Too Many Requests`.
fn opened(brief: &Brief) -> String {
    match (&brief.subject, brief.severity, &brief.cause) {
        (Subject::Monitor(_), Severity::Failing, Some(cause)) => {
            format!("{} {}", name(brief), predicate(cause))
        }
        (Subject::Monitor(_), Severity::Failing | Severity::Degraded, _) => with_cause(brief, "is"),
        (Subject::Own(fault), _, _) => format!("{} {}", name(brief), fault.in_words()),
    }
}

/// `Orders is still failing: answers 503 Service Unavailable`, `Statusquo still cannot write to its store`.
fn changed(brief: &Brief, how: &str) -> String {
    match &brief.subject {
        Subject::Monitor(_) if how == "now" => with_cause(brief, "is now"),
        Subject::Monitor(_) => with_cause(brief, &format!("is {how}")),
        Subject::Own(fault) => format!("{} {how} {}", name(brief), fault.in_words()),
    }
}

/// `Orders is failing: answers 503 Service Unavailable`.
fn with_cause(brief: &Brief, is: &str) -> String {
    let (name, severity) = (name(brief), severity(brief));
    match &brief.cause {
        Some(cause) => format!("{name} {is} {severity}: {}", predicate(cause)),
        None => format!("{name} {is} {severity}"),
    }
}

/// What is wrong, as the predicate of a sentence. What was found in a header field or in the content stays in the house:
/// it may be confidential, and messages go through many hands.
pub(crate) fn predicate(cause: &Cause) -> String {
    match &cause.kind {
        CauseKind::Expectation { status, expectation } if *expectation != "latency" => match status {
            Some(code) => format!("answers {code} {}, but not as expected (`{expectation}`)", code.phrase()),
            None => format!("does not answer as expected (`{expectation}`)"),
        },
        CauseKind::Expectation { .. }
        | CauseKind::Failure(_)
        | CauseKind::Status(_)
        | CauseKind::CertificateExpiring { .. }
        | CauseKind::HeartbeatMissed
        | CauseKind::HeartbeatFailed { .. } => one_line(&cause.sentence),
    }
}

fn name(brief: &Brief) -> String {
    clip(&one_line(&brief.title), NAME)
}

/// The state in a word.
pub(super) fn severity(brief: &Brief) -> &'static str {
    match (&brief.subject, brief.severity) {
        (Subject::Own(_), _) => "at fault",
        (Subject::Monitor(_), Severity::Failing) => "failing",
        (Subject::Monitor(_), Severity::Degraded) => "degraded",
    }
}
