//! Planned work.

use super::{Form, Key, Table};

/// Planned work.
pub(super) static MAINTENANCE: Table = Table {
    path: "maintenance",
    about: "Planned work: messages are held, and what is still true at its end is told. Either `from` and `until`, \
            or `cron` and `lasting`.",
    inherited_only: false,
    keys: &[
        Key::new("name", Form::Name, "What it is called. Unique.", r#""database-upgrade""#).required(),
        Key::new("monitors", Form::Names, "Which monitors. Without it: all.", r#"["orders"]"#),
        Key::new("from", Form::Moment, "When it begins.", "2027-01-09T22:00:00+01:00"),
        Key::new("until", Form::Moment, "When it ends.", "2027-01-10T02:00:00+01:00"),
        Key::new(
            "cron",
            Form::Text,
            "When it begins, again and again: minute, hour, day, month, weekday.",
            r#""0 2 * * 0""#,
        ),
        Key::new("lasting", Form::Duration("1m", "7d"), "How long it lasts each time.", r#""2h""#),
        Key::new("zone", Form::Text, "The time zone of the pattern.", r#""Europe/Vienna""#)
            .default(r#""UTC""#),
    ],
};
