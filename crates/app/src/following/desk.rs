//! What all readers do alike: count, hand on, tell how far they are.

use std::sync::Arc;

use statusquo_serve::{Clock, Progress, SourceView};
use statusquo_slo::traffic::Batch;
use statusquo_source::log::{Format, PatternError};
use statusquo_store::Checkpoint;
use tokio::sync::mpsc;

use super::Plan;
use super::counter::Counter;
use super::gate::Gate;
use super::report::{Read, Report};
use super::zone::Zone;

/// What a reader works with: counts its lines, hands on what was counted, tells how far it is.
pub(super) struct Desk {
    pub(super) plan: Arc<Plan>,
    pub(super) counter: Counter,
    pub(super) view: SourceView,
    told: Option<SourceView>,
    office: Office,
    /// Taken for the format while it is not known: nothing of another format is understood.
    usual: Format,
}

/// What all readers share.
#[derive(Clone)]
pub(super) struct Office {
    pub(super) reports: mpsc::Sender<Report>,
    pub(super) clock: Clock,
    /// So many count at the same time.
    pub(super) cores: Arc<Gate>,
    /// So much may be read and not be saved yet.
    pub(super) unsaved: Arc<Gate>,
}

impl Desk {
    pub(super) fn new(plan: Arc<Plan>, office: Office) -> Result<Self, PatternError> {
        let usual = Format::named("combined")?;
        let described = plan.described().map(Arc::new);
        let zone = plan.log.zone.clone().map(Zone::new);
        let counter =
            Counter::new(described, plan.log.slow_after, zone).keeping(plan.log.layer, plan.keeping);
        Ok(Self { counter, view: plan.view(), told: None, plan, office, usual })
    }

    pub(super) fn now(&self) -> i64 {
        (self.office.clock)().as_second()
    }

    /// Counts whole lines, while not too many others do.
    pub(super) fn count(&mut self, format: &mut Format, text: &[u8]) -> Vec<Batch> {
        let now = self.now();
        let _core = self.office.cores.pass();
        self.view.progress.read_at = Some((self.office.clock)());
        self.counter.count(format, text, now)
    }

    /// The format of lines that begin like this, and whether that is sure. `head`: the beginning of the file, where
    /// headers stand.
    pub(super) fn format(&mut self, head: &[u8], lines: &[u8]) -> (Format, bool) {
        let wanted = self.plan.log.format.clone();
        if wanted != "auto" {
            let named = Format::named(&wanted).ok();
            self.view.format = named.is_some().then_some(wanted);
            if let Some(mut format) = named {
                // The header of a table names its columns.
                let headers = head.split(|byte| *byte == b'\n').take_while(|line| line.starts_with(b"#"));
                for line in headers {
                    let _ = format.parse(line);
                }
                return (format, true);
            }
        }
        match Format::detect(head).or_else(|| Format::detect(lines)) {
            Some(detected) => {
                self.view.format = Some(detected.name.to_owned());
                (detected.format, true)
            }
            None => (self.usual.clone(), false),
        }
    }

    /// Hands on what was counted; waits while too much is not saved. Says whether anybody takes it.
    pub(super) fn hand_on(&mut self, batches: Vec<Batch>, checkpoints: Vec<Checkpoint>) -> bool {
        if batches.is_empty() && checkpoints.is_empty() {
            return true;
        }
        let log = &self.plan.log;
        let read = Read {
            service: log.service.clone(),
            layer: log.layer,
            batches,
            rows: std::mem::take(&mut self.counter.rows),
            checkpoints,
            place: Some(self.office.unsaved.pass()),
            saved: None,
        };
        self.office.reports.blocking_send(Report::Read(Box::new(read))).is_ok()
    }

    /// Tells how far it is, if that has changed.
    pub(super) fn tell(&mut self, files: u64, behind_bytes: u64, trouble: Option<&str>, dropped: u64) {
        let met = &self.counter.met;
        let before = &self.view.progress;
        self.view.progress = Progress {
            files,
            behind_bytes,
            seen_until: met.newest,
            read_at: before.read_at,
            unsaved_for: before.unsaved_for,
            lines: met.lines,
            not_understood: met.not_understood,
            bad: met.bad.iter().cloned().collect(),
            long_lines: met.long_lines,
            without_time: met.without_time,
            dropped,
        };
        self.view.traps = trouble.map(str::to_owned).into_iter().chain(met.traps()).collect();
        if self.told.as_ref() != Some(&self.view) {
            self.told = Some(self.view.clone());
            let _ = self.office.reports.blocking_send(Report::Source(Box::new(self.view.clone())));
        }
    }
}
