//! Each route that there is, asked by each kind of caller.

use statusquo_store::Role;

use super::*;
use crate::client::Answer;

/// The routes as they stand in the source: what is added there is held here.
const ROUTES: &str = include_str!("../../src/routes.rs");

/// Open to everybody, as the sign-in page has to be.
const OPEN: [&str; 3] = ["/sign-in", "/healthz", "/readyz"];

/// Method and path of each route, with things that there are in the place of names.
fn routes() -> Vec<(String, String)> {
    let mut all = Vec::new();
    for line in ROUTES.split(".route(").skip(1) {
        let mut parts = line.split('"');
        let Some(path) = parts.nth(1) else { continue };
        let rest = line.split_once("\",").map_or("", |(_, rest)| rest);
        let rest = rest.split("\n").next().unwrap_or_default();
        let is_api = rest.contains("api::") && !path.starts_with("/heartbeat/");
        let path = if is_api { format!("/api/v1{path}") } else { path.to_owned() };
        for method in ["get", "post", "delete"] {
            let is_there = rest.contains(&format!(" {method}(")) || rest.contains(&format!(").{method}("));
            if is_there {
                all.push((method.to_uppercase(), filled(&path)));
            }
        }
    }
    all
}

fn filled(path: &str) -> String {
    let thing = match path {
        path if path.contains("/monitors/") => "orders",
        path if path.contains("/receivers/") => "oncall",
        path if path.contains("/silences/") => "3",
        path if path.contains("/slos/") => "orders",
        path if path.contains("/incidents/") => "212",
        path if path.contains("/codes/") => "503",
        path if path.contains("/lint/") => "error-heuristically-cached",
        _ => "1",
    };
    let mut filled = String::new();
    for part in path.split('{') {
        match part.split_once('}') {
            None => filled += part,
            Some((name, rest)) => {
                let value = match name {
                    "act" => "acknowledge",
                    "id" if path.contains("/slos/") => "1",
                    _ => thing,
                };
                filled += value;
                filled += rest;
            }
        }
    }
    filled
}

async fn ask(server: SocketAddr, (method, path): &(String, String), token: Option<&str>) -> Answer {
    let ask = Ask::new(server, method, path).with("accept", "application/json");
    let ask = match token {
        Some(token) => ask.with("authorization", &format!("Bearer {token}")),
        None => ask,
    };
    let ask = if method == "POST" && path.starts_with("/api/") { ask.json("{}") } else { ask };
    let ask = if method == "POST" && !path.starts_with("/api/") { ask.form("csrf=") } else { ask };
    ask.send().await
}

#[tokio::test]
async fn every_route_keeps_its_role() {
    let mut fixture = Fixture::new(now());
    fixture.fill(14).await;
    fixture.publish(&[("Ordering", &["orders"])]);
    fixture.add_user("ada", "word", Role::Admin).await;
    for (name, role) in
        [("sq_view", Role::Viewer), ("sq_respond", Role::Responder), ("sq_admin", Role::Admin)]
    {
        fixture.add_token(name, name, role).await;
    }
    let server = serve(fixture.router()).await;
    let routes = routes();
    assert!(routes.len() >= 60, "{routes:?}");
    for route in routes.iter().filter(|(_, path)| !path.starts_with("/events")) {
        let (method, path) = route;
        let is_open = OPEN.contains(&path.as_str())
            || ["/assets/", "/heartbeat/", "/api/v1/heartbeats/"].iter().any(|open| path.starts_with(open));
        let stranger = ask(server, route, None).await.status;
        let viewer = ask(server, route, Some("sq_view")).await.status;
        let responder = ask(server, route, Some("sq_respond")).await.status;
        let admin = ask(server, route, Some("sq_admin")).await.status;
        let told = format!("{method} {path}: {stranger} {viewer} {responder} {admin}");
        if is_open {
            assert!(![401, 403].contains(&viewer), "{told}");
            continue;
        }
        assert_eq!(stranger, 401, "{told}");
        assert_ne!((admin, responder), (401, 401), "{told}");
        if method == "GET" {
            let is_for_admins = path == "/api/v1/audit" || path.starts_with("/api/v1/tokens");
            assert_eq!(viewer == 403, is_for_admins, "{told}");
            assert_eq!(responder == 403, is_for_admins, "{told}");
            assert_ne!(admin, 403, "{told}");
        } else if path != "/sign-out" {
            assert_eq!(viewer, 403, "{told}");
            if path.contains("/corrections") || path.contains("/tokens") {
                assert!(matches!(responder, 403 | 422) && admin != 403, "{told}");
                continue;
            }
            assert!(
                responder != 401 && (responder != 403 || path.starts_with('/') && !path.starts_with("/api/")),
                "{told}"
            );
        }
    }
}

#[tokio::test]
async fn the_audit_log_says_who_changed_what() {
    let (fixture, server) = sample().await;
    let csrf = page(server, "/incidents/212").send().await.csrf();
    for (path, more) in [
        ("/incidents/212/acknowledge", ""),
        ("/incidents/212/notes", "&text=x"),
        ("/monitors/orders/run", ""),
        ("/monitors/orders/pause", ""),
        ("/monitors/orders/resume", ""),
        ("/silences", "&monitors=orders&lasting=1h&comment=x"),
        ("/silences/3/end", ""),
        ("/receivers/oncall/test", ""),
        ("/incidents/212/resolve", ""),
    ] {
        let answer = Ask::new(server, "POST", path).form(&format!("csrf={csrf}{more}")).send().await;
        assert!(answer.status < 400, "{path}: {}", answer.text());
    }
    fixture.settle().await;
    let audit = Ask::new(server, "GET", "/api/v1/audit").send().await.json();
    let deeds: Vec<&str> =
        audit["deeds"].as_array().unwrap().iter().map(|deed| deed["what"].as_str().unwrap()).collect();
    for said in [
        "acknowledged incident 212",
        "added a note to incident 212",
        "probed orders ahead of time",
        "paused orders",
        "resumed orders",
        "silenced orders",
        "ended silence 3",
        "sent a test to oncall",
        "resolved incident 212",
    ] {
        assert!(deeds.contains(&said), "{said} in {deeds:?}");
    }
}
