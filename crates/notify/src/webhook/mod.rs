//! Our own JSON, posted and signed as Standard Webhooks does it. `docs/webhook.md` describes it for receivers.

mod signature;
mod template;
mod wire;

use jiff::Timestamp;
use secrecy::{ExposeSecret, SecretString};
use statusquo_alert::Notification;

use crate::client::{Client, Endpoint, Post};
use crate::{Delivery, Message, SetupError};

use signature::Key;
pub use template::{Template, TemplateError, WORDS};

/// The content type of our own JSON.
const JSON: &str = "application/json; charset=utf-8";

/// A program that is told by an HTTP request.
#[derive(Debug)]
pub struct Webhook {
    endpoint: Endpoint,
    keys: Vec<Key>,
    fields: Vec<(String, SecretString)>,
    template: Option<Template>,
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
        let (endpoint, client) = (Endpoint::new(url)?, Client::new(ca)?);
        Ok(Self { endpoint, keys, fields: Vec::new(), template: None, client })
    }

    /// With these header fields as well.
    #[must_use]
    pub fn with_fields(self, fields: Vec<(String, SecretString)>) -> Self {
        Self { fields, ..self }
    }

    /// With this content instead of our own JSON.
    #[must_use]
    pub fn with_template(self, template: Template) -> Self {
        Self { template: Some(template), ..self }
    }

    pub(crate) async fn send(
        &self,
        notification: &Notification,
        message: &Message,
        now: Timestamp,
    ) -> Delivery {
        let (media_type, content) = match &self.template {
            Some(template) => (template.media_type(), template.render(notification, message)),
            None => (JSON, render(notification, message)),
        };
        let (id, timestamp) = (notification.key.clone(), now.as_second().to_string());
        let signature = signature::sign(&self.keys, &id, &timestamp, &content);
        let mut post =
            Post::new(media_type, content).with("webhook-id", id).with("webhook-timestamp", timestamp);
        if let Some(signature) = signature {
            post = post.with("webhook-signature", signature);
        }
        for (name, value) in &self.fields {
            post = post.with(name, value.expose_secret().to_owned());
        }
        match self.client.post(&self.endpoint, post, now).await {
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
