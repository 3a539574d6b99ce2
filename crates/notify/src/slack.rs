//! Slack, by an incoming webhook.

use jiff::Timestamp;
use secrecy::SecretString;
use serde_json::{Value, json};
use statusquo_catalogue::StatusCode;

use crate::client::{Answer, Client, Endpoint};
use crate::message::Part;
use crate::{Delivery, Message, SetupError};

/// Slack's own limits, in characters (Block Kit reference).
const HEADER: usize = 150;
const SECTION: usize = 3000;

/// A Slack channel, reached by an incoming webhook. Its URL is a secret: whoever has it can write there.
#[derive(Debug)]
pub struct Slack {
    endpoint: Endpoint,
    client: Client,
}

impl Slack {
    /// A channel behind this URL; `ca` (PEM) takes the place of the usual certificate authorities.
    ///
    /// # Errors
    /// When the URL or the CA cannot be used.
    pub fn new(url: &SecretString, ca: Option<&[u8]>) -> Result<Self, SetupError> {
        Ok(Self { endpoint: Endpoint::new(url)?, client: Client::new(ca)? })
    }

    pub(crate) async fn send(&self, message: &Message, now: Timestamp) -> Delivery {
        let content = render(message).to_string();
        match self.client.post(&self.endpoint, &[], content, now).await {
            Ok(answer) => judge(&answer),
            Err(delivery) => delivery,
        }
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
    // Only a word is repeated. A whole page might show the URL, and with it the secret.
    let is_word = (1..=64).contains(&word.len()) && word.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
    match (answer.judge(), is_word) {
        (Delivery::Retry { after, reason }, true) => {
            Delivery::Retry { after, reason: format!("{reason}: {word}") }
        }
        (Delivery::Refused { reason }, true) => Delivery::Refused { reason: format!("{reason}: {word}") },
        // Another 2xx is not what Slack answers, but it is a yes.
        (delivery, _) => delivery,
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
    let groups: [&[Part]; 3] = [&[Part::Since, Part::Affected], &[Part::Meaning, Part::Next], &[Part::Late]];
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
