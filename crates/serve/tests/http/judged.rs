//! Our own answers, held against our own rules.

use statusquo_exchange::Exchange;
use statusquo_lint::{Judge, Series};

use super::*;

/// What the rules of the profile `guide` find in the answers, one line each.
async fn findings(asks: Vec<Ask>) -> (Vec<u16>, Vec<String>) {
    let (judge, mut series) = (Judge::default(), Series::new());
    let (mut codes, mut found) = (Vec::new(), Vec::new());
    for ask in asks {
        let name = ask.name();
        let exchange: Exchange = ask.exchange().await;
        codes.extend(exchange.status().map(|code| code.get()));
        let mut all = judge.judge(&exchange).findings;
        all.extend(series.observe(&judge, &exchange));
        found.extend(all.into_iter().map(|finding| {
            let code = exchange.status().unwrap();
            format!("{name}: {code}: {}[{}]: {}", finding.level, finding.rule.id, finding.message)
        }));
    }
    (codes, found)
}

/// All addresses, as people and as programs ask for them.
fn looks(server: SocketAddr) -> Vec<Ask> {
    let pages = [
        "/",
        "/monitors",
        "/monitors/orders",
        "/incidents",
        "/incidents/212",
        "/codes",
        "/codes/429",
        "/codes/4xx",
        "/codes/look-alikes",
        "/lint",
        "/lint/date-missing",
        "/alerts",
        "/settings",
        "/sign-in",
    ];
    let twins = [
        "/index.json",
        "/index.csv",
        "/index.txt",
        "/monitors.json",
        "/monitors.csv",
        "/monitors.txt",
        "/monitors/orders.json",
        "/incidents.json",
        "/incidents.csv",
        "/incidents.txt",
        "/incidents/212.md",
        "/incidents/212.json",
        "/codes.json",
        "/codes.csv",
        "/codes.txt",
        "/codes/429.json",
        "/codes/429.txt",
        "/lint.json",
        "/lint.csv",
        "/lint.txt",
        "/lint/date-missing.json",
        "/alerts.json",
        "/alerts.csv",
        "/alerts.txt",
        "/metrics",
        "/healthz",
        "/readyz",
        "/api/v1/status",
        "/api/v1/monitors",
        "/api/v1/monitors/orders",
        "/api/v1/monitors/orders/samples?limit=5",
        "/api/v1/incidents",
        "/api/v1/incidents/212",
        "/api/v1/silences",
        "/api/v1/silences/3",
        "/api/v1/receivers",
        "/api/v1/lint",
        "/api/v1/codes",
        "/api/v1/codes/503",
        "/api/v1/exchanges/x-orders",
        "/api/v1/openapi.json",
    ];
    let mut asks = Vec::new();
    for path in pages {
        asks.push(page(server, path));
        asks.push(Ask::new(server, "HEAD", path).with("accept", HTML));
    }
    for path in twins {
        asks.push(Ask::new(server, "GET", path));
        asks.push(Ask::new(server, "HEAD", path));
    }
    asks
}

#[tokio::test]
async fn nothing_is_found_in_what_can_be_looked_at() {
    let (_fixture, server) = sample().await;
    let mut asks = looks(server);
    let shown = page(server, "/").send().await.text();
    let files = shown.split("\"/assets/").skip(1).map(|rest| rest.split('"').next().unwrap());
    for file in files {
        let path = format!("/assets/{file}");
        asks.push(Ask::new(server, "GET", &path));
        asks.push(Ask::new(server, "GET", &path).with("accept-encoding", "gzip"));
        asks.push(Ask::new(server, "HEAD", &path));
        asks.push(Ask::new(server, "GET", &path).with("if-none-match", &format!("W/\"{file}\"")));
    }
    asks.push(page(server, "/").with("accept-encoding", "gzip"));
    let (codes, found) = findings(asks).await;
    assert!(codes.iter().all(|code| matches!(code, 200 | 304)) && codes.contains(&304), "{codes:?}");
    assert!(found.is_empty(), "\n{}", found.join("\n"));
}
