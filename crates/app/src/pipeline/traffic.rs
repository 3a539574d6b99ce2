//! Real traffic in the pipeline: adds up what readers counted, and saves it together with how far they read.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use statusquo_alert::Alarm;
use statusquo_exchange::Name;
use statusquo_serve::{ServiceView, SharedBoard, SourceView};
use statusquo_slo::kept::{Layer, Row};
use statusquo_slo::traffic::{Live, RECENT_SECONDS};
use statusquo_store::{Checkpoint, Reader, RecentTraffic, Resolution, StoreError, TrafficBatch, Writer};
use tokio::sync::oneshot;

use super::learning::{Lesson, Teacher};
use super::watching::Watching;
use crate::config::Watched;
use crate::following::{Place, Plan, Read, UNSAVED};
use crate::history::{self, Names};
use crate::otlp::Heard;

/// Room for routes of a service.
const MOST_ROUTES: usize = 2_000;
/// The source that all senders of OTLP are together.
const OTLP: &str = "otlp";
/// Requests that are kept and wait to be saved; more are left out, and counted as that.
const MOST_ROWS: usize = 20_000;
/// What was counted is saved so often, unless much waits or somebody wants to know.
const SAVE_EVERY: Duration = Duration::from_secs(10);

/// The traffic of all services.
pub(crate) struct Traffic {
    services: BTreeMap<Name, Service>,
    sources: BTreeMap<Name, SourceView>,
    unsaved: Unsaved,
    under_way: Option<UnderWay>,
    /// What could not be saved: tried again, with all that waits for it, before anything else is.
    failed: Option<(Arc<TrafficBatch>, Waiting)>,
    writer: Writer,
    reader: Reader,
    teacher: Teacher,
    /// Alarms of detectors that were firing before a restart, until their services are known.
    firing: Vec<Alarm>,
    /// What is watched for, by the configuration.
    watched: Watched,
    /// Requests that should have been kept one by one and for which there was no room.
    pub(crate) left_out: u64,
}

/// The traffic of a service.
struct Service {
    live: Live,
    watching: Watching,
    threshold: Option<Duration>,
    is_changed: bool,
}

/// What was counted and is not on its way into the store.
#[derive(Default)]
struct Unsaved {
    checkpoints: BTreeMap<(Name, String), Checkpoint>,
    rows: BTreeMap<Name, Vec<Row>>,
    /// How far series of OTLP have counted.
    series: BTreeMap<u64, (i64, Vec<u8>)>,
    waiting: Waiting,
    since: Option<Timestamp>,
}

/// Who waits for something to be saved.
#[derive(Default)]
struct Waiting {
    places: Vec<Place>,
    told: Vec<oneshot::Sender<()>>,
}

/// A transaction that was begun.
struct UnderWay {
    batch: Arc<TrafficBatch>,
    waiting: Waiting,
    answer: oneshot::Receiver<Result<(), StoreError>>,
}

impl Traffic {
    /// None yet.
    pub(crate) fn new(reader: Reader, writer: Writer, firing: Vec<Alarm>) -> Self {
        Self {
            services: BTreeMap::new(),
            sources: BTreeMap::new(),
            unsaved: Unsaved::default(),
            under_way: None,
            failed: None,
            writer,
            teacher: Teacher::new(reader.clone()),
            firing,
            reader,
            watched: Watched::default(),
            left_out: 0,
        }
    }

    /// Takes over which sources there are, and what is watched for. What is known of services that are new to us is read
    /// from the store.
    pub(crate) fn configure(&mut self, plans: &[Arc<Plan>], watched: Watched, now: Timestamp) {
        self.watched = watched;
        for (name, service) in &mut self.services {
            service.watching.configure(self.watched.tuning(name), self.watched.thresholds(name));
        }
        let names: BTreeSet<&Name> = plans.iter().map(|plan| &plan.log.name).collect();
        self.sources.retain(|name, view| names.contains(name) || view.kind == OTLP);
        self.services.values_mut().for_each(|service| service.threshold = None);
        for plan in plans {
            let service = self.service(&plan.log.service, now);
            service.threshold = plan.log.slow_after.or(service.threshold);
        }
    }

    fn service(&mut self, name: &Name, now: Timestamp) -> &mut Service {
        let (reader, watched, teacher, firing) =
            (&self.reader, &self.watched, &mut self.teacher, &mut self.firing);
        self.services.entry(name.clone()).or_insert_with(|| {
            let (live, recent) = restored(reader, name, now).unwrap_or_else(|error| {
                tracing::error!(service = %name, %error, "the traffic before the restart cannot be read");
                (Live::new(MOST_ROUTES, &[]), Vec::new())
            });
            let of_service =
                |alarm: &mut Alarm| alarm.service == *name && alarm.key.starts_with(name.as_str());
            let firing = firing.extract_if(.., of_service).collect();
            let mut watching = Watching::new(name.clone(), firing);
            watching.configure(watched.tuning(name), watched.thresholds(name));
            if let Some((layer, until)) = watched_until(reader, name, (&live, &recent), now) {
                learn(name, (&live, &recent), (layer, until), (&mut watching, teacher));
            }
            Service { live, watching, threshold: None, is_changed: true }
        })
    }

    /// Adds what was read.
    pub(crate) fn add(&mut self, read: Read, now: Timestamp) {
        let service = self.service(&read.service, now);
        for batch in &read.batches {
            let endpoints = service.live.add(batch, read.layer);
            // Layers see the same requests: the first one is watched.
            if service.live.seen_until().keys().next() == Some(&read.layer) {
                service.watching.add(batch, &endpoints);
            }
        }
        service.is_changed |= !read.batches.is_empty();
        let (rows, left_out) = read.rows;
        self.left_out += left_out;
        let waiting: usize = self.unsaved.rows.values().map(Vec::len).sum();
        let unsaved = &mut self.unsaved;
        let room = MOST_ROWS.saturating_sub(waiting);
        self.left_out += rows.len().saturating_sub(room) as u64;
        if !rows.is_empty() {
            unsaved.rows.entry(read.service).or_default().extend(rows.into_iter().take(room));
        }
        for checkpoint in read.checkpoints {
            unsaved.checkpoints.insert((checkpoint.source.clone(), checkpoint.part.clone()), checkpoint);
        }
        unsaved.waiting.places.extend(read.place);
        unsaved.waiting.told.extend(read.saved);
        unsaved.since.get_or_insert(now);
    }

    /// The alarms of all services that are new, changed or over.
    pub(crate) fn alarms(&mut self, now: Timestamp) -> Vec<Alarm> {
        let mut alarms = Vec::new();
        for service in self.services.values_mut() {
            if let Some(seen_until) = service.live.seen_until().values().next().copied() {
                alarms.extend(service.watching.look(&service.live, seen_until, now));
            }
        }
        alarms
    }

    /// Adds what an application told; it is told when that is saved. While nothing can be saved, it is told at once that it
    /// is not, so that it sends again what we do not remember.
    pub(crate) fn hear(&mut self, heard: Heard, now: Timestamp) {
        if self.failed.is_some() {
            return;
        }
        let Heard { gathered, saved } = heard;
        let view = self.sources.entry(Name::from(OTLP)).or_insert_with(|| {
            let (name, service) = (Name::from(OTLP), Name::from("(those that send)"));
            SourceView::new(name, service, Layer::Spans, OTLP, "OpenTelemetry".to_owned())
        });
        view.progress.read_at = Some(now);
        view.progress.lines += gathered.held.items;
        view.progress.not_understood += gathered.held.rejected + gathered.full;
        // To the end of the minute of the newest request, as far as that has passed.
        let newest = gathered.parts.values().filter_map(|part| part.batches.keys().next_back()).max();
        let newest = newest.map(|minute| (minute * 60 + 59).min(now.as_second()));
        view.progress.seen_until = view.progress.seen_until.max(newest);
        for trap in gathered.traps() {
            if !view.traps.iter().any(|known| known == trap) {
                view.traps.push(trap.to_owned());
            }
        }
        if !gathered.series.is_empty() {
            // In the same transaction as what they added.
            let series = gathered.series.into_iter().map(|one| (one.key, (one.until_us, one.point)));
            self.unsaved.series.extend(series);
            self.unsaved.since.get_or_insert(now);
        }
        let mut saved = Some(saved);
        let mut parts = gathered.parts.into_iter().peekable();
        if parts.peek().is_none() {
            // There is nothing to save. Who does not wait any more does not want to know.
            let _ = saved.take().map(|saved| saved.send(()));
        }
        while let Some(((service, layer), part)) = parts.next() {
            let read = Read {
                service,
                layer,
                batches: part.batches.into_values().collect(),
                rows: (part.rows, part.left_out),
                checkpoints: Vec::new(),
                place: None,
                saved: if parts.peek().is_none() { saved.take() } else { None },
            };
            self.add(read, now);
        }
    }

    /// A source is like this now.
    pub(crate) fn source(&mut self, view: SourceView) {
        self.sources.insert(view.name.clone(), view);
    }

    /// Begins the next transaction if it is time.
    /// What is new in it is handed out, once.
    pub(crate) fn go_on(&mut self, now: Timestamp, is_tick: bool) -> Option<Arc<TrafficBatch>> {
        if self.under_way.is_some() {
            return None;
        }
        if self.failed.is_some() {
            // Only a tick tries again.
            if let Some((batch, waiting)) = self.failed.take_if(|_| is_tick) {
                self.begin(batch, waiting);
            }
            return None;
        }
        self.is_time(now).then(|| self.save())
    }

    fn is_time(&self, now: Timestamp) -> bool {
        let Some(since) = self.unsaved.since else { return false };
        let waiting = &self.unsaved.waiting;
        !waiting.told.is_empty()
            || waiting.places.len() >= UNSAVED / 2
            || now.duration_since(since).unsigned_abs() >= SAVE_EVERY
    }

    fn save(&mut self) -> Arc<TrafficBatch> {
        let unsaved = std::mem::take(&mut self.unsaved);
        let has_unsaved = self.services.iter_mut().filter(|(_, service)| service.live.has_unsaved());
        let services = has_unsaved.map(|(name, service)| (name.clone(), service.live.harvest())).collect();
        let batch = Arc::new(TrafficBatch {
            services,
            checkpoints: unsaved.checkpoints.into_values().collect(),
            rows: unsaved.rows.into_iter().collect(),
            series: unsaved.series.into_iter().map(|(key, (until, point))| (key, until, point)).collect(),
        });
        self.begin(batch.clone(), unsaved.waiting);
        batch
    }

    fn begin(&mut self, batch: Arc<TrafficBatch>, waiting: Waiting) {
        let answer = self.writer.traffic(batch.clone());
        self.under_way = Some(UnderWay { batch, waiting, answer });
    }

    /// Waits for the transaction under way; never ends when there is none. Says whether it was saved.
    pub(crate) async fn ended(&mut self) -> bool {
        let Some(under_way) = &mut self.under_way else { return std::future::pending().await };
        let answer = (&mut under_way.answer).await;
        let Some(UnderWay { batch, waiting, .. }) = self.under_way.take() else { return true };
        let is_saved = matches!(answer, Ok(Ok(())));
        if is_saved {
            for told in waiting.told {
                // Whoever does not wait any more does not want to know.
                let _ = told.send(());
            }
        } else {
            self.failed = Some((batch, waiting));
        }
        is_saved
    }

    /// Saves what is not saved, for the last time.
    pub(crate) async fn finish(&mut self) {
        if self.under_way.is_some() {
            self.ended().await;
        }
        if self.failed.is_none() && self.unsaved.since.is_some() {
            self.save();
            self.ended().await;
        }
    }

    /// Time passes: forgets what is old, and puts what has changed where pages see it.
    pub(crate) fn tick(&mut self, now: Timestamp, board: &SharedBoard) {
        for (name, service) in &mut self.services {
            service.live.tick(now.as_second());
            if std::mem::take(&mut service.is_changed) {
                let view = ServiceView {
                    endpoints: service.live.recent(),
                    whole: service.live.whole().clone(),
                    seen_until: service.live.seen_until().clone(),
                    threshold: service.threshold,
                };
                board.write(|board| board.service(name.clone(), view));
            }
        }
        let since = self.unsaved.since;
        let unsaved_for = since.map_or(Duration::ZERO, |since| now.duration_since(since).unsigned_abs());
        let sources = self.sources.values().cloned().map(|mut view| {
            // To the second: pages are sent again when something changes.
            view.progress.unsaved_for = Duration::from_secs(unsaved_for.as_secs());
            view
        });
        board.write(|board| board.sources(sources.collect()));
    }
}

/// The traffic of a service as it was before the restart, and what was counted of it lately.
fn restored(reader: &Reader, name: &Name, now: Timestamp) -> Result<(Live, Vec<RecentTraffic>), StoreError> {
    let mut live = Live::new(MOST_ROUTES, &reader.known_endpoints(name.as_str())?);
    live.tick(now.as_second());
    let since = now.as_second() - RECENT_SECONDS;
    let recent = reader.recent_traffic(name.as_str(), since)?;
    for (endpoint, layer, series) in &recent {
        live.remember(endpoint.as_ref(), *layer, series);
    }
    Ok((live, recent))
}

/// Who saw the requests that were watched before the restart, and up to which second that is complete: the minute in which
/// it ended may not be.
fn watched_until(
    reader: &Reader,
    name: &Name,
    (live, recent): (&Live, &[RecentTraffic]),
    now: Timestamp,
) -> Option<(Layer, i64)> {
    if let Some(layer) = history::watched_layer(recent) {
        let last = live.seen_until().get(&layer)?;
        return Some((layer, last - last.rem_euclid(60)));
    }
    let long_ago = now.as_second() - i64::try_from(Resolution::Minute.kept().as_secs()).unwrap_or(0);
    let hours = reader.traffic(name.as_str(), None, Resolution::Hour, &(long_ago..now.as_second()));
    let (layer, series) = hours.ok()?.into_iter().next()?;
    Some((layer, series.last_start()? + Resolution::Hour.seconds()))
}

/// Has the past teach the detectors of a service that was watched before the restart. What was counted of the minute in
/// which it ended goes on.
fn learn(
    name: &Name,
    (live, recent): (&Live, &[RecentTraffic]),
    (layer, until): (Layer, i64),
    (watching, teacher): (&mut Watching, &mut Teacher),
) {
    let names = live.named();
    let mut minutes = history::minutes(recent, layer, &|name| names.get(name).cloned());
    let rest: Vec<_> = minutes.split_off(&until).into_values().collect();
    let (taught, answer) = oneshot::channel();
    watching.wait_for(answer, until, &rest);
    let service = history::Service::new(name.clone(), watching.detector(), layer, Names::new(names));
    teacher.teach(Lesson { service, until, taught });
}
