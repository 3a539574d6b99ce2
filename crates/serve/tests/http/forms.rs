//! Forms on pages.

use super::*;

#[tokio::test]
async fn a_form_of_ours_is_obeyed_and_leads_back_to_its_page() {
    let (fixture, server) = sample().await;
    let csrf = page(server, "/incidents/212").send().await.csrf();
    let cases = [
        ("/incidents/212/acknowledge", "", "/incidents/212"),
        ("/incidents/212/notes", "&text=hello", "/incidents/212"),
        ("/incidents/212/silence", "", "/incidents/212"),
        ("/incidents/212/resolve", "", "/incidents/212"),
        ("/monitors/orders/run", "", "/monitors/orders"),
        ("/monitors/orders/pause", "", "/monitors/orders"),
        ("/silences", "&monitors=orders,+cart&lasting=30m&comment=x", "/alerts"),
        ("/silences/3/end", "", "/alerts"),
        ("/slos/orders/corrections", "&incident=212&from=&until=&why=a+test", "/slos/orders"),
        (
            "/slos/orders/corrections",
            "&from=2026-11-20T14:02:00Z&until=2026-11-20T14:31:00Z&why=x",
            "/slos/orders",
        ),
        ("/slos/orders/corrections/1/withdraw", "", "/slos/orders"),
    ];
    for (path, more, place) in cases {
        let ask = Ask::new(server, "POST", path).with("origin", &format!("http://{server}"));
        let answer = ask.form(&format!("csrf={csrf}{more}")).send().await;
        assert_eq!(
            (answer.status, answer.field("location")),
            (303, Some(place)),
            "{path}: {}",
            answer.text()
        );
    }
    fixture.settle().await;
    let settings = page(server, "/settings").send().await.text();
    assert!(
        settings.contains("ended silence 3") && settings.contains("paused orders"),
        "who did what is kept"
    );
    let answer =
        Ask::new(server, "POST", "/receivers/oncall/test").form(&format!("csrf={csrf}")).send().await;
    assert!(answer.text().contains("oncall took the test message and answered: 200 OK"));
}

#[tokio::test]
async fn forms_from_elsewhere_are_refused() {
    let (_fixture, server) = sample().await;
    let csrf = page(server, "/incidents/212").send().await.csrf();
    let path = "/incidents/212/acknowledge";
    let post = || Ask::new(server, "POST", path).with("accept", "application/json");
    assert_eq!(post().form("csrf=wrong").send().await.status, 403);
    assert_eq!(post().form("x=1").send().await.status, 403);
    let good = format!("csrf={csrf}");
    for origin in ["http://evil.test", "null", "https://127.0.0.1"] {
        assert_eq!(post().with("origin", origin).form(&good).send().await.status, 403, "{origin}");
    }
    assert_eq!(post().with("sec-fetch-site", "cross-site").form(&good).send().await.status, 403);
    assert_eq!(post().with("sec-fetch-site", "same-origin").form(&good).send().await.status, 303);
    let api =
        Ask::new(server, "POST", "/api/v1/incidents/212/acknowledge").with("origin", "http://evil.test");
    assert_eq!(api.json("{}").send().await.status, 403);
    let delete = Ask::new(server, "DELETE", "/api/v1/silences/3").with("origin", "http://evil.test");
    assert_eq!(delete.send().await.status, 403);
}
