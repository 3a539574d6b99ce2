//! PagerDuty, by its Events API v2 (developer.pagerduty.com, "Send an event").

use jiff::Timestamp;
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};
use statusquo_alert::{Notice, Notification, Severity, Subject};

use crate::client::{Client, Endpoint, Post};
use crate::plain::clip;
use crate::{Delivery, Message, SetupError, thread};

/// Where events go; in the service region EU it is `https://events.eu.pagerduty.com`.
pub const URL: &str = "https://events.pagerduty.com";
/// The longest summary, in characters.
const SUMMARY: usize = 1024;

/// A service at PagerDuty, by its integration key.
#[derive(Debug)]
pub struct PagerDuty {
    endpoint: Endpoint,
    key: SecretString,
    client: Client,
}

/// What is asked of PagerDuty.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Action {
    Trigger,
    Acknowledge,
    Resolve,
}

impl PagerDuty {
    /// The service behind this integration key; `url` is [`URL`] or the region's own.
    ///
    /// # Errors
    /// When the URL cannot be used.
    pub fn new(url: &SecretString, key: SecretString) -> Result<Self, SetupError> {
        Ok(Self { endpoint: Endpoint::below(url, "/v2/enqueue")?, key, client: Client::new(None)? })
    }

    pub(crate) async fn send(
        &self,
        notification: &Notification,
        message: &Message,
        now: Timestamp,
    ) -> Delivery {
        let action = action(notification.notice);
        let sent = self.enqueue(event(notification, message, action), now).await;
        match (&sent, notification.notice) {
            // A test leaves nothing open.
            (Delivery::Sent { .. }, Notice::Test) => {
                self.enqueue(event(notification, message, Action::Resolve), now).await
            }
            _ => sent,
        }
    }

    async fn enqueue(&self, mut event: Value, now: Timestamp) -> Delivery {
        if let Some(members) = event.as_object_mut() {
            members.insert("routing_key".to_owned(), self.key.expose_secret().into());
        }
        match self.client.post(&self.endpoint, Post::json(event.to_string()), now).await {
            Ok(answer) => answer.judge_with(&["/errors/0", "/message"], &[&self.key]),
            Err(delivery) => delivery,
        }
    }
}

/// The event that is sent, without the key.
#[must_use]
pub fn render(notification: &Notification, message: &Message) -> Value {
    event(notification, message, action(notification.notice))
}

const fn action(notice: Notice) -> Action {
    match notice {
        Notice::Opened
        | Notice::Worsened
        | Notice::Reopened
        | Notice::Reminder
        | Notice::Flapping
        | Notice::Test => Action::Trigger,
        Notice::Acknowledged => Action::Acknowledge,
        Notice::Resolved => Action::Resolve,
    }
}

fn event(notification: &Notification, message: &Message, action: Action) -> Value {
    let name = thread::name(notification);
    match action {
        Action::Acknowledge => json!({ "event_action": "acknowledge", "dedup_key": name }),
        Action::Resolve => json!({ "event_action": "resolve", "dedup_key": name }),
        Action::Trigger => {
            let links: Vec<Value> = message
                .links
                .iter()
                .map(|link| json!({ "href": link.url.as_str(), "text": link.label }))
                .collect();
            json!({
                "event_action": "trigger",
                "dedup_key": name,
                "client": "Statusquo",
                "client_url": thread::page(message).map(url::Url::as_str),
                "links": links,
                "payload": payload(notification, message),
            })
        }
    }
}

fn payload(notification: &Notification, message: &Message) -> Value {
    let brief = &notification.brief;
    let status = brief.cause.as_ref().and_then(|cause| cause.kind.status()).map(|code| code.get());
    let source = if brief.target.is_empty() { &brief.title } else { &brief.target };
    json!({
        "summary": clip(&message.headline, SUMMARY),
        "source": clip(source, SUMMARY),
        "severity": severity(notification),
        "timestamp": brief.began.to_string(),
        "component": thread::subject(notification),
        "class": brief.cause.as_ref().map(|cause| cause.kind.family().as_str()),
        "custom_details": {
            "incident": brief.incident.0,
            "status_code": status,
            "bad_probes": brief.bad,
            "probes": brief.of,
            "text": message.body(),
        },
    })
}

fn severity(notification: &Notification) -> &'static str {
    let brief = &notification.brief;
    match (notification.notice, &brief.subject, brief.severity) {
        (Notice::Test, _, _) => "info",
        (_, Subject::Own(_), _) => "error",
        (_, Subject::Monitor(_) | Subject::Traffic(_), Severity::Failing) => "critical",
        (_, Subject::Monitor(_) | Subject::Traffic(_), Severity::Degraded) => "warning",
    }
}
