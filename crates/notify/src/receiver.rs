//! Whoever is told, and how.

use std::time::Duration;

use jiff::Timestamp;
use statusquo_alert::Notification;

use crate::alertmanager::Alertmanager;
use crate::command::Program;
use crate::discord::Discord;
use crate::email::Email;
use crate::ntfy::Ntfy;
use crate::opsgenie::Opsgenie;
use crate::pagerduty::PagerDuty;
use crate::slack::Slack;
use crate::teams::Teams;
use crate::telegram::Telegram;
use crate::terminal::Terminal;
use crate::twilio::{Means, Twilio};
use crate::webhook::Webhook;
use crate::{Delivery, Links, Message};

/// Whoever is told, and how.
#[derive(Debug)]
pub enum Receiver {
    /// A Slack channel.
    Slack(Slack),
    /// Mailboxes.
    Email(Email),
    /// Somebody else's program, by HTTP.
    Webhook(Webhook),
    /// The terminal that Statusquo runs in.
    Terminal(Terminal),
    /// A service at PagerDuty.
    PagerDuty(PagerDuty),
    /// A team at Opsgenie or Jira Service Management.
    Opsgenie(Opsgenie),
    /// A channel of Microsoft Teams.
    Teams(Teams),
    /// A Discord channel.
    Discord(Discord),
    /// A Telegram chat.
    Telegram(Telegram),
    /// A topic at ntfy.
    Ntfy(Ntfy),
    /// An Alertmanager.
    Alertmanager(Alertmanager),
    /// A phone, by text message or by a call.
    Twilio(Twilio),
    /// A program on this machine.
    Command(Program),
}

impl Receiver {
    /// Tells it, once. Never takes longer than a minute.
    pub async fn send(&self, notification: &Notification, links: &Links, now: Timestamp) -> Delivery {
        let message = Message::of(notification, links, now);
        match self {
            Self::Slack(slack) => slack.send(notification, &message, now).await,
            Self::Email(email) => email.send(notification, &message, now).await,
            Self::Webhook(webhook) => webhook.send(notification, &message, now).await,
            Self::Terminal(terminal) => terminal.send(&message).await,
            Self::PagerDuty(service) => service.send(notification, &message, now).await,
            Self::Opsgenie(team) => team.send(notification, &message, now).await,
            Self::Teams(channel) => channel.send(&message, now).await,
            Self::Discord(channel) => channel.send(&message, now).await,
            Self::Telegram(chat) => chat.send(&message, now).await,
            Self::Ntfy(topic) => topic.send(notification, &message, now).await,
            Self::Alertmanager(manager) => manager.send(notification, &message, now).await,
            Self::Twilio(phone) => phone.send(notification, &message, now).await,
            Self::Command(program) => program.send(notification, &message).await,
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
            Self::PagerDuty(_) => "pagerduty",
            Self::Opsgenie(_) => "opsgenie",
            Self::Teams(_) => "teams",
            Self::Discord(_) => "discord",
            Self::Telegram(_) => "telegram",
            Self::Ntfy(_) => "ntfy",
            Self::Alertmanager(_) => "alertmanager",
            Self::Twilio(phone) => match phone.means() {
                Means::Sms => "sms",
                Means::Call => "call",
            },
            Self::Command(_) => "command",
        }
    }

    /// The pause between two messages that suits its service, by what the service documents.
    #[must_use]
    pub const fn spacing(&self) -> Duration {
        match self {
            // Telegram: 20 messages a minute to a group.
            Self::Telegram(_) => Duration::from_secs(3),
            // Slack: one message a second and webhook. Twilio: one call or message a second and number. Teams: four
            // requests a second. Discord: five in two seconds. The others say nothing, or allow more.
            Self::Slack(_)
            | Self::Twilio(_)
            | Self::Teams(_)
            | Self::Discord(_)
            | Self::Email(_)
            | Self::Ntfy(_)
            | Self::PagerDuty(_)
            | Self::Opsgenie(_) => Duration::from_secs(1),
            Self::Webhook(_) | Self::Alertmanager(_) | Self::Terminal(_) | Self::Command(_) => {
                Duration::from_millis(100)
            }
        }
    }
}
