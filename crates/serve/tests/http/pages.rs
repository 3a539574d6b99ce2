//! Pages and their twins.

use super::*;

const PAGES: [&str; 22] = [
    "/",
    "/?range=1h",
    "/?range=30d&state=failing",
    "/monitors",
    "/monitors?range=7d&q=cart",
    "/monitors/orders",
    "/monitors/orders?range=24h",
    "/incidents",
    "/incidents/212",
    "/requests",
    "/requests?code=5xx&service=shop",
    "/requests/req_8f3c1a90",
    "/codes",
    "/codes?q=rate+limit",
    "/codes/429",
    "/codes/477",
    "/slos",
    "/slos/orders",
    "/slos/nothing-yet",
    "/alerts",
    "/settings",
    "/third-parties",
];

#[tokio::test]
async fn every_page_answers_with_the_fields_that_keep_it_safe() {
    let (_fixture, server) = sample().await;
    for path in PAGES {
        let answer = page(server, path).send().await;
        assert_eq!(answer.status, 200, "{path}");
        assert_eq!(answer.field("content-type"), Some("text/html; charset=utf-8"), "{path}");
        assert_eq!(answer.field("cache-control"), Some("no-store"), "{path}");
        assert_eq!(answer.field("x-content-type-options"), Some("nosniff"), "{path}");
        assert_eq!(answer.field("referrer-policy"), Some("same-origin"), "{path}");
        let policy = answer.field("content-security-policy").unwrap();
        assert!(policy.starts_with("default-src 'none'") && policy.contains("frame-ancestors 'none'"));
        assert!(!policy.contains("unsafe"), "{policy}");
        let text = answer.text();
        let mut tags = text.split('<').skip(1);
        assert!(
            tags.all(|tag| !tag.split('>').next().unwrap().contains(" style=")),
            "{path}: the policy forbids it"
        );
        assert!(!text.contains("<script>") && !text.contains(" onclick="), "{path}: the policy forbids it");
        assert_eq!(text.matches("<h1").count(), 1, "{path}");
        assert!(text.contains(r##"<a class="skip" href="#main">"##) && text.contains(r#"<html lang="en">"#));
    }
}

#[tokio::test]
async fn no_id_stands_twice_on_a_page() {
    let (_fixture, server) = sample().await;
    for path in PAGES {
        let text = page(server, path).send().await.text();
        let mut ids: Vec<&str> =
            text.split(" id=\"").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
        let all = ids.len();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), all, "{path}: {ids:?}");
    }
}

#[tokio::test]
async fn links_between_pages_lead_somewhere() {
    let (_fixture, server) = sample().await;
    let mut links = std::collections::BTreeSet::new();
    for path in PAGES {
        let text = page(server, path).send().await.text();
        let all = text.split(" href=\"/").skip(1).map(|rest| rest.split('"').next().unwrap());
        links.extend(all.map(|link| format!("/{}", link.replace("&amp;", "&"))));
    }
    assert!(links.len() > 60, "{links:?}");
    for link in links {
        let answer = page(server, &link).send().await;
        assert_eq!(answer.status, 200, "{link}");
    }
}

#[tokio::test]
async fn the_overview_says_what_is_wrong_and_what_to_do() {
    let (_fixture, server) = sample().await;
    let text = page(server, "/").send().await.text();
    assert!(text.contains("2 of 14 monitors are failing, 1 degraded"));
    assert!(text.contains("Open incident 21"));
    assert!(text.contains("<b>Next: </b>"));
    let orders = text.find("Orders, create and read back").unwrap();
    let cart = text.rfind("/monitors/cart").unwrap();
    assert!(orders < cart, "worst first");
}

#[tokio::test]
async fn the_first_minute_shows_the_next_step() {
    let (_fixture, server) = empty().await;
    let text = page(server, "/").send().await.text();
    assert!(text.contains("No monitors yet") && text.contains("statusquo watch https://"), "{text}");
    for path in ["/monitors", "/incidents", "/alerts", "/settings"] {
        assert_eq!(page(server, path).send().await.status, 200, "{path}");
    }
}

#[tokio::test]
async fn twins_come_by_ending_and_by_accept() {
    let (_fixture, server) = sample().await;
    let cases = [
        ("/index.json", "application/json"),
        ("/index.txt", "text/plain; charset=utf-8"),
        ("/monitors.csv", "text/csv; charset=utf-8; header=present"),
        ("/monitors.json", "application/json"),
        ("/monitors/orders.json", "application/json"),
        ("/monitors/orders.csv", "text/csv; charset=utf-8; header=present"),
        ("/monitors/orders.txt", "text/plain; charset=utf-8"),
        ("/incidents.json", "application/json"),
        ("/incidents.csv", "text/csv; charset=utf-8; header=present"),
        ("/incidents.txt", "text/plain; charset=utf-8"),
        ("/incidents/212.json", "application/json"),
        ("/incidents/212.md", "text/markdown; charset=utf-8"),
        ("/codes.csv", "text/csv; charset=utf-8; header=present"),
        ("/codes/503.json", "application/json"),
        ("/codes/503.txt", "text/plain; charset=utf-8"),
        ("/alerts.csv", "text/csv; charset=utf-8; header=present"),
    ];
    for (path, media_type) in cases {
        let answer = page(server, path).send().await;
        assert_eq!((answer.status, answer.field("content-type")), (200, Some(media_type)), "{path}");
        assert!(answer.content.len() > 40, "{path}");
    }
    let curl = Ask::new(server, "GET", "/").with("accept", "*/*").send().await;
    assert!(curl.text().starts_with("2 of 14 monitors are failing, 1 degraded.\n"), "{}", curl.text());
    assert_eq!(curl.field("vary").map(|vary| vary.contains("accept")), Some(true));
    let json = Ask::new(server, "GET", "/monitors").with("accept", "application/json").send().await.json();
    assert_eq!(json["monitors"][0]["state"], "failing");
    assert_eq!(page(server, "/incidents/212.csv").send().await.status, 404);
}

#[tokio::test]
async fn an_incident_as_markdown_tells_the_whole_story() {
    let (_fixture, server) = sample().await;
    let text = page(server, "/incidents/212.md").send().await.text();
    for part in [
        "# Incident 212: Orders",
        "## Timeline",
        "told oncall",
        "## Who was told",
        "2 failed attempts",
        "Next step",
    ] {
        assert!(text.contains(part), "{part} is missing in\n{text}");
    }
}

#[tokio::test]
async fn unknown_pages_are_not_found_for_people_and_programs() {
    let (_fixture, server) = sample().await;
    for path in [
        "/nothing",
        "/monitors/none",
        "/incidents/9999",
        "/incidents/x",
        "/codes/70000",
        "/codes/abc",
        "/assets/app.css",
    ] {
        let answer = page(server, path).send().await;
        assert_eq!(
            (answer.status, answer.field("content-type")),
            (404, Some("text/html; charset=utf-8")),
            "{path}"
        );
        assert!(answer.text().contains("404") && answer.field("x-request-id").is_some());
        let answer = Ask::new(server, "GET", path).with("accept", "application/json").send().await;
        assert_eq!(
            (answer.status, answer.field("content-type")),
            (404, Some("application/problem+json")),
            "{path}"
        );
        let problem = answer.json();
        assert_eq!((&problem["status"], &problem["title"]), (&404.into(), &"Not Found".into()));
        assert_eq!(problem["request_id"], answer.field("x-request-id").unwrap());
        assert_eq!(answer.field("link"), Some("</codes/404>; rel=\"help\""));
    }
}

#[tokio::test]
async fn head_says_what_get_would_and_sends_nothing() {
    let (_fixture, server) = sample().await;
    for path in ["/", "/monitors/orders", "/api/v1/monitors", "/nothing", "/metrics"] {
        let answer = Ask::new(server, "HEAD", path).with("accept", HTML).send().await;
        let get = page(server, path).send().await;
        assert_eq!((answer.status, answer.content.len()), (get.status, 0), "{path}");
        assert_eq!(answer.field("content-type"), get.field("content-type"), "{path}");
    }
}

#[tokio::test]
async fn assets_are_kept_for_good() {
    let (_fixture, server) = empty().await;
    let text = page(server, "/").send().await.text();
    for kind in ["css", "js", "svg"] {
        let path = text.split('"').find(|part| part.starts_with("/assets/") && part.ends_with(kind)).unwrap();
        let answer = page(server, path).send().await;
        assert_eq!(answer.status, 200);
        assert_eq!(answer.field("cache-control"), Some("public, max-age=31536000, immutable"));
    }
}

#[tokio::test]
async fn search_leads_to_codes_monitors_incidents_and_words() {
    let (_fixture, server) = sample().await;
    let cases = [
        ("503", "/codes/503"),
        ("orders", "/monitors/orders"),
        ("%23212", "/incidents/212"),
        ("kiosk", "/monitors?q=kiosk"),
        ("rate+limit", "/codes?q=rate%20limit"),
        ("%3Cscript%3E", "/codes?q=%3Cscript%3E"),
    ];
    for (words, place) in cases {
        let answer = page(server, &format!("/search?q={words}")).send().await;
        assert_eq!((answer.status, answer.field("location")), (303, Some(place)), "{words}");
    }
}

#[tokio::test]
async fn an_objective_says_what_is_left_and_what_spent_it() {
    let (_fixture, server) = sample().await;
    let text = page(server, "/slos/orders").send().await.text();
    for part in [
        "Orders can be placed",
        "of its error budget is left",
        "times too fast, empty in",
        "■ fires",
        "comes back",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    let all = page(server, "/slos").send().await.text();
    let headline = all.split("<h1").nth(1).unwrap().split("</h1>").next().unwrap();
    assert!(headline.contains("times too fast") && !headline.contains(" 0.0 times"), "{headline}");
    let text = page(server, "/slos.csv").send().await.text();
    let names: Vec<&str> = text.lines().map(|line| line.split(',').next().unwrap()).collect();
    assert_eq!(names, ["slo", "orders", "nothing-yet"]);
    let missing = page(server, "/slos/none").send().await;
    assert_eq!(missing.status, 404);
}
