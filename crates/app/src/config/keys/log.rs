//! Logs of real traffic.

use super::{Form, Key, Table};

/// Logs of real traffic.
pub(super) static LOG: Table = Table {
    path: "log",
    about: "A log of real traffic: each request in it is counted once, also over restarts and whatever rotates its files. \
            It has a `path`, or an address for `syslog`.",
    inherited_only: false,
    keys: &[
        Key::new("name", Form::Name, "What it is called. Unique; how far it was read is kept under this name.", r#""shop-proxy""#)
            .required(),
        Key::new(
            "service",
            Form::Name,
            "The service whose traffic it tells of. Without it: the name of the log. Several logs may tell of one service.",
            r#""shop""#,
        ),
        Key::new(
            "path",
            Form::Text,
            "The file, or a pattern with `*` and `?`. What rotation makes of it belongs to it: `access.log.1`, \
             `access.log-20261129`, `access.log.2.gz`, `access-20261129.log`.",
            r#""/var/log/nginx/access.log""#,
        ),
        Key::new(
            "syslog",
            Form::Text,
            "Where syslog messages (RFC 3164 or 5424) are received: `udp://` or `tcp://` with address and port; a port \
             alone is one of this machine. Whoever reaches it can add requests: leave it on a loopback address, or behind \
             a firewall.",
            r#""udp://127.0.0.1:5514""#,
        ),
        Key::new(
            "format",
            Form::Text,
            "Its format: `auto`, a name (`statusquo logs --help` lists them), a `log_format` of nginx or a `LogFormat` of \
             Apache.",
            r#""combined""#,
        )
        .default(r#""auto""#),
        Key::new(
            "zone",
            Form::Text,
            "The time zone of times that say none, as HAProxy writes them. Without it: UTC.",
            r#""Europe/Vienna""#,
        ),
        Key::new(
            "routes",
            Form::Path,
            "An OpenAPI description: its paths are the endpoints. Others are learned from the paths that are answered.",
            r#""/etc/statusquo/openapi.yaml""#,
        ),
        Key::new(
            "layer",
            Form::Word(&["edge", "app"]),
            "Who writes it: the proxy in front, or the application. They see the same requests: each is counted by itself, \
             and what the proxy saw is shown as what happened.",
            r#""app""#,
        )
        .default(r#""edge""#),
        Key::new(
            "slow_after",
            Form::Duration("1ms", "10m"),
            "What takes longer is slow: such requests are counted exactly.",
            r#""800ms""#,
        ),
        Key::new(
            "backfill",
            Form::Duration("0s", "400d"),
            "Files are read from their beginning when they are first seen, unless they did not change for so long.",
            r#""30d""#,
        )
        .default(r#""7d""#),
    ],
};
