//! Our own JSON, posted and signed as Standard Webhooks does it. `docs/webhook.md` describes it for receivers.

mod signature;
mod wire;

use jiff::Timestamp;
use secrecy::SecretString;
use statusquo_alert::Notification;

use crate::client::{Client, Endpoint};
use crate::{Delivery, Message, SetupError};

use signature::Key;

/// A program that is told by an HTTP request.
#[derive(Debug)]
pub struct Webhook {
    endpoint: Endpoint,
    keys: Vec<Key>,
    client: Client,
}

impl Webhook {
    /// Posts to this URL. Each of `secrets` signs (two, while one replaces the other); without any, nothing is
    /// signed. `ca` (PEM) takes the place of the usual certificate authorities.
    ///
    /// # Errors
    /// When the URL, a secret or the CA cannot be used.
    pub fn new(url: &SecretString, secrets: &[SecretString], ca: Option<&[u8]>) -> Result<Self, SetupError> {
        let keys = secrets.iter().map(Key::new).collect::<Result<_, _>>()?;
        Ok(Self { endpoint: Endpoint::new(url)?, keys, client: Client::new(ca)? })
    }

    pub(crate) async fn send(
        &self,
        notification: &Notification,
        message: &Message,
        now: Timestamp,
    ) -> Delivery {
        let content = render(notification, message);
        let (id, timestamp) = (notification.key.clone(), now.as_second().to_string());
        let signature = signature::sign(&self.keys, &id, &timestamp, &content);
        let mut fields = vec![("webhook-id", id), ("webhook-timestamp", timestamp)];
        fields.extend(signature.map(|signature| ("webhook-signature", signature)));
        match self.client.post(&self.endpoint, &fields, content, now).await {
            Ok(answer) => answer.judge(),
            Err(delivery) => delivery,
        }
    }
}

/// The content that is posted.
#[must_use]
pub fn render(notification: &Notification, message: &Message) -> String {
    let wire = wire::Envelope::new(notification, message);
    serde_json::to_string(&wire).expect("plain structs with text keys always become JSON")
}
