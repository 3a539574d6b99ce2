//! The one task that owns all changing state: observations in, records and messages out.

mod budgets;
mod called_back;
mod calls;
mod clock;
mod corrections;
mod deploys;
mod event;
mod judged;
mod learning;
mod parties;
mod publish;
mod safe;
mod saving;
mod shared_clock;
mod traffic;
mod unsaved;
mod watching;

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use statusquo_alert::{
    Command, CommandError, Effect, Engine, Input, Notification, Observation, OwnFault, Verdict, Who,
};
use statusquo_exchange::Name;
use statusquo_serve::{Refusal, Reply, Request};
use statusquo_slo::{Answer, Mark, Sample};
use statusquo_source::http::redact;
use statusquo_store::Writer;
use tokio::sync::mpsc;
use tokio::sync::oneshot;

use crate::config;
use crate::delivery::{self, News};
use crate::following;
use crate::loaded::Loaded;
use crate::probing::{self, Seen};
use budgets::Budgets;
use judged::Judged;
use parties::Parties;
use saving::{Saved, Saving};
use traffic::Traffic;

pub(crate) use event::Event;
pub(crate) use publish::Publisher;
pub(crate) use shared_clock::SharedClock;

/// Time passes in steps of this for the engine.
const TICK: Duration = Duration::from_secs(1);
/// A good answer is kept so often, so that pages can show the last one with its header fields.
const KEEP_GOOD_EVERY: Duration = Duration::from_secs(600);
/// Samples wait for so many others, or for the next tick, before they go to the store together.
const SAMPLES_AT_ONCE: usize = 256;

/// So much of a change of the configuration stands in the audit log.
const LONGEST_AUDITED: usize = 2000;

/// What the pipeline speaks to.
pub(crate) struct Outside {
    pub(crate) writer: Writer,
    pub(crate) probes: mpsc::Sender<probing::Order>,
    pub(crate) outbox: mpsc::Sender<delivery::Order>,
    pub(crate) logs: mpsc::Sender<Vec<Arc<following::Plan>>>,
    pub(crate) pages: mpsc::Sender<Vec<crate::parties::Page>>,
    pub(crate) clock: Arc<SharedClock>,
    pub(crate) publisher: Publisher,
}

/// The one task that owns all changing state.
pub(crate) struct Pipeline {
    engine: Engine,
    loaded: Arc<Loaded>,
    outside: Outside,
    saving: Saving,
    traffic: Traffic,
    samples: Vec<(Name, Name, Sample)>,
    /// Which answer of each monitor was kept last, and when.
    kept: HashMap<Name, (Timestamp, Answer)>,
    /// Receivers that are broken now.
    broken: BTreeSet<Name>,
    clock_in_doubt: bool,
    stalled: bool,
    /// Events that wait, and how many may.
    queue: (usize, usize),
    rolled_up: Timestamp,
    budgets: Budgets,
    parties: Parties,
    judged: Judged,
    /// Probes from before the restart, until the board knows the monitors.
    recent: Vec<(Name, Sample)>,
}

impl Pipeline {
    /// A pipeline that goes on with what was saved.
    pub(crate) fn new(
        engine: Engine,
        loaded: Arc<Loaded>,
        outside: Outside,
        recent: Vec<(Name, Sample)>,
    ) -> Self {
        let (reader, writer) = (outside.publisher.reader.clone(), outside.writer.clone());
        let firing: Vec<_> = engine.unconfirmed().cloned().collect();
        Self {
            recent,
            engine,
            saving: Saving::new(writer.clone()),
            traffic: Traffic::new(reader.clone(), writer.clone(), firing.clone()),
            rolled_up: outside.clock.now(),
            budgets: Budgets::new(reader.clone(), &firing),
            judged: Judged::new(writer.clone(), &firing),
            parties: Parties::new(reader, writer, &firing),
            outside,
            loaded,
            samples: Vec::new(),
            kept: HashMap::new(),
            broken: BTreeSet::new(),
            clock_in_doubt: false,
            stalled: false,
            queue: (0, 0),
        }
    }

    /// Works until everybody has hung up or `stop` comes; then saves what is not saved.
    pub(crate) async fn run(mut self, mut events: mpsc::Receiver<Event>, mut stop: oneshot::Receiver<()>) {
        self.configure(self.loaded.clone()).await;
        for alarm in self.judged.remember(&self.outside.publisher) {
            self.apply(Input::Alarm(Box::new(alarm))).await;
        }
        self.remember_deploys().await;
        let mut tick = tokio::time::interval(TICK);
        tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                biased;
                _ = &mut stop => break,
                saved = self.saving.ended() => self.on_saved(saved).await,
                is_saved = self.traffic.ended() => self.apply(Input::Own(OwnFault::Store, !is_saved)).await,
                event = events.recv() => match event {
                    Some(event) => self.on_event(event).await,
                    None => break,
                },
                _ = tick.tick() => {
                    self.queue = (events.len(), events.max_capacity());
                    self.on_tick().await;
                }
            }
            self.saving.go_on(false);
            self.go_on_with_traffic(false);
        }
        self.flush_samples();
        self.judged.save_all();
        self.traffic.finish().await;
        while !self.saving.is_idle() && !self.saving.is_failing() {
            self.saving.go_on(false);
            let saved = self.saving.ended().await;
            self.on_saved(saved).await;
        }
    }

    async fn on_event(&mut self, event: Event) {
        match event {
            Event::Probing(probing::Report::Seen(seen)) => self.on_seen(*seen).await,
            Event::Probing(probing::Report::Stalled(gap)) => {
                tracing::warn!(seconds = gap.as_secs_f64(), "the process stood still");
                self.stalled = true;
                self.apply(Input::Own(OwnFault::Stalled, true)).await;
            }
            Event::Request(request) => self.on_request(request).await,
            Event::Configured(loaded) => {
                self.note_changes(&loaded);
                self.configure(loaded).await;
            }
            Event::Delivery(news) => self.on_delivery(news).await,
            Event::Following(following::Report::Read(read)) => {
                self.traffic.add(*read, self.outside.clock.now());
            }
            Event::Following(following::Report::Source(view)) => self.traffic.source(*view),
            Event::Party(report) => self.parties.report(report),
            Event::Heard(heard) => self.traffic.hear(heard, self.outside.clock.now()),
        }
    }

    /// A new configuration is a change that somebody made: it stands in the audit log.
    fn note_changes(&self, new: &Loaded) {
        let changes = config::diff(&self.loaded.config.in_force.parts(), &new.config.in_force.parts());
        let mut what = format!("changed the configuration: {}", changes.join("; "));
        what.truncate(what.floor_char_boundary(LONGEST_AUDITED));
        if !changes.is_empty() {
            // Nobody waits for it.
            drop(self.outside.writer.audit(
                self.outside.clock.now(),
                Who("configuration file".to_owned()),
                what,
            ));
        }
    }

    async fn on_seen(&mut self, mut seen: Seen) {
        if self.clock_in_doubt {
            distrust_dates(&mut seen);
        }
        let evidence = self.evidence(&mut seen);
        self.outside.publisher.seen(&seen);
        let alarms = self.judged.take(&seen);
        self.budgets.probe(&seen.monitor, &seen.sample);
        self.samples.push((seen.monitor.clone(), seen.location.clone(), seen.sample));
        if self.samples.len() >= SAMPLES_AT_ONCE {
            self.flush_samples();
        }
        if let Some(evidence) = evidence {
            self.outside.writer.evidence(evidence);
        }
        let Seen { monitor, location, ended, verdict, .. } = seen;
        self.apply(Input::Observed(Observation { monitor, location, at: ended, verdict })).await;
        for alarm in alarms {
            self.apply(Input::Alarm(Box::new(alarm))).await;
        }
    }

    /// The exchange as it is kept: all that are not good, each change of the answer, and a good one now and then.
    fn evidence(&mut self, seen: &mut Seen) -> Option<statusquo_store::Evidence> {
        let mut exchange = seen.exchange.take()?;
        let answer = seen.sample.answer;
        let last = self.kept.get(&seen.monitor);
        let is_news = last.is_none_or(|(at, last)| {
            *last != answer || seen.ended.duration_since(*at).unsigned_abs() >= KEEP_GOOD_EVERY
        });
        if seen.sample.mark == Mark::Good && !is_news {
            return None;
        }
        redact(&mut exchange);
        self.kept.insert(seen.monitor.clone(), (seen.ended, answer));
        if let Verdict::Bad(cause) = &mut seen.verdict {
            cause.evidence = Some(exchange.id.clone());
        }
        Some(statusquo_store::Evidence {
            id: exchange.id.clone(),
            monitor: seen.monitor.clone(),
            location: seen.location.clone(),
            at: exchange.at,
            answer,
            mark: seen.sample.mark,
            json: statusquo_serve::wire::exchange_json(&exchange).to_string(),
        })
    }

    /// What is saved is counted against the error budgets as well.
    fn go_on_with_traffic(&mut self, is_tick: bool) {
        if let Some(batch) = self.traffic.go_on(self.outside.clock.now(), is_tick) {
            batch.services.iter().for_each(|(service, harvest)| self.budgets.traffic(service, harvest));
        }
    }

    fn flush_samples(&mut self) {
        if !self.samples.is_empty() {
            self.outside.writer.samples(std::mem::take(&mut self.samples));
        }
    }

    async fn on_tick(&mut self) {
        self.watch_the_clock().await;
        let stalled = std::mem::take(&mut self.stalled);
        if !stalled {
            self.apply(Input::Own(OwnFault::Stalled, false)).await;
        }
        if self.outside.writer.is_failing() {
            // Nothing may have been decided lately: probes alone show that the disk is full.
            self.apply(Input::Own(OwnFault::Store, true)).await;
        }
        self.apply(Input::Tick).await;
        self.flush_samples();
        self.saving.go_on(true);
        let now = self.outside.clock.now();
        self.go_on_with_traffic(true);
        self.traffic.tick(now, &self.outside.publisher.board);
        for alarm in self.traffic.alarms(now) {
            self.apply(Input::Alarm(Box::new(alarm))).await;
        }
        if now.duration_since(self.rolled_up).as_secs() >= 30 {
            self.rolled_up = now;
            self.outside.writer.roll_up(now);
            self.judged.save();
        }
        for alarm in self.budgets.look(now, &self.outside.publisher.board) {
            self.apply(Input::Alarm(Box::new(alarm))).await;
        }
        for input in self.parties.look(now, &self.engine, &self.outside.publisher.board) {
            self.apply(input).await;
        }
        self.outside.publisher.tick(&self.engine, self.queue);
        self.outside.publisher.silences(&self.engine, now);
        let (keeping, left_out) = (self.loaded.config.requests.keeping, self.traffic.left_out);
        self.outside.publisher.board.write(|board| board.requests(keeping, left_out));
    }

    async fn watch_the_clock(&mut self) {
        use clock::Reading;
        match self.outside.clock.check() {
            Reading::Sure(_) if self.clock_in_doubt => {
                self.clock_in_doubt = false;
                self.apply(Input::Own(OwnFault::Clock, false)).await;
            }
            Reading::Sure(_) => {}
            Reading::Doubtful(_) => {
                self.clock_in_doubt = true;
                self.apply(Input::Own(OwnFault::Clock, true)).await;
            }
            Reading::Corrected(_) => {
                tracing::warn!("the wall clock jumped and has been steady since; it counts again");
                self.clock_in_doubt = false;
                self.apply(Input::ClockSet).await;
                self.apply(Input::Own(OwnFault::Clock, false)).await;
            }
        }
    }

    async fn on_saved(&mut self, saved: Saved) {
        match saved {
            Saved::Yes { has_notifications } => {
                self.apply(Input::Own(OwnFault::Store, false)).await;
                if has_notifications {
                    let _ = self.outside.outbox.send(delivery::Order::Look).await;
                }
            }
            Saved::No { error, notifications } => {
                // The writer logs it when it begins.
                tracing::debug!(error, "the store cannot be written");
                self.send_from_memory(notifications).await;
                self.apply(Input::Own(OwnFault::Store, true)).await;
            }
        }
    }

    async fn send_from_memory(&self, notifications: Vec<Notification>) {
        if !notifications.is_empty() {
            let _ = self.outside.outbox.send(delivery::Order::FromMemory(notifications)).await;
        }
    }

    async fn on_delivery(&mut self, news: News) {
        self.outside.publisher.delivery(&news, self.outside.clock.now());
        match news.turned {
            None => return,
            Some(true) => self.broken.insert(news.receiver),
            Some(false) => self.broken.remove(&news.receiver),
        };
        let broken = !self.broken.is_empty();
        self.apply(Input::Own(OwnFault::Receiver, broken)).await;
    }

    async fn configure(&mut self, loaded: Arc<Loaded>) {
        let plans = loaded.plans.clone();
        self.outside.publisher.configure(&loaded, self.outside.clock.now());
        let mut calm = self.budgets.configure(&loaded.config.slos, self.outside.clock.now());
        calm.extend(self.judged.configure(&loaded.config));
        for (name, sample) in std::mem::take(&mut self.recent) {
            self.outside.publisher.board.write(|board| board.remember(&name, &sample));
        }
        let receivers = (loaded.receivers.clone(), loaded.links.clone());
        let _ = self.outside.outbox.send(delivery::Order::Receivers(receivers.0, receivers.1)).await;
        let _ = self.outside.probes.send(probing::Order::Configure(plans)).await;
        self.traffic.configure(&loaded.logs, loaded.config.watched.clone(), self.outside.clock.now());
        let _ = self.outside.logs.send(loaded.logs.clone()).await;
        self.loaded = loaded.clone();
        self.apply(Input::Configure(Box::new(loaded.setup.clone()))).await;
        for alarm in calm {
            self.apply(Input::Alarm(Box::new(alarm))).await;
        }
        let (pages, ended) = self.parties.configure(&loaded.config, self.outside.clock.now());
        let _ = self.outside.pages.send(pages).await;
        for input in ended {
            self.apply(input).await;
        }
        for name in loaded.setup.policies.iter().map(|policy| &policy.name) {
            if let Some(watch) = self.engine.watch(name.as_str()) {
                if watch.paused {
                    let _ = self.outside.probes.send(probing::Order::Pause(name.clone(), true)).await;
                }
                self.outside.publisher.watch(&watch);
            }
        }
        let open: Vec<_> = self.engine.incidents().cloned().collect();
        open.into_iter().for_each(|incident| self.outside.publisher.incident(incident));
    }

    async fn on_request(&mut self, request: Request) {
        use statusquo_serve::Command as Asked;
        let reply = match request.command {
            Asked::Engine(command, who) => self.obey(command, who).await,
            Asked::RunNow(name, _) => self.run_now(name).await,
            Asked::Beat { token, exit_code } => self.beat(&token, exit_code).await,
            Asked::CalledBack(receiver, call) => self.called_back(receiver, call).await,
            Asked::Deployed(deploy) => return self.deployed(deploy, request.reply).await,
            Asked::Correct(asked, who) => return self.correct(asked, who, request.reply),
            Asked::Withdraw(slo, id, who) => return self.withdraw(&slo, id, who, request.reply),
            Asked::TestReceiver(receiver, _) => {
                let notification = delivery::test_notification(receiver, self.outside.clock.now());
                let (answer, wait) = oneshot::channel();
                let order = delivery::Order::Test(Box::new(notification), answer);
                let _ = self.outside.outbox.send(order).await;
                // The receiver may take its time: the pipeline does not wait for it.
                tokio::spawn(async move {
                    let answer = wait.await.unwrap_or_else(|_| Err("Statusquo is stopping".to_owned()));
                    let answer = answer.map(Reply::Text).map_err(Refusal::Failed);
                    let _ = request.reply.send(answer);
                });
                return;
            }
        };
        let _ = request.reply.send(reply);
    }

    async fn obey(&mut self, command: Command, who: Who) -> Result<Reply, Refusal> {
        let paused = match &command {
            Command::Pause(name) => Some((name.clone(), true)),
            Command::Resume(name) => Some((name.clone(), false)),
            Command::Acknowledge(_)
            | Command::PassOn(_)
            | Command::Note(..)
            | Command::Resolve(_)
            | Command::Silence { .. }
            | Command::Plan { .. }
            | Command::EndSilence(_) => None,
        };
        let now = self.outside.clock.now();
        let effects = self.engine.apply(Input::Command(command, who), now).map_err(Refusal::from)?;
        let made = effects.iter().find_map(|effect| match effect {
            Effect::SaveSilence(silence) => Some(Reply::Silence(silence.id)),
            Effect::Recheck { .. }
            | Effect::SaveWatch(_)
            | Effect::DropWatch(_)
            | Effect::SaveIncident(_)
            | Effect::Notify(_) => None,
        });
        self.carry_out(effects).await;
        if let Some((name, paused)) = paused {
            let _ = self.outside.probes.send(probing::Order::Pause(name, paused)).await;
        }
        Ok(made.unwrap_or(Reply::Done))
    }

    async fn run_now(&self, name: Name) -> Result<Reply, Refusal> {
        let known = self.loaded.plans.iter().any(|plan| plan.monitor == name);
        if !known {
            return Err(CommandError::NoMonitor(name).into());
        }
        let _ = self.outside.probes.send(probing::Order::Recheck(name, Duration::ZERO)).await;
        Ok(Reply::Done)
    }

    async fn beat(&mut self, token: &str, exit_code: Option<i32>) -> Result<Reply, Refusal> {
        let Some(monitor) = self.loaded.monitor_of_token(token) else { return Err(Refusal::UnknownToken) };
        let now = self.outside.clock.now();
        let effects = self.engine.apply(Input::Beat { monitor, exit_code }, now).map_err(Refusal::from)?;
        self.carry_out(effects).await;
        Ok(Reply::Done)
    }

    /// Inputs that cannot be refused.
    async fn apply(&mut self, input: Input) {
        let now = self.outside.clock.now();
        match self.engine.apply(input, now) {
            Ok(effects) => self.carry_out(effects).await,
            Err(refused) => tracing::error!(%refused, "the engine refused what is not a command"),
        }
    }

    async fn carry_out(&mut self, effects: Vec<Effect>) {
        let now = self.outside.clock.now();
        for effect in effects {
            match &effect {
                Effect::Recheck { monitor, at, .. } => {
                    let after = at.duration_since(now).try_into().unwrap_or(Duration::ZERO);
                    let _ = self.outside.probes.send(probing::Order::Recheck(monitor.clone(), after)).await;
                }
                Effect::SaveWatch(record) => self.outside.publisher.watch(record),
                Effect::SaveIncident(incident) => self.outside.publisher.incident((**incident).clone()),
                // Whoever made it, or ended it, sees it at once.
                Effect::SaveSilence(_) => self.outside.publisher.silences(&self.engine, now),
                Effect::DropWatch(_) | Effect::Notify(_) => {}
            }
            self.saving.add(effect);
        }
    }
}

/// While the clock is in doubt, dates of certificates say nothing.
fn distrust_dates(seen: &mut Seen) {
    use statusquo_alert::CauseKind;
    use statusquo_exchange::FailureKind;
    let Verdict::Bad(cause) = &seen.verdict else { return };
    let is_about_dates = matches!(
        cause.kind,
        CauseKind::CertificateExpiring { .. }
            | CauseKind::Failure(FailureKind::CertificateExpired | FailureKind::CertificateNotYetValid)
    );
    if is_about_dates {
        seen.verdict = Verdict::Unknown(OwnFault::Clock);
        seen.sample.mark = Mark::Unknown;
    }
}
