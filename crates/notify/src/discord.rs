//! Discord, by a webhook (discord.com/developers/docs/resources/webhook, "Execute Webhook").

use jiff::Timestamp;
use secrecy::SecretString;
use serde_json::{Value, json};
use statusquo_alert::State;

use crate::client::{Client, Endpoint, Post};
use crate::plain::clip;
use crate::{Delivery, Message, SetupError};

/// Discord's own limits, in characters.
const CONTENT: usize = 2000;
const TITLE: usize = 256;
const DESCRIPTION: usize = 4096;
const FOOTER: usize = 2048;

/// A Discord channel, reached by a webhook. Its URL is a secret: whoever has it can write there.
#[derive(Debug)]
pub struct Discord {
    endpoint: Endpoint,
    client: Client,
}

impl Discord {
    /// The channel behind this URL.
    ///
    /// # Errors
    /// When the URL cannot be used.
    pub fn new(url: &SecretString) -> Result<Self, SetupError> {
        Ok(Self { endpoint: Endpoint::new(url)?, client: Client::new(None)? })
    }

    pub(crate) async fn send(&self, message: &Message, now: Timestamp) -> Delivery {
        let content = render(message).to_string();
        match self.client.post(&self.endpoint, Post::json(content), now).await {
            Ok(answer) => answer.pausing("/retry_after").judge_with(&["/message"], &[self.endpoint.secret()]),
            Err(delivery) => delivery,
        }
    }
}

/// The message as an embed. `content` is what phones show. Nobody is mentioned, whatever the text holds.
#[must_use]
pub fn render(message: &Message) -> Value {
    let links: Vec<String> =
        message.links.iter().map(|link| format!("[{}]({})", escape(&link.label), link.url)).collect();
    let body = escape(&message.body());
    let description = if links.is_empty() { body } else { format!("{body}\n{}", links.join("  ")) };
    json!({
        "content": clip(&escape(&message.title()), CONTENT),
        "embeds": [{
            "title": clip(&escape(&message.headline), TITLE),
            "url": message.links.first().map(|link| link.url.as_str()),
            "description": clip(&description, DESCRIPTION),
            "color": colour(message.state),
            "footer": { "text": clip(&message.footer, FOOTER) },
        }],
        "allowed_mentions": { "parse": [] },
    })
}

const fn colour(state: State) -> u32 {
    match state {
        State::Ok => 0x002e_7d32,
        State::Degraded => 0x00f9_a825,
        State::Failing => 0x00c6_2828,
        State::Unknown => 0x006a_1b9a,
        State::Paused => 0x0075_7575,
    }
}

/// Characters that Discord's Markdown knows, escaped; backticks stay, since ours mark what is literal.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        if matches!(character, '\\' | '*' | '_' | '~' | '|' | '>' | '[' | ']' | '<' | '@' | '#') {
            escaped.push('\\');
        }
        escaped.push(character);
    }
    escaped
}
