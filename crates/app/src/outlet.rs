//! Makes receivers ready to be told: secrets are filled in, files read.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use secrecy::{ExposeSecret, SecretString};
use statusquo_notify::{
    Links, Receiver, alertmanager, command, discord, email, ntfy, opsgenie, pagerduty, slack, teams,
    telegram, terminal, twilio, webhook,
};

use crate::config::{self, Channel, Encryption, Hook, Mail, Phone, Secrets, SlackWay, Template};

/// A receiver that can be told.
#[derive(Debug, Clone)]
pub(crate) struct Outlet {
    /// How.
    pub(crate) receiver: Arc<Receiver>,
    /// The shortest pause between two messages.
    pub(crate) spacing: Duration,
}

/// Makes a receiver ready. `public` is where people and services reach us, if they do.
pub(crate) fn make(
    configured: &config::Receiver,
    secrets: &Secrets,
    (public, style): (Option<&str>, terminal::Style),
) -> anyhow::Result<Outlet> {
    let fill = |template: &Template| secrets.fill(template);
    let or = |url: &Option<Template>, usual: &str| url.as_ref().map_or_else(|| usual.into(), fill);
    let receiver = match &configured.channel {
        Channel::Slack { way, signing_secret } => {
            let slack = match way {
                SlackWay::Webhook(url) => slack::Slack::new(&fill(url), None)?,
                SlackWay::Bot { url, token, channel } => {
                    let bot = slack::Bot { token: fill(token), channel: channel.clone() };
                    slack::Slack::by_bot(&or(url, slack::URL), bot)?
                }
            };
            Receiver::Slack(match signing_secret {
                Some(secret) => slack.with_button(fill(secret)),
                None => slack,
            })
        }
        Channel::Email(mail) => Receiver::Email(mailbox(mail, secrets)?),
        Channel::Webhook(hook) => Receiver::Webhook(webhook_of(hook, secrets)?),
        Channel::Terminal => Receiver::Terminal(terminal::Terminal::new(Box::new(std::io::stdout()), style)),
        Channel::PagerDuty { url, key } => {
            Receiver::PagerDuty(pagerduty::PagerDuty::new(&or(url, pagerduty::URL), fill(key))?)
        }
        Channel::Opsgenie { url, key } => {
            Receiver::Opsgenie(opsgenie::Opsgenie::new(&or(url, opsgenie::URL), fill(key))?)
        }
        Channel::Teams { url } => Receiver::Teams(teams::Teams::new(&fill(url))?),
        Channel::Discord { url } => Receiver::Discord(discord::Discord::new(&fill(url))?),
        Channel::Telegram { url, token, chat, thread } => {
            let url = or(url, telegram::URL);
            Receiver::Telegram(telegram::Telegram::new(&url, fill(token), (chat.clone(), *thread))?)
        }
        Channel::Ntfy { url, topic, token, ca } => {
            let (url, ca) = (or(url, ntfy::URL), read(ca.as_deref())?);
            Receiver::Ntfy(ntfy::Ntfy::new(&url, fill(topic), token.as_ref().map(fill), ca.as_deref())?)
        }
        Channel::Alertmanager { url, sign_in, ca } => {
            let ca = read(ca.as_deref())?;
            let sign_in = sign_in
                .as_ref()
                .map(|(user, password)| (fill(user).expose_secret().to_owned(), fill(password)));
            Receiver::Alertmanager(alertmanager::Alertmanager::new(&fill(url), sign_in, ca.as_deref())?)
        }
        Channel::Phone(phone) => {
            let public = public.and_then(|url| url.parse().ok()).map(Links::to).unwrap_or_default();
            let callback = public.page(&["hooks", configured.name.as_str()]);
            Receiver::Twilio(phone_of(phone, secrets, callback)?)
        }
        Channel::Command { words, deadline } => {
            Receiver::Command(command::Program { words: words.clone(), deadline: *deadline })
        }
        Channel::Steps(_) => anyhow::bail!("steps are not told themselves"),
    };
    let spacing = configured.spacing.unwrap_or_else(|| receiver.spacing());
    Ok(Outlet { receiver: Arc::new(receiver), spacing })
}

fn webhook_of(hook: &Hook, secrets: &Secrets) -> anyhow::Result<webhook::Webhook> {
    let keys: Vec<SecretString> = hook.secrets.iter().map(|key| secrets.fill(key)).collect();
    let made = webhook::Webhook::new(&secrets.fill(&hook.url), &keys, read(hook.ca.as_deref())?.as_deref())?;
    let fields = hook.headers.iter().map(|(name, value)| (name.clone(), secrets.fill(value)));
    let made = made.with_fields(fields.collect());
    Ok(match &hook.content {
        Some(template) => made.with_template(template.clone()),
        None => made,
    })
}

fn phone_of(phone: &Phone, secrets: &Secrets, callback: Option<url::Url>) -> anyhow::Result<twilio::Twilio> {
    let account = twilio::Account {
        sid: phone.account.clone(),
        token: secrets.fill(&phone.token),
        from: phone.from.clone(),
        to: phone.to.clone(),
    };
    let url = phone.url.as_ref().map_or_else(|| twilio::URL.into(), |url| secrets.fill(url));
    Ok(twilio::Twilio::new(phone.means, &url, account, callback)?)
}

fn mailbox(mail: &Mail, secrets: &Secrets) -> anyhow::Result<email::Email> {
    let sign_in = mail.sign_in.as_ref().map(|(user, password)| email::SignIn {
        user: secrets.fill(user).expose_secret().to_owned(),
        password: secrets.fill(password),
    });
    let encryption = match mail.encryption {
        Encryption::StartTls => email::Encryption::StartTls,
        Encryption::Tls => email::Encryption::Tls,
        Encryption::None => email::Encryption::None,
    };
    Ok(email::Email::new(&email::Settings {
        host: mail.host.clone(),
        port: mail.port,
        encryption,
        sign_in,
        from: mail.from.clone(),
        to: mail.to.clone(),
        ca: read(mail.ca.as_deref())?,
    })?)
}

fn read(ca: Option<&Path>) -> anyhow::Result<Option<Vec<u8>>> {
    ca.map(std::fs::read).transpose().context("cannot read `ca`")
}
