//! The keys of receivers.

use super::{Form, Key, Table};

/// All types, in the order of the documentation.
const TYPES: &[&str] = &[
    "slack",
    "email",
    "webhook",
    "terminal",
    "pagerduty",
    "opsgenie",
    "teams",
    "discord",
    "telegram",
    "ntfy",
    "alertmanager",
    "sms",
    "call",
    "command",
    "steps",
];
/// All that are told themselves.
const TOLD: &[&str] = TYPES.split_at(TYPES.len() - 1).0;
const PHONES: &[&str] = &["sms", "call"];

/// One step.
static STEP: Table = Table {
    path: "receiver.steps",
    about: "One step. It is taken when nobody has taken the incident for so long since the step before; a silence or a \
            maintenance stops the clock.",
    inherited_only: false,
    keys: &[
        Key::new("tell", Form::Names, "Receivers that are told.", r#"["alice-sms"]"#).required(),
        Key::new(
            "after",
            Form::Duration("1m", "24h"),
            "How long the step before has time. The first step is told at once, and has none.",
            r#""5m""#,
        ),
    ],
};

/// A receiver.
pub(super) static RECEIVER: Table = Table {
    path: "receiver",
    about: "Who is told. The start and the end of an incident are always told. `docs/receivers.md` shows each type.",
    inherited_only: false,
    keys: &[
        Key::new("name", Form::Name, "What monitors call it. Unique.", r#""oncall""#).required(),
        Key::new("type", Form::Word(TYPES), "How it is told.", r#""slack""#).required(),
        Key::new(
            "notices",
            Form::Words(&["worsened", "reopened", "reminder", "acknowledged", "flapping"]),
            "What it is told besides start and end.",
            r#"["worsened", "reminder"]"#,
        )
        .default(r#"["worsened", "reopened", "reminder", "acknowledged", "flapping"]"#)
        .only(TOLD),
        Key::new(
            "repeat",
            Form::Duration("1m", "7d"),
            "It is reminded so often while nobody has taken the incident. Without it: after 15 min, 30 min, an hour and \
             so on, up to a day.",
            r#""4h""#,
        )
        .only(TOLD),
        Key::new(
            "spacing",
            Form::Duration("0ms", "1h"),
            "The shortest pause between two messages. Without it: what the service documents, one second for most.",
            r#""2s""#,
        )
        .only(TOLD),
        Key::new(
            "url",
            Form::Template,
            "Slack, Teams, Discord: the incoming webhook's URL, which is a secret. Webhook: where to post; credentials \
             in it have to be references. Alertmanager: its address. The others: another address of their API, as for \
             the European regions of PagerDuty (`https://events.eu.pagerduty.com`) and Opsgenie \
             (`https://api.eu.opsgenie.com`), or an ntfy of your own.",
            r#""${env:SLACK_URL}""#,
        )
        .only(&[
            "slack",
            "webhook",
            "teams",
            "discord",
            "alertmanager",
            "pagerduty",
            "opsgenie",
            "telegram",
            "ntfy",
            "sms",
            "call",
        ])
        .required_by(&["webhook", "teams", "discord", "alertmanager"]),
        Key::new(
            "secret",
            Form::Secret,
            "Signs the messages (HMAC-SHA256, as Standard Webhooks does it).",
            r#""${env:WEBHOOK_SECRET}""#,
        )
        .only(&["webhook"]),
        Key::new(
            "old_secret",
            Form::Secret,
            "Signs them as well, while the secret is being changed.",
            r#""${env:OLD_WEBHOOK_SECRET}""#,
        )
        .only(&["webhook"]),
        Key::new(
            "headers",
            Form::Fields,
            "Header fields to send as well. Credentials in them have to be references.",
            r#"{ authorization = "Bearer ${env:HOOK_TOKEN}" }"#,
        )
        .only(&["webhook"]),
        Key::new(
            "template",
            Form::Text,
            "The content, instead of our own JSON: text with `{{words}}`, which `docs/receivers.md` lists.",
            r#"'{"text": "{{title}}", "url": "{{link}}"}'"#,
        )
        .only(&["webhook"]),
        Key::new(
            "content_type",
            Form::Text,
            "The content type of `template`. In JSON and in forms, words are escaped as they need it.",
            r#""application/json""#,
        )
        .default(r#""application/json""#)
        .only(&["webhook"]),
        Key::new(
            "key",
            Form::Secret,
            "PagerDuty: the integration key of Events API v2. Opsgenie: the key of an API integration.",
            r#""${env:PAGERDUTY_KEY}""#,
        )
        .only(&["pagerduty", "opsgenie"])
        .required(),
        Key::new(
            "token",
            Form::Secret,
            "Telegram: the bot's token. ntfy: an access token, where the topic needs one. Slack: a bot's token \
             (`chat:write`), instead of `url`. SMS and call: the account's auth token.",
            r#""${env:TELEGRAM_TOKEN}""#,
        )
        .only(&["telegram", "ntfy", "slack", "sms", "call"])
        .required_by(&["telegram", "sms", "call"]),
        Key::new("channel", Form::Text, "The channel that the bot writes to.", r#""C0123456789""#).only(&["slack"]),
        Key::new(
            "signing_secret",
            Form::Secret,
            "The app's signing secret: messages get a button that acknowledges. Slack has to know the address \
             `PUBLIC_URL/hooks/NAME` as the request URL of interactivity.",
            r#""${env:SLACK_SIGNING_SECRET}""#,
        )
        .only(&["slack"]),
        Key::new("chat", Form::Text, "The chat's id, or `@name` of a public channel.", r#""-1001234567890""#)
            .only(&["telegram"])
            .required(),
        Key::new("thread", Form::Count(1, 2_147_483_647), "The topic in the chat, by its number.", "7")
            .only(&["telegram"]),
        Key::new(
            "topic",
            Form::Template,
            "The topic. Where it needs no token, whoever knows it can read and write it: refer to it then.",
            r#""${env:NTFY_TOPIC}""#,
        )
        .only(&["ntfy"])
        .required(),
        Key::new("account", Form::Text, "The SID of the Twilio account.", r#""AC0123456789abcdef0123456789abcdef""#)
            .only(PHONES)
            .required(),
        Key::new(
            "server",
            Form::Text,
            "The mail server: `smtp://host:port` or `smtps://host:port`.",
            r#""smtp://mail.example:587""#,
        )
        .only(&["email"])
        .required(),
        Key::new(
            "encryption",
            Form::Word(&["starttls", "tls", "none"]),
            "How the connection is protected. Without it: `starttls` for `smtp:`, `tls` for `smtps:`.",
            r#""starttls""#,
        )
        .only(&["email"]),
        Key::new("user", Form::Template, "The user name at the server.", r#""alerts""#)
            .only(&["email", "alertmanager"]),
        Key::new("password", Form::Secret, "Its password, by reference.", r#""${file:/run/secrets/smtp}""#)
            .only(&["email", "alertmanager"]),
        Key::new(
            "ca",
            Form::Path,
            "PEM file of the certificate authority to trust instead of the usual ones.",
            r#""/etc/statusquo/ca.pem""#,
        )
        .only(&["email", "webhook", "ntfy", "alertmanager"]),
        Key::new(
            "from",
            Form::Text,
            "The sender. SMS and call: a number of yours at Twilio, or a messaging service (`MG…`).",
            r#""Statusquo <alerts@example.org>""#,
        )
        .only(&["email", "sms", "call"])
        .required(),
        Key::new(
            "to",
            Form::Texts,
            "The recipients. SMS and call: one number, in the form `+4312345678`; more people are more receivers.",
            r#"["oncall@example.org"]"#,
        )
        .only(&["email", "sms", "call"])
        .required(),
        Key::new(
            "command",
            Form::Texts,
            "The program and its arguments; no shell is between. It gets the JSON of a webhook on its standard input.",
            r#"["/usr/local/bin/tell", "--loud"]"#,
        )
        .only(&["command"])
        .required(),
        Key::new(
            "steps",
            Form::Tables(&STEP),
            "Who is told, one after the other, until somebody takes the incident.",
            r#"[{ tell = ["alice-sms"] }, { after = "5m", tell = ["alice-call", "bob-sms"] }]"#,
        )
        .only(&["steps"])
        .required(),
        Key::new("deadline", Form::Duration("1s", "50s"), "The command and all that it started are killed after so long.", r#""10s""#)
            .default(r#""10s""#)
            .only(&["command"]),
    ],
};
