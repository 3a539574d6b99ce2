//! What OpenTelemetry's own SDKs send arrives: spans, metrics and log records, over HTTP and gRPC.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::support::free_port;
use crate::support::server::Server;

/// The Python that has the SDK: `./check` makes it.
fn python() -> PathBuf {
    let python = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/senders/bin/python");
    assert!(python.exists(), "the senders are not installed: run ./check, or make {}", python.display());
    python
}

/// Sends so many requests as an application does, and says what the sender complained about.
fn send(protocol: &str, endpoint: &str, count: usize) -> Result<(), String> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/senders/send.py");
    let ran =
        Command::new(python()).arg(script).args([protocol, endpoint, &count.to_string()]).output().unwrap();
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
    // Whatever was acknowledged is safe: also when we are killed right after it.
    server.kill();
    server.go_on();
    let all = kept(&server, "code=5xx");
    let seen_by = |layer: &str| all.iter().filter(|hop| hop["layer"] == layer).count();
    assert_eq!((seen_by("spans"), seen_by("records")), (80, 80), "every tenth request failed, sent twice");
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
