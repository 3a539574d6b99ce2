//! Reads one `[[monitor]]`.

use std::path::PathBuf;
use std::time::Duration;

use statusquo_alert::{
    Expectation, Expectations, FieldExpectation, Gating, Heartbeat, JsonExpectation, Policy, Quorum,
    Schedule, StatusExpectation,
};
use statusquo_exchange::Name;

use super::node::{Node, Value};
use super::section::{Reading, Section, Text};
use super::target::{
    Auth, CertificateTarget, DnsTarget, HttpTarget, HttpVersion, IpVersion, Route, Target, TcpTarget,
    TlsFiles,
};
use super::template::Template;
use super::values;

/// What is watched.
#[derive(Debug, Clone)]
pub(crate) struct Monitor {
    /// How observations become a state, and who is told.
    pub(crate) policy: Policy,
    /// What is asked.
    pub(crate) target: Target,
    /// What is expected of the answer.
    pub(crate) expectations: Expectations,
    /// Monitors of one group stand together.
    pub(crate) group: Option<String>,
}

/// Reads one monitor of a kind. `None` when something is wrong that the monitor cannot be without.
pub(super) fn read(section: &Section<'_>, kind: &str, location: &Name) -> Option<Monitor> {
    let name = section.name("name");
    let title = section.text("title").map(|text| text.value);
    let group = section.text("group").map(|text| text.value);
    let settings = Settings::read(section);
    let (target, heartbeat) = match kind {
        "url" => (url(section).map(|http| Target::Http(Box::new(http))), None),
        "tcp" => (tcp(section).map(Target::Tcp), None),
        "dns" => (dns(section).map(Target::Dns), None),
        "certificate" => (certificate(section).map(Target::Certificate), None),
        _ => section
            .table("heartbeat", heartbeat)
            .map_or((None, None), |(heartbeat, token)| (Some(Target::Heartbeat(token)), Some(heartbeat))),
    };
    let (name, target) = (name?, target?);
    let policy = Policy {
        title: title.unwrap_or_else(|| name.to_string()),
        name,
        target: in_words(&target),
        every: settings.every,
        timeout: settings.timeout,
        gating: settings.gating,
        quorum: Quorum::default(),
        locations: vec![location.clone()],
        confirm_for: settings.confirm_for,
        recover_for: settings.recover_for,
        reopen_within: settings.reopen_within,
        parent: settings.parent,
        receivers: settings.receivers,
        runbook: settings.runbook,
        heartbeat,
    };
    Some(Monitor { policy, target, expectations: settings.expectations, group })
}

/// Reads `[defaults]` as monitors of all kinds would, so that mistakes in it are found even if nobody inherits them.
pub(super) fn check_defaults(section: &Section<'_>) {
    Settings::read(section);
    section.text("group");
    request(section);
    route(section);
    tls(section);
}

/// What all kinds of monitors have.
struct Settings {
    every: Duration,
    timeout: Duration,
    gating: Gating,
    confirm_for: Duration,
    recover_for: Duration,
    reopen_within: Duration,
    parent: Option<Name>,
    receivers: Vec<Name>,
    runbook: Option<String>,
    expectations: Expectations,
}

impl Settings {
    fn read(section: &Section<'_>) -> Self {
        let every = section.duration("every");
        let timeout = section.duration("timeout");
        if let (Some(every), Some(timeout)) = (every, timeout)
            && timeout >= every
        {
            let title = "`timeout` has to be shorter than `every`";
            let place = if section.has("timeout") { "timeout" } else { "every" };
            section.reading.report(
                &section.span_of(place),
                title,
                "a probe has to end before the next one begins",
            );
        }
        let gate = section.text("gate").and_then(|text| gate(section.reading, &text)).unwrap_or((2, 3));
        let recheck_after = section.duration("recheck").unwrap_or(Gating::default().recheck_after);
        Self {
            every: every.unwrap_or(Duration::from_secs(30)),
            timeout: timeout.unwrap_or(Duration::from_secs(10)),
            gating: Gating { bad: gate.0, of: gate.1, recheck_after },
            confirm_for: section.duration("confirm_for").unwrap_or_default(),
            recover_for: section.duration("recover_for").unwrap_or_default(),
            reopen_within: section.duration("reopen_within").unwrap_or_default(),
            parent: section.name("parent"),
            receivers: section.names("receivers").into_iter().map(|(name, _)| name).collect(),
            runbook: section.text("runbook").and_then(|text| values::url(section.reading, &text)),
            expectations: expectations(section),
        }
    }
}

/// `2 of 3`
fn gate(reading: &Reading<'_>, text: &Text) -> Option<(u8, u8)> {
    let numbers = text
        .value
        .split_once(" of ")
        .and_then(|(bad, of)| Some((bad.trim().parse::<u8>().ok()?, of.trim().parse::<u8>().ok()?)));
    let gate = numbers.filter(|&(bad, of)| 1 <= bad && bad <= of && of <= 16);
    if gate.is_none() {
        let title = format!("`{}` is not a gate", text.value);
        reading.report(&text.span, title, "write `2 of 3`: the first at least 1, the second at most 16");
    }
    gate
}

fn expectations(section: &Section<'_>) -> Expectations {
    let reading = section.reading;
    let status = section.text("expect").and_then(|text| values::codes(reading, &text));
    let fields = section.value("expect_header").map(|(_, node)| fields(reading, &node)).unwrap_or_default();
    let texts = section.texts("expect_text").into_iter().map(|text| Expectation::Contains(text.value));
    let lacks = section.texts("expect_not_text").into_iter().map(|text| Expectation::Lacks(text.value));
    let patterns = section.texts("expect_regex");
    let patterns = patterns.iter().filter_map(|text| values::regex(reading, text)).map(Expectation::Matches);
    let json = section.value("expect_json").map(|(_, node)| json(reading, &node)).unwrap_or_default();
    let mut others: Vec<Expectation> = texts.chain(lacks).chain(patterns).chain(json).collect();
    let (degraded, failing) = (section.duration("degraded_after"), section.duration("failing_after"));
    if let (Some(degraded), Some(failing)) = (degraded, failing)
        && degraded >= failing
    {
        let title = "`degraded_after` has to be shorter than `failing_after`";
        reading.report(&section.span_of("degraded_after"), title, "");
    }
    others.extend(degraded.map(Expectation::DegradedAfter));
    others.extend(failing.map(Expectation::FailingAfter));
    others
        .extend(section.count("certificate_days").filter(|&days| days > 0).map(Expectation::CertificateDays));
    Expectations { status: status.map_or(StatusExpectation::Healthy, StatusExpectation::In), fields, others }
}

fn fields(reading: &Reading<'_>, node: &Node) -> Vec<FieldExpectation> {
    if !matches!(node.value, Value::Table(_)) {
        let advice = "for example: expect_header = { content-type = \"application/json\" }";
        reading.report(&node.span, format!("`expect_header` has to be a table, not {}", node.kind()), advice);
    }
    let read = |entry: &super::node::Entry| {
        let name = field_name(reading, &entry.key, &entry.span)?;
        match &entry.node.value {
            Value::Flag(true) => Some(FieldExpectation::Present(name)),
            Value::Flag(false) => Some(FieldExpectation::Absent(name)),
            Value::Text(value) => Some(FieldExpectation::Equals(name, value.clone())),
            Value::Table(_) | Value::Integer(_) | Value::Float(_) | Value::Time(_) | Value::List(_) => {
                let pattern = entry.node.get("matches").filter(|_| entry.node.entries().len() == 1);
                let Some(pattern) = pattern.map(|entry| &entry.node).filter(|node| node.text().is_some())
                else {
                    let advice = "`true`, `false`, a text or `{ matches = \"regular expression\" }`";
                    reading.report(&entry.node.span, format!("not an expectation of `{name}`"), advice);
                    return None;
                };
                let text =
                    Text { value: pattern.text().unwrap_or_default().to_owned(), span: pattern.span.clone() };
                Some(FieldExpectation::Matches(name, values::regex(reading, &text)?))
            }
        }
    };
    node.entries().iter().filter_map(read).collect()
}

/// A field name is a token (RFC 9110, 5.1).
fn field_name(reading: &Reading<'_>, name: &str, span: &std::ops::Range<usize>) -> Option<String> {
    let token = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b);
    let good = !name.is_empty() && name.bytes().all(token);
    if !good {
        reading.report(
            span,
            format!("`{name}` is not the name of a header field"),
            "letters, digits and `-`",
        );
    }
    good.then(|| name.to_owned())
}

fn json(reading: &Reading<'_>, node: &Node) -> Vec<Expectation> {
    if !matches!(node.value, Value::Table(_)) {
        let advice = "for example: expect_json = { \"$.status\" = \"up\" }";
        reading.report(&node.span, format!("`expect_json` has to be a table, not {}", node.kind()), advice);
    }
    let read = |entry: &super::node::Entry| {
        let text = Text { value: entry.key.clone(), span: entry.span.clone() };
        let path = values::json_path(reading, &text)?;
        let any = entry.node.get("present").and_then(|entry| entry.node.flag()) == Some(true);
        let equals = (!any).then(|| entry.node.to_json());
        Some(Expectation::Json(JsonExpectation { path, text: entry.key.clone(), equals }))
    };
    node.entries().iter().filter_map(read).collect()
}

/// What HTTP monitors have besides the URL.
fn request(section: &Section<'_>) -> Option<HttpTarget> {
    let method = section.text("method").and_then(|text| method(section.reading, &text));
    let headers = section.value("headers").map(|(_, node)| headers(section, &node)).unwrap_or_default();
    let follow = section.flag("follow").unwrap_or_default();
    let max_redirects = section.count("max_redirects");
    let auth = section.table("auth", auth);
    if auth.is_some() && headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("authorization")) {
        let title = "`auth` and a header field `authorization` contradict each other";
        section.reading.report(&section.span_of("auth"), title, "keep one of them");
    }
    Some(HttpTarget {
        method: method.unwrap_or_else(|| "GET".to_owned()),
        url: Template::parse("", 0..0).ok()?,
        headers,
        body: section.template("body"),
        follow: follow.then_some(max_redirects.unwrap_or(5)),
        auth,
        tls: tls(section),
        proxy: section.text("proxy").and_then(|text| values::proxy(section, &text)),
        version: match section.word("http") {
            Some("1.1") => HttpVersion::Http1,
            Some("2") => HttpVersion::Http2,
            _ => HttpVersion::Auto,
        },
        route: route(section),
        max_content_bytes: section.size("max_content").unwrap_or(1 << 20),
    })
}

fn url(section: &Section<'_>) -> Option<HttpTarget> {
    let url = section.text("url").and_then(|text| values::url_template(section, &text));
    let request = request(section);
    Some(HttpTarget { url: url?, ..request? })
}

/// Methods are tokens and case-sensitive (RFC 9110, 9.1).
fn method(reading: &Reading<'_>, text: &Text) -> Option<String> {
    let advice = if text.value.bytes().all(|b| b.is_ascii_alphabetic()) {
        format!("methods are case-sensitive: write `{}`", text.value.to_ascii_uppercase())
    } else {
        "for example `GET`, `HEAD` or `POST`".to_owned()
    };
    let good = text.value.bytes().all(|b| b.is_ascii_uppercase() || b == b'-' || b == b'_');
    let good = good && text.value != "CONNECT";
    if !good {
        reading.report(
            &text.span,
            format!("`{}` is not a request method that can be used here", text.value),
            advice,
        );
    }
    good.then(|| text.value.clone())
}

fn headers(section: &Section<'_>, node: &Node) -> Vec<(String, Template)> {
    let read = |entry: &super::node::Entry| {
        let name = field_name(section.reading, &entry.key, &entry.span)?;
        let Value::Text(value) = &entry.node.value else {
            let title = format!("the header field `{name}` has to be text, not {}", entry.node.kind());
            section.reading.report(&entry.node.span, title, "put it into quotation marks");
            return None;
        };
        let text = Text { value: value.clone(), span: entry.node.span.clone() };
        if value.contains(['\r', '\n', '\0']) {
            section.reading.report(&text.span, "a header field cannot hold line breaks", "RFC 9110, 5.5");
            return None;
        }
        let template = section.parsed_template(&text)?;
        let template = if is_credential(&name) { section.referring(&name, template)? } else { template };
        Some((name, template))
    };
    if !matches!(node.value, Value::Table(_)) {
        let title = format!("`headers` has to be a table, not {}", node.kind());
        section.reading.report(&node.span, title, "for example: headers = { accept = \"application/json\" }");
    }
    node.entries().iter().filter_map(read).collect()
}

/// Is this a header field that carries a credential?
fn is_credential(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    matches!(name.as_str(), "authorization" | "proxy-authorization" | "cookie")
        || ["api-key", "apikey", "token", "secret", "password", "auth-key"]
            .iter()
            .any(|word| name.contains(word))
}

fn auth(section: &Section<'_>) -> Option<Auth> {
    let basic = section.table("basic", |basic| {
        let (user, password) = (basic.template("user"), basic.secret("password"));
        Some(Auth::Basic { user: user?, password: password? })
    });
    let bearer = section.secret("bearer").map(Auth::Bearer);
    let oauth = section.table("oauth", oauth);
    let given = ["basic", "bearer", "oauth"].into_iter().filter(|name| section.has(name)).count();
    if given != 1 {
        let title = "`auth` takes exactly one of `basic`, `bearer` and `oauth`";
        section.reading.report(&section.span, title, format!("{given} are given"));
    }
    basic.or(bearer).or(oauth)
}

fn oauth(section: &Section<'_>) -> Option<Auth> {
    let token_url = section.text("token_url").and_then(|text| values::url(section.reading, &text));
    let (client_id, client_secret) = (section.template("client_id"), section.secret("client_secret"));
    let scope = section.text("scope").map(|text| text.value);
    Some(Auth::ClientCredentials {
        token_url: token_url?,
        client_id: client_id?,
        client_secret: client_secret?,
        scope,
    })
}

fn tls(section: &Section<'_>) -> TlsFiles {
    let read = |tls: &Section<'_>| {
        let path = |name| tls.text(name).map(|text| PathBuf::from(text.value));
        let (ca, certificate, key) = (path("ca"), path("client_certificate"), path("client_key"));
        if tls.has("client_certificate") != tls.has("client_key") {
            let title = "`client_certificate` and `client_key` go together";
            tls.reading.report(&tls.span, title, "one of them is missing");
        }
        Some(TlsFiles { ca, client: certificate.zip(key), span: tls.span.clone() })
    };
    section.table("tls", read).unwrap_or_default()
}

fn route(section: &Section<'_>) -> Route {
    let ip = match section.word("ip") {
        Some("v4") => IpVersion::V4,
        Some("v6") => IpVersion::V6,
        _ => IpVersion::Any,
    };
    let resolver = values::resolvers(section.reading, &section.texts("resolver"));
    let connect_to = section.text("connect_to").and_then(|text| values::socket(section.reading, &text));
    Route { ip, resolver, connect_to }
}

fn tcp(section: &Section<'_>) -> Option<TcpTarget> {
    let address = section.text("tcp").and_then(|text| values::host_and_port(section.reading, &text));
    let send = section.template("send");
    let expect = section.texts("expect_text").into_iter().map(|text| text.value).collect();
    let route = route(section);
    let (host, port) = address?;
    Some(TcpTarget { host, port, send, expect, route })
}

fn dns(section: &Section<'_>) -> Option<DnsTarget> {
    let name = section.text("dns").map(|text| text.value);
    let record = section.word("record");
    let expect = section.texts("expect_records").into_iter().map(|text| text.value).collect();
    let resolver = values::resolvers(section.reading, &section.texts("resolver"));
    Some(DnsTarget { name: name?, record: record?, expect, resolver })
}

fn certificate(section: &Section<'_>) -> Option<CertificateTarget> {
    let address = section.text("certificate").and_then(|text| values::host_and_port(section.reading, &text));
    let (tls, route) = (tls(section), route(section));
    let (host, port) = address?;
    Some(CertificateTarget { host, port, tls, route })
}

fn heartbeat(section: &Section<'_>) -> Option<(Heartbeat, Option<Template>)> {
    let every = section.duration("every");
    let cron = section.text("cron").and_then(|text| values::cron(section.reading, &text));
    let zone = section.text("zone").and_then(|text| values::zone(section.reading, &text));
    let grace = section.duration("grace");
    let token = section.secret("token");
    if section.has("every") == section.has("cron") {
        let title = "a heartbeat has either `every` or `cron`";
        section.reading.report(&section.span, title, "for example: heartbeat = { every = \"1h\" }");
        return None;
    }
    let schedule = match (every, cron) {
        (Some(every), _) => Schedule::Every(every),
        (None, Some(pattern)) => Schedule::Cron { pattern: Box::new(pattern), zone: zone? },
        (None, None) => return None,
    };
    Some((Heartbeat { schedule, grace: grace? }, token))
}

/// The target for people, without credentials.
fn in_words(target: &Target) -> String {
    match target {
        Target::Http(http) => format!("{} {}", http.method, http.url),
        Target::Tcp(tcp) => format!("tcp {}:{}", tcp.host, tcp.port),
        Target::Dns(dns) => format!("dns {} {}", dns.name, dns.record),
        Target::Certificate(tls) => format!("certificate {}:{}", tls.host, tls.port),
        Target::Heartbeat(_) => "heartbeat".to_owned(),
    }
}
