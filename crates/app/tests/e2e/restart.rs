//! A restart in the middle of an incident: nobody is told twice, and what is over by then ends as soon as that is seen.

use std::io::Write;
use std::path::Path;

use jiff::{SignedDuration, Timestamp};

use super::support::pages::{Answer, Pages};
use super::support::server::{Server, toml_path};
use super::support::wait_for;
use super::support::webhook::Webhook;

const OUTAGE: &str = include_str!("../../../source/tests/feeds/statuspage.json");
const WELL: &str = include_str!("../../../source/tests/feeds/statuspage-well.json");

fn notices(webhook: &Webhook) -> Vec<String> {
    let all = webhook.distinct();
    all.iter().map(|told| told.body["data"]["notice"].as_str().unwrap().to_owned()).collect()
}

/// Appends thirty orders of many clients for each of these minutes, counted back from now; so many of them fail.
fn append(log: &Path, minutes: std::ops::Range<i64>, failed: i64) {
    let mut text = String::new();
    for minute in minutes.rev() {
        for order in 0..30 {
            let at = Timestamp::now() - SignedDuration::from_secs(minute * 60 - order);
            let code = if order < failed { 500 } else { 200 };
            text.push_str(&format!(
                "192.0.2.{} - - [{}] \"POST /v1/orders HTTP/1.1\" {code} 17 \"-\" \"x\"\n",
                order * 7 % 30,
                at.strftime("%d/%b/%Y:%H:%M:%S +0000")
            ));
        }
    }
    let mut file = std::fs::OpenOptions::new().create(true).append(true).open(log).unwrap();
    file.write_all(text.as_bytes()).unwrap();
}

#[test]
fn end_to_end_detectors_go_on_after_a_restart_and_end_what_they_had_found() {
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("access.log");
    append(&log, 40..360, 0);
    append(&log, 25..40, 20);
    let webhook = Webhook::start();
    let config = format!(
        "[[log]]\nname = 'edge'\nservice = 'shop'\npath = {}\n\
         [[receiver]]\nname = 'hook'\ntype = 'webhook'\nurl = '{}'\n",
        toml_path(&log),
        webhook.url
    );
    let mut server = Server::start(&config, &[]);
    wait_for("the incident", || (notices(&webhook) == ["opened"]).then_some(()));
    let source = |server: &Server| server.json("/api/v1/sources")["sources"][0].clone();
    wait_for("all of it to be saved", || {
        let source = source(&server);
        (source["behind_bytes"] == 0 && source["unsaved_for_ms"] == 0.0).then_some(())
    });
    server.kill();
    // It goes on to fail, and that is no news; then all is well.
    append(&log, 22..25, 20);
    server.go_on();
    wait_for("all of it to be read", || (source(&server)["behind_bytes"] == 0).then_some(()));
    server.stop();
    append(&log, 2..22, 0);
    server.go_on();
    wait_for("the end", || notices(&webhook).contains(&"resolved".to_owned()).then_some(()));
    assert_eq!(notices(&webhook), ["opened", "resolved"]);
}

#[test]
fn end_to_end_the_incident_of_a_third_party_that_is_well_by_the_restart_ends_when_its_page_is_read() {
    let webhook = Webhook::start();
    let pages = Pages::start(&[("/stripe", Answer::Page(OUTAGE))]);
    let config = format!(
        "[[receiver]]\nname = 'hook'\ntype = 'webhook'\nurl = '{}'\n\
         [[dependency]]\nname = 'stripe'\ntitle = 'Stripe'\nfeed = '{}/stripe'\nevery = '30s'\n",
        webhook.url, pages.url
    );
    let mut server = Server::start(&config, &[]);
    wait_for("the incident", || (notices(&webhook) == ["opened"]).then_some(()));
    server.kill();
    server.go_on();
    wait_for("the page to be read again", || pages.asked("/stripe").contains(&304).then_some(()));
    server.kill();
    pages.become_page("/stripe", Answer::Page(WELL));
    server.go_on();
    wait_for("the end", || notices(&webhook).contains(&"resolved".to_owned()).then_some(()));
    assert_eq!(notices(&webhook), ["opened", "resolved"]);
}
