//! What was acknowledged is there, whenever we are killed.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use statusquo_alert::{IncidentNumber, Notice};
use statusquo_slo::Mark;
use statusquo_store::{Page, Width};

use crate::support::{at, incident, name, notification, notify, open, sample, saved, wait};

const FOLDER: &str = "STATUSQUO_STORE_TO_BE_KILLED";
const ROUNDS: u64 = 30;

/// Runs in a process of its own, until it is killed: decides, journals, counts, and says what was acknowledged.
#[test]
fn child() {
    let Ok(folder) = std::env::var(FOLDER) else { return };
    let store = open(Path::new(&folder)).unwrap();
    let (writer, reader) = (store.writer(), store.reader());
    let page = Page { monitor: None, phase: None, before: None, limit: 1 };
    let first = reader.incidents(&page).unwrap().first().map_or(1, |incident| incident.number.0 + 1);
    let mut stdout = std::io::stdout();
    for number in first.. {
        let second = i64::try_from(number).unwrap();
        // The same number may be tried again after a kill: another process makes another probe of it.
        let mut probe = sample(second, 200, Mark::Good);
        probe.at += Duration::from_micros(std::process::id().into());
        writer.samples(vec![(name("orders"), name("local"), probe)]);
        // Each time it is another five minutes.
        writer.roll_up(at(second % 2 * 300 + 60));
        let told =
            [Notice::Opened, Notice::Resolved].map(|notice| notify(notification(number, "oncall", notice)));
        wait(writer.commit([vec![saved(incident(number))], told.to_vec()].concat())).unwrap();
        writeln!(stdout, "\n{number}").unwrap();
    }
}

/// Kills the child so long after it has acknowledged so many: without the delay, it would always be between two
/// decisions, and never within one. Says what the last one was.
fn run_and_kill(folder: &Path, acknowledged: usize, delay: Duration) -> u64 {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "kill::child", "--nocapture"])
        .env(FOLDER, folder)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut numbers = lines.map_while(Result::ok).filter_map(|line| line.parse::<u64>().ok());
    let last = numbers.by_ref().take(acknowledged).last().expect("the child works");
    let seen = Instant::now();
    while seen.elapsed() < delay {
        std::hint::spin_loop();
    }
    child.kill().unwrap();
    child.wait().unwrap();
    // What it still said before it died counts as well.
    numbers.last().unwrap_or(last)
}

#[test]
fn what_was_acknowledged_is_there_and_whole() {
    let folder = tempfile::tempdir().unwrap();
    let mut last = 0;
    for round in 0..ROUNDS {
        let acknowledged = 1 + usize::try_from(round * 7 % 41).unwrap();
        let delay = Duration::from_micros(round * 733 % 5000);
        last = run_and_kill(folder.path(), acknowledged, delay).max(last);
        let store = open(folder.path()).unwrap();
        let reader = store.reader();
        for number in 1..=last {
            let found = reader.incident(IncidentNumber(number)).unwrap();
            assert_eq!(found, Some(incident(number)), "round {round}: {number} of {last}");
            let owed = reader.deliveries(IncidentNumber(number)).unwrap();
            assert_eq!(owed.len(), 2, "round {round}: {number} of {last}");
        }
        let beyond = reader.incident(IncidentNumber(last + 1)).unwrap();
        let owed = reader.deliveries(IncidentNumber(last + 1)).unwrap();
        assert_eq!(owed.len(), if beyond.is_some() { 2 } else { 0 }, "all of a decision or none");
        each_probe_is_counted_once(&reader);
        store.close();
    }
}

fn each_probe_is_counted_once(reader: &statusquo_store::Reader) {
    let kept = reader.latest("orders", at(0), usize::MAX).unwrap();
    let mut moments: Vec<_> = kept.iter().map(|sample| sample.at).collect();
    moments.dedup();
    assert_eq!(moments.len(), kept.len(), "no probe is there twice");
    for width in Width::ALL {
        let all = reader.history(&[name("orders")], width, (at(0), at(86_400))).unwrap();
        let counted: u64 = all[&name("orders")].values().map(statusquo_slo::Tally::total).sum();
        assert_eq!(counted, kept.len() as u64, "{width:?}");
    }
}
