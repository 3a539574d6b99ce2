//! Reads logs of real traffic: each source in a thread of its own, and no more of them at work than there are cores.
//!
//! What is counted travels together with how far it was read, so that it is saved together. Readers wait while too much is
//! not saved: what is not read yet is safe in its file. Nobody waits for readers.

mod counter;
mod desk;
mod files;
mod gate;
mod plan;
mod report;
mod stream;
mod zone;

use std::collections::BTreeMap;
use std::io::BufReader;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread::JoinHandle;

use statusquo_exchange::Name;
use statusquo_serve::Clock;
use statusquo_source::follow::Position;
use statusquo_source::syslog::Listener;
use statusquo_store::Reader;
use tokio::runtime::Handle;
use tokio::sync::mpsc;

use crate::config::LogOrigin;
use desk::{Desk, Office};
use files::FileReader;
use gate::Gate;
use stream::StreamReader;

pub(crate) use gate::Place;
pub(crate) use plan::Plan;
pub(crate) use report::{Read, Report};

/// So many pieces may be read and not be saved yet: some 64 MiB of logs.
pub(crate) const UNSAVED: usize = 64;
/// So many messages may wait to be counted.
const MESSAGES: usize = 16_384;
/// Readers let everybody else go first.
const NICENESS: i32 = 10;

/// What the readers need to begin.
pub(crate) struct Setting {
    /// Where they hand on what was counted.
    pub(crate) reports: mpsc::Sender<Report>,
    /// Knows how far was read before.
    pub(crate) reader: Reader,
    /// Says what time it is.
    pub(crate) clock: Clock,
}

/// Starts the thread that starts and stops readers: each list of plans replaces the one before.
pub(crate) fn start(setting: Setting, mut plans: mpsc::Receiver<Vec<Arc<Plan>>>) -> std::io::Result<()> {
    let runtime = Handle::current();
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let office = Office {
        reports: setting.reports,
        clock: setting.clock,
        cores: Gate::new(cores),
        unsaved: Gate::new(UNSAVED),
    };
    let mut readers =
        Readers { office, reader: setting.reader, runtime, running: BTreeMap::new(), ended: BTreeMap::new() };
    let name = std::thread::Builder::new().name("following".to_owned());
    name.spawn(move || {
        while let Some(plans) = plans.blocking_recv() {
            readers.configure(plans);
        }
    })?;
    Ok(())
}

/// The readers at work.
struct Readers {
    office: Office,
    reader: Reader,
    runtime: Handle,
    running: BTreeMap<Name, Running>,
    /// How far those came that were stopped: newer than what is saved.
    ended: BTreeMap<Name, Vec<Position>>,
}

/// A reader at work.
struct Running {
    plan: Arc<Plan>,
    stopping: Stopping,
    thread: JoinHandle<Vec<Position>>,
}

/// How a reader is stopped.
enum Stopping {
    Files(Arc<AtomicBool>, SyncSender<()>),
    Listener(tokio::task::AbortHandle),
    /// Standard input is read to its end.
    Never,
}

impl Readers {
    /// Stops those that are not wanted any more, or otherwise, and starts those that are new.
    fn configure(&mut self, plans: Vec<Arc<Plan>>) {
        let is_same =
            |running: &Running| plans.contains(&running.plan) || matches!(running.stopping, Stopping::Never);
        let others: Vec<Name> =
            self.running.iter().filter(|(_, r)| !is_same(r)).map(|(name, _)| name.clone()).collect();
        for name in others {
            if let Some(running) = self.running.remove(&name) {
                // What a thread read that panicked is not known: what is saved counts then.
                self.ended.extend(running.stop().map(|positions| (name, positions)));
            }
        }
        for plan in plans {
            let name = plan.log.name.clone();
            if self.running.contains_key(&name) {
                continue;
            }
            match self.begin(plan.clone()) {
                Ok(running) => drop(self.running.insert(name, running)),
                Err(error) => self.tell(&plan, &error),
            }
        }
    }

    fn tell(&self, plan: &Plan, error: &anyhow::Error) {
        tracing::error!(source = %plan.log.name, error = %format!("{error:#}"), "a log cannot be read");
        let mut view = plan.view();
        view.traps.push(format!("it cannot be read: {error:#}"));
        let _ = self.office.reports.blocking_send(Report::Source(Box::new(view)));
    }

    fn begin(&mut self, plan: Arc<Plan>) -> anyhow::Result<Running> {
        let desk = Desk::new(plan.clone(), self.office.clone())?;
        let name = plan.log.name.clone();
        let (stopping, thread) = match &plan.log.from {
            LogOrigin::Files(path) => {
                let positions = match self.ended.remove(&name) {
                    Some(positions) => positions,
                    None => self.saved(&name)?,
                };
                let (wake, woken) = sync_channel(1);
                let stop = Arc::new(AtomicBool::new(false));
                let from = (path.as_path(), plan.log.backfill);
                let reader = FileReader::new(desk, from, positions, wake.clone(), stop.clone());
                (Stopping::Files(stop, wake), spawn(&name, move || reader.run(&woken))?)
            }
            LogOrigin::Syslog(transport, address) => {
                let (lines, received) = mpsc::channel(MESSAGES);
                let dropped = Arc::new(AtomicU64::new(0));
                let bind = Listener::bind(*transport, *address, lines, dropped.clone());
                let listening = self.runtime.spawn(self.runtime.block_on(bind)?.run());
                let reader = StreamReader::new(desk);
                let run = move || {
                    reader.run_messages(received, &dropped);
                    Vec::new()
                };
                (Stopping::Listener(listening.abort_handle()), spawn(&name, run)?)
            }
            LogOrigin::Stdin => {
                let reader = StreamReader::new(desk);
                let run = move || {
                    reader.run_input(BufReader::new(std::io::stdin()));
                    Vec::new()
                };
                (Stopping::Never, spawn(&name, run)?)
            }
        };
        Ok(Running { plan, stopping, thread })
    }

    fn saved(&self, name: &Name) -> anyhow::Result<Vec<Position>> {
        let saved = self.reader.checkpoints(name.as_str())?;
        Ok(saved.iter().filter_map(|(_, position)| Position::from_text(position)).collect())
    }
}

impl Running {
    /// Stops it, and says how far it came.
    fn stop(self) -> Option<Vec<Position>> {
        match self.stopping {
            Stopping::Files(stop, wake) => {
                stop.store(true, Ordering::Release);
                let _already_waiting = wake.try_send(());
            }
            Stopping::Listener(listening) => listening.abort(),
            Stopping::Never => {}
        }
        self.thread.join().ok()
    }
}

fn spawn<T: Send + 'static>(
    name: &Name,
    run: impl FnOnce() -> T + Send + 'static,
) -> std::io::Result<JoinHandle<T>> {
    // The system cuts names of threads at 15 bytes.
    std::thread::Builder::new().name(format!("log {name}")).spawn(move || {
        // On Linux a thread has its own niceness. Where it cannot be set, nothing is lost.
        let _ = rustix::process::setpriority_process(None, NICENESS);
        run()
    })
}
