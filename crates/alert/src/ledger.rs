//! Who is owed which message: the difference between what is true and what was told.

use std::time::Duration;

use jiff::Timestamp;

use crate::time::since;
use crate::{Incident, Notice, Phase, Receiver, Told};

/// What keeps messages back for now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Circumstances {
    /// Maintenance, a silence, or a failing parent.
    pub(crate) held: bool,
    /// The target is good again, but not for long enough yet: no news in that state.
    pub(crate) recovering: bool,
    /// It changes too often.
    pub(crate) flapping: bool,
}

/// The message that a receiver is owed now, if any. Nothing is remembered of what was held: when the
/// circumstances end, the difference between truth and [`Told`] is what is sent.
pub(crate) fn owed(
    incident: &Incident,
    told: Option<&Told>,
    wishes: Option<&Receiver>,
    now_is: Circumstances,
    now: Timestamp,
) -> Option<Notice> {
    if now_is.held {
        return None;
    }
    let Some(told) = told else {
        return (incident.is_open() && !now_is.recovering).then_some(Notice::Opened);
    };
    let was_told_of_end = told.notice == Notice::Resolved;
    match (incident.is_open(), was_told_of_end) {
        (true, true) => (!now_is.recovering).then_some(Notice::Reopened),
        (true, false) => owed_while_open(incident, *told, wishes, now_is, now),
        (false, true) => None,
        (false, false) => Some(Notice::Resolved),
    }
}

fn owed_while_open(
    incident: &Incident,
    told: Told,
    wishes: Option<&Receiver>,
    now_is: Circumstances,
    now: Timestamp,
) -> Option<Notice> {
    let wants = |notice| wishes.is_some_and(|receiver| receiver.wants.contains(&notice));
    let taken_since = incident.acknowledged.as_ref().is_some_and(|(_, at)| *at > told.at);
    if now_is.flapping {
        return (told.notice != Notice::Flapping).then_some(Notice::Flapping);
    }
    if incident.severity > told.severity {
        return Some(Notice::Worsened);
    }
    if taken_since && wants(Notice::Acknowledged) && told.notice != Notice::Acknowledged {
        return Some(Notice::Acknowledged);
    }
    let due = incident.phase == Phase::Open
        && wants(Notice::Reminder)
        && since(told.at, now)
            >= wishes.and_then(|receiver| receiver.repeat).unwrap_or_else(|| reminder_after(told.reminders));
    due.then_some(Notice::Reminder)
}

/// 15 minutes after the last message, then twice as long each time, at most a day.
fn reminder_after(reminders: u32) -> Duration {
    let minutes = 15_u64.saturating_mul(1_u64.checked_shl(reminders).unwrap_or(u64::MAX));
    Duration::from_secs(minutes.min(24 * 60) * 60)
}

/// What the receiver has been told once `notice` is in the outbox.
pub(crate) fn told_after(incident: &Incident, before: Option<&Told>, notice: Notice, now: Timestamp) -> Told {
    let afresh = matches!(notice, Notice::Opened | Notice::Reopened | Notice::Worsened);
    let reminders = before.map_or(0, |told| told.reminders);
    Told {
        notice,
        severity: incident.severity,
        at: now,
        count: before.map_or(0, |told| told.count) + 1,
        reminders: match (afresh, notice) {
            (true, _) => 0,
            (false, Notice::Reminder) => reminders.saturating_add(1),
            (false, _) => reminders,
        },
    }
}
