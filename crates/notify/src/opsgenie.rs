//! Opsgenie, by its Alert API v2 (docs.opsgenie.com, "Alert API").
//!
//! Its end is announced for 5 April 2027; Jira Service Management takes the same requests below
//! `https://api.atlassian.com/jsm/ops/integration`.

use jiff::Timestamp;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use secrecy::SecretString;
use serde_json::{Value, json};
use statusquo_alert::{Notice, Notification, Severity, Subject};

use crate::client::{Client, Endpoint, Post};
use crate::plain::clip;
use crate::{Delivery, Message, SetupError, thread};

/// Where alerts go; in the European region it is `https://api.eu.opsgenie.com`.
pub const URL: &str = "https://api.opsgenie.com";
/// Opsgenie's own limits, in characters.
const MESSAGE: usize = 130;
const DESCRIPTION: usize = 15_000;
const ENTITY: usize = 512;

/// A team at Opsgenie, by the key of its API integration.
#[derive(Debug)]
pub struct Opsgenie {
    base: SecretString,
    key: SecretString,
    client: Client,
}

/// One request: where to, below the base, and what.
#[derive(Debug, Clone, PartialEq)]
pub struct Asked {
    /// The path, with its query.
    pub path: String,
    /// The content.
    pub content: Value,
}

impl Opsgenie {
    /// The team behind this key; `url` is [`URL`] or the region's own.
    ///
    /// # Errors
    /// When the URL cannot be used.
    pub fn new(url: &SecretString, key: SecretString) -> Result<Self, SetupError> {
        Endpoint::below(url, "/v2/alerts")?;
        Ok(Self { base: url.clone(), key, client: Client::new(None)? })
    }

    pub(crate) async fn send(
        &self,
        notification: &Notification,
        message: &Message,
        now: Timestamp,
    ) -> Delivery {
        let sent = self.ask(render(notification, message), now).await;
        match (&sent, notification.notice) {
            // A test leaves nothing open.
            (Delivery::Sent { .. }, Notice::Test) => self.ask(close(notification, message), now).await,
            _ => sent,
        }
    }

    async fn ask(&self, asked: Asked, now: Timestamp) -> Delivery {
        let endpoint = match Endpoint::below(&self.base, &asked.path) {
            Ok(endpoint) => endpoint,
            Err(error) => return Delivery::Refused { reason: error.to_string() },
        };
        let post = Post::json(asked.content.to_string()).authorized("GenieKey", &self.key);
        match self.client.post(&endpoint, post, now).await {
            Ok(answer) => answer.judge_with(&["/message"], &[&self.key]),
            Err(delivery) => delivery,
        }
    }
}

/// The request that is sent.
#[must_use]
pub fn render(notification: &Notification, message: &Message) -> Asked {
    match notification.notice {
        Notice::Opened
        | Notice::Worsened
        | Notice::Reopened
        | Notice::Reminder
        | Notice::Flapping
        | Notice::Test => Asked { path: "/v2/alerts".to_owned(), content: alert(notification, message) },
        Notice::Acknowledged => on_alert(notification, message, "acknowledge"),
        Notice::Resolved => close(notification, message),
    }
}

fn close(notification: &Notification, message: &Message) -> Asked {
    on_alert(notification, message, "close")
}

fn on_alert(notification: &Notification, message: &Message, act: &str) -> Asked {
    let name = thread::name(notification);
    let name = utf8_percent_encode(&name, NON_ALPHANUMERIC);
    Asked {
        path: format!("/v2/alerts/{name}/{act}?identifierType=alias"),
        content: json!({ "source": "Statusquo", "note": clip(&message.text(), DESCRIPTION) }),
    }
}

fn alert(notification: &Notification, message: &Message) -> Value {
    let brief = &notification.brief;
    let subject = thread::subject(notification);
    json!({
        "message": clip(&message.headline, MESSAGE),
        "alias": thread::name(notification),
        "description": clip(&message.text(), DESCRIPTION),
        "entity": clip(subject, ENTITY),
        "source": "Statusquo",
        "priority": priority(notification),
        "tags": ["statusquo", brief.severity.as_str()],
        "details": {
            "incident": brief.incident.to_string(),
            "monitor": subject,
            "target": brief.target,
            "link": thread::page(message).map_or("", url::Url::as_str),
        },
    })
}

fn priority(notification: &Notification) -> &'static str {
    let brief = &notification.brief;
    match (notification.notice, &brief.subject, brief.severity) {
        (Notice::Test, _, _) => "P5",
        (_, Subject::Own(_), _) | (_, _, Severity::Degraded) => "P3",
        (_, Subject::Monitor(_) | Subject::Traffic(_), Severity::Failing) => "P1",
    }
}
