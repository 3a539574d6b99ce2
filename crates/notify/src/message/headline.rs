//! The one line that everybody reads.

use statusquo_alert::{Brief, Cause, CauseKind, Notice, Notification, Severity, State, Subject};

use super::clock::{between, words};
use crate::plain::{clip, one_line};

/// A name longer than this would leave no room for what is wrong.
const NAME: usize = 40;

/// What is the matter, in one line.
pub(super) fn headline(notification: &Notification) -> String {
    let brief = &notification.brief;
    let (name, state) = (name(brief), state_word(brief));
    match notification.notice {
        Notice::Opened => opened(brief),
        Notice::Worsened => changed(brief, "now", &format!("is now {state}")),
        Notice::Reopened => changed(brief, "again", &format!("is {state} again")),
        Notice::Reminder => changed(brief, "still", &format!("is still {state}")),
        Notice::Acknowledged => match &brief.acknowledged {
            Some((who, _)) => format!("{name}: {} is on it", one_line(&who.0)),
            None => format!("{name}: somebody is on it"),
        },
        Notice::Flapping => format!("{name} keeps changing, now {state}"),
        Notice::Resolved => {
            let end = brief.resolved.unwrap_or(notification.at);
            let lasted = words(between(brief.began, end));
            match &brief.resolved_by {
                // Nobody knows whether it is well.
                Some(who) => format!("{name}: {} ended the incident after {lasted}", one_line(&who.0)),
                None => format!("{name} is well again after {lasted}"),
            }
        }
        Notice::Test => format!("Test: messages reach {}", one_line(notification.receiver.as_str())),
    }
}

/// The title that all messages of an incident share in a mailbox: that of its start.
pub(crate) fn thread_title(brief: &Brief) -> String {
    clip(&format!("{} {}", open_state(brief).glyph(), opened(brief)), super::TITLE)
}

/// `Orders answers 503 Service Unavailable`, `Orders is degraded: answers 429 Too Many Requests`.
fn opened(brief: &Brief) -> String {
    match (&brief.subject, brief.severity, &brief.cause) {
        (Subject::Monitor(_), Severity::Failing, Some(cause)) => {
            format!("{} {}", name(brief), predicate(cause))
        }
        (Subject::Monitor(_), Severity::Failing | Severity::Degraded, _) => {
            with_cause(brief, &format!("is {}", state_word(brief)))
        }
        (Subject::Traffic(_), _, Some(cause)) => format!("{} {}", name(brief), predicate(cause)),
        (Subject::Traffic(_), _, None) => format!("{} is {}", name(brief), state_word(brief)),
        (Subject::Own(fault), _, _) => format!("{} {}", name(brief), fault.in_words()),
    }
}

/// `Orders is still failing: answers 503 Service Unavailable`, `Statusquo still cannot write to its store`.
fn changed(brief: &Brief, adverb: &str, is_failing: &str) -> String {
    match &brief.subject {
        Subject::Monitor(_) | Subject::Traffic(_) => with_cause(brief, is_failing),
        Subject::Own(fault) => format!("{} {adverb} {}", name(brief), fault.in_words()),
    }
}

/// `Orders is failing: answers 503 Service Unavailable`.
fn with_cause(brief: &Brief, is_failing: &str) -> String {
    let name = name(brief);
    match &brief.cause {
        Some(cause) => format!("{name} {is_failing}: {}", predicate(cause)),
        None => format!("{name} {is_failing}"),
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
        | CauseKind::HeartbeatFailed { .. }
        | CauseKind::Traffic(_) => one_line(&cause.sentence),
    }
}

fn name(brief: &Brief) -> String {
    clip(&one_line(&brief.title), NAME)
}

/// The state of an incident's subject while it lasts.
pub(super) const fn open_state(brief: &Brief) -> State {
    match (&brief.subject, brief.severity) {
        (Subject::Own(_), _) => State::Unknown,
        (Subject::Monitor(_) | Subject::Traffic(_), Severity::Failing) => State::Failing,
        (Subject::Monitor(_) | Subject::Traffic(_), Severity::Degraded) => State::Degraded,
    }
}

/// The same in a word that fits into a sentence.
pub(super) const fn state_word(brief: &Brief) -> &'static str {
    match &brief.subject {
        Subject::Own(_) => "at fault",
        Subject::Monitor(_) | Subject::Traffic(_) => open_state(brief).as_str(),
    }
}
