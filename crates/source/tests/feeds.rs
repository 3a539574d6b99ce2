//! Status pages of third parties: what they say, and that hostile ones cost nothing.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test may fail")]

use std::fmt::Write as _;

use expect_test::expect;
use jiff::Timestamp;
use proptest::prelude::*;
use statusquo_source::feed::{FeedError, Health, MOST_BYTES, StatusPage, read};

const STATUSPAGE: &str = include_str!("feeds/statuspage.json");

fn now() -> Timestamp {
    "2026-11-23T14:21:00Z".parse().unwrap()
}

fn page(content: &str) -> StatusPage {
    read(content.as_bytes(), now()).unwrap()
}

fn written(page: &StatusPage) -> String {
    let mut text = format!("{}: {}\n", page.format.as_str(), page.health.as_str());
    for part in &page.components {
        let _ = writeln!(text, "  {}: {}", part.name, part.health.as_str());
    }
    for reported in &page.incidents {
        let since = reported.since.map_or("?".to_owned(), |at| at.to_string());
        let _ = writeln!(
            text,
            "  ! {}: {} since {since} {:?}",
            reported.title,
            reported.health.as_str(),
            reported.components
        );
    }
    text
}

#[test]
fn each_vendors_page_is_understood() {
    let all = [
        STATUSPAGE,
        include_str!("feeds/statuspage-well.json"),
        include_str!("feeds/instatus.json"),
        include_str!("feeds/incident-io.json"),
        include_str!("feeds/better-stack.json"),
        include_str!("feeds/aws.rss"),
        include_str!("feeds/statuspage.rss"),
        include_str!("feeds/statuspage.atom"),
    ];
    let all: String = all.into_iter().map(|content| written(&page(content))).collect();
    expect![[r#"
        Statuspage: partial outage
          API / Charges: partial outage
          API / Refunds: operational
          Dashboard: maintenance
          ! Elevated errors on charges: partial outage since 2026-11-23T14:06:30Z ["Charges"]
        Statuspage: operational
          SMTP: operational
        Instatus: partial outage
          Queries: operational
          Indexing: partial outage
          ! Index is behind: partial outage since 2026-11-23T13:55:00Z []
        incident.io: major outage
          Calls: major outage
          Text messages: operational
          ! Calls cannot be placed: major outage since 2026-11-23T14:03:00Z []
        Better Stack: degraded
          Tiles: degraded
          Geocoding: operational
          ! Tiles are slow: degraded since 2026-11-23T14:00:00Z []
        RSS: partial outage
          ! Service disruption: Increased API Error Rates: partial outage since 2026-11-23T14:12:05Z []
        RSS: operational
        Atom: partial outage
          ! Elevated errors on charges & refunds: partial outage since 2026-11-23T14:20:11Z []
          ! Thanksgiving hours of our support: unknown since 2026-11-23T09:00:00Z []
    "#]]
    .assert_eq(&all);
}

#[test]
fn only_the_components_that_are_used_count() {
    let page = page(STATUSPAGE);
    let of = |names: &[&str]| {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        let (health, reported) = page.of(&names);
        (health, reported.len())
    };
    assert_eq!(of(&[]), (Health::PartialOutage, 1));
    assert_eq!(of(&["charges"]), (Health::PartialOutage, 1));
    assert_eq!(of(&["API / Refunds"]), (Health::Operational, 0));
    assert_eq!(of(&["Refunds", "Dashboard"]), (Health::Maintenance, 0));
    assert_eq!(of(&["Nobody"]), (Health::Unknown, 0));
}

#[test]
fn what_is_no_status_page_is_nothing_that_we_know() {
    let check = |content: &str, expect: FeedError| {
        assert_eq!(read(content.as_bytes(), now()), Err(expect), "{content}");
    };
    for content in
        ["", "hello", "[]", "{}", "{\"page\": {}}", "{\"status\": 1}", "<svg></svg>", "<", "\u{feff}"]
    {
        assert!(read(content.as_bytes(), now()).is_err(), "{content}");
    }
    check("<!DOCTYPE html>\n<html><body>sign in</body></html>", FeedError::Html);
    check("<?xml version=\"1.0\"?><note/>", FeedError::Unknown);
}

/// Any member may be of any other type: the rest is read all the same, and nothing of it is called well.
#[test]
fn members_of_wrong_types_are_not_there() {
    let json: serde_json::Value = serde_json::from_str(STATUSPAGE).unwrap();
    let mut places = Vec::new();
    walk(&json, String::new(), &mut places);
    assert!(places.len() > 60);
    for wrong in [
        serde_json::json!(null),
        serde_json::json!(7),
        serde_json::json!([[]]),
        serde_json::json!({ "a": "b" }),
    ] {
        for place in &places {
            let mut json = json.clone();
            *json.pointer_mut(place).unwrap() = wrong.clone();
            if let Ok(page) = read(json.to_string().as_bytes(), now()) {
                let names: Vec<String> = vec!["Charges".to_owned()];
                assert_ne!(page.of(&names).0, Health::Operational, "{place} = {wrong}");
            }
        }
    }
}

fn walk(json: &serde_json::Value, at: String, places: &mut Vec<String>) {
    match json {
        serde_json::Value::Object(members) => {
            for (name, value) in members {
                walk(value, format!("{at}/{name}"), places);
            }
        }
        serde_json::Value::Array(items) => {
            for (place, value) in items.iter().enumerate() {
                walk(value, format!("{at}/{place}"), places);
            }
        }
        serde_json::Value::Null
        | serde_json::Value::Bool(_)
        | serde_json::Value::Number(_)
        | serde_json::Value::String(_) => {}
    }
    if !at.is_empty() {
        places.push(at);
    }
}

/// "A billion laughs" (entities within entities) are text that nobody expands.
#[test]
fn entities_are_not_expanded() {
    let bomb = "<?xml version=\"1.0\"?>\n<!DOCTYPE lolz [\n<!ENTITY lol \"lol\">\n<!ENTITY lol2 \"&lol;&lol;&lol;\">\n\
                <!ENTITY file SYSTEM \"file:///etc/passwd\">\n]>\n<rss><channel><item><title>&lol2;&file; outage</title>\
                <pubDate>Mon, 23 Nov 2026 14:20:11 +0000</pubDate></item></channel></rss>";
    let page = page(bomb);
    assert_eq!(page.incidents[0].title, "&lol2;&file; outage");
}

#[test]
fn what_is_deep_long_or_endless_is_refused_or_cut() {
    let deep = |open: &str, close: &str| format!("{}{}", open.repeat(100_000), close.repeat(100_000));
    let json = format!("{{\"status\": {}}}", deep("[", "]"));
    assert!(matches!(read(json.as_bytes(), now()), Err(FeedError::Broken(_))));
    let xml = format!("<rss>{}</rss>", deep("<item>", "</item>"));
    assert!(matches!(read(xml.as_bytes(), now()), Err(FeedError::Broken(_))));
    let long = vec![b' '; MOST_BYTES + 1];
    assert_eq!(read(&long, now()), Err(FeedError::Long));
    // Never closed.
    for open in
        ["<rss><item><title>x", "<rss><!-- ", "<rss><![CDATA[", "<rss><item a=\"", "<!DOCTYPE [", "<rss>&"]
    {
        let _ = read(open.as_bytes(), now());
    }
    let item =
        "<item><title>a &amp; b outage</title><pubDate>Mon, 23 Nov 2026 14:20:11 +0000</pubDate></item>";
    let many = format!("<rss>{}</rss>", item.repeat(30_000));
    assert_eq!(page(&many).incidents.len(), 1, "items of one title are one story");
    let parts: Vec<String> =
        (0..40_000).map(|n| format!("{{\"name\":\"{n}\",\"status\":\"operational\"}}")).collect();
    let many = format!("{{\"status\":{{\"indicator\":\"none\"}},\"components\":[{}]}}", parts.join(","));
    assert_eq!(page(&many).components.len(), 1000);
    let title = format!(
        "{{\"status\":{{\"indicator\":\"minor\"}},\"incidents\":[{{\"name\":\"{}\",\"impact\":\"minor\"}}]}}",
        "x".repeat(1 << 20)
    );
    assert_eq!(page(&title).incidents[0].title.chars().count(), 300);
}

#[test]
fn links_of_strangers_lead_to_the_web_or_nowhere() {
    let with = |link: &str| STATUSPAGE.replace("https://stspg.example/p31zjtct2jer", link);
    assert_eq!(page(&with("https://a.example/x")).incidents[0].link.as_deref(), Some("https://a.example/x"));
    for link in ["javascript:alert(1)", "file:///etc/passwd", "x", "data:text/html,x"] {
        assert_eq!(page(&with(link)).incidents[0].link, None, "{link}");
    }
}

#[test]
fn words_that_turn_or_hide_text_do_not_get_through() {
    let turned = STATUSPAGE.replace("Elevated errors", "Ele\\u202evated\\n\\u0000errors");
    assert_eq!(page(&turned).incidents[0].title, "Elevated errors on charges");
}

/// A feed tells an open incident from one that is over by its first telling word.
#[test]
fn a_young_item_is_no_open_incident_by_itself() {
    let item = |title: &str, text: &str| {
        let item = format!(
            "<rss><channel><item><title>{title}</title><description>{text}</description>\
             <pubDate>Mon, 23 Nov 2026 14:20:11 +0000</pubDate></item></channel></rss>"
        );
        page(&item).health
    };
    assert_eq!(item("Slow queries", "Resolved - all is well. Investigating - we look"), Health::Operational);
    assert_eq!(
        item("Slow queries", "Monitoring - a fix is in. Investigating - an outage"),
        Health::PartialOutage
    );
    assert_eq!(item("Unresolved mysteries of the deep", "A new book"), Health::Unknown);
    assert_eq!(item("[RESOLVED] Outage of everything", "There was an outage"), Health::Operational);
    assert_eq!(item("Database upgrade", "Scheduled - we will undergo maintenance"), Health::Maintenance);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn no_content_makes_it_fall(content in "(<[a-z/!?\\[ ]{0,9}>|&[#a-z0-9]{0,5};?|[{}\\[\\]\":,a-z0-9é ]{0,20}|<item>|</item>|<rss>|<title>|<!\\[CDATA\\[|\\]\\]>){0,60}") {
        let _ = read(content.as_bytes(), now());
        let _ = read(format!("<rss>{content}").as_bytes(), now());
    }

    #[test]
    fn a_cut_page_is_never_called_well(cut in 1_usize..2000) {
        let cut = cut.min(STATUSPAGE.len() - 2);
        prop_assert!(read(&STATUSPAGE.as_bytes()[..cut], now()).is_err());
    }
}
