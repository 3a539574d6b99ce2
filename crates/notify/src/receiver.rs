//! Whoever is told, and how.

use jiff::Timestamp;
use statusquo_alert::Notification;

use crate::email::Email;
use crate::slack::Slack;
use crate::terminal::Terminal;
use crate::webhook::Webhook;
use crate::{Delivery, Links, Message};

/// Whoever is told, and how.
#[derive(Debug)]
pub enum Receiver {
    /// A Slack channel.
    Slack(Slack),
    /// Mailboxes.
    Email(Email),
    /// A program.
    Webhook(Webhook),
    /// The terminal that Statusquo runs in.
    Terminal(Terminal),
}

impl Receiver {
    /// Tells it, once. Never takes longer than a minute.
    pub async fn send(&self, notification: &Notification, links: &Links, now: Timestamp) -> Delivery {
        let message = Message::of(notification, links, now);
        match self {
            Self::Slack(slack) => slack.send(&message, now).await,
            Self::Email(email) => email.send(notification, &message, now).await,
            Self::Webhook(webhook) => webhook.send(notification, &message, now).await,
            Self::Terminal(terminal) => terminal.send(&message).await,
        }
    }

    /// The word for it in the configuration.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Slack(_) => "slack",
            Self::Email(_) => "email",
            Self::Webhook(_) => "webhook",
            Self::Terminal(_) => "terminal",
        }
    }
}
