//! Figures for Prometheus (OpenMetrics), and whether we live.

mod monitors;

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, header};
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::{Registry, Unit};
use statusquo_alert::State as Shown;
use statusquo_exchange::Health;
use statusquo_problem::Problem;

use self::monitors::OfMonitors;
use crate::auth::Caller;
use crate::board::Snapshot;
use crate::context::App;
use crate::wire;

type Labels = Vec<(&'static str, String)>;
type Numbers = Family<Labels, Gauge>;
type Counts = Family<Labels, Counter>;

const MEDIA_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Serves the figures.
pub(crate) async fn show(State(app): State<App>, _: Caller) -> Result<Response, Problem> {
    let mut text = String::new();
    encode(&mut text, &registry(&app.snapshot())).map_err(Problem::internal)?;
    let mut response = text.into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE));
    Ok(response)
}

/// We live: the process answers.
pub(crate) async fn healthz() -> &'static str {
    "ok\n"
}

/// We are of use: the configuration is there and the store can be read.
pub(crate) async fn readyz(State(app): State<App>) -> Result<&'static str, Problem> {
    app.ask(|reader| reader.stored().map(drop)).await?;
    Ok("ok\n")
}

fn registry(snapshot: &Snapshot) -> Registry {
    let mut registry = Registry::with_prefix("statusquo");
    probes(snapshot, &mut registry);
    monitors(snapshot, &mut registry);
    ourselves(snapshot, &mut registry);
    sources(snapshot, &mut registry);
    parties(snapshot, &mut registry);
    registry
}

fn probes(snapshot: &Snapshot, registry: &mut Registry) {
    let probes = Counts::default();
    for ((mark, class), count) in &snapshot.counters.probes {
        let labels = vec![("mark", wire::mark_word(*mark).to_owned()), ("class", (*class).to_owned())];
        probes.get_or_create(&labels).inc_by(*count);
    }
    registry.register("probes", "Probes by what they meant and the class of what came", probes);
    let duration = snapshot.counters.duration.clone();
    registry.register_with_unit("probe_duration", "How long probes took", Unit::Seconds, duration);
}

fn monitors(snapshot: &Snapshot, registry: &mut Registry) {
    let by_state = Numbers::default();
    for state in Shown::ALL {
        let count = i64::try_from(snapshot.count(state)).unwrap_or(i64::MAX);
        by_state.get_or_create(&vec![("state", state.as_str().to_owned())]).set(count);
    }
    registry.register("monitors", "Monitors by state", by_state);
    registry.register_collector(Box::new(OfMonitors(snapshot.monitors.clone())));
    let open = Gauge::<i64>::default();
    open.set(i64::try_from(snapshot.open().len()).unwrap_or(i64::MAX));
    registry.register("incidents_open", "Open incidents", open);
}

fn ourselves(snapshot: &Snapshot, registry: &mut Registry) {
    let figures = &snapshot.figures;
    let (lengths, rooms, dropped) = (Numbers::default(), Numbers::default(), Counts::default());
    for queue in &figures.queues {
        let labels = vec![("queue", queue.name.to_owned())];
        lengths.get_or_create(&labels).set(i64::try_from(queue.length).unwrap_or(i64::MAX));
        rooms.get_or_create(&labels).set(i64::try_from(queue.capacity).unwrap_or(i64::MAX));
        dropped.get_or_create(&labels).inc_by(queue.dropped);
    }
    registry.register("queue_length", "What waits in a queue", lengths);
    registry.register("queue_capacity", "What may wait in a queue", rooms);
    registry.register("queue_dropped", "What did not fit into a queue", dropped);
    let late = Gauge::<f64, std::sync::atomic::AtomicU64>::default();
    late.set(figures.late.as_secs_f64());
    registry.register_with_unit(
        "probe_lateness",
        "How late the latest probe of the last second began",
        Unit::Seconds,
        late,
    );
    let mut gauge = |name: &str, help: &str, value: u64| {
        let gauge = Gauge::<i64>::default();
        gauge.set(i64::try_from(value).unwrap_or(i64::MAX));
        registry.register(name, help, gauge);
    };
    gauge("probes_under_way", "Probes under way", figures.under_way);
    gauge("outbox_pending", "Messages that wait to be sent", figures.outbox_pending);
    gauge("store_size_bytes", "Size of the store's file", figures.store_bytes);
    let faults = Numbers::default();
    for fault in statusquo_exchange::OwnFault::ALL {
        let is_there = i64::from(figures.faults.contains(&fault));
        faults.get_or_create(&vec![("fault", fault.as_str().to_owned())]).set(is_there);
    }
    registry.register("own_fault", "Faults of our own: 1 if it is there now", faults);
}

/// How far the sources of real traffic are, and what they met.
fn sources(snapshot: &Snapshot, registry: &mut Registry) {
    let (behind, seen) = (Numbers::default(), Numbers::default());
    let (lines, bad, dropped) = (Counts::default(), Counts::default(), Counts::default());
    for source in snapshot.sources.iter() {
        let labels = vec![("source", source.name.to_string())];
        let progress = &source.progress;
        behind.get_or_create(&labels).set(i64::try_from(progress.behind_bytes).unwrap_or(i64::MAX));
        seen.get_or_create(&labels).set(progress.seen_until.unwrap_or(0));
        lines.get_or_create(&labels).inc_by(progress.lines);
        bad.get_or_create(&labels).inc_by(progress.not_understood);
        dropped.get_or_create(&labels).inc_by(progress.dropped);
    }
    registry.register("source_behind_bytes", "What is written to a source and not read yet", behind);
    registry.register(
        "source_seen_until_seconds",
        "Time of the newest request of a source, in seconds since 1970; 0 if there was none",
        seen,
    );
    registry.register("source_lines", "Lines that were read", lines);
    registry.register("source_lines_not_understood", "Lines that were not understood", bad);
    registry.register("source_dropped", "Messages that did not fit into the queue of a source", dropped);
}

/// How third parties do, by their own account and by ours.
fn parties(snapshot: &Snapshot, registry: &mut Registry) {
    let (health, lags, failed, calls) =
        (Numbers::default(), Numbers::default(), Numbers::default(), Numbers::default());
    for view in snapshot.parties.iter() {
        let labels = vec![("third_party", view.state.name.to_string())];
        health.get_or_create(&labels).set(match view.state.health {
            Health::Operational => 0,
            Health::Maintenance => 1,
            Health::Degraded => 2,
            Health::PartialOutage => 3,
            Health::MajorOutage => 4,
            Health::Unknown => -1,
        });
        lags.get_or_create(&labels).set(i64::from(view.lags()));
        if let Some((bad, all)) = view.calls {
            failed.get_or_create(&labels).set(i64::try_from(bad).unwrap_or(i64::MAX));
            calls.get_or_create(&labels).set(i64::try_from(all).unwrap_or(i64::MAX));
        }
    }
    registry.register(
        "third_party_health",
        "What the page of a third party says: 0 operational, 1 maintenance, 2 degraded, 3 partial outage, 4 major \
         outage; -1 unknown",
        health,
    );
    registry.register(
        "third_party_page_lags",
        "1 if the page of a third party says that all is well while we see that it is not",
        lags,
    );
    registry.register("third_party_calls_recent", "Our calls to a third party within five minutes", calls);
    registry.register("third_party_calls_recent_failed", "Those of them that failed", failed);
}
