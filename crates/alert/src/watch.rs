//! The machine of one monitor: observations in, steps of its incident out.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use statusquo_exchange::{Name, OwnFault};

use crate::gate::Gate;
use crate::time::{later, since};
use crate::{Cause, Gating, IncidentNumber, Observation, Policy, Quorum, Severity, State, Verdict};

/// More than this many changes …
const FLAPPING_CHANGES: usize = 4;
/// … within this time is flapping.
const FLAPPING_WITHIN: Duration = Duration::from_secs(30 * 60);
/// How many times longer a flapping target has to stay good before its incident ends.
const FLAPPING_RECOVERY: u32 = 3;

/// The states of the machine; [`State`] is what people see of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WatchState {
    /// Not looked at yet.
    New,
    /// Good.
    Up,
    /// A bad observation, not confirmed yet.
    Suspect,
    /// Confirmed bad.
    Down(Severity),
    /// Good again after having been bad, for less than the recovery period.
    Recovering(Severity),
}

impl WatchState {
    /// The stable word for it in the store.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Up => "up",
            Self::Suspect => "suspect",
            Self::Down(_) => "down",
            Self::Recovering(_) => "recovering",
        }
    }
}

/// What outlives a restart of a monitor's machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WatchRecord {
    /// The monitor.
    pub monitor: Name,
    /// The machine's state.
    pub state: WatchState,
    /// What people see.
    pub shown: State,
    /// Since when they see it.
    pub since: Timestamp,
    /// The incident that is open, or was the last one.
    pub incident: Option<IncidentNumber>,
    /// Somebody paused it.
    pub paused: bool,
    /// The last heartbeat, for monitors that are pushed to.
    pub last_beat: Option<Timestamp>,
    /// Openings, resolutions and reopenings of the last half hour: more than four of them is flapping.
    pub changes: Vec<Timestamp>,
}

/// What follows from an observation for the incident of the monitor.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Step {
    /// Ask again, from this location.
    Recheck(Name, Timestamp),
    /// Confirmed bad.
    Open { cause: Cause, severity: Severity, began: Timestamp },
    /// Confirmed worse than before.
    Worsen { cause: Cause },
    /// Bad for another reason than before.
    ChangeCause { cause: Cause },
    /// A first good verdict.
    Recover,
    /// Bad again before it had recovered.
    FailAgain { cause: Cause },
    /// Good for long enough.
    Resolve,
    /// We cannot see any more, and why.
    Blind(OwnFault),
}

/// What one location saw.
#[derive(Debug, Clone, Default)]
struct Sight {
    gate: Gate,
    /// The last observation that was not our own fault.
    last: Option<(Timestamp, Option<Cause>)>,
    /// Our own fault, if the last observation was one.
    blind: Option<OwnFault>,
}

/// The machine of one monitor.
#[derive(Debug, Clone)]
pub(crate) struct Watch {
    pub(crate) policy: Arc<Policy>,
    pub(crate) state: WatchState,
    pub(crate) paused: bool,
    pub(crate) incident: Option<IncidentNumber>,
    pub(crate) last_beat: Option<Timestamp>,
    pub(crate) watched_since: Timestamp,
    shown: State,
    shown_since: Timestamp,
    changes: Vec<Timestamp>,
    /// What each location saw, in the order of their names: nearly always there is one, for which a map is too large.
    sights: Vec<(Name, Sight)>,
    /// First bad observation of what is suspected or confirmed.
    began: Option<Timestamp>,
    recovering_since: Option<Timestamp>,
    /// When it became (or was first seen) up.
    pub(crate) up_since: Option<Timestamp>,
    /// Until when the target itself said that it would be away.
    announced_until: Option<Timestamp>,
    last_cause: Option<Cause>,
    /// Bad observations since it began …
    pub(crate) bad: u32,
    /// … of so many.
    pub(crate) of: u32,
    /// How many observations in a row were faults of our own.
    pub(crate) blind_in_a_row: u32,
}

impl Watch {
    pub(crate) fn new(policy: Arc<Policy>, now: Timestamp) -> Self {
        Self {
            policy,
            state: WatchState::New,
            paused: false,
            incident: None,
            last_beat: None,
            watched_since: now,
            shown: State::Unknown,
            shown_since: now,
            changes: Vec::new(),
            sights: Vec::new(),
            began: None,
            recovering_since: None,
            up_since: None,
            announced_until: None,
            last_cause: None,
            bad: 0,
            of: 0,
            blind_in_a_row: 0,
        }
    }

    /// Takes up what was saved before a restart. What was only suspected, and the recovery clock, start again.
    pub(crate) fn take_up(&mut self, record: &WatchRecord, cause: Option<Cause>, now: Timestamp) {
        self.last_cause = cause;
        self.state = match record.state {
            WatchState::Suspect => WatchState::Up,
            WatchState::Recovering(severity) => WatchState::Down(severity),
            WatchState::New | WatchState::Up | WatchState::Down(_) => record.state,
        };
        self.paused = record.paused;
        self.incident = record.incident;
        self.last_beat = record.last_beat;
        self.changes.clone_from(&record.changes);
        self.shown = record.shown;
        self.shown_since = record.since;
        self.watched_since = now;
        if self.state == WatchState::Up {
            self.up_since = Some(record.since);
        }
    }

    pub(crate) fn record(&self) -> WatchRecord {
        WatchRecord {
            monitor: self.policy.name.clone(),
            state: self.state,
            shown: self.shown,
            since: self.shown_since,
            incident: self.incident,
            paused: self.paused,
            last_beat: self.last_beat,
            changes: self.changes.clone(),
        }
    }

    /// Takes an observation. The verdict moves the machine only if it is about the target.
    pub(crate) fn observe(&mut self, observation: Observation, now: Timestamp) -> Vec<Step> {
        let was_blind = self.blindness(now);
        let gating = self.gating();
        let severity = self.severity_of(&observation.verdict, now);
        let place = self.place_of(&observation.location);
        let Some((_, sight)) = self.sights.get_mut(place) else { return Vec::new() };
        match observation.verdict {
            Verdict::Unknown(fault) => {
                sight.blind = Some(fault);
                self.blind_in_a_row = self.blind_in_a_row.saturating_add(1);
                self.recovering_since = self.recovering_since.map(|_| now);
                return self.on_blind(was_blind, fault, &observation.location, now);
            }
            Verdict::Good => {
                sight.blind = None;
                sight.last = Some((observation.at, None));
                sight.gate.push(None, gating);
            }
            Verdict::Bad(cause) => {
                sight.blind = None;
                sight.gate.push(severity, gating);
                sight.last = Some((observation.at, Some(cause)));
                self.began.get_or_insert(observation.at);
            }
        }
        self.blind_in_a_row = 0;
        self.bad = self.bad.saturating_add(u32::from(severity.is_some()));
        self.of = self.of.saturating_add(u32::from(self.began.is_some()));
        self.step(&observation.location, now)
    }

    /// Looks at the clock: periods that have passed without an observation.
    pub(crate) fn tick(&mut self, now: Timestamp) -> Vec<Step> {
        match self.state {
            WatchState::Suspect if self.convinced(now).is_some() => self.confirm(now).into_iter().collect(),
            WatchState::New
            | WatchState::Up
            | WatchState::Suspect
            | WatchState::Down(_)
            | WatchState::Recovering(_) => Vec::new(),
        }
    }

    fn on_blind(&self, was: Option<OwnFault>, fault: OwnFault, location: &Name, now: Timestamp) -> Vec<Step> {
        let mut steps = Vec::new();
        if was.is_none() {
            steps.push(Step::Recheck(location.clone(), later(now, self.gating().recheck_after)));
            if self.blindness(now).is_some() {
                steps.push(Step::Blind(fault));
            }
        }
        steps
    }

    fn step(&mut self, location: &Name, now: Timestamp) -> Vec<Step> {
        match self.state {
            WatchState::New | WatchState::Up => self.step_while_well(location, now),
            WatchState::Suspect => self.step_while_suspect(location, now),
            WatchState::Down(severity) => self.step_while_down(severity, now),
            WatchState::Recovering(severity) => self.step_while_recovering(severity, now),
        }
    }

    fn step_while_well(&mut self, location: &Name, now: Timestamp) -> Vec<Step> {
        if self.latest_cause().is_none() && self.sights.iter().all(|(_, sight)| sight.gate.is_clear()) {
            self.become_up(now);
            return Vec::new();
        }
        self.state = WatchState::Suspect;
        self.step_while_suspect(location, now)
    }

    fn step_while_suspect(&mut self, location: &Name, now: Timestamp) -> Vec<Step> {
        if self.sights.iter().all(|(_, sight)| sight.gate.is_clear()) {
            self.become_up(now);
            return Vec::new();
        }
        if self.convinced(now).is_some() {
            return self.confirm(now).into_iter().collect();
        }
        if self.last_was_bad(location) {
            let from = self.other_location(location);
            return vec![Step::Recheck(from, later(now, self.gating().recheck_after))];
        }
        Vec::new()
    }

    /// Gate and quorum hold; tell once the extra time has passed as well.
    fn confirm(&mut self, now: Timestamp) -> Option<Step> {
        let severity = self.convinced(now)?;
        let began = self.began.unwrap_or(now);
        if since(began, now) < self.policy.confirm_for {
            return None;
        }
        let cause = self.gravest_cause()?;
        self.state = WatchState::Down(severity);
        self.recovering_since = None;
        self.last_cause = Some(cause.clone());
        Some(Step::Open { cause, severity, began })
    }

    fn step_while_down(&mut self, severity: Severity, now: Timestamp) -> Vec<Step> {
        if self.is_good_again(now) {
            self.state = WatchState::Recovering(severity);
            self.recovering_since = Some(now);
            if self.recovery().is_zero() {
                self.become_up(now);
                return vec![Step::Resolve];
            }
            let from = self.first_location();
            return vec![Step::Recover, Step::Recheck(from, later(now, self.recovery()))];
        }
        let Some(cause) = self.gravest_cause() else { return Vec::new() };
        if severity == Severity::Degraded && self.convinced(now) == Some(Severity::Failing) {
            self.state = WatchState::Down(Severity::Failing);
            self.last_cause = Some(cause.clone());
            return vec![Step::Worsen { cause }];
        }
        self.cause_step(cause, |cause| Step::ChangeCause { cause })
    }

    fn step_while_recovering(&mut self, severity: Severity, now: Timestamp) -> Vec<Step> {
        if let Some(cause) = self.latest_cause().cloned()
            && !self.is_good_again(now)
        {
            self.state = WatchState::Down(severity);
            self.recovering_since = None;
            self.last_cause = Some(cause.clone());
            return vec![Step::FailAgain { cause }];
        }
        let started = *self.recovering_since.get_or_insert(now);
        if since(started, now) < self.recovery() {
            return Vec::new();
        }
        self.become_up(now);
        vec![Step::Resolve]
    }

    fn cause_step(&mut self, cause: Cause, step: impl FnOnce(Cause) -> Step) -> Vec<Step> {
        let same = self.last_cause.as_ref().is_some_and(|last| last.kind == cause.kind);
        if same {
            return Vec::new();
        }
        self.last_cause = Some(cause.clone());
        vec![step(cause)]
    }

    fn become_up(&mut self, now: Timestamp) {
        if self.state != WatchState::Up {
            self.up_since = Some(now);
        }
        self.state = WatchState::Up;
        self.began = None;
        self.recovering_since = None;
        self.announced_until = None;
        self.last_cause = None;
        (self.bad, self.of) = (0, 0);
        for (_, sight) in &mut self.sights {
            sight.gate.clear();
        }
    }

    /// Somebody ended the incident, or paused the monitor: what comes is judged afresh.
    pub(crate) fn start_afresh(&mut self) {
        self.state = WatchState::New;
        self.began = None;
        self.recovering_since = None;
        self.announced_until = None;
        self.sights.clear();
        (self.bad, self.of, self.blind_in_a_row) = (0, 0, 0);
    }

    /// A pause that the target announced itself is a lesser evil, until it is overrun.
    fn severity_of(&mut self, verdict: &Verdict, now: Timestamp) -> Option<Severity> {
        let Verdict::Bad(cause) = verdict else { return None };
        let Some(pause) = cause.retry_after else { return Some(cause.severity) };
        let until = *self.announced_until.get_or_insert(later(now, pause));
        Some(if now > until { Severity::Failing } else { cause.severity })
    }

    fn gating(&self) -> Gating {
        if self.policy.heartbeat.is_some() {
            return Gating { bad: 1, of: 1, ..self.policy.gating };
        }
        self.policy.gating
    }

    fn recovery(&self) -> Duration {
        match (&self.policy.heartbeat, self.is_flapping()) {
            (Some(_), _) => Duration::ZERO,
            (None, true) => self.policy.recover_for.saturating_mul(FLAPPING_RECOVERY),
            (None, false) => self.policy.recover_for,
        }
    }

    /// Where stands what this location sees; a place is made for it if there is none.
    fn place_of(&mut self, location: &Name) -> usize {
        self.sights.binary_search_by(|(name, _)| name.cmp(location)).unwrap_or_else(|place| {
            self.sights.reserve_exact(1);
            self.sights.insert(place, (location.clone(), Sight::default()));
            place
        })
    }

    /// The locations that have seen something of the target lately.
    fn reporting(&self, now: Timestamp) -> impl Iterator<Item = &Sight> {
        let patience = self.patience();
        let pushed = self.policy.heartbeat.is_some();
        self.sights.iter().map(|(_, sight)| sight).filter(move |sight| {
            let fresh = sight.last.as_ref().is_some_and(|(at, _)| pushed || since(*at, now) <= patience);
            fresh && sight.blind.is_none()
        })
    }

    /// How long a location may say nothing before it counts as silent: two intervals and a timeout.
    fn patience(&self) -> Duration {
        self.policy.every.saturating_mul(2).saturating_add(self.policy.timeout)
    }

    /// What the quorum of reporting locations is convinced of.
    fn convinced(&self, now: Timestamp) -> Option<Severity> {
        let gating = self.gating();
        let votes: Vec<Option<Severity>> =
            self.reporting(now).map(|sight| sight.gate.convinced_of(gating)).collect();
        let needed = self.policy.quorum.needed(votes.len());
        let reaching = |least| votes.iter().flatten().filter(|&&vote| vote >= least).count();
        if votes.is_empty() {
            return None;
        }
        if reaching(Severity::Failing) >= needed {
            return Some(Severity::Failing);
        }
        (reaching(Severity::Degraded) >= needed).then_some(Severity::Degraded)
    }

    /// Closing demands clearly less disagreement than opening, so that two locations cannot flap.
    fn is_good_again(&self, now: Timestamp) -> bool {
        let (mut reporting, mut bad) = (0, 0);
        for sight in self.reporting(now) {
            reporting += 1;
            bad += usize::from(sight.last.as_ref().is_some_and(|(_, cause)| cause.is_some()));
        }
        reporting > 0 && bad <= self.policy.quorum.needed(reporting).saturating_sub(2)
    }

    fn last_was_bad(&self, location: &Name) -> bool {
        let mut sights = self.sights.iter().filter(|(name, _)| name == location);
        sights.any(|(_, sight)| sight.last.as_ref().is_some_and(|(_, cause)| cause.is_some()))
    }

    fn latest_cause(&self) -> Option<&Cause> {
        self.causes().max_by_key(|(at, _)| *at).map(|(_, cause)| cause)
    }

    fn gravest_cause(&self) -> Option<Cause> {
        self.causes().max_by_key(|(at, cause)| (cause.severity, *at)).map(|(_, cause)| cause.clone())
    }

    fn causes(&self) -> impl Iterator<Item = (Timestamp, &Cause)> {
        self.sights
            .iter()
            .filter_map(|(_, sight)| sight.last.as_ref())
            .filter_map(|(at, cause)| cause.as_ref().map(|cause| (*at, cause)))
    }

    fn first_location(&self) -> Name {
        self.policy.locations.first().cloned().unwrap_or_else(|| Name::from("local"))
    }

    /// The location after this one, so that a second look comes from somewhere else where that is possible.
    fn other_location(&self, location: &Name) -> Name {
        let all = &self.policy.locations;
        let next = all.iter().position(|l| l == location).map_or(0, |index| index + 1);
        all.get(next).or_else(|| all.first()).unwrap_or(location).clone()
    }

    /// Why we cannot see the target, if no location can.
    pub(crate) fn blindness(&self, now: Timestamp) -> Option<OwnFault> {
        if self.reporting(now).next().is_some() {
            return None;
        }
        self.sights.iter().find_map(|(_, sight)| sight.blind)
    }

    /// The fault that this monitor's last observations name, whether or not another location still sees.
    pub(crate) fn faults(&self) -> impl Iterator<Item = OwnFault> {
        self.sights.iter().filter_map(|(_, sight)| sight.blind)
    }

    /// Has no location said anything for too long?
    pub(crate) fn is_silent(&self, now: Timestamp) -> bool {
        !self.sights.is_empty()
            && self.policy.heartbeat.is_none()
            && self.sights.iter().all(|(_, sight)| sight.last.is_some() && sight.blind.is_none())
            && self.reporting(now).next().is_none()
    }

    /// Until when time alone changes nothing, if that is known: until a location may have been silent for too long.
    pub(crate) fn quiet_until(&self) -> Option<Timestamp> {
        let is_settled = self.state != WatchState::Suspect && self.changes.is_empty();
        if !is_settled || self.policy.heartbeat.is_some() {
            return None;
        }
        let until = |sight: &Sight| {
            let (at, _) = sight.last.as_ref().filter(|_| sight.blind.is_none())?;
            Some(later(*at, self.patience()))
        };
        let all: Option<Vec<Timestamp>> = self.sights.iter().map(|(_, sight)| until(sight)).collect();
        all?.into_iter().min()
    }

    pub(crate) fn is_flapping(&self) -> bool {
        self.changes.len() > FLAPPING_CHANGES
    }

    /// Notes that an incident was opened, ended or reopened. Says whether that made it flapping.
    pub(crate) fn note_change(&mut self, now: Timestamp) -> bool {
        let was = self.is_flapping();
        self.changes.push(now);
        self.forget_changes(now);
        !was && self.is_flapping()
    }

    pub(crate) fn forget_changes(&mut self, now: Timestamp) {
        self.changes.retain(|at| since(*at, now) < FLAPPING_WITHIN);
    }

    /// Brings what people see up to date. Says whether it changed.
    pub(crate) fn refresh(&mut self, now: Timestamp) -> bool {
        let shown = self.visible(now);
        let changed = shown != self.shown;
        if changed {
            self.shown = shown;
            self.shown_since = now;
        }
        changed
    }

    fn visible(&self, now: Timestamp) -> State {
        if self.paused {
            return State::Paused;
        }
        if self.blindness(now).is_some() || self.is_silent(now) {
            return State::Unknown;
        }
        match self.state {
            WatchState::New => State::Unknown,
            WatchState::Up => State::Ok,
            WatchState::Suspect if self.up_since.is_none() => State::Unknown,
            WatchState::Suspect => State::Ok,
            WatchState::Down(Severity::Failing) | WatchState::Recovering(Severity::Failing) => State::Failing,
            WatchState::Down(Severity::Degraded) | WatchState::Recovering(Severity::Degraded) => {
                State::Degraded
            }
        }
    }

    pub(crate) fn is_well(&self) -> bool {
        match self.state {
            WatchState::Up | WatchState::New => true,
            WatchState::Suspect | WatchState::Down(_) | WatchState::Recovering(_) => false,
        }
    }

    pub(crate) fn is_recovering(&self) -> bool {
        matches!(self.state, WatchState::Recovering(_))
    }
}

impl Quorum {
    /// How many of so many reporting locations are needed.
    #[must_use]
    pub fn needed(self, reporting: usize) -> usize {
        let needed = match self {
            Self::Any => 1,
            Self::Majority => reporting / 2 + 1,
            Self::All => reporting,
            Self::AtLeast(least) => usize::from(least).min(reporting),
        };
        needed.max(1)
    }
}
