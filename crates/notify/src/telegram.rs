//! Telegram, by a bot (core.telegram.org/bots/api, "sendMessage").

use jiff::Timestamp;
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};

use crate::client::{Answer, Client, Endpoint, Post};
use crate::plain::clip;
use crate::{Delivery, Message, SetupError};

/// Where the Bot API is.
pub const URL: &str = "https://api.telegram.org";
/// The longest text, in characters after its entities are read. Ours are far shorter.
const TEXT: usize = 4096;

/// A chat, group or channel that a bot writes to.
#[derive(Debug)]
pub struct Telegram {
    endpoint: Endpoint,
    token: SecretString,
    chat: String,
    topic: Option<u32>,
    client: Client,
}

impl Telegram {
    /// The chat with this id or `@name`, and the topic in it, if it has topics.
    ///
    /// # Errors
    /// When the URL cannot be used.
    pub fn new(
        url: &SecretString,
        token: SecretString,
        (chat, topic): (String, Option<u32>),
    ) -> Result<Self, SetupError> {
        let endpoint = Endpoint::below(url, &format!("/bot{}/sendMessage", token.expose_secret()))?;
        Ok(Self { endpoint, token, chat, topic, client: Client::new(None)? })
    }

    pub(crate) async fn send(&self, message: &Message, now: Timestamp) -> Delivery {
        let content = render(message, &self.chat, self.topic).to_string();
        match self.client.post(&self.endpoint, Post::json(content), now).await {
            Ok(answer) => judge(answer, &self.token),
            Err(delivery) => delivery,
        }
    }
}

/// `ok` decides: a gateway in between may answer 200 for itself.
fn judge(answer: Answer, token: &SecretString) -> Delivery {
    let json = answer.json();
    if let Some(moved) = json.pointer("/parameters/migrate_to_chat_id").and_then(Value::as_i64) {
        let reason = format!("the group became a supergroup: set `chat` to \"{moved}\"");
        return Delivery::Refused { reason };
    }
    let is_ok = json.get("ok").and_then(Value::as_bool) == Some(true);
    let delivery = answer.pausing("/parameters/retry_after").judge_with(&["/description"], &[token]);
    if !is_ok && matches!(delivery, Delivery::Sent { .. }) {
        return Delivery::later("answered 200, but not `ok`: is that Telegram?");
    }
    delivery
}

/// The request, with the message as Telegram's HTML.
#[must_use]
pub fn render(message: &Message, chat: &str, topic: Option<u32>) -> Value {
    let mut text = format!("<b>{}</b>", escape(&message.title()));
    for line in &message.lines {
        text.push('\n');
        text.push_str(&escape(&line.text));
    }
    let links: Vec<String> = message
        .links
        .iter()
        .map(|link| format!("<a href=\"{}\">{}</a>", escape(link.url.as_str()), escape(&link.label)))
        .collect();
    for line in [links.join("  "), escape(&message.footer)].iter().filter(|line| !line.is_empty()) {
        text.push('\n');
        text.push_str(line);
    }
    // Too long, it would be refused as a whole; without marks it can be cut anywhere.
    let (text, mode) = match text.chars().count() {
        0..=TEXT => (text, Some("HTML")),
        _ => (clip(&message.text(), TEXT), None),
    };
    let mut request = json!({
        "chat_id": chat,
        "text": text,
        "link_preview_options": { "is_disabled": true },
    });
    if let Some(members) = request.as_object_mut() {
        members.extend(mode.map(|mode| ("parse_mode".to_owned(), mode.into())));
        members.extend(topic.map(|topic| ("message_thread_id".to_owned(), topic.into())));
    }
    request
}

/// The four characters that Telegram's HTML knows.
fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
