//! The file itself, and its tables of which there is one.

use super::dependency::DEPENDENCY;
use super::detect::{DETECT, THRESHOLD};
use super::lint::LINT;
use super::log::LOG;
use super::maintenance::MAINTENANCE;
use super::monitor::{DEFAULTS, MONITOR};
use super::otlp::{OTLP, REQUESTS};
use super::receiver::RECEIVER;
use super::slo::SLO;
use super::status_page::{COMPONENT, STATUS_PAGE};
use super::{Form, Key, Table};

/// The whole file.
pub(crate) static ROOT: Table = Table {
    path: "",
    about: "The whole file. Unknown keys are errors. Secrets are never written here, only referred to.",
    inherited_only: false,
    keys: &[
        Key::new(
            "public_url",
            Form::Url,
            "Where people reach the dashboard. Messages link to it; without it they carry no links.",
            r#""https://status.example""#,
        ),
        Key::new("location", Form::Name, "What this place of watching is called.", r#""vienna""#)
            .default(r#""local""#),
        Key::new(
            "own_faults",
            Form::Names,
            "Receivers that are told when Statusquo itself cannot see: no DNS, full disk, wrong clock. Without it, \
             all receivers are told.",
            r#"["ops"]"#,
        ),
        Key::new(
            "serve",
            Form::Table(&SERVE),
            "The dashboard and the HTTP API.",
            r#"{ listen = "127.0.0.1:8418" }"#,
        ),
        Key::new(
            "store",
            Form::Table(&STORE),
            "What is kept, where and for how long.",
            r#"{ keep_samples = "48h" }"#,
        ),
        Key::new("probe", Form::Table(&PROBE), "How probes are made.", "{ per_host = 4 }"),
        Key::new(
            "lint",
            Form::Table(&LINT),
            "How answers are held against the standards and good practice.",
            r#"{ profile = "guide" }"#,
        ),
        Key::new(
            "otlp",
            Form::Table(&OTLP),
            "Takes what applications tell with OpenTelemetry. It is off unless this table is there; `[otlp]` alone is \
             enough.",
            r#"{ listen = "127.0.0.1:4318" }"#,
        ),
        Key::new(
            "requests",
            Form::Table(&REQUESTS),
            "Which requests of the real traffic are kept one by one. All are counted.",
            r#"{ sample = 100, keep = "30d" }"#,
        ),
        Key::new(
            "defaults",
            Form::Table(&DEFAULTS),
            "What all monitors inherit unless they say otherwise.",
            r#"{ every = "30s", receivers = ["oncall"] }"#,
        ),
        Key::new(
            "monitor",
            Form::Tables(&MONITOR),
            "What is watched.",
            r#"[{ name = "orders", url = "https://api.example/health" }]"#,
        ),
        Key::new(
            "receiver",
            Form::Tables(&RECEIVER),
            "Who is told.",
            r#"[{ name = "screen", type = "terminal" }]"#,
        ),
        Key::new(
            "maintenance",
            Form::Tables(&MAINTENANCE),
            "Planned work.",
            r#"[{ name = "night", cron = "0 2 * * 0", lasting = "2h" }]"#,
        ),
        Key::new(
            "slo",
            Form::Tables(&SLO),
            "What is promised.",
            r#"[{ name = "orders", monitor = "orders", objective = "99.9%" }]"#,
        ),
        Key::new(
            "openslo",
            Form::Texts,
            "Files of OpenSLO documents (v1) whose objectives are promised as well; relative to this file.",
            r#"["slo/shop.yaml"]"#,
        ),
        Key::new(
            "detect",
            Form::Table(&DETECT),
            "How the detectors are set that watch real traffic.",
            r#"{ sensitivity = "low" }"#,
        ),
        Key::new(
            "threshold",
            Form::Tables(&THRESHOLD),
            "Thresholds of your own on real traffic.",
            r#"[{ name = "payments-fail", endpoint = "POST /v1/payments", codes = "5xx", share = "1%" }]"#,
        ),
        Key::new(
            "log",
            Form::Tables(&LOG),
            "Logs of real traffic.",
            r#"[{ name = "shop", path = "/var/log/nginx/access.log" }]"#,
        ),
        Key::new(
            "dependency",
            Form::Tables(&DEPENDENCY),
            "Third parties that we depend on.",
            r#"[{ name = "stripe", feed = "https://status.stripe.example/api/v2/summary.json" }]"#,
        ),
        Key::new(
            "status_page",
            Form::Table(&STATUS_PAGE),
            "The public status page.",
            r#"{ listen = "127.0.0.1:8419", name = "Acme" }"#,
        ),
        Key::new(
            "component",
            Form::Tables(&COMPONENT),
            "What the public status page shows, in this order.",
            r#"[{ name = "ordering", title = "Ordering", monitors = ["orders"] }]"#,
        ),
    ],
};

static SERVE: Table = Table {
    path: "serve",
    about: "The dashboard and the HTTP API.",
    inherited_only: false,
    keys: &[Key::new(
        "listen",
        Form::Text,
        "Address and port. Any address but a loopback one demands that sign-in is set up \
         (`statusquo user add`). `--listen` overrides it.",
        r#""127.0.0.1:8418""#,
    )
    .default(r#""127.0.0.1:8418""#)],
};

static STORE: Table = Table {
    path: "store",
    about: "What is kept, where and for how long.",
    inherited_only: false,
    keys: &[
        Key::new(
            "data",
            Form::Path,
            "The folder that holds `statusquo.db`. `--data` overrides it.",
            r#""/var/lib/statusquo""#,
        )
        .default(r#""statusquo-data""#),
        Key::new(
            "keep_samples",
            Form::Duration("1h", "3660d"),
            "How long each single probe is kept.",
            r#""7d""#,
        )
        .default(r#""48h""#),
        Key::new(
            "keep_minutes",
            Form::Duration("1d", "3660d"),
            "How long figures by five minutes are kept.",
            r#""14d""#,
        )
        .default(r#""3d""#),
        Key::new(
            "keep_hours",
            Form::Duration("1d", "3660d"),
            "How long figures by the hour are kept.",
            r#""90d""#,
        )
        .default(r#""60d""#),
        Key::new(
            "keep_days",
            Form::Duration("1d", "36600d"),
            "How long figures by the day are kept.",
            r#""3660d""#,
        )
        .default(r#""1098d""#),
        Key::new(
            "keep_incidents",
            Form::Duration("1d", "36600d"),
            "How long resolved incidents are kept, and what was sent about them.",
            r#""3660d""#,
        )
        .default(r#""1098d""#),
    ],
};

static PROBE: Table = Table {
    path: "probe",
    about: "How probes are made.",
    inherited_only: false,
    keys: &[
        Key::new("concurrent", Form::Count(1, 65_535), "At most so many probes at the same time.", "1000")
            .default("1000"),
        Key::new(
            "per_host",
            Form::Count(1, 1000),
            "At most so many probes at the same time to one host and port.",
            "4",
        )
        .default("4"),
        Key::new(
            "contact",
            Form::Text,
            "A link or address in the `User-Agent`, for operators who wonder who asks.",
            r#""https://status.example/about""#,
        ),
    ],
};
