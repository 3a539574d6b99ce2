//! A monitor, and what monitors inherit.

use super::{Form, Key, Table};

const HTTP: &[&str] = &["url"];
const CONNECTING: &[&str] = &["url", "tcp", "certificate"];
const TLS_USERS: &[&str] = &["url", "certificate"];
const PROBED: &[&str] = &["url", "tcp", "dns", "certificate"];
pub(super) static DEFAULTS: Table = Table {
    path: "defaults",
    about: "What all monitors inherit unless they say otherwise. Keys that do not fit a kind of monitor are left out.",
    inherited_only: true,
    keys: MONITOR.keys,
};

/// A monitor.
pub(super) static MONITOR: Table = Table {
    path: "monitor",
    about: "What is watched. Exactly one of `url`, `tcp`, `dns`, `certificate` and `heartbeat` says what kind it is.",
    inherited_only: false,
    keys: &[
        Key::new("name", Form::Name, "Its identity in links, messages and the store. Unique.", r#""orders""#).required(),
        Key::new("title", Form::Text, "What people call it; else its name.", r#""Orders API""#),
        Key::new("group", Form::Text, "Monitors of one group stand together on the dashboard.", r#""shop""#).inherited(),
        Key::new(
            "service",
            Form::Name,
            "The service that its target belongs to: a deploy of it shortly before is named in its incidents. Without it: \
             its name.",
            r#""checkout""#,
        )
        .inherited(),
        Key::new(
            "depends_on",
            Form::Names,
            "Third parties (`[[dependency]]`) that its target needs: while one of them is in trouble, its incidents say so.",
            r#"["stripe"]"#,
        )
        .inherited(),
        Key::new(
            "url",
            Form::Template,
            "Watches an HTTP endpoint. Only `http` and `https`; credentials belong into `auth`.",
            r#""https://api.example/health""#,
        )
        .only(&["url"]),
        Key::new("tcp", Form::Text, "Watches a TCP port: host and port.", r#""db.example:5432""#).only(&["tcp"]),
        Key::new("dns", Form::Text, "Watches a name in the DNS.", r#""example.org""#).only(&["dns"]),
        Key::new(
            "certificate",
            Form::Text,
            "Watches the certificate chain of a TLS server: host and port.",
            r#""mail.example:465""#,
        )
        .only(&["certificate"]),
        Key::new(
            "heartbeat",
            Form::Table(&HEARTBEAT),
            "Watches a job that reports itself.",
            r#"{ every = "1h", grace = "10m" }"#,
        )
        .only(&["heartbeat"]),
        Key::new("every", Form::Duration("1s", "24h"), "Interval between probes.", r#""1m""#)
            .default(r#""30s""#)
            .only(PROBED)
            .inherited(),
        Key::new(
            "timeout",
            Form::Duration("100ms", "5m"),
            "The longest that one probe may take. Has to be shorter than `every`; where it is not given and `every` is 10 s or less, it is four fifths of `every`.",
            r#""5s""#,
        )
        .default(r#""10s""#)
        .only(PROBED)
        .inherited(),
        Key::new("method", Form::Text, "The request method.", r#""HEAD""#).default(r#""GET""#).only(HTTP).inherited(),
        Key::new(
            "headers",
            Form::Fields,
            "Header fields to send. Credentials in them have to be references.",
            r#"{ accept = "application/json", authorization = "Bearer ${env:TOKEN}" }"#,
        )
        .only(HTTP)
        .inherited(),
        Key::new("body", Form::Template, "The content to send.", r#"'{"ping": true}'"#).only(HTTP),
        Key::new(
            "expect",
            Form::Text,
            "Status codes that are right: codes, classes and ranges. Without it: what is right for a health check \
             (2xx, and 304 where it was asked for).",
            r#""2xx,404""#,
        )
        .only(HTTP)
        .inherited(),
        Key::new(
            "expect_header",
            Form::Free,
            "Header fields that are right: `true` (there), `false` (not there), a text (equal) or \
             `{ matches = \"regular expression\" }`.",
            r#"{ content-type = "application/json", server = false, etag = { matches = '^"' } }"#,
        )
        .only(HTTP)
        .inherited(),
        Key::new("expect_text", Form::Texts, "Texts that the answer has to contain.", r#""ready""#)
            .only(&["url", "tcp"])
            .inherited(),
        Key::new("expect_not_text", Form::Texts, "Texts that the content must not contain.", r#"["Exception", "error"]"#)
            .only(HTTP)
            .inherited(),
        Key::new("expect_regex", Form::Texts, "Regular expressions that the content has to match.", r"'version \d+'")
            .only(HTTP)
            .inherited(),
        Key::new(
            "lint",
            Form::Word(&["off", "must", "should", "advice"]),
            "Findings of the linter at this level and above make the monitor degraded. They are counted in any case.",
            r#""must""#,
        )
        .default(r#""off""#)
        .only(HTTP)
        .inherited(),
        Key::new(
            "expect_json",
            Form::Free,
            "What the content has to hold as JSON: paths (RFC 9535) and the values found there. \
             `{ present = true }` accepts any value.",
            r#"{ "$.status" = "up", "$.queue.length" = 0, "$.id" = { present = true } }"#,
        )
        .only(HTTP)
        .inherited(),
        Key::new("degraded_after", Form::Duration("1ms", "5m"), "An answer that takes longer is degraded.", r#""800ms""#)
            .only(&["url", "tcp", "dns"])
            .inherited(),
        Key::new("failing_after", Form::Duration("1ms", "5m"), "An answer that takes longer is failing.", r#""3s""#)
            .only(&["url", "tcp", "dns"])
            .inherited(),
        Key::new(
            "certificate_days",
            Form::Count(0, 3650),
            "Fewer days left on a certificate of the chain are degraded. 0 leaves it out.",
            "21",
        )
        .default("14")
        .only(TLS_USERS)
        .inherited(),
        Key::new("follow", Form::Flag, "Follow redirects?", "true").default("false").only(HTTP).inherited(),
        Key::new("max_redirects", Form::Count(1, 20), "Give up after so many redirects.", "5")
            .default("5")
            .only(HTTP)
            .inherited(),
        Key::new(
            "auth",
            Form::Table(&AUTH),
            "How to sign in at the target.",
            r#"{ basic = { user = "probe", password = "${env:PASSWORD}" } }"#,
        )
        .only(HTTP)
        .inherited(),
        Key::new("tls", Form::Table(&TLS), "Own certificate authority and client certificate.", r#"{ ca = "ca.pem" }"#)
            .only(TLS_USERS)
            .inherited(),
        Key::new("proxy", Form::Template, "An HTTP proxy on the way.", r#""http://proxy.example:3128""#).only(HTTP).inherited(),
        Key::new("ip", Form::Word(&["any", "v4", "v6"]), "Which IP version to use.", r#""v6""#)
            .default(r#""any""#)
            .only(CONNECTING)
            .inherited(),
        Key::new("http", Form::Word(&["auto", "1.1", "2"]), "Which HTTP version to use.", r#""2""#)
            .default(r#""auto""#)
            .only(HTTP)
            .inherited(),
        Key::new(
            "resolver",
            Form::Texts,
            "Name servers to ask instead of the system's: address and port.",
            r#"["1.1.1.1:53"]"#,
        )
        .only(PROBED)
        .inherited(),
        Key::new(
            "connect_to",
            Form::Text,
            "Connect to this address instead of the one that the name resolves to; name and certificate are still \
             checked.",
            r#""10.0.0.7:443""#,
        )
        .only(TLS_USERS),
        Key::new("max_content", Form::Size("1KiB", "64MiB"), "More content than this is a failure.", r#""4MiB""#)
            .default(r#""1MiB""#)
            .only(HTTP)
            .inherited(),
        Key::new("send", Form::Template, "What to send once connected.", r#""PING\r\n""#).only(&["tcp"]),
        Key::new(
            "record",
            Form::Word(&["A", "AAAA", "CAA", "CNAME", "MX", "NS", "PTR", "SOA", "SRV", "TXT"]),
            "Which record to ask for.",
            r#""MX""#,
        )
        .default(r#""A""#)
        .only(&["dns"]),
        Key::new("expect_records", Form::Texts, "Records that have to be among the answers.", r#"["192.0.2.7"]"#).only(&["dns"]),
        Key::new(
            "gate",
            Form::Text,
            "How many of the last probes have to be bad before it counts.",
            r#""3 of 5""#,
        )
        .default(r#""2 of 3""#)
        .only(PROBED)
        .inherited(),
        Key::new("recheck", Form::Duration("1s", "24h"), "After a first bad probe, look again so soon.", r#""5s""#)
            .default(r#""5s""#)
            .only(PROBED)
            .inherited(),
        Key::new("confirm_for", Form::Duration("0s", "24h"), "How much longer it has to stay bad before people are told.", r#""2m""#)
            .default(r#""0s""#)
            .inherited(),
        Key::new("recover_for", Form::Duration("0s", "24h"), "How long it has to stay good before the incident ends.", r#""2m""#)
            .default(r#""60s""#)
            .inherited(),
        Key::new(
            "reopen_within",
            Form::Duration("0s", "24h"),
            "The same fault within this time after the end reopens the incident instead of opening another.",
            r#""15m""#,
        )
        .default(r#""10m""#)
        .inherited(),
        Key::new(
            "parent",
            Form::Name,
            "The monitor that this one depends on: while that one is failing, nobody is told of this one.",
            r#""gateway""#,
        ),
        Key::new("receivers", Form::Names, "Who is told.", r#"["oncall", "shop-team"]"#).default("[]").inherited(),
        Key::new("runbook", Form::Url, "A link for whoever is woken.", r#""https://wiki.example/orders-down""#).inherited(),
    ],
};

pub(super) static AUTH: Table = Table {
    path: "monitor.auth",
    about: "How to sign in at the target: one of the three.",
    inherited_only: false,
    keys: &[
        Key::new(
            "basic",
            Form::Table(&BASIC),
            "User name and password (RFC 7617).",
            r#"{ user = "probe", password = "${env:PASSWORD}" }"#,
        ),
        Key::new("bearer", Form::Secret, "A bearer token (RFC 6750).", r#""${file:/run/secrets/token}""#),
        Key::new(
            "oauth",
            Form::Table(&OAUTH),
            "A token by client credentials (RFC 6749, 4.4), fetched anew before it expires.",
            r#"{ token_url = "https://id.example/token", client_id = "probe", client_secret = "${env:SECRET}" }"#,
        ),
    ],
};

pub(super) static BASIC: Table = Table {
    path: "monitor.auth.basic",
    about: "User name and password.",
    inherited_only: false,
    keys: &[
        Key::new("user", Form::Template, "The user name.", r#""probe""#).required(),
        Key::new("password", Form::Secret, "The password, by reference.", r#""${env:PASSWORD}""#).required(),
    ],
};

pub(super) static OAUTH: Table = Table {
    path: "monitor.auth.oauth",
    about: "A token by client credentials.",
    inherited_only: false,
    keys: &[
        Key::new("token_url", Form::Url, "Where tokens are given.", r#""https://id.example/token""#)
            .required(),
        Key::new("client_id", Form::Template, "Who asks.", r#""probe""#).required(),
        Key::new("client_secret", Form::Secret, "The secret, by reference.", r#""${env:SECRET}""#).required(),
        Key::new("scope", Form::Text, "What the token is for.", r#""health.read""#),
    ],
};

pub(super) static TLS: Table = Table {
    path: "monitor.tls",
    about: "Own certificate authority and client certificate.",
    inherited_only: false,
    keys: &[
        Key::new(
            "ca",
            Form::Path,
            "PEM file of the certificate authority to trust instead of the usual ones.",
            r#""/etc/statusquo/ca.pem""#,
        ),
        Key::new(
            "client_certificate",
            Form::Path,
            "PEM file of the client certificate and its chain.",
            r#""/etc/statusquo/probe.pem""#,
        ),
        Key::new("client_key", Form::Path, "PEM file of its private key.", r#""/etc/statusquo/probe.key""#),
    ],
};

pub(super) static HEARTBEAT: Table = Table {
    path: "monitor.heartbeat",
    about: "When a job is expected to report itself: `every` or `cron`.",
    inherited_only: false,
    keys: &[
        Key::new("every", Form::Duration("30s", "366d"), "So long after the last time.", r#""1h""#),
        Key::new(
            "cron",
            Form::Text,
            "At each match of a cron pattern: minute, hour, day, month, weekday.",
            r#""0 3 * * *""#,
        ),
        Key::new("zone", Form::Text, "The time zone of the pattern.", r#""Europe/Vienna""#)
            .default(r#""UTC""#),
        Key::new("grace", Form::Duration("0s", "7d"), "How late it may be.", r#""15m""#).default(r#""5m""#),
        Key::new("token", Form::Secret, "The job has to show this token.", r#""${env:BACKUP_TOKEN}""#),
    ],
};
