//! What a probe costs, everything included (scheduling, state, store), beside prometheus-blackbox-exporter in the
//! same run, against a real nginx on loopback: CPU per probe on fresh connections, plain and TLS, and memory.
//!
//! `cargo bench -p statusquo --bench peers` (needs Debian's nginx-light and prometheus-blackbox-exporter)

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::too_many_arguments,
    clippy::print_stderr,
    unreachable_pub,
    reason = "a benchmark ends when something is wrong, and prints its table"
)]

#[path = "../tests/e2e/support/mod.rs"]
#[allow(dead_code, reason = "the benchmark uses a part of the tests' servers")]
mod support;

use std::io::{Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use support::certificates::Certificates;
use support::nginx::Nginx;
use support::server::Server;
use support::{free_port, wait_for};

const MEASURED: Duration = Duration::from_secs(30);

fn main() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let certificates = Certificates::make(folder.path());
    let nginx = Nginx::start(&certificates);
    let seconds = MEASURED.as_secs();
    println!("each row: {seconds} s after a warm-up; CPU = user + system of the prober's process\n");
    println!(
        "{:<34} {:>9} {:>8} {:>12} {:>9} {:>10}",
        "", "monitors", "probes", "CPU / probe", "RSS", "late (max)"
    );
    for tls in [false, true] {
        ours(&nginx, &certificates, 1_000, 5, tls);
        blackbox(&nginx, folder.path(), tls);
    }
    ours(&nginx, &certificates, 1_000, 30, false);
    ours(&nginx, &certificates, 10_000, 30, false);
    ours(&nginx, &certificates, 10_000, 30, true);
}

fn target(nginx: &Nginx, tls: bool) -> String {
    let (scheme, port) = if tls { ("https", nginx.tls) } else { ("http", nginx.plain) };
    format!("{scheme}://127.0.0.1:{port}")
}

fn ours(nginx: &Nginx, certificates: &Certificates, monitors: usize, every: u64, tls: bool) {
    let url = target(nginx, tls);
    let ca = support::server::toml_path(&certificates.ca);
    let trust = if tls { format!("tls = {{ ca = {ca} }}\nhttp = \"1.1\"\n") } else { String::new() };
    let mut config = format!("[defaults]\nevery = \"{every}s\"\n{trust}\n");
    for number in 0..monitors {
        config.push_str(&format!("[[monitor]]\nname = \"m{number}\"\nurl = \"{url}/{number}\"\n\n"));
    }
    let server = Server::start(&config, &[]);
    std::thread::sleep(Duration::from_secs(every + 5));
    let before = (cpu(server.pid()), metric(&server, "statusquo_probes_total"));
    std::thread::sleep(MEASURED);
    let after = (cpu(server.pid()), metric(&server, "statusquo_probes_total"));
    let probes = after.1 - before.1;
    let label = format!("statusquo, {} every {every} s", if tls { "HTTPS" } else { "HTTP" });
    let late = metric(&server, "statusquo_probe_lateness_seconds");
    row(&label, monitors, probes, after.0 - before.0, memory(server.pid()), Some(late));
}

fn blackbox(nginx: &Nginx, folder: &std::path::Path, tls: bool) {
    let config = folder.join("blackbox.yml");
    let module = "modules:\n  http:\n    prober: http\n    timeout: 10s\n    http:\n      tls_config:\n        insecure_skip_verify: true\n";
    std::fs::write(&config, module).expect("written");
    let port = free_port();
    let mut exporter = Exporter(
        Command::new("prometheus-blackbox-exporter")
            .arg(format!("--config.file={}", config.display()))
            .arg(format!("--web.listen-address=127.0.0.1:{port}"))
            .stderr(Stdio::null())
            .spawn()
            .expect("prometheus-blackbox-exporter is installed"),
    );
    wait_for("blackbox_exporter", || TcpStream::connect(("127.0.0.1", port)).ok());
    let url = target(nginx, tls);
    let mut scraper = TcpStream::connect(("127.0.0.1", port)).expect("it listens");
    for _ in 0..200 {
        scrape(&mut scraper, &url);
    }
    let (before, started, mut probes) = (cpu(exporter.0.id()), Instant::now(), 0.0);
    while started.elapsed() < MEASURED / 2 {
        scrape(&mut scraper, &url);
        probes += 1.0;
    }
    let used = cpu(exporter.0.id()) - before;
    let label = format!("blackbox_exporter, {}", if tls { "HTTPS" } else { "HTTP" });
    row(&label, 1, probes, used, memory(exporter.0.id()), None);
    let _ = exporter.0.kill();
}

struct Exporter(Child);

impl Drop for Exporter {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// One probe by the exporter, over a connection that is kept: only the target sees fresh ones.
fn scrape(stream: &mut TcpStream, url: &str) {
    // In one piece: parts would wait for each other (Nagle's algorithm), and the exporter would idle in between.
    let request = format!("GET /probe?module=http&target={url}/ HTTP/1.1\r\nHost: x\r\n\r\n");
    stream.write_all(request.as_bytes()).expect("sent");
    let mut answer = Vec::new();
    let mut buffer = [0; 16384];
    loop {
        let read = stream.read(&mut buffer).expect("answered");
        answer.extend_from_slice(&buffer[..read]);
        let text = String::from_utf8_lossy(&answer);
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head
                .lines()
                .find_map(|l| l.to_ascii_lowercase().strip_prefix("content-length: ").map(str::to_owned));
            let whole = match length {
                Some(length) => body.len() >= length.parse().unwrap_or(0),
                None => body.ends_with("0\r\n\r\n"),
            };
            if whole {
                assert!(without_chunks(body).contains("\nprobe_success 1"), "{text}");
                return;
            }
        }
    }
}

/// The content without the lines that frame its chunks (RFC 9112, 7.1): they may stand in the middle of a word.
fn without_chunks(body: &str) -> String {
    let mut rest = body;
    let mut content = String::new();
    while let Some((size, after)) = rest.split_once("\r\n") {
        let size = usize::from_str_radix(size, 16).unwrap_or(0);
        let Some(chunk) = after.get(..size).filter(|chunk| !chunk.is_empty()) else { break };
        content.push_str(chunk);
        rest = after.get(size + 2..).unwrap_or_default();
    }
    if content.is_empty() { body.to_owned() } else { content }
}

fn row(label: &str, monitors: usize, probes: f64, cpu: f64, memory: f64, late: Option<f64>) {
    let late = late.map_or(String::new(), |late| format!("{:.0} ms", late * 1000.0));
    println!(
        "{label:<34} {monitors:>9} {probes:>8.0} {:>9.0} µs {:>6.1} MB {late:>10}",
        cpu / probes * 1e6,
        memory / 1e6
    );
}

/// Seconds of CPU that a process has used.
fn cpu(pid: u32) -> f64 {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).expect("it runs");
    let after_name = stat.rsplit(')').next().unwrap_or_default();
    let fields: Vec<&str> = after_name.split_whitespace().collect();
    let ticks = |index: usize| fields.get(index).and_then(|f| f.parse::<f64>().ok()).unwrap_or_default();
    (ticks(11) + ticks(12)) / 100.0
}

/// Resident bytes of a process.
fn memory(pid: u32) -> f64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).expect("it runs");
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap_or_default();
    line.split_whitespace().nth(1).and_then(|kb| kb.parse::<f64>().ok()).unwrap_or_default() * 1024.0
}

/// The sum of a metric over its labels.
fn metric(server: &Server, name: &str) -> f64 {
    let (_, text) = server.get("/metrics");
    let of_name = |line: &&str| line.strip_prefix(name).is_some_and(|rest| rest.starts_with([' ', '{']));
    text.lines().filter(of_name).filter_map(|line| line.rsplit(' ').next()?.parse::<f64>().ok()).sum()
}
