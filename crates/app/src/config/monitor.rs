//! Reads one `[[monitor]]`.

use std::sync::Arc;
use std::time::Duration;

use statusquo_alert::{Expectations, Gating, Heartbeat, Policy, Quorum, Schedule};
use statusquo_exchange::Name;

use super::section::{Reading, Section, Text};
use super::target::{CertificateTarget, DnsTarget, Target, TcpTarget};
use super::template::Template;
use super::{expectations, request, values};

/// What is watched.
#[derive(Debug, Clone)]
pub(crate) struct Monitor {
    /// How observations become a state, and who is told.
    pub(crate) policy: Arc<Policy>,
    /// What it does: `http`, `tcp`, `dns`, `tls`, `heartbeat`.
    pub(crate) kind: &'static str,
    /// What is asked; `None` once a plan was made of it.
    pub(crate) target: Option<Target>,
    /// What is expected of the answer.
    pub(crate) expectations: Arc<Expectations>,
    /// Findings of the linter at this level and above make it degraded.
    pub(crate) lint: Option<statusquo_lint::Level>,
    /// Monitors of one group stand together.
    pub(crate) group: Option<String>,
    /// The service that its target belongs to, if it has another name.
    pub(crate) service: Option<Name>,
    /// Third parties that its target needs.
    pub(crate) depends_on: Vec<Name>,
}

/// Reads one monitor of a kind. `None` when something is wrong that the monitor cannot be without.
pub(super) fn read(section: &Section<'_>, kind: &str, location: &Name) -> Option<Monitor> {
    let name = section.name("name");
    let title = section.text("title").map(|text| text.value);
    let group = section.text("group").map(|text| text.value);
    let service = section.name("service");
    let depends_on = section.names("depends_on").into_iter().map(|(name, _)| name).collect();
    let settings = Settings::read(section);
    let (target, heartbeat) = match kind {
        "url" => (request::url(section).map(|http| Target::Http(Box::new(http))), None),
        "tcp" => (tcp(section).map(Target::Tcp), None),
        "dns" => (dns(section).map(Target::Dns), None),
        "certificate" => (certificate(section).map(Target::Certificate), None),
        _ => section
            .table("heartbeat", heartbeat)
            .map_or((None, None), |(heartbeat, token)| (Some(Target::Heartbeat(token)), Some(heartbeat))),
    };
    let (name, target) = (name?, target?);
    let policy = Arc::new(Policy {
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
    });
    let expectations = Arc::new(settings.expectations);
    let (kind, lint) = (target.kind(), settings.lint);
    Some(Monitor { policy, kind, target: Some(target), expectations, lint, group, service, depends_on })
}

/// Reads `[defaults]` as monitors of all kinds would, so that mistakes in it are found even if nobody inherits them.
pub(super) fn check_defaults(section: &Section<'_>) {
    Settings::read(section);
    section.text("group");
    section.name("service");
    section.names("depends_on");
    request::request(section);
    request::route(section);
    request::tls(section);
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
    lint: Option<statusquo_lint::Level>,
}

/// How long a probe may take: as given, else the default or what a short interval leaves of it.
fn timeout(section: &Section<'_>, every: Duration) -> Duration {
    let timeout = section.duration("timeout").unwrap_or(Duration::from_secs(10));
    if timeout < every {
        return timeout;
    }
    if !section.is_given("timeout") {
        let shorter = every * 4 / 5;
        section.put_in_force("timeout", &format!("\"{}ms\"", shorter.as_millis()));
        return shorter;
    }
    let title = "`timeout` has to be shorter than `every`";
    let place = if section.has("timeout") { "timeout" } else { "every" };
    section.reading.report(&section.span_of(place), title, "a probe has to end before the next one begins");
    timeout
}

impl Settings {
    fn read(section: &Section<'_>) -> Self {
        let every = section.duration("every").unwrap_or(Duration::from_secs(30));
        let gate = section.text("gate").and_then(|text| gate(section.reading, &text)).unwrap_or((2, 3));
        let recheck_after = section.duration("recheck").unwrap_or(Gating::default().recheck_after);
        Self {
            every,
            timeout: timeout(section, every),
            gating: Gating { bad: gate.0, of: gate.1, recheck_after },
            confirm_for: section.duration("confirm_for").unwrap_or_default(),
            recover_for: section.duration("recover_for").unwrap_or_default(),
            reopen_within: section.duration("reopen_within").unwrap_or_default(),
            parent: section.name("parent"),
            receivers: section.names("receivers").into_iter().map(|(name, _)| name).collect(),
            runbook: section.text("runbook").and_then(|text| values::url(section.reading, &text)),
            expectations: expectations::expectations(section),
            lint: section.word("lint").and_then(|word| word.parse().ok()),
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

fn tcp(section: &Section<'_>) -> Option<TcpTarget> {
    let address = section.text("tcp").and_then(|text| values::host_and_port(section.reading, &text));
    let send = section.template("send");
    let expect = section.texts("expect_text").into_iter().map(|text| text.value).collect();
    let route = request::route(section);
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
    let (tls, route) = (request::tls(section), request::route(section));
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
