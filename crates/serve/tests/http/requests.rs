//! Requests of the real traffic: the list, and one of them explained.

use super::*;

#[tokio::test]
async fn support_finds_what_happened_and_what_to_reply() {
    let (_fixture, server) = sample().await;
    let text = page(server, "/requests/req_8f3c1a90").send().await.text();
    assert!(
        text.contains("POST /v1/orders?coupon=*** from 192.0.2.7 (acme-web/3) at 14:41:07 UTC"),
        "{text}"
    );
    assert!(text.contains("got 503 Service Unavailable after 30.0 s"), "{text}");
    assert!(text.contains("Ours, not the caller"), "{text}");
    assert!(
        text.contains("Your request (POST /v1/orders?coupon=***)") && text.contains("data-copy"),
        "{text}"
    );
    assert!(
        text.contains("stock.example") && text.contains("ReadTimeout"),
        "what it called is part of it: {text}"
    );
    assert!(text.contains("The same client"), "{text}");
    let by_trace = page(server, "/requests/4bf92f3577b34da6a3ce929d0e0e4736").send().await;
    assert_eq!(by_trace.status, 200);
}

#[tokio::test]
async fn what_is_not_found_says_what_can_be_known() {
    let (_fixture, server) = sample().await;
    let answer = Ask::new(server, "GET", "/api/v1/requests/req_00000000").send().await;
    assert_eq!((answer.status, answer.field("content-type")), (404, Some("application/problem+json")));
    let detail = answer.json()["detail"].as_str().unwrap().to_owned();
    assert!(
        detail.contains("no request `req_00000000` is kept.") && detail.contains("is no longer kept"),
        "{detail}"
    );
}

#[tokio::test]
async fn the_list_is_filtered_and_goes_on() {
    let (_fixture, server) = sample().await;
    let list = async |query: &str| Ask::new(server, "GET", &format!("/api/v1/requests{query}")).send().await;
    let all = list("").await.json();
    assert_eq!(all["requests"].as_array().unwrap().len(), 50);
    let next = all["next"].as_i64().unwrap();
    let rest = list(&format!("?before={next}")).await.json();
    assert_eq!(rest["requests"].as_array().unwrap().len(), 12);
    assert_eq!(list("?code=503").await.json()["requests"].as_array().unwrap().len(), 2);
    assert_eq!(list("?code=none").await.json()["requests"].as_array().unwrap().len(), 1);
    assert_eq!(list("?client=192.0.2.8").await.json()["requests"].as_array().unwrap().len(), 0);
    assert_eq!(list("?code=x").await.status, 400);
    let csv = Ask::new(server, "GET", "/requests.csv?code=503").send().await.text();
    assert!(csv.starts_with("at,service,layer,method,target,answer,duration_ms,client,id\r\n"), "{csv}");
}

#[tokio::test]
async fn search_leads_to_a_request() {
    let (_fixture, server) = sample().await;
    let answer = page(server, "/search?q=req_8f3c1a90").send().await;
    assert_eq!((answer.status, answer.field("location")), (303, Some("/requests/req_8f3c1a90")));
}
