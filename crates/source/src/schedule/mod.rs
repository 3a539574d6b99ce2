//! When to ask whom: regular rounds, spread out, without drift.
//!
//! Pure: moments are durations since an epoch of the caller's, who says what time it is. A monitor's rounds fall on
//! `phase + k · every`, where the phase is a hash of its name: so they neither drift nor bunch together.

mod places;

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use std::time::Duration;

use statusquo_exchange::Name;

use places::Places;

/// No new monitor waits longer for its first probe.
const FIRST_WITHIN: Duration = Duration::from_secs(10);

/// Rounds fall on multiples of this. Probes that begin together cost far less than probes that begin alone: what each of
/// them needs is then still near to the processor.
const GRID: Duration = Duration::from_millis(100);

/// Nothing is asked more often, whatever the caller says.
const SHORTEST: Duration = Duration::from_millis(1);

/// How much may go on at the same time; at least one of each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Probes altogether.
    pub concurrent: usize,
    /// Probes of one host.
    pub per_host: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { concurrent: 500, per_host: 16 }
    }
}

/// A probe that begins now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Start {
    /// Whose.
    pub name: Name,
    /// When it should have begun.
    pub due: Duration,
    /// Ahead of the rounds, to confirm what the last one showed?
    pub recheck: bool,
}

/// When to ask whom.
#[derive(Debug)]
pub struct Schedule {
    monitors: HashMap<Name, Monitor>,
    /// What comes, in order: one round of each monitor, and at most one recheck.
    agenda: BTreeSet<(Duration, Kind, Name)>,
    places: Places,
    skipped: u64,
}

/// Of two at the same moment the round goes first, and saves the recheck.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Round,
    Recheck,
}

#[derive(Debug)]
struct Monitor {
    host: Arc<str>,
    every: Duration,
    phase: Duration,
    /// The next round.
    round: Duration,
    recheck: Option<Duration>,
    waiting: Option<Waiting>,
}

/// Due, but without a place so far.
#[derive(Debug, Clone, Copy)]
struct Waiting {
    ticket: u64,
    due: Duration,
    recheck: bool,
}

impl Schedule {
    /// An empty one.
    #[must_use]
    pub fn new(limits: Limits) -> Self {
        Self { monitors: HashMap::new(), agenda: BTreeSet::new(), places: Places::new(limits), skipped: 0 }
    }

    /// Adds a monitor, or gives it another host and interval. Its first probe is due with its next round, or within
    /// ten seconds if that comes sooner.
    pub fn add(&mut self, name: Name, host: Arc<str>, every: Duration, now: Duration) {
        self.remove(&name);
        let every = every.max(SHORTEST);
        let hash = fnv1a(name.as_str());
        let phase = on_grid(part(hash, every));
        let soon = on_grid(now.saturating_add(part(hash, FIRST_WITHIN)));
        let round = round_after(phase, every, now);
        let round = if every > FIRST_WITHIN { round.min(soon) } else { round };
        self.agenda.insert((round, Kind::Round, name.clone()));
        self.monitors.insert(name, Monitor { host, every, phase, round, recheck: None, waiting: None });
    }

    /// Forgets a monitor. A probe of it that is under way keeps its place until it has finished.
    pub fn remove(&mut self, name: &Name) {
        let Some(monitor) = self.monitors.remove(name) else { return };
        self.agenda.remove(&(monitor.round, Kind::Round, name.clone()));
        if let Some(at) = monitor.recheck {
            self.agenda.remove(&(at, Kind::Recheck, name.clone()));
        }
        if let Some(waiting) = monitor.waiting {
            self.places.withdraw(&monitor.host, waiting.ticket);
        }
    }

    /// Asks once more at this moment, or as soon as a probe of it that is then under way has finished. The rounds
    /// stay as they are.
    pub fn recheck(&mut self, name: &Name, at: Duration) {
        let Some(monitor) = self.monitors.get_mut(name) else { return };
        if let Some(before) = monitor.recheck.replace(at) {
            self.agenda.remove(&(before, Kind::Recheck, name.clone()));
        }
        self.agenda.insert((at, Kind::Recheck, name.clone()));
    }

    /// The probes that begin now. Each has to be reported as [`finished`](Self::finished).
    pub fn due(&mut self, now: Duration) -> Vec<Start> {
        while self.agenda.first().is_some_and(|(at, ..)| *at <= now) {
            let Some((due, kind, name)) = self.agenda.pop_first() else { break };
            match kind {
                Kind::Round => self.begin_round(&name, due, now),
                Kind::Recheck => self.begin_recheck(&name, due),
            }
        }
        let mut starts = Vec::new();
        while let Some(name) = self.places.take() {
            let waiting = self.monitors.get_mut(&name).and_then(|monitor| monitor.waiting.take());
            if let Some(Waiting { due, recheck, .. }) = waiting {
                starts.push(Start { name, due, recheck });
            }
        }
        starts
    }

    /// The probe of this monitor has ended.
    pub fn finished(&mut self, name: &Name, now: Duration) {
        self.places.release(name);
        let Some(monitor) = self.monitors.get_mut(name) else { return };
        if let Some(at) = monitor.recheck.filter(|at| *at <= now) {
            monitor.recheck = Some(now);
            self.agenda.remove(&(at, Kind::Recheck, name.clone()));
            self.agenda.insert((now, Kind::Recheck, name.clone()));
        }
    }

    /// When to call [`due`](Self::due) next, unless a probe finishes before; in the past when one may begin already.
    #[must_use]
    pub fn next(&self) -> Option<Duration> {
        let waiting = self.places.first().and_then(|name| self.monitors.get(name)?.waiting);
        let planned = self.agenda.first().map(|(at, ..)| *at);
        waiting.map(|waiting| waiting.due).into_iter().chain(planned).min()
    }

    /// Rounds that were left out because a probe of the monitor was still under way, or waited for its host.
    #[must_use]
    pub const fn skipped(&self) -> u64 {
        self.skipped
    }

    /// Monitors that are due and wait for a place.
    #[must_use]
    pub const fn waiting(&self) -> usize {
        self.places.waiting()
    }

    /// How many monitors there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.monitors.len()
    }

    /// Are there none?
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.monitors.is_empty()
    }

    fn begin_round(&mut self, name: &Name, due: Duration, now: Duration) {
        let Some(monitor) = self.monitors.get_mut(name) else { return };
        monitor.round = round_after(monitor.phase, monitor.every, now);
        self.agenda.insert((monitor.round, Kind::Round, name.clone()));
        if monitor.waiting.is_some() || self.places.is_under_way(name) {
            self.skipped += 1;
        } else {
            let ticket = self.places.queue(name.clone(), &monitor.host);
            monitor.waiting = Some(Waiting { ticket, due, recheck: false });
        }
    }

    /// A probe that is under way has to finish first; one that waits is as good as a recheck.
    fn begin_recheck(&mut self, name: &Name, due: Duration) {
        let Some(monitor) = self.monitors.get_mut(name) else { return };
        if self.places.is_under_way(name) {
            return;
        }
        monitor.recheck = None;
        if monitor.waiting.is_none() {
            let ticket = self.places.queue(name.clone(), &monitor.host);
            monitor.waiting = Some(Waiting { ticket, due, recheck: true });
        }
    }
}

/// The first moment after `now` that is `phase + k · every`.
fn round_after(phase: Duration, every: Duration, now: Duration) -> Duration {
    let Some(since) = now.checked_sub(phase) else { return phase };
    let into = since.as_nanos() % every.as_nanos().max(1);
    let left = every.saturating_sub(Duration::from_nanos(u64::try_from(into).unwrap_or(u64::MAX)));
    now.saturating_add(left)
}

/// The last moment of the grid that is not later.
fn on_grid(moment: Duration) -> Duration {
    let nanos = u64::try_from(moment.as_nanos()).unwrap_or(u64::MAX);
    let grid = u64::try_from(GRID.as_nanos()).unwrap_or(1);
    Duration::from_nanos(nanos - nanos % grid)
}

/// A share of this span that depends on the hash alone.
fn part(hash: u64, span: Duration) -> Duration {
    let span = u64::try_from(span.as_nanos()).unwrap_or(u64::MAX).max(1);
    Duration::from_nanos(hash % span)
}

/// FNV-1a: the same for all time, which the standard library's hash does not promise.
fn fnv1a(text: &str) -> u64 {
    text.bytes()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}
