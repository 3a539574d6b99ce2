//! Client credentials: a token is fetched when needed, kept, and dropped when the target does not take it.

use std::sync::atomic::{AtomicU32, Ordering};

use statusquo_exchange::OwnFault;
use statusquo_source::http::{Auth, ClientCredentials, HttpSpec, SecretPlacement};

use crate::support::{Server, Step, send};
use crate::{get, now, prober};

/// A token endpoint that numbers its tokens.
async fn issuer(lifetime: u32) -> Server {
    let count = AtomicU32::new(1);
    Server::new(move |_| {
        let number = count.fetch_add(1, Ordering::Relaxed);
        json(&format!(r#"{{"access_token":"t{number}","token_type":"Bearer","expires_in":{lifetime}}}"#), 200)
    })
    .await
}

fn json(text: &str, code: u16) -> Vec<Step> {
    send(format!(
        "HTTP/1.1 {code} X\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{text}",
        text.len()
    ))
}

fn spec(target: &Server, issuer: &Server, placement: SecretPlacement) -> HttpSpec {
    let credentials = ClientCredentials {
        token_url: issuer.http("/token"),
        client_id: "me&co".into(),
        client_secret: "s3cret".into(),
        scope: Some("read".into()),
        audience: None,
        placement,
    };
    HttpSpec { auth: Some(Auth::ClientCredentials(Box::new(credentials))), ..get(target.http("/")) }
}

fn tokens(target: &Server) -> Vec<String> {
    let token =
        |request: &String| request.split("authorization: Bearer ").nth(1)?.lines().next().map(str::to_owned);
    target.requests().iter().filter_map(token).collect()
}

#[tokio::test]
async fn a_token_is_kept_until_shortly_before_its_end() {
    let (issuer, target) = (issuer(100).await, Server::saying("HTTP/1.1 204 No Content\r\n\r\n").await);
    let (prober, spec) = (prober(), spec(&target, &issuer, SecretPlacement::Authorization));
    let later = |seconds| now() + std::time::Duration::from_secs(seconds);
    for at in [0, 89, 91] {
        let probed = prober.probe(&spec, later(at)).await;
        assert_eq!((probed.exchanges.len(), probed.blind), (1, None));
    }
    assert_eq!(tokens(&target), ["t1", "t1", "t2"]);
    let request = issuer.requests().remove(0);
    assert!(request.starts_with("POST /token HTTP/1.1"), "{request}");
    assert!(request.contains("authorization: Basic bWUlMjZjbzpzM2NyZXQ="), "form-encoded first: {request}");
    assert!(request.ends_with("\r\n\r\ngrant_type=client_credentials&scope=read"), "{request}");
}

#[tokio::test]
async fn the_secret_can_go_into_the_content() {
    let (issuer, target) = (issuer(100).await, Server::saying("HTTP/1.1 204 No Content\r\n\r\n").await);
    prober().probe(&spec(&target, &issuer, SecretPlacement::Content), now()).await;
    let request = issuer.requests().remove(0);
    assert!(request.ends_with("&client_id=me%26co&client_secret=s3cret"), "{request}");
    assert!(!request.contains("authorization"), "{request}");
}

#[tokio::test]
async fn a_401_drops_the_token() {
    let target = Server::new(|request| match request.contains("Bearer t1") {
        true => send("HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n"),
        false => send("HTTP/1.1 204 No Content\r\n\r\n"),
    })
    .await;
    let issuer = issuer(3600).await;
    let (prober, spec) = (prober(), spec(&target, &issuer, SecretPlacement::Authorization));
    let mut codes = Vec::new();
    for _ in 0..3 {
        codes.push(crate::last(prober.probe(&spec, now()).await).status().unwrap().get());
    }
    assert_eq!(codes, [401, 204, 204]);
    assert_eq!(tokens(&target), ["t1", "t2", "t2"]);
}

#[tokio::test]
async fn probes_that_need_the_same_token_share_one_fetch() {
    let (issuer, target) = (issuer(3600).await, Server::saying("HTTP/1.1 204 No Content\r\n\r\n").await);
    let (prober, spec) = (prober(), spec(&target, &issuer, SecretPlacement::Authorization));
    tokio::join!(prober.probe(&spec, now()), prober.probe(&spec, now()), prober.probe(&spec, now()));
    assert_eq!((tokens(&target).len(), issuer.requests().len()), (3, 1));
}

#[tokio::test]
async fn without_a_token_we_are_blind() {
    let target = Server::saying("HTTP/1.1 204 No Content\r\n\r\n").await;
    for (answer, code, says) in [
        (r#"{"error":"invalid_client"}"#, 401, "answers 401 with the error `invalid_client`"),
        ("<html>", 200, "answers 200 without a token"),
        (r#"{"access_token":"t"}"#, 500, "answers 500 without a token"),
    ] {
        let issuer = Server::new(move |_| json(answer, code)).await;
        let probed = prober().probe(&spec(&target, &issuer, SecretPlacement::Authorization), now()).await;
        let blind = probed.blind.unwrap();
        assert_eq!((blind.fault, probed.exchanges.len()), (OwnFault::Credentials, 0));
        assert!(blind.detail.contains(says), "{}", blind.detail);
    }
    assert!(target.requests().is_empty());
}
