//! Third parties and deploys, as people and programs see them.

use serde_json::json;
use statusquo_alert::{Deploy, Who};
use statusquo_exchange::{Health, Name};
use statusquo_serve::{Command, Reply};

use super::fixture::parties::party;
use super::*;

#[tokio::test]
async fn those_in_trouble_come_first_and_a_page_that_lags_is_said_to() {
    let (_fixture, server) = sample().await;
    let all = Ask::new(server, "GET", "/api/v1/third-parties").send().await.json();
    let names: Vec<&str> =
        all["third_parties"].as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["stripe", "maps", "mail", "people"]);
    assert_eq!(all["third_parties"][1]["page_lags"], true);
    let says = all["third_parties"][1]["sentence"].as_str().unwrap();
    assert!(says.contains("our calls to it fail, and its page says operational"), "{says}");
    for (path, wanted) in [
        ("/", "Stripe</b> says partial outage: Elevated errors on charges"),
        ("/third-parties", "Its page lags behind what we see."),
        ("/third-parties", "Its page answers 502 Bad Gateway"),
    ] {
        let text = page(server, path).send().await.text();
        assert!(text.contains(wanted), "{path}: {text}");
    }
    let text = Ask::new(server, "GET", "/metrics").send().await.text();
    for line in [
        "statusquo_third_party_health{third_party=\"stripe\"} 3",
        "statusquo_third_party_health{third_party=\"mail\"} -1",
        "statusquo_third_party_page_lags{third_party=\"maps\"} 1",
        "statusquo_third_party_calls_recent{third_party=\"stripe\"} 520",
    ] {
        assert!(text.contains(line), "{line}\n{text}");
    }
}

#[tokio::test]
async fn without_third_parties_the_overview_says_nothing_of_them_and_their_page_how_to_begin() {
    let (_fixture, server) = empty().await;
    assert!(!page(server, "/").send().await.text().contains("Third parties"));
    assert!(page(server, "/third-parties").send().await.text().contains("[[dependency]]"));
}

#[tokio::test]
async fn what_a_page_of_strangers_says_is_shown_as_text() {
    let (fixture, server) = sample().await;
    let evil = "<script>alert(1)</script>";
    let mut one = party("evil", Health::MajorOutage, now());
    one.title = evil.to_owned();
    one.state.parts[0].name = evil.to_owned();
    one.state.reported = vec![statusquo_store::PartyReport {
        title: evil.to_owned(),
        health: Health::MajorOutage,
        since: None,
        link: Some(format!("javascript:{evil}")),
    }];
    fixture.board.write(|board| board.parties(vec![one]));
    for path in ["/", "/third-parties"] {
        let text = page(server, path).send().await.text();
        assert!(text.contains("&lt;script&gt;") && !text.contains("<script>alert"), "{path}");
        assert!(!text.contains("href=\"javascript:"), "{path}");
    }
}

#[tokio::test]
async fn a_deploy_is_handed_over_and_shown_where_the_codes_are() {
    let mut fixture = Fixture::new(now());
    fixture.fill(3).await;
    fixture.trade().await;
    let mut asked = fixture.asked.take().unwrap();
    let server = serve(fixture.router()).await;
    let post = |content: serde_json::Value| {
        Ask::new(server, "POST", "/api/v1/deploys").json(&content.to_string()).send()
    };
    let answering = tokio::spawn(async move {
        let request = asked.recv().await.unwrap();
        let Command::Deployed(deploy) = request.command else { panic!("{:?}", request.command) };
        request.reply.send(Ok(Reply::Done)).unwrap();
        deploy
    });
    let answer = post(json!({ "service": "shop", "version": "1.4.2", "at": "2026-11-23T14:30:00Z" })).await;
    assert_eq!((answer.status, answer.field("location")), (201, Some("/api/v1/deploys")));
    let deploy = answering.await.unwrap();
    assert_eq!((deploy.service.as_str(), deploy.version.as_str(), deploy.url), ("shop", "1.4.2", None));
    assert_eq!(deploy.at, "2026-11-23T14:30:00Z".parse().unwrap());
    for (wrong, pointer) in [
        (json!({ "version": "1" }), "#/service"),
        (json!({ "service": "a", "version": "" }), "#/version"),
        (json!({ "service": "a", "version": "1", "at": "2026-11-23T15:30:00Z" }), "#/at"),
        (json!({ "service": "a", "version": "1", "url": "javascript:alert(1)" }), "#/url"),
        (json!({ "service": "a", "version": "1", "why": "x" }), "#/why"),
    ] {
        let answer = post(wrong.clone()).await;
        assert_eq!(answer.status, 422, "{wrong}");
        assert_eq!(answer.json()["errors"][0]["pointer"], pointer, "{wrong}");
    }

    let shown = |version: &str, service: &str| Deploy {
        service: Name::from(service),
        version: version.to_owned(),
        at: "2026-11-23T14:30:00Z".parse().unwrap(),
        url: Some("https://ci.test/42".to_owned()),
        by: Who("ci".to_owned()),
    };
    fixture.board.write(|board| board.deployed([shown("1.4.2", "shop"), shown("9.9.9", "other")]));
    let text = page(server, "/?range=1h&service=shop").send().await.text();
    assert!(text.contains(r#"<a href="https://ci.test/42" rel="noreferrer">1.4.2</a>"#), "{text}");
    assert!(text.contains("Deploys: 1.4.2 at 14:30"), "{text}");
    assert!(!text.contains("9.9.9"), "of another service");
}
