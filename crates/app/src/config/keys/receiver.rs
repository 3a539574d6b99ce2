//! A receiver.

use super::{Form, Key, Table};

/// A receiver.
pub(super) static RECEIVER: Table = Table {
    path: "receiver",
    about: "Who is told. The start and the end of an incident are always told.",
    inherited_only: false,
    keys: &[
        Key::new("name", Form::Name, "What monitors call it. Unique.", r#""oncall""#).required(),
        Key::new("type", Form::Word(&["slack", "email", "webhook", "terminal"]), "How it is told.", r#""slack""#).required(),
        Key::new(
            "notices",
            Form::Words(&["worsened", "reopened", "reminder", "acknowledged", "flapping"]),
            "What it is told besides start and end.",
            r#"["worsened", "reminder"]"#,
        )
        .default(r#"["worsened", "reopened", "reminder", "acknowledged", "flapping"]"#),
        Key::new(
            "url",
            Form::Template,
            "Slack: the incoming webhook's URL, which is a secret. Webhook: where to post; credentials in it have to \
             be references.",
            r#""${env:SLACK_URL}""#,
        )
        .only(&["slack", "webhook"]).required(),
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
            "server",
            Form::Text,
            "The mail server: `smtp://host:port` or `smtps://host:port`.",
            r#""smtp://mail.example:587""#,
        )
        .only(&["email"]).required(),
        Key::new(
            "encryption",
            Form::Word(&["starttls", "tls", "none"]),
            "How the connection is protected. Without it: `starttls` for `smtp:`, `tls` for `smtps:`.",
            r#""starttls""#,
        )
        .only(&["email"]),
        Key::new("user", Form::Template, "The user name at the mail server.", r#""alerts""#).only(&["email"]),
        Key::new("password", Form::Secret, "Its password, by reference.", r#""${file:/run/secrets/smtp}""#).only(&["email"]),
        Key::new("ca", Form::Path, "PEM file of the certificate authority to trust instead of the usual ones.", r#""/etc/statusquo/ca.pem""#)
            .only(&["email", "webhook"]),
        Key::new("from", Form::Text, "The sender.", r#""Statusquo <alerts@example.org>""#).only(&["email"]).required(),
        Key::new("to", Form::Texts, "The recipients.", r#"["oncall@example.org"]"#).only(&["email"]).required(),
    ],
};
