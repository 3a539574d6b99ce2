//! Everything at once: 200 open dashboards, 200 requests per second to the public page, 1,000 monitors, 20,000 lines of a
//! log per second. Nothing may be dropped, and the public page stays quick.
//!
//! `cargo bench -p statusquo --bench crowd` (a minute; `-- 20` measures for 20 seconds)

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::print_stderr,
    unreachable_pub,
    reason = "a benchmark ends when something is wrong, and prints its table"
)]

#[path = "../tests/e2e/support/mod.rs"]
#[allow(dead_code, reason = "the benchmark uses a part of the tests' servers")]
mod support;

use std::fs::File;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use support::server::{Server, toml_path};
use support::{free_port, wait_for};

const MONITORS: usize = 1_000;
const DASHBOARDS: usize = 200;
const LINES_PER_SECOND: u64 = 20_000;
/// Lines are written so often.
const PARTS_PER_SECOND: u64 = 20;
const READERS: u64 = 20;
const REQUESTS_PER_SECOND: u64 = 200;
/// What the public page may take at the 99th percentile, in an optimised build on two cores.
const P99: Duration = Duration::from_millis(20);
/// All monitors have been probed once, and the dashboards have what they show.
const WARM_UP: Duration = Duration::from_secs(35);

/// Set when all have to end.
type Stop = Arc<AtomicBool>;

fn main() {
    let seconds: u64 = std::env::args().filter_map(|argument| argument.parse().ok()).next().unwrap_or(60);
    let (stop, target) = (Stop::default(), target());
    let folder = tempfile::tempdir().unwrap();
    let (log, status) = (folder.path().join("access.log"), free_port());
    File::create(&log).unwrap();
    let server = Server::start(&configuration(target, &log, status), &[]);
    wait_for("the public page", || TcpStream::connect(("127.0.0.1", status)).ok());

    let written = Arc::new(AtomicU64::new(0));
    let writing = write_lines(log, written.clone(), stop.clone());
    let heard: Vec<Arc<AtomicU64>> =
        (0..DASHBOARDS).map(|n| dashboard(server.port, n, stop.clone())).collect();
    std::thread::sleep(WARM_UP);
    let (cpu_before, began) = (cpu(server.pid()), Instant::now());
    let ends = began + Duration::from_secs(seconds);
    let reading: Vec<JoinHandle<Vec<Duration>>> =
        (0..READERS).map(|n| std::thread::spawn(move || read_public(status, n, ends))).collect();
    let mut times: Vec<Duration> = reading.into_iter().flat_map(|thread| thread.join().unwrap()).collect();
    let (cpu, wall) = (cpu(server.pid()) - cpu_before, began.elapsed());
    stop.store(true, Ordering::Release);
    writing.join().unwrap();
    let written = written.load(Ordering::Acquire);
    let taken = wait_for("all lines to be read", || Some(lines(&server)).filter(|lines| *lines >= written));
    let (rss, peak) = memory(server.pid());

    times.sort_unstable();
    let at = |share: usize| times[(times.len() * share / 1000).min(times.len() - 1)];
    let silent = heard.iter().filter(|heard| heard.load(Ordering::Acquire) == 0).count();
    let dropped =
        metric(&server, "statusquo_queue_dropped_total") + metric(&server, "statusquo_source_dropped_total");
    println!(
        "{seconds} s: {DASHBOARDS} dashboards, {MONITORS} monitors every 30 s, {LINES_PER_SECOND} lines/s\n"
    );
    println!(
        "public page          {} requests, {:.0}/s",
        times.len(),
        times.len() as f64 / wall.as_secs_f64()
    );
    println!("  p50 {:.1?}, p99 {:.1?}, p99.9 {:.1?}, longest {:.1?}", at(500), at(990), at(999), at(1000));
    println!("log                  {written} lines written, {taken} counted");
    println!("dashboards           {} events each on average, {silent} heard nothing", average(&heard));
    println!(
        "probes               {:.0}, late at most {:.0} ms",
        metric(&server, "statusquo_probes_total"),
        metric(&server, "statusquo_probe_lateness_seconds") * 1000.0
    );
    println!("dropped              {dropped:.0}");
    println!("processor            {:.0} % of a core", 100.0 * cpu / wall.as_secs_f64());
    println!("memory               {rss:.0} MB, at most {peak:.0} MB");
    assert_eq!(dropped, 0.0, "something was dropped");
    assert_eq!((taken, silent), (written, 0), "something was lost");
    assert!(metric(&server, "statusquo_probes_total") >= MONITORS as f64, "not all monitors were probed");
    assert!(cfg!(debug_assertions) || at(990) < P99, "the public page takes {:.1?}", at(990));
}

fn configuration(target: u16, log: &std::path::Path, status: u16) -> String {
    let mut config = format!(
        "[defaults]\nevery = \"30s\"\n[probe]\nper_host = 200\n[[log]]\nname = \"edge\"\nservice = \"shop\"\npath = {}\n\
         [status_page]\nlisten = \"127.0.0.1:{status}\"\nname = \"Acme\"\n",
        toml_path(log)
    );
    for number in 0..MONITORS {
        config +=
            &format!("[[monitor]]\nname = \"m{number}\"\nurl = \"http://127.0.0.1:{target}/{number}\"\n");
    }
    for number in 0..20 {
        config += &format!(
            "[[component]]\nname = \"c{number}\"\ntitle = \"Part {number}\"\nmonitors = [\"m{number}\"]\n"
        );
    }
    config
}

/// A server that is well.
fn target() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = BufReader::new(stream.unwrap());
            std::thread::spawn(move || {
                let mut line = String::new();
                // A probe that breaks off is not ours to tell.
                while stream.read_line(&mut line).is_ok_and(|count| count > 2) {
                    line.clear();
                }
                let _ = stream.get_mut().write_all(
                    b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 3\r\nConnection: close\r\n\r\nok\n",
                );
            });
        }
    });
    port
}

/// Writes so many lines per second, and counts them.
fn write_lines(path: PathBuf, written: Arc<AtomicU64>, stop: Stop) -> JoinHandle<()> {
    std::thread::spawn(move || {
        let mut file = std::fs::OpenOptions::new().append(true).open(path).unwrap();
        let (began, part) = (Instant::now(), LINES_PER_SECOND / PARTS_PER_SECOND);
        for round in 0_u64.. {
            let due = began + Duration::from_millis(round * 1000 / PARTS_PER_SECOND);
            std::thread::sleep(due.saturating_duration_since(Instant::now()));
            if stop.load(Ordering::Acquire) {
                return;
            }
            let at = Timestamp::now().strftime("%d/%b/%Y:%H:%M:%S +0000").to_string();
            let text: String = (round * part..(round + 1) * part).map(|number| line(number, &at)).collect();
            file.write_all(text.as_bytes()).unwrap();
            written.fetch_add(part, Ordering::Release);
        }
    })
}

fn line(number: u64, at: &str) -> String {
    let code = match number % 1000 {
        0 => 503,
        1..=20 => 404,
        _ => 200,
    };
    let (client, order) = (number % 250, number * 7919 % 100_000);
    format!(
        "192.0.2.{client} - - [{at}] \"GET /v{}/orders/{order} HTTP/1.1\" {code} 512 \"-\" \"acme-web/3\" 0.0{}\n",
        number % 40,
        10 + number % 90
    )
}

/// An open dashboard, and how many events it has heard.
fn dashboard(port: u16, number: usize, stop: Stop) -> Arc<AtomicU64> {
    let heard = Arc::new(AtomicU64::new(0));
    let counted = heard.clone();
    std::thread::spawn(move || {
        let page = ["%2F", "%2Fmonitors", "%2Fendpoints", "%2Fincidents"][number % 4];
        let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
        write!(
            stream,
            "GET /events?page={page} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAccept: text/event-stream\r\n\r\n"
        )
        .unwrap();
        for line in BufReader::new(stream).lines().map_while(Result::ok) {
            // Its parts end anywhere; each event begins so.
            counted.fetch_add(
                u64::from(line.starts_with("data:") || line.contains("\"parts\"")),
                Ordering::Release,
            );
            if stop.load(Ordering::Acquire) {
                return;
            }
        }
    });
    heard
}

/// Asks for the public page ten times a second. Each time is from when it was due, so that waiting counts.
fn read_public(port: u16, number: u64, ends: Instant) -> Vec<Duration> {
    let mut times = Vec::new();
    let pause = Duration::from_micros(1_000_000 * READERS / REQUESTS_PER_SECOND);
    let mut due = Instant::now() + pause * u32::try_from(number).unwrap() / u32::try_from(READERS).unwrap();
    let mut stream = BufReader::new(TcpStream::connect(("127.0.0.1", port)).unwrap());
    stream.get_ref().set_nodelay(true).unwrap();
    while due < ends {
        std::thread::sleep(due.saturating_duration_since(Instant::now()));
        write!(stream.get_mut(), "GET / HTTP/1.1\r\nHost: status.test\r\nAccept-Encoding: gzip\r\n\r\n")
            .unwrap();
        take_answer(&mut stream);
        times.push(due.elapsed());
        due += pause;
    }
    times
}

fn take_answer(stream: &mut BufReader<TcpStream>) {
    let (mut line, mut length) = (String::new(), 0);
    stream.read_line(&mut line).unwrap();
    assert!(line.starts_with("HTTP/1.1 200"), "{line}");
    while line.trim() != "" {
        line.clear();
        stream.read_line(&mut line).unwrap();
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
    }
    assert!(length > 500, "a whole page");
    stream.read_exact(&mut vec![0; length]).unwrap();
}

/// Lines that were read and understood.
fn lines(server: &Server) -> u64 {
    let sources = server.json("/api/v1/sources");
    let of = |name: &str| sources["sources"][0][name].as_u64().unwrap();
    assert_eq!(of("not_understood"), 0);
    of("lines")
}

fn average(heard: &[Arc<AtomicU64>]) -> u64 {
    heard.iter().map(|heard| heard.load(Ordering::Acquire)).sum::<u64>() / heard.len() as u64
}

/// Seconds of processor time that a process has used.
fn cpu(pid: u32) -> f64 {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap();
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    let ticks = |at: usize| fields.get(at).and_then(|field| field.parse::<f64>().ok()).unwrap_or_default();
    (ticks(11) + ticks(12)) / 100.0
}

/// Resident megabytes of a process: now, and at most so far.
fn memory(pid: u32) -> (f64, f64) {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let of = |name: &str| {
        let line = status.lines().find(|line| line.starts_with(name)).unwrap_or_default();
        line.split_whitespace().nth(1).and_then(|kb| kb.parse::<f64>().ok()).unwrap_or_default() / 1000.0
    };
    (of("VmRSS:"), of("VmHWM:"))
}

/// The sum of a metric over its labels.
fn metric(server: &Server, name: &str) -> f64 {
    let (_, text) = server.get("/metrics");
    let of_name = |line: &&str| line.strip_prefix(name).is_some_and(|rest| rest.starts_with([' ', '{']));
    text.lines().filter(of_name).filter_map(|line| line.rsplit(' ').next()?.parse::<f64>().ok()).sum()
}
