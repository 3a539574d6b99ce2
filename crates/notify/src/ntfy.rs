//! ntfy, at ntfy.sh or a server of one's own (docs.ntfy.sh/publish, "Publish as JSON").

use jiff::Timestamp;
use secrecy::SecretString;
use serde_json::{Value, json};
use statusquo_alert::{Notice, Notification, Severity, State};

use crate::client::{Client, Endpoint, Post};
use crate::plain::clip_bytes;
use crate::{Delivery, Message, SetupError};

/// The public server.
pub const URL: &str = "https://ntfy.sh";
/// A longer text, in bytes, becomes an attachment (docs.ntfy.sh, "Limitations").
const MESSAGE: usize = 4096;
/// So many actions are allowed.
const ACTIONS: usize = 3;

/// A topic at a server.
#[derive(Debug)]
pub struct Ntfy {
    endpoint: Endpoint,
    topic: SecretString,
    token: Option<SecretString>,
    client: Client,
}

impl Ntfy {
    /// The topic at this server; whoever knows a topic that needs no token can read and write it.
    ///
    /// # Errors
    /// When the URL or the CA cannot be used.
    pub fn new(
        url: &SecretString,
        topic: SecretString,
        token: Option<SecretString>,
        ca: Option<&[u8]>,
    ) -> Result<Self, SetupError> {
        Ok(Self { endpoint: Endpoint::below(url, "/")?, topic, token, client: Client::new(ca)? })
    }

    pub(crate) async fn send(
        &self,
        notification: &Notification,
        message: &Message,
        now: Timestamp,
    ) -> Delivery {
        let content = render(notification, message, &self.topic).to_string();
        let post = Post::json(content);
        let post = match &self.token {
            Some(token) => post.authorized("Bearer", token),
            None => post,
        };
        let secrets: Vec<&SecretString> = self.token.iter().chain([&self.topic]).collect();
        match self.client.post(&self.endpoint, post, now).await {
            Ok(answer) => answer.judge_with(&["/error"], &secrets),
            Err(delivery) => delivery,
        }
    }
}

/// The request.
#[must_use]
pub fn render(notification: &Notification, message: &Message, topic: &SecretString) -> Value {
    use secrecy::ExposeSecret as _;
    let actions: Vec<Value> = message
        .links
        .iter()
        .take(ACTIONS)
        .map(|link| json!({ "action": "view", "label": link.label, "url": link.url.as_str() }))
        .collect();
    json!({
        "topic": topic.expose_secret(),
        "title": message.headline,
        "message": clip_bytes(&message.body(), MESSAGE),
        "priority": priority(notification),
        "tags": [tag(message.state)],
        "click": message.links.first().map(|link| link.url.as_str()),
        "actions": actions,
    })
}

/// 5 overrides the phone's silence, 3 is the usual sound, 2 makes none.
fn priority(notification: &Notification) -> u8 {
    match (notification.notice, notification.brief.severity) {
        (Notice::Opened | Notice::Worsened | Notice::Reopened | Notice::Reminder, Severity::Failing) => 5,
        (Notice::Opened | Notice::Worsened | Notice::Reopened | Notice::Reminder, Severity::Degraded) => 4,
        (Notice::Resolved | Notice::Test, _) => 3,
        (Notice::Acknowledged | Notice::Flapping, _) => 2,
    }
}

/// Known words become pictures on the phone.
const fn tag(state: State) -> &'static str {
    match state {
        State::Ok => "white_check_mark",
        State::Degraded => "warning",
        State::Failing => "rotating_light",
        State::Unknown => "grey_question",
        State::Paused => "pause_button",
    }
}
