//! `statusquo replay` through the real binary.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test")]

mod support;

use std::path::{Path, PathBuf};

use serde_json::Value;
use support::{folder, statusquo};

const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";

/// Readers of a small site, some broken links, a favicon that is missing; and, if wanted, somebody who looks for a way in.
fn log(with_scan: bool) -> String {
    let mut lines = Vec::new();
    let mut line = |minute: u32, client: &str, request: &str, code: u16| {
        let (hour, minute, second) = (minute / 60, minute % 60, minute * 7 % 60);
        lines.push(format!(
            "{client} - - [02/Mar/2026:{hour:02}:{minute:02}:{second:02} +0000] \"{request} HTTP/1.1\" {code} 17 \"-\" \"{FIREFOX}\""
        ));
    };
    for minute in 0..24 * 60 {
        let client = format!("192.0.2.{}", minute * 31 % 200);
        line(minute, &client, &format!("GET /blog/{}", ["a", "b", "c", "about"][minute as usize % 4]), 200);
        line(minute, &client, "GET /favicon.ico", 404);
        if minute % 97 == 0 {
            line(minute, "198.51.100.1", "GET /wp-login.php", 404);
        }
    }
    if with_scan {
        for request in 0..1_200 {
            let target = format!("GET /{}/%27%20or%20%271%27=%271", request * 37);
            line(15 * 60 + request / 60, "203.0.113.7", &target, if request % 3 == 0 { 500 } else { 404 });
        }
    }
    lines.join("\n")
}

fn replayed(folder: &Path, files: &[&str]) -> (i32, Vec<Value>) {
    let ran = statusquo(folder, &[&["replay", "-o", "jsonl"], files].concat());
    let incidents = ran.out.lines().filter(|line| !line.is_empty());
    (ran.code, incidents.map(|line| serde_json::from_str(line).unwrap()).collect())
}

#[test]
fn a_scan_is_one_incident_with_its_client_and_ordinary_traffic_is_none() {
    let folder = folder();
    std::fs::write(folder.path().join("quiet.log"), log(false)).unwrap();
    std::fs::write(folder.path().join("scan.log"), log(true)).unwrap();
    assert_eq!(replayed(folder.path(), &["quiet.log"]), (0, Vec::new()));
    let (code, incidents) = replayed(folder.path(), &["scan.log"]);
    assert_eq!((code, incidents.len()), (1, 1), "{incidents:#?}");
    let incident = &incidents[0];
    assert_eq!(incident["verdict"], "scan");
    assert_eq!(incident["clients"], serde_json::json!(["203.0.113.7"]));
    assert!(incident["opened"].as_str().unwrap().starts_with("2026-03-02T15:0"), "{incident}");
    assert!(incident["resolved"].as_str().unwrap().starts_with("2026-03-02T15:"), "{incident}");
    assert!(incident["evidence"].as_array().unwrap().len() > 2);
    let notices: Vec<&Value> =
        incident["sent"].as_array().unwrap().iter().map(|sent| &sent["notice"]).collect();
    assert_eq!(notices, ["opened", "resolved"]);
    let text = statusquo(folder.path(), &["replay", "scan.log"]).out;
    assert!(text.contains("is searched for a way in by one client"), "{text}");
}

/// Real logs that are not part of the repository: a personal site in 2015, and a scanner at work in 2016 (see the notes
/// in `docs/benchmarks.md`).
fn real(name: &str) -> Option<String> {
    let file: PathBuf = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data").join(name);
    std::fs::read(file).ok().map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
}

#[test]
fn a_real_scan_in_a_real_log_is_one_incident_and_the_log_alone_is_none() {
    let (Some(site), Some(scan)) = (real("apache-combined-10k.log"), real("attack-scan-acunetix.log")) else {
        return;
    };
    let folder = folder();
    // The scan took half an hour of 22 December 2016: at its own pace, on the second day of the site's log.
    let shifted = scan.replace("22/Dec/2016:", "18/May/2015:");
    std::fs::write(folder.path().join("site.log"), &site).unwrap();
    std::fs::write(folder.path().join("scan.log"), &scan).unwrap();
    std::fs::write(folder.path().join("mixed.log"), site + &shifted).unwrap();
    assert_eq!(replayed(folder.path(), &["site.log"]), (0, Vec::new()));
    for file in ["scan.log", "mixed.log"] {
        let (_, incidents) = replayed(folder.path(), &[file]);
        assert_eq!(incidents.len(), 1, "{file}: {incidents:#?}");
        assert_eq!(incidents[0]["verdict"], "scan");
        assert_eq!(incidents[0]["clients"], serde_json::json!(["192.168.4.25"]));
    }
}
