//! The phone call: what it says, and which digits it takes (twilio.com/docs/voice/twiml/gather).

use statusquo_alert::{Notice, Notification};
use url::Url;

use super::speech::{escape, spoken};
use crate::Message;
use crate::plain::clip;

/// Inline TwiML may have at most 4000 characters; the text is said twice.
const SAID: usize = 900;
/// How long somebody may think before pressing a digit.
const WAIT_SECONDS: u32 = 10;

/// What the call says. Without a `callback` nobody can answer with digits.
#[must_use]
pub fn twiml(notification: &Notification, message: &Message, callback: Option<&Url>) -> String {
    let said = escape(&clip(&spoken(&sentences(message)), SAID));
    let open = match notification.notice {
        Notice::Opened
        | Notice::Worsened
        | Notice::Reopened
        | Notice::Reminder
        | Notice::Flapping
        | Notice::Test => callback,
        Notice::Acknowledged | Notice::Resolved => None,
    };
    match open {
        None => format!("<Response><Say>{said}</Say><Pause/><Say>{said}</Say></Response>"),
        Some(callback) => {
            let action = escape(action(callback, notification.brief.incident.0).as_str());
            let gather = format!(
                "<Gather numDigits=\"1\" timeout=\"{WAIT_SECONDS}\" action=\"{action}\" method=\"POST\">\
                 <Say>{said} Press 1 to take it, 2 to hear it again, 3 to pass it on.</Say></Gather>"
            );
            // Whoever is woken misses the first half: it is said again when no digit came.
            format!("<Response>{gather}{gather}<Say>Nobody took it. Goodbye.</Say></Response>")
        }
    }
}

/// Where the digit goes. The incident is part of the address, which Twilio signs.
fn action(callback: &Url, incident: u64) -> Url {
    let mut url = callback.clone();
    url.query_pairs_mut().append_pair("incident", &incident.to_string());
    url
}

fn sentences(message: &Message) -> String {
    let first = message.lines.first().map(|line| line.text.as_str()).unwrap_or_default();
    format!("Statusquo. {}. {first}", message.headline)
}
