//! The JSON API, metrics, health.

use serde_json::json;

use super::*;

#[tokio::test]
async fn everything_that_is_described_is_there() {
    let (fixture, server) = sample().await;
    fixture.publish(&[("Ordering", &["orders"])]);
    fixture.keeper().look();
    let description = page(server, "/api/v1/openapi.json").send().await.json();
    assert_eq!(description["openapi"], "3.1.0");
    let paths = description["paths"].as_object().unwrap();
    assert!(paths.len() >= 19, "{}", paths.len());
    let fill = [
        ("name", "orders"),
        ("number", "212"),
        ("id", "x-orders"),
        ("code", "503"),
        ("token", "t"),
        ("path", "summary.json"),
    ];
    for (path, operations) in paths {
        // What ends something comes last.
        let mut methods: Vec<&String> = operations.as_object().unwrap().keys().collect();
        methods.sort_by_key(|method| *method == "delete");
        for method in methods {
            let mut place = format!("/api/v1{path}");
            for (name, value) in fill {
                let value = if path.starts_with("/receivers") {
                    "oncall"
                } else if path.starts_with("/silences") {
                    "3"
                } else if path.starts_with("/slos") && name == "id" {
                    "1"
                } else {
                    value
                };
                place = place.replace(&format!("{{{name}}}"), value);
            }
            // Which requests are kept has tests of its own (`requests.rs`).
            if path == "/requests/{id}" {
                continue;
            }
            let mut ask = Ask::new(server, &method.to_uppercase(), &place);
            if method == "post" {
                ask = ask.json(r#"{"text": "x", "for": "1h"}"#);
                if !path.ends_with("notes") && path.as_str() == "/silences" {
                    ask = Ask::new(server, "POST", &place).json(r#"{"for": "1h"}"#);
                } else if path.ends_with("notes") {
                    ask = Ask::new(server, "POST", &place).json(r#"{"text": "x"}"#);
                } else if path.ends_with("corrections") {
                    ask = Ask::new(server, "POST", &place).json(r#"{"incident": 212, "why": "x"}"#);
                } else if path == "/tokens" {
                    ask = Ask::new(server, "POST", &place).json(r#"{"name": "orders"}"#);
                } else if path == "/deploys" {
                    ask = Ask::new(server, "POST", &place).json(r#"{"service": "shop", "version": "1.4.2"}"#);
                }
            }
            let answer = ask.send().await;
            assert!(
                (200..300).contains(&answer.status),
                "{method} {place}: {} {}",
                answer.status,
                answer.text()
            );
            answer.json();
        }
    }
}

#[tokio::test]
async fn programs_read_monitors_incidents_and_codes() {
    let (_fixture, server) = sample().await;
    let get = async |path: &str| Ask::new(server, "GET", path).send().await.json();
    let monitor = get("/api/v1/monitors/orders").await;
    assert_eq!(monitor["state"], "failing");
    assert_eq!(monitor["incident"], 212);
    assert_eq!(monitor["last"]["status"], 200);
    let samples = get("/api/v1/monitors/orders/samples?limit=5").await;
    assert_eq!(samples["samples"].as_array().unwrap().len(), 5);
    assert!(samples["history"].as_array().unwrap().iter().any(|part| part["bad"].as_u64() > Some(0)));
    let incident = get("/api/v1/incidents/212").await;
    assert_eq!(incident["sentence"], "Orders, create and read back answers 503 Service Unavailable");
    assert_eq!(incident["cause"]["status"], 503);
    assert_eq!(incident["timeline"][0]["kind"], "opened");
    assert_eq!(incident["deliveries"][1]["attempts"], 2);
    let exchange = get("/api/v1/exchanges/x-orders").await;
    assert_eq!(exchange["response"]["status"], 503);
    assert_eq!(get("/api/v1/codes/429").await["codes"][0]["phrase"], "Too Many Requests");
    assert_eq!(get("/api/v1/silences").await["silences"][0]["by"], "ann");
    assert_eq!(
        get("/api/v1/receivers").await["receivers"][1]["reason"],
        "the mail server refuses connections"
    );
    assert_eq!(get("/api/v1/status").await["monitors"]["failing"], 2);
}

#[tokio::test]
async fn what_cannot_be_done_is_told_with_the_right_code() {
    let (_fixture, server) = sample().await;
    let answer = Ask::new(server, "DELETE", "/api/v1/monitors").send().await;
    assert_eq!((answer.status, answer.field("allow")), (405, Some("GET,HEAD")));
    assert_eq!(answer.json()["title"], "Method Not Allowed");
    let answer = Ask::new(server, "POST", "/api/v1/incidents/212/acknowledge").form("x=1").send().await;
    assert_eq!((answer.status, answer.field("accept-post")), (415, Some("application/json")));
    let answer = Ask::new(server, "POST", "/api/v1/silences").json("{").send().await;
    assert_eq!(answer.status, 400);
    let answer = Ask::new(server, "POST", "/api/v1/incidents/212/notes").json(r#"{"txt": "x"}"#).send().await;
    assert_eq!(answer.status, 422);
    let wrong = r#"{"monitors": ["orders", "none", "nobody"], "for": "soon"}"#;
    let answer = Ask::new(server, "POST", "/api/v1/silences").json(wrong).send().await;
    let pointers: Vec<_> =
        answer.json()["errors"].as_array().unwrap().iter().map(|e| e["pointer"].clone()).collect();
    assert_eq!(
        (answer.status, pointers),
        (422, vec![json!("#/monitors/1"), json!("#/monitors/2"), json!("#/for")])
    );
    let large = format!(r#"{{"text": "{}"}}"#, "x".repeat(70_000));
    let answer = Ask::new(server, "POST", "/api/v1/incidents/212/notes").json(&large).send().await;
    assert_eq!((answer.status, answer.field("content-type")), (413, Some("application/problem+json")));
    for path in ["/api/v1/nothing", "/api/v1/monitors/none", "/api/v1/exchanges/none", "/api/v1/incidents/7"]
    {
        let answer = page(server, path).send().await;
        assert_eq!(
            (answer.status, answer.field("content-type")),
            (404, Some("application/problem+json")),
            "{path}"
        );
    }
}

#[tokio::test]
async fn commands_reach_the_pipeline_and_its_refusals_come_back() {
    use statusquo_alert::{Command as Order, CommandError, IncidentNumber, Who};
    use statusquo_serve::{Command, Refusal, Reply};
    let mut fixture = Fixture::new(now());
    fixture.fill(14).await;
    let mut asked = fixture.asked.take().unwrap();
    let server = serve(fixture.router()).await;
    let answers = [
        Err(Refusal::Engine(CommandError::Resolved(212))),
        Err(Refusal::Busy),
        Err(Refusal::Failed("no route".to_owned())),
        Err(Refusal::UnknownToken),
        Ok(Reply::Done),
    ];
    let pipeline = tokio::spawn(async move {
        let mut commands = Vec::new();
        for answer in answers {
            let request = asked.recv().await.unwrap();
            commands.push(request.command);
            request.reply.send(answer).unwrap();
        }
        commands
    });
    let post = async |path: &str| Ask::new(server, "POST", path).json("{}").send().await;
    let answer = post("/api/v1/incidents/212/resolve").await;
    assert_eq!(
        (answer.status, answer.json()["detail"].clone()),
        (409, json!("incident 212 is resolved already"))
    );
    let answer = post("/api/v1/monitors/orders/run").await;
    assert_eq!((answer.status, answer.field("retry-after")), (503, Some("5")));
    let answer = post("/api/v1/receivers/oncall/test").await;
    assert_eq!((answer.status, answer.json()), (200, json!({ "delivered": false, "answer": "no route" })));
    assert_eq!(Ask::new(server, "GET", "/heartbeat/wrong/3").send().await.status, 404);
    assert_eq!(Ask::new(server, "POST", "/heartbeat/right/fail").send().await.status, 200);
    let local = || Who("local".to_owned());
    assert_eq!(
        pipeline.await.unwrap(),
        [
            Command::Engine(Order::Resolve(IncidentNumber(212)), local()),
            Command::RunNow("orders".into(), local()),
            Command::TestReceiver("oncall".into(), local()),
            Command::Beat { token: "wrong".to_owned(), exit_code: Some(3) },
            Command::Beat { token: "right".to_owned(), exit_code: Some(1) },
        ]
    );
}

#[tokio::test]
async fn metrics_speak_of_monitors_and_of_ourselves() {
    let (_fixture, server) = sample().await;
    let answer = page(server, "/metrics").send().await;
    assert!(answer.field("content-type").unwrap().starts_with("application/openmetrics-text"));
    let text = answer.text();
    for line in [
        r#"statusquo_monitor_state{monitor="orders"} 2"#,
        r#"statusquo_monitor_last_status_code{monitor="orders"} 200"#,
        r#"statusquo_monitors{state="failing"} 2"#,
        "statusquo_incidents_open 3",
        r#"statusquo_probes_total{mark="bad",class="5xx"}"#,
        r#"statusquo_queue_length{queue="store"} 11"#,
        r#"statusquo_queue_dropped_total{queue="store"} 0"#,
        "statusquo_probe_duration_seconds_bucket",
        "statusquo_probe_lateness_seconds 0.003",
        "statusquo_outbox_pending 1",
        "statusquo_store_size_bytes 48300000",
        r#"statusquo_own_fault{fault="resolver"} 0"#,
    ] {
        assert!(text.contains(line), "{line} is missing in\n{text}");
    }
    assert!(text.ends_with("# EOF\n"));
    for path in ["/healthz", "/readyz"] {
        assert_eq!(page(server, path).send().await.text(), "ok\n");
    }
}
