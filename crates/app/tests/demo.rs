//! The demo, from its first page to its end, with the real binary.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test may fail")]

mod support;

use std::io::{BufRead, BufReader, Read, Write};
use std::process::Stdio;

use support::{command, folder, run, until};

#[test]
fn end_to_end_the_demo_shows_a_day_breaks_tells_and_leaves_nothing_behind() {
    let folder = folder();
    let mut demo = command(folder.path());
    // Its own folder for what is temporary: afterwards it is empty.
    demo.env("TMPDIR", folder.path()).args(["demo", "--fast", "--seed", "7", "--listen", "127.0.0.1:0"]);
    let mut demo = demo.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut err = BufReader::new(demo.stderr.take().unwrap()).lines().map(Result::unwrap);
    let line = err.find(|line| line.contains("dashboard at")).expect("says where it is");
    let url = line.split("http://").nth(1).unwrap().split('/').next().unwrap().to_owned();
    let public = err.next().unwrap();
    assert!(public.starts_with("public status page at http://127.0.0.1:"), "{public}");

    let ask = |arguments: &[&str]| {
        let ran = run(command(folder.path())
            .args(["--server", &format!("http://{url}"), "-o", "json"])
            .args(arguments));
        assert_eq!(ran.code, 0, "{}", ran.err);
        serde_json::from_str::<serde_json::Value>(&ran.out).unwrap()
    };
    let incidents = ask(&["incident", "list"]);
    let incidents = incidents["incidents"].as_array().unwrap().clone();
    // What is open began with the demo.
    let past = incidents.iter().filter(|incident| incident["resolved"].is_string());
    assert_eq!(past.count(), 8, "the past is there at once: {incidents:?}");
    let has = |words: &str| incidents.iter().any(|incident| incident.to_string().contains(words));
    assert!(has("our regression") && has("is searched for a way in"), "real traffic has a past as well");
    let objectives = ask(&["slo", "list"]);
    let left = |name: &str| {
        let all = objectives["slos"].as_array().unwrap();
        all.iter().find(|slo| slo["name"] == name).unwrap()["left_ratio"].as_f64().unwrap()
    };
    assert!((0.2..0.95).contains(&left("payments")), "an outage of the past has spent some: {objectives}");
    let get = |path: &str| {
        let mut stream = std::net::TcpStream::connect(&url).unwrap();
        write!(stream, "GET {path} HTTP/1.1\r\nHost: {url}\r\nConnection: close\r\n\r\n").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    };
    let day = get("/endpoints.csv?range=24h");
    assert!(day.contains("\r\nPOST,/v1/payments,"), "{day}");
    assert!(get("/requests.csv?code=502").contains("/v1/payments"), "some of the past's failures are kept");
    // The terminal receiver writes to stdout: the deploy breaks orders, and that is told.
    let told = BufReader::new(demo.stdout.take().unwrap()).lines().map(Result::unwrap);
    let first = told.take(40).find(|line| line.contains("503 Service Unavailable")).expect("an alert");
    assert!(first.contains("Orders"), "{first}");
    // And its users fail too: what the proxy's log tells of them is followed.
    until("a failing request is listed", || get("/requests.csv?code=503").contains(",POST,/v1/orders,503,"));

    let pid = rustix::process::Pid::from_raw(i32::try_from(demo.id()).unwrap()).unwrap();
    rustix::process::kill_process(pid, rustix::process::Signal::INT).unwrap();
    let rest: Vec<String> = err.collect();
    assert!(demo.wait().unwrap().success());
    assert!(rest.iter().any(|line| line.contains("statusquo watch https://")), "{rest:?}");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "nothing is left");
}

#[test]
fn the_demo_is_for_loopback_alone() {
    let folder = folder();
    let ran = run(command(folder.path()).args(["demo", "--listen", "0.0.0.0:0"]));
    assert_eq!(ran.code, 2);
    assert_eq!(ran.err, "error: the demo shows itself on loopback alone; `0.0.0.0:0` is open to others\n");
}
