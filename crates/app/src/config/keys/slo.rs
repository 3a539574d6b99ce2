//! A service level objective.

use super::{Form, Key, Table};

/// A service level objective.
pub(super) static SLO: Table = Table {
    path: "slo",
    about: "What is promised: so many of all events of a monitor, a service or an endpoint are good. \
            Its error budget stands on `/slos`; `statusquo slo export` writes it as rules for Prometheus.",
    inherited_only: false,
    keys: &[
        Key::new("name", Form::Name, "What it is called. Unique.", r#""orders-availability""#).required(),
        Key::new("title", Form::Text, "What people call it. Without it: the name.", r#""Orders can be placed""#),
        Key::new("monitor", Form::Name, "The probes of this monitor are the events.", r#""orders""#),
        Key::new("service", Form::Name, "The requests to this service are the events.", r#""shop""#),
        Key::new(
            "endpoint",
            Form::Text,
            "Only the requests to this endpoint of the service: method and route. `*` at the end stands for any end.",
            r#""POST /v1/orders""#,
        ),
        Key::new(
            "objective",
            Form::Text,
            "How many of all events have to be good, as a percentage with at most four decimals.",
            r#""99.9%""#,
        )
        .required(),
        Key::new(
            "period",
            Form::Text,
            "For how long: `30d` are the last 30 days at any moment (1 to 92); `week`, `month` and `quarter` begin with \
             the calendar.",
            r#""30d""#,
        )
        .default(r#""30d""#),
        Key::new("zone", Form::Text, "The time zone of the calendar.", r#""Europe/Vienna""#).default(r#""UTC""#),
        Key::new(
            "within",
            Form::Duration("1ms", "1h"),
            "Makes it an objective of latency: an event is good when it is answered well within this time.",
            r#""300ms""#,
        ),
        Key::new(
            "bad",
            Form::Text,
            "Status codes that are bad, beside those that are by nature (5xx but 501 and 505, and no answer at all).",
            r#""429""#,
        ),
        Key::new("good", Form::Text, "Status codes that are good although they would be bad by nature.", r#""503""#),
        Key::new(
            "receivers",
            Form::Names,
            "Who is told when the budget burns too fast. Without it: all receivers.",
            r#"["oncall"]"#,
        ),
        Key::new("excluded", Form::Text, "Status codes that count on neither side.", r#""401,404""#),
    ],
};
