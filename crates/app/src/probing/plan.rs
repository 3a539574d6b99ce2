//! What is asked on behalf of one monitor, and what the answer means.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use secrecy::ExposeSecret;
use statusquo_alert::{
    Cause, CauseKind, Expectation, Expectations, Severity, Verdict, judge_certificate, judge_failure,
};
use statusquo_exchange::{Exchange, Name};
use statusquo_lint::{Finding, Level};
use statusquo_slo::{Answer, Mark, Phases, Sample};
use statusquo_source::http::{HttpSpec, Prober, decoded};
use statusquo_source::{CertificateSpec, DnsSpec, Looked, Resolver, TcpSpec, certificate, dns, tcp};

use super::{Seen, unknown};
use crate::config::{self, Monitor, Resolved, Route, Target};
use crate::judging::HouseJudge;

/// What is asked on behalf of one monitor, and what the answer means.
#[derive(Debug)]
pub(crate) struct Plan {
    pub(crate) monitor: Name,
    /// Probes of one host are not all made at once.
    pub(crate) host: Arc<str>,
    pub(crate) every: Duration,
    question: Question,
    expectations: Arc<Expectations>,
    /// Texts that have to be among the facts: the banner of TCP, the records of DNS.
    facts: Vec<String>,
    /// Name servers to ask instead of the system's.
    resolver: Option<Resolver>,
    /// Holds answers against the standards.
    judge: Arc<HouseJudge>,
    /// Findings at this level and above are a fault.
    lint: Option<Level>,
}

#[derive(Debug)]
enum Question {
    Http(Box<HttpSpec>),
    Tcp(TcpSpec),
    Dns(DnsSpec),
    Certificate(CertificateSpec),
}

impl Plan {
    /// A plan for what a monitor asks.
    pub(crate) fn new(monitor: &Monitor, target: &Target, resolved: &mut Resolved) -> anyhow::Result<Self> {
        let name = monitor.policy.name.clone();
        let timeout = monitor.policy.timeout;
        let own =
            |servers: &[std::net::SocketAddr]| (!servers.is_empty()).then(|| Resolver::with_servers(servers));
        let refused = |problem: config::Problem| anyhow::anyhow!("{}", problem.title);
        let (question, host, facts, resolver) = match target {
            Target::Http(target) => {
                let spec = resolved.http.remove(&name);
                let spec = spec.ok_or_else(|| anyhow::anyhow!("has no request"))?;
                let host = spec.url.host_str().unwrap_or_default().to_owned();
                (Question::Http(Box::new(spec)), host, Vec::new(), own(&target.route.resolver))
            }
            Target::Tcp(target) => {
                let Route { ip, resolver, connect_to } = &target.route;
                let send = target.send.as_ref().map(|send| resolved.secrets.fill(send));
                let spec = TcpSpec {
                    host: target.host.clone(),
                    port: target.port,
                    send: send.map(|text| text.expose_secret().as_bytes().to_vec()),
                    read: !target.expect.is_empty(),
                    family: config::family(*ip),
                    connect_to: *connect_to,
                    timeout,
                };
                (Question::Tcp(spec), target.host.clone(), target.expect.clone(), own(resolver))
            }
            Target::Dns(target) => {
                let spec = DnsSpec {
                    name: target.name.clone(),
                    record: target.record.to_owned(),
                    resolver: own(&target.resolver),
                    timeout,
                };
                (Question::Dns(spec), target.name.clone(), target.expect.clone(), None)
            }
            Target::Certificate(target) => {
                let Route { ip, resolver, connect_to } = &target.route;
                let spec = CertificateSpec {
                    host: target.host.clone(),
                    port: target.port,
                    trust: config::trust(&target.tls).map_err(refused)?,
                    client_certificate: config::client_certificate(&target.tls).map_err(refused)?,
                    family: config::family(*ip),
                    connect_to: *connect_to,
                    timeout,
                };
                (Question::Certificate(spec), target.host.clone(), Vec::new(), own(resolver))
            }
            Target::Heartbeat(_) => anyhow::bail!("a heartbeat is not asked"),
        };
        let expectations = monitor.expectations.clone();
        Ok(Self {
            monitor: name,
            host: host.into(),
            every: monitor.policy.every,
            question,
            expectations,
            facts,
            resolver,
            judge: resolved.judge.clone(),
            lint: monitor.lint,
        })
    }

    /// Would it stand in the same place of the schedule?
    pub(crate) fn is_scheduled_as(&self, other: &Self) -> bool {
        self.every == other.every && self.host == other.host
    }

    /// Which resolver it needs, if not the one that all share.
    pub(crate) const fn resolver(&self) -> Option<&Resolver> {
        self.resolver.as_ref()
    }

    /// Asks, and judges the answer.
    pub(crate) async fn ask(
        &self,
        prober: &Prober,
        resolver: &Resolver,
        location: Name,
        clock: &(dyn Fn() -> Timestamp + Send + Sync),
    ) -> Seen {
        let now = clock();
        match &self.question {
            Question::Http(spec) => self.ask_http(prober, spec, location, clock).await,
            Question::Tcp(spec) => self.judge(&tcp(resolver, spec, now).await, location, clock()),
            Question::Dns(spec) => self.judge(&dns(resolver, spec, now).await, location, clock()),
            Question::Certificate(spec) => {
                self.judge(&certificate(prober, spec, now).await, location, clock())
            }
        }
    }

    async fn ask_http(
        &self,
        prober: &Prober,
        spec: &HttpSpec,
        location: Name,
        clock: &(dyn Fn() -> Timestamp + Send + Sync),
    ) -> Seen {
        let began = clock();
        let mut probed = prober.probe(spec, began).await;
        let ended = clock();
        let exchange = probed.exchanges.pop();
        let findings =
            exchange.as_ref().map(|exchange| self.judge.judge(exchange).findings).unwrap_or_default();
        let (verdict, mark, blind) = match (&probed.blind, &exchange) {
            (Some(blind), _) => unknown(blind),
            (None, Some(exchange)) => {
                let content = decoded(exchange).ok();
                let verdict = match self.expectations.judge(exchange, content.as_deref(), ended) {
                    Verdict::Good => {
                        self.fault_found(exchange, &findings).map_or(Verdict::Good, Verdict::Bad)
                    }
                    verdict @ (Verdict::Bad(_) | Verdict::Unknown(_)) => verdict,
                };
                let mark = mark(&verdict);
                (verdict, mark, None)
            }
            (None, None) => (Verdict::Good, Mark::Unknown, None),
        };
        let phases = exchange.as_ref().map(|exchange| Phases::from(&exchange.timing)).unwrap_or_default();
        let answer = match (&probed.blind, &exchange) {
            (None, Some(exchange)) => Answer::of(exchange),
            (Some(_), _) | (None, None) => Answer::None,
        };
        let expires = exchange.as_ref().and_then(|exchange| exchange.tls.as_ref()?.expires());
        let exchange = exchange.map(Box::new);
        let sample = Sample { at: began, answer, mark, phases };
        let monitor = self.monitor.clone();
        Seen { monitor, location, sample, verdict, ended, exchange, expires, findings, blind }
    }

    /// The first finding that is grave enough to be a fault.
    fn fault_found(&self, exchange: &Exchange, findings: &[Finding]) -> Option<Cause> {
        let least = self.lint?;
        let finding = findings.iter().find(|finding| finding.level >= least)?;
        let status = exchange.status();
        let answers =
            status.map_or(String::new(), |status| format!("answers {status} {}, but ", status.phrase()));
        Some(Cause {
            kind: CauseKind::Expectation { status, expectation: "lint" },
            severity: Severity::Degraded,
            sentence: format!("{answers}{} ({})", finding.message, finding.rule.id),
            retry_after: None,
            evidence: None,
        })
    }

    /// What it means that we looked at something without status codes.
    fn judge(&self, looked: &Looked, location: Name, ended: Timestamp) -> Seen {
        let expires = looked.tls.as_ref().and_then(statusquo_exchange::Tls::expires);
        let (verdict, mark, blind) = match (&looked.blind, self.fault(looked, ended)) {
            (Some(blind), _) => unknown(blind),
            (None, Some(cause)) => {
                let verdict = Verdict::Bad(cause);
                let mark = mark(&verdict);
                (verdict, mark, None)
            }
            (None, None) => (Verdict::Good, Mark::Good, None),
        };
        let answer = looked.failure.as_ref().map_or(Answer::None, |failure| Answer::Failure(failure.kind));
        let sample = Sample { at: looked.at, answer, mark, phases: Phases::from(&looked.timing) };
        Seen {
            monitor: self.monitor.clone(),
            location,
            sample,
            verdict,
            ended,
            exchange: None,
            expires,
            findings: Vec::new(),
            blind,
        }
    }

    fn fault(&self, looked: &Looked, now: Timestamp) -> Option<Cause> {
        let failed = looked.failure.as_ref().map(judge_failure);
        let days = self.expectations.others.iter().find_map(|other| match other {
            Expectation::CertificateDays(days) => Some(*days),
            Expectation::Contains(_)
            | Expectation::Lacks(_)
            | Expectation::Matches(_)
            | Expectation::Json(_)
            | Expectation::DegradedAfter(_)
            | Expectation::FailingAfter(_) => None,
        });
        let expiring = || judge_certificate(looked.tls.as_ref()?, days?, now);
        let missing = || {
            let found = |text: &str| looked.facts.iter().any(|(_, fact)| fact.contains(text));
            let text = self.facts.iter().find(|text| !found(text))?;
            let expectation = if matches!(self.question, Question::Dns(_)) { "records" } else { "banner" };
            Some(Cause {
                kind: CauseKind::Expectation { status: None, expectation },
                severity: Severity::Failing,
                sentence: format!("answers without the expected `{text}`"),
                retry_after: None,
                evidence: None,
            })
        };
        failed
            .or_else(missing)
            .or_else(expiring)
            .or_else(|| self.expectations.judge_slowness(looked.timing.total))
    }
}

fn mark(verdict: &Verdict) -> Mark {
    match verdict {
        Verdict::Good => Mark::Good,
        Verdict::Bad(cause) if cause.severity == Severity::Degraded => Mark::Degraded,
        Verdict::Bad(_) => Mark::Bad,
        Verdict::Unknown(_) => Mark::Unknown,
    }
}
