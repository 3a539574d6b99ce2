//! Receivers as configured: secrets are still references.

mod mail;
mod phone;
mod steps;
mod webhook;

use std::path::PathBuf;
use std::time::Duration;

use statusquo_alert::{EscalationStep, Notice};
use statusquo_exchange::Name;
use statusquo_notify::{ntfy, opsgenie, pagerduty, slack, telegram, twilio};

use super::section::Section;
use super::template::Template;
use super::values;

pub(crate) use mail::{Encryption, Mail};
pub(crate) use phone::Phone;
pub(crate) use webhook::Hook;

/// Who is told, and how.
#[derive(Debug, Clone)]
pub(crate) struct Receiver {
    /// Its name.
    pub(crate) name: Name,
    /// What it is told besides start and end.
    pub(crate) wants: Vec<Notice>,
    /// It is reminded so often, instead of less and less.
    pub(crate) repeat: Option<Duration>,
    /// The shortest pause between two messages, where it is not the usual one.
    pub(crate) spacing: Option<Duration>,
    /// How it is told.
    pub(crate) channel: Channel,
}

/// How a receiver is told. Where `url` may be missing, the usual address of the service is meant.
#[derive(Debug, Clone)]
pub(crate) enum Channel {
    /// Slack.
    Slack {
        /// An incoming webhook, or a bot.
        way: SlackWay,
        /// Signs what happens to our buttons.
        signing_secret: Option<Template>,
    },
    /// Email.
    Email(Box<Mail>),
    /// HTTP, to somebody else's program.
    Webhook(Box<Hook>),
    /// The terminal that Statusquo runs in.
    Terminal,
    /// PagerDuty.
    PagerDuty { url: Option<Template>, key: Template },
    /// Opsgenie.
    Opsgenie { url: Option<Template>, key: Template },
    /// Microsoft Teams.
    Teams { url: Template },
    /// Discord.
    Discord { url: Template },
    /// Telegram.
    Telegram { url: Option<Template>, token: Template, chat: String, thread: Option<u32> },
    /// ntfy.
    Ntfy { url: Option<Template>, topic: Template, token: Option<Template>, ca: Option<PathBuf> },
    /// Alertmanager.
    Alertmanager { url: Template, sign_in: Option<(Template, Template)>, ca: Option<PathBuf> },
    /// A phone, by text message or by a call.
    Phone(Box<Phone>),
    /// A program on this machine.
    Command { words: Vec<String>, deadline: Duration },
    /// Other receivers, one after the other.
    Steps(Vec<EscalationStep>),
}

/// Where a receiver is on the network.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Address<'a> {
    /// Not on the network.
    Nowhere,
    /// At this host and port.
    Server(&'a str, u16),
    /// At the usual address of its service.
    Usual(&'static str),
    /// At a URL that may refer to secrets.
    Url(&'a Template),
}

/// How we write to Slack.
#[derive(Debug, Clone)]
pub(crate) enum SlackWay {
    /// By an incoming webhook, whose URL is a secret.
    Webhook(Template),
    /// By a bot.
    Bot { url: Option<Template>, token: Template, channel: String },
}

impl Channel {
    /// What may refer to secrets.
    pub(crate) fn templates(&self) -> Vec<&Template> {
        match self {
            Self::Slack { way, signing_secret } => {
                let mut all: Vec<&Template> = signing_secret.iter().collect();
                match way {
                    SlackWay::Webhook(url) => all.push(url),
                    SlackWay::Bot { url, token, .. } => all.extend(url.iter().chain([token])),
                }
                all
            }
            Self::Email(mail) => mail.sign_in.iter().flat_map(|(user, password)| [user, password]).collect(),
            Self::Webhook(hook) => hook.templates(),
            Self::Terminal | Self::Command { .. } | Self::Steps(_) => Vec::new(),
            Self::PagerDuty { url, key } | Self::Opsgenie { url, key } => url.iter().chain([key]).collect(),
            Self::Teams { url } | Self::Discord { url } => vec![url],
            Self::Telegram { url, token, .. } => url.iter().chain([token]).collect(),
            Self::Ntfy { url, topic, token, .. } => url.iter().chain(token).chain([topic]).collect(),
            Self::Alertmanager { url, sign_in, .. } => {
                let sign_in = sign_in.iter().flat_map(|(user, password)| [user, password]);
                sign_in.chain([url]).collect()
            }
            Self::Phone(phone) => phone.url.iter().chain([&phone.token]).collect(),
        }
    }

    /// Where it is on the network.
    pub(crate) fn address(&self) -> Address<'_> {
        match self {
            Self::Slack { way: SlackWay::Webhook(url), .. }
            | Self::Teams { url }
            | Self::Discord { url }
            | Self::Alertmanager { url, .. } => Address::Url(url),
            Self::Slack { way: SlackWay::Bot { url, .. }, .. } => usual_or(url, slack::URL),
            Self::Email(mail) => Address::Server(&mail.host, mail.port),
            Self::Webhook(hook) => Address::Url(&hook.url),
            Self::PagerDuty { url, .. } => usual_or(url, pagerduty::URL),
            Self::Opsgenie { url, .. } => usual_or(url, opsgenie::URL),
            Self::Telegram { url, .. } => usual_or(url, telegram::URL),
            Self::Ntfy { url, .. } => usual_or(url, ntfy::URL),
            Self::Phone(phone) => usual_or(&phone.url, twilio::URL),
            Self::Terminal | Self::Command { .. } | Self::Steps(_) => Address::Nowhere,
        }
    }

    /// Whom or what it reaches, for people; without secrets.
    pub(crate) fn target(&self) -> String {
        match self {
            Self::Slack { way: SlackWay::Webhook(_), .. } => "Slack".to_owned(),
            Self::Slack { way: SlackWay::Bot { channel, .. }, .. } => format!("Slack {channel}"),
            Self::Email(mail) => mail.to.join(", "),
            Self::Webhook(hook) => hook.url.to_string(),
            Self::Terminal => "standard output".to_owned(),
            Self::PagerDuty { .. } => "PagerDuty".to_owned(),
            Self::Opsgenie { .. } => "Opsgenie".to_owned(),
            Self::Teams { .. } => "Microsoft Teams".to_owned(),
            Self::Discord { .. } => "Discord".to_owned(),
            Self::Telegram { chat, .. } => format!("Telegram {chat}"),
            Self::Ntfy { topic, .. } => format!("ntfy {topic}"),
            Self::Alertmanager { url, .. } => url.to_string(),
            Self::Phone(phone) => phone.to.clone(),
            Self::Command { words, .. } => words.first().cloned().unwrap_or_default(),
            Self::Steps(steps) => {
                let step =
                    |step: &EscalationStep| step.tell.iter().map(Name::as_str).collect::<Vec<_>>().join(", ");
                steps.iter().map(step).collect::<Vec<_>>().join(" → ")
            }
        }
    }

    /// The receivers that it stands for, one step after the other; nothing when it is told itself.
    pub(crate) fn steps(&self) -> &[EscalationStep] {
        match self {
            Self::Steps(steps) => steps,
            Self::Slack { .. }
            | Self::Email(_)
            | Self::Webhook(_)
            | Self::Terminal
            | Self::PagerDuty { .. }
            | Self::Opsgenie { .. }
            | Self::Teams { .. }
            | Self::Discord { .. }
            | Self::Telegram { .. }
            | Self::Ntfy { .. }
            | Self::Alertmanager { .. }
            | Self::Phone(_)
            | Self::Command { .. } => &[],
        }
    }
}

fn usual_or<'a>(url: &'a Option<Template>, usual: &'static str) -> Address<'a> {
    url.as_ref().map_or(Address::Usual(usual), Address::Url)
}

/// Reads one `[[receiver]]`.
pub(super) fn read(section: &Section<'_>, kind: &str) -> Option<Receiver> {
    let name = section.name("name");
    section.word("type");
    let wants = section.words("notices").into_iter().filter_map(Notice::parse).collect();
    let (repeat, spacing) = (section.duration("repeat"), section.duration("spacing"));
    let channel = channel(section, kind);
    Some(Receiver { name: name?, wants, repeat, spacing, channel: channel? })
}

fn channel(section: &Section<'_>, kind: &str) -> Option<Channel> {
    match kind {
        "slack" => slack_channel(section),
        "email" => mail::read(section).map(|mail| Channel::Email(Box::new(mail))),
        "webhook" => webhook::read(section).map(|hook| Channel::Webhook(Box::new(hook))),
        "pagerduty" | "opsgenie" => {
            let (url, key) = (url(section), section.secret("key")?);
            let is_pager = kind == "pagerduty";
            Some(if is_pager { Channel::PagerDuty { url, key } } else { Channel::Opsgenie { url, key } })
        }
        "teams" => Some(Channel::Teams { url: secret_url(section)? }),
        "discord" => Some(Channel::Discord { url: secret_url(section)? }),
        "telegram" => telegram_chat(section),
        "ntfy" => ntfy_topic(section),
        "alertmanager" => alertmanager(section),
        "sms" | "call" => phone::read(section, kind).map(|phone| Channel::Phone(Box::new(phone))),
        "command" => command(section),
        "steps" => steps::read(section).map(Channel::Steps),
        _ => Some(Channel::Terminal),
    }
}

/// A URL that may refer to secrets.
fn url(section: &Section<'_>) -> Option<Template> {
    section.text("url").and_then(|text| values::url_template(section, &text))
}

/// A URL that is a secret.
fn secret_url(section: &Section<'_>) -> Option<Template> {
    section.template("url").and_then(|url| section.referring("url", url))
}

fn ca(section: &Section<'_>) -> Option<PathBuf> {
    section.text("ca").map(|text| PathBuf::from(text.value))
}

/// User name and password, both or none.
fn sign_in(section: &Section<'_>) -> Option<(Template, Template)> {
    let (user, password) = (section.template("user"), section.secret("password"));
    if section.has("user") != section.has("password") {
        section.reading.report(&section.span, "`user` and `password` go together", "one of them is missing");
    }
    user.zip(password)
}

/// With `token` and `channel` it is a bot, else an incoming webhook.
fn slack_channel(section: &Section<'_>) -> Option<Channel> {
    let signing_secret = section.secret("signing_secret");
    let way = if section.has("token") || section.has("channel") {
        let (token, channel) = (section.secret("token"), section.text("channel"));
        if section.has("token") != section.has("channel") {
            let title = "`token` and `channel` go together";
            section.reading.report(&section.span, title, "one of them is missing");
        }
        SlackWay::Bot { url: url(section), token: token?, channel: channel?.value }
    } else {
        if !section.has("url") {
            let advice = r#"add: url = "${env:SLACK_URL}""#;
            section.reading.report(&section.span, "`url` is missing", advice);
        }
        SlackWay::Webhook(secret_url(section)?)
    };
    Some(Channel::Slack { way, signing_secret })
}

fn telegram_chat(section: &Section<'_>) -> Option<Channel> {
    let (url, token) = (url(section), section.secret("token"));
    let (chat, thread) = (section.text("chat"), section.count("thread"));
    Some(Channel::Telegram { url, token: token?, chat: chat?.value, thread })
}

fn ntfy_topic(section: &Section<'_>) -> Option<Channel> {
    let (url, topic, token) = (url(section), section.template("topic"), section.secret("token"));
    Some(Channel::Ntfy { url, topic: topic?, token, ca: ca(section) })
}

fn alertmanager(section: &Section<'_>) -> Option<Channel> {
    let (url, sign_in) = (url(section), sign_in(section));
    Some(Channel::Alertmanager { url: url?, sign_in, ca: ca(section) })
}

fn command(section: &Section<'_>) -> Option<Channel> {
    let words: Vec<String> = section.texts("command").into_iter().map(|text| text.value).collect();
    let deadline = section.duration("deadline")?;
    if section.has("command") && words.first().is_none_or(String::is_empty) {
        section.reading.report(&section.span_of("command"), "`command` names no program", "");
        return None;
    }
    Some(Channel::Command { words, deadline })
}
