//! Slack, by an incoming webhook or by a bot; with a button that acknowledges where we know how Slack signs.

mod interaction;
mod signature;

use jiff::Timestamp;
use secrecy::SecretString;
use serde_json::{Value, json};
use statusquo_alert::{Notice, Notification};
use statusquo_catalogue::StatusCode;

use crate::client::{Answer, Client, Endpoint, Post};
use crate::message::Part;
use crate::{Delivery, Message, SetupError};

pub use interaction::{ACKNOWLEDGE, Pressed};

/// Where the Web API is.
pub const URL: &str = "https://slack.com";

/// Slack's own limits, in characters (Block Kit reference).
const HEADER: usize = 150;
const SECTION: usize = 3000;

/// A Slack channel. An incoming webhook's URL is a secret: whoever has it can write there.
#[derive(Debug)]
pub struct Slack {
    endpoint: Endpoint,
    bot: Option<Bot>,
    /// Slack signs with it what happens to our buttons.
    signing_secret: Option<SecretString>,
    client: Client,
}

/// Who writes, and where to.
#[derive(Debug, Clone)]
pub struct Bot {
    /// Its token, `xoxb-…`.
    pub token: SecretString,
    /// The channel's id or `#name`.
    pub channel: String,
}

impl Slack {
    /// The channel behind an incoming webhook's URL; `ca` (PEM) takes the place of the usual certificate authorities.
    ///
    /// # Errors
    /// When the URL or the CA cannot be used.
    pub fn new(url: &SecretString, ca: Option<&[u8]>) -> Result<Self, SetupError> {
        let (endpoint, client) = (Endpoint::new(url)?, Client::new(ca)?);
        Ok(Self { endpoint, bot: None, signing_secret: None, client })
    }

    /// A channel that a bot writes to; `url` is [`URL`].
    ///
    /// # Errors
    /// When the URL cannot be used.
    pub fn by_bot(url: &SecretString, bot: Bot) -> Result<Self, SetupError> {
        let endpoint = Endpoint::below(url, "/api/chat.postMessage")?;
        Ok(Self { endpoint, bot: Some(bot), signing_secret: None, client: Client::new(None)? })
    }

    /// With a button that acknowledges. What happens to it comes signed with this secret.
    #[must_use]
    pub fn with_button(self, signing_secret: SecretString) -> Self {
        Self { signing_secret: Some(signing_secret), ..self }
    }

    pub(crate) async fn send(
        &self,
        notification: &Notification,
        message: &Message,
        now: Timestamp,
    ) -> Delivery {
        let mut content = render(message);
        if self.signing_secret.is_some() {
            add_button(&mut content, notification);
        }
        let post = match (&self.bot, content.as_object_mut()) {
            (Some(bot), Some(members)) => {
                members.insert("channel".to_owned(), bot.channel.clone().into());
                Post::json(content.to_string()).authorized("Bearer", &bot.token)
            }
            (Some(_) | None, _) => Post::json(content.to_string()),
        };
        match self.client.post(&self.endpoint, post, now).await {
            Ok(answer) if self.bot.is_some() => judge_bot(&answer),
            Ok(answer) => judge(&answer),
            Err(delivery) => delivery,
        }
    }
}

/// The Web API answers 200 to all that it understands; `ok` decides, and `error` is a word.
fn judge_bot(answer: &Answer) -> Delivery {
    let json = answer.json();
    let word = json.get("error").and_then(Value::as_str).filter(|word| is_word(word));
    match (json.get("ok").and_then(Value::as_bool), word) {
        (Some(true), _) => Delivery::Sent { answer: "ok".to_owned() },
        // What Slack calls its own trouble passes (api.slack.com/methods/chat.postMessage, "Errors").
        (
            Some(false),
            Some(word @ ("internal_error" | "fatal_error" | "service_unavailable" | "request_timeout")),
        ) => Delivery::later(format!("answered `{word}`")),
        (Some(false), Some("ratelimited" | "rate_limited" | "message_limit_exceeded")) => {
            Delivery::Retry { after: answer.retry_after, reason: "answered `ratelimited`".to_owned() }
        }
        (Some(false), Some(word)) => Delivery::Refused { reason: format!("answered `{word}`") },
        (Some(false), None) | (None, _) => match answer.judge() {
            Delivery::Sent { .. } => Delivery::later("answered 200, but not `ok`: is that Slack?"),
            delivery @ (Delivery::Retry { .. } | Delivery::Refused { .. }) => delivery,
        },
    }
}

/// Slack says `ok` when it took a message, and a word when it did not: `invalid_payload`, `no_service`.
fn judge(answer: &Answer) -> Delivery {
    let word = std::str::from_utf8(&answer.content).unwrap_or_default().trim();
    if answer.status == StatusCode::new(200) {
        return match word {
            "ok" => Delivery::Sent { answer: "ok".to_owned() },
            _ => Delivery::later("answered 200, but not `ok`: is that Slack?"),
        };
    }
    match (answer.judge(), is_word(word)) {
        (Delivery::Retry { after, reason }, true) => {
            Delivery::Retry { after, reason: format!("{reason}: {word}") }
        }
        (Delivery::Refused { reason }, true) => Delivery::Refused { reason: format!("{reason}: {word}") },
        // Another 2xx is not what Slack answers, but it is a yes.
        (delivery, _) => delivery,
    }
}

/// Only a word is repeated. A whole page might show the URL, and with it the secret.
fn is_word(text: &str) -> bool {
    (1..=64).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_lowercase() || b == b'_')
}

/// The button that acknowledges, while there is something to take.
pub fn add_button(content: &mut Value, notification: &Notification) {
    let can_be_taken = match notification.notice {
        Notice::Opened | Notice::Worsened | Notice::Reopened | Notice::Reminder | Notice::Flapping => true,
        Notice::Acknowledged | Notice::Resolved | Notice::Test => false,
    };
    let button = json!({
        "type": "actions",
        "elements": [{
            "type": "button",
            "action_id": ACKNOWLEDGE,
            "style": "primary",
            "text": { "type": "plain_text", "text": "Acknowledge", "emoji": false },
            "value": notification.brief.incident.to_string(),
        }],
    });
    let blocks = content.get_mut("blocks").and_then(Value::as_array_mut);
    if let (true, Some(blocks)) = (can_be_taken, blocks) {
        // Above the small print.
        blocks.insert(blocks.len().saturating_sub(1), button);
    }
}

/// The message as Block Kit. Links are text: a button sends an event to the Slack app too, and people see a warning
/// when nobody answers it, as with every incoming webhook (slackapi/node-slack-sdk#869).
#[must_use]
pub fn render(message: &Message) -> Value {
    let title = message.title();
    let mut blocks = vec![json!({
        "type": "header",
        "text": { "type": "plain_text", "text": escape(&title, HEADER), "emoji": false },
    })];
    let groups: [&[Part]; 3] =
        [&[Part::Since, Part::Affected, Part::Likely], &[Part::Meaning, Part::Next], &[Part::Late]];
    for group in groups {
        let lines = message.lines.iter().filter(|line| group.contains(&line.part));
        let text = lines.map(|line| line.text.as_str()).collect::<Vec<_>>().join("\n");
        if !text.is_empty() {
            blocks.push(json!({ "type": "section", "text": mrkdwn(&escape(&text, SECTION)) }));
        }
    }
    let links: Vec<String> = message
        .links
        .iter()
        .map(|link| format!("<{}|{}>", escape(link.url.as_str(), SECTION), escape(&link.label, 75)))
        .collect();
    let elements: Vec<Value> = [links.join("  "), escape(&message.footer, 400)]
        .into_iter()
        .filter(|text| !text.is_empty() && text.chars().count() <= SECTION)
        .map(|text| mrkdwn(&text))
        .collect();
    if !elements.is_empty() {
        blocks.push(json!({ "type": "context", "elements": elements }));
    }
    json!({ "text": escape(&title, SECTION), "blocks": blocks, "unfurl_links": false, "unfurl_media": false })
}

/// `verbatim` keeps Slack from making links and mentions of what merely looks like one.
fn mrkdwn(text: &str) -> Value {
    json!({ "type": "mrkdwn", "text": text, "verbatim": true })
}

/// Slack's three control characters escaped, and cut between characters, not within an escape.
fn escape(text: &str, most: usize) -> String {
    let mut escaped = String::with_capacity(text.len());
    let mut length = 0;
    for character in text.chars() {
        let mut buffer = [0; 4];
        let piece = match character {
            '&' => "&amp;",
            '<' => "&lt;",
            '>' => "&gt;",
            character => character.encode_utf8(&mut buffer),
        };
        length += piece.chars().count();
        if length > most {
            break;
        }
        escaped.push_str(piece);
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_escape_is_never_cut_in_two() {
        assert_eq!(escape("a<b>&", 100), "a&lt;b&gt;&amp;");
        assert_eq!(escape("a<b", 4), "a");
        assert_eq!(escape("<!channel>", 100), "&lt;!channel&gt;");
    }
}
