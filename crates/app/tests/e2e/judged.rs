//! A rule that answers kept for long and begin to break: told, over restarts, and over when it is kept again.

use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use statusquo_exchange::{Name, StatusCode};
use statusquo_store::{Judged, Retention, Store};

use super::support::certificates::Certificates;
use super::support::nginx::{Mode, Nginx};
use super::support::server::Server;
use super::support::wait_for;
use super::support::webhook::Webhook;

#[test]
fn end_to_end_a_rule_that_a_deploy_breaks_is_told_and_what_was_broken_from_the_start_is_not() {
    let folder = tempfile::tempdir().unwrap();
    let mut nginx = Nginx::start(&Certificates::make(folder.path()));
    let webhook = Webhook::start();
    let config = format!(
        "[defaults]\nevery = '1s'\ntimeout = '900ms'\nreceivers = ['hook']\n\
         [[receiver]]\nname = 'hook'\ntype = 'webhook'\nurl = '{}'\n\
         [[monitor]]\nname = 'orders'\nurl = 'http://127.0.0.1:{plain}/'\n\
         [[monitor]]\nname = 'young'\nurl = 'http://127.0.0.1:{plain}/'\n",
        webhook.url,
        plain = nginx.plain,
    );
    let mut server = Server::start(&config, &[]);
    wait_for("an answer", || {
        let monitors = server.json("/api/v1/monitors");
        monitors["monitors"].as_array()?.iter().all(|monitor| monitor["state"] == "ok").then_some(())
    });
    server.kill();
    // An hour of answers that kept it, which a test cannot wait for.
    let store = Store::open(&server.data(), Retention::default()).unwrap();
    let mut known = store.reader().judged().unwrap();
    known.retain(|one| one.monitor.as_str() != "orders");
    known.push(Judged {
        monitor: Name::from("orders"),
        code: StatusCode::new(200),
        first: Timestamp::now() - SignedDuration::from_secs(3600),
        answers: 3600,
        broken: Vec::new(),
    });
    store.writer().judged(known).blocking_recv().unwrap().unwrap();
    store.close();
    server.go_on();

    nginx.become_mode(Mode::BadDate);
    let post = json!({ "service": "orders", "version": "7" });
    assert_eq!(server.post("/api/v1/deploys", &post.to_string()).0, 201);
    let told = wait_for("the message", || webhook.all().into_iter().next());
    let data = &told.body["data"];
    assert_eq!((&data["name"], &data["severity"]), (&json!("orders"), &json!("degraded")), "{data:#}");
    assert_eq!(data["cause"]["alarm"], "lint", "{data:#}");
    let sentence = data["cause"]["sentence"].as_str().unwrap();
    assert!(sentence.starts_with("breaks `"), "{sentence}");
    let rule = sentence.split('`').nth(1).unwrap().to_owned();
    let likely = data["likely"].to_string();
    assert!(likely.contains("after deploy 7 of orders"), "{likely}");

    // It ends when it is kept again.
    nginx.become_mode(Mode::Ok);
    wait_for("the end", || webhook.all().into_iter().find(|told| told.body["data"]["notice"] == "resolved"));
    let told = webhook.all();
    assert_eq!(told.len(), 2, "one start and one end, and nothing of what is young: {told:#?}");

    // Counts are not lost with the process.
    let count = |server: &Server| {
        let all = server.json("/api/v1/lint");
        let mut all = all["findings"].as_array().unwrap().clone();
        all.retain(|one| one["monitor"] == "orders" && one["rule"] == rule.as_str());
        all.first().and_then(|one| one["count"].as_u64())
    };
    let before = count(&server).unwrap();
    assert!(before >= 3, "{before}");
    server.stop();
    server.go_on();
    assert_eq!(count(&server), Some(before));
}
