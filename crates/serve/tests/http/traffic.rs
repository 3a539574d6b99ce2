//! Pages of real traffic.

use super::*;

async fn trading() -> (Fixture, SocketAddr) {
    let (fixture, server) = sample().await;
    fixture.trade().await;
    (fixture, server)
}

#[tokio::test]
async fn the_overview_begins_with_the_endpoint_that_is_out_of_the_usual() {
    let (_fixture, server) = trading().await;
    let text = page(server, "/").send().await.text();
    assert!(text.contains("1 of 3 endpoints is out of the usual"), "{text}");
    assert!(text.contains("answers 503 to 1 request in 4"));
    assert!(text.contains("Status codes over time") && text.contains("5-minute columns"));
    assert!(text.contains("/endpoints/post.v1.orders?service=shop"));
    let quiet = sample().await.1;
    assert!(!page(quiet, "/").send().await.text().contains("Status codes over time"));
}

#[tokio::test]
async fn an_endpoint_says_what_happens_what_it_means_and_what_to_do() {
    let (_fixture, server) = trading().await;
    for range in ["1h", "6h", "24h", "7d", "30d"] {
        let text = page(server, &format!("/endpoints/post.v1.orders?range={range}")).send().await.text();
        assert!(text.contains("POST /v1/orders answers 503"), "{range}: {text}");
        assert!(text.contains("What 503 means") && text.contains("Next step"));
    }
    let calm = page(server, "/endpoints/get.v1.search").send().await.text();
    assert!(calm.contains("GET /v1/search answers as usual"));
    let volume = page(server, "/endpoints/get.v1.search?shade=volume").send().await.text();
    assert!(volume.contains("few") && volume.contains("many"));
    let unknown = page(server, "/endpoints/get.v1.nothing").send().await;
    assert_eq!(unknown.status, 404);
}

#[tokio::test]
async fn endpoints_come_as_tables_too() {
    let (_fixture, server) = trading().await;
    let text = page(server, "/endpoints").send().await.text();
    assert!(text.find("/v1/orders").unwrap() < text.find("/v1/search").unwrap(), "the worst first");
    let json = Ask::new(server, "GET", "/endpoints.json").send().await.json();
    assert_eq!(json["endpoints"][0]["route"], "/v1/orders");
    assert_eq!(json["endpoints"][0]["main_error"], "503");
    assert_eq!(json["endpoints"][0]["server_errors"], 600);
    let csv = Ask::new(server, "GET", "/endpoints.csv").send().await.text();
    assert!(csv.starts_with("method,route,requests"), "{csv}");
    let one = Ask::new(server, "GET", "/endpoints/post.v1.orders.json?range=1h").send().await.json();
    let broken: u64 =
        one["answers"]["503"].as_array().unwrap().iter().map(|count| count.as_u64().unwrap()).sum();
    assert_eq!(broken, 600);
    let found = page(server, "/endpoints?q=search").send().await.text();
    assert!(found.contains("1 of 3") && !found.contains("get.v1.orders"));
}

#[tokio::test]
async fn search_understands_methods_and_paths() {
    let (_fixture, server) = trading().await;
    for (words, place) in [
        ("POST+%2Fv1%2Forders", "/endpoints/post.v1.orders?service=shop"),
        ("%2Fv1%2Fsearch", "/endpoints/get.v1.search?service=shop"),
        ("%2Fv1", "/endpoints?q=%2Fv1"),
        ("503", "/codes/503"),
    ] {
        let answer = page(server, &format!("/search?q={words}")).send().await;
        assert_eq!(answer.field("location"), Some(place), "{words}");
    }
}

#[tokio::test]
async fn without_traffic_the_first_step_is_shown() {
    let (_fixture, server) = sample().await;
    let text = page(server, "/endpoints").send().await.text();
    assert!(text.contains("No traffic yet") && text.contains("tail -F access.log | statusquo serve --log -"));
}
