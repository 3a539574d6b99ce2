//! Monitors and their probes, as JSON.

use jiff::Timestamp;
use serde::Serialize;
use statusquo_slo::{Answer, Mark, Phases, Sample, Tally};
use utoipa::ToSchema;

use crate::board::{LastProbe, MonitorView};

/// A monitor.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct MonitorWire {
    /// Its name: identity and link.
    pub name: String,
    /// What people call it.
    pub title: String,
    /// What it asks.
    pub target: String,
    /// `http`, `tcp`, `dns`, `tls`, `heartbeat`.
    pub kind: &'static str,
    /// Seconds between probes.
    pub every_seconds: f64,
    /// The group it belongs to.
    pub group: Option<String>,
    /// `ok`, `degraded`, `failing`, `unknown`, `paused` …
    pub state: &'static str,
    /// … since this moment (RFC 3339).
    #[schema(value_type = Option<String>, format = DateTime)]
    pub since: Option<Timestamp>,
    /// The last probe.
    pub last: Option<ProbeWire>,
    /// The open incident.
    pub incident: Option<u64>,
    /// When the first certificate of the chain expires.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub certificate_expires: Option<Timestamp>,
    /// What is expected, in words.
    pub expectations: String,
    /// The monitor it depends on.
    pub parent: Option<String>,
    /// A link for whoever is woken.
    pub runbook: Option<String>,
}

/// One probe.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct ProbeWire {
    /// When it began.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// The status code, if one came.
    pub status: Option<u16>,
    /// The failure that took its place: `timeout`, `connect_refused` …
    pub failure: Option<&'static str>,
    /// `good`, `degraded`, `bad`, `unknown`.
    pub mark: &'static str,
    /// How long it took, in milliseconds.
    pub total_ms: f64,
    /// Resolving the name, in milliseconds; `null`: did not happen.
    pub resolve_ms: Option<f64>,
    /// Connecting.
    pub connect_ms: Option<f64>,
    /// The TLS handshake.
    pub tls_ms: Option<f64>,
    /// Waiting for the first byte.
    pub wait_ms: Option<f64>,
    /// From the first byte to the last.
    pub transfer_ms: Option<f64>,
    /// What was wrong, in words.
    pub sentence: Option<String>,
}

/// What was counted in a stretch of time.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct TallyWire {
    /// Where it begins.
    #[schema(value_type = String, format = DateTime)]
    pub from: Timestamp,
    /// Probes that did as they should.
    pub good: u64,
    /// Probes that were answered, but not as they should be.
    pub degraded: u64,
    /// Probes that the target failed.
    pub bad: u64,
    /// Probes that say nothing about the target.
    pub unknown: u64,
    /// Half of the answered probes took no longer, in milliseconds.
    pub p50_ms: Option<f64>,
    /// 95 of 100 answered probes took no longer.
    pub p95_ms: Option<f64>,
}

/// The word for a mark.
#[must_use]
pub const fn mark_word(mark: Mark) -> &'static str {
    match mark {
        Mark::Good => "good",
        Mark::Degraded => "degraded",
        Mark::Bad => "bad",
        Mark::Unknown => "unknown",
    }
}

/// The answer as one word: `503`, `timeout`, empty for none.
#[must_use]
pub fn answer_word(answer: Answer) -> String {
    match answer {
        Answer::Status(code) => code.to_string(),
        Answer::Failure(kind) => kind.as_str().to_owned(),
        Answer::None => String::new(),
    }
}

fn ms(micros: u32) -> f64 {
    f64::from(micros) / 1000.0
}

impl From<&MonitorView> for MonitorWire {
    fn from(view: &MonitorView) -> Self {
        Self {
            name: view.name.to_string(),
            title: view.title.clone(),
            target: view.target.clone(),
            kind: view.kind,
            every_seconds: view.every.as_secs_f64(),
            group: view.group.clone(),
            state: view.state.as_str(),
            since: Some(view.since).filter(|since| *since > Timestamp::UNIX_EPOCH),
            last: view.last.as_ref().map(ProbeWire::from),
            incident: view.incident.map(|number| number.0),
            certificate_expires: view.certificate_expires,
            expectations: view.expectations.clone(),
            parent: view.parent.as_ref().map(ToString::to_string),
            runbook: view.runbook.clone(),
        }
    }
}

impl From<&LastProbe> for ProbeWire {
    fn from(probe: &LastProbe) -> Self {
        let wire = Self::new(probe.at, probe.answer, probe.mark, &probe.phases);
        Self { sentence: probe.sentence.clone(), ..wire }
    }
}

impl From<&Sample> for ProbeWire {
    fn from(sample: &Sample) -> Self {
        Self::new(sample.at, sample.answer, sample.mark, &sample.phases)
    }
}

impl ProbeWire {
    fn new(at: Timestamp, answer: Answer, mark: Mark, phases: &Phases) -> Self {
        let (status, failure) = match answer {
            Answer::Status(code) => (Some(code.get()), None),
            Answer::Failure(kind) => (None, Some(kind.as_str())),
            Answer::None => (None, None),
        };
        Self {
            at,
            status,
            failure,
            mark: mark_word(mark),
            total_ms: ms(phases.total),
            resolve_ms: phases.resolve.map(ms),
            connect_ms: phases.connect.map(ms),
            tls_ms: phases.tls.map(ms),
            wait_ms: phases.wait.map(ms),
            transfer_ms: phases.transfer.map(ms),
            sentence: None,
        }
    }
}

impl TallyWire {
    /// What was counted in the stretch that begins here.
    #[must_use]
    pub fn new(from: Timestamp, tally: &Tally) -> Self {
        let quantile = |share| tally.latency().quantile(share).map(|us| (us / 10.0).round() / 100.0);
        Self {
            from,
            good: tally.marked(Mark::Good),
            degraded: tally.marked(Mark::Degraded),
            bad: tally.marked(Mark::Bad),
            unknown: tally.marked(Mark::Unknown),
            p50_ms: quantile(0.5),
            p95_ms: quantile(0.95),
        }
    }
}
