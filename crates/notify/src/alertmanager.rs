//! Alertmanager, by its API v2 (prometheus/alertmanager, api/v2/openapi.yaml, `postAlerts`).

use std::time::Duration;

use jiff::Timestamp;
use secrecy::SecretString;
use serde_json::{Value, json};
use statusquo_alert::{Notice, Notification, Severity, Subject};

use crate::client::{Client, Endpoint, Post};
use crate::{Delivery, Message, SetupError, thread};

/// An alert without an end would be over after Alertmanager's `resolve_timeout`. Ours end when we say so.
const FAR: Duration = Duration::from_secs(365 * 24 * 3600);
/// A test is over after so long.
const TEST: Duration = Duration::from_secs(60);

/// An Alertmanager, which groups, routes and silences as it is told there.
#[derive(Debug)]
pub struct Alertmanager {
    endpoint: Endpoint,
    sign_in: Option<(String, SecretString)>,
    client: Client,
}

impl Alertmanager {
    /// The Alertmanager at this URL, with user name and password where a proxy asks for them.
    ///
    /// # Errors
    /// When the URL or the CA cannot be used.
    pub fn new(
        url: &SecretString,
        sign_in: Option<(String, SecretString)>,
        ca: Option<&[u8]>,
    ) -> Result<Self, SetupError> {
        Ok(Self { endpoint: Endpoint::below(url, "/api/v2/alerts")?, sign_in, client: Client::new(ca)? })
    }

    pub(crate) async fn send(
        &self,
        notification: &Notification,
        message: &Message,
        now: Timestamp,
    ) -> Delivery {
        let post = Post::json(render(notification, message).to_string());
        let post = match &self.sign_in {
            Some((user, password)) => post.basic(user, password),
            None => post,
        };
        match self.client.post(&self.endpoint, post, now).await {
            Ok(answer) => answer.judge(),
            Err(delivery) => delivery,
        }
    }
}

/// The alerts. The severity is a label, so that routes can choose by it; labels are an alert's identity, so the alert
/// of the other severity ends when this one is told.
#[must_use]
pub fn render(notification: &Notification, message: &Message) -> Value {
    let brief = &notification.brief;
    let one = |severity, ends: Timestamp| {
        json!({
            "labels": labels(notification, severity),
            "annotations": annotations(message),
            "startsAt": brief.began.to_string(),
            "endsAt": ends.to_string(),
            "generatorURL": thread::page(message).map_or("", url::Url::as_str),
        })
    };
    let far = |span| notification.at.checked_add(span).unwrap_or(Timestamp::MAX);
    let end = brief.resolved.unwrap_or(notification.at);
    match (notification.notice, brief.severity) {
        (Notice::Test, severity) => json!([one(severity, far(TEST))]),
        (Notice::Resolved, Severity::Failing) => {
            json!([one(Severity::Failing, end), one(Severity::Degraded, end)])
        }
        (Notice::Resolved, Severity::Degraded) => json!([one(Severity::Degraded, end)]),
        (Notice::Worsened, severity) => {
            json!([one(severity, far(FAR)), one(Severity::Degraded, notification.at)])
        }
        (
            Notice::Opened | Notice::Reopened | Notice::Reminder | Notice::Acknowledged | Notice::Flapping,
            severity,
        ) => json!([one(severity, far(FAR))]),
    }
}

fn labels(notification: &Notification, severity: Severity) -> Value {
    let brief = &notification.brief;
    let name = match (notification.notice, &brief.subject) {
        (Notice::Test, _) => "StatusquoTest",
        (_, Subject::Monitor(_) | Subject::Traffic(_)) => "StatusquoIncident",
        (_, Subject::Own(_)) => "StatusquoFault",
    };
    json!({
        "alertname": name,
        "monitor": thread::subject(notification),
        "incident": brief.incident.to_string(),
        "severity": word(severity),
    })
}

fn annotations(message: &Message) -> Value {
    json!({ "summary": message.headline, "description": message.body(), "target": message.footer })
}

const fn word(severity: Severity) -> &'static str {
    match severity {
        Severity::Failing => "critical",
        Severity::Degraded => "warning",
    }
}
