//! When we are the ones who cannot see, no target is called down, and people are told what we cannot see.

use std::net::UdpSocket;
use std::path::PathBuf;
use std::process::Command;

use super::support::certificates::Certificates;
use super::support::nginx::Nginx;
use super::support::server::Server;
use super::support::wait_for;
use super::support::webhook::{Delivery, Webhook};

/// A healthy target that is asked every second, and everything that is needed to watch it.
struct World {
    nginx: Nginx,
    webhook: Webhook,
    _folder: tempfile::TempDir,
}

impl World {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let nginx = Nginx::start(&Certificates::make(folder.path()));
        Self { nginx, webhook: Webhook::start(), _folder: folder }
    }

    /// `more` is put into the table of the one monitor.
    fn config(&self, host: &str, more: &str) -> String {
        format!(
            "[defaults]\nevery = \"1s\"\nrecheck = \"1s\"\nrecover_for = \"1s\"\nreceivers = [\"hook\"]\n\
             [[receiver]]\nname = \"hook\"\ntype = \"webhook\"\nurl = \"{}\"\n\
             [[monitor]]\nname = \"shop\"\nurl = \"http://{host}:{}/\"\n{more}",
            self.webhook.url, self.nginx.plain
        )
    }

    /// Waits until people were told of this fault of ours.
    fn wait_until_told_of(&self, fault: &str) {
        wait_for(&format!("a message about {fault}"), || {
            let is_about = |delivery: &Delivery| delivery.body["data"]["subject"]["fault"] == fault;
            self.webhook.all().iter().any(is_about).then_some(())
        });
    }

    /// No incident, and no message, says that the target is down.
    fn assert_nobody_was_blamed(&self, server: &Server) {
        let incidents = server.json("/api/v1/incidents");
        for incident in incidents["incidents"].as_array().unwrap() {
            assert!(incident["monitor"].is_null(), "a target was blamed: {incident}");
        }
        for delivery in self.webhook.all() {
            assert!(
                delivery.body["data"]["subject"]["monitor"].is_null(),
                "a target was blamed: {}",
                delivery.body
            );
        }
    }
}

fn state(server: &Server) -> String {
    let monitors = server.json("/api/v1/monitors");
    monitors["monitors"][0]["state"].as_str().unwrap_or_default().to_owned()
}

fn wait_until_it_is(server: &Server, wanted: &str) {
    wait_for(&format!("the state {wanted}"), || (state(server) == wanted).then_some(()));
}

fn probes(server: &Server) -> f64 {
    let (_, metrics) = server.get("/metrics");
    let of_name = metrics.lines().filter(|line| line.starts_with("statusquo_probes_total"));
    of_name.filter_map(|line| line.rsplit(' ').next()?.parse::<f64>().ok()).sum()
}

/// Waits for so many more probes.
fn wait_for_probes(server: &Server, more: f64) {
    let before = probes(server);
    wait_for("more probes", || (probes(server) >= before + more).then_some(()));
}

#[test]
fn end_to_end_a_silent_resolver_is_our_fault() {
    let world = World::new();
    let silent = UdpSocket::bind("127.0.0.1:0").unwrap();
    let resolver = format!("resolver = [\"{}\"]\n", silent.local_addr().unwrap());
    let server = Server::start(&world.config("shop.test", &resolver), &[]);
    world.wait_until_told_of("resolver");
    assert_eq!(state(&server), "unknown");
    wait_for_probes(&server, 3.0);
    world.assert_nobody_was_blamed(&server);
}

#[test]
fn end_to_end_a_full_disk_is_our_fault_and_probes_go_on() {
    let world = World::new();
    let mut server = Server::configured(&world.config("127.0.0.1", ""), &[]);
    // A write beyond the limit then fails like one on a full disk, and does not kill.
    server.wrapped = vec!["sh".into(), "-c".into(), "trap '' XFSZ; exec \"$@\"".into(), "sh".into()];
    server.go_on();
    wait_until_it_is(&server, "ok");
    limit_file_size(&server, "0");
    world.wait_until_told_of("store");
    wait_for_probes(&server, 3.0);
    assert_eq!(state(&server), "ok", "what we see does not depend on the disk");
    limit_file_size(&server, "unlimited");
    wait_for_probes(&server, 3.0);
    assert_eq!(state(&server), "ok");
    world.assert_nobody_was_blamed(&server);
}

fn limit_file_size(server: &Server, limit: &str) {
    let pid = server.pid().to_string();
    let status =
        Command::new("prlimit").args(["--pid", &pid, &format!("--fsize={limit}:")]).status().unwrap();
    assert!(status.success());
}

#[test]
fn end_to_end_a_clock_that_jumps_is_our_fault() {
    let world = World::new();
    let mut server = Server::configured(&world.config("127.0.0.1", ""), &[]);
    let offset = server.folder.path().join("clock");
    std::fs::write(&offset, "+0s").unwrap();
    let environment = [
        ("LD_PRELOAD", faketime().display().to_string()),
        ("FAKETIME_TIMESTAMP_FILE", offset.display().to_string()),
        ("FAKETIME_NO_CACHE", "1".to_owned()),
        ("FAKETIME_DONT_FAKE_MONOTONIC", "1".to_owned()),
        ("DONT_FAKE_MONOTONIC", "1".to_owned()),
    ];
    server.environment.extend(environment.map(|(name, value)| (name.to_owned(), value)));
    server.go_on();
    wait_until_it_is(&server, "ok");
    for jump in ["+2h", "-3d"] {
        std::fs::write(&offset, jump).unwrap();
        wait_for_probes(&server, 5.0);
    }
    world.wait_until_told_of("clock");
    world.assert_nobody_was_blamed(&server);
}

fn faketime() -> PathBuf {
    let places = std::fs::read_dir("/usr/lib").unwrap().flatten().map(|entry| entry.path());
    let mut found = places.map(|place| place.join("faketime/libfaketimeMT.so.1"));
    found.find(|path| path.exists()).expect("libfaketime is installed (./check installs it)")
}

#[test]
fn end_to_end_a_process_that_stood_still_blames_nobody() {
    let world = World::new();
    let server = Server::start(&world.config("127.0.0.1", "timeout = \"500ms\"\n"), &[]);
    wait_until_it_is(&server, "ok");
    for _ in 0..3 {
        signal(&server, "STOP");
        std::thread::park_timeout(std::time::Duration::from_secs(3));
        signal(&server, "CONT");
        wait_for_probes(&server, 2.0);
    }
    wait_until_it_is(&server, "ok");
    world.wait_until_told_of("stalled");
    world.assert_nobody_was_blamed(&server);
}

fn signal(server: &Server, name: &str) {
    let pid = server.pid().to_string();
    assert!(Command::new("kill").args([&format!("-{name}"), &pid]).status().unwrap().success());
}
