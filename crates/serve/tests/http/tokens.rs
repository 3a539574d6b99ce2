//! API tokens, made and revoked while the server runs.

use serde_json::json;
use statusquo_store::Role;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;

use super::*;
use crate::client::Answer;

/// A server with an admin, a responder, and a token of an admin.
async fn with_admin() -> (Fixture, SocketAddr) {
    let mut fixture = Fixture::new(now());
    fixture.fill(3).await;
    fixture.add_user("ada", "word", Role::Admin).await;
    fixture.add_user("rob", "word", Role::Responder).await;
    fixture.add_token("boss", "sq_boss", Role::Admin).await;
    fixture.add_token("hand", "sq_hand", Role::Responder).await;
    let server = serve(fixture.router()).await;
    (fixture, server)
}

fn bearing(secret: &str, ask: Ask) -> Ask {
    ask.with("authorization", &format!("Bearer {secret}"))
}

async fn make(server: SocketAddr, secret: &str, content: &str) -> Answer {
    bearing(secret, Ask::new(server, "POST", "/api/v1/tokens").json(content)).send().await
}

/// The cookie of somebody who has signed in.
async fn cookie(server: SocketAddr, name: &str) -> String {
    let answer =
        Ask::new(server, "POST", "/sign-in").form(&format!("name={name}&password=word")).send().await;
    answer.field("set-cookie").unwrap().split(';').next().unwrap().to_owned()
}

#[tokio::test]
async fn a_token_opens_as_soon_as_it_is_made_and_nothing_as_soon_as_it_is_revoked() {
    let (_fixture, server) = with_admin().await;
    let made = make(server, "sq_boss", r#"{"name": "grafana", "role": "viewer"}"#).await;
    assert_eq!((made.status, made.field("cache-control")), (201, Some("no-store")), "{}", made.text());
    let place = made.field("location").unwrap().to_owned();
    assert_eq!(place, "/api/v1/tokens/grafana");
    let secret = made.json()["token"].as_str().unwrap().to_owned();
    assert!(secret.starts_with("sq_") && secret.len() > 45, "256 bits: {secret}");

    let look = || bearing(&secret, Ask::new(server, "GET", "/api/v1/monitors"));
    assert_eq!(look().send().await.status, 200);
    let act = bearing(&secret, Ask::new(server, "POST", "/api/v1/incidents/212/acknowledge").json("{}"));
    assert_eq!(act.send().await.status, 403, "a viewer looks");

    let shown = bearing("sq_boss", Ask::new(server, "GET", &place)).send().await.json();
    let keys: Vec<_> = shown.as_object().unwrap().keys().collect();
    assert_eq!(keys, ["created", "name", "role"], "neither secret nor hash");
    let gone = bearing("sq_boss", Ask::new(server, "DELETE", &place)).send().await;
    assert_eq!((gone.status, &gone.json()), (200, &json!({ "message": "token `grafana` is revoked" })));
    let refused = look().send().await;
    assert_eq!(refused.status, 401);
    assert!(refused.field("www-authenticate").unwrap().contains("invalid_token"));
    for method in ["GET", "DELETE"] {
        assert_eq!(bearing("sq_boss", Ask::new(server, method, &place)).send().await.status, 404, "{method}");
    }

    let audit = bearing("sq_boss", Ask::new(server, "GET", "/api/v1/audit")).send().await.json();
    let said = |at: usize| (audit["deeds"][at]["who"].clone(), audit["deeds"][at]["what"].clone());
    assert_eq!(said(0), (json!("token:boss"), json!("revoked token grafana")));
    assert_eq!(said(1), (json!("token:boss"), json!("made token grafana with the role viewer")));
    assert!(!audit.to_string().contains(&secret));
}

#[tokio::test]
async fn a_live_page_ends_with_the_token_that_opened_it() {
    let (_fixture, server) = with_admin().await;
    let secret = make(server, "sq_boss", r#"{"name": "wall"}"#).await.json()["token"].clone();
    let mut stream = TcpStream::connect(server).await.unwrap();
    let secret = secret.as_str().unwrap();
    let ask =
        format!("GET /events?page=%2F HTTP/1.1\r\nHost: {server}\r\nAuthorization: Bearer {secret}\r\n\r\n");
    stream.write_all(ask.as_bytes()).await.unwrap();
    let mut lines = BufReader::new(stream).lines();
    assert_eq!(lines.next_line().await.unwrap().unwrap(), "HTTP/1.1 200 OK");
    let gone = bearing("sq_boss", Ask::new(server, "DELETE", "/api/v1/tokens/wall")).send().await;
    assert_eq!(gone.status, 200);
    // The chunk of no length ends it (RFC 9112, 7.1).
    while lines.next_line().await.unwrap().expect("it ends in order") != "0" {}
}

#[tokio::test]
async fn the_secret_stands_on_one_page_and_on_no_other() {
    let (_fixture, server) = with_admin().await;
    let ada = cookie(server, "ada").await;
    let settings = || page(server, "/settings").with("cookie", &ada);
    let csrf = settings().send().await.csrf();
    let post = || Ask::new(server, "POST", "/settings").with("cookie", &ada).with("accept", HTML);
    let made = post().form(&format!("csrf={csrf}&name=+ci+&role=responder")).send().await;
    assert_eq!((made.status, made.field("cache-control")), (200, Some("no-store")), "{}", made.text());
    let text = made.text();
    let secret = text.split("<code>sq_").nth(1).unwrap().split('<').next().unwrap();
    assert_eq!(text.matches(secret).count(), 1);
    assert!(text.contains("copy its secret now"));
    let use_it = bearing(&format!("sq_{secret}"), Ask::new(server, "GET", "/metrics"));
    assert_eq!(use_it.send().await.status, 200);

    let later = settings().send().await.text();
    assert!(later.contains("<b>ci</b>") && !later.contains(secret) && !later.contains("copy its secret"));
    assert!(later.contains("<b>ada</b> made token ci with the role responder"), "{later}");
    let again = post().form(&format!("csrf={csrf}&name=ci&role=admin")).send().await;
    assert_eq!(again.status, 409, "whoever sends the form again makes no second one");

    let revoke = Ask::new(server, "POST", "/settings/tokens/ci/revoke").with("cookie", &ada);
    let revoked = revoke.form(&format!("csrf={csrf}")).send().await;
    assert_eq!((revoked.status, revoked.field("location")), (303, Some("/settings")));
    assert!(!settings().send().await.text().contains("<b>ci</b>"));
}

#[tokio::test]
async fn tokens_are_for_admins_and_for_forms_of_ours() {
    let (_fixture, server) = with_admin().await;
    let rob = cookie(server, "rob").await;
    let shown = page(server, "/settings").with("cookie", &rob).send().await;
    assert!(!shown.text().contains("API tokens"), "no form that does nothing");
    let csrf = shown.csrf();
    for path in ["/settings", "/settings/tokens/hand/revoke"] {
        let content = format!("csrf={csrf}&name=mine&role=admin");
        let post = Ask::new(server, "POST", path).with("cookie", &rob).form(&content);
        assert_eq!(post.send().await.status, 403, "{path}");
    }
    let own = r#"{"name": "mine", "role": "admin"}"#;
    assert_eq!(make(server, "sq_hand", own).await.status, 403, "nobody gives more than they have");
    for (method, path) in [("GET", "/tokens"), ("GET", "/tokens/hand"), ("DELETE", "/tokens/boss")] {
        let ask = Ask::new(server, method, &format!("/api/v1{path}"));
        assert_eq!(ask.clone().send().await.status, 401, "{method} {path}");
        assert_eq!(bearing("sq_hand", ask).send().await.status, 403, "{method} {path}");
    }

    let ada = cookie(server, "ada").await;
    let csrf = page(server, "/settings").with("cookie", &ada).send().await.csrf();
    for path in ["/settings", "/settings/tokens/hand/revoke"] {
        let post = || Ask::new(server, "POST", path).with("cookie", &ada);
        assert_eq!(post().form("name=x&role=admin").send().await.status, 403, "{path}");
        assert_eq!(post().form("csrf=guess&name=x&role=admin").send().await.status, 403, "{path}");
        let elsewhere = post().with("origin", "http://evil.test");
        assert_eq!(elsewhere.form(&format!("csrf={csrf}&name=x&role=admin")).send().await.status, 403);
    }
    let all = bearing("sq_boss", Ask::new(server, "GET", "/api/v1/tokens")).send().await.json();
    let names: Vec<_> = all["tokens"].as_array().unwrap().iter().map(|token| &token["name"]).collect();
    assert_eq!(names, ["boss", "hand"]);
}

#[tokio::test]
async fn all_that_is_wrong_with_a_token_is_told_at_once() {
    let (_fixture, server) = with_admin().await;
    let wrong = make(server, "sq_boss", r#"{"name": "<b>ci</b>", "role": "root"}"#).await;
    let pointers: Vec<_> =
        wrong.json()["errors"].as_array().unwrap().iter().map(|mistake| mistake["pointer"].clone()).collect();
    assert_eq!((wrong.status, pointers), (422, vec![json!("#/name"), json!("#/role")]));
    assert_eq!(make(server, "sq_boss", r#"{"name": ".."}"#).await.status, 422, "it would lead elsewhere");
    let taken = make(server, "sq_boss", r#"{"name": "hand"}"#).await;
    let detail = "there is a token `hand` already; revoke it first";
    assert_eq!((taken.status, &taken.json()["detail"]), (409, &json!(detail)));
    let good = make(server, "sq_boss", r#"{"name": "ci"}"#).await.json();
    assert_eq!(good["role"], "responder", "what most programs need");
}
