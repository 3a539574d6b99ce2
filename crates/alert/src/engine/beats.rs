//! Heartbeats: those that came, and those that did not.

use jiff::Timestamp;
use statusquo_exchange::Name;

use super::Engine;
use crate::time::later;
use crate::watch::Watch;
use crate::{Cause, CauseKind, CommandError, Observation, Severity, Verdict};

impl Engine {
    pub(super) fn beat(
        &mut self,
        name: &Name,
        exit_code: Option<i32>,
        now: Timestamp,
    ) -> Result<(), CommandError> {
        let watch = self.watches.get_mut(name).filter(|watch| watch.policy.heartbeat.is_some());
        let Some(watch) = watch else { return Err(CommandError::NoMonitor(name.clone())) };
        watch.last_beat = Some(now);
        self.pending.watches.insert(name.clone());
        let verdict = match exit_code {
            None | Some(0) => Verdict::Good,
            Some(code) => Verdict::Bad(Cause {
                kind: CauseKind::HeartbeatFailed { exit_code },
                severity: Severity::Failing,
                sentence: format!("says that it failed, with exit code {code}"),
                retry_after: None,
                evidence: None,
            }),
        };
        self.observe(beat_observation(name, verdict, now), now);
        Ok(())
    }
}

/// When a heartbeat is overdue. One that may have come while we were not running is not held against its
/// sender: counting starts again when we do.
pub(super) fn overdue_since(watch: &Watch, started: Timestamp) -> Option<Timestamp> {
    let heartbeat = watch.policy.heartbeat.as_ref()?;
    let due = heartbeat.due(watch.last_beat, watch.watched_since);
    let missed_by_us =
        watch.last_beat.is_some_and(|at| at < started) && due <= later(started, heartbeat.grace);
    Some(if missed_by_us { heartbeat.due(Some(started), watch.watched_since) } else { due })
}

/// The observation that a heartbeat did not come.
pub(super) fn missed(name: &Name, due: Timestamp, now: Timestamp) -> Observation {
    let verdict = Verdict::Bad(Cause {
        kind: CauseKind::HeartbeatMissed,
        severity: Severity::Failing,
        sentence: format!("sent no heartbeat by {due:.0}"),
        retry_after: None,
        evidence: None,
    });
    beat_observation(name, verdict, now)
}

fn beat_observation(name: &Name, verdict: Verdict, now: Timestamp) -> Observation {
    Observation { monitor: name.clone(), location: Name::from("heartbeat"), at: now, verdict }
}
