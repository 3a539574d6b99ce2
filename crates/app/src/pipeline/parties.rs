//! Third parties: what their pages say, held against what our own calls and probes see.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::Timestamp;
use statusquo_alert::{Alarm, AlarmKind, AlarmState, Engine, Input, Severity, State, Trouble};
use statusquo_exchange::{Health, Name};
use statusquo_serve::{PartyView, SharedBoard, Snapshot};
use statusquo_source::feed::StatusPage;
use statusquo_store::{PartyPart, PartyReport, PartyState, Reader, Writer};

use super::calls::{Calls, calls};
use crate::config::{Config, Dependency};
use crate::parties::{Fetched, Page, Report, Validators};

/// It is looked at so often, in seconds.
const LOOK_EVERY: i64 = 10;
/// Our calls fail when so many of them do …
const LEAST_FAILED: u64 = 5;
/// … and at least one in so many; they work again when fewer than one in `WELL_AGAIN` fail.
const ONE_IN: u64 = 5;
const WELL_AGAIN: u64 = 20;
/// While nothing is called, we go on to believe for so long that it would fail: callers may have given up.
const BELIEVED_FOR: Duration = Duration::from_secs(30 * 60);
/// What a page said is believed for so many intervals, or at least for so long, when it cannot be read any more.
const OLD_INTERVALS: u32 = 4;
const LEAST_OLD: Duration = Duration::from_secs(15 * 60);
/// Parts and reports of a page that are kept.
const MOST_PARTS: usize = 100;
const MOST_REPORTS: usize = 20;

/// All third parties.
pub(super) struct Parties {
    all: BTreeMap<Name, Party>,
    /// What was firing before a restart, until the configuration is known.
    firing: Vec<Alarm>,
    writer: Writer,
    reader: Reader,
    looked: i64,
}

/// One of them.
struct Party {
    dependency: Dependency,
    /// What its page said last.
    state: PartyState,
    page: Option<StatusPage>,
    unread: Option<(String, Timestamp)>,
    /// Our calls to it fail: since when, and when that was seen last.
    failing: Option<(Timestamp, Timestamp)>,
    calls: Option<Calls>,
    /// A probe of it fails: which, what it says, since when.
    probed: Option<(Name, String, Timestamp)>,
    /// What the engine was told last.
    told: Option<Trouble>,
    alarm: Option<Alarm>,
    /// Since the restart: was its page read, and since when do we look?
    is_read: bool,
    watched_since: Timestamp,
    /// Its alarm is from before the restart: it has to be said again that it goes on.
    is_unconfirmed: bool,
}

impl Parties {
    /// None yet, and these alarms were firing before a restart.
    pub(super) fn new(reader: Reader, writer: Writer, firing: &[Alarm]) -> Self {
        Self { all: BTreeMap::new(), firing: firing.to_vec(), writer, reader, looked: 0 }
    }

    /// Takes over which third parties there are. Says what has to be looked at, and what the engine has to forget.
    pub(super) fn configure(&mut self, config: &Config, now: Timestamp) -> (Vec<Page>, Vec<Input>) {
        let kept = self.reader.parties().unwrap_or_else(|error| {
            tracing::error!(%error, "what third parties said before the restart cannot be read");
            Vec::new()
        });
        let mut before = std::mem::take(&mut self.all);
        for dependency in &config.dependencies {
            let place = place(dependency);
            let known = before.remove(&dependency.name);
            let party = match known {
                Some(party) if party.state.feed == place => Party { dependency: dependency.clone(), ..party },
                other => {
                    // Its trouble ends with it, unless it goes on under the same name.
                    let (told, alarm) = other.map_or((None, None), |party| (party.told, party.alarm));
                    let kept = kept.iter().find(|kept| kept.name == dependency.name && kept.feed == place);
                    let state = kept.cloned().unwrap_or_else(|| unread(dependency, now));
                    let key = key(&dependency.name);
                    let firing = || self.firing.iter().find(|alarm| alarm.key == key).cloned();
                    let is_unconfirmed = alarm.is_none();
                    let alarm = alarm.or_else(firing);
                    Party { told, alarm, is_unconfirmed, ..Party::new(dependency.clone(), state, now) }
                }
            };
            self.all.insert(dependency.name.clone(), party);
        }
        self.firing = Vec::new();
        let gone = before.into_values().flat_map(|party| party.end());
        self.looked = 0;
        (self.all.values().map(Party::to_look_at).collect(), gone.collect())
    }

    /// A look at a page has ended.
    pub(super) fn report(&mut self, report: Report) {
        let Some(party) = self.all.get_mut(&report.name) else { return };
        if party.dependency.feed != report.feed {
            return;
        }
        let before = party.state.clone();
        party.report(report);
        self.looked = 0;
        let is_news = PartyState { checked: before.checked, ..party.state.clone() } != before;
        let is_old = match (before.checked, party.state.checked) {
            (Some(before), Some(now)) => now.duration_since(before).unsigned_abs() >= LEAST_OLD,
            (None, checked) => checked.is_some(),
            (Some(_), None) => false,
        };
        if is_news || is_old {
            // What it says now can be asked again: nobody waits for it.
            drop(self.writer.party(party.state.clone()));
        }
    }

    /// Holds what pages say against what we see, shows it, and says what the engine has to know.
    pub(super) fn look(&mut self, now: Timestamp, engine: &Engine, board: &SharedBoard) -> Vec<Input> {
        let second = now.as_second();
        if self.all.is_empty() && self.looked != 0 || second - self.looked < LOOK_EVERY {
            return Vec::new();
        }
        self.looked = second;
        let snapshot = board.snapshot();
        let mut inputs = Vec::new();
        for party in self.all.values_mut() {
            party.look(now, engine, &snapshot);
            inputs.extend(party.news(now, engine));
        }
        let views = self.all.values().map(|party| party.view(now, engine)).collect();
        board.write(|board| board.parties(views));
        inputs
    }
}

/// Where its page is, and which parts of it count.
fn place(dependency: &Dependency) -> String {
    match dependency.components.as_slice() {
        [] => dependency.feed.to_string(),
        parts => format!("{}#{}", dependency.feed, parts.join(",")),
    }
}

fn is_same(one: &Alarm, other: &Alarm) -> bool {
    (&one.sentence, one.since) == (&other.sentence, other.since)
}

fn key(name: &Name) -> String {
    format!("third-party {name}")
}

/// Nothing is known of it yet.
fn unread(dependency: &Dependency, now: Timestamp) -> PartyState {
    PartyState {
        name: dependency.name.clone(),
        feed: place(dependency),
        etag: None,
        last_modified: None,
        format: None,
        health: Health::Unknown,
        since: now,
        checked: None,
        parts: Vec::new(),
        reported: Vec::new(),
    }
}

impl Party {
    const fn new(dependency: Dependency, state: PartyState, now: Timestamp) -> Self {
        Self {
            dependency,
            state,
            page: None,
            unread: None,
            failing: None,
            calls: None,
            probed: None,
            told: None,
            alarm: None,
            is_read: false,
            watched_since: now,
            is_unconfirmed: false,
        }
    }

    fn to_look_at(&self) -> Page {
        // News of a feed are over after a day, changed or not: without the page itself that cannot be seen.
        let is_news = self.page.is_none() && matches!(self.state.format.as_deref(), Some("RSS" | "Atom"));
        let of = |validator: &Option<String>| validator.clone().filter(|_| !is_news);
        let (etag, last_modified) = (of(&self.state.etag), of(&self.state.last_modified));
        Page {
            name: self.dependency.name.clone(),
            feed: self.dependency.feed.clone(),
            every: self.dependency.every,
            validators: Validators { etag, last_modified },
        }
    }

    /// It is not watched any more.
    fn end(self) -> Vec<Input> {
        let cleared =
            self.alarm.map(|alarm| Input::Alarm(Box::new(Alarm { state: AlarmState::Cleared, ..alarm })));
        let told = self.told.map(|_| Input::ThirdParty(self.dependency.name, None));
        told.into_iter().chain(cleared).collect()
    }

    fn report(&mut self, report: Report) {
        let at = report.at;
        match report.fetched {
            Fetched::Page(page, validators) => {
                self.is_read = true;
                self.state.etag = validators.etag;
                self.state.last_modified = validators.last_modified;
                self.read(*page, at);
            }
            Fetched::Unchanged => {
                self.is_read = true;
                self.unread = None;
                self.state.checked = Some(at);
                if let Some(mut page) = self.page.take() {
                    page.age(at);
                    self.read(page, at);
                }
            }
            Fetched::Failed { why, .. } => {
                let since = self.unread.take().map_or(at, |(_, since)| since);
                self.unread = Some((why, since));
            }
            Fetched::Blind(why) => {
                tracing::debug!(party = %self.dependency.name, why, "a status page was not seen");
            }
        }
    }

    /// Takes over what its page says.
    fn read(&mut self, page: StatusPage, at: Timestamp) {
        self.unread = None;
        let wanted = &self.dependency.components;
        let (health, reported) = page.of(wanted);
        let state = &mut self.state;
        state.checked = Some(at);
        state.format = Some(page.format.as_str().to_owned());
        if state.health != health {
            (state.health, state.since) = (health, at);
        }
        let reported = reported.into_iter().take(MOST_REPORTS).map(|one| PartyReport {
            title: one.title.clone(),
            health: one.health,
            since: one.since,
            link: one.link.clone(),
        });
        state.reported = reported.collect();
        // By its own account it began earlier than we saw it.
        let began =
            state.reported.iter().filter(|one| one.health.is_trouble()).filter_map(|one| one.since).min();
        if let Some(began) = began.filter(|began| health.is_trouble() && *began < state.since) {
            state.since = began;
        }
        let is_wanted = |name: &str| {
            let last = name.rsplit(" / ").next().unwrap_or(name);
            wanted.is_empty()
                || wanted.iter().any(|one| one.eq_ignore_ascii_case(name) || one.eq_ignore_ascii_case(last))
        };
        let parts = page.components.iter().filter(|part| is_wanted(&part.name)).take(MOST_PARTS);
        state.parts = parts.map(|part| PartyPart { name: part.name.clone(), health: part.health }).collect();
        self.page = Some(page);
    }

    /// Sees what our own calls and probes say.
    fn look(&mut self, now: Timestamp, engine: &Engine, snapshot: &Snapshot) {
        self.calls = calls(snapshot, &self.dependency, now);
        let failing = match &self.calls {
            Some(calls) if calls.all > 0 => {
                let fails = calls.failed >= LEAST_FAILED && calls.failed * ONE_IN >= calls.all;
                let still = self.failing.is_some() && calls.failed * WELL_AGAIN >= calls.all;
                (fails || still).then_some(calls.since.unwrap_or(now))
            }
            Some(_) | None => {
                let lately = |(_, last): &(Timestamp, Timestamp)| {
                    now.duration_since(*last).unsigned_abs() < BELIEVED_FOR
                };
                self.failing = self.failing.filter(lately);
                self.probe(engine);
                return;
            }
        };
        self.failing = failing.map(|since| (self.failing.map_or(since, |(since, _)| since), now));
        self.probe(engine);
    }

    fn probe(&mut self, engine: &Engine) {
        let failing = self.dependency.monitors.iter().find_map(|name| {
            let watch = engine.watch(name.as_str()).filter(|watch| watch.shown == State::Failing)?;
            let incident = engine.incidents().find(|incident| Some(incident.number) == watch.incident);
            let says =
                incident.and_then(|incident| incident.cause.as_ref()).map(|cause| cause.sentence.clone());
            Some((name.clone(), says.unwrap_or_else(|| "is failing".to_owned()), watch.since))
        });
        self.probed = failing;
    }

    /// What we see that is wrong, and since when. It does not change with each call.
    fn seen(&self) -> Option<(String, Timestamp)> {
        match (self.failing, &self.probed) {
            (Some((since, _)), Some((_, _, probed))) => {
                Some(("our calls to it and our probe of it fail".to_owned(), since.min(*probed)))
            }
            (Some((since, _)), None) => Some(("our calls to it fail".to_owned(), since)),
            (None, Some((_, _, since))) => Some(("our probe of it fails".to_owned(), *since)),
            (None, None) => None,
        }
    }

    fn view(&self, now: Timestamp, engine: &Engine) -> PartyView {
        let mut state = self.state.clone();
        // What counts of it is not part of its address.
        state.feed = self.dependency.feed.to_string();
        let old = (self.dependency.every * OLD_INTERVALS).max(LEAST_OLD);
        let is_old = |checked: Timestamp| now.duration_since(checked).unsigned_abs() > old;
        if state.checked.is_some_and(is_old) {
            state.health = Health::Unknown;
        }
        let mut needed_by: Vec<Name> = engine.needs(&self.dependency.name).collect();
        needed_by.extend(self.calls.iter().flat_map(|calls| &calls.callers).cloned());
        needed_by.sort_unstable();
        needed_by.dedup();
        PartyView {
            title: self.dependency.title.clone(),
            state,
            unread: self.unread.clone(),
            seen: self.seen(),
            calls: self.calls.as_ref().map(|calls| (calls.failed, calls.all)),
            needed_by,
        }
    }

    /// What the engine has to know: what is likely behind incidents of others, and an incident of its own.
    fn news(&mut self, now: Timestamp, engine: &Engine) -> Vec<Input> {
        let view = self.view(now, engine);
        let callers = self.calls.as_ref().map(|calls| calls.callers.clone()).unwrap_or_default();
        let says = view.sentence();
        let trouble =
            view.is_in_trouble().then(|| Trouble { says: says.clone(), since: view.since(), callers });
        let mut inputs = Vec::new();
        if trouble != self.told {
            inputs.push(Input::ThirdParty(self.dependency.name.clone(), trouble.clone()));
            self.told = trouble;
        }
        let is_out = matches!(view.state.health, Health::PartialOutage | Health::MajorOutage);
        let raises = self.dependency.alerts && (is_out || view.seen.is_some());
        let alarm = raises.then(|| self.alarm_for(&view, says));
        let (has_seen, is_unconfirmed) = (self.has_seen(now), self.is_unconfirmed);
        match (&alarm, &mut self.alarm) {
            (Some(now), Some(before)) if is_same(now, before) && !is_unconfirmed => {}
            (Some(now), _) => inputs.push(Input::Alarm(Box::new(now.clone()))),
            // Before anything was seen since a restart, nothing is over.
            (None, Some(_)) if is_unconfirmed && !has_seen => return inputs,
            (None, Some(before)) => {
                let over = Alarm { state: AlarmState::Cleared, ..before.clone() };
                inputs.push(Input::Alarm(Box::new(over)));
            }
            (None, None) => {}
        }
        self.alarm = alarm;
        self.is_unconfirmed = false;
        inputs
    }

    /// Is it known how it does, since we look? Calls of ours come when somebody makes them: then we do not wait for them.
    fn has_seen(&self, now: Timestamp) -> bool {
        let has_called = || self.calls.as_ref().is_some_and(|calls| calls.all > 0);
        let has_waited = || now.duration_since(self.watched_since).unsigned_abs() >= LEAST_OLD;
        self.is_read && (self.dependency.hosts.is_empty() || has_called() || has_waited())
    }

    fn alarm_for(&self, view: &PartyView, sentence: String) -> Alarm {
        let page = format!("its page says {}", view.state.health.as_str());
        let calls = self.calls.as_ref().filter(|calls| calls.failed > 0).map(Calls::sentence);
        let probe = self.probed.as_ref().map(|(name, says, _)| format!("our probe {name}: {says}"));
        let needed: Vec<&str> = view.needed_by.iter().map(Name::as_str).collect();
        let needed = (!needed.is_empty()).then(|| format!("needed by {}", needed.join(", ")));
        Alarm {
            key: key(&self.dependency.name),
            service: self.dependency.name.clone(),
            endpoint: None,
            kind: AlarmKind::ThirdParty,
            severity: Severity::Degraded,
            sentence,
            diagnosis: None,
            evidence: [Some(page), calls, probe, needed].into_iter().flatten().collect(),
            clients: Vec::new(),
            receivers: Vec::new(),
            since: view.since(),
            state: AlarmState::Firing,
        }
    }
}
