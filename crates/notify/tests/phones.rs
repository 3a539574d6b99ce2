//! Phones: what they say, and what comes back from them.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test may fail")]

mod support;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use expect_test::expect;
use statusquo_alert::{IncidentNumber, Notice, Who};
use statusquo_notify::twilio::{Means, septets, text, twiml};
use statusquo_notify::{Asked, Call, Links, Message, Outcome, Receiver, Refused};
use support::vendors::{self, KEY, is_balanced, phone};
use support::{all, links, now, usual};

const HOOK: &str = "https://status.example/hooks/phone";

fn message(notice: Notice, links: &Links) -> String {
    let notification = usual(notice);
    text(&notification, &Message::of(&notification, links, notification.at), true)
}

#[test]
fn a_text_message_says_what_where_and_how_to_take_it() {
    let all: Vec<String> = Notice::ALL.map(|notice| message(notice, &links())).to_vec();
    expect![[r#"
        FAILING Orders answers 503 Service Unavailable since 14:02 UTC. https://status.example/incidents/214 Reply ACK 214
        Orders is now failing: answers 503 Service Unavailable since 14:02 UTC. https://status.example/incidents/214 Reply ACK 214
        Orders is failing again: answers 503 Service Unavailable since 14:02 UTC. https://status.example/incidents/214 Reply ACK 214
        Orders is still failing: answers 503 Service Unavailable since 14:02 UTC. https://status.example/incidents/214 Reply ACK 214
        Orders: alice is on it. https://status.example/incidents/214
        Orders keeps changing, now failing since 14:02 UTC. https://status.example/incidents/214 Reply ACK 214
        OK Orders is well again after 12 min. https://status.example/incidents/214
        Test: messages reach oncall. https://status.example/
    "#]].assert_eq(&(all.join("\n") + "\n"));
}

#[test]
fn a_text_message_is_one_part_whatever_it_tells() {
    let far = Links::to("https://a-very-long-name-of-a-dashboard.a-very-long-name-of-a-company.internal.example/statusquo/behind/a/path/".parse().unwrap());
    for (name, mut notification) in all() {
        notification.brief.title = "{Orders} – ■ 日本 [x] €".repeat(5);
        for links in [links(), far.clone(), Links::default()] {
            let text = text(&notification, &Message::of(&notification, &links, now()), true);
            assert!(septets(&text).is_some_and(|count| count <= 160), "{name}: {text}");
        }
    }
    // The link is whole, or not there.
    assert!(!message(Notice::Opened, &far).contains("http"), "{}", message(Notice::Opened, &far));
}

#[test]
fn a_call_reads_the_incident_aloud_and_takes_digits() {
    let notification = usual(Notice::Opened);
    let message = Message::of(&notification, &links(), notification.at);
    let said = twiml(&notification, &message, Some(&HOOK.parse().unwrap()));
    assert!(is_balanced(&said), "{said}");
    expect![[r#"
        <Response>
        <Gather numDigits="1" timeout="10" action="https://status.example/hooks/phone?incident=214" method="POST">
        <Say>Statusquo. Orders answers five zero three Service Unavailable. Failing since 14:02 U T C (3 min). 3 of the last 4 probes failed. Press 1 to take it, 2 to hear it again, 3 to pass it on.</Say>
        </Gather>
        <Gather numDigits="1" timeout="10" action="https://status.example/hooks/phone?incident=214" method="POST">
        <Say>Statusquo. Orders answers five zero three Service Unavailable. Failing since 14:02 U T C (3 min). 3 of the last 4 probes failed. Press 1 to take it, 2 to hear it again, 3 to pass it on.</Say>
        </Gather>
        <Say>Nobody took it. Goodbye.</Say>
        </Response>"#]].assert_eq(&said.replace("><", ">\n<"));
    // Without an address that Twilio reaches, it only speaks.
    let said = twiml(&notification, &message, None);
    assert!(!said.contains("Gather") && !said.contains("Press 1"), "{said}");
}

/// HMAC-SHA1 over the address and the sorted pairs, as Twilio's documentation tells it; the library is checked against
/// Twilio's own example beside it.
fn sign(url: &str, form: &[(&str, &str)]) -> String {
    let mut sorted = form.to_vec();
    sorted.sort_unstable();
    let text = sorted.iter().fold(url.to_owned(), |text, (name, value)| text + name + value);
    let key = aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, KEY.as_bytes());
    BASE64_STANDARD.encode(aws_lc_rs::hmac::sign(&key, text.as_bytes()))
}

fn call(query: &str, form: &[(&str, &str)]) -> Call {
    let url = if query.is_empty() { HOOK.to_owned() } else { format!("{HOOK}?{query}") };
    let content = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
    let fields = vec![("x-twilio-signature".to_owned(), sign(&url, form))];
    Call { query: query.to_owned(), fields, content }
}

fn hear(means: Means, call: &Call) -> Result<Asked, Refused> {
    phone(means, "http://127.0.0.1:9").hear(call, now())
}

#[test]
fn a_pressed_digit_takes_repeats_or_passes_on() {
    let number = IncidentNumber(214);
    for (digit, expect) in [
        ("1", Asked::Take(number, None)),
        ("2", Asked::Again(number)),
        ("3", Asked::PassOn(number)),
        ("9", Asked::Unknown),
    ] {
        let call = call("incident=214", &[("CallSid", "CA1"), ("Digits", digit), ("From", "+15550001111")]);
        assert_eq!(hear(Means::Call, &call), Ok(expect), "{digit}");
    }
}

#[test]
fn a_reply_takes_the_incident_if_it_comes_from_the_phone_that_is_told() {
    let from = |number: &'static str| [("From", number), ("Body", "Ack 214"), ("To", "+15550001111")];
    let taken = Asked::Take(IncidentNumber(214), None);
    assert_eq!(hear(Means::Sms, &call("", &from("+4312345678"))), Ok(taken));
    assert_eq!(hear(Means::Sms, &call("", &from("+4366612345"))), Ok(Asked::Unknown));
}

#[test]
fn what_twilio_did_not_sign_is_not_heard() {
    let good = call("incident=214", &[("Digits", "1")]);
    let mut other_incident = good.clone();
    other_incident.query = "incident=215".to_owned();
    let mut other_digit = good.clone();
    other_digit.content = "Digits=3".to_owned();
    let mut unsigned = good.clone();
    unsigned.fields.clear();
    for forged in [other_incident, other_digit, unsigned] {
        assert_eq!(hear(Means::Call, &forged), Err(Refused::Signature), "{forged:?}");
    }
    let deaf = vendors::pagerduty("http://127.0.0.1:9").hear(&good, now());
    assert_eq!(deaf, Err(Refused::Deaf));
}

#[test]
fn the_answer_is_spoken_or_written() {
    let said = Outcome::Said("incident 214 is yours & <thanks>".to_owned());
    let reply = |receiver: Receiver| receiver.reply(&said, now());
    let voice = reply(phone(Means::Call, "http://127.0.0.1:9"));
    assert_eq!(
        voice.content,
        "<Response><Say>incident two one four is yours &amp;  thanks </Say></Response>"
    );
    assert_eq!(voice.media_type, "text/xml; charset=utf-8");
    let text = reply(phone(Means::Sms, "http://127.0.0.1:9"));
    assert_eq!(
        text.content,
        "<Response><Message>incident 214 is yours &amp; &lt;thanks&gt;</Message></Response>"
    );
}

#[test]
fn a_button_in_slack_counts_when_slack_signed_it() {
    use hmac::{Hmac, KeyInit, Mac};
    let payload = r#"{"type":"block_actions","user":{"id":"U1","username":"alice"},"actions":[{"action_id":"acknowledge","value":"214"}]}"#;
    let content =
        url::form_urlencoded::Serializer::new(String::new()).append_pair("payload", payload).finish();
    let at = now().as_second().to_string();
    let mut mac = Hmac::<sha2::Sha256>::new_from_slice(b"signing").unwrap();
    mac.update(format!("v0:{at}:{content}").as_bytes());
    let hex: String = mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    let fields = [("x-slack-request-timestamp", at), ("x-slack-signature", format!("v0={hex}"))];
    let fields = fields.map(|(name, value)| (name.to_owned(), value)).to_vec();
    let call = Call { query: String::new(), fields, content };
    let slack = vendors::slack_bot("http://127.0.0.1:9");
    let taken = Asked::Take(IncidentNumber(214), Some(Who("slack:alice".to_owned())));
    assert_eq!(slack.hear(&call, now()), Ok(taken));
    let late = now() + std::time::Duration::from_secs(301);
    assert_eq!(slack.hear(&call, late), Err(Refused::Signature));
    let mut forged = call;
    forged.content = forged.content.replace("214", "215");
    assert_eq!(slack.hear(&forged, now()), Err(Refused::Signature));
}
