//! The message as an email.

use std::fmt::Write as _;
use std::time::SystemTime;

use jiff::Timestamp;
use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart};
use statusquo_alert::{Notice, Notification, State};

use crate::Message;
use crate::message::{Part, thread_title};

/// The message as an email: text and HTML, in one thread with all others of its incident.
pub(super) fn mail(
    (from, to): (&Mailbox, &[Mailbox]),
    notification: &Notification,
    message: &Message,
    now: Timestamp,
) -> Option<lettre::Message> {
    let domain = from.email.domain();
    let (id, root) = (id(notification, domain), root(notification, domain));
    let mut builder = lettre::Message::builder()
        .from(from.clone())
        .date(SystemTime::from(now))
        .subject(subject(notification, message))
        // Out-of-office programs do not answer such mail (RFC 3834, 5).
        .raw_header(HeaderValue::new(
            HeaderName::new_from_ascii_str("Auto-Submitted"),
            "auto-generated".to_owned(),
        ));
    for mailbox in to {
        builder = builder.to(mailbox.clone());
    }
    builder = match notification.notice {
        Notice::Test => builder.message_id(Some(id)),
        Notice::Opened => builder.message_id(Some(root)),
        Notice::Worsened
        | Notice::Reopened
        | Notice::Reminder
        | Notice::Acknowledged
        | Notice::Flapping
        | Notice::Resolved => builder.message_id(Some(id)).in_reply_to(root.clone()).references(root),
    };
    builder.multipart(MultiPart::alternative_plain_html(text(message), html(message))).ok()
}

/// Mailboxes keep a thread together by its root and its subject, so all messages of an incident share both. The
/// first line of the text has the title that fits the moment.
fn subject(notification: &Notification, message: &Message) -> String {
    match notification.notice {
        Notice::Opened | Notice::Test => message.title(),
        Notice::Worsened
        | Notice::Reopened
        | Notice::Reminder
        | Notice::Acknowledged
        | Notice::Flapping
        | Notice::Resolved => format!("Re: {}", thread_title(&notification.brief)),
    }
}

/// The same for each attempt to send this notification. The moment is part of it, since incidents are counted anew
/// when somebody starts with an empty store, and some mailboxes drop what has an id that they have seen.
fn id(notification: &Notification, domain: &str) -> String {
    format!("<{}.{}@{domain}>", atom(&notification.key), notification.at.as_millisecond())
}

/// The id of an incident's first message to this receiver.
fn root(notification: &Notification, domain: &str) -> String {
    let (brief, receiver) = (&notification.brief, atom(notification.receiver.as_str()));
    format!("<incident-{}-{receiver}.{}@{domain}>", brief.incident, brief.began.as_millisecond())
}

/// Fit for the left side of a `Message-ID` (RFC 5322, 3.2.3); other characters become their number.
fn atom(text: &str) -> String {
    let mut atom = String::with_capacity(text.len());
    for character in text.chars() {
        if character.is_ascii_alphanumeric() || character == '-' || character == '_' {
            atom.push(character);
        } else {
            let _ = write!(atom, "+{:x}", u32::from(character));
        }
    }
    atom
}

/// The text part: a paragraph for each thing.
#[must_use]
pub fn text(message: &Message) -> String {
    let mut text = message.title();
    text.push('\n');
    for line in &message.lines {
        let _ = write!(text, "\n{}\n", line.text);
    }
    if !message.links.is_empty() {
        text.push('\n');
    }
    for link in &message.links {
        let _ = writeln!(text, "{}: {}", link.label, link.url);
    }
    if !message.footer.is_empty() {
        let _ = write!(text, "\n{}\n", message.footer);
    }
    text
}

/// The HTML part: the same sentences, with a bar in the colour of the state.
#[must_use]
pub fn html(message: &Message) -> String {
    let (colour, title) = (colour(message.state), escape(&message.title()));
    let mut html = format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>{title}</title></head>\n\
         <body style=\"font:15px/1.5 sans-serif\">\n<div style=\"border-left:4px solid {colour};padding-left:12px\">\n\
         <p style=\"font-size:17px\"><strong>{title}</strong></p>\n"
    );
    for line in &message.lines {
        let text = literal(&escape(&line.text));
        let _ = match line.part {
            Part::Next => writeln!(html, "<p><strong>{text}</strong></p>"),
            Part::Since | Part::Affected | Part::Likely | Part::Meaning | Part::Late => {
                writeln!(html, "<p>{text}</p>")
            }
        };
    }
    let links: Vec<String> = message
        .links
        .iter()
        .map(|link| format!("<a href=\"{}\">{}</a>", escape(link.url.as_str()), escape(&link.label)))
        .collect();
    if !links.is_empty() {
        let _ = writeln!(html, "<p>{}</p>", links.join(" &nbsp; "));
    }
    if !message.footer.is_empty() {
        let _ = writeln!(html, "<p style=\"color:#54606f;font-size:13px\">{}</p>", escape(&message.footer));
    }
    html.push_str("</div>\n</body></html>\n");
    html
}

/// What stands between backticks becomes code. An odd backtick stays one.
fn literal(escaped: &str) -> String {
    let pieces: Vec<&str> = escaped.split('`').collect();
    if pieces.len().is_multiple_of(2) {
        return escaped.to_owned();
    }
    let marks = ["<code>", "</code>"].into_iter().cycle();
    let mut html = String::with_capacity(escaped.len());
    for (piece, mark) in pieces.iter().zip(std::iter::once("").chain(marks)) {
        html.push_str(mark);
        html.push_str(piece);
    }
    html
}

fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            character => escaped.push(character),
        }
    }
    escaped
}

/// The dashboard's colours.
const fn colour(state: State) -> &'static str {
    match state {
        State::Ok => "#3567bd",
        State::Degraded => "#c0810a",
        State::Failing => "#ab1a1a",
        State::Unknown => "#161b24",
        State::Paused => "#86939f",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn backticks_become_code_in_pairs() {
        assert_eq!(literal("run `a` or `b`."), "run <code>a</code> or <code>b</code>.");
        assert_eq!(literal("an odd ` stays"), "an odd ` stays");
    }

    #[test]
    fn ids_hold_nothing_that_could_end_them() {
        assert_eq!(atom("incident-1-on call>\r\n-2"), "incident-1-on+20call+3e+d+a-2");
    }
}
