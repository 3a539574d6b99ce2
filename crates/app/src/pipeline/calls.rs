//! Our own calls to a third party, as those who make them tell.

use std::collections::BTreeMap;

use jiff::Timestamp;
use statusquo_exchange::{FailureKind, Name};
use statusquo_serve::Snapshot;
use statusquo_slo::Answer;

use crate::config::Dependency;

/// The calls of so many seconds count.
const WITHIN: i64 = 300;

/// Our own calls to a third party within five minutes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Calls {
    /// How many failed: no answer, or one of the 5xx.
    pub(super) failed: u64,
    /// How many there were.
    pub(super) all: u64,
    /// The most frequent failure.
    worst: Option<Answer>,
    /// When the first of those that failed was.
    pub(super) since: Option<Timestamp>,
    /// The services that make them.
    pub(super) callers: Vec<Name>,
}

impl Calls {
    /// `38 of 52 calls in 5 min failed, most with 503`
    pub(super) fn sentence(&self) -> String {
        let most = match self.worst {
            Some(Answer::Status(code)) => format!(", most with {code}"),
            Some(Answer::Failure(failure)) => format!(", most without an answer ({})", failure.as_str()),
            Some(Answer::None) | None => String::new(),
        };
        format!("{} of {} calls in 5 min failed{most}", self.failed, self.all)
    }
}

/// The calls to a third party; `None` when nobody tells of any, or it has no hosts.
pub(super) fn calls(snapshot: &Snapshot, dependency: &Dependency, now: Timestamp) -> Option<Calls> {
    if dependency.hosts.is_empty() {
        return None;
    }
    let range = now.as_second() - WITHIN..now.as_second() + 1;
    let mut calls = Calls::default();
    let mut failures: BTreeMap<Answer, u64> = BTreeMap::new();
    let (mut is_told, mut first) = (false, None::<i64>);
    for (service, view) in snapshot.services.iter() {
        let ours = view.endpoints.iter().filter(|(endpoint, _)| dependency.is_called(&endpoint.route));
        let before = calls.all;
        for (_, layers) in ours {
            // Layers see the same calls: the first counts.
            let Some((_, recent)) = layers.iter().find(|(layer, _)| !layer.is_served()) else { continue };
            is_told = true;
            for (start, answer, count) in recent.series(&range).answers() {
                calls.all += count;
                if is_failure(answer) {
                    calls.failed += count;
                    *failures.entry(answer).or_default() += count;
                    first = Some(first.map_or(start, |first| first.min(start)));
                }
            }
        }
        if calls.all > before {
            calls.callers.push(service.clone());
        }
    }
    calls.worst = failures.into_iter().max_by_key(|(_, count)| *count).map(|(answer, _)| answer);
    calls.since = first.and_then(|second| Timestamp::from_second(second).ok());
    is_told.then_some(calls)
}

/// Is it the other side that failed? What we gave up ourselves, and what they refuse to us, is not.
const fn is_failure(answer: Answer) -> bool {
    match answer {
        Answer::Status(code) => code.get() >= 500 && code.get() < 600,
        Answer::Failure(FailureKind::ClientClosed) | Answer::None => false,
        Answer::Failure(_) => true,
    }
}
