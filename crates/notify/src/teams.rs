//! Microsoft Teams, by a Workflows webhook: an adaptive card (learn.microsoft.com, "Create incoming webhooks with
//! Workflows for Microsoft Teams").

use jiff::Timestamp;
use secrecy::SecretString;
use serde_json::{Value, json};
use statusquo_alert::State;
use statusquo_catalogue::StatusCode;

use crate::client::{Client, Endpoint, Post};
use crate::{Delivery, Message, SetupError};

/// A channel or chat that a workflow posts to. Its URL is a secret: whoever has it can write there.
#[derive(Debug)]
pub struct Teams {
    endpoint: Endpoint,
    client: Client,
}

impl Teams {
    /// The workflow behind this URL.
    ///
    /// # Errors
    /// When the URL cannot be used.
    pub fn new(url: &SecretString) -> Result<Self, SetupError> {
        Ok(Self { endpoint: Endpoint::new(url)?, client: Client::new(None)? })
    }

    pub(crate) async fn send(&self, message: &Message, now: Timestamp) -> Delivery {
        let content = render(message).to_string();
        match self.client.post(&self.endpoint, Post::json(content), now).await {
            // A flow ends with its owner: it is switched off or gone, and somebody has to make a new one.
            Ok(answer) if answer.status == StatusCode::new(404) => Delivery::Refused {
                reason: "answered 404 Not Found: the workflow is gone or switched off".to_owned(),
            },
            Ok(answer) => answer.judge_with(&["/error/code"], &[self.endpoint.secret()]),
            Err(delivery) => delivery,
        }
    }
}

/// The card. Versions above 1.4 are not shown everywhere.
#[must_use]
pub fn render(message: &Message) -> Value {
    let mut body = vec![json!({
        "type": "TextBlock",
        "text": escape(&message.title()),
        "size": "Large",
        "weight": "Bolder",
        "color": colour(message.state),
        "wrap": true,
    })];
    body.extend(message.lines.iter().map(|line| block(&line.text, false)));
    if !message.footer.is_empty() {
        body.push(block(&message.footer, true));
    }
    let actions: Vec<Value> = message
        .links
        .iter()
        .map(|link| json!({ "type": "Action.OpenUrl", "title": link.label, "url": link.url.as_str() }))
        .collect();
    json!({
        "type": "message",
        "attachments": [{
            "contentType": "application/vnd.microsoft.card.adaptive",
            "contentUrl": null,
            "content": {
                "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
                "type": "AdaptiveCard",
                "version": "1.4",
                "fallbackText": message.title(),
                "msteams": { "width": "Full" },
                "body": body,
                "actions": actions,
            },
        }],
    })
}

fn block(text: &str, is_small: bool) -> Value {
    let size = if is_small { "Small" } else { "Default" };
    json!({ "type": "TextBlock", "text": escape(text), "size": size, "isSubtle": is_small, "wrap": true })
}

const fn colour(state: State) -> &'static str {
    match state {
        State::Ok => "Good",
        State::Degraded => "Warning",
        State::Failing => "Attention",
        State::Unknown => "Accent",
        State::Paused => "Default",
    }
}

/// Text blocks read a little Markdown: what comes from outside must not make links or lists.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        if matches!(character, '\\' | '[' | ']' | '*' | '_' | '#') {
            escaped.push('\\');
        }
        escaped.push(character);
    }
    escaped
}
