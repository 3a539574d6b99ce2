//! Thresholds of the user's own, and how the detectors are set.

use super::{Form, Key, Table};

/// The detectors, by what raises their alarms.
pub(crate) const DETECTORS: &[&str] = &["clients", "client-errors", "server-errors", "volume", "new-code"];

const SENSITIVITY: Form = Form::Word(&["low", "normal", "high"]);
const ENDPOINT: &str = "Only there: method and route, `POST /v1/orders`, or a route alone for all methods. `{…}` is any \
                        parameter, `*` at the end any end.";

/// How the detectors are set.
pub(super) static DETECT: Table = Table {
    path: "detect",
    about: "How the detectors are set that watch real traffic. They need no tuning; what is unusual by nature can be told to \
            them here.",
    inherited_only: false,
    keys: &[
        Key::new(
            "off",
            Form::Words(DETECTORS),
            "Detectors that say nothing: `clients` (scans, tried credentials, floods), `client-errors` (more 4xx than \
             usual), `server-errors` (more 5xx than usual), `volume` (traffic that drops away), `new-code` (a code of \
             success that was never answered before).",
            r#"["new-code"]"#,
        ),
        Key::new(
            "sensitivity",
            SENSITIVITY,
            "How soon the others say something. `low` asks for twice as much, three times the usual share, and a hundredth \
             of the chance; `high` is content with half as much and ten times the chance, and is wrong more often.",
            r#""low""#,
        )
        .default(r#""normal""#),
        Key::new(
            "except",
            Form::Tables(&EXCEPT),
            "Services and endpoints for which something else holds.",
            r#"[{ service = "shop", endpoint = "GET /v1/search", sensitivity = "low" }]"#,
        ),
    ],
};

static EXCEPT: Table = Table {
    path: "detect.except",
    about: "What holds for a service, or at some of its endpoints, instead. The first one that covers an endpoint counts.",
    inherited_only: false,
    keys: &[
        Key::new("service", Form::Name, "Which service.", r#""shop""#).required(),
        Key::new("endpoint", Form::Text, ENDPOINT, r#""GET /v1/search*""#),
        Key::new(
            "off",
            Form::Words(DETECTORS),
            "Detectors that say nothing here. Without it: those of `[detect]`. At an endpoint only `client-errors`, \
             `server-errors` and `new-code` can be meant.",
            r#"["client-errors"]"#,
        ),
        Key::new(
            "sensitivity",
            SENSITIVITY,
            "How soon the others say something here. Without it: as `[detect]` says.",
            r#""high""#,
        ),
    ],
};

/// A threshold of the user's own.
pub(super) static THRESHOLD: Table = Table {
    path: "threshold",
    about: "A threshold of your own on real traffic: these status codes, there, in so much time, are too many. Its incident \
            begins within a minute or so, and ends when it was not exceeded for five minutes.",
    inherited_only: false,
    keys: &[
        Key::new("name", Form::Name, "What it is called. Unique.", r#""payments-fail""#).required(),
        Key::new("service", Form::Name, "Which service. Without it: each of them.", r#""shop""#),
        Key::new(
            "endpoint",
            Form::Text,
            "Where: method and route, `POST /v1/orders`, or a route alone for all methods; `{…}` is any parameter, `*` at \
             the end any end; `each` is each endpoint by itself. Without it: all requests of the service together.",
            r#""POST /v1/payments""#,
        ),
        Key::new(
            "codes",
            Form::Text,
            "Which status codes are counted: codes, classes and ranges. A request that \
             got no answer counts as 504, one whose client went away as 499.",
            r#""5xx,429""#,
        )
        .required(),
        Key::new(
            "share",
            Form::Text,
            "Too much is more than this share of the requests, as a percentage with at most four decimals. Either `share` \
             or `count`.",
            r#""2.5%""#,
        ),
        Key::new("count", Form::Count(0, u32::MAX), "Too much is more than this number of requests.", "10"),
        Key::new("window", Form::Duration("1m", "1d"), "In how much time: whole minutes.", r#""10m""#)
            .default(r#""5m""#),
        Key::new(
            "least_requests",
            Form::Count(0, u32::MAX),
            "With fewer requests in this time nothing is said.",
            "100",
        )
        .default("1"),
        Key::new("severity", Form::Word(&["degraded", "failing"]), "How bad it is.", r#""failing""#)
            .default(r#""degraded""#),
        Key::new("receivers", Form::Names, "Who is told. Without it: all receivers.", r#"["oncall"]"#),
    ],
};
