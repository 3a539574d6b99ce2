//! Who may do what.

use statusquo_store::Role;

use super::*;

async fn with_users() -> (Fixture, SocketAddr) {
    let mut fixture = Fixture::new(now());
    fixture.fill(14).await;
    fixture.add_user("vera", "a viewer's word", Role::Viewer).await;
    fixture.add_user("rob", "a responder's word", Role::Responder).await;
    fixture.add_token("prometheus", "sq_read", Role::Viewer).await;
    fixture.add_token("ci", "sq_write", Role::Responder).await;
    let server = serve(fixture.router()).await;
    (fixture, server)
}

async fn sign_in(server: SocketAddr, name: &str, password: &str) -> client::Answer {
    let content =
        format!("name={name}&password={}&next=%2Falerts", password.replace(' ', "+").replace('\'', "%27"));
    Ask::new(server, "POST", "/sign-in").with("accept", HTML).form(&content).send().await
}

fn cookie(answer: &client::Answer) -> String {
    answer.field("set-cookie").unwrap().split(';').next().unwrap().to_owned()
}

#[tokio::test]
async fn strangers_see_the_sign_in_page_and_nothing_else() {
    let (_fixture, server) = with_users().await;
    for path in ["/", "/monitors/orders?range=24h", "/settings", "/events?page=/"] {
        let answer = page(server, path).send().await;
        assert_eq!(answer.status, 303, "{path}");
        assert!(answer.field("location").unwrap().starts_with("/sign-in?next=%2F"), "{path}");
    }
    for path in ["/api/v1/monitors", "/metrics", "/api/v1/openapi.json"] {
        let answer = Ask::new(server, "GET", path).with("accept", "application/json").send().await;
        let challenge = answer.field("www-authenticate");
        assert_eq!((answer.status, challenge), (401, Some(r#"Bearer realm="statusquo""#)), "{path}");
    }
    for path in ["/healthz", "/readyz", "/sign-in"] {
        assert_eq!(page(server, path).send().await.status, 200, "{path}");
    }
    let post = Ask::new(server, "POST", "/incidents/212/acknowledge").form("csrf=x").send().await;
    assert_eq!(post.status, 401);
}

#[tokio::test]
async fn who_signs_in_gets_a_cookie_and_comes_to_where_they_wanted() {
    let (_fixture, server) = with_users().await;
    let answer = sign_in(server, "rob", "a responder's word").await;
    assert_eq!((answer.status, answer.field("location")), (303, Some("/alerts")), "{}", answer.text());
    let line = answer.field("set-cookie").unwrap();
    assert!(line.contains("HttpOnly") && line.contains("SameSite=Lax") && line.contains("Path=/"), "{line}");
    let cookie = cookie(&answer);
    let shown = page(server, "/incidents/212").with("cookie", &cookie).send().await;
    assert_eq!(shown.status, 200);
    let csrf = shown.csrf();
    let post = Ask::new(server, "POST", "/incidents/212/acknowledge").with("cookie", &cookie);
    assert_eq!(post.clone().form("csrf=other").send().await.status, 403);
    assert_eq!(post.form(&format!("csrf={csrf}")).send().await.status, 303);
    let out = Ask::new(server, "POST", "/sign-out").with("cookie", &cookie).form(&format!("csrf={csrf}"));
    assert_eq!(out.send().await.status, 303);
    assert_eq!(page(server, "/").with("cookie", &cookie).send().await.status, 303, "the session is gone");
}

#[tokio::test]
async fn roles_are_kept() {
    let (_fixture, server) = with_users().await;
    let cookie = cookie(&sign_in(server, "vera", "a viewer's word").await);
    let shown = page(server, "/incidents/212").with("cookie", &cookie).send().await;
    assert!(!shown.text().contains("/incidents/212/acknowledge"), "no button that does nothing");
    let csrf = shown.csrf();
    let post = Ask::new(server, "POST", "/incidents/212/acknowledge").with("cookie", &cookie);
    assert_eq!(post.form(&format!("csrf={csrf}")).send().await.status, 403);
    assert!(
        !page(server, "/settings")
            .with("cookie", &cookie)
            .send()
            .await
            .text()
            .contains("Configuration in force")
    );
    let with = |token: &str| {
        let path = "/api/v1/incidents/212/acknowledge";
        Ask::new(server, "POST", path).with("authorization", &format!("Bearer {token}")).json("{}")
    };
    assert_eq!(with("sq_read").send().await.status, 403);
    assert_eq!(with("sq_write").send().await.status, 200);
    assert_eq!(with("sq_guess").send().await.status, 401);
    let read = Ask::new(server, "GET", "/metrics").with("authorization", "bearer sq_read");
    assert_eq!(read.send().await.status, 200);
}

#[tokio::test]
async fn guessing_passwords_gets_slow() {
    let (_fixture, server) = with_users().await;
    for _ in 0..5 {
        let answer = sign_in(server, "rob", "guess").await;
        assert_eq!(answer.status, 422);
        assert!(answer.text().contains("Name or password is wrong"));
    }
    let answer = sign_in(server, "rob", "a responder's word").await;
    assert_eq!(answer.status, 429);
    assert!(answer.field("retry-after").unwrap().parse::<u32>().unwrap() >= 1);
}

#[tokio::test]
async fn nobody_is_led_elsewhere_after_signing_in() {
    let (_fixture, server) = with_users().await;
    for next in [
        "https%3A%2F%2Fevil.test",
        "%2F%2Fevil.test",
        "%2F%5Cevil.test",
        "javascript%3Aalert(1)",
        "%2F%09%2Fevil.test",
        "%2F%0A%2Fevil.test",
        "%2F%0D%0AX%3A+y",
    ] {
        let content = format!("name=rob&password=a+responder%27s+word&next={next}");
        let answer = Ask::new(server, "POST", "/sign-in").form(&content).send().await;
        assert_eq!((answer.status, answer.field("location")), (303, Some("/")), "{next}");
        let form = page(server, &format!("/sign-in?next={next}")).send().await.text();
        assert!(form.contains(r#"name="next" value="/""#), "{next}: {form}");
    }
    let other = Ask::new(server, "POST", "/sign-in").with("origin", "http://evil.test");
    assert_eq!(other.form("name=rob&password=a+responder%27s+word").send().await.status, 403);
}

#[tokio::test]
async fn beyond_loopback_nothing_is_open() {
    let mut fixture = Fixture::new(now());
    fixture.site =
        statusquo_serve::Site { loopback: false, public: Some("https://status.acme.test".parse().unwrap()) };
    fixture.fill(3).await;
    let server = serve(fixture.router()).await;
    assert_eq!(page(server, "/").host("status.acme.test").send().await.status, 303);
    assert!(page(server, "/sign-in").send().await.text().contains("statusquo user add"));
    fixture.add_user("rob", "word", Role::Admin).await;
    // What was read of the users is believed for a few seconds: a new server reads anew.
    let server = serve(fixture.router()).await;
    let answer = sign_in(server, "rob", "word").await;
    assert!(answer.field("set-cookie").unwrap().ends_with("; Secure"));
}

#[tokio::test]
async fn many_names_from_one_address_are_slowed_down_too() {
    let (_fixture, server) = with_users().await;
    for name in ["ada", "bob", "cyd", "dan", "eve"] {
        assert_eq!(sign_in(server, name, "guess").await.status, 422, "{name}");
    }
    let answer = sign_in(server, "rob", "a responder's word").await;
    assert_eq!((answer.status, answer.field("set-cookie")), (429, None));
}

#[tokio::test]
async fn each_session_has_a_secret_of_its_own_and_none_is_taken_over_from_before() {
    let (_fixture, server) = with_users().await;
    let planted = "statusquo_session=chosen-by-somebody-else";
    let content = "name=rob&password=a+responder%27s+word";
    let ask = || Ask::new(server, "POST", "/sign-in").with("cookie", planted).form(content);
    let (one, other) = (ask().send().await, ask().send().await);
    assert_ne!(cookie(&one), planted);
    assert_ne!(cookie(&one), cookie(&other));
    assert!(cookie(&one).len() > 50, "256 bits: {}", cookie(&one));
    let before = page(server, "/").with("cookie", planted).send().await;
    assert_eq!(before.status, 303, "what was planted opens nothing");
    // Signing in and out are for pages of ours alone.
    for path in ["/sign-in", "/sign-out"] {
        let from =
            Ask::new(server, "POST", path).with("cookie", &cookie(&one)).with("sec-fetch-site", "cross-site");
        assert_eq!(from.form(content).send().await.status, 403, "{path}");
    }
}

#[tokio::test]
async fn the_secret_of_one_person_s_forms_is_not_another_s() {
    let (fixture, server) = with_users().await;
    fixture.add_user("rita", "another word", Role::Responder).await;
    // What was read of the users is believed for a few seconds: a new server reads anew.
    let mut fixture = fixture;
    let server_anew = serve(fixture.router()).await;
    let rob = cookie(&sign_in(server, "rob", "a responder's word").await);
    let rita = cookie(&sign_in(server_anew, "rita", "another word").await);
    let csrf = page(server_anew, "/incidents/212").with("cookie", &rita).send().await.csrf();
    let post = Ask::new(server_anew, "POST", "/incidents/212/acknowledge").form(&format!("csrf={csrf}"));
    assert_eq!(post.clone().with("cookie", &rob).send().await.status, 403);
    assert_eq!(post.with("cookie", &rita).send().await.status, 303);
}
