//! The probing thread: asks each target when it is due, and hands on what it saw. It owns the schedule, and waits for
//! nobody: neither a slow target, nor the store, nor the pipeline.

mod plan;
mod stall;

use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use statusquo_alert::{OwnFault, Verdict};
use statusquo_exchange::{Exchange, Name};
use statusquo_lint::Finding;
use statusquo_slo::{Mark, Sample};
use statusquo_source::http::Prober;
use statusquo_source::{Blind, Limits, Resolver, Schedule, Start};
use tokio::sync::mpsc;
use tokio::task::{JoinSet, LocalSet};

pub(crate) use plan::Plan;
use stall::{BEAT, Stall};

/// What the pipeline asks of the probing thread.
#[derive(Debug)]
pub(crate) enum Order {
    /// These monitors, and no others.
    Configure(Vec<Arc<Plan>>),
    /// Ask again so soon, ahead of the schedule.
    Recheck(Name, Duration),
    /// Stop or start asking.
    Pause(Name, bool),
}

/// What a probe saw.
#[derive(Debug)]
pub(crate) struct Seen {
    pub(crate) monitor: Name,
    pub(crate) location: Name,
    pub(crate) sample: Sample,
    pub(crate) verdict: Verdict,
    /// When the answer, or its absence, was known.
    pub(crate) ended: Timestamp,
    /// The exchange that was judged, for HTTP.
    pub(crate) exchange: Option<Box<Exchange>>,
    /// When the first certificate of the chain expires.
    pub(crate) expires: Option<Timestamp>,
    /// What the linter found in it.
    pub(crate) findings: Vec<Finding>,
    /// Why we could not see, in words.
    pub(crate) blind: Option<String>,
}

/// What the thread reports.
#[derive(Debug)]
pub(crate) enum Report {
    /// What a probe saw.
    Seen(Box<Seen>),
    /// The thread stood still for so long.
    Stalled(Duration),
}

/// Figures of the thread that the dashboard shows.
#[derive(Debug, Default)]
pub(crate) struct Figures {
    /// Reports that the pipeline could not take.
    pub(crate) dropped: AtomicU64,
    /// The latest start since the last reading, in microseconds after its due time.
    pub(crate) worst_lateness_us: AtomicU64,
    /// Rounds skipped since a probe was still running.
    pub(crate) skipped: AtomicU64,
    /// Probes under way.
    pub(crate) under_way: AtomicU64,
}

/// What the thread needs to begin.
pub(crate) struct Setting {
    pub(crate) location: Name,
    pub(crate) resolver: Resolver,
    pub(crate) limits: Limits,
    pub(crate) now: Arc<dyn Fn() -> Timestamp + Send + Sync>,
    pub(crate) reports: mpsc::Sender<Report>,
    pub(crate) figures: Arc<Figures>,
}

/// Starts the thread; it ends when the orders do.
///
/// # Errors
/// When the thread, its runtime or its TLS settings cannot be made.
pub(crate) fn start(
    setting: Setting,
    orders: mpsc::Receiver<Order>,
) -> anyhow::Result<std::thread::JoinHandle<()>> {
    let prober = Prober::new(setting.resolver.clone(), setting.location.clone())
        .map_err(|blind| anyhow::anyhow!("{}", blind.detail))?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let run = move || {
        let probing = Probing::new(setting, prober);
        runtime.block_on(LocalSet::new().run_until(probing.run(orders)));
    };
    Ok(std::thread::Builder::new().name("probes".to_owned()).spawn(run)?)
}

/// How a probe ended.
type Ended = Result<(Name, Seen), tokio::task::JoinError>;

struct Probing {
    setting: Setting,
    prober: Rc<Prober>,
    /// Probers of the monitors that ask name servers of their own.
    own: HashMap<Name, Rc<Prober>>,
    schedule: Schedule,
    plans: HashMap<Name, Arc<Plan>>,
    paused: std::collections::HashSet<Name>,
    stall: Rc<Stall>,
    epoch: Instant,
    under_way: JoinSet<(Name, Seen)>,
}

impl Probing {
    fn new(setting: Setting, prober: Prober) -> Self {
        Self {
            schedule: Schedule::new(setting.limits),
            setting,
            prober: Rc::new(prober),
            own: HashMap::new(),
            plans: HashMap::new(),
            paused: std::collections::HashSet::new(),
            stall: Rc::default(),
            epoch: Instant::now(),
            under_way: JoinSet::new(),
        }
    }

    async fn run(mut self, mut orders: mpsc::Receiver<Order>) {
        let mut beat = tokio::time::interval(BEAT);
        beat.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            self.start_due();
            let next = self.schedule.next().map(|at| self.epoch + at);
            tokio::select! {
                order = orders.recv() => match order {
                    Some(order) => self.obey(order),
                    None => return,
                },
                Some(ended) = self.under_way.join_next() => self.report_ended(ended),
                () = until(next) => {}
                _ = beat.tick() => self.beat(),
            }
        }
    }

    fn beat(&self) {
        self.stall.beat(self.epoch.elapsed());
        if let Some(worst) = self.stall.take_worst() {
            self.report(Report::Stalled(worst));
        }
        let figures = &self.setting.figures;
        figures.skipped.store(self.schedule.skipped(), Ordering::Relaxed);
        figures.under_way.store(self.under_way.len() as u64, Ordering::Relaxed);
    }

    /// Reports what has ended: what ended at the same time goes together, so that the pipeline wakes once for it.
    fn report_ended(&mut self, first: Ended) {
        let mut next = Some(first);
        let mut together = Vec::new();
        while let Some(ended) = next {
            if let Ok((monitor, seen)) = ended {
                self.schedule.finished(&monitor, self.epoch.elapsed());
                together.push(Report::Seen(Box::new(seen)));
            }
            next = self.under_way.try_join_next();
        }
        together.into_iter().for_each(|report| self.report(report));
    }

    fn report(&self, report: Report) {
        if self.setting.reports.try_send(report).is_err() {
            self.setting.figures.dropped.fetch_add(1, Ordering::Relaxed);
        }
    }

    fn obey(&mut self, order: Order) {
        let now = self.epoch.elapsed();
        match order {
            Order::Configure(plans) => self.configure(plans, now),
            Order::Recheck(monitor, after) => self.schedule.recheck(&monitor, now.saturating_add(after)),
            Order::Pause(monitor, true) => {
                self.schedule.remove(&monitor);
                self.paused.insert(monitor);
            }
            Order::Pause(monitor, false) => {
                self.paused.remove(&monitor);
                if let Some(plan) = self.plans.get(&monitor) {
                    self.schedule.add(plan.monitor.clone(), plan.host.clone(), plan.every, now);
                }
            }
        }
    }

    /// Monitors that did not change keep their place in the schedule.
    fn configure(&mut self, plans: Vec<Arc<Plan>>, now: Duration) {
        let wanted: HashMap<Name, Arc<Plan>> =
            plans.into_iter().map(|plan| (plan.monitor.clone(), plan)).collect();
        for (name, old) in &self.plans {
            if wanted.get(name).is_none_or(|new| !new.is_scheduled_as(old)) {
                self.schedule.remove(name);
            }
        }
        for (name, plan) in &wanted {
            let keeps_place = self.plans.get(name).is_some_and(|old| plan.is_scheduled_as(old));
            if !keeps_place && !self.paused.contains(name) {
                self.schedule.add(plan.monitor.clone(), plan.host.clone(), plan.every, now);
            }
        }
        let location = &self.setting.location;
        let own = wanted.iter().filter_map(|(name, plan)| {
            let prober = Prober::new(plan.resolver()?.clone(), location.clone()).ok()?;
            Some((name.clone(), Rc::new(prober)))
        });
        self.own = own.collect();
        self.plans = wanted;
    }

    fn start_due(&mut self) {
        let now = self.epoch.elapsed();
        for Start { name, due, .. } in self.schedule.due(now) {
            let Some(plan) = self.plans.get(&name).cloned() else {
                self.schedule.finished(&name, now);
                continue;
            };
            let late = u64::try_from(now.saturating_sub(due).as_micros()).unwrap_or(u64::MAX);
            self.setting.figures.worst_lateness_us.fetch_max(late, Ordering::Relaxed);
            let prober = self.own.get(&name).unwrap_or(&self.prober).clone();
            let resolver = plan.resolver().unwrap_or(&self.setting.resolver).clone();
            let (stall, epoch) = (self.stall.clone(), self.epoch);
            let (clock, location) = (self.setting.now.clone(), self.setting.location.clone());
            self.under_way.spawn_local(async move {
                let stalls = stall.count(epoch.elapsed());
                let mut seen = plan.ask(&prober, &resolver, location, &*clock).await;
                if stall.count(epoch.elapsed()) != stalls {
                    excuse(&mut seen);
                }
                (name, seen)
            });
        }
    }
}

/// What looked bad while we stood still says nothing about the target.
fn excuse(seen: &mut Seen) {
    if matches!(seen.verdict, Verdict::Bad(_)) {
        seen.verdict = Verdict::Unknown(OwnFault::Stalled);
        seen.sample.mark = Mark::Unknown;
        seen.blind = Some("Statusquo stood still while it waited for the answer".to_owned());
    }
}

async fn until(moment: Option<Instant>) {
    match moment {
        Some(moment) => tokio::time::sleep_until(moment.into()).await,
        None => std::future::pending().await,
    }
}

/// What a fault of ours makes of a probe.
fn unknown(blind: &Blind) -> (Verdict, Mark, Option<String>) {
    (Verdict::Unknown(blind.fault), Mark::Unknown, Some(blind.detail.clone()))
}
