//! What happens to our buttons (api.slack.com/reference/interaction-payloads/block-actions).

use jiff::Timestamp;
use secrecy::ExposeSecret;
use serde_json::Value;
use statusquo_alert::IncidentNumber;

use super::{Slack, signature};
use crate::plain::{clip, one_line};

/// The button's name in Slack's requests.
pub const ACKNOWLEDGE: &str = "acknowledge";

/// Somebody pressed a button.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pressed {
    /// Who.
    pub who: String,
    /// The incident that the button belongs to.
    pub incident: IncidentNumber,
}

impl Slack {
    /// Was this request signed with our secret, and lately?
    pub(crate) fn is_signed(&self, signed: (&str, &str), content: &str, now: Timestamp) -> bool {
        let verify =
            |secret: &secrecy::SecretString| signature::verify(secret.expose_secret(), signed, content, now);
        self.signing_secret.as_ref().is_some_and(verify)
    }

    /// What a signed request tells; nothing when it is about something else, as a pressed link is.
    pub(crate) fn pressed(content: &str) -> Option<Pressed> {
        let mut pairs = url::form_urlencoded::parse(content.as_bytes());
        let (_, payload) = pairs.find(|(name, _)| name == "payload")?;
        let payload: Value = serde_json::from_str(&payload).ok()?;
        let actions = payload.get("actions")?.as_array()?;
        let of_ours = |action: &&Value| action.get("action_id").and_then(Value::as_str) == Some(ACKNOWLEDGE);
        let value = actions.iter().find(of_ours)?.get("value")?.as_str()?;
        let user = payload.get("user")?;
        let name = ["username", "name", "id"].iter().find_map(|member| user.get(member)?.as_str())?;
        let who = format!("slack:{}", clip(&one_line(name), 80));
        Some(Pressed { who, incident: IncidentNumber(value.parse().ok()?) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pressed(payload: &str) -> Option<Pressed> {
        let mut form = url::form_urlencoded::Serializer::new(String::new());
        Slack::pressed(&form.append_pair("payload", payload).finish())
    }

    #[test]
    fn a_pressed_button_names_person_and_incident() {
        let payload = r#"{"type":"block_actions","user":{"id":"U1","username":"alice"},
            "actions":[{"action_id":"open","type":"button"},{"action_id":"acknowledge","type":"button","value":"214"}]}"#;
        let expect = Pressed { who: "slack:alice".to_owned(), incident: IncidentNumber(214) };
        assert_eq!(pressed(payload), Some(expect));
    }

    #[test]
    fn anything_else_is_nothing_to_us() {
        for payload in [
            "",
            "[]",
            "{}",
            r#"{"user":{"id":"U1"},"actions":[{"action_id":"open","value":"214"}]}"#,
            r#"{"user":{"id":"U1"},"actions":[{"action_id":"acknowledge","value":"x"}]}"#,
            r#"{"actions":[{"action_id":"acknowledge","value":"214"}]}"#,
        ] {
            assert_eq!(pressed(payload), None, "{payload}");
        }
        assert_eq!(Slack::pressed("ssl_check=1"), None);
    }
}
