//! What pages show: the present state of everything, filled by the pipeline and read by whoever asks.

mod counters;
mod figures;
mod monitor;
mod packed;
mod party;
mod receiver;
mod service;
mod slo;
mod source;

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};

use jiff::Timestamp;
use statusquo_alert::{Deploy, Incident, IncidentNumber, Silence, State, Subject};
use statusquo_exchange::Name;
use statusquo_lint::Finding;
use statusquo_slo::kept::Keeping;
use statusquo_slo::{Mark, Sample};
use statusquo_store::{Announcement, ReceiverHealth};

pub(crate) use counters::Counters;
pub use figures::{Figures, Queue};
pub use monitor::{Broken, LastProbe, MonitorView, RECENT, Recent};
pub use packed::Packed;
pub use party::PartyView;
pub use receiver::{PlannedWork, ReceiverView};
pub use service::ServiceView;
pub use slo::{SloView, Spent};
pub use source::{MOST_BAD_LINES, Progress, SourceView};

use crate::public::PublicSite;

/// Resolved incidents beyond so many leave the board; the store has them all.
const RESOLVED_KEPT: usize = 100;

/// Deploys beyond so many leave the board.
const DEPLOYS_KEPT: usize = 200;

/// The present state of everything that pages show.
///
/// It is held behind a lock that is taken for microseconds: to change one thing, or to take a [`Snapshot`].
#[derive(Debug)]
pub struct Board {
    monitors: BTreeMap<Name, Arc<MonitorView>>,
    incidents: BTreeMap<IncidentNumber, Arc<Incident>>,
    receivers: Arc<BTreeMap<Name, ReceiverView>>,
    silences: Arc<Vec<Silence>>,
    planned: Arc<Vec<PlannedWork>>,
    slos: Arc<Vec<SloView>>,
    services: Arc<BTreeMap<Name, Arc<ServiceView>>>,
    sources: Arc<Vec<SourceView>>,
    parties: Arc<Vec<PartyView>>,
    deploys: Arc<Vec<Deploy>>,
    public: Option<Arc<PublicSite>>,
    announcements: Arc<Vec<Announcement>>,
    figures: Arc<Figures>,
    identity: Arc<Identity>,
    counters: Counters,
    keeping: Keeping,
    requests_left_out: u64,
    /// Counts changes, so that whoever shows them knows whether there is something new.
    generation: u64,
}

/// What we are: does not change while the configuration stays.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Identity {
    /// What this installation is called; shown beside the mark.
    pub title: String,
    /// `production`, `staging`; empty if nobody said.
    pub environment: String,
    /// Our version.
    pub version: String,
    /// When the process began.
    pub started: Timestamp,
    /// The configuration in force, as text, without secrets.
    pub config: Packed,
}

/// The configuration as far as pages show it.
#[derive(Debug, Clone, Default)]
pub struct Configured {
    /// What we are.
    pub identity: Identity,
    /// The monitors. What was seen of those that stay is kept.
    pub monitors: Vec<MonitorView>,
    /// The receivers. The health of those that stay is kept.
    pub receivers: Vec<ReceiverView>,
    /// Planned work.
    pub planned: Vec<PlannedWork>,
    /// The public status page, if there is one.
    pub public: Option<PublicSite>,
}

impl Board {
    /// An empty board.
    #[must_use]
    pub fn new() -> Self {
        Self {
            monitors: BTreeMap::new(),
            incidents: BTreeMap::new(),
            receivers: Arc::default(),
            silences: Arc::default(),
            planned: Arc::default(),
            slos: Arc::default(),
            services: Arc::default(),
            sources: Arc::default(),
            parties: Arc::default(),
            deploys: Arc::default(),
            public: None,
            announcements: Arc::default(),
            figures: Arc::default(),
            identity: Arc::default(),
            counters: Counters::new(),
            keeping: Keeping::default(),
            requests_left_out: 0,
            generation: 0,
        }
    }

    /// Takes a new configuration; what was seen of monitors and receivers that stay is kept.
    pub fn configure(&mut self, configured: Configured) {
        let mut before = std::mem::take(&mut self.monitors);
        for mut view in configured.monitors {
            match before.remove(&view.name) {
                Some(old) => view.go_on_from(&old),
                // Nothing is known of it for as long as we run.
                None => view.since = view.since.max(configured.identity.started),
            }
            self.monitors.insert(view.name.clone(), Arc::new(view));
        }
        let receivers = configured.receivers.into_iter().map(|mut receiver| {
            receiver.health = self.receivers.get(&receiver.name).and_then(|old| old.health.clone());
            (receiver.name.clone(), receiver)
        });
        self.receivers = Arc::new(receivers.collect());
        self.planned = Arc::new(configured.planned);
        self.public = configured.public.map(Arc::new);
        self.identity = Arc::new(configured.identity);
        self.generation += 1;
    }

    /// A probe has ended.
    pub fn observed(&mut self, monitor: &Name, probe: LastProbe) {
        self.counters.count(probe.answer, probe.mark, probe.phases.total);
        self.change(monitor, |view| view.push(probe));
    }

    /// The linter found this in the answer to a probe.
    pub fn found(&mut self, monitor: &Name, findings: &[Finding], at: Timestamp) {
        if !findings.is_empty() {
            self.change(monitor, |view| findings.iter().for_each(|finding| view.found(finding, at)));
        }
    }

    /// What the linter found before a restart.
    pub fn remember_found(&mut self, monitor: &Name, before: Broken) {
        self.change(monitor, |view| view.remember_found(before));
    }

    /// Probes from before a restart, oldest first: shown, and not counted again.
    pub fn remember(&mut self, monitor: &Name, sample: &Sample) {
        self.change(monitor, |view| view.push(LastProbe::from(sample)));
    }

    /// A monitor has this state, since this moment.
    pub fn state(&mut self, monitor: &Name, state: State, since: Timestamp) {
        self.change(monitor, |view| (view.state, view.since) = (state, since));
    }

    /// An incident is new or has changed.
    pub fn incident(&mut self, incident: Incident) {
        if let Subject::Monitor(name) = &incident.subject {
            let open = incident.is_open().then_some(incident.number);
            self.change(name, |view| {
                if open.is_some() || view.incident == Some(incident.number) {
                    view.incident = open;
                }
            });
        }
        self.incidents.insert(incident.number, Arc::new(incident));
        let resolved = self.incidents.values().filter(|incident| !incident.is_open()).count();
        if resolved > RESOLVED_KEPT {
            let oldest = self.incidents.values().find(|i| !i.is_open()).map(|incident| incident.number);
            oldest.map(|number| self.incidents.remove(&number));
        }
        self.generation += 1;
    }

    /// These silences are in force or to come.
    pub fn silences(&mut self, silences: Vec<Silence>) {
        if *self.silences != silences {
            self.silences = Arc::new(silences);
            self.generation += 1;
        }
    }

    /// What the public was told so far, the newest first.
    pub fn announcements(&mut self, announcements: Vec<Announcement>) {
        self.announcements = Arc::new(announcements);
        self.generation += 1;
    }

    /// The public is told something: an announcement is new, or has one more update.
    pub fn announce(&mut self, announcement: Announcement) {
        let mut all = (*self.announcements).clone();
        all.retain(|known| known.number != announcement.number);
        all.push(announcement);
        all.sort_by_key(|known| std::cmp::Reverse(known.number));
        self.announcements(all);
    }

    /// How a receiver does now.
    pub fn receiver(&mut self, health: ReceiverHealth) {
        if let Some(view) = Arc::make_mut(&mut self.receivers).get_mut(&health.receiver) {
            view.health = Some(health);
            self.generation += 1;
        }
    }

    /// How objectives stand, the one in most danger first.
    pub fn slos(&mut self, slos: Vec<SloView>) {
        if *self.slos != slos {
            self.slos = Arc::new(slos);
            self.generation += 1;
        }
    }

    /// The present traffic of a service.
    pub fn service(&mut self, name: Name, view: ServiceView) {
        Arc::make_mut(&mut self.services).insert(name, Arc::new(view));
        self.generation += 1;
    }

    /// The sources of real traffic, and how far they are.
    pub fn sources(&mut self, sources: Vec<SourceView>) {
        if *self.sources != sources {
            self.sources = Arc::new(sources);
            self.generation += 1;
        }
    }

    /// Versions of services were put to work.
    pub fn deployed(&mut self, deploys: impl IntoIterator<Item = Deploy>) {
        let all = Arc::make_mut(&mut self.deploys);
        all.extend(deploys);
        all.sort_by_key(|deploy| std::cmp::Reverse(deploy.at));
        all.dedup();
        all.truncate(DEPLOYS_KEPT);
        self.generation += 1;
    }

    /// The third parties, and how they do.
    pub fn parties(&mut self, parties: Vec<PartyView>) {
        if *self.parties != parties {
            self.parties = Arc::new(parties);
            self.generation += 1;
        }
    }

    /// How we do.
    pub fn figures(&mut self, figures: Figures) {
        self.figures = Arc::new(figures);
    }

    /// Which requests are kept one by one, and how many were not for want of room.
    pub const fn requests(&mut self, keeping: Keeping, left_out: u64) {
        self.keeping = keeping;
        self.requests_left_out = left_out;
    }

    fn change(&mut self, monitor: &Name, change: impl FnOnce(&mut MonitorView)) {
        if let Some(view) = self.monitors.get_mut(monitor) {
            change(Arc::make_mut(view));
            self.generation += 1;
        }
    }

    /// The present state, to be read in peace. Cheap: it shares what it shows with the board.
    #[must_use]
    pub fn snapshot(&self) -> Snapshot {
        Snapshot {
            monitors: self.monitors.values().cloned().collect(),
            incidents: self.incidents.values().rev().cloned().collect(),
            receivers: self.receivers.clone(),
            silences: self.silences.clone(),
            planned: self.planned.clone(),
            slos: self.slos.clone(),
            services: self.services.clone(),
            sources: self.sources.clone(),
            parties: self.parties.clone(),
            deploys: self.deploys.clone(),
            public: self.public.clone(),
            announcements: self.announcements.clone(),
            figures: self.figures.clone(),
            identity: self.identity.clone(),
            counters: self.counters.clone(),
            keeping: self.keeping,
            requests_left_out: self.requests_left_out,
            generation: self.generation,
        }
    }

    /// Grows with each change.
    #[must_use]
    pub const fn generation(&self) -> u64 {
        self.generation
    }
}

impl Default for Board {
    fn default() -> Self {
        Self::new()
    }
}

/// A board that the pipeline writes and pages read.
#[derive(Debug, Clone, Default)]
pub struct SharedBoard(Arc<RwLock<Board>>);

impl SharedBoard {
    /// Changes the board. What happens in `change` holds up everybody: keep it short.
    pub fn write<T>(&self, change: impl FnOnce(&mut Board) -> T) -> T {
        change(&mut self.0.write().unwrap_or_else(PoisonError::into_inner))
    }

    /// The present state.
    #[must_use]
    pub fn snapshot(&self) -> Snapshot {
        self.0.read().unwrap_or_else(PoisonError::into_inner).snapshot()
    }

    /// Is there a public status page?
    #[must_use]
    pub fn has_public_page(&self) -> bool {
        self.0.read().unwrap_or_else(PoisonError::into_inner).public.is_some()
    }

    /// Grows with each change.
    #[must_use]
    pub fn generation(&self) -> u64 {
        self.0.read().unwrap_or_else(PoisonError::into_inner).generation()
    }
}

/// The board as it was at one moment.
#[derive(Debug, Clone)]
pub struct Snapshot {
    /// The monitors by name.
    pub monitors: Vec<Arc<MonitorView>>,
    /// Open incidents and those resolved lately, the newest first.
    pub incidents: Vec<Arc<Incident>>,
    /// The receivers by name.
    pub receivers: Arc<BTreeMap<Name, ReceiverView>>,
    /// Silences in force or to come.
    pub silences: Arc<Vec<Silence>>,
    /// Planned work.
    pub planned: Arc<Vec<PlannedWork>>,
    /// Objectives, the one in most danger first.
    pub slos: Arc<Vec<SloView>>,
    /// The services whose real traffic is seen.
    pub services: Arc<BTreeMap<Name, Arc<ServiceView>>>,
    /// Where it comes from.
    pub sources: Arc<Vec<SourceView>>,
    /// The third parties that we depend on.
    pub parties: Arc<Vec<PartyView>>,
    /// The newest deploys, the newest first.
    pub deploys: Arc<Vec<Deploy>>,
    /// The public status page, if there is one.
    pub public: Option<Arc<PublicSite>>,
    /// What the public was told, the newest first.
    pub announcements: Arc<Vec<Announcement>>,
    /// How we do.
    pub figures: Arc<Figures>,
    /// What we are.
    pub identity: Arc<Identity>,
    /// What was counted since the start.
    pub(crate) counters: Counters,
    /// Which requests are kept one by one.
    pub keeping: Keeping,
    /// Requests that should have been kept and for which there was no room.
    pub requests_left_out: u64,
    /// Grows with each change.
    pub generation: u64,
}

impl Snapshot {
    /// The monitor with this name.
    #[must_use]
    pub fn monitor(&self, name: &str) -> Option<&Arc<MonitorView>> {
        let at = self.monitors.binary_search_by(|view| view.name.as_str().cmp(name)).ok()?;
        self.monitors.get(at)
    }

    /// The incident with this number, if it is open or was resolved lately.
    #[must_use]
    pub fn incident(&self, number: IncidentNumber) -> Option<&Arc<Incident>> {
        self.incidents.iter().find(|incident| incident.number == number)
    }

    /// The open incidents, the most urgent first: failing before degraded, nobody's before somebody's, then the
    /// oldest.
    #[must_use]
    pub fn open(&self) -> Vec<&Arc<Incident>> {
        let mut open: Vec<_> = self.incidents.iter().filter(|incident| incident.is_open()).collect();
        open.sort_by_key(|i| (std::cmp::Reverse(i.severity), i.acknowledged.is_some(), i.began));
        open
    }

    /// How many monitors have this state.
    #[must_use]
    pub fn count(&self, state: State) -> usize {
        self.monitors.iter().filter(|view| view.state == state).count()
    }

    /// How many of the probes at hand had this mark.
    #[must_use]
    pub fn recent(&self, mark: Mark) -> usize {
        self.monitors.iter().flat_map(|view| &view.recent).filter(|recent| recent.mark == mark).count()
    }
}
