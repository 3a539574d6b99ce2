//! Monitors as the clock passes: nearly all of them need not be looked at.

use std::ops::{Deref, DerefMut};

use jiff::Timestamp;

use super::beats::overdue_since;
use crate::watch::{Step, Watch};

/// The machine of a monitor, and until when time alone changes nothing of it. Whoever may change it has it looked at again.
#[derive(Debug)]
pub(super) struct Watched {
    quiet_until: Timestamp,
    /// In a box, so that all of them are passed quickly.
    watch: Box<Watch>,
}

/// What follows for a monitor from time that has passed.
pub(super) struct Passed {
    pub(super) steps: Vec<Step>,
    /// Its state is another one, or people see another one.
    pub(super) has_changed: bool,
    /// When its heartbeat should have come.
    pub(super) missed_at: Option<Timestamp>,
}

impl From<Watch> for Watched {
    fn from(watch: Watch) -> Self {
        Self { quiet_until: Timestamp::MIN, watch: Box::new(watch) }
    }
}

impl Deref for Watched {
    type Target = Watch;

    fn deref(&self) -> &Watch {
        &self.watch
    }
}

impl DerefMut for Watched {
    fn deref_mut(&mut self) -> &mut Watch {
        self.quiet_until = Timestamp::MIN;
        &mut self.watch
    }
}

impl Watched {
    /// `None`, as nearly always: nothing.
    pub(super) fn pass(&mut self, started: Timestamp, now: Timestamp) -> Option<Passed> {
        if now < self.quiet_until || self.paused {
            return None;
        }
        let watch: &mut Watch = self;
        watch.forget_changes(now);
        let steps = watch.tick(now);
        let missed_at = overdue_since(watch, started).filter(|at| now >= *at && watch.is_well());
        let has_changed = !steps.is_empty() || watch.refresh(now);
        if has_changed || missed_at.is_some() {
            return Some(Passed { steps, has_changed, missed_at });
        }
        self.quiet_until = self.watch.quiet_until().unwrap_or(Timestamp::MIN);
        None
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::Duration;

    use proptest::prelude::*;
    use statusquo_exchange::{Name, OwnFault};

    use super::*;
    use crate::time::later;
    use crate::{Cause, CauseKind, Gating, Observation, Policy, Quorum, Severity, Verdict};

    fn policy() -> Policy {
        Policy {
            name: Name::from("m"),
            title: "m".to_owned(),
            target: "GET https://m.example/".to_owned(),
            every: Duration::from_secs(30),
            timeout: Duration::from_secs(10),
            gating: Gating::default(),
            quorum: Quorum::Majority,
            locations: vec![Name::from("a"), Name::from("b")],
            confirm_for: Duration::from_secs(20),
            recover_for: Duration::from_secs(60),
            reopen_within: Duration::from_secs(600),
            parent: None,
            receivers: Vec::new(),
            runbook: None,
            heartbeat: None,
        }
    }

    fn verdict(kind: u8) -> Verdict {
        match kind {
            0 => Verdict::Unknown(OwnFault::Resolver),
            1 => Verdict::Bad(Cause {
                kind: CauseKind::HeartbeatMissed,
                severity: Severity::Failing,
                sentence: String::new(),
                retry_after: None,
                evidence: None,
            }),
            _ => Verdict::Good,
        }
    }

    proptest! {
        /// What is passed by would have changed nothing: a twin that is looked at in full each time says the same.
        #[test]
        fn nothing_is_missed_by_not_looking(
            story in prop::collection::vec((0_u8..6, 0_u64..200, 0_u8..2), 1..40),
        ) {
            let policy = Arc::new(policy());
            let start = Timestamp::from_second(1_790_000_000).unwrap();
            let mut quick = Watched::from(Watch::new(Arc::clone(&policy), start));
            let mut thorough = Watched::from(Watch::new(policy, start));
            let mut now = start;
            for (kind, pause, location) in story {
                for _ in 0..pause {
                    now = later(now, Duration::from_secs(1));
                    thorough.quiet_until = Timestamp::MIN;
                    let (one, other) = (quick.pass(start, now), thorough.pass(start, now));
                    let told = |passed: Option<Passed>| passed.map(|passed| (passed.steps, passed.has_changed));
                    prop_assert_eq!(told(one), told(other));
                }
                let location = Name::from(if location == 0 { "a" } else { "b" });
                let observed =
                    Observation { monitor: Name::from("m"), location, at: now, verdict: verdict(kind) };
                prop_assert_eq!(quick.observe(observed.clone(), now), thorough.observe(observed, now));
            }
        }
    }
}
