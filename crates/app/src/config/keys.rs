//! Every key of the configuration: its form, meaning, default and example.
//!
//! One table for all: it says what the reader accepts (and lists as "known here"), which default is in force,
//! what the JSON Schema says, and what `docs/configuration.md` explains.

/// A table of the configuration.
#[derive(Debug)]
pub(crate) struct Table {
    /// Its path: `monitor`, `monitor.auth`.
    pub(crate) path: &'static str,
    /// What it is, in one or two sentences.
    pub(crate) about: &'static str,
    /// What may stand in it.
    pub(crate) keys: &'static [Key],
    /// Its keys are those of another table that can be inherited.
    pub(crate) inherited_only: bool,
}

impl Table {
    /// The keys that may stand in it, for things of this kind (`None`: of any kind).
    pub(crate) fn known(&self, kind: Option<&str>) -> impl Iterator<Item = &'static Key> {
        let inherited_only = self.inherited_only;
        self.keys.iter().filter(move |key| {
            (!inherited_only || key.inherited) && kind.is_none_or(|kind| key.applies_to(kind))
        })
    }
}

/// A key of the configuration.
#[derive(Debug)]
pub(crate) struct Key {
    /// Its name.
    pub(crate) name: &'static str,
    /// What its value looks like.
    pub(crate) form: Form,
    /// What it does, in one or two sentences.
    pub(crate) about: &'static str,
    /// Its default, as TOML.
    pub(crate) default: Option<&'static str>,
    /// An example, as TOML.
    pub(crate) example: &'static str,
    /// The kinds of monitors, receivers or other things that have it; empty: all.
    pub(crate) only: &'static [&'static str],
    /// May it stand in `[defaults]`?
    pub(crate) inherited: bool,
    /// Does it have to be there?
    pub(crate) required: bool,
}

impl Key {
    const fn new(name: &'static str, form: Form, about: &'static str, example: &'static str) -> Self {
        Self { name, form, about, default: None, example, only: &[], inherited: false, required: false }
    }

    const fn default(self, default: &'static str) -> Self {
        Self { default: Some(default), ..self }
    }

    const fn only(self, only: &'static [&'static str]) -> Self {
        Self { only, ..self }
    }

    const fn inherited(self) -> Self {
        Self { inherited: true, ..self }
    }

    const fn required(self) -> Self {
        Self { required: true, ..self }
    }

    /// Do things of this kind have it?
    pub(crate) fn applies_to(&self, kind: &str) -> bool {
        self.only.is_empty() || self.only.contains(&kind)
    }
}

/// What a value looks like.
#[derive(Debug)]
pub(crate) enum Form {
    /// Text.
    Text,
    /// Text that may refer to secrets.
    Template,
    /// Text that has to refer to a secret.
    Secret,
    /// An `http` or `https` URL.
    Url,
    /// A name: small letters, digits, `.`, `_` and `-`.
    Name,
    /// One text, or a list of them.
    Texts,
    /// One name, or a list of them.
    Names,
    /// A duration from … to …
    Duration(&'static str, &'static str),
    /// A size in bytes from … to …
    Size(&'static str, &'static str),
    /// A whole number from … to …
    Count(u32, u32),
    /// True or false.
    Flag,
    /// One of these words.
    Word(&'static [&'static str]),
    /// Some of these words.
    Words(&'static [&'static str]),
    /// A path of a file or folder.
    Path,
    /// A moment with its offset from UTC (RFC 3339).
    Moment,
    /// Header fields: names to templates.
    Fields,
    /// Names to anything.
    Free,
    /// Another table.
    Table(&'static Table),
    /// A list of tables, `[[name]]`.
    Tables(&'static Table),
}

const HTTP: &[&str] = &["url"];
const CONNECTING: &[&str] = &["url", "tcp", "certificate"];
const TLS_USERS: &[&str] = &["url", "certificate"];
const PROBED: &[&str] = &["url", "tcp", "dns", "certificate"];

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

static LINT: Table = Table {
    path: "lint",
    about: "How answers are held against the standards and good practice: by `check`, by `lint`, and all the time.",
    inherited_only: false,
    keys: &[
        Key::new(
            "profile",
            Form::Word(&["rfc", "guide", "zalando"]),
            "Whose demands count: the standards alone, the guide's as well, or Zalando's.",
            r#""rfc""#,
        )
        .default(r#""guide""#),
        Key::new(
            "level",
            Form::Free,
            "Other levels for single rules: `off`, `advice`, `should` or `must`.",
            r#"{ date-missing = "off" }"#,
        ),
    ],
};

static DEFAULTS: Table = Table {
    path: "defaults",
    about: "What all monitors inherit unless they say otherwise. Keys that do not fit a kind of monitor are left out.",
    inherited_only: true,
    keys: MONITOR.keys,
};

/// A monitor.
static MONITOR: Table = Table {
    path: "monitor",
    about: "What is watched. Exactly one of `url`, `tcp`, `dns`, `certificate` and `heartbeat` says what kind it is.",
    inherited_only: false,
    keys: &[
        Key::new("name", Form::Name, "Its identity in links, messages and the store. Unique.", r#""orders""#).required(),
        Key::new("title", Form::Text, "What people call it; else its name.", r#""Orders API""#),
        Key::new("group", Form::Text, "Monitors of one group stand together on the dashboard.", r#""shop""#).inherited(),
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

static AUTH: Table = Table {
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

static BASIC: Table = Table {
    path: "monitor.auth.basic",
    about: "User name and password.",
    inherited_only: false,
    keys: &[
        Key::new("user", Form::Template, "The user name.", r#""probe""#).required(),
        Key::new("password", Form::Secret, "The password, by reference.", r#""${env:PASSWORD}""#).required(),
    ],
};

static OAUTH: Table = Table {
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

static TLS: Table = Table {
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

static HEARTBEAT: Table = Table {
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

/// A receiver.
static RECEIVER: Table = Table {
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

/// Planned work.
static MAINTENANCE: Table = Table {
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

#[cfg(test)]
mod tests {
    use super::super::node::Node;
    use super::*;

    /// Gives every table to `visit`, with the places in a file where it stands.
    fn walk(table: &'static Table, nodes: &[&Node], visit: &mut impl FnMut(&'static Table, &[&Node])) {
        visit(table, nodes);
        for key in table.known(None).filter(|_| !table.inherited_only) {
            let values = nodes.iter().filter_map(|node| node.get(key.name)).map(|entry| &entry.node);
            let inner: Vec<&Node> = values
                .flat_map(|node| node.items().map_or_else(|| vec![node], |nodes| nodes.iter().collect()))
                .collect();
            if let Form::Table(table) | Form::Tables(table) = key.form {
                walk(table, &inner, visit);
            }
        }
    }

    #[test]
    fn examples_and_defaults_are_toml() {
        walk(&ROOT, &[], &mut |table, _| {
            for key in table.known(None) {
                assert!(Node::parse_value(key.example).is_some(), "example of {}.{}", table.path, key.name);
                assert!(
                    key.default.is_none_or(|default| Node::parse_value(default).is_some()),
                    "default of {}.{}",
                    table.path,
                    key.name
                );
            }
        });
    }

    /// Together with the test that this file is right, this shows that every key that is documented is read.
    #[test]
    fn the_file_with_everything_has_every_key() {
        let source = include_str!("../../tests/config/good/everything.toml");
        let (root, mistakes) = Node::parse(source);
        assert!(mistakes.is_empty());
        let defaults = &root.get("defaults").unwrap().node;
        walk(&ROOT, &[&root], &mut |table, nodes| {
            for key in table.known(None) {
                let inherited = key.inherited && defaults.get(key.name).is_some();
                let there = inherited || nodes.iter().any(|node| node.get(key.name).is_some());
                assert!(there, "{}.{} is missing in everything.toml", table.path, key.name);
            }
        });
    }
}
