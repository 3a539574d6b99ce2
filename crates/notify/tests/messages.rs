//! What people read: every notice about every kind of cause, in the form of each receiver.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test may fail")]

mod support;

use std::fmt::Write as _;
use std::time::Duration;

use expect_test::{expect, expect_file};
use statusquo_alert::{Notice, Notification, OwnFault, Who};
use statusquo_exchange::Name;
use statusquo_notify::message::TITLE;
use statusquo_notify::terminal::Style;
use statusquo_notify::{Links, Message, email, slack, terminal, webhook};
use support::{all, at, causes, links, notification, own, usual};

fn message(notification: &Notification) -> Message {
    Message::of(notification, &links(), notification.at)
}

/// Read the difference when it changes: these are the sentences that wake people.
#[test]
fn every_notice_about_every_cause_reads_well() {
    let mut pages = String::new();
    for (name, notification) in all() {
        let _ = writeln!(pages, "== {name}\n{}\n", message(&notification).text());
    }
    expect_file!["snapshots/messages.txt"].assert_eq(&pages);
}

#[test]
fn each_receiver_has_its_form() {
    let mut pages = String::new();
    for notice in Notice::ALL {
        let notification = usual(notice);
        let message = message(&notification);
        let json: serde_json::Value =
            serde_json::from_str(&webhook::render(&notification, &message)).unwrap();
        let _ = writeln!(pages, "== {}: slack\n{:#}\n", notice.as_str(), slack::render(&message));
        let _ = writeln!(pages, "== {}: webhook\n{json:#}\n", notice.as_str());
        let _ = writeln!(pages, "== {}: email, text\n{}", notice.as_str(), email::text(&message));
        let _ = writeln!(pages, "== {}: email, HTML\n{}", notice.as_str(), email::html(&message));
        let _ = writeln!(
            pages,
            "== {}: terminal\n{}",
            notice.as_str(),
            terminal::render(&message, Style::default())
        );
    }
    expect_file!["snapshots/receivers.txt"].assert_eq(&pages);
}

#[test]
fn each_kind_of_cause_has_its_json() {
    let mut lines = String::new();
    for (_, cause) in causes() {
        let notification = notification(Notice::Opened, cause);
        let json: serde_json::Value =
            serde_json::from_str(&webhook::render(&notification, &message(&notification))).unwrap();
        let _ = writeln!(lines, "{}", json["data"]["cause"]);
    }
    let own = own(Notice::Opened, OwnFault::Resolver);
    let json: serde_json::Value = serde_json::from_str(&webhook::render(&own, &message(&own))).unwrap();
    let _ = writeln!(lines, "{} {}", json["data"]["subject"], json["data"]["cause"]);
    expect![[r#"
        {"evidence":null,"kind":"status","phrase":"Service Unavailable","retry_after_seconds":null,"sentence":"answers 503 Service Unavailable","severity":"failing","status":503}
        {"evidence":null,"kind":"status","phrase":"Too Many Requests","retry_after_seconds":120,"sentence":"answers 429 Too Many Requests","severity":"degraded","status":429}
        {"evidence":null,"kind":"status","phrase":"No Content","retry_after_seconds":null,"sentence":"answers 204 No Content","severity":"failing","status":204}
        {"evidence":null,"kind":"status","phrase":"Client Error (unregistered)","retry_after_seconds":null,"sentence":"answers 477 Client Error (unregistered)","severity":"failing","status":477}
        {"evidence":null,"failure":"connect_refused","kind":"failure","retry_after_seconds":null,"sentence":"refuses connections: 192.0.2.1:443","severity":"failing"}
        {"evidence":null,"expectation":"json","kind":"expectation","retry_after_seconds":null,"sentence":"answers 200 OK, but not as expected (`json`)","severity":"failing","status":200}
        {"evidence":null,"expectation":"latency","kind":"expectation","retry_after_seconds":null,"sentence":"answers 200 OK, but takes 1.2s where 800ms is expected","severity":"degraded","status":200}
        {"days_left":6,"evidence":null,"kind":"certificate_expiring","retry_after_seconds":null,"sentence":"shows a certificate that expires in 6 days","severity":"degraded"}
        {"evidence":null,"kind":"heartbeat_missed","retry_after_seconds":null,"sentence":"sent no heartbeat by 14:00 UTC","severity":"failing"}
        {"evidence":null,"exit_code":2,"kind":"heartbeat_failed","retry_after_seconds":null,"sentence":"says that it failed, with exit code 2","severity":"failing"}
        {"fault":"resolver","kind":"own"} null
    "#]].assert_eq(&lines);
}

/// The same sentences everywhere, whole and within the limits of each receiver.
#[test]
fn every_receiver_says_every_sentence() {
    for (name, notification) in all() {
        let message = message(&notification);
        let title = message.title();
        assert!(title.chars().count() <= TITLE, "{name}: {title}");
        let slack = slack::render(&message);
        let text = email::text(&message);
        let terminal = terminal::render(&message, Style::default());
        let webhook: serde_json::Value =
            serde_json::from_str(&webhook::render(&notification, &message)).unwrap();
        let unescape = |text: String| {
            text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&")
        };
        let html = unescape(email::html(&message)).replace("<code>", "`").replace("</code>", "`");
        let blocks = unescape(strings(&slack).join("\n"));
        let wire = strings(&webhook).join("\n");
        for sentence in message.lines.iter().map(|line| line.text.as_str()).chain([title.as_str()]) {
            for (receiver, whole) in [
                ("slack", &blocks),
                ("text", &text),
                ("HTML", &html),
                ("terminal", &terminal),
                ("webhook", &wire),
            ] {
                assert!(whole.contains(sentence), "{name}: {receiver} says {sentence}\n{whole}");
            }
        }
        assert_eq!(slack["text"], slack["blocks"][0]["text"]["text"], "{name}");
        assert!(slack["blocks"].as_array().unwrap().len() <= 50, "{name}");
    }
}

fn strings(json: &serde_json::Value) -> Vec<String> {
    match json {
        serde_json::Value::String(text) => vec![text.clone()],
        serde_json::Value::Array(all) => all.iter().flat_map(strings).collect(),
        serde_json::Value::Object(all) => all.values().flat_map(strings).collect(),
        serde_json::Value::Null | serde_json::Value::Bool(_) | serde_json::Value::Number(_) => vec![],
    }
}

/// Colour is never alone, and neither is the mark: a word says the state.
#[test]
fn a_mark_comes_with_its_word() {
    for (name, notification) in all() {
        let text = message(&notification).text();
        let words =
            ["failing", "Failing", "degraded", "Degraded", "well again", "At fault", "nothing is wrong"];
        assert!(words.iter().any(|word| text.contains(word)), "{name}: {text}");
    }
}

/// What was found in a body or a header field may be anybody's secret.
#[test]
fn what_was_found_stays_in_the_house() {
    for (name, notification) in all() {
        let message = message(&notification);
        let all = message.text() + &webhook::render(&notification, &message);
        assert!(!all.contains("jane@doe.test"), "{name}");
    }
}

#[test]
fn a_long_story_is_cut_to_what_fits() {
    let mut notification = usual(Notice::Reminder);
    notification.brief.title = "Orders, payments & everything that hangs on the old <mainframe>".to_owned();
    notification.brief.affected = (1..=13).map(|n| Name::from(format!("shop-{n}"))).collect();
    notification.brief.runbook = Some("https://wiki.example/orders".to_owned());
    expect![[r#"
        ■ Orders, payments & everything that hang… is still failing: answers 503 Servic…
        Failing since 14:02 UTC (3 min). 3 of the last 4 probes failed. Nobody has taken it yet.
        Also affected: shop-1, shop-2, shop-3, shop-4, shop-5, shop-6, shop-7, shop-8, shop-9, shop-10 and 3 more.
        503: the server cannot answer for now; callers may retry later, and are not at fault.
        Next: check load, capacity and dependencies, and whether a maintenance or a deploy is under way, or follow the runbook.
        Incident 214: https://status.example/incidents/214
        Monitor: https://status.example/monitors/orders
        About 503: https://status.example/codes/503
        Runbook: https://wiki.example/orders
        GET https://api.example/health"#]].assert_eq(&message(&notification).text());
}

#[test]
fn text_from_outside_cannot_break_a_line_or_hide() {
    let mut notification = usual(Notice::Acknowledged);
    notification.brief.title = "Orders\r\nBcc: x@example.org\u{202e}".to_owned();
    notification.brief.acknowledged = Some((Who("<!channel>\n\"&".to_owned()), notification.at));
    let message = message(&notification);
    expect![[r#"
        ■ Orders Bcc: x@example.org: <!channel> "& is on it
        Failing since 14:02 UTC (3 min): answers 503 Service Unavailable. 3 of the last 4 probes failed. Taken by <!channel> "& at 14:05 UTC.
        503: the server cannot answer for now; callers may retry later, and are not at fault.
        Next: check load, capacity and dependencies, and whether a maintenance or a deploy is under way.
        Incident 214: https://status.example/incidents/214
        Monitor: https://status.example/monitors/orders
        About 503: https://status.example/codes/503
        GET https://api.example/health"#]].assert_eq(&message.text());
    let slack = slack::render(&message).to_string();
    assert!(!slack.contains("<!channel>"), "{slack}");
    assert!(!email::html(&message).contains("<!channel>"));
}

#[test]
fn a_late_message_says_so() {
    let notification = usual(Notice::Opened);
    let text = |later| Message::of(&notification, &Links::default(), notification.at + later).text();
    assert!(!text(Duration::from_secs(119)).contains("comes late"));
    let late = text(Duration::from_secs(86_400));
    assert!(
        late.contains("This message comes late: it tells how things stood at 23 Nov 2026 14:05 UTC."),
        "{late}"
    );
}

#[test]
fn an_incident_of_yesterday_has_its_date() {
    let mut notification = usual(Notice::Resolved);
    notification.brief.began = at("2026-11-22T09:30:00Z");
    expect![[r#"
        ● Orders is well again after 1 d 4 h
        Ok since 14:14 UTC. It was failing for 1 d 4 h, since 22 Nov 2026 09:30 UTC: answers 503 Service Unavailable. 3 of 4 probes failed.
        Incident 214: https://status.example/incidents/214
        Monitor: https://status.example/monitors/orders
        About 503: https://status.example/codes/503
        GET https://api.example/health"#]].assert_eq(&message(&notification).text());
}

#[test]
fn who_ends_an_incident_by_hand_is_named_and_nothing_is_called_well() {
    let mut notification = usual(Notice::Resolved);
    notification.brief.resolved_by = Some(statusquo_alert::Who("ann".to_owned()));
    expect![[r#"
        ● Orders: ann ended the incident after 12 min
        Ended by hand at 14:14 UTC; should it still be so, you will hear again. It was failing for 12 min, since 14:02 UTC: answers 503 Service Unavailable. 3 of 4 probes failed.
        Incident 214: https://status.example/incidents/214
        Monitor: https://status.example/monitors/orders
        About 503: https://status.example/codes/503
        GET https://api.example/health"#]].assert_eq(&message(&notification).text());
}

#[test]
fn without_a_public_address_there_are_no_links() {
    let mut notification = usual(Notice::Opened);
    notification.brief.runbook = Some("the red binder".to_owned());
    let message = Message::of(&notification, &Links::default(), notification.at);
    assert_eq!(message.links, []);
    expect![[r#"
        ■ Orders answers 503 Service Unavailable
        Failing since 14:02 UTC (3 min). 3 of the last 4 probes failed.
        503: the server cannot answer for now; callers may retry later, and are not at fault.
        Next: check load, capacity and dependencies, and whether a maintenance or a deploy is under way, or follow the runbook: the red binder.
        Incident 214: GET https://api.example/health"#]].assert_eq(&message.text());
}

#[test]
fn only_web_addresses_become_links() {
    let mut notification = usual(Notice::Opened);
    notification.brief.runbook = Some("javascript:alert(1)".to_owned());
    assert!(message(&notification).links.iter().all(|link| link.label != "Runbook"));
}

#[test]
fn terminals_get_colour_and_ascii_as_they_wish() {
    let message = message(&usual(Notice::Opened));
    let coloured = terminal::render(&message, Style { colour: true, ascii: false });
    assert!(
        coloured.starts_with("\x1b[1;31m■ Orders answers 503 Service Unavailable\x1b[0m\n"),
        "{coloured}"
    );
    let ascii = terminal::render(&message, Style { colour: false, ascii: true });
    assert!(ascii.starts_with("# Orders answers 503") && ascii.is_ascii(), "{ascii}");
}
