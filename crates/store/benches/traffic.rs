//! What a month of traffic costs: 1,000 endpoints, each of which gives five codes in every stretch of time.
//!
//! `cargo bench -p statusquo-store --bench traffic`, or with fewer endpoints: `… -- 100`
#![allow(clippy::print_stdout, reason = "a bench prints its figures")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a bench may panic")]

use std::ops::Range;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use statusquo_catalogue::StatusCode;
use statusquo_exchange::Name;
use statusquo_slo::kept::Layer;
use statusquo_slo::traffic::{Counted, EndpointName, Harvest, Measure, Series};
use statusquo_slo::{Answer, Histogram};
use statusquo_store::{Resolution, Retention, Store, TrafficBatch, Writer};

const END: i64 = 1_798_000_200 - 1_798_000_200 % 3600;
const DAY: i64 = 86_400;
const CODES: [u16; 5] = [200, 301, 404, 429, 503];

fn endpoint(number: usize) -> EndpointName {
    EndpointName::new("GET", &format!("/v1/resource-{number}/{{id}}"))
}

/// What came in within a range, by so many seconds: mostly successes, with a latency that varies.
fn series(number: usize, range: Range<i64>, width: i64) -> Series {
    let mut series = Series::new();
    let mut latency = Histogram::default();
    for n in 0..60_u32 {
        latency.record((1 + n * n * n % 97) * (500 + u32::try_from(number).unwrap()));
    }
    for start in range.clone().step_by(usize::try_from(width).unwrap()) {
        for (place, code) in CODES.into_iter().enumerate() {
            let rare = if place == 0 { 90 } else { 3 };
            let count = 1 + (number as u64 * 31 + start.unsigned_abs() / 10 * 17 + place as u64) % rare;
            series.add(start, Measure::Answer(Answer::Status(StatusCode::new(code))), count);
        }
    }
    for start in range.step_by(300) {
        series.add_latency(start, &latency);
    }
    series
}

fn batch(endpoints: usize, range: &Range<i64>, width: i64) -> TrafficBatch {
    let of = |endpoint, number| Counted {
        endpoint,
        is_declared: false,
        layer: Layer::Edge,
        series: series(number, range.clone(), width),
    };
    let all = (0..endpoints).map(|number| of(Some(endpoint(number)), number)).chain([of(None, 0)]);
    let harvest = Harvest { renamed: Vec::new(), counted: all.collect() };
    TrafficBatch { services: vec![(Name::from("shop"), harvest)], ..TrafficBatch::default() }
}

fn save(writer: &Writer, batch: TrafficBatch) {
    writer.traffic(Arc::new(batch)).blocking_recv().unwrap().unwrap();
}

fn settle(writer: &Writer) {
    for _ in 0..2 {
        writer.commit(Vec::new()).blocking_recv().unwrap().unwrap();
    }
}

/// As it would have come in: what is old was counted by ten seconds once, of which minutes or hours are left.
fn fill(writer: &Writer, endpoints: usize) {
    let parts = [(30 * DAY, 15 * DAY, 3600, 6 * 3600), (15 * DAY, 2 * DAY, 60, 3600), (2 * DAY, 0, 10, 600)];
    let mut batches = 0;
    for (from, to, width, at_once) in parts {
        for start in (END - from..END - to).step_by(usize::try_from(at_once).unwrap()) {
            save(writer, batch(endpoints, &(start..start + at_once), width));
            batches += 1;
            if batches % 20 == 0 {
                writer.roll_up(Timestamp::from_second(END).unwrap());
            }
        }
    }
    writer.roll_up(Timestamp::from_second(END + 300).unwrap());
    settle(writer);
}

fn bytes(folder: &Path) -> u64 {
    let files = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().metadata().unwrap().len());
    files.sum()
}

/// The duration that half, and 95 of 100, of the questions do not exceed.
fn ask(what: &str, times: usize, mut question: impl FnMut(usize)) {
    let mut all: Vec<Duration> = (0..times)
        .map(|number| {
            let started = Instant::now();
            question(number);
            started.elapsed()
        })
        .collect();
    all.sort();
    let at = |share: usize| all[(times * share / 100).min(times - 1)].as_secs_f64() * 1e3;
    println!("{what}: {:.1} ms, at most {:.1} ms in 95 of 100", at(50), at(95));
}

fn main() {
    let endpoints = std::env::args().find_map(|argument| argument.parse().ok()).unwrap_or(1_000);
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path(), Retention::default()).unwrap();
    let (writer, reader) = (store.writer(), store.reader());
    let started = Instant::now();
    fill(&writer, endpoints);
    println!(
        "filled with 30 days of {endpoints} endpoints and {} codes in {:?}",
        CODES.len(),
        started.elapsed()
    );
    println!("store: {:.0} MB", bytes(folder.path()) as f64 / 1e6);

    let part = |width: i64| END - width..END;
    ask("endpoint page (24 h by minutes, 7 days by hours, its codes)", 300, |number| {
        let of = endpoint(number * 7 % endpoints);
        let day = reader.traffic("shop", Some(&of), Resolution::Minute, &part(DAY)).unwrap();
        let week = reader.traffic("shop", Some(&of), Resolution::Hour, &part(7 * DAY)).unwrap();
        assert!(day[&Layer::Edge].requests() > 0 && week[&Layer::Edge].requests() > 0);
        reader.answered("shop", Some(&of)).unwrap();
    });
    ask("heatmap of 30 days, the whole service by hours", 100, |_| {
        let month = reader.traffic("shop", None, Resolution::Hour, &part(30 * DAY)).unwrap();
        assert!(month[&Layer::Edge].requests() > 0);
    });
    ask("all endpoints with their figures, 24 h", 10, |_| {
        let all = reader.traffic_by_endpoint("shop", Resolution::Hour, &part(DAY)).unwrap();
        assert_eq!(all.len(), endpoints);
    });
    ask("saving ten seconds of all endpoints", 30, |number| {
        let start = END + i64::try_from(number).unwrap() * 10;
        save(&writer, batch(endpoints, &(start..start + 10), 10));
    });
    let started = Instant::now();
    writer.roll_up(Timestamp::from_second(END + 600).unwrap());
    settle(&writer);
    println!("rolling five minutes up: {:.0} ms", started.elapsed().as_secs_f64() * 1e3);
    store.close();
}
