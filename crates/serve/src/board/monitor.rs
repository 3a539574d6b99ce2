//! One monitor, as pages show it.

use std::collections::VecDeque;
use std::time::Duration;

use jiff::Timestamp;
use statusquo_alert::{IncidentNumber, State};
use statusquo_exchange::Name;
use statusquo_lint::{Finding, Level, Rule};
use statusquo_slo::{Answer, Mark, Phases, Sample};

/// So many probes of each monitor are at hand.
pub const RECENT: usize = 60;

/// One monitor, as pages show it: some 1.5 KB, of which the last probes are 1 KB.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MonitorView {
    /// Its name: identity and link.
    pub name: Name,
    /// What people call it.
    pub title: String,
    /// The target for people: `GET https://api.test/health`. No credentials.
    pub target: String,
    /// What it does: `http`, `tcp`, `dns`, `tls`, `heartbeat`.
    pub kind: &'static str,
    /// Interval between probes.
    pub every: Duration,
    /// The group it belongs to, if any.
    pub group: Option<String>,
    /// The state that people see …
    pub state: State,
    /// … since this moment.
    pub since: Timestamp,
    /// The last probe.
    pub last: Option<LastProbe>,
    /// The last probes, the oldest first; at most [`RECENT`].
    pub recent: VecDeque<Recent>,
    /// When the first certificate of the chain expires.
    pub certificate_expires: Option<Timestamp>,
    /// The incident that is open.
    pub incident: Option<IncidentNumber>,
    /// A link for whoever is woken.
    pub runbook: Option<String>,
    /// The monitor it depends on.
    pub parent: Option<Name>,
    /// Who is told of it: all receivers, those of later steps included.
    pub receivers: Vec<Name>,
    /// What is expected, in words.
    pub expectations: String,
    /// What the linter found in its answers since they are judged: one for each rule, in the order of their ids. There are
    /// seldom more than a few, for which a map is too large.
    pub findings: Vec<Broken>,
}

/// A rule that answers of a monitor break.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Broken {
    /// The rule.
    pub rule: &'static Rule,
    /// How grave it is.
    pub level: Level,
    /// How often it was broken.
    pub count: u64,
    /// When it was first …
    pub first: Timestamp,
    /// … and last.
    pub last: Timestamp,
    /// What was wrong the last time.
    pub message: String,
}

impl Broken {
    /// A rule that was not broken so often as once.
    #[must_use]
    pub const fn of(finding: &Finding, at: Timestamp) -> Self {
        let (rule, level) = (finding.rule, finding.level);
        Self { rule, level, count: 0, first: at, last: at, message: String::new() }
    }

    /// It is broken once more.
    pub fn again(&mut self, finding: &Finding, at: Timestamp) {
        (self.level, self.last) = (finding.level, at);
        self.count += 1;
        if self.message != finding.message {
            self.message.clone_from(&finding.message);
        }
    }
}

/// One of the last probes, in 12 bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Recent {
    /// When it began, in seconds since 1970 (good until 2106).
    pub at_secs: u32,
    /// How long it took, in microseconds.
    pub total_us: u32,
    /// How it ended.
    pub answer: Answer,
    /// What it meant.
    pub mark: Mark,
}

/// The last probe, with all that is known of it without asking the store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LastProbe {
    /// When it began.
    pub at: Timestamp,
    /// How it ended.
    pub answer: Answer,
    /// What it meant.
    pub mark: Mark,
    /// How long it took.
    pub phases: Phases,
    /// What was wrong, as the predicate of a sentence, or why we could not look.
    pub sentence: Option<String>,
    /// When the first certificate of the chain expires, if there is one.
    pub certificate_expires: Option<Timestamp>,
}

impl From<&Sample> for LastProbe {
    fn from(sample: &Sample) -> Self {
        let Sample { at, answer, mark, phases } = *sample;
        Self { at, answer, mark, phases, sentence: None, certificate_expires: None }
    }
}

impl MonitorView {
    /// A monitor that was not looked at yet.
    #[must_use]
    pub fn new(name: Name, target: String, kind: &'static str, every: Duration) -> Self {
        Self {
            title: name.to_string(),
            name,
            target,
            kind,
            every,
            group: None,
            state: State::Unknown,
            since: Timestamp::UNIX_EPOCH,
            last: None,
            // All at once: what grows step by step leaves holes that are of no use to others.
            recent: VecDeque::with_capacity(RECENT),
            certificate_expires: None,
            incident: None,
            runbook: None,
            parent: None,
            receivers: Vec::new(),
            expectations: String::new(),
            findings: Vec::new(),
        }
    }

    /// The linter found something.
    pub(super) fn found(&mut self, finding: &Finding, at: Timestamp) {
        let place =
            self.place_of(finding.rule).unwrap_or_else(|place| self.enter(place, Broken::of(finding, at)));
        if let Some(broken) = self.findings.get_mut(place) {
            broken.again(finding, at);
        }
    }

    /// What was found before a restart.
    pub(super) fn remember_found(&mut self, before: Broken) {
        let place = match self.place_of(before.rule) {
            Ok(place) => place,
            Err(place) => {
                self.enter(place, before);
                return;
            }
        };
        let Some(broken) = self.findings.get_mut(place) else { return };
        broken.count += before.count;
        broken.first = broken.first.min(before.first);
        if before.last > broken.last {
            let Broken { count, first, .. } = *broken;
            *broken = Broken { count, first, ..before };
        }
    }

    /// Where what breaks this rule stands, or should stand.
    fn place_of(&self, rule: &Rule) -> Result<usize, usize> {
        self.findings.binary_search_by(|broken| broken.rule.id.cmp(rule.id))
    }

    fn enter(&mut self, place: usize, broken: Broken) -> usize {
        self.findings.reserve_exact(1);
        self.findings.insert(place, broken);
        place
    }

    /// Keeps what was seen before the configuration changed.
    pub(super) fn go_on_from(&mut self, old: &Self) {
        (self.state, self.since) = (old.state, old.since);
        self.last = old.last.clone();
        self.recent = old.recent.clone();
        self.certificate_expires = old.certificate_expires;
        self.incident = old.incident;
        self.findings.clone_from(&old.findings);
    }

    pub(super) fn push(&mut self, probe: LastProbe) {
        if self.recent.len() >= RECENT {
            self.recent.pop_front();
        }
        self.recent.push_back(Recent {
            at_secs: u32::try_from(probe.at.as_second()).unwrap_or_default(),
            total_us: probe.phases.total,
            answer: probe.answer,
            mark: probe.mark,
        });
        self.certificate_expires = probe.certificate_expires.or(self.certificate_expires);
        self.last = Some(probe);
    }

    /// The share of the last probes that the target did its work for: numerator and denominator.
    #[must_use]
    pub fn available(&self) -> (u64, u64) {
        let known = self.recent.iter().filter(|recent| recent.mark != Mark::Unknown);
        known.fold((0, 0), |(good, all), recent| (good + u64::from(recent.mark != Mark::Bad), all + 1))
    }

    /// The time that half of the last answered probes did not exceed, in microseconds.
    #[must_use]
    pub fn median_us(&self) -> Option<u32> {
        let answered = self
            .recent
            .iter()
            .filter(|recent| recent.total_us > 0 && matches!(recent.mark, Mark::Good | Mark::Degraded));
        let mut times: Vec<u32> = answered.map(|recent| recent.total_us).collect();
        times.sort_unstable();
        times.get(times.len() / 2).copied()
    }

    /// How urgent it is: worst first, and among equals by name.
    #[must_use]
    pub fn urgency(&self) -> (u8, &Name) {
        let rank = match self.state {
            State::Failing => 0,
            State::Degraded => 1,
            State::Unknown => 2,
            State::Ok => 3,
            State::Paused => 4,
        };
        (rank, &self.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_monitor_with_its_last_probes_stays_small() {
        assert_eq!(size_of::<Recent>(), 16);
        assert!(RECENT * size_of::<Recent>() <= 1024);
        assert!(size_of::<MonitorView>() <= 512, "{}", size_of::<MonitorView>());
    }
}
