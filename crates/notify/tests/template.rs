//! Webhooks with content of the user's own making.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test may fail")]

mod support;

use secrecy::SecretString;
use statusquo_alert::Notice;
use statusquo_notify::webhook::{Template, WORDS, Webhook};
use statusquo_notify::{Delivery, Message, Receiver};
use support::http::{Reply, Server};
use support::{all, links, now, usual};

#[tokio::test]
async fn the_template_takes_the_place_of_our_json() {
    let server = Server::start(|_| Reply::text("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")).await;
    let template =
        Template::parse(r#"{"text": "{{title}}", "n": {{incident}}}"#, "application/json").unwrap();
    let url = SecretString::from(server.url("/rooms/1"));
    let webhook = Webhook::new(&url, &["key".into()], None).unwrap();
    let fields = vec![("authorization".to_owned(), SecretString::from("Bearer s3cret"))];
    let receiver = Receiver::Webhook(webhook.with_template(template).with_fields(fields));
    let delivery = receiver.send(&usual(Notice::Opened), &links(), now()).await;
    assert!(matches!(delivery, Delivery::Sent { .. }));
    let request = server.request();
    assert_eq!(request.content, r#"{"text": "■ Orders answers 503 Service Unavailable", "n": 214}"#);
    assert_eq!(request.field("content-type"), Some("application/json"));
    assert_eq!(request.field("authorization"), Some("Bearer s3cret"));
    assert!(request.field("webhook-signature").is_some(), "what is sent is what is signed");
    assert!(!format!("{receiver:?}").contains("s3cret"));
}

/// Whatever a message holds, JSON stays JSON.
#[test]
fn json_stays_json() {
    let members: Vec<String> = WORDS.iter().map(|word| format!("\"{word}\": \"{{{{{word}}}}}\"")).collect();
    let template = Template::parse(&format!("{{{}}}", members.join(", ")), "application/json").unwrap();
    for (name, mut notification) in all() {
        notification.brief.title = "\"}\n\\u0000 {{title}} 日本".to_owned();
        let message = Message::of(&notification, &links(), now());
        let json: serde_json::Value =
            serde_json::from_str(&template.render(&notification, &message)).unwrap();
        assert_eq!(json.as_object().unwrap().len(), WORDS.len(), "{name}");
        assert_eq!(json["name"], notification.brief.title);
        assert_eq!(json["text"], message.text());
    }
}

#[test]
fn the_documentation_knows_every_word() {
    let page = include_str!("../../../docs/receivers.md");
    for word in WORDS {
        assert!(page.contains(&format!("`{word}`")), "`{word}` is not explained");
    }
}
