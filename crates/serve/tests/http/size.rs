//! What pages weigh with 1,000 endpoints, 1,000 monitors and 30 days of history. No clock is asked.

use std::sync::Arc;

use statusquo_catalogue::StatusCode;
use statusquo_exchange::Name;
use statusquo_lint::{Finding, Level, Place, rule};
use statusquo_serve::ServiceView;
use statusquo_slo::kept::Layer;
use statusquo_slo::traffic::{Counted, EndpointName, Harvest, Measure, Recent, Series};
use statusquo_slo::{Answer, Histogram};
use statusquo_store::TrafficBatch;

use super::*;

/// With the style and the script, compressed.
const MOST_BYTES: usize = 60_000;
/// The public page has neither, and nothing else beside it.
const MOST_PUBLIC_BYTES: usize = 20_000;
const MANY: usize = 1000;
/// More rows come with *Show more*.
const ROWS: usize = 50;
const DAY: i64 = 86_400;

const THINGS: [&str; 8] =
    ["orders", "carts", "payments", "customers", "inventory", "shipments", "subscriptions", "webhooks"];
const METHODS: [&str; 4] = ["GET", "POST", "PUT", "DELETE"];

/// A thousand endpoints that were asked every day of a month, and lately.
async fn trade(fixture: &Fixture) {
    let now = now().as_second();
    let status = |code| Measure::Answer(Answer::Status(StatusCode::new(code)));
    let (mut view, mut whole, mut counted) = (ServiceView::default(), Series::new(), Vec::new());
    for n in 0..MANY {
        let route = format!("/v{}/{}/{{id}}/part-{n}", n % 3 + 1, THINGS[n % THINGS.len()]);
        let name = EndpointName::new(METHODS[n % METHODS.len()], &route);
        let (mut series, mut recent) = (Series::new(), Recent::default());
        let spread = i64::try_from(n).unwrap() * 10;
        let mut add = |second: i64, is_recent: bool| {
            let start = second - second.rem_euclid(10);
            let n = n as u64;
            for (code, count) in [(200, 100 + n), (404, n % 17), (422, n % 7), (503, n % 5), (500, n % 3)] {
                series.add(start, status(code), count);
                if is_recent {
                    recent.add(start, status(code), count);
                }
            }
        };
        (0..30).for_each(|day| add(now - day * DAY - spread, false));
        (0..7).for_each(|part| add(now - part * 1000 - 30, true));
        let mut latency = Histogram::default();
        (1..20).for_each(|step| latency.record(step * 4000));
        series.add_latency(now - now.rem_euclid(300), &latency);
        whole.merge(&series);
        view.endpoints.entry(name.clone()).or_default().insert(Layer::Edge, recent.clone());
        counted.push(Counted { endpoint: Some(name), is_declared: false, layer: Layer::Edge, series });
        let together = view.whole.entry(Layer::Edge).or_default();
        together.merge(&recent);
    }
    counted.push(Counted { endpoint: None, is_declared: false, layer: Layer::Edge, series: whole });
    view.seen_until.insert(Layer::Edge, now);
    let harvest = Harvest { renamed: Vec::new(), counted };
    let batch = TrafficBatch { services: vec![(Name::from("shop"), harvest)], ..TrafficBatch::default() };
    fixture.context().writer.traffic(Arc::new(batch)).await.unwrap().unwrap();
    fixture.context().writer.roll_up(super::now());
    fixture.settle().await;
    fixture.board.write(|board| board.service(Name::from("shop"), view));
}

/// Every monitor breaks some rules.
fn judge(fixture: &Fixture) {
    let rules = ["error-heuristically-cached", "not-implemented-but-allowed", "created-without-location"];
    let names: Vec<Name> = fixture.board.snapshot().monitors.iter().map(|view| view.name.clone()).collect();
    fixture.board.write(|board| {
        for name in &names {
            for id in rules {
                let message = format!("`cache-control` of {name} lets caches keep a failure for 10 minutes");
                let finding = Finding::new(rule(id).unwrap(), Level::Should, message, Place::StatusLine);
                board.found(name, &[finding], now());
            }
        }
    });
}

async fn packed(server: SocketAddr, path: &str) -> usize {
    let answer = page(server, path).with("accept-encoding", "gzip").send().await;
    assert_eq!((answer.status, answer.field("content-encoding")), (200, Some("gzip")), "{path}");
    answer.content.len()
}

#[tokio::test]
async fn every_page_stays_within_its_budget_with_a_thousand_of_everything() {
    let mut fixture = Fixture::new(now());
    fixture.fill(MANY).await;
    trade(&fixture).await;
    judge(&fixture);
    fixture.publish(&[("Ordering", &["orders"]), ("Search", &["search"])]);
    let server = serve(fixture.router()).await;
    let first = page(server, "/").send().await.text();
    let mut assets = 0;
    for path in first.split('"').filter(|part| part.starts_with("/assets/") && !part.ends_with(".svg")) {
        assets += packed(server, path).await;
    }
    assert!(assets < 20_000, "{assets} bytes of style and script");
    for path in [
        "/",
        "/?range=30d",
        "/endpoints",
        "/endpoints?range=30d",
        "/endpoints/put.v2.payments.(id).part-10?range=30d",
        "/monitors",
        "/monitors?range=30d",
        "/monitors/orders",
        "/monitors/orders?range=30d",
        "/incidents",
        "/incidents/212",
        "/requests",
        "/requests/req_8f3c1a90",
        "/codes?range=30d",
        "/codes/503?range=30d",
        "/slos",
        "/slos/orders",
        "/lint",
        "/lint/error-heuristically-cached",
        "/alerts",
        "/public",
        "/settings",
    ] {
        let text = page(server, path).send().await;
        let text = text.text();
        let bytes = assets + packed(server, path).await;
        assert!(bytes < MOST_BYTES, "{path}: {bytes} bytes");
        let rows = text.matches("<tr>").count().max(text.matches("data-row").count());
        let is_list = ["/endpoints", "/monitors", "/requests", "/incidents"].contains(&path);
        assert!(!is_list || rows <= ROWS + 5, "{path}: {rows} rows");
    }
    for path in ["/endpoints", "/monitors", "/lint"] {
        let text = page(server, path).send().await.text();
        let more = text.split('"').find(|part| part.starts_with(path) && part.contains("show="));
        let more = more.unwrap_or_else(|| panic!("{path} has no *Show more*")).replace("&amp;", "&");
        let longer = page(server, &more).send().await.text();
        assert!(longer.len() > text.len() + 1000, "{more} shows more");
    }
}

#[tokio::test]
async fn the_public_page_stays_within_its_budget_with_many_components() {
    let mut fixture = Fixture::new(now());
    fixture.fill(100).await;
    let names: Vec<String> =
        fixture.board.snapshot().monitors.iter().map(|view| view.name.to_string()).take(30).collect();
    let monitors: Vec<[&str; 1]> = names.iter().map(|name| [name.as_str()]).collect();
    let components: Vec<(&str, &[&str])> =
        names.iter().zip(&monitors).map(|(name, monitor)| (name.as_str(), &monitor[..])).collect();
    fixture.publish(&components);
    let server = serve(fixture.router()).await;
    fixture.keeper().look();
    for path in ["index.html", "incidents/index.html"] {
        let bytes = packed(server, &format!("/api/v1/status-page/{path}")).await;
        assert!(bytes <= MOST_PUBLIC_BYTES, "{path}: {bytes} bytes");
    }
}
