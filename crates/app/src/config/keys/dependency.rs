//! A third party that we depend on.

use super::{Form, Key, Table};

/// A third party that we depend on.
pub(super) static DEPENDENCY: Table = Table {
    path: "dependency",
    about: "A third party that we depend on: what its status page says, what our own calls to it meet, and whose incidents \
            it may be behind. `[[monitor]]` says with `depends_on` that its target needs it.",
    inherited_only: false,
    keys: &[
        Key::new("name", Form::Name, "What it is called. Unique.", r#""stripe""#).required(),
        Key::new("title", Form::Text, "What people call it; else its name.", r#""Stripe""#),
        Key::new(
            "feed",
            Form::Url,
            "Where its status page is for programs: `summary.json` of Statuspage or Instatus, the JSON of incident.io or \
             Better Stack, RSS or Atom. Which one it is shows by itself. Redirects are not followed.",
            r#""https://status.stripe.example/api/v2/summary.json""#,
        )
        .required(),
        Key::new(
            "components",
            Form::Texts,
            "Only these parts of its page count, by their names there. Without it: the whole.",
            r#"["API", "Webhooks"]"#,
        ),
        Key::new(
            "every",
            Form::Duration("30s", "1h"),
            "Interval between looks at its page. After failures it grows, up to four times; `Retry-After` is respected.",
            r#""5m""#,
        )
        .default(r#""2m""#),
        Key::new(
            "hosts",
            Form::Texts,
            "The hosts of our calls that go to it, as client spans and metrics name them; `*.` at the beginning stands for \
             any name below. A service that calls one of them depends on it.",
            r#"["api.stripe.example", "*.stripe.network"]"#,
        ),
        Key::new("monitors", Form::Names, "Monitors that probe it. They are not those that depend on it.", r#"["stripe-api"]"#),
        Key::new("services", Form::Names, "Services that depend on it, beside those that call its hosts.", r#"["checkout"]"#),
        Key::new(
            "alert",
            Form::Flag,
            "Raises an incident (degraded, never failing) when its page says that there is an outage, or when our calls or \
             probes of it fail. Without it, it is only named in the incidents of those that depend on it.",
            "false",
        )
        .default("true"),
    ],
};
