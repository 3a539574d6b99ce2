//! The whole way on real servers: nginx is broken in every way, a real SMTP server and an HTTP receiver count what
//! arrives, and Statusquo is killed in the middle.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stderr,
    reason = "a test"
)]

mod judged;
mod objectives;
mod otlp;
mod own_faults;
mod parties;
mod restart;
mod silences;
#[allow(dead_code, reason = "the benchmark uses the rest")]
mod support;
mod tokens;
mod traffic;

use std::collections::BTreeMap;
use std::time::Duration;

use support::certificates::Certificates;
use support::mail::Mail;
use support::nginx::{Mode, Nginx};
use support::server::{Server, toml_path};
use support::wait_for;
use support::webhook::{Delivery, Webhook};

/// Plain HTTP/1.1, and HTTP/1.1 and HTTP/2 over TLS with a private CA; probed every second.
fn config(nginx: &Nginx, certificates: &Certificates, webhook: &Webhook, mail: Option<&Mail>) -> String {
    let ca = toml_path(&certificates.ca);
    let mail_receiver = mail.map_or(String::new(), |mail| {
        format!(
            "[[receiver]]\nname = \"mail\"\ntype = \"email\"\nserver = \"smtp://localhost:{}\"\nuser = \"{}\"\n\
             password = \"${{env:MAIL_PASSWORD}}\"\nfrom = \"status@example.org\"\nto = [\"oncall@example.org\"]\nca = {ca}\n",
            mail.port,
            Mail::USER
        )
    });
    let receivers = if mail.is_some() { "[\"hook\", \"mail\"]" } else { "[\"hook\"]" };
    let (plain, tls) = (nginx.plain, nginx.tls);
    format!(
        "[defaults]\nevery = \"1s\"\ntimeout = \"900ms\"\nrecheck = \"1s\"\nrecover_for = \"1s\"\nreopen_within = \"0s\"\n\
         receivers = {receivers}\n\
         [[receiver]]\nname = \"hook\"\ntype = \"webhook\"\nurl = \"{hook}\"\n{mail_receiver}\
         [[monitor]]\nname = \"plain\"\nurl = \"http://127.0.0.1:{plain}/\"\n\
         [[monitor]]\nname = \"tls\"\nurl = \"https://localhost:{tls}/\"\nhttp = \"1.1\"\ntls = {{ ca = {ca} }}\n\
         [[monitor]]\nname = \"h2\"\nurl = \"https://localhost:{tls}/\"\nhttp = \"2\"\ntls = {{ ca = {ca} }}\n",
        hook = webhook.url,
    )
}

fn about(deliveries: &[Delivery], monitor: &str) -> Vec<(String, String)> {
    let of = deliveries.iter().filter(|delivery| delivery.body["data"]["name"] == monitor);
    of.map(|delivery| {
        let cause = &delivery.body["data"]["cause"];
        let word =
            ["failure", "status"].iter().find_map(|key| cause.get(*key).filter(|value| !value.is_null()));
        let word = word.map_or(String::new(), |word| word.to_string().trim_matches('"').to_owned());
        (delivery.body["data"]["notice"].as_str().unwrap_or_default().to_owned(), word)
    })
    .collect()
}

const ALL: &[&str] = &["plain", "tls", "h2"];

// Two faults each: a third within half an hour would rightly be told as flapping.

#[test]
fn end_to_end_refused_and_503_are_told_once_to_each_receiver_with_their_cause_and_end() {
    check(&[(None, ALL, "connect_refused"), (Some(Mode::Unavailable), ALL, "503")]);
}

#[test]
fn end_to_end_hanging_and_expired_are_told_once_to_each_receiver_with_their_cause_and_end() {
    check(&[
        (Some(Mode::Hang), ALL, "timeout"),
        (Some(Mode::Expired), &["tls", "h2"], "certificate_expired"),
    ]);
}

/// What nginx does, who suffers, the cause that people are told.
fn check(faults: &[(Option<Mode>, &[&'static str], &str)]) {
    let folder = tempfile::tempdir().unwrap();
    let certificates = Certificates::make(folder.path());
    let mut nginx = Nginx::start(&certificates);
    let (webhook, mail) = (Webhook::start(), Mail::start(&certificates));
    let text = config(&nginx, &certificates, &webhook, Some(&mail));
    let server = Server::start(&text, &[("MAIL_PASSWORD", Mail::PASSWORD)]);
    wait_until_all_are(&server, "ok");
    let mut expected: BTreeMap<&str, Vec<(String, String)>> = BTreeMap::new();
    for (mode, suffering, cause) in faults {
        match mode {
            None => nginx.stop(),
            Some(mode) => nginx.become_mode(*mode),
        }
        for name in *suffering {
            wait_for("the incident", || {
                let open = server.json("/api/v1/incidents");
                let is_it = |i: &serde_json::Value| i["monitor"] == *name && i["phase"] == "open";
                open["incidents"].as_array().unwrap().iter().any(is_it).then_some(())
            });
            let notices = ["opened", "resolved"].map(|notice| (notice.to_owned(), (*cause).to_owned()));
            expected.entry(name).or_default().extend(notices);
        }
        nginx.become_mode(Mode::Ok);
        wait_until_all_are(&server, "ok");
    }
    let owed: usize = expected.values().map(Vec::len).sum();
    wait_for("all messages", || (webhook.all().len() >= owed && mail.all().len() >= owed).then_some(()));
    for (monitor, notices) in expected {
        assert_eq!(about(&webhook.all(), monitor), notices, "{monitor}");
    }
    let mails = mail.all();
    assert_eq!(mails.len(), owed, "each message once: {mails:#?}");
    let opened = mails.iter().filter(|mail| !mail.subject.starts_with("Re:")).count();
    assert_eq!(opened, owed / 2);
    assert!(mails.iter().all(|mail| !mail.text.contains(Mail::PASSWORD)));
}

fn wait_until_all_are(server: &Server, state: &str) {
    wait_for(&format!("all monitors to be {state}"), || {
        let monitors = server.json("/api/v1/monitors");
        let incidents = server.json("/api/v1/incidents");
        let settled = monitors["monitors"].as_array()?.iter().all(|monitor| monitor["state"] == state);
        let over = incidents["incidents"].as_array()?.iter().all(|incident| incident["phase"] == "resolved");
        (settled && over).then_some(())
    });
}

#[test]
fn end_to_end_kill_9_at_a_hundred_moments_loses_no_start_and_no_end() {
    let folder = tempfile::tempdir().unwrap();
    let certificates = Certificates::make(folder.path());
    let mut nginx = Nginx::start(&certificates);
    let (webhook, mail) = (Webhook::start(), Mail::start(&certificates));
    // One bad probe is enough and one good one ends it, so that there is something to lose in so short lives.
    let text = config(&nginx, &certificates, &webhook, Some(&mail))
        .replacen("[defaults]\n", "[defaults]\ngate = \"1 of 1\"\n", 1)
        .replacen("recover_for = \"1s\"", "recover_for = \"0s\"", 1);
    let mut server = Server::start(&text, &[("MAIL_PASSWORD", Mail::PASSWORD)]);
    // Moments spread by a fixed sequence over 20 to 1,500 ms, so that probes, commits and deliveries are all hit.
    let mut random: u64 = 0x5eed;
    for round in 0..100 {
        if round % 10 == 0 {
            match (round / 10) % 2 {
                0 => nginx.stop(),
                _ => nginx.become_mode(Mode::Ok),
            }
        }
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        std::thread::park_timeout(Duration::from_millis(20 + (random >> 33) % 1480));
        server.kill();
        server.spawn();
    }
    nginx.become_mode(Mode::Ok);
    wait_for("the server to be ready", || (server.get("/readyz").0 == 200).then_some(()));
    wait_until_all_are(&server, "ok");
    let incidents = server.json("/api/v1/incidents");
    assert!(incidents["incidents"].as_array().unwrap().len() >= 3, "something happened: {incidents}");
    wait_for("an empty outbox", || {
        let (_, metrics) = server.get("/metrics");
        metrics.contains("\nstatusquo_outbox_pending 0").then_some(())
    });
    wait_for("as many ends as starts", || {
        let (starts, ends) = balance(&webhook.distinct());
        (starts == ends && mail.distinct().len() == webhook.distinct().len()).then_some(())
    });
    let (starts, ends) = balance(&webhook.distinct());
    assert_eq!(starts, ends, "each start that was told has its end");
    assert!(starts >= 3);
    // After the deduplication that the documentation asks for, mail and webhook were told the same.
    assert_eq!(mail.distinct().len(), webhook.distinct().len());
}

/// Starts and ends, after checking that each incident tells them in turn.
fn balance(deliveries: &[Delivery]) -> (usize, usize) {
    let mut open: BTreeMap<u64, bool> = BTreeMap::new();
    let (mut starts, mut ends) = (0, 0);
    for delivery in deliveries {
        let number = delivery.body["data"]["incident"].as_u64().unwrap_or_default();
        let is_open = open.entry(number).or_default();
        match delivery.body["data"]["notice"].as_str() {
            Some("opened" | "reopened") => {
                assert!(!*is_open, "incident {number} was told twice of a start");
                (*is_open, starts) = (true, starts + 1);
            }
            Some("resolved") => {
                assert!(*is_open, "incident {number} was told of an end without a start");
                (*is_open, ends) = (false, ends + 1);
            }
            _ => {}
        }
    }
    (starts, ends)
}
