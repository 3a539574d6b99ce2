//! What comes back: a pressed digit, or a text message.

use statusquo_alert::IncidentNumber;

use super::speech::{escape, spoken};
use super::{Means, Twilio};
use crate::plain::clip;

/// What a person wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Heard {
    /// "I am on it".
    Take(IncidentNumber),
    /// To hear it again.
    Again(IncidentNumber),
    /// Somebody else shall do it.
    PassOn(IncidentNumber),
    /// Something that we do not know.
    Unknown,
}

impl Twilio {
    /// What the form of a signed request says. `query` is that of the address.
    pub(crate) fn heard(&self, query: &[(String, String)], pairs: &[(String, String)]) -> Heard {
        let value = |pairs: &[(String, String)], wanted: &str| {
            pairs.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.clone()).unwrap_or_default()
        };
        match self.means {
            Means::Call => {
                let number = value(query, "incident").parse().map(IncidentNumber);
                match (number, value(pairs, "Digits").as_str()) {
                    (Ok(number), "1") => Heard::Take(number),
                    (Ok(number), "2") => Heard::Again(number),
                    (Ok(number), "3") => Heard::PassOn(number),
                    (Ok(_) | Err(_), _) => Heard::Unknown,
                }
            }
            Means::Sms if self.is_told(&value(pairs, "From")) => text(&value(pairs, "Body")),
            Means::Sms => Heard::Unknown,
        }
    }
}

/// `ACK 214`, `pass 214`, in any case.
fn text(body: &str) -> Heard {
    let lower = body.to_lowercase();
    let mut words = lower.split_whitespace();
    let verb = words.next().unwrap_or_default();
    let number = words.next().and_then(|word| word.trim_end_matches('.').parse().ok()).map(IncidentNumber);
    match (verb, number) {
        ("ack" | "acknowledge" | "take", Some(number)) => Heard::Take(number),
        ("pass", Some(number)) => Heard::PassOn(number),
        (_, _) => Heard::Unknown,
    }
}

/// An answer in TwiML.
pub(crate) struct Spoken;

impl Spoken {
    /// Says this, by voice or by text message.
    pub(crate) fn say(means: Means, text: &str) -> String {
        match means {
            Means::Call => format!("<Response><Say>{}</Say></Response>", escape(&spoken(&clip(text, 500)))),
            Means::Sms => {
                let text = super::gsm::clip(&super::gsm::plain(text), 160);
                format!("<Response><Message>{}</Message></Response>", escape(&text))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_messages_are_understood() {
        assert_eq!(text("ACK 214"), Heard::Take(IncidentNumber(214)));
        assert_eq!(text(" ack  214. thanks"), Heard::Take(IncidentNumber(214)));
        assert_eq!(text("Pass 7"), Heard::PassOn(IncidentNumber(7)));
        for other in ["", "ACK", "ACK two", "STOP", "214"] {
            assert_eq!(text(other), Heard::Unknown, "{other}");
        }
    }
}
