//! What it costs to look at error budgets: 10,000 objectives with four pairs of windows each, on one core, and their memory;
//! beside Prometheus, which evaluates the rules that `statusquo slo export` writes for 1,000 of them, in the same run.
//!
//! `cargo bench -p statusquo-slo --bench budgets` (needs Debian's prometheus)
//!
//! Ours know 30 days of each objective. Prometheus gets three days, by fifteen minutes, the last six hours by two minutes:
//! far fewer samples than it would have scraped, which is to its advantage.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::cast_precision_loss,
    reason = "a benchmark ends when something is wrong, and prints its table"
)]

use std::fmt::Write as _;
use std::io::{BufWriter, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use statusquo_catalogue::StatusCode;
use statusquo_exchange::Name;
use statusquo_slo::Answer;
use statusquo_slo::budget::{Codes, ErrorBudget, Indicator, Period, Scope, Slo};

const OBJECTIVES: usize = 10_000;
const OF_PROMETHEUS: usize = 1_000;
const DAY: i64 = 86_400;
const ROUNDS: usize = 21;

fn main() {
    let before = resident(std::process::id());
    let mut budgets: Vec<ErrorBudget> = (0..OBJECTIVES).map(|_| budget()).collect();
    let now = 30 * DAY;
    for (at, budget) in budgets.iter_mut().enumerate() {
        for minute in (0..now / 60).step_by(5) {
            count(budget, minute * 60 + (at % 7) as i64, 50, u64::from(minute % 2_000 == 0));
        }
    }
    let memory = (resident(std::process::id()) - before) as f64 / 1024.0;
    println!("{OBJECTIVES} objectives with 4 pairs of windows each, 30 days known: {memory:.0} MiB");
    println!("{:<44} {:>12} {:>12}", "CPU of a look at all of them", "median", "slowest");
    print("all is well", &rounds(&mut budgets, now, 0));
    print("all of them burn", &rounds(&mut budgets, now + DAY, 25));
    prometheus();
}

fn budget() -> ErrorBudget {
    let slo = Slo {
        name: Name::from("orders"),
        title: String::new(),
        scope: Scope::Service { service: Name::from("shop"), method: None, route: None },
        indicator: Indicator::Availability(Codes::default()),
        objective: "99.9".parse().unwrap(),
        period: Period::Rolling { days: 30 },
        receivers: Vec::new(),
    };
    slo.budget(0)
}

fn count(budget: &mut ErrorBudget, at: i64, requests: u64, bad: u64) {
    budget.record(at, Answer::Status(StatusCode::new(200)), requests - bad, 0);
    budget.record(at, Answer::Status(StatusCode::new(503)), bad, 0);
}

/// How long it takes to look at all of them, every ten seconds, when so many of fifty requests fail.
fn rounds(budgets: &mut [ErrorBudget], from: i64, bad: u64) -> Vec<Duration> {
    let mut took = Vec::new();
    for round in 0..ROUNDS as i64 {
        let now = from + round * 10;
        budgets.iter_mut().for_each(|budget| count(budget, now, 50, bad));
        let begun = cpu_time();
        let changes: usize = budgets.iter_mut().map(|budget| budget.look(now + 10).len()).sum();
        took.push(cpu_time() - begun);
        assert!(bad > 0 || changes == 0);
    }
    took.sort_unstable();
    took
}

fn print(what: &str, took: &[Duration]) {
    let millis = |took: Duration| format!("{:.1} ms", took.as_secs_f64() * 1e3);
    println!("{what:<44} {:>12} {:>12}", millis(took[took.len() / 2]), millis(took[took.len() - 1]));
}

/// CPU that this thread has used: whatever else runs on the machine does not count.
fn cpu_time() -> Duration {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap();
    Duration::from_nanos(text.split_whitespace().next().unwrap().parse().unwrap())
}

/// Resident memory of a process, in KiB.
fn resident(pid: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or(0)
}

fn prometheus() {
    let folder = std::env::temp_dir().join(format!("budgets-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    write_history(&folder.join("history.txt"));
    let data = folder.join("data");
    let made = Command::new("promtool")
        .args(["tsdb", "create-blocks-from", "openmetrics", "-q"])
        .args([folder.join("history.txt"), data.clone()])
        .stdout(Stdio::null())
        .status();
    if made.is_ok_and(|status| status.success()) {
        evaluate(&folder, &data);
    } else {
        println!("Prometheus is not here: nothing to compare with");
    }
    let _left = std::fs::remove_dir_all(&folder);
}

fn labels(objective: usize) -> String {
    format!("job=\"shop\",http_request_method=\"POST\",http_route=\"/v1/orders/{objective}\"")
}

const METRIC: &str = "http_server_request_duration_seconds_count";

fn write_history(file: &Path) {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs().cast_signed();
    let mut out = BufWriter::new(std::fs::File::create(file).unwrap());
    writeln!(out, "# TYPE http_server_request_duration_seconds summary").unwrap();
    let coarse = (now - 3 * DAY..now - DAY / 4).step_by(900);
    let moments: Vec<i64> = coarse.chain((now - DAY / 4..now + 240).step_by(120)).collect();
    for objective in 0..OF_PROMETHEUS {
        for (code, factor) in [("200", 50), ("503", 1)] {
            let labels = labels(objective);
            for at in &moments {
                let counted = (at - now + 3 * DAY) * factor / 300;
                writeln!(out, "{METRIC}{{{labels},http_response_status_code=\"{code}\"}} {counted} {at}")
                    .unwrap();
            }
        }
    }
    writeln!(out, "# EOF").unwrap();
}

/// The rules of `statusquo slo export`.
fn rules() -> String {
    let mut rules = "groups:\n".to_owned();
    for objective in 0..OF_PROMETHEUS {
        write!(rules, "  - name: slo-{objective}\n    rules:\n").unwrap();
        let labels = labels(objective);
        for window in ["5m", "30m", "1h", "2h", "6h", "1d", "3d"] {
            let bad = format!("{METRIC}{{{labels},http_response_status_code=~\"5..\"}}[{window}]");
            let all = format!("{METRIC}{{{labels},http_response_status_code!~\"444|460|499\"}}[{window}]");
            let expression = format!("(sum(rate({bad})) or vector(0)) / sum(rate({all}))");
            write!(
                rules,
                "      - record: slo:sli_error:ratio_rate{window}\n        expr: '{expression}'\n        \
                 labels: {{ slo: orders-{objective} }}\n"
            )
            .unwrap();
        }
        let ratio = |window: &str| format!("slo:sli_error:ratio_rate{window}{{slo=\"orders-{objective}\"}}");
        for (alert, pairs) in [
            ("ErrorBudgetPage", [("1h", "5m", 0.0144), ("6h", "30m", 0.006)]),
            ("ErrorBudgetTicket", [("1d", "2h", 0.003), ("3d", "6h", 0.001)]),
        ] {
            let pair = |(long, short, most): &(&str, &str, f64)| {
                format!("({} > {most} and {} > {most})", ratio(long), ratio(short))
            };
            let either: Vec<String> = pairs.iter().map(pair).collect();
            write!(rules, "      - alert: {alert}\n        expr: '{}'\n", either.join(" or ")).unwrap();
        }
    }
    rules
}

fn evaluate(folder: &Path, data: &Path) {
    std::fs::write(folder.join("rules.yml"), rules()).unwrap();
    let config = "global: { evaluation_interval: 30s }\nrule_files: [rules.yml]\n";
    std::fs::write(folder.join("prometheus.yml"), config).unwrap();
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let mut process = Command::new("prometheus")
        .arg(format!("--config.file={}", folder.join("prometheus.yml").display()))
        .arg(format!("--storage.tsdb.path={}", data.display()))
        .arg(format!("--web.listen-address=127.0.0.1:{port}"))
        .args(["--storage.tsdb.retention.time=30d", "--log.level=error"])
        .spawn()
        .unwrap();
    // Groups are spread over an interval: after two of them each was evaluated twice.
    std::thread::sleep(Duration::from_secs(65));
    let (begin, begun) = (figures(port), Instant::now());
    std::thread::sleep(Duration::from_secs(60));
    let (end, seconds) = (figures(port), begun.elapsed().as_secs_f64());
    let cpu = (end.cpu - begin.cpu) / (seconds / 30.0);
    println!("Prometheus, {OF_PROMETHEUS} objectives with the same windows:");
    println!("{:<44} {:>9.0} ms", "one evaluation of all rules, added up", end.evaluation * 1e3);
    println!("{:<44} {:>9.0} ms", "CPU between two evaluations", cpu * 1e3);
    println!("{:<44} {:>9} MiB", "memory", resident(process.id()) / 1024);
    end_of(&mut process);
}

fn end_of(process: &mut Child) {
    let _gone = process.kill();
    let _status = process.wait();
}

/// What Prometheus says of itself, in seconds.
struct Figures {
    cpu: f64,
    evaluation: f64,
}

fn figures(port: u16) -> Figures {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    stream.write_all(b"GET /metrics HTTP/1.0\r\n\r\n").unwrap();
    let mut text = String::new();
    stream.read_to_string(&mut text).unwrap();
    let sum = |name: &str| {
        let lines = text.lines().filter(|line| line.starts_with(name));
        lines.filter_map(|line| line.rsplit(' ').next()?.parse::<f64>().ok()).filter(|n| n.is_finite()).sum()
    };
    Figures {
        cpu: sum("process_cpu_seconds_total "),
        evaluation: sum("prometheus_rule_group_last_duration_seconds{"),
    }
}
