//! What the store costs: CPU per probe at 10,000 monitors, and the questions of the pages at 1,000 monitors and 30 days.
//!
//! `cargo bench -p statusquo-store`
#![allow(clippy::print_stdout, reason = "a bench prints its figures")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a bench may panic")]

use std::time::{Duration, Instant};

use jiff::Timestamp;
use statusquo_catalogue::StatusCode;
use statusquo_exchange::Name;
use statusquo_slo::{Answer, Mark, Phases, Sample};
use statusquo_store::{Retention, Store, Width, Writer};

const START: i64 = 1_767_225_600;
const DAY: i64 = 86_400;
const BATCH: usize = 256;

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(START + seconds).unwrap()
}

fn names(count: usize) -> Vec<Name> {
    (0..count).map(|n| Name::from(format!("monitor-{n}"))).collect()
}

/// The n-th probe of a monitor: mostly good, with a latency that varies.
fn sample(seconds: i64, n: usize) -> Sample {
    let bad = n.is_multiple_of(997);
    let noise = u32::try_from(n.wrapping_mul(2_654_435_761) % 8000).unwrap();
    Sample {
        at: at(seconds),
        answer: Answer::Status(StatusCode::new(if bad { 503 } else { 200 })),
        mark: if bad { Mark::Bad } else { Mark::Good },
        phases: Phases {
            resolve: Some(300),
            connect: Some(800),
            tls: Some(2500),
            wait: Some(9000 + noise),
            transfer: Some(40),
            total: 12_640 + noise,
        },
    }
}

/// CPU time of the whole process.
fn cpu() -> Duration {
    let nanos: u64 = std::fs::read_dir("/proc/self/task")
        .unwrap()
        .filter_map(|task| std::fs::read_to_string(task.unwrap().path().join("schedstat")).ok())
        .filter_map(|text| text.split(' ').next().and_then(|nanos| nanos.parse::<u64>().ok()))
        .sum();
    Duration::from_nanos(nanos)
}

fn settle(writer: &Writer) {
    for _ in 0..2 {
        writer.commit(Vec::new()).blocking_recv().unwrap().unwrap();
    }
}

/// Journals one probe of each monitor, in batches as the pipeline makes them, without overrunning the queue.
fn probe_all(writer: &Writer, names: &[Name], seconds: i64, interval: i64) {
    let local = Name::from("local");
    for (batch, names) in names.chunks(BATCH).enumerate() {
        let samples = names.iter().enumerate().map(|(n, name)| {
            let number = batch * BATCH + n;
            let spread = i64::try_from(number).unwrap() % interval;
            let turn = usize::try_from(seconds / interval).unwrap();
            (name.clone(), local.clone(), sample(seconds + spread, number * 7 + turn * 13))
        });
        writer.samples(samples.collect());
        while writer.waiting() > 64 {
            std::thread::sleep(Duration::from_micros(200));
        }
    }
}

fn journal() {
    let folder = tempfile::tempdir().unwrap();
    // Short, so that deleting is paid for as well.
    let minutes = |minutes: u64| Duration::from_secs(minutes * 60);
    let retention = Retention { samples: minutes(5), minutes: minutes(5), ..Retention::default() };
    let store = Store::open(folder.path(), retention).unwrap();
    let (writer, names) = (store.writer(), names(10_000));
    let rounds = 80;
    // The first round gives the names their numbers.
    probe_all(&writer, &names, 0, 30);
    settle(&writer);
    let (mut adding, mut counting, mut longest) = (Duration::ZERO, Duration::ZERO, Duration::ZERO);
    for round in 1..=rounds {
        let before = cpu();
        probe_all(&writer, &names, round * 30, 30);
        settle(&writer);
        adding += cpu() - before;
        let (before, began) = (cpu(), Instant::now());
        writer.roll_up(at(round * 30));
        settle(&writer);
        counting += cpu() - before;
        longest = longest.max(began.elapsed());
    }
    let probes = f64::from(u32::try_from(rounds).unwrap() * 10_000);
    let micros = |time: Duration| time.as_secs_f64() * 1e6 / probes;
    println!("10,000 monitors every 30 s, {} probes, {} dropped", probes, writer.dropped());
    println!("  journal            {:6.2} µs of CPU per probe", micros(adding));
    println!("  roll-up            {:6.2} µs of CPU per probe", micros(counting));
    println!("  longest roll-up    {:6.0} ms", longest.as_secs_f64() * 1e3);
    store.close();
}

fn ask<T>(what: &str, mut question: impl FnMut() -> T) {
    let mut times: Vec<Duration> = (0..30)
        .map(|_| {
            let began = Instant::now();
            std::hint::black_box(question());
            began.elapsed()
        })
        .collect();
    times.sort_unstable();
    let ms = |time: Duration| time.as_secs_f64() * 1e3;
    println!("  {what:48} median {:7.2} ms, p95 {:7.2} ms", ms(times[15]), ms(times[28]));
}

fn questions() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path(), Retention::default()).unwrap();
    let (writer, reader, names) = (store.writer(), store.reader(), names(1000));
    let days = 30 * DAY;
    // A probe every five minutes fills the same rows as one every 30 s; the last hour is as it really is.
    for seconds in (0..days - 3600).step_by(300) {
        probe_all(&writer, &names, seconds, 300);
        if seconds % 3600 == 0 {
            writer.roll_up(at(seconds));
        }
    }
    for seconds in (days - 3600..days).step_by(30) {
        probe_all(&writer, &names, seconds, 30);
        if seconds % 300 == 60 {
            writer.roll_up(at(seconds));
        }
    }
    settle(&writer);
    println!("1,000 monitors, 30 days, {} dropped", writer.dropped());
    let (now, some) = (at(days), &names[200..250]);
    let since = |seconds: i64| (at(days - seconds), now);
    ask("history of 50 monitors, 30 days by day", || reader.history(some, Width::Day, since(days)).unwrap());
    ask("history of 50 monitors, 30 days by hour", || {
        reader.history(some, Width::Hour, since(days)).unwrap()
    });
    ask("history of 50 monitors, a day by hour", || reader.history(some, Width::Hour, since(DAY)).unwrap());
    ask("history of 1,000 monitors, 30 days by day", || {
        reader.history(&names, Width::Day, since(days)).unwrap()
    });
    ask("history of 1 monitor, 30 days by hour", || {
        reader.history(&some[..1], Width::Hour, since(days)).unwrap()
    });
    ask("history of 1 monitor, a day by 5 minutes", || {
        reader.history(&some[..1], Width::Minutes5, since(DAY)).unwrap()
    });
    ask("latest 100 probes of 1 monitor", || reader.latest(some[0].as_str(), at(0), 100).unwrap());
    ask("all probes of 1 monitor in a day", || {
        reader.latest(some[0].as_str(), at(days - DAY), 10_000).unwrap()
    });
    ask("newest 20,000 probes of all", || reader.recent(20_000).unwrap());
    store.close();
}

fn main() {
    journal();
    questions();
}
