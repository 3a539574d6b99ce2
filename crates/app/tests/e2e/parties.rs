//! Third parties and deploys: what others say is held against what we see, and named where it is the cause.

use serde_json::{Value, json};

use super::support::certificates::Certificates;
use super::support::nginx::{Mode, Nginx};
use super::support::pages::{Answer, Pages};
use super::support::server::Server;
use super::support::webhook::Webhook;
use super::support::{free_port, post, wait_for};

const OUTAGE: &str = include_str!("../../../source/tests/feeds/statuspage.json");
const WELL: &str = include_str!("../../../source/tests/feeds/statuspage-well.json");

fn party(server: &Server, name: &str) -> Option<Value> {
    let all = server.json("/api/v1/third-parties");
    all["third_parties"].as_array().unwrap().iter().find(|party| party["name"] == name).cloned()
}

fn when(server: &Server, name: &str, is: impl Fn(&Value) -> bool) -> Value {
    wait_for(&format!("{name} to be so"), || party(server, name).filter(&is))
}

/// Calls that a service made to a host, as its spans tell.
fn calls(host: &str, code: u16, count: usize) -> String {
    let now = jiff::Timestamp::now().as_nanosecond();
    let span = |at: usize| {
        json!({
            "traceId": format!("{:032x}", at + 1), "spanId": format!("{:016x}", at + 1), "kind": 3,
            "name": "POST", "startTimeUnixNano": (now - 50_000_000).to_string(), "endTimeUnixNano": now.to_string(),
            "attributes": [
                { "key": "http.request.method", "value": { "stringValue": "POST" } },
                { "key": "server.address", "value": { "stringValue": host } },
                { "key": "url.full", "value": { "stringValue": format!("https://{host}/v1/charges") } },
                { "key": "http.response.status_code", "value": { "intValue": code.to_string() } },
            ],
        })
    };
    let spans: Vec<Value> = (0..count).map(span).collect();
    let resource = json!({ "attributes": [{ "key": "service.name", "value": { "stringValue": "shop" } }] });
    json!({ "resourceSpans": [{ "resource": resource, "scopeSpans": [{ "spans": spans }] }] }).to_string()
}

#[test]
fn end_to_end_a_third_party_is_named_where_it_is_the_cause_and_its_page_is_not_believed_blindly() {
    let folder = tempfile::tempdir().unwrap();
    let mut nginx = Nginx::start(&Certificates::make(folder.path()));
    let webhook = Webhook::start();
    let pages = Pages::start(&[
        ("/stripe", Answer::Page(OUTAGE)),
        ("/mail", Answer::Page(WELL)),
        ("/cards", Answer::Page(WELL)),
        ("/people", Answer::Page("<!doctype html><html><body>All systems operational</body></html>")),
        ("/huge", Answer::Endless),
        ("/moved", Answer::Code("302 Found", "Location: http://169.254.169.254/latest\r\n")),
        ("/busy", Answer::Code("429 Too Many Requests", "Retry-After: 3600\r\n")),
    ]);
    let (http, grpc) = (free_port(), free_port());
    let party_of = |name: &str, more: &str| {
        format!("[[dependency]]\nname = '{name}'\nfeed = '{}/{name}'\nevery = '30s'\n{more}\n", pages.url)
    };
    let config = format!(
        "[otlp]\nlisten = '127.0.0.1:{http}'\ngrpc = '127.0.0.1:{grpc}'\n\
         [defaults]\nevery = '1s'\ntimeout = '900ms'\nrecheck = '1s'\nreceivers = ['hook']\n\
         [[receiver]]\nname = 'hook'\ntype = 'webhook'\nurl = '{}'\n\
         [[monitor]]\nname = 'orders'\nurl = 'http://127.0.0.1:{plain}/'\ndepends_on = 'stripe'\n\
         [[monitor]]\nname = 'mail-api'\ntcp = '127.0.0.1:{dead}'\n{}{}{}{}{}{}{}",
        webhook.url,
        party_of("stripe", "title = 'Stripe'\ncomponents = ['Charges']"),
        party_of("mail", "title = 'Mail Ltd.'\nmonitors = ['mail-api']\nalert = false"),
        party_of("cards", "hosts = ['*.cards.test']"),
        party_of("people", ""),
        party_of("huge", ""),
        party_of("moved", ""),
        party_of("busy", ""),
        plain = nginx.plain,
        dead = free_port(),
    );
    let mut server = Server::start(&config, &[]);

    // What a page says raises an incident of its own, unless it shall not.
    let stripe = when(&server, "stripe", |party| party["health"] == "partial outage");
    assert_eq!(stripe["format"], "Statuspage");
    assert_eq!(stripe["components"].as_array().unwrap().len(), 1, "only what counts: {stripe}");
    assert_eq!(stripe["needed_by"], json!(["orders"]));
    assert_eq!(stripe["sentence"], "Stripe says partial outage: Elevated errors on charges");
    let own = wait_for("its own incident", || {
        webhook.all().into_iter().find(|told| told.body["data"]["name"] == "Stripe")
    });
    assert_eq!(own.body["data"]["severity"], "degraded");

    // Whoever depends on it says so, in the message and on the page.
    nginx.become_mode(Mode::Unavailable);
    let told = wait_for("the incident of the monitor", || {
        webhook.all().into_iter().find(|told| told.body["data"]["name"] == "orders")
    });
    let says = "Stripe says partial outage: Elevated errors on charges";
    assert_eq!(told.body["data"]["likely"], json!([says]), "{:#}", told.body);
    let line = format!("Likely: {says}.");
    assert!(
        told.body["data"]["message"]["lines"].as_array().unwrap().contains(&json!(line)),
        "{:#}",
        told.body
    );
    let number = told.body["data"]["incident"].as_u64().unwrap();
    let incident = server.json(&format!("/api/v1/incidents/{number}"));
    assert_eq!(incident["likely"], json!([says]));

    // Our own probe knows better than the page.
    let mail = when(&server, "mail", |party| party["page_lags"] == true);
    assert_eq!((&mail["health"], &mail["seen"]), (&json!("operational"), &json!("our probe of it fails")));

    // So do our own calls.
    let cards = when(&server, "cards", |party| party["health"] == "operational");
    assert_eq!(cards["page_lags"], false);
    assert_eq!(post(http, "/v1/traces", &calls("api.cards.test", 200, 30)).0, 200);
    assert_eq!(post(http, "/v1/traces", &calls("api.cards.test", 503, 10)).0, 200);
    let cards = when(&server, "cards", |party| party["page_lags"] == true);
    assert_eq!((&cards["calls_failed"], &cards["calls"]), (&json!(10), &json!(40)), "{cards}");
    assert_eq!(cards["needed_by"], json!(["shop"]));
    let (_, metrics) = server.get("/metrics");
    for line in [
        "statusquo_third_party_health{third_party=\"stripe\"} 3",
        "statusquo_third_party_page_lags{third_party=\"cards\"} 1",
        "statusquo_third_party_calls_recent_failed{third_party=\"cards\"} 10",
    ] {
        assert!(metrics.contains(line), "{line}\n{metrics}");
    }

    // What cannot be read costs nothing and is not taken for a state.
    for (name, why) in [
        ("people", "this is a page for people"),
        ("huge", "longer than 4 MiB"),
        ("moved", "sends to another place"),
        ("busy", "answers 429 Too Many Requests"),
    ] {
        let one = when(&server, name, |party| party["unread"].is_string());
        assert_eq!(one["health"], "unknown");
        assert!(one["unread"].as_str().unwrap().contains(why), "{one}");
    }

    // After a restart its state is there at once, and its page is asked whether it has changed.
    server.kill();
    server.go_on();
    assert_eq!(party(&server, "stripe").map(|party| party["health"].clone()), Some(json!("partial outage")));
    wait_for("the page to say that nothing has changed", || {
        pages.asked("/stripe").contains(&304).then_some(())
    });
    assert_eq!(party(&server, "stripe").unwrap()["health"], "partial outage");
}

#[test]
fn end_to_end_an_incident_that_begins_after_a_deploy_names_it() {
    let folder = tempfile::tempdir().unwrap();
    let mut nginx = Nginx::start(&Certificates::make(folder.path()));
    let webhook = Webhook::start();
    let config = format!(
        "[defaults]\nevery = '1s'\ntimeout = '900ms'\nrecheck = '1s'\nreceivers = ['hook']\n\
         [[receiver]]\nname = 'hook'\ntype = 'webhook'\nurl = '{}'\n\
         [[monitor]]\nname = 'orders'\nurl = 'http://127.0.0.1:{plain}/'\nservice = 'checkout'\n\
         [[monitor]]\nname = 'search'\nurl = 'http://127.0.0.1:{plain}/'\n",
        webhook.url,
        plain = nginx.plain,
    );
    let mut server = Server::start(&config, &[]);
    let ran = Server::command()
        .args(["deploy", "checkout", "1.4.2", "--url", "https://ci.test/42", "--server"])
        .arg(format!("http://127.0.0.1:{}", server.port))
        .output()
        .unwrap();
    assert_eq!(String::from_utf8_lossy(&ran.stdout), "deploy 1.4.2 of checkout is noted\n", "{ran:?}");
    let wrong =
        json!({ "service": " ", "version": "1", "url": "javascript:alert(1)", "at": "2020-01-01T00:00:00Z" });
    let (status, answer) = server.post("/api/v1/deploys", &wrong.to_string());
    let answer: Value = serde_json::from_str(&answer).unwrap();
    let wrong: Vec<&str> =
        answer["errors"].as_array().unwrap().iter().filter_map(|one| one["pointer"].as_str()).collect();
    assert_eq!((status, wrong), (422, vec!["#/service", "#/at", "#/url"]));

    // What was acknowledged is safe, also when we are killed right after it.
    server.kill();
    server.go_on();
    let deploys = server.json("/api/v1/deploys");
    assert_eq!(deploys["deploys"].as_array().unwrap().len(), 1);
    assert_eq!(deploys["deploys"][0]["url"], "https://ci.test/42");

    nginx.become_mode(Mode::Unavailable);
    let told = |name: &str| {
        wait_for("the message", || webhook.all().into_iter().find(|told| told.body["data"]["name"] == name))
    };
    let likely = told("orders").body["data"]["likely"][0].as_str().unwrap_or_default().to_owned();
    assert!(likely.ends_with(" after deploy 1.4.2 of checkout"), "{likely}");
    assert_eq!(told("search").body["data"]["likely"], json!([]), "another service");
    let number = told("orders").body["data"]["incident"].as_u64().unwrap();
    let (_, page) = server.get(&format!("/incidents/{number}.txt"));
    assert!(page.contains("after deploy 1.4.2 of checkout"), "{page}");
}
