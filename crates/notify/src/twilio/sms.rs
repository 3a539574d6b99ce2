//! The text message: one part, at most 160 septets.

use statusquo_alert::{Notice, Notification};

use super::gsm::{clip, plain};
use crate::{Message, thread};

/// One part.
const PART: usize = 160;
/// The headline keeps so much, whatever else has to go.
const HEADLINE: usize = 60;

/// The text: what is wrong and how to take it; since when and the link as far as there is room.
#[must_use]
pub fn text(notification: &Notification, message: &Message, has_replies: bool) -> String {
    let mut text = plain(&format!("{}{}", mark(notification), message.headline));
    let take = if has_replies { how_to_take(notification) } else { String::new() };
    let link = thread::page(message).map(|url| plain(&format!(" {url}"))).unwrap_or_default();
    let since = since(notification);
    // Least important last: what does not fit is left out whole, so that no link is broken.
    let mut room = PART.saturating_sub(HEADLINE.min(text.chars().count()));
    let mut kept = [take, link, since].map(|piece| {
        let fits = piece.chars().count() <= room;
        room = if fits { room - piece.chars().count() } else { room };
        if fits { piece } else { String::new() }
    });
    text = clip(&text, PART - kept.iter().map(|piece| piece.chars().count()).sum::<usize>());
    kept.reverse();
    // Read in this order: since when, where, how to take it.
    text + &kept.concat()
}

/// The state in a word, since there is no sign for it, where the headline does not say it.
fn mark(notification: &Notification) -> String {
    match notification.notice {
        Notice::Opened => format!("{} ", notification.brief.severity.as_str().to_uppercase()),
        Notice::Resolved => "OK ".to_owned(),
        Notice::Worsened
        | Notice::Reopened
        | Notice::Reminder
        | Notice::Acknowledged
        | Notice::Flapping
        | Notice::Test => String::new(),
    }
}

fn how_to_take(notification: &Notification) -> String {
    match notification.notice {
        Notice::Opened | Notice::Worsened | Notice::Reopened | Notice::Reminder | Notice::Flapping => {
            format!(" Reply ACK {}", notification.brief.incident)
        }
        Notice::Acknowledged | Notice::Resolved | Notice::Test => String::new(),
    }
}

fn since(notification: &Notification) -> String {
    match notification.notice {
        Notice::Opened | Notice::Worsened | Notice::Reopened | Notice::Reminder | Notice::Flapping => {
            format!(" since {}.", crate::message::clock(notification.brief.began, notification.at))
        }
        Notice::Acknowledged | Notice::Resolved | Notice::Test => ".".to_owned(),
    }
}
