//! What reading a log costs, everything included (routes, codes, histogram, clients, failing rows), beside `goaccess` and
//! `wc -l` in the same run, on generated logs that are the same each time; and the memory that ten million different
//! paths take.
//!
//! `cargo bench -p statusquo --bench logs` (needs Debian's goaccess); `LINES=1000000` makes it shorter.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::cast_possible_truncation,
    unreachable_pub,
    missing_docs,
    reason = "a benchmark ends when something is wrong, and prints its table"
)]

#[path = "logs/generator.rs"]
mod generator;

use std::io::Read;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use generator::{Paths, Shape};

fn main() {
    let lines: u64 = std::env::var("LINES").ok().and_then(|lines| lines.parse().ok()).unwrap_or(5_000_000);
    let folder = tempfile::tempdir().unwrap();
    println!("{:<34} {:>10} {:>9} {:>9} {:>10} {:>9}", "", "lines", "CPU", "wall", "CPU / line", "memory");
    for (name, shape) in [("combined", Shape::Combined), ("JSON", Shape::Json)] {
        let file = folder.path().join(name);
        generator::write(&file, shape, Paths::Usual, lines);
        let mut wc = Command::new("wc");
        row(&format!("wc -l, {name}"), lines, wc.arg("-l").arg(&file));
        row(&format!("statusquo logs, {name}"), lines, &mut ours(&file));
        if shape == Shape::Combined {
            goaccess(&file, lines.min(250_000));
        }
        std::fs::remove_file(file).unwrap();
    }
    let file = folder.path().join("distinct");
    generator::write(&file, Shape::Combined, Paths::Distinct, lines * 2);
    row("statusquo logs, a path for each line", lines * 2, &mut ours(&file));
    let output = ours(&file).output().unwrap();
    let rows = String::from_utf8(output.stdout).unwrap().lines().count() - 1;
    println!("\nof {} different paths {rows} endpoints were made", lines * 2);
}

fn ours(file: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_statusquo"));
    command.args(["logs", "-q", "-o", "csv"]).arg(file);
    command
}

/// The first lines of a file: it takes some hundred times as long.
fn goaccess(file: &Path, lines: u64) {
    let part = file.with_extension("part");
    let head = Command::new("head").arg("-n").arg(lines.to_string()).arg(file).output().unwrap();
    std::fs::write(&part, head.stdout).unwrap();
    let mut command = Command::new("goaccess");
    command.arg(&part).args(["--log-format=COMBINED", "--no-progress", "-o", "json"]);
    row("goaccess, combined", lines, &mut command);
    std::fs::remove_file(part).unwrap();
}

fn row(name: &str, lines: u64, command: &mut Command) {
    let started = Instant::now();
    let spawned = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn();
    let Ok(mut child) = spawned else {
        println!("{name:<34} is not installed");
        return;
    };
    let mut out = child.stdout.take().unwrap();
    let reader = std::thread::spawn(move || out.read_to_end(&mut Vec::new()));
    let (cpu, memory) = watch(&mut child);
    let wall = started.elapsed();
    child.wait().unwrap();
    reader.join().unwrap().unwrap();
    let per_line = cpu.as_nanos() as f64 / lines as f64;
    println!(
        "{name:<34} {lines:>10} {:>7.2} s {:>7.2} s {per_line:>7.0} ns {:>5} MiB",
        cpu.as_secs_f64(),
        wall.as_secs_f64(),
        memory >> 10
    );
}

/// User and system time, and the most memory in KiB, of a process until it ends: what has ended and was not waited for
/// still tells its times.
fn watch(child: &mut Child) -> (Duration, u64) {
    let folder = format!("/proc/{}", child.id());
    let mut memory = 0;
    loop {
        let status = std::fs::read_to_string(format!("{folder}/status")).unwrap();
        let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        memory = peak.map_or(memory, |line| line.trim().trim_end_matches(" kB").parse().unwrap());
        let stat = std::fs::read_to_string(format!("{folder}/stat")).unwrap();
        let fields: Vec<&str> = stat.rsplit(')').next().unwrap().split_whitespace().collect();
        if fields[0] == "Z" {
            let ticks = |at: usize| fields[at].parse::<u64>().unwrap();
            return (Duration::from_millis((ticks(11) + ticks(12)) * 10), memory);
        }
        std::thread::sleep(Duration::from_millis(5));
    }
}
