//! Objectives of a service that nginx's log tells of: what is counted, what it costs, and that a restart forgets nothing.

use std::io::Write;

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use super::support::server::{Server, toml_path};
use super::support::wait_for;
use super::support::webhook::Webhook;

/// A thousand orders of the last ten minutes, of which every tenth fails, and half of the good ones are slow.
fn log(now: Timestamp) -> String {
    let line = |order: i64| {
        let at = now - SignedDuration::from_secs(600 - order * 6 / 10);
        let code = if order % 10 == 0 { 503 } else { 200 };
        let seconds = if order % 2 == 0 { "0.450" } else { "0.050" };
        format!(
            "192.0.2.1 - - [{}] \"POST /v1/orders HTTP/1.1\" {code} 17 \"-\" \"x\" {seconds}\n",
            at.strftime("%d/%b/%Y:%H:%M:%S +0000")
        )
    };
    (0..1000).map(line).collect()
}

fn slo(server: &Server, name: &str) -> Value {
    server.json(&format!("/api/v1/slos/{name}"))
}

#[test]
fn end_to_end_objectives_of_a_service_are_counted_from_its_log_and_survive_kill() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("access.log");
    std::fs::File::create(&path).unwrap().write_all(log(Timestamp::now()).as_bytes()).unwrap();
    let config = format!(
        "[[log]]\nname = 'edge'\nservice = 'shop'\npath = {}\nslow_after = '300ms'\n\
         [[slo]]\nname = 'orders'\ntitle = 'Orders can be placed'\nservice = 'shop'\nobjective = '99.9%'\n\
         [[slo]]\nname = 'quick'\nservice = 'shop'\nendpoint = 'POST /v1/orders'\nobjective = '50%'\nwithin = '300ms'\n\
         [[slo]]\nname = 'others'\nservice = 'shop'\nendpoint = 'GET /v1/orders'\nobjective = '99%'\n",
        toml_path(&path)
    );
    let mut server = Server::start(&config, &[]);
    let counted = |server: &Server| {
        wait_for("all orders to be counted", || (slo(server, "orders")["bad"] == 100).then_some(()));
        let (orders, quick, others) = (slo(server, "orders"), slo(server, "quick"), slo(server, "others"));
        assert_eq!(orders["good"], 900);
        assert_eq!(orders["firing"], "page");
        assert!(orders["left_ratio"].as_f64().unwrap() < 0.0, "{orders}");
        let spent: u64 =
            orders["spent"].as_array().unwrap().iter().filter_map(|spent| spent["bad"].as_u64()).sum();
        assert!(spent >= 90, "what spent it is known: {orders}");
        // Every tenth failed, and of the other 900 slow ones 400 were answered well.
        assert_eq!((&quick["good"], &quick["bad"]), (&500.into(), &500.into()), "{quick}");
        assert_eq!(others["good"], 0);
    };
    counted(&server);
    // The workbook's pages raise an incident, once, with what speaks for it.
    let burning = |server: &Server| {
        let all = server.json("/api/v1/incidents");
        let all = all["incidents"].as_array().unwrap().clone();
        all.into_iter().filter(|incident| incident.to_string().contains("burns the error budget")).count()
    };
    wait_for("the incident of the budget", || (burning(&server) == 1).then_some(()));
    server.kill();
    server.go_on();
    counted(&server);
    let shown = Server::command()
        .args(["slo", "show", "orders", "--server", &format!("http://127.0.0.1:{}", server.port)])
        .output()
        .unwrap();
    let text = String::from_utf8(shown.stdout).unwrap();
    assert!(text.contains("100 of 1000 events were bad") && text.contains("fires"), "{text}");
    corrected(&mut server);
    // An objective that is gone burns nothing any more.
    let parts: Vec<&str> =
        config.split("[[slo]]\n").filter(|part| !part.starts_with("name = 'orders'")).collect();
    std::fs::write(server.config(), parts.join("[[slo]]\n")).unwrap();
    wait_for("the incident of the budget to end", || {
        let all = server.json("/api/v1/incidents");
        let mut all = all["incidents"].as_array().unwrap().clone();
        all.retain(|incident| incident.to_string().contains("burns the error budget"));
        let is_over = all.iter().all(|incident| !incident["resolved"].is_null());
        (is_over && !all.is_empty()).then_some(())
    });
}

/// What somebody takes out does not count any more, also after `kill -9`, and counts again when it is put back.
fn corrected(server: &mut Server) {
    let run = |server: &Server, arguments: &[&str]| {
        let address = format!("http://127.0.0.1:{}", server.port);
        let output = Server::command().args(arguments).args(["--server", &address]).output().unwrap();
        (
            output.status.code(),
            String::from_utf8(output.stdout).unwrap() + &String::from_utf8_lossy(&output.stderr),
        )
    };
    let take_out = [
        "slo",
        "correct",
        "orders",
        "--from",
        "1h",
        "--until",
        "0s",
        "--why",
        "a test that everybody knew of",
    ];
    assert_eq!(run(server, &take_out).0, Some(0), "{}", run(server, &take_out).1);
    let is_out = |server: &Server| {
        let orders = slo(server, "orders");
        assert_eq!((&orders["bad"], &orders["left_ratio"]), (&0.into(), &1.0.into()), "{orders}");
        assert_eq!(orders["corrections"][0]["bad"], 100);
        assert_eq!(orders["corrections"][0]["why"], "a test that everybody knew of");
    };
    is_out(server);
    server.kill();
    server.go_on();
    wait_for("the objective after the restart", || {
        let corrections = slo(server, "orders")["corrections"].clone();
        (corrections[0]["bad"] == 100).then_some(())
    });
    is_out(server);
    let (_, shown) = run(server, &["slo", "show", "orders"]);
    assert!(shown.contains("does not count"), "{shown}");
    assert_eq!(run(server, &["slo", "withdraw", "orders", "1"]).0, Some(0));
    assert_eq!(slo(server, "orders")["bad"], 100);
    let (code, again) = run(server, &["slo", "withdraw", "orders", "1"]);
    assert_eq!((code, again.contains("no correction 1 in force")), (Some(2), true), "{again}");
    let (code, missing) = run(server, &["slo", "correct", "orders", "--incident", "999", "--why", "x"]);
    assert_eq!((code, missing.contains("no incident 999")), (Some(2), true), "{missing}");
}

#[test]
fn end_to_end_a_threshold_of_ones_own_tells_the_receiver_that_it_names_and_no_other() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("access.log");
    std::fs::File::create(&path).unwrap().write_all(log(Timestamp::now()).as_bytes()).unwrap();
    let (oncall, others) = (Webhook::start(), Webhook::start());
    let receiver = |name: &str, hook: &Webhook| {
        format!("[[receiver]]\nname = '{name}'\ntype = 'webhook'\nurl = '{}'\n", hook.url)
    };
    let config = format!(
        "[[log]]\nname = 'edge'\nservice = 'shop'\npath = {}\n\
         [detect]\noff = ['server-errors']\n\
         [[threshold]]\nname = 'orders-fail'\nservice = 'shop'\nendpoint = 'POST /v1/orders'\ncodes = '5xx'\n\
         share = '9%'\nleast_requests = 50\nseverity = 'failing'\nreceivers = 'oncall'\n{}{}",
        toml_path(&path),
        receiver("oncall", &oncall),
        receiver("others", &others)
    );
    let server = Server::start(&config, &[]);
    let told = wait_for("the one who is named", || oncall.all().into_iter().next()).body;
    assert!(told.to_string().contains("more than the threshold `orders-fail` allows"), "{told}");
    let incidents = server.json("/api/v1/incidents");
    assert_eq!(incidents["incidents"].as_array().map(Vec::len), Some(1), "{incidents}");
    assert!(others.all().is_empty());
}
