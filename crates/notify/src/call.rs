//! What people answer through their receivers: a pressed button, a digit, a text message.

use jiff::Timestamp;
use statusquo_alert::{IncidentNumber, Who};

use crate::slack::Slack;
use crate::twilio::{Heard, Means, Spoken, Twilio};
use crate::{Receiver, twilio};

/// A request that came for a receiver, as it came: signatures are over exact bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// What follows the receiver's address: the query, without its question mark.
    pub query: String,
    /// The header fields, names in small letters.
    pub fields: Vec<(String, String)>,
    /// The content.
    pub content: String,
}

/// What is asked through a receiver.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asked {
    /// "I am on it". Without a name it is whoever has that receiver.
    Take(IncidentNumber, Option<Who>),
    /// Somebody else shall do it.
    PassOn(IncidentNumber),
    /// To hear of the incident again.
    Again(IncidentNumber),
    /// Something that we do not know.
    Unknown,
}

/// Why a request was not believed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refused {
    /// Nothing comes back from receivers of this kind, or it is not set up.
    #[error("this receiver takes no answers")]
    Deaf,
    /// The signature is missing, wrong or old.
    #[error("the signature is missing, wrong or too old")]
    Signature,
}

/// What came of it, for the person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// In a sentence.
    Said(String),
    /// The incident is told again: this notification.
    Told(Box<statusquo_alert::Notification>, crate::Links),
}

/// What the caller gets: a content type and a content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// The content type.
    pub media_type: &'static str,
    /// The content.
    pub content: String,
}

impl Call {
    fn field(&self, name: &str) -> &str {
        let found = self.fields.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str()).unwrap_or_default()
    }
}

impl Receiver {
    /// What a request asks, once it is known to come from the receiver's own service.
    ///
    /// # Errors
    /// When the request cannot be believed.
    pub fn hear(&self, call: &Call, now: Timestamp) -> Result<Asked, Refused> {
        match self {
            Self::Slack(slack) => from_slack(slack, call, now),
            Self::Twilio(phone) => from_twilio(phone, call),
            Self::Email(_)
            | Self::Webhook(_)
            | Self::Terminal(_)
            | Self::PagerDuty(_)
            | Self::Opsgenie(_)
            | Self::Teams(_)
            | Self::Discord(_)
            | Self::Telegram(_)
            | Self::Ntfy(_)
            | Self::Alertmanager(_)
            | Self::Command(_) => Err(Refused::Deaf),
        }
    }

    /// The answer to a request that was believed.
    #[must_use]
    pub fn reply(&self, outcome: &Outcome, now: Timestamp) -> Reply {
        match self {
            Self::Twilio(phone) => {
                Reply { media_type: "text/xml; charset=utf-8", content: spoken(phone, outcome, now) }
            }
            Self::Slack(_)
            | Self::Email(_)
            | Self::Webhook(_)
            | Self::Terminal(_)
            | Self::PagerDuty(_)
            | Self::Opsgenie(_)
            | Self::Teams(_)
            | Self::Discord(_)
            | Self::Telegram(_)
            | Self::Ntfy(_)
            | Self::Alertmanager(_)
            | Self::Command(_) => {
                // Slack wants 200 within three seconds; the channel hears of it by the usual message.
                Reply { media_type: "text/plain; charset=utf-8", content: String::new() }
            }
        }
    }
}

fn from_slack(slack: &Slack, call: &Call, now: Timestamp) -> Result<Asked, Refused> {
    let signed = (call.field("x-slack-request-timestamp"), call.field("x-slack-signature"));
    if !slack.is_signed(signed, &call.content, now) {
        return Err(Refused::Signature);
    }
    let pressed = Slack::pressed(&call.content);
    Ok(pressed.map_or(Asked::Unknown, |pressed| Asked::Take(pressed.incident, Some(Who(pressed.who)))))
}

fn from_twilio(phone: &Twilio, call: &Call) -> Result<Asked, Refused> {
    let Some(callback) = phone.callback() else { return Err(Refused::Deaf) };
    let mut url = callback.to_string();
    if !call.query.is_empty() {
        url = format!("{url}?{}", call.query);
    }
    let pairs = pairs(&call.content);
    if !phone.is_signed(&url, &pairs, call.field("x-twilio-signature")) {
        return Err(Refused::Signature);
    }
    Ok(match phone.heard(&self::pairs(&call.query), &pairs) {
        Heard::Take(number) => Asked::Take(number, None),
        Heard::PassOn(number) => Asked::PassOn(number),
        Heard::Again(number) => Asked::Again(number),
        Heard::Unknown => Asked::Unknown,
    })
}

fn spoken(phone: &Twilio, outcome: &Outcome, now: Timestamp) -> String {
    match outcome {
        Outcome::Said(text) => Spoken::say(phone.means(), text),
        Outcome::Told(notification, links) => {
            let message = crate::Message::of(notification, links, now);
            match phone.means() {
                Means::Call => twilio::twiml(notification, &message, phone.callback()),
                Means::Sms => Spoken::say(Means::Sms, &message.headline),
            }
        }
    }
}

fn pairs(form: &str) -> Vec<(String, String)> {
    url::form_urlencoded::parse(form.as_bytes()).into_owned().collect()
}
