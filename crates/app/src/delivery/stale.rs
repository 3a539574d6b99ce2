//! What is still worth sending after a receiver did not take anything for a while.
//!
//! Messages that waited are news no more: people want to know what is true now, each once, and machines want one start
//! and one end. So of the messages of one incident that wait for one receiver only those are sent that take it from what
//! it believes to what is true.

use std::time::Duration;

use jiff::Timestamp;
use statusquo_alert::Notice;
use statusquo_store::Due;

/// Messages that are younger are sent as they are.
const STALE: Duration = Duration::from_secs(120);

/// Why messages are not sent.
const NEWER: &str = "not sent: a later message of this incident says more";
const OVER: &str = "not sent: it was over before the receiver could be told";

/// Which of these are not sent any more, by their keys, and why. `waiting` is all that waits for one receiver about one
/// incident, oldest first.
pub(super) fn stale(waiting: &[Due], now: Timestamp) -> Vec<(String, &'static str)> {
    let (Some(first), Some(last)) = (waiting.first(), waiting.last()) else { return Vec::new() };
    let age = now.duration_since(first.notification.at);
    if waiting.len() < 2 || age.try_into().unwrap_or(Duration::ZERO) < STALE {
        return Vec::new();
    }
    let believes_open = !is_start(first.notification.notice);
    let is_open = last.notification.notice != Notice::Resolved;
    // An attempt that failed may have been taken all the same.
    let may_know = waiting.iter().any(|due| due.attempts > 0);
    let start = waiting.iter().rposition(|due| is_start(due.notification.notice));
    let newest = waiting.len() - 1;
    let is_kept = |place: usize| match (believes_open, is_open) {
        (false, false) => may_know && place == newest,
        (false, true) => Some(place) == start || (place == newest && is_more_than_a_start(last)),
        (true, _) => place == newest,
    };
    let reason = if !believes_open && !is_open && !may_know { OVER } else { NEWER };
    let dropped = waiting.iter().enumerate().filter(|(place, _)| !is_kept(*place));
    dropped.map(|(_, due)| (due.notification.key.clone(), reason)).collect()
}

const fn is_start(notice: Notice) -> bool {
    matches!(notice, Notice::Opened | Notice::Reopened)
}

/// A reminder right after the start says nothing.
const fn is_more_than_a_start(due: &Due) -> bool {
    matches!(due.notification.notice, Notice::Worsened | Notice::Acknowledged | Notice::Flapping)
}

#[cfg(test)]
mod tests {
    use statusquo_exchange::Name;

    use super::*;

    const AT: i64 = 1_700_000_000;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(AT + second).unwrap()
    }

    /// What is kept of messages that wait, each a minute after the other; the first was tried so often.
    #[track_caller]
    fn check(notices: &[Notice], attempts: u32, expect: &[Notice]) {
        let due = |(place, notice): (usize, &Notice)| {
            let mut notification =
                crate::delivery::test_notification(Name::from("oncall"), at(60 * place as i64));
            (notification.notice, notification.key) = (*notice, place.to_string());
            Due { notification, attempts: if place == 0 { attempts } else { 0 } }
        };
        let waiting: Vec<Due> = notices.iter().enumerate().map(due).collect();
        let stale = stale(&waiting, at(7200));
        let is_kept = |due: &&Due| stale.iter().all(|(key, _)| *key != due.notification.key);
        let kept: Vec<Notice> = waiting.iter().filter(is_kept).map(|due| due.notification.notice).collect();
        assert_eq!(kept, expect, "of {notices:?}");
    }

    #[test]
    fn only_what_is_still_true_is_sent() {
        use Notice::{Acknowledged, Flapping, Opened, Reminder, Reopened, Resolved, Worsened};
        check(&[Opened], 0, &[Opened]);
        check(&[Resolved], 0, &[Resolved]);
        check(&[Opened, Resolved], 0, &[]);
        check(&[Opened, Worsened, Reminder, Resolved], 0, &[]);
        // It may have arrived: the end is owed.
        check(&[Opened, Resolved], 3, &[Resolved]);
        check(&[Opened, Reminder, Reminder], 0, &[Opened]);
        check(&[Opened, Worsened, Reminder, Acknowledged], 0, &[Opened, Acknowledged]);
        check(&[Opened, Resolved, Reopened], 0, &[Reopened]);
        check(&[Opened, Resolved, Reopened, Flapping], 0, &[Reopened, Flapping]);
        check(&[Worsened, Reminder, Reminder, Resolved], 0, &[Resolved]);
        check(&[Reminder, Reminder], 0, &[Reminder]);
        check(&[Resolved, Reopened], 0, &[Reopened]);
        check(&[Resolved, Reopened, Resolved], 0, &[Resolved]);
    }

    #[test]
    fn young_messages_are_sent_as_they_are() {
        let due = |notice| {
            let mut notification = crate::delivery::test_notification(Name::from("oncall"), at(0));
            notification.notice = notice;
            Due { notification, attempts: 0 }
        };
        assert!(stale(&[due(Notice::Opened), due(Notice::Resolved)], at(119)).is_empty());
        assert_eq!(stale(&[due(Notice::Opened), due(Notice::Resolved)], at(120)).len(), 2);
    }
}
