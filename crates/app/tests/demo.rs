//! The demo, from its first page to its end, with the real binary.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test may fail")]

mod support;

use std::io::{BufRead, BufReader};
use std::process::Stdio;

use support::{command, folder, run};

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
    assert_eq!(incidents["incidents"].as_array().unwrap().len(), 6, "the past is there at once");
    // The terminal receiver writes to stdout: the deploy breaks orders, and that is told.
    let told = BufReader::new(demo.stdout.take().unwrap()).lines().map(Result::unwrap);
    let first = told.take(40).find(|line| line.contains("503")).expect("an alert");
    assert!(first.contains("Orders"), "{first}");

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
