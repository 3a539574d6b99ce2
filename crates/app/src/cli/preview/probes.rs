//! What a probe of the past means by the expectations of now.

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use statusquo_alert::{Cause, CauseKind, Expectations, Observation, Severity, Verdict, judge_failure};
use statusquo_exchange::{Exchange, Failure, Name, StatusCode};
use statusquo_serve::wire::parse_exchange;
use statusquo_slo::{Answer, Mark, Sample};
use statusquo_source::http::decoded;
use statusquo_store::{Reader, StoreError};

use crate::config::Monitor;

/// Exchanges that are kept of a monitor, at most.
const MOST_KEPT: usize = 1000;

/// Judges the probes of monitors again.
pub(super) struct Judges<'a> {
    all: BTreeMap<Name, Judge<'a>>,
}

/// Judges the probes of one monitor again.
struct Judge<'a> {
    monitor: &'a Monitor,
    /// Exchanges that were kept whole, by when they began.
    kept: HashMap<Timestamp, Exchange>,
}

impl<'a> Judges<'a> {
    /// Judges for these monitors, with the exchanges that were kept of them.
    pub(super) fn new(
        reader: &Reader,
        monitors: impl Iterator<Item = &'a Monitor>,
    ) -> Result<Self, StoreError> {
        let mut all = BTreeMap::new();
        for monitor in monitors {
            let name = &monitor.policy.name;
            let kept = reader.evidence_of(name.as_str(), MOST_KEPT)?.into_iter();
            let kept = kept.filter_map(|kept| Some((kept.at, parse_exchange(&kept.json).ok()?))).collect();
            all.insert(name.clone(), Judge { monitor, kept });
        }
        Ok(Self { all })
    }

    /// What a probe would have told the engine; `None` when that cannot be known: its monitor is not watched any more, or
    /// we could not look.
    pub(super) fn observation(
        &self,
        monitor: &Name,
        location: &Name,
        sample: &Sample,
    ) -> Option<Observation> {
        let judge = self.all.get(monitor)?;
        let took = SignedDuration::from_micros(i64::from(sample.phases.total));
        let at = sample.at.checked_add(took).unwrap_or(sample.at);
        let verdict = judge.verdict(sample, at)?;
        Some(Observation { monitor: monitor.clone(), location: location.clone(), at, verdict })
    }
}

impl Judge<'_> {
    fn verdict(&self, sample: &Sample, ended: Timestamp) -> Option<Verdict> {
        let expectations = &self.monitor.expectations;
        let exchange = self.kept.get(&sample.at).filter(|_| sample.mark != Mark::Unknown);
        let Some(exchange) = exchange else { return by_counts(expectations, sample) };
        let content = decoded(exchange).ok();
        Some(match expectations.judge(exchange, content.as_deref(), ended) {
            // What the judge of answers found is not kept.
            Verdict::Good if sample.mark == Mark::Degraded && self.monitor.lint.is_some() => {
                Verdict::Bad(as_judged_then(sample))
            }
            verdict @ (Verdict::Good | Verdict::Bad(_) | Verdict::Unknown(_)) => verdict,
        })
    }
}

/// The verdict by what is kept of every probe: its status code, how long it took, and what it meant then.
fn by_counts(expectations: &Expectations, sample: &Sample) -> Option<Verdict> {
    let slow = || expectations.judge_slowness(Duration::from_micros(u64::from(sample.phases.total)));
    let then = |was_bad: bool| if was_bad { Some(as_judged_then(sample)) } else { slow() };
    let was_good = match sample.mark {
        Mark::Unknown => return None,
        Mark::Good => true,
        Mark::Degraded | Mark::Bad => false,
    };
    let cause = match sample.answer {
        Answer::Failure(kind) => {
            Some(judge_failure(&Failure { kind, detail: String::new(), after: Duration::ZERO }))
        }
        Answer::Status(code) if !expectations.status.holds(code) => Some(wrong_status(code)),
        // An error that was not expected then and is now was bad for its code alone.
        Answer::Status(code) if !code.is_healthy() => slow(),
        Answer::Status(_) | Answer::None => then(!was_good),
    };
    Some(cause.map_or(Verdict::Good, Verdict::Bad))
}

fn wrong_status(code: StatusCode) -> Cause {
    let severity = if code.get() == 429 { Severity::Degraded } else { Severity::Failing };
    cause(CauseKind::Status(code), severity, format!("answers {code} {}", code.phrase()))
}

/// It broke something else than its code or its time, and what that was is not kept.
fn as_judged_then(sample: &Sample) -> Cause {
    let severity = if sample.mark == Mark::Degraded { Severity::Degraded } else { Severity::Failing };
    let (status, answered) = match sample.answer {
        Answer::Status(code) => (Some(code), format!("answers {code} {}", code.phrase())),
        Answer::Failure(_) | Answer::None => (None, "answers".to_owned()),
    };
    let kind = CauseKind::Expectation { status, expectation: "other" };
    cause(kind, severity, format!("{answered}, but not as it was expected then"))
}

const fn cause(kind: CauseKind, severity: Severity, sentence: String) -> Cause {
    Cause { kind, severity, sentence, retry_after: None, evidence: None }
}

#[cfg(test)]
mod tests {
    use statusquo_alert::{Expectation, StatusExpectation};
    use statusquo_exchange::FailureKind;
    use statusquo_slo::Phases;

    use super::*;

    fn sample(answer: Answer, mark: Mark, milliseconds: u32) -> Sample {
        let phases = Phases { total: milliseconds * 1000, ..Phases::default() };
        Sample { at: Timestamp::UNIX_EPOCH, answer, mark, phases }
    }

    #[test]
    fn a_probe_of_the_past_is_judged_by_the_expectations_of_now() {
        let status = |code| Answer::Status(StatusCode::new(code));
        let healthy = Expectations::default();
        let tolerant = Expectations {
            status: StatusExpectation::In(Box::new("2xx,503".parse().unwrap())),
            others: vec![Expectation::DegradedAfter(Duration::from_millis(500))],
            ..Expectations::default()
        };
        for (answer, mark, took, by_healthy, by_tolerant) in [
            (status(200), Mark::Good, 10, None, None),
            (status(200), Mark::Good, 900, None, Some(Severity::Degraded)),
            (status(503), Mark::Bad, 10, Some(Severity::Failing), None),
            (status(503), Mark::Bad, 900, Some(Severity::Failing), Some(Severity::Degraded)),
            (status(404), Mark::Good, 10, Some(Severity::Failing), Some(Severity::Failing)),
            (status(200), Mark::Degraded, 10, Some(Severity::Degraded), Some(Severity::Degraded)),
            (
                Answer::Failure(FailureKind::Timeout),
                Mark::Bad,
                10,
                Some(Severity::Failing),
                Some(Severity::Failing),
            ),
            (Answer::None, Mark::Good, 10, None, None),
            (Answer::None, Mark::Bad, 10, Some(Severity::Failing), Some(Severity::Failing)),
        ] {
            for (expectations, expected) in [(&healthy, by_healthy), (&tolerant, by_tolerant)] {
                let found = match by_counts(expectations, &sample(answer, mark, took)).unwrap() {
                    Verdict::Bad(cause) => Some(cause.severity),
                    Verdict::Good | Verdict::Unknown(_) => None,
                };
                assert_eq!(found, expected, "{answer:?} {mark:?} {took} ms, {}", expectations.describe());
            }
        }
        assert_eq!(by_counts(&healthy, &sample(Answer::None, Mark::Unknown, 0)), None);
    }
}
