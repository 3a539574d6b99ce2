//! What OpenTelemetry's own SDKs send arrives: spans, metrics and log records, over HTTP and gRPC.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use statusquo_slo::kept::Layer;
use statusquo_slo::traffic::EndpointName;
use statusquo_slo::{Answer, Histogram};
use statusquo_store::{Resolution, Retention, Store};

use crate::support::server::Server;
use crate::support::{free_port, wait_for};

/// The Python that has the SDK: `./check` makes it.
fn python() -> PathBuf {
    let python = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/senders/bin/python");
    assert!(python.exists(), "the senders are not installed: run ./check, or make {}", python.display());
    python
}

/// Sends so many requests as an application does, and says what the sender complained about.
fn send(protocol: &str, endpoint: &str, count: usize) -> Result<(), String> {
    let senders = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/senders");
    let mut command = if protocol == "json" {
        let mut node = Command::new("node");
        node.arg(senders.join("send.mjs"));
        node
    } else {
        let mut python = Command::new(python());
        python.arg(senders.join("send.py")).arg(protocol);
        python
    };
    let ran = command.args([endpoint, &count.to_string()]).output().unwrap();
    let said = String::from_utf8_lossy(&[ran.stdout, ran.stderr].concat()).into_owned();
    ran.status.success().then_some(()).ok_or(said)
}

fn kept(server: &Server, query: &str) -> Vec<serde_json::Value> {
    let mut all = Vec::new();
    let mut before = String::new();
    loop {
        let page = server.json(&format!("/api/v1/requests?{query}{before}"));
        all.extend(page["requests"].as_array().unwrap().iter().cloned());
        match page["next"].as_i64() {
            Some(next) => before = format!("&before={next}"),
            None => return all,
        }
    }
}

/// What the store has counted of the service, by layer: requests by status code, and their latency.
fn counted(
    server: &mut Server,
    service: &str,
    route: &str,
) -> BTreeMap<Layer, (BTreeMap<u16, u64>, Histogram)> {
    server.kill();
    let store = Store::open(&server.data(), Retention::default()).unwrap();
    let endpoint = EndpointName::new("GET", route);
    let ever = 1_600_000_000..4_000_000_000;
    let all = store.reader().traffic(service, Some(&endpoint), Resolution::Hour, &ever);
    let mut found = BTreeMap::new();
    for (layer, series) in all.unwrap() {
        let mut codes = BTreeMap::new();
        for (_, answer, count) in series.answers() {
            let Answer::Status(code) = answer else { panic!("{answer:?}") };
            *codes.entry(code.get()).or_default() += count;
        }
        found.insert(layer, (codes, series.all_latency()));
    }
    store.close();
    server.go_on();
    found
}

#[test]
fn end_to_end_sdks_over_http_and_grpc_are_heard() {
    let (http, grpc) = (free_port(), free_port());
    let config = format!(
        "[otlp]\nlisten = \"127.0.0.1:{http}\"\ngrpc = \"127.0.0.1:{grpc}\"\n[requests]\nsample = 0\n"
    );
    let mut server = Server::start(&config, &[]);
    for (protocol, endpoint) in
        [("http", format!("http://127.0.0.1:{http}")), ("grpc", format!("127.0.0.1:{grpc}"))]
    {
        send(protocol, &endpoint, 400).unwrap();
    }
    wait_for("the source to say what it has seen", || {
        let sources = server.json("/api/v1/sources");
        sources["sources"][0]["seen_until"].is_string().then_some(())
    });
    // Whatever was acknowledged is safe: also when we are killed right after it.
    server.kill();
    server.go_on();
    let all = kept(&server, "code=5xx");
    let seen_by = |layer: &str| all.iter().filter(|hop| hop["layer"] == layer).count();
    assert_eq!((seen_by("spans"), seen_by("records")), (80, 80), "every tenth request failed, sent twice");
    let counted = counted(&mut server, "shop", "/orders/{id}");
    let expect = |good, bad| BTreeMap::from([(200, good), (503, bad)]);
    for layer in [Layer::Spans, Layer::Metrics, Layer::Records] {
        assert_eq!(counted[&layer].0, expect(720, 80), "{layer:?}");
    }
    let latency = &counted[&Layer::Metrics].1;
    assert_eq!(latency.count(), 800);
    let p99 = latency.estimate(0.99).unwrap();
    // Half of them were told by explicit buckets, of which one goes from 25 to 50 s.
    let off = (p99.microseconds / 30e6).max(30e6 / p99.microseconds) - 1.0;
    assert!(!p99.is_more && off <= p99.error, "the slow ones took 30 s: {p99:?}");
    let told = server.json("/api/v1/requests/req-00000010");
    assert_eq!((told["status"].as_u64(), told["hops"].as_array().unwrap().len()), (Some(503), 4));
    let ran = Server::command()
        .args(["find", "req-00000010", "--server", &format!("http://127.0.0.1:{}", server.port)])
        .output()
        .unwrap();
    let out = String::from_utf8_lossy(&ran.stdout);
    assert!(out.contains("GET /orders/10 from 192.0.2.7 at "), "{out}");
}

#[test]
fn end_to_end_an_sdk_that_sends_json_and_deltas_is_heard() {
    let (http, grpc) = (free_port(), free_port());
    let config = format!("[otlp]\nlisten = \"127.0.0.1:{http}\"\ngrpc = \"127.0.0.1:{grpc}\"\n");
    let mut server = Server::start(&config, &[]);
    send("json", &format!("http://127.0.0.1:{http}"), 300).unwrap();
    let told = server.json("/api/v1/requests/cart-10-request");
    assert_eq!(told["status"].as_u64(), Some(503), "{told}");
    let counted = counted(&mut server, "cart", "/carts/{id}");
    for layer in [Layer::Spans, Layer::Metrics] {
        assert_eq!(counted[&layer].0, BTreeMap::from([(200, 270), (503, 30)]), "{layer:?}");
    }
    let latency = &counted[&Layer::Metrics].1;
    let (p50, p99) = (latency.estimate(0.5).unwrap(), latency.estimate(0.99).unwrap());
    assert!((p50.microseconds / 20_000.0 - 1.0).abs() < 0.05 && !p99.is_more, "{p50:?} {p99:?}");
    assert!((p99.microseconds / 30_000_000.0 - 1.0).abs() < 0.05, "exponential buckets have no end: {p99:?}");
}

#[test]
fn end_to_end_a_token_is_demanded_where_one_is_set() {
    let (http, grpc) = (free_port(), free_port());
    let config = format!(
        "[otlp]\nlisten = \"127.0.0.1:{http}\"\ngrpc = \"127.0.0.1:{grpc}\"\ntoken = \"${{env:OTLP_TOKEN}}\"\n"
    );
    let _server = Server::start(&config, &[("OTLP_TOKEN", "letmein")]);
    let refused = send("http", &format!("http://127.0.0.1:{http}"), 10).unwrap_err();
    assert!(refused.contains("401"), "{refused}");
    let refused = send("grpc", &format!("127.0.0.1:{grpc}"), 10).unwrap_err();
    assert!(refused.contains("UNAUTHENTICATED"), "{refused}");
}
