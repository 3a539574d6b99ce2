//! The webhook, its signature verified the way a receiver does it.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test may fail")]

mod support;

use std::time::Duration;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use secrecy::SecretString;
use sha2::{Digest, Sha256};
use statusquo_alert::Notice;
use statusquo_notify::webhook::Webhook;
use statusquo_notify::{Delivery, Receiver};
use support::http::{Reply, Server};
use support::{links, now, usual};

const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

/// HMAC by its definition (RFC 2104, 2), so that our library does not vouch for itself.
fn hmac_sha256(key: &[u8], text: &[u8]) -> Vec<u8> {
    let mut block = [0_u8; 64];
    match key.len() {
        0..=64 => block[..key.len()].copy_from_slice(key),
        _ => block[..32].copy_from_slice(&Sha256::digest(key)),
    }
    let inner = Sha256::new().chain_update(block.map(|byte| byte ^ 0x36)).chain_update(text).finalize();
    Sha256::new().chain_update(block.map(|byte| byte ^ 0x5c)).chain_update(inner).finalize().to_vec()
}

fn receiver(url: &str, secrets: &[&str]) -> Receiver {
    let secrets: Vec<SecretString> = secrets.iter().map(|secret| SecretString::from(*secret)).collect();
    Receiver::Webhook(Webhook::new(&SecretString::from(url), &secrets, None).unwrap())
}

async fn send(receiver: &Receiver) -> Delivery {
    receiver.send(&usual(Notice::Opened), &links(), now()).await
}

fn no_content() -> Reply {
    Reply::text("HTTP/1.1 204 No Content\r\n\r\n")
}

#[tokio::test]
async fn a_receiver_can_verify_each_signature() {
    let server = Server::start(|_| no_content()).await;
    let old = "an old secret that is longer than the block of the hash function, which is sixty-four bytes";
    let delivery = send(&receiver(&server.url("/hook?a=b"), &[SECRET, old])).await;
    assert_eq!(delivery, Delivery::Sent { answer: "204 No Content".to_owned() });

    let request = server.request();
    assert_eq!(request.line, "POST /hook?a=b HTTP/1.1");
    assert_eq!(request.field("host"), Some(format!("127.0.0.1:{}", server.port).as_str()));
    let id = request.field("webhook-id").unwrap();
    assert_eq!(id, "incident-214-oncall-1");
    let timestamp = request.field("webhook-timestamp").unwrap();
    assert_eq!(timestamp, now().as_second().to_string());

    let signed = format!("{id}.{timestamp}.{}", request.content);
    let new = BASE64_STANDARD.decode(SECRET.strip_prefix("whsec_").unwrap()).unwrap();
    let expect = [new.as_slice(), old.as_bytes()]
        .map(|key| format!("v1,{}", BASE64_STANDARD.encode(hmac_sha256(key, signed.as_bytes()))));
    assert_eq!(request.field("webhook-signature"), Some(expect.join(" ").as_str()));
}

#[tokio::test]
async fn without_a_secret_nothing_is_signed() {
    let server = Server::start(|_| no_content()).await;
    assert!(matches!(send(&receiver(&server.url("/"), &[])).await, Delivery::Sent { .. }));
    assert_eq!(server.request().field("webhook-signature"), None);
}

/// A retry is the same message: same id, same content; only the moment of the attempt differs.
#[tokio::test]
async fn a_retry_has_the_same_id_and_content() {
    let server = Server::start(|_| Reply::text("HTTP/1.1 500 Oops\r\n\r\n")).await;
    let receiver = receiver(&server.url("/"), &[SECRET]);
    let notification = usual(Notice::Resolved);
    for seconds in [0, 60] {
        let now = notification.at + Duration::from_secs(seconds);
        let delivery = receiver.send(&notification, &links(), now).await;
        assert!(matches!(delivery, Delivery::Retry { after: None, .. }));
    }
    let [first, second]: [_; 2] = server.requests().try_into().unwrap();
    assert_eq!(first.field("webhook-id"), second.field("webhook-id"));
    assert_eq!(first.content, second.content);
    assert_ne!(first.field("webhook-timestamp"), second.field("webhook-timestamp"));
    assert_ne!(first.field("webhook-signature"), second.field("webhook-signature"));
    assert_eq!(first.json()["type"], "incident.resolved");
}

#[tokio::test]
async fn secrets_do_not_show() {
    let server =
        Server::start(|_| Reply::text("HTTP/1.1 400 Bad Request\r\n\r\nyou sent s3cret and s3cretpath"))
            .await;
    let receiver = receiver(&server.url("/s3cretpath"), &["s3cret"]);
    let delivery = send(&receiver).await;
    assert_eq!(delivery, Delivery::Refused { reason: "answered 400 Bad Request".to_owned() });
    assert!(!format!("{receiver:?}").contains("s3cret"), "{receiver:?}");
}

/// What `docs/webhook.md` shows is what is sent, and each field is explained there.
#[test]
fn the_documentation_knows_every_field() {
    let page = include_str!("../../../docs/webhook.md");
    let example = page.split("```json\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
    let example: serde_json::Value = serde_json::from_str(example).unwrap();
    let notification = usual(Notice::Opened);
    let message = statusquo_notify::Message::of(&notification, &links(), notification.at);
    let sent: serde_json::Value =
        serde_json::from_str(&statusquo_notify::webhook::render(&notification, &message)).unwrap();
    assert_eq!(example, sent, "{sent:#}");

    for (_, notification) in support::all() {
        let message = statusquo_notify::Message::of(&notification, &links(), notification.at);
        let sent = statusquo_notify::webhook::render(&notification, &message);
        for name in names(&serde_json::from_str(&sent).unwrap()) {
            assert!(page.contains(&format!("`{name}`")), "`{name}` is not explained");
        }
    }
}

fn names(json: &serde_json::Value) -> Vec<String> {
    match json {
        serde_json::Value::Object(fields) => {
            fields.iter().flat_map(|(name, value)| [vec![name.clone()], names(value)].concat()).collect()
        }
        serde_json::Value::Array(all) => all.iter().flat_map(names).collect(),
        serde_json::Value::Null
        | serde_json::Value::Bool(_)
        | serde_json::Value::Number(_)
        | serde_json::Value::String(_) => vec![],
    }
}
