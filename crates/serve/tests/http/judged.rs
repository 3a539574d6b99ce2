//! Our own answers, held against our own rules: every address, every way to be refused.

use statusquo_exchange::Exchange;
use statusquo_lint::{Judge, Series};
use statusquo_store::Role;

use super::*;
use statusquo_serve::{Command, Refusal, Reply};

const JSON: &str = "application/json";

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

fn is_refused(ask: Ask) -> Ask {
    ask.with("accept", JSON)
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
        "/third-parties",
        "/slos",
        "/public",
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
        "/slos.json",
        "/api/v1/slos",
        "/api/v1/sources",
        "/api/v1/third-parties",
        "/api/v1/deploys",
        "/third-parties.json",
        "/third-parties.csv",
        "/third-parties.txt",
        "/api/v1/audit",
        "/api/v1/tokens",
        "/api/v1/announcements",
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
        "/api/v1/top",
        "/api/v1/slos/orders",
        "/api/v1/slos/orders/corrections",
        "/api/v1/slos/orders/corrections/1",
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

#[tokio::test]
async fn nothing_is_found_in_what_changes_something() {
    let (_fixture, server) = sample().await;
    let post = |path: &str, json: &str| Ask::new(server, "POST", path).with("accept", JSON).json(json);
    let csrf = page(server, "/incidents/212").send().await.csrf();
    let form = |path: &str, rest: &str| {
        Ask::new(server, "POST", path).with("accept", HTML).form(&format!("csrf={csrf}{rest}"))
    };
    let (codes, found) = findings(vec![
        post("/api/v1/monitors/orders/pause", "{}"),
        post("/api/v1/monitors/orders/resume", "{}"),
        post("/api/v1/monitors/orders/run", "{}"),
        post("/api/v1/incidents/212/acknowledge", "{}"),
        post("/api/v1/incidents/212/notes", r#"{"text": "x"}"#),
        post("/api/v1/incidents/212/resolve", "{}"),
        post("/api/v1/silences", r#"{"for": "1h"}"#),
        Ask::new(server, "DELETE", "/api/v1/silences/3"),
        post("/api/v1/slos/orders/corrections", r#"{"incident": 212, "why": "x"}"#),
        Ask::new(server, "DELETE", "/api/v1/slos/orders/corrections/1"),
        post("/api/v1/receivers/oncall/test", "{}"),
        post("/api/v1/tokens", r#"{"name": "ci"}"#),
        Ask::new(server, "GET", "/api/v1/tokens/ci"),
        Ask::new(server, "DELETE", "/api/v1/tokens/ci"),
        post("/api/v1/heartbeats/t", "{}"),
        Ask::new(server, "POST", "/heartbeat/t"),
        Ask::new(server, "GET", "/heartbeat/t/0"),
        form("/incidents/212/acknowledge", ""),
        form("/monitors/orders/pause", ""),
        form("/silences", "&monitors=orders&lasting=30m&comment=x"),
        form("/slos/orders/corrections", "&incident=212&why=x"),
        form("/slos/orders/corrections/1/withdraw", ""),
        form("/receivers/oncall/test", ""),
        form("/settings", "&name=ci&role=viewer"),
        form("/settings/tokens/ci/revoke", ""),
    ])
    .await;
    assert!(codes.iter().all(|code| (200..400).contains(code)), "{codes:?}");
    assert!(found.is_empty(), "\n{}", found.join("\n"));
}

#[tokio::test]
async fn nothing_is_found_in_what_is_refused() {
    let (fixture, server) = sample().await;
    fixture.add_token("ci", "sq_ci", Role::Viewer).await;
    let post = |path: &str| Ask::new(server, "POST", path).with("accept", JSON);
    let large = format!(r#"{{"text": "{}"}}"#, "x".repeat(70_000));
    let (codes, found) = findings(vec![
        page(server, "/nothing"),
        page(server, "/monitors/none"),
        page(server, "/codes/none"),
        page(server, "/assets/none.css"),
        Ask::new(server, "HEAD", "/nothing").with("accept", HTML),
        is_refused(Ask::new(server, "GET", "/api/v1/nothing")),
        is_refused(Ask::new(server, "GET", "/api/v1/monitors/none")),
        is_refused(Ask::new(server, "GET", "/api/v1/exchanges/none")),
        is_refused(Ask::new(server, "HEAD", "/api/v1/incidents/7")),
        is_refused(Ask::new(server, "DELETE", "/api/v1/monitors")),
        is_refused(Ask::new(server, "OPTIONS", "/api/v1/monitors")),
        is_refused(Ask::new(server, "PUT", "/metrics")),
        is_refused(Ask::new(server, "FROBNICATE", "/api/v1/monitors")),
        page(server, "/").host("evil.test"),
        is_refused(Ask::new(server, "GET", "/api/v1/monitors").host("evil.test")),
        post("/api/v1/incidents/212/acknowledge").form("x=1"),
        post("/api/v1/silences").json("{"),
        post("/api/v1/incidents/212/notes").json(r#"{"txt": "x"}"#),
        post("/api/v1/silences").json(r#"{"monitors": ["none"], "for": "soon"}"#),
        post("/api/v1/incidents/212/notes").json(&large),
        post("/api/v1/tokens").json(r#"{"name": "ci"}"#),
        is_refused(Ask::new(server, "DELETE", "/api/v1/tokens/none")),
        Ask::new(server, "POST", "/incidents/212/acknowledge").with("accept", HTML).form("csrf=other"),
        Ask::new(server, "POST", "/silences")
            .with("origin", "http://evil.test")
            .with("accept", HTML)
            .form("for=1h"),
    ])
    .await;
    for wanted in [400, 403, 404, 405, 409, 413, 415, 421, 422] {
        assert!(codes.contains(&wanted), "{wanted} is not among {codes:?}");
    }
    assert!(codes.iter().all(|code| *code >= 400), "{codes:?}");
    assert!(found.is_empty(), "\n{}", found.join("\n"));
}

#[tokio::test]
async fn nothing_is_found_in_what_strangers_are_told() {
    let mut fixture = Fixture::new(now());
    fixture.fill(3).await;
    fixture.add_user("rob", "word", Role::Responder).await;
    fixture.add_token("read", "sq_read", Role::Viewer).await;
    let server = serve(fixture.router()).await;
    let sign_in = |password: &str| {
        let content = format!("name=rob&password={password}&next=%2F");
        Ask::new(server, "POST", "/sign-in").with("accept", HTML).form(&content)
    };
    let token = |token: &str| {
        let path = "/api/v1/incidents/212/acknowledge";
        Ask::new(server, "POST", path)
            .with("authorization", &format!("Bearer {token}"))
            .with("accept", JSON)
            .json("{}")
    };
    let mut asks = vec![
        page(server, "/monitors"),
        is_refused(Ask::new(server, "GET", "/api/v1/monitors")),
        is_refused(Ask::new(server, "HEAD", "/api/v1/monitors")),
        token("sq_guess"),
        token("sq_read"),
        sign_in("word"),
    ];
    asks.extend((0..6).map(|_| sign_in("guess")));
    let (codes, found) = findings(asks).await;
    for wanted in [303, 401, 403, 422, 429] {
        assert!(codes.contains(&wanted), "{wanted} is not among {codes:?}");
    }
    assert!(found.is_empty(), "\n{}", found.join("\n"));
}

#[tokio::test]
async fn nothing_is_found_in_our_own_failures() {
    let mut fixture = Fixture::new(now());
    fixture.fill(3).await;
    let mut asked = fixture.asked.take().unwrap();
    let server = serve(fixture.router()).await;
    tokio::spawn(async move {
        while let Some(request) = asked.recv().await {
            let answer: Result<Reply, Refusal> = match &request.command {
                Command::RunNow(..) => Err(Refusal::Busy),
                Command::Beat { .. } | Command::CalledBack(..) => Err(Refusal::UnknownToken),
                Command::Withdraw(_, id, _) => Err(Refusal::NoCorrection(*id)),
                Command::Correct(asked, _) => Err(Refusal::NoObjective(asked.slo.clone())),
                Command::Engine(..) | Command::TestReceiver(..) | Command::Deployed(_) => {
                    Err(Refusal::Failed("no route to the receiver".to_owned()))
                }
            };
            drop(request.reply.send(answer));
        }
    });
    let post = |path: &str| Ask::new(server, "POST", path).with("accept", JSON).json("{}");
    let (codes, found) = findings(vec![
        post("/api/v1/monitors/orders/run"),
        post("/api/v1/monitors/orders/pause"),
        post("/api/v1/receivers/oncall/test"),
        Ask::new(server, "GET", "/heartbeat/wrong/3"),
    ])
    .await;
    assert!(codes.contains(&503) && codes.contains(&502) && codes.contains(&404), "{codes:?}");
    assert!(found.is_empty(), "\n{}", found.join("\n"));
}
