//! What a receiver answered, and what to do about it.

use std::time::Duration;

use hyper::header::RETRY_AFTER;
use hyper::http::response::Parts;
use jiff::Timestamp;
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;
use statusquo_alert::retry_after;
use statusquo_catalogue::{Class, StatusCode};
use statusquo_exchange::Fields;

use crate::Delivery;
use crate::plain::{clip, one_line};

/// More of what a receiver says is not repeated.
const SAID: usize = 120;

/// What a receiver answered.
pub(crate) struct Answer {
    /// The status code.
    pub(crate) status: StatusCode,
    /// When it wants to be asked again.
    pub(crate) retry_after: Option<Duration>,
    /// The content, or its beginning.
    pub(crate) content: Vec<u8>,
}

impl Answer {
    pub(crate) fn new(head: &Parts, content: Vec<u8>, now: Timestamp) -> Self {
        let status = StatusCode::new(head.status.as_u16());
        let pause = head.headers.get(RETRY_AFTER).map(|value| ("retry-after", value.as_bytes().to_vec()));
        Self { status, retry_after: retry_after(&Fields::from_iter(pause), now), content }
    }

    /// The content as JSON; `Null` when it is none.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.content).unwrap_or_default()
    }

    /// What to do, by the status code, with what the receiver says at these places of its JSON. A text that repeats one
    /// of `secrets` is left out.
    pub(crate) fn judge_with(&self, pointers: &[&str], secrets: &[&SecretString]) -> Delivery {
        let json = self.json();
        let said = pointers.iter().find_map(|pointer| json.pointer(pointer)?.as_str());
        let is_safe = |text: &&str| secrets.iter().all(|secret| !text.contains(secret.expose_secret()));
        let said =
            said.filter(is_safe).map(|text| clip(&one_line(text), SAID)).filter(|text| !text.is_empty());
        let more = |reason: String| match &said {
            Some(said) => format!("{reason}: {said}"),
            None => reason,
        };
        match self.judge() {
            Delivery::Sent { answer } => Delivery::Sent { answer },
            Delivery::Retry { after, reason } => Delivery::Retry { after, reason: more(reason) },
            Delivery::Refused { reason } => Delivery::Refused { reason: more(reason) },
        }
    }

    /// The pause that the JSON names at this place, in seconds, where no `Retry-After` names one.
    pub(crate) fn pausing(mut self, pointer: &str) -> Self {
        let seconds = self.json().pointer(pointer).and_then(Value::as_f64);
        let pause = seconds.and_then(|seconds| Duration::try_from_secs_f64(seconds.ceil()).ok());
        self.retry_after = self.retry_after.or(pause);
        self
    }

    /// What to do, by the status code alone. The content is not repeated: it may show the request's secrets.
    pub(crate) fn judge(&self) -> Delivery {
        let title = format!("{} {}", self.status, self.status.phrase());
        let reason = format!("answered {title}");
        match (self.status.class(), self.status.get()) {
            (Class::Successful, _) => Delivery::Sent { answer: title },
            (Class::ServerError, _) | (_, 408 | 429) => Delivery::Retry { after: self.retry_after, reason },
            (Class::Redirection, _) => {
                Delivery::Refused { reason: format!("{reason}; redirects are not followed") }
            }
            (Class::Informational | Class::ClientError | Class::OutOfRange, _) => {
                Delivery::Refused { reason }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_status_code_decides() {
        let judge =
            |code| Answer { status: StatusCode::new(code), retry_after: None, content: vec![] }.judge();
        for code in [200, 202, 204] {
            assert!(matches!(judge(code), Delivery::Sent { .. }), "{code}");
        }
        for code in [408, 429, 500, 502, 503, 504, 599] {
            assert!(matches!(judge(code), Delivery::Retry { .. }), "{code}");
        }
        for code in [301, 307, 400, 401, 403, 404, 410, 413, 999] {
            assert!(matches!(judge(code), Delivery::Refused { .. }), "{code}");
        }
    }
}
